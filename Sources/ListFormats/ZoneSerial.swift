// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// The serial of a policy zone: secondaries take a zone only when it has grown (RFC 1982).
public enum ZoneSerial {
  /// The serial of a release that nothing is set differently for.
  public static func of(_ version: ListVersion) -> UInt32 { UInt32(truncatingIfNeeded: version.number) }

  /// The serial of other content than was written under `last`: that of the release, if that lies beyond, else the next number.
  public static func next(after last: UInt32, for version: ListVersion) -> UInt32 {
    let next = last == .max ? 1 : last + 1
    let own = of(version)
    return Int32(bitPattern: own &- next) > 0 ? own : next
  }

  /// The serial of a zone as this program writes it; nil for another file.
  public static func read(from zone: Slab) -> UInt32? {
    place(in: zone).flatMap { UInt32(String(decoding: zone[$0], as: UTF8.self)) }
  }

  /// Hands over a zone with another serial, part by part.
  public static func rewrite(
    _ zone: Slab, with serial: UInt32, to take: (ArraySlice<UInt8>) -> Void
  ) {
    guard let place = place(in: zone) else { return zone.forEachRun(take) }
    take(zone[0..<place.lowerBound])
    take(Array(String(serial).utf8)[...])
    zone.dropFirst(place.upperBound).forEachRun(take)
  }

  /// Octets at the beginning of a zone in which its serial stands.
  private static let headOctets = 2048

  /// What stands before the serial in the head of a zone.
  static let mark = "@ SOA localhost. hostmaster.localhost. "

  private static func place(in zone: Slab) -> Range<Int>? {
    let head = Array(zone[0..<min(zone.count, headOctets)])
    let mark = Array("\n\(mark)".utf8)
    guard head.count > mark.count,
      let found = (0..<head.count - mark.count).first(where: { head[$0...].starts(with: mark) })
    else { return nil }
    let start = found + mark.count
    let digits = head[start...].prefix { $0 >= 0x30 && $0 <= 0x39 }
    return digits.isEmpty ? nil : start..<digits.endIndex
  }
}
