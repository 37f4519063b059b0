// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Delta {
  /// The text form: removals (`-bad.example`) then additions (`+.bad.example`), each sorted by octet, LF after each.
  public var text: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(removals.slab.count + additions.slab.count + count)
    for (sign, lines) in [(Octet.hyphen, removals), (Octet.plus, additions)] {
      var cursor = LineCursor(lines)
      while !cursor.isAtEnd {
        text.append(sign)
        text.append(contentsOf: cursor.slice)
        cursor.advance()
      }
    }
    return text
  }

  /// The delta spelled by `text`, strictly.
  ///
  /// - Throws: `line` with the number of the first line that breaks a rule, `tooManyEntries` or `tooManyOctets`.
  public init(parsing text: [UInt8], limits: ListLimits = ListLimits()) throws(BlocklistError) {
    guard text.count <= limits.deltaOctets else { throw .tooManyOctets(limit: limits.deltaOctets) }
    var parser = DeltaTextParser(text: text)
    while try parser.takeLine() {
      guard parser.number <= limits.changes else { throw .tooManyEntries(limit: limits.changes) }
    }
    try parser.checkDisjoint()
    self.init(proven: parser.removals.lines, parser.additions.lines)
  }
}
