// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
package import SignedManifests
private import StrictJSON

/// Top-level targets in plain words, for a key holder to read before signing.
package enum TargetsText {
  /// What they say.
  package static func lines(_ metadata: UnverifiedMetadata<Targets>, files: [String: [UInt8]]) -> [String] {
    let signed = metadata.signed
    var lines = ["targets version \(signed.version), valid until \(RFC3339.format(signed.expires))"]
    lines += difference(of: files, from: [:])
    for role in signed.delegations?.roles ?? [] {
      let who = role.keys.keyids.map { label($0, signed) }.joined(separator: ", ")
      lines.append("  \(role.name): \(role.keys.threshold) of \(role.keys.keyids.count): \(who)")
    }
    return lines
  }

  /// What the next ones change.
  package static func difference(from old: TargetsInForce?, to new: TargetsBundle) -> [String] {
    guard let old else { return lines(new.metadata, files: new.files) }
    let (before, after) = (old.metadata.signed, new.metadata.signed)
    var lines = ["targets version \(before.version) → \(after.version)"]
    let files = difference(of: new.files, from: old.files)
    lines += files.isEmpty ? ["  files: unchanged, \(new.files.count)"] : files
    lines += delegation(before, after)
    lines.append(
      "  valid until \(RFC3339.format(before.expires)) → \(RFC3339.format(after.expires))")
    return lines
  }

  /// How many signatures the next targets bear and need, by a root.
  package static func signatures(_ bundle: TargetsBundle, under root: Root, _ word: String) -> String {
    let role = root[.targets]
    let signers = bundle.metadata.signers(among: role, keys: root.keys)
    let names = signers.isEmpty ? "" : ": " + signers.map { RootText.label($0, root) }.joined(separator: ", ")
    return "  targets signed by \(signers.count) of \(role.threshold) needed from the \(word) holders\(names)"
  }

  private static func difference(of new: [String: [UInt8]], from old: [String: [UInt8]]) -> [String] {
    var lines: [String] = []
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      guard let after = new[name] else {
        lines.append("  \(name): REMOVED")
        continue
      }
      lines.append("  \(name): \(old[name] == nil ? "new" : "changed"), \(after.count) octets")
      if name == "agencies.json" { lines += AgencyText.difference(from: old[name], to: after) }
    }
    return lines
  }

  private static func delegation(_ old: Targets, _ new: Targets) -> [String] {
    var lines: [String] = []
    for name in Set((old.delegations?.roles ?? []).map(\.name) + (new.delegations?.roles ?? []).map(\.name))
      .sorted()
    {
      guard let after = new.delegated(name) else {
        lines.append("  \(name): no role any more")
        continue
      }
      let before = old.delegated(name)
      for keyid in before?.keys.keyids ?? [] where !after.keys.keyids.contains(keyid) {
        lines.append("  \(name): key \(label(keyid, old)) leaves")
      }
      for keyid in after.keys.keyids where before?.keys.keyids.contains(keyid) != true {
        lines.append("  \(name): key \(label(keyid, new)) joins")
      }
      if before?.keys.threshold != after.keys.threshold {
        lines.append("  \(name): \(after.keys.threshold) signature(s) needed")
      }
      if before?.paths != after.paths, case .patterns(let patterns) = after.paths {
        lines.append("  \(name): may sign \(patterns.joined(separator: ", "))")
      }
    }
    return lines
  }

  private static func label(_ keyid: String, _ targets: Targets) -> String {
    targets.delegations?.keys[keyid]?.label ?? String(keyid.prefix(8)) + "… (unknown key)"
  }
}

/// The difference between two `agencies.json`, whatever else they hold, in plain words.
enum AgencyText {
  static func difference(from old: [UInt8]?, to new: [UInt8]) -> [String] {
    let (before, after) = (old.flatMap { try? JSONValue(parsing: $0) }, try? JSONValue(parsing: new))
    guard let after else { return ["    not JSON: nobody can read it"] }
    var lines = ["    version \(before?["version"]?.integerValue ?? 0) → \(after.count("version"))"]
    let (was, becomes) = (agencies(before), agencies(after))
    for id in Set(was.keys).union(becomes.keys).sorted() where was[id] != becomes[id] {
      guard let agency = becomes[id] else {
        lines.append("    agency \(id) (\(was[id]?.text("country") ?? "")) LEAVES with all its keys")
        continue
      }
      lines += self.agency(id, was[id], agency)
    }
    return lines
  }

  private static func agency(_ id: String, _ old: JSONValue?, _ new: JSONValue) -> [String] {
    var lines: [String] = []
    if let old {
      for field in ["country", "name"] where old.text(field) != new.text(field) {
        lines.append("    agency \(id): \(field) \(old.text(field)) → \(new.text(field))")
      }
    } else {
      lines.append("    agency \(id) (\(new.text("country")), \(new.text("name"))) JOINS")
    }
    let (was, becomes) = (keys(old), keys(new))
    for keyid in Set(was.keys).union(becomes.keys).sorted() where was[keyid] != becomes[keyid] {
      let short = String(keyid.prefix(16)) + "…"
      guard let key = becomes[keyid] else {
        lines.append("    agency \(id): key \(short) leaves")
        continue
      }
      let until = key["valid_until"]?.stringValue ?? "further notice"
      let validity = "valid from \(key.text("valid_from")) until \(until)"
      lines.append("    agency \(id): key \(short) \(was[keyid] == nil ? "joins" : "changes"), \(validity)")
    }
    return lines.isEmpty ? ["    agency \(id): other fields change"] : lines
  }

  private static func agencies(_ value: JSONValue?) -> [String: JSONValue] {
    Dictionary((value?["agencies"]?.arrayValue ?? []).map { ($0.text("agency"), $0) }) { first, _ in first }
  }

  private static func keys(_ agency: JSONValue?) -> [String: JSONValue] {
    Dictionary((agency?["keys"]?.arrayValue ?? []).map { ($0.text("keyid"), $0) }) { first, _ in first }
  }
}
