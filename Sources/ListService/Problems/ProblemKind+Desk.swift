// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

extension ProblemKind {
  /// The problems of the reviewers' desk and of appeals.
  var deskDescription: ProblemDescription? {
    switch self {
    case .claimedByAnother:
      .init(
        .conflict, "Another reviewer looks at it", "`holder` has it until `until`; then it is free again.")
    case .tooManyClaims:
      .init(.conflict, "You hold too many claims", "Decide, or give some back; `limit` is the most.")
    case .claimedTooLong:
      .init(
        .conflict, "You had it long enough",
        "Until `again` it is for others to claim; deciding needs no claim.")
    case .claimNotFound: .init(.notFound, "You hold no claim on it", "It ended, or was never made.")
    case .panelNotFound: .init(.notFound, "There is no such panel", "`GET /v1/panels` names the panels.")
    case .panelChairRequired:
      .init(
        .forbidden, "You do not chair that panel", "Its chair can require a second look, on its own list.")
    case .panelMemberNotReviewer:
      .init(
        .unprocessableContent, "A panel is made of reviewers",
        "Each member and the chair has the role reviewer.")
    case .panelInUse:
      .init(
        .conflict, "The panel is needed",
        "Open submissions wait for its second look; change its members instead.")
    case .secondLookAlreadyRequired:
      .init(
        .conflict, "A second look is required already",
        "The panel named has to approve the host, whatever becomes of this submission.")
    case .noOpenQuestion:
      .init(.conflict, "No question is open", "Reviewers asked nothing, or it is answered.")
    case .reasonRequired:
      .init(
        .unprocessableContent, "The decision has no reason",
        "A rejection and a question say why, in two letters or digits at least: who reported it reads it.")
    case .embeddedContent:
      .init(
        .unprocessableContent, "The text carries content",
        "No field takes files, not even encoded ones; `pointer` names it, `column` the place.")
    case .appealNotFound:
      .init(.notFound, "There is no such appeal", "The case number or its secret is not right.")
    case .appealNotAssignedToYou:
      .init(.conflict, "The appeal is not yours", "The reviewer it is assigned to decides it.")
    case .appealAlreadyDecided: .init(.conflict, "The appeal is decided", "A new one can be filed.")
    case .appealCountryInvolved:
      .init(
        .conflict, "The country had a part in the listing",
        "A reviewer of a country that neither reported, reviewed nor renewed it decides.")
    case .appealAssigneeNotReviewer:
      .init(
        .unprocessableContent, "An appeal goes to a reviewer", "Whoever it is given to has the role reviewer."
      )
    case .appealNameListed:
      .init(
        .conflict, "An entry covers the name", "It cannot be decided as not listed; keep it or remove it.")
    case .appealNothingListed:
      .init(.conflict, "No entry covers the name", "There is nothing to keep, remove or suspend.")
    default: nil
    }
  }
}
