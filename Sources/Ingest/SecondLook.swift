// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// A chair's word that a submission needs more than the list asks: one country more, and from then on the approval of a
/// member of the panel other than the chair. It is not taken back: it holds for the host until the panel approves, also when a reviewer
/// rejects the submission and another is made.
public struct SecondLook: Hashable, Sendable {
  /// Of which submission.
  public let submission: SubmissionID
  /// By which panel.
  public let panel: PanelID
  /// Who is on that panel now.
  public let members: Set<PrincipalID>
  /// The chair who required it.
  public let chair: PrincipalID
  /// Why, for reviewers.
  public let reason: String
  /// When.
  public let at: Date

  /// A second look of these particulars.
  public init(
    submission: SubmissionID, panel: PanelID, members: Set<PrincipalID>, chair: PrincipalID, reason: String,
    at: Date
  ) {
    self.submission = submission
    self.panel = panel
    self.members = members
    self.chair = chair
    self.reason = reason
    self.at = at
  }

  /// Whether an approval given by `person` at `time` is the panel's.
  public func isGiven(by person: PrincipalID, at time: Date) -> Bool {
    members.contains(person) && person != chair && time >= at
  }
}

/// What a chair asks.
public struct SecondLookRequest: Hashable, Sendable {
  /// Of which submission.
  public let submission: SubmissionID
  /// By which panel.
  public let panel: PanelID
  /// Who asks.
  public let chair: Principal
  /// Why.
  public let reason: String
  /// When.
  public let at: Date

  /// A request of these particulars.
  public init(submission: SubmissionID, panel: PanelID, chair: Principal, reason: String, at: Date) {
    self.submission = submission
    self.panel = panel
    self.chair = chair
    self.reason = reason
    self.at = at
  }

  /// What comes of it.
  public func judged(
    on submission: Submission, panel: Panel, recorded: SecondLook?
  ) -> Result<SecondLook, DeskRefusal> {
    guard panel.list == submission.list, panel.chair == chair.id else { return .failure(.notPanelChair) }
    guard submission.state == .open else { return .failure(.notOpen(submission.state)) }
    if let recorded { return .failure(.secondLookAlreadyRequired(recorded.panel)) }
    return .success(
      SecondLook(
        submission: submission.id, panel: panel.id, members: panel.members, chair: chair.id, reason: reason,
        at: at))
  }
}
