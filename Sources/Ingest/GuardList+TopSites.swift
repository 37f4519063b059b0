// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names

extension GuardList {
  /// The names of a list of popular sites, all guarded at `level`: `rank,name` or `name` a line, in LF or CRLF. A first
  /// line that says just that, and blank lines, are skipped. Names are in their canonical spelling, of two labels at least.
  ///
  /// - Throws: `GuardImportError` at the first line of another form: nothing is half imported.
  public init(topSites octets: [UInt8], level: GuardLevel) throws(GuardImportError) {
    var builder = GuardSlabBuilder()
    let lines = octets.count { $0 == UInt8(ascii: "\n") } + 1
    builder.reserve(names: lines, octets: octets.count)
    try GuardTable.forEachSite(octets) { builder.add($0, level) }
    self.init(slab: builder.slab())
  }
}

extension GuardTable {
  /// The same as entries one by one, for a list that is not too long.
  ///
  /// - Throws: As for the guard list.
  public static func topSites(_ octets: [UInt8], level: GuardLevel) throws(GuardImportError) -> [GuardEntry] {
    var entries: [GuardEntry] = []
    try forEachSite(octets) { entries.append(GuardEntry(name: $0, level: level, reason: "popular site")) }
    return entries
  }

  static func forEachSite(
    _ octets: [UInt8], _ take: (DomainName) -> Void
  ) throws(GuardImportError) {
    var line = 0
    var start = 0
    while start < octets.count {
      var end = start
      while end < octets.count, octets[end] != UInt8(ascii: "\n") { end += 1 }
      line += 1
      var row = octets[start..<end]
      if row.last == UInt8(ascii: "\r") { row.removeLast() }
      start = end + 1
      if row.isEmpty || line == 1 && isHeader(row) { continue }
      take(try name(of: row, line: line))
    }
  }

  private static func isHeader(_ row: ArraySlice<UInt8>) -> Bool {
    ["rank,name", "rank,domain", "name", "domain"].contains { row.elementsEqual($0.utf8) }
  }

  private static func name(of row: ArraySlice<UInt8>, line: Int) throws(GuardImportError) -> DomainName {
    var field = row
    if let comma = row.firstIndex(of: UInt8(ascii: ",")) {
      guard comma > row.startIndex, row[..<comma].allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw GuardImportError(line: line, detail: "before the comma stands a rank in digits")
      }
      field = row[(comma + 1)...]
    }
    do throws(NameRefusal) {
      let name = try DomainName(canonical: String(decoding: field, as: UTF8.self))
      guard field.contains(UInt8(ascii: ".")) else {
        throw NameRefusal(
          .singleLabel, column: 1, detail: "a guard on a top-level name would guard all below it")
      }
      return name
    } catch {
      throw GuardImportError(line: line, detail: error.detail)
    }
  }
}

/// Why a file of guarded names cannot be used.
public struct GuardImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// What is wrong with it.
  public let detail: String

  /// One line for people.
  public var description: String { "line \(line): \(detail)" }
}
