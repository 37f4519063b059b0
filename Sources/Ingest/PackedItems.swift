// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import Names

/// Judged items as octets, so that a long batch is judged once and need not stand in memory until it is stored.
///
/// Only for this program, and only for as long as it runs: what is unpacked was packed before, and is not judged again.
public enum PackedItems {
  /// Appends one item.
  public static func append(_ item: Result<AdmittedItem, ItemRefusal>, to octets: inout [UInt8]) {
    switch item {
    case .success(let item): append(item, to: &octets)
    case .failure(let refusal):
      octets.append(Marks.refusal.rawValue)
      append(refusal.line, to: &octets)
      append(refusal.column, to: &octets)
      for text in [refusal.field, refusal.rule, refusal.detail] { append(text, to: &octets) }
    }
  }

  /// The items in `octets`, in the order packed; nil when these are not whole items.
  public static func unpacked(_ octets: [UInt8]) -> [Result<AdmittedItem, ItemRefusal>]? {
    var items: [Result<AdmittedItem, ItemRefusal>] = []
    var reader = PackedReader(octets)
    while !reader.isAtEnd {
      guard let item = item(&reader) else { return nil }
      items.append(item)
    }
    return items
  }

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let refusal = Marks(rawValue: 1 << 7)
    /// The entry is the host without `www.`, and all below.
    static let usualEntry = Marks(rawValue: 1)
    static let dropsWWW = Marks(rawValue: 1 << 1)
    static let caseReference = Marks(rawValue: 1 << 2)
    static let evidence = Marks(rawValue: 1 << 3)
    static let seenAt = Marks(rawValue: 1 << 4)
    static let note = Marks(rawValue: 1 << 5)
    static let answers = Marks(rawValue: 1 << 6)
  }

  private static func append(_ item: AdmittedItem, to octets: inout [UInt8]) {
    let host = item.host
    var marks: Marks = []
    if item.entry.scope == .subtree, item.entry.name == host.base { marks.insert(.usualEntry) }
    if host.base != host.name { marks.insert(.dropsWWW) }
    if item.caseReference != nil { marks.insert(.caseReference) }
    if item.evidence != nil { marks.insert(.evidence) }
    if item.seenAt != nil { marks.insert(.seenAt) }
    if item.note != nil { marks.insert(.note) }
    if item.answers != nil { marks.insert(.answers) }
    octets.append(marks.rawValue)
    append(item.line, to: &octets)
    append(item.understood, to: &octets)
    append(host.name.text, to: &octets)
    append(host.registrable.text.utf8.count, to: &octets)
    if !marks.contains(.usualEntry) { append(item.entry.text, to: &octets) }
    if let reference = item.caseReference { append(reference, to: &octets) }
    if let evidence = item.evidence { append(evidence.hex, to: &octets) }
    if let seenAt = item.seenAt {
      append(bits: seenAt.timeIntervalSinceReferenceDate.bitPattern, to: &octets)
    }
    if let note = item.note { append(note, to: &octets) }
    if let answers = item.answers { append(answers.text, to: &octets) }
  }

  private static func append(_ text: String, to octets: inout [UInt8]) {
    append(text.utf8.count, to: &octets)
    octets.append(contentsOf: text.utf8)
  }

  /// Seven bits an octet, the lowest first.
  private static func append(_ number: Int, to octets: inout [UInt8]) {
    var rest = UInt(number)
    while rest >= 0x80 {
      octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    octets.append(UInt8(rest))
  }

  private static func append(bits: UInt64, to octets: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      octets.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  private static func item(_ reader: inout PackedReader) -> Result<AdmittedItem, ItemRefusal>? {
    guard let marks = reader.octet().map(Marks.init(rawValue:)), let line = reader.number() else {
      return nil
    }
    if marks == .refusal {
      guard let column = reader.number(), let field = reader.text(), let rule = reader.text(),
        let detail = reader.text()
      else { return nil }
      return .failure(ItemRefusal(line: line, column: column, field: field, rule: rule, detail: detail))
    }
    guard let understood = reader.text(), let name = reader.text(), let length = reader.number(),
      length <= name.utf8.count
    else { return nil }
    let host = ReportedHost(
      name: DomainName(proven: name),
      base: DomainName(proven: marks.contains(.dropsWWW) ? String(name.dropFirst(4)) : name),
      registrable: DomainName(proven: String(decoding: name.utf8.suffix(length), as: UTF8.self)))
    var entry = BlocklistEntry(name: host.base, scope: .subtree)
    if !marks.contains(.usualEntry) {
      guard let text = reader.text(), let other = try? BlocklistEntry(parsing: text) else { return nil }
      entry = other
    }
    var item = AdmittedItem(line: line, understood: understood, host: host, entry: entry)
    if marks.contains(.caseReference) { item.caseReference = reader.text() }
    if marks.contains(.evidence) { item.evidence = reader.text().flatMap { EvidenceDigest($0) } }
    if marks.contains(.seenAt) {
      item.seenAt = reader.bits().map { Date(timeIntervalSinceReferenceDate: Double(bitPattern: $0)) }
    }
    if marks.contains(.note) { item.note = reader.text() }
    if marks.contains(.answers) { item.answers = reader.text().flatMap { ReportedAnswers($0) } }
    let isWhole =
      marks.contains(.evidence) == (item.evidence != nil) && marks.contains(.answers) == (item.answers != nil)
    return reader.isBroken || !isWhole ? nil : .success(item)
  }
}

/// Reads what `PackedItems` wrote.
private struct PackedReader {
  private let octets: [UInt8]
  private var index = 0
  /// Whether anything was asked for that is not there.
  private(set) var isBroken = false

  init(_ octets: [UInt8]) { self.octets = octets }

  var isAtEnd: Bool { index == octets.count }

  mutating func octet() -> UInt8? {
    guard index < octets.count else {
      isBroken = true
      return nil
    }
    defer { index += 1 }
    return octets[index]
  }

  mutating func number() -> Int? {
    var number: UInt = 0
    for shift in stride(from: UInt(0), to: 63, by: 7) {
      guard let octet = octet() else { return nil }
      number |= UInt(octet & 0x7F) << shift
      if octet < 0x80 { return Int(number) }
    }
    isBroken = true
    return nil
  }

  mutating func text() -> String? {
    guard let count = number(), count <= octets.count - index else {
      isBroken = true
      return nil
    }
    defer { index += count }
    return String(decoding: octets[index..<index + count], as: UTF8.self)
  }

  mutating func bits() -> UInt64? {
    var bits: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      guard let octet = octet() else { return nil }
      bits |= UInt64(octet) << shift
    }
    return bits
  }
}
