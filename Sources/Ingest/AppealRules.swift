// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// Why an officer's act on an appeal is not recorded; the raw value is the problem type.
public enum AppealRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It is assigned to somebody else, or to nobody yet.
  case notAssignee = "appeal-not-assigned-to-you"
  /// It is decided.
  case decided = "appeal-already-decided"
  /// The reviewer's country had a part in the listing.
  case countryInvolved = "appeal-country-involved"
  /// Who is named is no reviewer.
  case notAReviewer = "appeal-assignee-not-reviewer"
  /// Something listed covers the name, so it cannot be decided as not listed; or it has to be taken off first.
  case stillListed = "appeal-name-listed"
  /// Nothing covers the name, so nothing can be kept, removed or suspended.
  case nothingListed = "appeal-nothing-listed"

  /// One sentence for the officer.
  public var detail: String {
    switch self {
    case .notAssignee: "The appeal is assigned to another reviewer, or to none yet."
    case .decided: "The appeal is decided; a new one can be filed."
    case .countryInvolved:
      "An appeal is decided by a reviewer of a country that neither reported, reviewed nor renewed the listing."
    case .notAReviewer: "Whoever an appeal is given to has the role reviewer."
    case .stillListed: "A listed entry covers the name."
    case .nothingListed: "No entry found for this appeal covers the name."
    }
  }
}

/// What an officer decides.
public struct AppealDecisionRequest: Hashable, Sendable {
  /// Which case.
  public let id: AppealCase
  /// Who.
  public let officer: Principal
  /// What.
  public let decision: Appeal.Decision
  /// What who complained is told.
  public let answer: String
  /// Why, for the audit trail.
  public let reason: String
  /// When.
  public let at: Date

  /// A request of these particulars.
  public init(
    id: AppealCase, officer: Principal, decision: Appeal.Decision, answer: String, reason: String, at: Date
  ) {
    self.id = id
    self.officer = officer
    self.decision = decision
    self.answer = answer
    self.reason = reason
    self.at = at
  }
}

/// The rules of appeals.
public enum AppealRules {
  /// Who of `reviewers` takes an appeal: of a country not `involved`, with the fewest open appeals, then by handle.
  public static func assignee(
    among reviewers: [Principal], involved: Set<CountryCode>, open: [PrincipalID: Int]
  ) -> Principal? {
    let eligible = reviewers.filter { $0.roles.contains(.reviewer) && !involved.contains($0.country) }
    return eligible.min { (open[$0.id, default: 0], $0.id.text) < (open[$1.id, default: 0], $1.id.text) }
  }

  /// Whether an appeal stays with who has it: one of `reviewers`, of a country not `involved`.
  public static func mayKeep(
    _ appeal: Appeal, among reviewers: [Principal], involved: Set<CountryCode>
  ) -> Bool {
    reviewers.contains {
      $0.id == appeal.assignee && $0.roles.contains(.reviewer) && !involved.contains($0.country)
    }
  }

  /// Why `officer` may not act on an appeal; nil when they may.
  public static func standing(of officer: Principal, on appeal: Appeal) -> AppealRefusal? {
    guard appeal.state != .decided else { return .decided }
    return appeal.assignee == officer.id ? nil : .notAssignee
  }

  /// Why `officer` may not take off what an appeal is about; nil when they may.
  ///
  /// - Parameter states: of each entry found for the appeal, and of each listed one that covers the name now.
  /// - Parameter involved: the countries that reported, reviewed or renewed those entries.
  public static func refusal(
    ofSuspensionBy officer: Principal, on appeal: Appeal, states: [ListedEntry.State],
    involved: Set<CountryCode>
  ) -> AppealRefusal? {
    if let refusal = standing(of: officer, on: appeal) { return refusal }
    guard !involved.contains(officer.country) else { return .countryInvolved }
    return states.contains(.listed) || !appeal.suspended.isEmpty ? nil : .nothingListed
  }

  /// Why `request` is not recorded; nil when it is.
  ///
  /// - Parameter states: of each entry found for the appeal, and of each listed one that covers the name now.
  /// - Parameter involved: the countries that reported, reviewed or renewed those entries.
  public static func refusal(
    of request: AppealDecisionRequest, on appeal: Appeal, states: [ListedEntry.State],
    involved: Set<CountryCode>
  ) -> AppealRefusal? {
    if let refusal = standing(of: request.officer, on: appeal) { return refusal }
    guard !involved.contains(request.officer.country) else { return .countryInvolved }
    switch request.decision {
    case .remove where states.contains(.listed): return .stillListed
    case .notListed where states.contains(where: { $0 == .listed || $0 == .suspended }): return .stillListed
    case .remove where states.isEmpty, .keep where states.isEmpty: return .nothingListed
    default: return nil
    }
  }
}
