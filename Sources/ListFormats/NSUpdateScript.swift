// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import Names

/// A change to a response policy zone as input for `nsupdate`: dynamic updates (RFC 2136) for BIND, Knot DNS or PowerDNS.
///
/// A change may need several messages. Each asks, as a prerequisite, that the zone's marker says what the message before left there,
/// so that the whole chain is carried out in order on exactly the zone it was made for, or stops.
public struct NSUpdateScript {
  /// So many octets of records end a message, well below the 65,535 that it may have.
  public static let messageOctets = 48_000

  private let zone: PolicyZone
  private let origin: String
  /// A name besides the list, told with the last message: whatever a change does to the name, it is blocked afterwards.
  private let canary: DomainName?
  private let server: String?
  private let marker: ReleaseMarker
  private var expected: String?
  private var page = Page(capacity: 1 << 17)
  private var octets = 0
  /// How many messages there are so far.
  public private(set) var messages = 0

  /// A script without changes.
  /// - Parameters:
  ///   - server: address and port of the server, as in `127.0.0.1 53`; nil leaves it to `nsupdate`.
  ///   - marker: what the zone says afterwards.
  ///   - expected: what the marker must say before; nil to ask for nothing.
  public init(options: RenderOptions, server: String?, marker: ReleaseMarker, expected: String?) {
    zone = PolicyZone(options)
    canary = options.canary
    origin = ".\(options.zone.text)."
    self.server = server
    self.marker = marker
    self.expected = expected
  }

  /// What a blocked name's CNAME record says.
  public var target: String {
    String(decoding: zone.target.dropFirst(" CNAME ".utf8.count).dropLast(), as: UTF8.self)
  }

  /// Whether the zone can carry an entry.
  public func expresses(_ name: ArraySlice<UInt8>, _ scope: Scope) -> Bool {
    zone.expresses(name.span, scope)
  }

  /// How many entries of a list the zone cannot carry.
  public func omitted(of list: Blocklist) -> Int {
    var count = 0
    list.slab.forEachRun { run in
      let octets = run.span
      EntrySlices.forEachRange(in: octets) { name, scope in
        if !zone.expresses(octets.extracting(name), scope) { count += 1 }
      }
    }
    return count
  }

  /// Writes a whole change, what is added first.
  /// - Parameter sink: takes the script message by message.
  public mutating func write<Failure>(
    _ delta: Delta, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let changes = ChangedNames(delta)
    try changes.forEachListed { name, scope throws(Failure) in
      guard expresses(name, scope) else { return }
      if let message = add(name, isWildcard: false) { try sink(message) }
      guard scope == .subtree else { return }
      if let message = add(name, isWildcard: true) { try sink(message) }
    }
    if !delta.removals.isEmpty, let message = flush() { try sink(message) }
    try changes.forEachUnlisted { name, scope, now throws(Failure) in
      guard expresses(name, scope) else { return }
      if now == nil, let message = delete(name, isWildcard: false) { try sink(message) }
      guard scope == .subtree, now != .subtree else { return }
      if let message = delete(name, isWildcard: true) { try sink(message) }
    }
    try sink(end())
  }

  /// Adds the record of a name, or of all below it.
  /// - Returns: a message, when this completes one.
  public mutating func add(_ name: ArraySlice<UInt8>, isWildcard: Bool) -> [UInt8]? {
    owner("update add ", name, isWildcard)
    page.write(" 60")
    page.write(zone.target)
    return count(name.count + 16 + zone.target.count)
  }

  /// Deletes the record of a name, or of all below it.
  /// - Returns: a message, when this completes one.
  public mutating func delete(_ name: ArraySlice<UInt8>, isWildcard: Bool) -> [UInt8]? {
    owner("update delete ", name, isWildcard)
    page.write(" CNAME\n")
    return count(name.count + 16)
  }

  /// Ends a message before what comes takes away what covers a name that it adds: BIND 9.18 applies a message as a whole, and yet shows for
  /// some milliseconds neither the one nor the other.
  /// - Returns: the message, unless nothing has come since the last one.
  public mutating func flush() -> [UInt8]? {
    octets == 0 ? nil : message(leaving: "\(marker.text):\(messages + 1)")
  }

  /// The last message, after which the marker says that all is done.
  public mutating func end() -> [UInt8] {
    if let canary { page.write(text: "update add \(canary.text)\(origin) 60 CNAME \(target)\n") }
    return message(leaving: marker.text)
  }

  private mutating func owner(_ verb: String, _ name: ArraySlice<UInt8>, _ isWildcard: Bool) {
    page.write(text: verb)
    if isWildcard { page.write("*.") }
    page.write(name)
    page.write(text: origin)
  }

  private mutating func count(_ more: Int) -> [UInt8]? {
    octets += more
    return octets < Self.messageOctets ? nil : flush()
  }

  private mutating func message(leaving says: String) -> [UInt8] {
    let owner = marker.name.text + origin
    var head = server.map { "server \($0)\n" } ?? ""
    head += "zone \(origin.dropFirst())\n"
    if let expected { head += "prereq yxrrset \(owner) IN TXT \"\(expected)\"\n" }
    let tail = "update delete \(owner) TXT\nupdate add \(owner) 60 TXT \"\(says)\"\nsend\n"
    defer {
      expected = says
      messages += 1
      page = Page(capacity: 1 << 17)
      octets = 0
    }
    return Array(head.utf8) + page.octets + Array(tail.utf8)
  }
}
