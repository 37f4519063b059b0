// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
package import SignedManifests
private import StrictJSON

/// Root metadata in plain words, for a key holder to read before signing.
package enum RootText {
  /// What a root says and who signed it.
  package static func lines(_ root: UnverifiedMetadata<Root>) -> [String] {
    let signed = root.signed
    var lines = ["root version \(signed.version), valid until \(RFC3339.format(signed.expires))"]
    for name in Root.RoleName.allCases {
      let role = signed[name]
      let who = role.keyids.map { label($0, signed) }.joined(separator: ", ")
      lines.append("  \(name.rawValue): \(role.threshold) of \(role.keyids.count): \(who)")
    }
    let signers = root.signers(among: signed[.root], keys: signed.keys)
    lines.append(
      "  signed by \(signers.isEmpty ? "nobody yet" : signers.map { label($0, signed) }.joined(separator: ", "))"
    )
    return lines
  }

  /// What the next root changes.
  package static func difference(from old: Root, to new: Root) -> [String] {
    var lines = ["root version \(old.version) → \(new.version)"]
    for name in Root.RoleName.allCases { lines += difference(name, old, new) }
    if old.consistentSnapshot != new.consistentSnapshot {
      lines.append("  consistent snapshots: \(old.consistentSnapshot) → \(new.consistentSnapshot)")
    }
    lines.append(
      old.expires == new.expires
        ? "  still valid until \(RFC3339.format(new.expires))"
        : "  valid until \(RFC3339.format(old.expires)) → \(RFC3339.format(new.expires))")
    return lines
  }

  private static func difference(_ name: Root.RoleName, _ old: Root, _ new: Root) -> [String] {
    let (before, after) = (old[name], new[name])
    var lines: [String] = []
    for keyid in before.keyids where !after.keyids.contains(keyid) {
      lines.append("  \(name.rawValue): key \(label(keyid, old)) leaves")
    }
    for keyid in after.keyids where !before.keyids.contains(keyid) {
      lines.append("  \(name.rawValue): key \(label(keyid, new)) joins")
    }
    if before.threshold != after.threshold {
      lines.append("  \(name.rawValue): \(before.threshold) signatures needed → \(after.threshold)")
    }
    if lines.isEmpty {
      lines.append("  \(name.rawValue): unchanged, \(after.threshold) of \(after.keyids.count)")
    }
    return lines
  }

  /// A key's short id and holder.
  package static func label(_ keyid: String, _ root: Root) -> String {
    root.keys[keyid]?.label ?? String(keyid.prefix(8)) + "… (unknown key)"
  }
}
