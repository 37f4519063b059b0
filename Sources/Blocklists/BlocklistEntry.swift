// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Names

/// One line of a list: a name and how much of the tree at it is blocked.
///
/// Its text is the line: `bad.example` for the host, `.bad.example` for the subtree. Order is by the octets of the text.
public struct BlocklistEntry: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name at the top of what is blocked.
  public let name: DomainName
  /// The host alone or everything below it too.
  public let scope: Scope

  /// An entry for `name` with `scope`.
  public init(name: DomainName, scope: Scope) {
    self.name = name
    self.scope = scope
  }

  /// The entry spelled by one line, without its line feed.
  ///
  /// - Throws: `BlocklistError.line(1, .notCanonical)` or `.line(1, .empty)`.
  public init(parsing text: some StringProtocol) throws(BlocklistError) {
    let scope: Scope = text.utf8.first == Octet.dot ? .subtree : .host
    let spelled = scope == .subtree ? String(text.dropFirst()) : String(text)
    guard !spelled.isEmpty else { throw .line(1, .empty) }
    do throws(NameRefusal) {
      self.init(name: try DomainName(canonical: spelled), scope: scope)
    } catch {
      throw .line(1, .notCanonical)
    }
  }

  /// An entry whose line stands in a slab, and so has been proven canonical.
  init(proven line: String) {
    let isSubtree = line.utf8.first == Octet.dot
    self.init(
      name: DomainName(proven: isSubtree ? String(line.dropFirst()) : line),
      scope: isSubtree ? .subtree : .host)
  }

  /// The line, without its line feed.
  public var text: String { scope == .subtree ? "." + name.text : name.text }

  /// The text for people.
  public var description: String { text }

  /// Order by octets.
  public static func < (left: BlocklistEntry, right: BlocklistEntry) -> Bool {
    guard left.scope == right.scope else { return left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    return left.name < right.name
  }
}
