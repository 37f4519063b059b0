// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

extension ProblemKind {
  /// The problems of the agencies' signatures and keys.
  var signatureDescription: ProblemDescription? {
    switch self {
    case .signatureRequired:
      .init(
        .unprocessableContent, "A signature is required",
        "The list takes approvals and renewals only signed: `GET …/approval-text`, sign, send.")
    case .signatureTimeOutOfRange:
      .init(
        .unprocessableContent, "The signed time is out of range",
        "`decided_at` has to lie between `earliest` and `latest`: sign anew, and check the clock.")
    case .signatureKeyUnknown:
      .init(
        .unprocessableContent, "The key is not known",
        "No key of that id is on record, or your agency has none; an administrator adds it.")
    case .signatureKeyOfAnotherAgency:
      .init(.unprocessableContent, "The key is another agency's", "Sign with a key of your own agency.")
    case .signatureKeyNotYetValid:
      .init(.unprocessableContent, "The key does not count yet", "It counts from `valid_from` on.")
    case .signatureKeyEnded:
      .init(
        .unprocessableContent, "The key no longer counts",
        "It counted until `valid_until`; sign with its successor.")
    case .signatureInvalid:
      .init(
        .unprocessableContent, "The signature does not verify",
        "It is not the key's over this text: list, entry, criteria, times, agency and country all count.")
    case .agencyKeyNotFound:
      .init(.notFound, "There is no such key", "`GET /v1/agency-keys` names the agencies' keys.")
    case .agencyHasNoVote:
      .init(
        .unprocessableContent, "The agency has no vote",
        "Only police have reviewers and signing keys; hotlines and other organisations report.")
    case .tooManyAgencyKeys:
      .init(.conflict, "The agency has too many keys", "An agency has at most 64, ended ones too.")
    default: nil
    }
  }
}
