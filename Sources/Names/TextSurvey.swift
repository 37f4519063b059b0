// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How much of a text reads like base64 or hexadecimal rather than like words, whatever parts it.
///
/// Of the letters and digits, all in a row without what stands between them, each `window` counts as encoded where small letters,
/// capitals and digits follow each other in no order of words (`fewestChanges`), or digits prevail. Random base64
/// changes 6 or 7 times in 16 characters, hexadecimal 7 times; a capital before small letters is no change.
struct TextSurvey {
  /// The length of what is looked at at once.
  static let window = 16
  static let fewestChanges = 4
  static let mostDigits = 11
  /// From so many octets on that are no text, files are looked for in them.
  static let fewestBinary = 4

  /// So many characters are taken.
  let limit: Int
  /// Where the first character over the limit stands.
  private(set) var overLimit: Int?
  /// Where a `data:` URL begins.
  private(set) var dataURL: Int?

  private let isDecoded: Bool
  private var encoded = 0
  private var characters = 0
  private var covered = 0
  private var changes = 0
  private var digits = 0
  /// Whether there is a mark that SVG and XML begin with.
  private(set) var hasAngle = false
  private var binary = 0

  init(limit: Int, isDecoded: Bool = false) {
    self.limit = limit
    self.isDecoded = isDecoded
  }

  /// Whether it is worth while to look for the beginnings of files.
  var mayHoldFile: Bool {
    hasAngle || hasBinary
      || characters >= SignatureSearch.fewestCharacters / 2 && (changes >= 3 || digits >= 8)
  }

  /// Whether octets that are no text were given.
  var hasBinary: Bool { binary >= Self.fewestBinary }

  private enum Kind: UInt8 {
    case lower = 1
    case upper
    case digit
  }

  /// Looks at `octets`.
  ///
  /// - Returns: Whether it broke off, at something percent-encoded.
  mutating func take(_ octets: Span<UInt8>) -> Bool {
    var before: Kind?
    var (changed, numeric): (UInt32, UInt32) = (0, 0)
    var (changesNow, digitsNow) = (0, 0)
    for index in octets.indices {
      let octet = octets[index]
      let kind: Kind
      if (octet | 0x20) &- 0x61 < 26 {
        kind = octet & 0x20 == 0 ? .upper : .lower
      } else if octet &- 0x30 < 10 {
        kind = .digit
        digits &+= 1
      } else {
        if octet == UInt8(ascii: "%") {
          if !isDecoded, PercentLayers.octet(octets, at: index) != nil { return true }
        } else if octet == UInt8(ascii: ":") {
          if dataURL == nil { dataURL = DataURL.start(in: octets, colon: index) }
        } else if octet == UInt8(ascii: "<") {
          hasAngle = true
        }
        continue
      }
      characters &+= 1
      let change = before != nil && kind != before && !(before == .upper && kind == .lower)
      before = kind
      if change { changes &+= 1 }
      // What enters the window, and what leaves it.
      changesNow &+= (change ? 1 : 0) &- Int(changed >> (Self.window - 1) & 1)
      digitsNow &+= (kind == .digit ? 1 : 0) &- Int(numeric >> (Self.window - 1) & 1)
      changed = changed << 1 | (change ? 1 : 0)
      numeric = numeric << 1 | (kind == .digit ? 1 : 0)
      guard changesNow >= Self.fewestChanges || digitsNow > Self.mostDigits, characters >= Self.window else {
        continue
      }
      encoded &+= min(Self.window, characters &- covered)
      covered = characters
      if encoded > limit, overLimit == nil { overLimit = index }
    }
    return false
  }

  /// Counts octets that are no text, control characters or no UTF-8, each as the two digits that spell it.
  mutating func add(binary octets: [UInt8]) {
    var offset = 0
    var parser = Unicode.UTF8.ForwardParser()
    var rest = octets.makeIterator()
    scan: while true {
      let start = offset
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: break scan
      case .valid(let scalar):
        offset += scalar.count
        guard scalar.count == 1, let octet = scalar.first, Self.isControl(octet) else { continue }
        binary += 1
      case .error(let length):
        offset += length
        binary += length
      }
      if encoded + 2 * binary > limit, overLimit == nil { overLimit = start }
    }
  }

  /// Tabs and line breaks are text.
  static func isControl(_ octet: UInt8) -> Bool {
    octet < 0x20 && octet != 0x09 && octet != 0x0A && octet != 0x0D || octet == 0x7F
  }
}
