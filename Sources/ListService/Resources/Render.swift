// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names
internal import Blocklists
internal import Cryptography
internal import FoundationEssentials
internal import Ingest
internal import Publication
internal import Records
internal import StrictJSON

/// The domain's values as JSON.
enum Render {
  static func time(_ date: Date) -> JSONValue { .string(RFC3339.format(date)) }
  static func time(_ date: Date?) -> JSONValue { date.map(time) ?? .null }
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func number(_ version: ListVersion) -> JSONValue { .integer(Int64(version.number)) }
  static func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }

  static func release(_ release: Release) -> JSONValue {
    [
      "list": .string(release.list.text), "version": number(release.version), "added": number(release.added),
      "removed": number(release.removed), "entries": number(release.entries),
      "sha256": .string(Hex.encode(release.digest)), "length": number(release.length),
      "published_at": time(release.publishedAt), "cause": .string(release.cause.rawValue),
    ]
  }

  static func release(_ made: MadeRelease) -> JSONValue {
    guard case .object(var members) = release(made.release) else { return .null }
    members["withheld"] = withheld(made.withheld)
    return .object(members)
  }

  /// What guards kept out of a release: how many, and the first of them.
  static func withheld(_ entries: [BlocklistEntry]) -> JSONValue {
    [
      "count": number(entries.count),
      "entries": .array(entries.prefix(GuardResource.toldEntries).map { .string($0.text) }),
    ]
  }

  static func entry(_ entry: ListedEntry, isMasked: Bool) -> JSONValue {
    [
      "id": .string(entry.id.text), "list": .string(entry.list.text),
      "entry": .string(isMasked ? masked(entry.entry) : entry.entry.text),
      "state": .string(entry.state.rawValue), "submission": .string(entry.submission.text),
      "listed_at": time(entry.listedAt), "lease_until": time(entry.lease.until),
    ]
  }

  static func agency(_ agency: Agency) -> JSONValue {
    [
      "id": .string(agency.id.text), "name": .string(agency.name), "country": .string(agency.country.text),
      "kind": .string(agency.kind.rawValue),
      "domains": .array(agency.domains.map { .string($0.text) }),
    ]
  }

  static func principal(_ principal: Principal) -> JSONValue {
    [
      "id": .string(principal.id.text), "name": .string(principal.name),
      "agency": .string(principal.agency.text),
      "country": .string(principal.country.text),
      "roles": .array(principal.roles.sorted().map { .string($0.rawValue) }),
    ]
  }

  static func credential(_ credential: Credential) -> JSONValue {
    let kind: String
    switch credential.proof {
    case .token: kind = "token"
    case .certificate: kind = "certificate"
    }
    return [
      "id": .string(credential.id.text), "principal": .string(credential.principal.text),
      "kind": .string(kind),
      "created_at": time(credential.createdAt), "expires_at": time(credential.expiresAt),
      "revoked_at": time(credential.revokedAt),
    ]
  }

  static func audit(_ event: AuditEvent) -> JSONValue {
    [
      "sequence": .integer(event.sequence), "at": time(event.at), "principal": text(event.principal?.text),
      "action": .string(event.action), "subject": .string(event.subject), "rule": .string(event.rule),
      "reason": standsElsewhere(event.action) ? .null : text(event.reason),
    ]
  }

  /// Whether the words of such an act are read where they stand, masked or noted, and not in the trail. Those of earlier
  /// versions are still in the store's lines.
  private static func standsElsewhere(_ action: String) -> Bool {
    action.hasPrefix("review-") || ["second-look-required", "hold-taken"].contains(action)
  }

  static func criteria(_ criteria: Criteria) -> JSONValue {
    [
      "id": .string(criteria.id), "version": number(criteria.version), "title": .string(criteria.title),
      "countries": number(criteria.countries),
      "items": .array(criteria.items.map { ["key": .string($0.key), "text": .string($0.text)] }),
    ]
  }

  /// An entry as those see it who need not know the name: the first letter of each label, the top level in full.
  static func masked(_ entry: BlocklistEntry) -> String {
    let labels = entry.name.labels
    let hidden = labels.dropLast().map { "\($0.prefix(1))••" } + [labels.last.map(String.init) ?? ""]
    return (entry.scope == .subtree ? "." : "") + hidden.joined(separator: ".")
  }
}
