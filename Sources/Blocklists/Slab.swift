// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Octets that stay as they are: an array's, or those of a file that is mapped.
///
/// A list of a million names need not be read into memory to be looked at, nor two of them to be compared.
@safe public struct Slab: Sendable {
  private let array: [UInt8]
  private let file: (any MappedFile)?

  /// Where in the file the octets begin.
  private let offset: Int

  /// What an array holds.
  public init(_ array: [UInt8]) {
    self.array = array
    (file, offset) = (nil, 0)
  }

  /// What a file holds.
  /// - Parameter offset: where the octets begin.
  public init(_ file: any MappedFile, from offset: Int = 0) {
    array = []
    (self.file, self.offset) = (file, min(offset, file.count))
  }

  /// The same octets without the first few.
  public func dropFirst(_ count: Int) -> Slab {
    guard let file else { return Slab(Array(array.dropFirst(count))) }
    return Slab(file, from: offset + count)
  }

  /// Some of the octets, as octets of their own: no copy where they are a file's.
  package func part(_ range: Range<Int>) -> Slab {
    guard let file else { return Slab(Array(array[range])) }
    return Slab(MappedPart(of: file, offset + range.lowerBound..<offset + range.upperBound))
  }

  /// How many octets.
  public var count: Int { file.map { $0.count - offset } ?? array.count }

  /// The octets, to look at.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      if let file {
        // The file stays mapped for as long as this value lives, which owns it.
        return unsafe _overrideLifetime(
          Span(_unsafeElements: file.octets).extracting(offset...), borrowing: self)
      }
      return unsafe _overrideLifetime(array.span, borrowing: self)
    }
  }

  /// All octets, in an array: a copy where they are a file's.
  public var octets: [UInt8] { file == nil ? array : Array(self[0..<count]) }

  /// Some octets: a copy where they are a file's.
  public subscript(_ range: Range<Int>) -> ArraySlice<UInt8> {
    guard let file else { return array[range] }
    return unsafe Array(file.octets[offset + range.lowerBound..<offset + range.upperBound])[...]
  }

  /// The octets from a place on: a copy where they are a file's.
  subscript(_ range: PartialRangeFrom<Int>) -> ArraySlice<UInt8> { self[range.lowerBound..<count] }

  /// Says that octets are not needed for now. A file's leave the memory until somebody looks again.
  public func relax(_ range: Range<Int>? = nil) {
    let range = range ?? 0..<count
    file?.relax(offset + range.lowerBound..<offset + range.upperBound)
  }

  /// Whether the octets are the same as others, of which little is in memory at a time.
  public func isSame(as other: Slab) -> Bool {
    guard count == other.count else { return false }
    var start = 0
    while start < count {
      let end = Swift.min(start + Self.runOctets, count)
      guard span.extracting(start..<end).compared(to: other.span.extracting(start..<end)) == 0 else {
        return false
      }
      relax(start..<end)
      other.relax(start..<end)
      start = end
    }
    return true
  }

  /// Octets of one run of whole lines, or a little more.
  public static let runOctets = 1 << 18
  /// After so many octets, who jumps from place to place lets go what was looked at.
  static let relaxedOctets = 1 << 21

  /// Calls `body` for one run of whole lines after the other, each a copy where they are a file's, and keeps none of them in memory.
  public func forEachRun<Failure>(
    in range: Range<Int>? = nil, _ body: (ArraySlice<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var range = range ?? 0..<count
    while let end = endOfRun(in: range) {
      try body(self[range.lowerBound..<end])
      relax(range.lowerBound..<end)
      range = end..<range.upperBound
    }
  }

  /// Calls `body` for one stretch of a range after the other, and keeps none of them in memory where they are a file's.
  func forEachStretch(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = file == nil ? range.upperBound : Swift.min(start + Self.runOctets, range.upperBound)
      body(start..<end)
      relax(start..<end)
      start = end
    }
  }

  /// Calls `body` for one piece after the other, whatever lines there are.
  public func forEachPiece(_ body: (ArraySlice<UInt8>) -> Void) {
    forEachStretch(in: 0..<count) { body(self[$0]) }
  }

  /// Where the run of whole lines ends that `range` begins with; nil when that is empty. An array's octets are one run.
  package func endOfRun(in range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    guard file != nil, range.count > Self.runOctets else { return range.upperBound }
    var end = range.lowerBound + Self.runOctets - 1
    while end < range.upperBound, span[end] != Octet.lineFeed { end += 1 }
    return Swift.min(end + 1, range.upperBound)
  }
}

/// A file of which the octets can be looked at in place.
///
/// It must not be cut short while it is: who replaces it gives another file its name.
@safe public protocol MappedFile: AnyObject, Sendable {
  /// The octets, for as long as this object lives.
  @unsafe var octets: UnsafeBufferPointer<UInt8> { get }
  /// Lets the memory of some octets go until somebody looks again.
  func relax(_ range: Range<Int>)
}

extension MappedFile {
  /// How many octets.
  var count: Int { unsafe octets.count }
}

/// Some octets of a mapped file.
@safe private final class MappedPart: MappedFile {
  private let whole: any MappedFile
  private let range: Range<Int>

  init(of whole: any MappedFile, _ range: Range<Int>) { (self.whole, self.range) = (whole, range) }

  @unsafe var octets: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(rebasing: whole.octets[range])
  }

  func relax(_ part: Range<Int>) {
    whole.relax(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
  }
}

extension Slab: Hashable {
  /// Whether the octets are the same.
  public static func == (left: Slab, right: Slab) -> Bool {
    guard left.file != nil || right.file != nil else { return left.array == right.array }
    return left.count == right.count && left.span.compared(to: right.span) == 0
  }

  /// Hashes their number and the first few.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for octet in self[0..<Swift.min(count, 64)] { hasher.combine(octet) }
  }
}
