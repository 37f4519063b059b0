// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads a JSON document part by part, so that a long array never stands in memory as values: enter what is known to be
/// long, take the rest as values. As strict as ``JSONValue/init(parsing:limits:)``.
public struct JSONReader {
  private enum Container { case object, array }

  private var parser: JSONParser
  private var open: [Container] = []
  /// Whether nothing of the innermost container was read yet.
  private var isAtStart = false
  private var keys: Set<String> = []

  /// Stands before the document's value.
  ///
  /// - Throws: ``JSONError`` for a document that is too large or not UTF-8.
  public init(_ octets: [UInt8], limits: JSONLimits) throws(JSONError) {
    parser = JSONParser(octets: octets, dialect: .json, depthLimit: limits.depth)
    try parser.begin(limits)
  }

  /// Enters the object that comes next; false, and nothing is read, when something else does.
  /// One object at a time can be entered.
  public mutating func enterObject() throws(JSONError) -> Bool { try enter("{", .object) }

  /// Enters the array that comes next; false, and nothing is read, when something else does.
  public mutating func enterArray() throws(JSONError) -> Bool { try enter("[", .array) }

  private mutating func enter(_ bracket: Unicode.Scalar, _ kind: Container) throws(JSONError) -> Bool {
    guard parser.current == UInt8(ascii: bracket) else { return false }
    guard open.count < parser.depthLimit else { throw parser.refusal(.tooDeep) }
    _ = parser.take(bracket)
    open.append(kind)
    isAtStart = true
    try parser.skipBlanks()
    return true
  }

  /// The next key of the object entered, its value next; nil at its end, which is then left.
  public mutating func nextKey() throws(JSONError) -> String? {
    guard try !leaves("}", .object) else { return nil }
    let start = parser.position
    let key = try parser.key()
    guard keys.insert(key).inserted else { throw parser.refusal(.duplicateKey, at: start) }
    try parser.skipBlanks()
    guard parser.take(":") else { throw parser.unexpected }
    try parser.skipBlanks()
    return key
  }

  /// Whether another element of the array entered comes next; false at its end, which is then left.
  public mutating func hasElement() throws(JSONError) -> Bool { try !leaves("]", .array) }

  /// The value that comes next, whole.
  public mutating func value() throws(JSONError) -> JSONValue { try parser.value(depth: open.count) }

  /// The end of the document.
  ///
  /// - Throws: ``JSONError`` when something follows the value.
  public mutating func end() throws(JSONError) {
    try parser.skipBlanks()
    guard parser.position == parser.octets.count else { throw parser.refusal(.trailingData) }
  }

  /// Octets read so far.
  package var position: Int { parser.position }
  /// Whether all octets given were read.
  package var isAtEnd: Bool { parser.position == parser.octets.count }
  /// A refusal of what comes next.
  package var refusal: JSONError { parser.refusal(.tooLarge) }

  /// Goes on with `octets`: what was not read yet, and what came after it. Offsets count from there.
  package mutating func replaceOctets(with octets: [UInt8]) {
    parser.octets = octets
    parser.position = 0
  }

  private mutating func leaves(_ bracket: Unicode.Scalar, _ kind: Container) throws(JSONError) -> Bool {
    precondition(open.last == kind, "the innermost container is of another kind")
    let ends = isAtStart ? parser.take(bracket) : try parser.endsAfterElement(with: bracket)
    isAtStart = false
    if ends { open.removeLast() }
    return ends
  }
}
