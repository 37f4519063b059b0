// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Lines that are gathered one by one: in memory while they are few, in a spool from then on.
public struct GatheredLines {
  /// Octets of lines in memory.
  public static let octets = 2 << 20

  private let spool: (any LineSpool)?
  private var page: [UInt8] = []
  private var isSpooled = false
  /// How many lines there are.
  public private(set) var count = 0

  /// No lines.
  /// - Parameter spool: nil to keep them all in memory.
  public init(spool: (any LineSpool)? = nil) { self.spool = spool }

  /// Takes one line, line feed included.
  public mutating func append(_ line: some Sequence<UInt8>) {
    page.append(contentsOf: line)
    count += 1
    if let spool, page.count >= Self.octets {
      spool.append(page[...])
      page.removeAll(keepingCapacity: true)
      isSpooled = true
    }
  }

  /// All lines in the order they came; none can be added afterwards.
  public consuming func slab() -> Slab {
    guard let spool, isSpooled else { return Slab(page) }
    spool.append(page[...])
    return spool.slab()
  }
}
