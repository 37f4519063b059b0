// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// From the host part of an address to a domain name (URL Standard, "host parser", with STD3 and DNS lengths enforced).
enum HostParser {
  /// The domain that `host` means.
  ///
  /// - Throws: `empty`, `invalid-percent-encoding`, `forbidden-code-point`, `empty-label`, `invalid-idna`, `label-too-long`,
  ///   `name-too-long`, `ip-address`, `invalid-ip-address`.
  static func domain(_ host: [Placed]) throws(NameRefusal) -> DomainName {
    guard let first = host.first else {
      throw NameRefusal(.empty, column: 1, detail: "Nothing was given.")
    }
    if first.is("[") { throw bracketed(host) }
    let decoded = try percentDecoded(host)
    for placed in decoded where placed.scalar.isASCII {
      guard placed.scalar.isLetterDigitHyphen || placed.is(".") else {
        throw NameRefusal(
          .forbiddenCodePoint, column: placed.column, detail: forbidden(placed.scalar))
      }
    }
    let labels = try labels(decoded)
    let texts = labels.map(\.text)
    switch NumericHost.verdict(on: texts) {
    case .name: break
    case .address(let address):
      throw NameRefusal(
        .ipAddress, column: first.column,
        detail: "This is the IPv4 address \(NumericHost.text(address)), not a name.")
    case .invalid:
      throw NameRefusal(
        .invalidIPAddress, column: first.column,
        detail: "The last label is a number, so this would be an IPv4 address, and it is not a valid one.")
    }
    return try measured(labels, column: first.column)
  }

  private static func forbidden(_ scalar: Unicode.Scalar) -> String {
    let rule = "A host name holds letters, digits, hyphens and dots only, not \(scalar.called)"
    switch scalar {
    case "@": return rule + ": a mail address is no web address."
    case ",", ";": return rule + ": one address a line."
    default: return rule + "."
    }
  }

  private struct Label {
    let text: String
    let column: Int
  }

  private static func labels(_ host: [Placed]) throws(NameRefusal) -> [Label] {
    var labels: [Label] = []
    var start = host.startIndex
    for index in host.indices where host[index].scalar.isLabelSeparator {
      guard index > start else {
        throw NameRefusal(
          .emptyLabel, column: host[index].column, detail: "There is no label before this dot.")
      }
      labels.append(try label(host[start..<index]))
      start = index + 1
    }
    // One dot at the end is the root, and says nothing.
    if start < host.endIndex { labels.append(try label(host[start...])) }
    try checkDirections(labels)
    return labels
  }

  private static func label(_ placed: ArraySlice<Placed>) throws(NameRefusal) -> Label {
    let column = placed[placed.startIndex].column
    if placed.allSatisfy(\.scalar.isASCII) {
      let text = String(decoding: placed.map { UInt8($0.scalar.lowercasedASCII.value) }, as: UTF8.self)
      if !text.hasPrefix("xn--") { return Label(text: text, column: column) }
      // Case-blind on purpose: libidn2 compares the A-label it is given with the one it would make.
    }
    return Label(text: try LabelMapping.ascii(placed), column: column)
  }

  /// What libidn2 leaves open of the bidi rule (RFC 5893 §2), as far as Unicode's general categories tell: a right-to-left label
  /// ends in a letter or digit, marks aside, and has digits of one kind; beside one, any other label begins with a letter and
  /// ends in a letter or digit.
  private static func checkDirections(_ labels: [Label]) throws(NameRefusal) {
    let decoded = labels.map(scalars)
    guard decoded.contains(where: isRightToLeft) else { return }
    for (label, scalars) in zip(labels, decoded) {
      let ends =
        scalars.last { $0.properties.generalCategory != .nonspacingMark }.map(isLetterOrDigit) ?? false
      let isSound =
        isRightToLeft(scalars)
        ? ends && !mixesDigits(scalars) : ends && scalars.first?.properties.isAlphabetic == true
      guard isSound else {
        throw NameRefusal(
          .invalidIDNA, column: label.column,
          detail: "Beside a right-to-left label, a label begins with a letter and ends in a letter or digit.")
      }
    }
  }

  /// European and Arabic-Indic digits beside each other (RFC 5893 §2, rule 4).
  private static func mixesDigits(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.contains { $0.isASCIIDigit || (0x6F0...0x6F9).contains($0.value) }
      && scalars.contains { (0x660...0x669).contains($0.value) }
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// The code points of a label, an A-label decoded.
  private static func scalars(_ label: Label) -> [Unicode.Scalar] {
    guard label.text.hasPrefix("xn--"), let scalars = Punycode.decoded(label.text.dropFirst(4)) else {
      return Array(label.text.unicodeScalars)
    }
    return scalars
  }

  private static func isRightToLeft(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.contains { scalar in
      switch scalar.value {
      case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
      default: false
      }
    }
  }

  private static func measured(_ labels: [Label], column: Int) throws(NameRefusal) -> DomainName {
    for label in labels where label.text.utf8.count > 63 {
      throw NameRefusal(
        .labelTooLong, column: label.column, detail: "A label holds at most 63 octets in its A-label form.")
    }
    let text = labels.map(\.text).joined(separator: ".")
    guard text.utf8.count <= 253 else {
      throw NameRefusal(
        .nameTooLong, column: column, detail: "A name holds at most 253 octets in its A-label form.")
    }
    return DomainName(proven: text)
  }

  private static func bracketed(_ host: [Placed]) -> NameRefusal {
    let column = host[host.startIndex].column
    let inside = String(String.UnicodeScalarView(host.dropFirst().dropLast().map(\.scalar)))
    guard host.last?.is("]") == true, NumericHost.sixteenBitPieces(inside) != nil else {
      return NameRefusal(
        .invalidIPAddress, column: column, detail: "A host in brackets is an IPv6 address, and this is none.")
    }
    return NameRefusal(.ipAddress, column: column, detail: "This is an IPv6 address, not a name.")
  }

  /// Each run of `%XX` decoded as strict UTF-8; its code points stand where their first `%` stood.
  static func percentDecoded(_ host: [Placed]) throws(NameRefusal) -> [Placed] {
    guard host.contains(where: { $0.is("%") }) else { return host }
    var output: [Placed] = []
    var index = host.startIndex
    while index < host.endIndex {
      guard host[index].is("%") else {
        output.append(host[index])
        index += 1
        continue
      }
      var octets: [UInt8] = []
      let start = index
      while index < host.endIndex, host[index].is("%") {
        guard index + 2 < host.endIndex, let high = hexadecimal(host[index + 1]),
          let low = hexadecimal(host[index + 2])
        else { throw badPercent(host[index].column) }
        octets.append(high << 4 | low)
        index += 3
      }
      guard let text = String(validating: octets, as: UTF8.self) else {
        throw badPercent(host[start].column)
      }
      var at = start
      for scalar in text.unicodeScalars {
        output.append(Placed(scalar: scalar, column: host[at].column))
        at += 3 * UTF8.width(scalar)
      }
    }
    return output
  }

  private static func hexadecimal(_ placed: Placed) -> UInt8? {
    guard placed.scalar.isASCII else { return nil }
    return Character(placed.scalar).hexDigitValue.map(UInt8.init)
  }

  private static func badPercent(_ column: Int) -> NameRefusal {
    NameRefusal(
      .invalidPercentEncoding, column: column,
      detail: "Two hexadecimal digits follow a percent sign, and the octets are UTF-8.")
  }
}
