// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a panel, a second look or an answer to reviewers is not recorded; each is a problem type of its own.
public enum DeskRefusal: Error, Hashable, Sendable {
  /// The submission is listed or rejected already.
  case notOpen(Submission.State)
  /// Only the chair of a panel of that list may ask this.
  case notPanelChair
  /// A second look is required already, by that panel.
  case secondLookAlreadyRequired(PanelID)
  /// A member or the chair is no reviewer.
  case notAReviewer(PrincipalID)
  /// Open submissions wait for the panel's second look.
  case panelInUse(submissions: Int)
  /// No reviewer's question is open.
  case noOpenQuestion

  /// The problem type, in kebab case.
  public var problemType: String {
    switch self {
    case .notOpen: "not-reviewable"
    case .notPanelChair: "panel-chair-required"
    case .secondLookAlreadyRequired: "second-look-already-required"
    case .notAReviewer: "panel-member-not-reviewer"
    case .panelInUse: "panel-in-use"
    case .noOpenQuestion: "no-open-question"
    }
  }

  /// One sentence on this occurrence; holds no names of sites.
  public var detail: String {
    switch self {
    case .notOpen(let state): "It is \(state.rawValue)."
    case .notPanelChair: "Only the chair of a panel of this list can require a second look."
    case .secondLookAlreadyRequired(let panel): "The panel \(panel) has to look at it already."
    case .notAReviewer(let principal): "\(principal) does not have the role reviewer."
    case .panelInUse(let submissions):
      "Open submissions that wait for its second look: \(submissions)."
    case .noOpenQuestion: "No reviewer's question on this submission is unanswered."
    }
  }
}
