// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
package import Cryptography
package import Names

/// Entries that an ISP blocks besides the list, and names it keeps open whatever the list says.
///
/// One entry a line as in entries.txt, in any order; `#` comments and blank lines are skipped. Allowing wins: every
/// entry that covers an allowed name is left out, and `.name` leaves out everything below the name as well.
package struct LocalOverrides: Hashable, Sendable {
  private let denied: [BlocklistEntry]
  private let allowed: [BlocklistEntry]
  /// Entries of the list that are not shown because nothing proves them.
  private var unproven = EntryLines.none

  /// Whether nothing is overridden.
  package var isEmpty: Bool { denied.isEmpty && allowed.isEmpty && unproven.isEmpty }

  /// One digest of all overrides.
  package var digest: SHA256Digest {
    let texts = denied.map { "+" + $0.text } + allowed.map { "-" + $0.text }
    let text = texts.joined(separator: "\n") + (unproven.isEmpty ? "" : "\n?" + unproven.slab.digest.hex)
    return SHA256Digest(hashing: Array(text.utf8))
  }

  /// Reads the files that are named.
  /// - Throws: `FollowFailure.override` for a line that is no entry, `.local` for a file that cannot be read.
  package init(allowFile: String?, denyFile: String?, files: any FileSystem) throws(FollowFailure) {
    allowed = try Self.entries(in: allowFile, files)
    denied = try Self.entries(in: denyFile, files)
  }

  /// These overrides, and without `entries` of the list itself.
  func leavingOut(_ entries: EntryLines) -> LocalOverrides {
    var changed = self
    changed.unproven = entries
    return changed
  }

  private static func entries(in path: String?, _ files: any FileSystem) throws(FollowFailure)
    -> [BlocklistEntry]
  {
    guard let path else { return [] }
    var entries: [BlocklistEntry] = []
    for (index, line) in try lines(of: path, files).enumerated() {
      let text = trimmed(line)
      if text.isEmpty || text.hasPrefix("#") { continue }
      do {
        entries.append(try BlocklistEntry(parsing: text))
      } catch {
        throw .override(path: path, line: index + 1, reason: "not a canonical entry (name or .name)")
      }
    }
    return entries.sorted()
  }

  private static func lines(of path: String, _ files: any FileSystem) throws(FollowFailure) -> [Substring] {
    let octets: [UInt8]?
    do {
      octets = try files.read(path, maximumOctets: 64 << 20)
    } catch {
      throw .local(error)
    }
    guard let octets else { throw .local(FileFault(operation: "read", path: path, reason: "no such file")) }
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw .override(path: path, line: 1, reason: "not UTF-8")
    }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  private static func trimmed(_ line: Substring) -> String {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard let first = line.firstIndex(where: { !blank($0) }), let last = line.lastIndex(where: { !blank($0) })
    else { return "" }
    return String(line[first...last])
  }

  /// What turns a list into the one with the overrides.
  /// - Throws: `BlocklistError` when the result exceeds the limits of a list.
  package func change(of list: Blocklist) throws(BlocklistError) -> Delta {
    if isEmpty { return .none }
    var opened: [BlocklistEntry] = []
    for entry in allowed {
      opened.append(BlocklistEntry(name: entry.name, scope: .host))
      var name: DomainName? = entry.name
      while let current = name {
        opened.append(BlocklistEntry(name: current, scope: .subtree))
        name = current.parent
      }
    }
    let below = list.entries(below: EntryLines(allowed.filter { $0.scope == .subtree }))
    let hidden = EntryLines(opened).union(below).union(unproven)
    let extra = denied.filter { entry in !allowed.contains { Self.opens($0, entry) } }
    return try list.adjustment(hiding: hidden, showing: extra)
  }

  /// The list with the overrides applied.
  /// - Throws: `BlocklistError` when the result exceeds the limits of a list.
  package func applied(to list: Blocklist) throws(BlocklistError) -> Blocklist {
    try change(of: list).applied(to: list)
  }

  /// Whether `name` is kept open.
  package func opens(_ name: DomainName) -> Bool {
    allowed.contains { Self.opens($0, BlocklistEntry(name: name, scope: .host)) }
  }

  private static func opens(_ allowed: BlocklistEntry, _ entry: BlocklistEntry) -> Bool {
    if entry.name == allowed.name { return true }
    if entry.scope == .subtree && allowed.name.isSubdomain(of: entry.name) { return true }
    return allowed.scope == .subtree && entry.name.isSubdomain(of: allowed.name)
  }
}
