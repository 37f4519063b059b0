// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A question to a resolver (RFC 1035 §4): one name, one type, class IN.
package struct NameQuestion: Hashable, Sendable {
  /// The types asked for here.
  package enum Kind: UInt16, Sendable {
    /// An IPv4 address.
    case a = 1
    /// Text.
    case txt = 16
  }

  /// The name, in lower case, without a dot at its end.
  package let name: String
  /// What is asked for.
  package let kind: Kind

  /// A question.
  package init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The message, with recursion desired; nil for what is no name.
  package func message(id: UInt16) -> [UInt8]? {
    guard let question else { return nil }
    return [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question
  }

  /// The question section.
  fileprivate var question: [UInt8]? {
    var octets: [UInt8] = []
    for label in name.split(separator: ".", omittingEmptySubsequences: false) {
      guard (1...63).contains(label.utf8.count) else { return nil }
      octets.append(UInt8(label.utf8.count))
      octets += label.utf8
    }
    guard octets.count <= 254 else { return nil }
    return octets + [0, 0, UInt8(kind.rawValue), 0, 1]
  }
}

/// What a resolver answered.
package struct NameAnswer: Hashable, Sendable {
  /// The response code: 0 no error, 3 no such name.
  package var code: UInt8
  /// IPv4 addresses, as dotted quads.
  package var addresses: [String] = []
  /// Texts, each of one record.
  package var texts: [String] = []

  /// An answer without records.
  package init(code: UInt8) { self.code = code }

  /// Reads a message; nil when it is malformed or answers another question.
  package init?(_ message: [UInt8], to question: NameQuestion, id: UInt16) {
    guard let asked = question.question, message.count >= 12 + asked.count,
      UInt16(message[0]) << 8 | UInt16(message[1]) == id, message[2] & 0x80 != 0, message[4] == 0,
      message[5] == 1, message[12..<12 + asked.count].map(Self.lowered) == asked
    else { return nil }
    self.init(code: message[3] & 0x0F)
    var reader = Reader(message: message, position: 12 + asked.count)
    for _ in 0..<Int(message[6]) << 8 | Int(message[7]) {
      guard let record = reader.record() else { return nil }
      switch record.type {
      case 1 where record.data.count == 4:
        addresses.append(record.data.map(String.init).joined(separator: "."))
      case 16: texts.append(Self.text(record.data))
      default: break
      }
    }
  }

  /// Servers may spell the question in other case; a length octet is below every letter.
  private static func lowered(_ octet: UInt8) -> UInt8 {
    (0x41...0x5A).contains(octet) ? octet | 0x20 : octet
  }

  private static func text(_ data: ArraySlice<UInt8>) -> String {
    var rest = data
    var octets: [UInt8] = []
    while let length = rest.popFirst() {
      octets += rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
    }
    return String(decoding: octets, as: UTF8.self)
  }

  private struct Reader {
    let message: [UInt8]
    var position: Int

    mutating func record() -> (type: UInt16, data: ArraySlice<UInt8>)? {
      guard skipName(), position + 10 <= message.count else { return nil }
      let type = UInt16(message[position]) << 8 | UInt16(message[position + 1])
      let length = Int(message[position + 8]) << 8 | Int(message[position + 9])
      position += 10
      guard position + length <= message.count else { return nil }
      defer { position += length }
      return (type, message[position..<position + length])
    }

    /// Labels up to the root or a compression pointer.
    private mutating func skipName() -> Bool {
      while position < message.count {
        let length = message[position]
        if length & 0xC0 == 0xC0 {
          position += 2
          return true
        }
        position += 1 + Int(length)
        if length == 0 { return true }
      }
      return false
    }
  }
}
