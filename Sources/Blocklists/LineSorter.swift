// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where sorted runs of lines lie until they are merged.
public protocol LineSpool: AnyObject {
  /// Takes the next octets.
  func append(_ octets: ArraySlice<UInt8>)
  /// All that was taken.
  func slab() -> Slab
}

/// Puts lines in order that come out of order. With a spool, few of them are in memory at a time: sorted runs go there, to be merged.
struct LineSorter {
  /// Octets of lines in one run.
  static let runOctets = 4 << 20

  private let spool: (any LineSpool)?
  private var unsorted = UnsortedLines()
  private var runs: [Range<Int>] = []
  private var spooled = 0

  init(spool: (any LineSpool)? = nil) { self.spool = spool }

  /// Takes one line, line feed included.
  mutating func append(_ line: [UInt8]) {
    if let spool, unsorted.octets.count + line.count > Self.runOctets { flush(to: spool) }
    unsorted.append(line)
  }

  /// Calls `body` with the lines in order, each once, a few together.
  mutating func forEachRun(_ body: (ArraySlice<UInt8>) -> Void) throws(BlocklistError) {
    guard let spool, !runs.isEmpty else {
      unsorted.forEachSorted(body)
      unsorted.removeAll()
      return
    }
    flush(to: spool)
    unsorted = UnsortedLines()
    let slab = spool.slab()
    // What a spool could not keep must not be read beyond its end.
    guard slab.count == spooled else { return }
    Self.merge(runs, of: slab, body)
  }

  private mutating func flush(to spool: any LineSpool) {
    var count = 0
    var page: [UInt8] = []
    unsorted.forEachSorted { line in
      page.append(contentsOf: line)
      if page.count >= Slab.runOctets {
        spool.append(page[...])
        count += page.count
        page.removeAll(keepingCapacity: true)
      }
    }
    spool.append(page[...])
    count += page.count
    runs.append(spooled..<spooled + count)
    spooled += count
    unsorted.removeAll()
  }

  /// Few runs, so the least line is found by looking at all of them.
  private static func merge(_ runs: [Range<Int>], of slab: Slab, _ body: (ArraySlice<UInt8>) -> Void) {
    var lines = runs.map { $0.lowerBound..<slab.span.lineEnd(from: $0.lowerBound) + 1 }
    var ends = runs.map(\.upperBound)
    var relaxed = runs.map(\.lowerBound)
    var page: [UInt8] = []
    var last: [UInt8] = []
    while !lines.isEmpty {
      let span = slab.span
      var least = 0
      for index in lines.indices.dropFirst()
      where span.extracting(lines[index]).compared(to: span.extracting(lines[least])) < 0 { least = index }
      let line = lines[least]
      if last.span.compared(to: span.extracting(line)) != 0 {
        last.removeAll(keepingCapacity: true)
        for index in line { last.append(span[index]) }
        page.append(contentsOf: last)
      }
      if page.count >= Slab.runOctets {
        body(page[...])
        page.removeAll(keepingCapacity: true)
      }
      if line.upperBound < ends[least] {
        lines[least] = line.upperBound..<span.lineEnd(from: line.upperBound) + 1
        if line.upperBound - relaxed[least] > Slab.runOctets {
          slab.relax(relaxed[least]..<line.lowerBound)
          relaxed[least] = line.lowerBound
        }
      } else {
        lines.remove(at: least)
        ends.remove(at: least)
        relaxed.remove(at: least)
      }
    }
    body(page[...])
  }
}
