// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Names

/// An item that may become a submission: a listable name, no guard against it, its fields in form.
public struct AdmittedItem: Hashable, Sendable {
  /// Where it stood in the request, from 1.
  public let line: Int
  /// The address as understood, defanged forms undone.
  public let understood: String
  /// The host and what bounds its scope.
  public let host: ReportedHost
  /// The entry proposed: the suggested scope, or the default.
  public let entry: BlocklistEntry
  /// The police's own reference.
  public internal(set) var caseReference: String?
  /// SHA-256 of the evidence the police hold.
  public internal(set) var evidence: EvidenceDigest?
  /// When the material was seen online.
  public internal(set) var seenAt: Date?
  /// A remark for reviewers.
  public internal(set) var note: String?
  /// What the submitter says on the criteria.
  public internal(set) var answers: ReportedAnswers?

  init(line: Int, understood: String, host: ReportedHost, entry: BlocklistEntry) {
    self.line = line
    self.understood = understood
    self.host = host
    self.entry = entry
  }

  init(_ item: ParsedItem, understood: String, host: ReportedHost, entry: BlocklistEntry) {
    self.init(line: item.line, understood: understood, host: host, entry: entry)
    caseReference = item.caseReference
    evidence = item.evidence
    seenAt = item.seenAt
    note = item.note
    answers = item.answers
  }
}

/// Decides which parsed items may become submissions.
public struct Admission: Sendable {
  /// What names are accepted.
  public let names: NameRules
  /// What must not be blocked.
  public let guards: GuardList
  /// What answers must be to; nil takes answers to any criteria.
  public let criteria: Criteria?

  /// Admission under these rules.
  public init(names: NameRules, guards: GuardList, criteria: Criteria? = nil) {
    self.names = names
    self.guards = guards
    self.criteria = criteria
  }

  /// The item with its name understood, or the rule and column that refuse it.
  ///
  /// Order of rules: the name, what may be listed, the scope, the guard list, the criteria.
  public func admit(_ item: ParsedItem) -> Result<AdmittedItem, ItemRefusal> {
    let result = understood(item)
    guard let criteria, let fault = item.answers?.fault(against: criteria), case .success = result
    else { return result }
    return .failure(
      ItemRefusal(
        line: item.line, column: 1, field: ItemField.criteria.rawValue, rule: fault.rule.rawValue,
        detail: fault.detail))
  }

  private func understood(_ item: ParsedItem) -> Result<AdmittedItem, ItemRefusal> {
    do throws(NameRefusal) {
      let url = try SubmittedURL(reported: item.url, rules: names)
      let host = ReportedHost(try ListableName(url, rules: names))
      return admit(item, url: url, host: host)
    } catch {
      return .failure(
        ItemRefusal(
          line: item.line, column: item.column + error.column - 1, field: "url", rule: error.rule.rawValue,
          detail: error.detail))
    }
  }

  private func admit(
    _ item: ParsedItem, url: SubmittedURL, host: ReportedHost
  ) -> Result<AdmittedItem, ItemRefusal> {
    func refused(_ rule: String, field: String, _ detail: String) -> Result<AdmittedItem, ItemRefusal> {
      let column = field == "url" ? item.column + url.hostColumn - 1 : 1
      return .failure(
        ItemRefusal(line: item.line, column: column, field: field, rule: rule, detail: detail))
    }
    var choice = item.scope ?? .subtree
    if item.scope == nil, case .narrow = guards.verdict(on: BlocklistEntry(name: host.base, scope: .subtree))
    {
      choice = .host
    }
    switch choice.entry(for: host) {
    case .failure(let refusal):
      return refused(refusal.rawValue, field: "scope", refusal.detail)
    case .success(let entry):
      if let below = entry.covered(of: names.publicSuffixes) {
        return refused(
          ScopeRefusal.coversPublicSuffix.rawValue, field: "scope", ScopeRefusal.detail(covering: below))
      }
      switch guards.verdict(on: entry) {
      case .never(let hit):
        return refused(GuardRefusal.guardedName.rawValue, field: "url", GuardRefusal.guardedName.detail(hit))
      case .narrow(let hit) where entry.scope == .subtree:
        return refused(
          GuardRefusal.hostScopeOnly.rawValue, field: "scope", GuardRefusal.hostScopeOnly.detail(hit))
      case .narrow, .clear:
        return .success(
          AdmittedItem(item, understood: url.understood, host: host, entry: entry))
      }
    }
  }
}
