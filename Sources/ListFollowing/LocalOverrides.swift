// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
package import Cryptography
internal import ListFormats
package import Names

/// Entries that an ISP blocks besides the list, and names it keeps open whatever the list says.
///
/// One entry a line as in entries.txt, in any order; `#` comments and blank lines are skipped. Allowing wins: in
/// formats that can say so a name is excepted from the subtree that covers it, elsewhere every entry that covers it is left out; `.name` opens
/// everything below the name as well.
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

  /// What turns a list into the one with the overrides, where all that covers an allowed name is left out.
  /// - Throws: `BlocklistError` when the result exceeds the limits of a list.
  package func change(of list: Blocklist) throws(BlocklistError) -> Delta {
    try change(of: list, excepting: .none)
  }

  /// What turns a list into the one with the overrides.
  /// - Parameter exceptions: what is open without the subtree above it being left out.
  /// - Throws: `BlocklistError` when the result exceeds the limits of a list.
  func change(of list: Blocklist, excepting exceptions: ListExceptions) throws(BlocklistError) -> Delta {
    if isEmpty { return .none }
    let excepted = Set(exceptions.opened)
    var opened: [BlocklistEntry] = []
    for entry in widest {
      opened.append(BlocklistEntry(name: entry.name, scope: .host))
      var name: DomainName? = entry.name
      while let current = name {
        opened.append(BlocklistEntry(name: current, scope: .subtree))
        name = excepted.contains(entry) ? nil : current.parent
      }
    }
    let below = list.entries(below: EntryLines(allowed.filter { $0.scope == .subtree }))
    let hidden = EntryLines(opened).union(below).union(unproven)
    let extra = denied.filter { entry in !allowed.contains { Self.opens($0, entry) } }
    return try list.adjustment(hiding: hidden, showing: extra)
  }

  /// What of the list's subtrees an output in a format can leave blocked around allowed names.
  func exceptions(in list: Blocklist, for format: ListFormat, zone: DomainName) -> ListExceptions {
    allowed.isEmpty ? .none : ListExceptions(of: widest, in: list, for: format, zone: zone)
  }

  /// How many subtrees of the list are open as a whole because of a name allowed in them.
  /// - Parameter format: of the output; nil for resolvers that are told.
  func openSubtrees(in list: Blocklist, for format: ListFormat?, zone: DomainName) -> Int {
    guard !allowed.isEmpty else { return 0 }
    let excepted = Set(format.map { exceptions(in: list, for: $0, zone: zone).opened } ?? [])
    let open = widest.filter { !excepted.contains($0) }.compactMap { list.subtree(above: $0, orAt: true) }
    return Set(open).count
  }

  /// The allowed entries that none of the others covers.
  private var widest: [BlocklistEntry] {
    let subtrees = Set(allowed.filter { $0.scope == .subtree }.map(\.name))
    return allowed.filter { entry in
      var name = entry.scope == .host ? entry.name : entry.name.parent
      while let current = name {
        if subtrees.contains(current) { return false }
        name = current.parent
      }
      return true
    }
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
