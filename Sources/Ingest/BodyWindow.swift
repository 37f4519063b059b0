// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// What of a body is in memory: the pieces that came last, checked to be UTF-8 and cut between code points. Readers say how much of it
/// they are done with when they ask for more.
struct BodyWindow {
  /// The octets not yet done with.
  private(set) var octets: [UInt8] = []
  /// Whether nothing follows them.
  private(set) var isLast = false
  /// Where the first of them stands.
  private(set) var line = 1
  /// In characters, from 1.
  private(set) var column = 1

  private var pieces: any IteratorProtocol<[UInt8]>
  private let skipsMark: Bool
  private var isFirst = true
  /// The beginning of a code point whose end is in the next piece.
  private var cut: [UInt8] = []
  /// What stands behind the octets at hand and is no UTF-8: told when a reader asks for more, so that of two faults the first in the
  /// body is told, wherever it is cut.
  private var invalid: SubmissionBodyError?

  /// - Parameter skipsMark: whether a byte order mark may stand first.
  init(_ pieces: any IteratorProtocol<[UInt8]>, skipsMark: Bool) throws(SubmissionBodyError) {
    self.pieces = pieces
    self.skipsMark = skipsMark
    try refill(dropping: 0)
  }

  /// Drops the first `count` octets and takes the next piece.
  ///
  /// - Throws: `item-too-long` when more than an item may have is left; `invalid-utf-8`.
  mutating func refill(dropping count: Int) throws(SubmissionBodyError) {
    for octet in octets[..<count] { step(octet, &line, &column) }
    octets.removeFirst(count)
    guard octets.count <= SubmissionBody.itemOctets else {
      throw .itemTooLong(line: line, column: column)
    }
    let before = octets.count
    while octets.count == before, !isLast {
      if let invalid { throw invalid }
      try take(pieces.next())
    }
  }

  private mutating func take(_ piece: [UInt8]?) throws(SubmissionBodyError) {
    isLast = piece == nil
    var fresh = cut + (piece ?? [])
    cut = []
    if isFirst {
      // As many octets as it takes to tell what this is.
      guard fresh.count >= 4 || isLast else {
        cut = fresh
        return
      }
      isFirst = false
      try SubmissionBody.checkKind(fresh)
      if skipsMark, fresh.starts(with: [0xEF, 0xBB, 0xBF]) { fresh.removeFirst(3) }
    }
    if let offset = UTF8Check.firstInvalid(in: fresh) {
      if !isLast, Self.isCutShort(fresh[offset...]) {
        cut = Array(fresh[offset...])
      } else {
        invalid = refusal(of: fresh, at: offset)
        isLast = false
      }
      fresh.removeSubrange(offset...)
    }
    octets.append(contentsOf: fresh)
  }

  /// Whether a code point of so many octets may begin here and end later.
  private static func isCutShort(_ tail: ArraySlice<UInt8>) -> Bool {
    switch tail.first {
    case .some(0xC2...0xDF): tail.count < 2
    case .some(0xE0...0xEF): tail.count < 3
    case .some(0xF0...0xF4): tail.count < 4
    default: false
    }
  }

  private func refusal(of fresh: [UInt8], at offset: Int) -> SubmissionBodyError {
    var (line, column) = (line, column)
    for octet in octets { step(octet, &line, &column) }
    for octet in fresh[..<offset] { step(octet, &line, &column) }
    let digits = String(fresh[offset], radix: 16, uppercase: true)
    return SubmissionBodyError(
      .invalidUTF8, line: line, column: column,
      detail:
        "The octet \(digits) is no UTF-8 here; is the text in Windows-1252 or the like? Save it in UTF-8.")
  }

  // Columns count characters: continuation octets of UTF-8 do not.
  private func step(_ octet: UInt8, _ line: inout Int, _ column: inout Int) {
    if octet == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if octet & 0xC0 != 0x80 {
      column += 1
    }
  }
}

/// An array in pieces.
struct ArrayPieces: IteratorProtocol {
  private var rest: ArraySlice<UInt8>
  private let size: Int

  init(_ octets: [UInt8], of size: Int) {
    rest = octets[...]
    self.size = max(1, size)
  }

  mutating func next() -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    defer { rest = rest.dropFirst(size) }
    return Array(rest.prefix(size))
  }
}
