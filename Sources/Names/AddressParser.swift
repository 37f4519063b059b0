// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Splits a submitted address into scheme, host, port and the rest (URL Standard, "basic URL parser", for special schemes),
/// undoing defanged spellings in everything before the path.
struct AddressParser {
  /// `http` or `https`; nil when a bare domain was given.
  private(set) var scheme: String?
  private(set) var host: [Placed] = []
  /// Nil when none was given, or the default one of the scheme.
  private(set) var port: Int?
  /// Path, query and fragment as given.
  private(set) var rest: ArraySlice<Placed> = []

  private let text: [Placed]
  private let endColumn: Int
  private var index = 0

  /// The parts of `submitted`.
  ///
  /// - Throws: `empty`, `embedded-content` (`data:`), `unsupported-scheme`, `no-host`, `invalid-port`.
  init(_ submitted: String) throws(NameRefusal) {
    text = Placed.stripped(submitted)
    guard let last = text.last else {
      throw NameRefusal(.empty, column: 1, detail: "Nothing was given.")
    }
    endColumn = last.column + 1
    // Before its first piece is taken for a scheme, or its colons for a port's.
    try Self.refuseBareAddress(text.prefix { !endsAuthority($0.scalar) })
    try readScheme()
    try skipSlashes()
    try readAuthority()
  }

  private mutating func readScheme() throws(NameRefusal) {
    guard text[0].scalar.isASCIILetter else { return }
    let word = text.prefix { isSchemeCharacter($0.scalar) }
    let end = word.count
    guard end < text.count else { return }
    let name = String(String.UnicodeScalarView(word.map(\.scalar.lowercasedASCII)))
    let known = Refanging.scheme(name)
    let isWeb = known == "http" || known == "https"
    if let mark = Refanging.mark(in: text, at: end), mark.meaning.first == ":", isWeb {
      (scheme, index) = (known, mark.end)
      return
    }
    guard text[end].is(":") else { return }
    if isWeb {
      (scheme, index) = (known, end + 1)
      return
    }
    guard !looksLikePort(after: end, word: name) else { return }
    if name == "data" {
      throw NameRefusal(.embeddedContent, column: text[0].column, detail: "A data: URL is content.")
    }
    throw NameRefusal(
      .unsupportedScheme, column: text[0].column,
      detail: "Only http and https addresses are listed, none of \(name.prefix(24)):.")
  }

  private func isSchemeCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isLetterDigitHyphen || scalar == "+" || scalar == "." || scalar == "*"
  }

  /// Whether the colon after `word` parts a bare host from its port rather than a scheme from the rest.
  private func looksLikePort(after colon: Int, word: String) -> Bool {
    if word.contains(".") { return true }
    guard !["tel", "sms", "fax", "data"].contains(word) else { return false }
    let digits = text[(colon + 1)...].prefix(while: \.scalar.isASCIIDigit)
    guard !digits.isEmpty else { return false }
    return digits.endIndex == text.endIndex || endsAuthority(text[digits.endIndex].scalar)
  }

  private mutating func skipSlashes() throws(NameRefusal) {
    let start = index
    if scheme == nil {
      // A bare domain may come as `//host`; one slash alone begins a path, and that names no host.
      if text[0].isSlash { index = text.count > 1 && text[1].isSlash ? 2 : 0 }
    } else {
      while index < text.count {
        if text[index].isSlash {
          index += 1
        } else if let mark = Refanging.mark(in: text, at: index), mark.meaning.first == "/" {
          index = mark.end
        } else {
          break
        }
      }
    }
    let column = index < text.count ? text[index].column : endColumn
    guard index < text.count, !endsAuthority(text[index].scalar) else {
      throw noHost(start == index && index < text.count ? text[index].column : column)
    }
  }

  private mutating func readAuthority() throws(NameRefusal) {
    let start = index < text.count ? text[index].column : endColumn
    var authority: [Placed] = []
    var slash = false
    while index < text.count, !endsAuthority(text[index].scalar), !slash {
      if let mark = Refanging.mark(in: text, at: index) {
        slash = mark.meaning.contains("/")
        let column = text[index].column
        if !slash { authority += mark.meaning.map { Placed(scalar: $0, column: column) } }
        if slash { rest = [Placed(scalar: "/", column: column)] }
        index = mark.end
      } else {
        authority.append(text[index])
        index += 1
      }
    }
    rest += text[index...]
    let end = index < text.count ? text[index].column : endColumn
    // Without a scheme this is a mail address: somebody's account, and no report of its domain.
    if scheme != nil, let at = authority.lastIndex(where: { $0.is("@") }) { authority.removeSubrange(...at) }
    try split(authority, start: authority.first?.column ?? (authority.isEmpty ? end : start), end: end)
  }

  private mutating func split(_ authority: [Placed], start: Int, end: Int) throws(NameRefusal) {
    try Self.refuseBareAddress(authority[...])
    var inBrackets = false
    let colon = authority.firstIndex { placed in
      if placed.is("[") { inBrackets = true }
      if placed.is("]") { inBrackets = false }
      return placed.is(":") && !inBrackets
    }
    host = Array(authority[..<(colon ?? authority.endIndex)])
    guard !host.isEmpty else { throw noHost(start) }
    if let colon { try readPort(authority[(colon + 1)...]) }
  }

  /// An IPv6 address without its brackets: browsers refuse it, people paste it.
  private static func refuseBareAddress(_ host: ArraySlice<Placed>) throws(NameRefusal) {
    guard let first = host.first, (2...45).contains(host.count), host.count(where: { $0.is(":") }) >= 2,
      NumericHost.sixteenBitPieces(String(String.UnicodeScalarView(host.map(\.scalar)))) != nil
    else { return }
    throw NameRefusal(.ipAddress, column: first.column, detail: "This is an IPv6 address, not a name.")
  }

  private mutating func readPort(_ digits: ArraySlice<Placed>) throws(NameRefusal) {
    guard let first = digits.first else { return }
    var value = 0
    for placed in digits {
      guard placed.scalar.isASCIIDigit else {
        throw NameRefusal(.invalidPort, column: placed.column, detail: "A port is a decimal number.")
      }
      value = min(value * 10 + Int(placed.scalar.value - 0x30), 65_536)
    }
    guard value <= 65_535 else {
      throw NameRefusal(.invalidPort, column: first.column, detail: "A port is at most 65535.")
    }
    port = (scheme == "http" && value == 80) || (scheme == "https" && value == 443) ? nil : value
  }

  private func endsAuthority(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "\\" || scalar == "?" || scalar == "#"
  }

  private func noHost(_ column: Int) -> NameRefusal {
    NameRefusal(.noHost, column: column, detail: "A host is expected here.")
  }
}

extension Placed {
  /// Whether this parts a path: for `http` and `https` a backslash does so too.
  var isSlash: Bool { scalar == "/" || scalar == "\\" }
}
