// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Names

/// A complaint that a name is blocked. It is taken alike whether the name is listed or not.
public struct Appeal: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// On record, and nobody's.
    case received
    /// A reviewer of a country that had no part in the listing looks at it.
    case assigned
    /// Decided.
    case decided
  }

  /// What was decided; told to officers, not to who complained.
  public enum Decision: String, CaseIterable, Hashable, Sendable {
    /// Taken off.
    case remove
    /// Stays listed, or is listed again after a suspension.
    case keep
    /// Nothing listed covers the name.
    case notListed = "not-listed"
  }

  /// The most octets of a statement.
  public static let maximumStatement = 4000
  /// The most octets of a contact.
  public static let maximumContact = 200

  /// Its place in the order of arrival.
  public let number: Int64
  /// The number people have.
  public let id: AppealCase
  /// SHA-256 of the secret that opens the case.
  public let secretDigest: [UInt8]
  /// The name complained of.
  public let name: DomainName
  /// What is said.
  public let statement: String
  /// How to reach who complained.
  public let contact: String?
  /// When it arrived.
  public let receivedAt: Date
  /// Where it stands.
  public let state: State
  /// Who looks at it.
  public let assignee: PrincipalID?
  /// The entries found to cover the name, by number.
  public let entries: [EntryID]
  /// Those of them that are off the list by this appeal's suspension.
  public let suspended: [EntryID]
  /// What was decided.
  public let decision: Decision?
  /// What who complained is told.
  public let answer: String?
  /// When it was decided.
  public let decidedAt: Date?

  /// The reason that suspensions for this appeal are recorded with: by it they are known again.
  public var suspensionReason: String { Self.suspensionReason(of: id) }

  /// The same of the appeal `id`.
  public static func suspensionReason(of id: AppealCase) -> String { "appeal \(id)" }

  /// An appeal of these particulars.
  public init(
    number: Int64, id: AppealCase, secretDigest: [UInt8], name: DomainName, statement: String,
    contact: String?,
    receivedAt: Date, state: State, assignee: PrincipalID?, entries: [EntryID], suspended: [EntryID],
    decision: Decision?, answer: String?, decidedAt: Date?
  ) {
    self.number = number
    self.id = id
    self.secretDigest = secretDigest
    self.name = name
    self.statement = statement
    self.contact = contact
    self.receivedAt = receivedAt
    self.state = state
    self.assignee = assignee
    self.entries = entries
    self.suspended = suspended
    self.decision = decision
    self.answer = answer
    self.decidedAt = decidedAt
  }
}
