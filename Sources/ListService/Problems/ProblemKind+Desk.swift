// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

extension ProblemKind {
  /// The problems of the reviewers' desk.
  var deskDescription: ProblemDescription? {
    switch self {
    case .claimedByAnother:
      .init(
        .conflict, "Another reviewer looks at it", "`holder` has it until `until`; then it is free again.")
    case .tooManyClaims:
      .init(.conflict, "You hold too many claims", "Decide, or give some back; `limit` is the most.")
    case .claimNotFound: .init(.notFound, "You hold no claim on it", "It ended, or was never made.")
    default: nil
    }
  }
}
