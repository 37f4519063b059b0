// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import ListFormats
private import Names

/// A transferred policy zone, record by record, against the list that it shall carry.
struct ZoneComparison {
  private let list: Blocklist
  private let origin: [UInt8]
  private let target: [UInt8]
  /// A name besides the list of which the record shall be there.
  private let canary: [UInt8]
  private var line: [UInt8] = []
  /// For each octet of the list at which an entry starts: whether its name's record, and that of all below it, is there.
  private var names: BitField
  private var wildcards: BitField
  /// Owners of records that no entry wants, a line each.
  private var unwanted: GatheredLines
  /// How far the list has been looked at since it was let go: records come in another order than lines.
  private var looked = 0
  private var hasOrigin = false
  /// Where the marker of the list stands, and what all such names end in.
  private let marker: [UInt8]
  private let markers: [UInt8]
  /// Another list of which the zone carries the marker: its records would be taken for strangers.
  private(set) var otherList: String?
  /// What the program that fetches the zone said, when it was no record.
  private(set) var complaint = "no records came"

  /// - Parameter spool: for what is not wanted, where it is much.
  init(
    list: Blocklist, named name: ListName, zone: String, target: String, canary: String? = nil,
    spool: any LineSpool
  ) {
    unwanted = GatheredLines(spool: spool)
    self.canary = Array((canary ?? "").utf8)
    self.list = list
    origin = Array(".\(zone).".utf8)
    self.target = Array(target.utf8)
    let own = ReleaseMarker.name(of: name).text
    marker = Array(own.utf8)
    markers = Array(own.dropFirst(name.text.count).utf8)
    names = BitField(count: list.slab.count)
    wildcards = BitField(count: list.slab.count)
  }

  /// Records looked up before what was looked at is let go.
  private static let looksTogether = 4096

  /// Whether the zone's own records came.
  var isWholeZone: Bool { hasOrigin }

  /// Takes the next octets of the zone in text form.
  mutating func take(_ part: ArraySlice<UInt8>) {
    for octet in part {
      if octet == UInt8(ascii: "\n") {
        takeLine()
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(octet)
      }
    }
  }

  private mutating func takeLine() {
    if line.first == UInt8(ascii: ";") {
      let words = line.drop { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: " ") }
      if !words.isEmpty { complaint = String(decoding: words.prefix(120), as: UTF8.self) }
      return
    }
    let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard fields.count >= 5, let owner = fields.first else { return }
    if owner.elementsEqual(origin.dropFirst()) {
      hasOrigin = hasOrigin || fields[3].elementsEqual("SOA".utf8)
      return
    }
    guard owner.count > origin.count, owner.suffix(origin.count).elementsEqual(origin) else { return }
    let name = owner.dropLast(origin.count)
    if fields[3].elementsEqual("TXT".utf8), name.count > markers.count,
      name.suffix(markers.count).elementsEqual(markers), !name.elementsEqual(marker)
    {
      otherList = String(decoding: name.dropLast(markers.count), as: UTF8.self)
    }
    guard fields[3].elementsEqual("CNAME".utf8) else { return }
    // By this record the administrator makes BIND look into the zone for every name: it blocks nothing, and stays.
    if name.elementsEqual("*".utf8), fields[4].elementsEqual("rpz-passthru.".utf8) { return }
    takeRecord(name, isTarget: fields[4].elementsEqual(target))
  }

  private mutating func takeRecord(_ owner: ArraySlice<UInt8>, isTarget: Bool) {
    let isWildcard = owner.starts(with: "*.".utf8)
    let name = isWildcard ? owner.dropFirst(2) : owner
    looked += 1
    if looked % Self.looksTogether == 0 { list.slab.relax() }
    let subtree = list.offset(ofLine: [UInt8(ascii: ".")] + name)
    guard let offset = subtree ?? (isWildcard ? nil : list.offset(ofLine: Array(name))) else {
      // The canary is told anew with every change.
      if isWildcard || !name.elementsEqual(canary) { unwanted.append(owner + [UInt8(ascii: "\n")]) }
      return
    }
    // A record that says something else is added anew, which replaces it (RFC 2136 §3.4.2.2).
    guard isTarget else { return }
    if isWildcard { wildcards.insert(offset) } else { names.insert(offset) }
  }

  /// Calls `body` for every record that no entry wants.
  func forEachUnwanted<Failure>(
    _ body: (ArraySlice<UInt8>, _ isWildcard: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    try unwanted.slab().forEachRun { run throws(Failure) in
      var start = run.startIndex
      while start < run.endIndex {
        var end = start
        while run[end] != UInt8(ascii: "\n") { end += 1 }
        let isWildcard = run[start..<end].starts(with: "*.".utf8)
        try body(run[(isWildcard ? start + 2 : start)..<end], isWildcard)
        start = end + 1
      }
    }
  }

  /// Calls `body` for every record that is not there.
  func forEachMissing<Failure>(
    _ body: (ArraySlice<UInt8>, Scope, _ isWildcard: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    var offset = 0
    try list.slab.forEachRun { run throws(Failure) in
      var start = run.startIndex
      while start < run.endIndex {
        var end = start
        while run[end] != UInt8(ascii: "\n") { end += 1 }
        let scope: Scope = run[start] == UInt8(ascii: ".") ? .subtree : .host
        let name = run[(scope == .subtree ? start + 1 : start)..<end]
        let place = offset + start - run.startIndex
        if !names.contains(place) { try body(name, scope, false) }
        if scope == .subtree, !wildcards.contains(place) { try body(name, scope, true) }
        start = end + 1
      }
      offset += run.count
    }
  }
}

/// A set of small numbers.
private struct BitField {
  private var words: [UInt64]

  init(count: Int) { words = Array(repeating: 0, count: count / 64 + 1) }

  mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }

  func contains(_ number: Int) -> Bool { words[number >> 6] & (1 << UInt64(number & 63)) != 0 }
}
