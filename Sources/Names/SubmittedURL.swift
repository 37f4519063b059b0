// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A web address, or a bare domain, as somebody sent it, and the one host it means.
///
/// Follows the WHATWG URL Standard for `http` and `https`, so the host is the one a browser would contact. Defanged
/// spellings (`hxxps://bad[.]example`) are understood. It says nothing on whether that host may be listed: see
/// `ListableName`.
public struct SubmittedURL: Hashable, Sendable {
  /// The host in canonical spelling.
  public let host: DomainName
  /// Where the host begins in the submitted text, from 1, in Unicode code points.
  public let hostColumn: Int
  /// The address as understood, in printable ASCII: defanged forms undone, credentials and default port dropped, host
  /// canonical, everything else percent-encoded where it must be.
  public let understood: String
  /// The domain that somebody registered: one label below the public suffix. Nil when the host is itself a public suffix.
  public let registrable: DomainName?

  /// The one address that a report holds: read as by `init(_:rules:)`, and refused besides where a browser would pass over
  /// signs that the text is not one address.
  ///
  /// - Throws: Every `NameRule` but those on what may be listed.
  public init(reported text: String, rules: NameRules) throws(NameRefusal) {
    try EmbeddedContent.check(text)
    try ReportForm.check(text)
    try self.init(checked: text, isReport: true, rules: rules)
  }

  /// The address that `text` spells, as a browser reads it.
  ///
  /// - Throws: Every `NameRule` but those on reports and on what may be listed.
  public init(_ text: String, rules: NameRules) throws(NameRefusal) {
    try EmbeddedContent.check(text)
    try self.init(checked: text, isReport: false, rules: rules)
  }

  private init(checked text: String, isReport: Bool, rules: NameRules) throws(NameRefusal) {
    if let plain = PlainHost(text.utf8.span) {
      let all = text.utf8
      let start = all.index(all.startIndex, offsetBy: plain.host.lowerBound)
      let end = all.index(start, offsetBy: plain.host.count)
      host = DomainName(proven: plain.host.count == all.count ? text : String(text[start..<end]))
      hostColumn = plain.host.lowerBound + 1
      understood = plain.lacksPath ? text + "/" : text
    } else if let address = ASCIIAddress(text.utf8.span) {
      host = DomainName(proven: address.host)
      hostColumn = address.hostColumn
      understood = address.understood
    } else {
      let address = try AddressParser(text)
      if isReport {
        let host = try HostParser.percentDecoded(address.host)
        try ReportForm.check(host: host)
        try MixedScripts.check(host)
      }
      host = try HostParser.domain(address.host)
      hostColumn = address.host.first?.column ?? 1
      understood = Self.serialized(address, host: host)
    }
    registrable = rules.publicSuffixes.registrable(of: host)
  }

  private static func serialized(_ address: AddressParser, host: DomainName) -> String {
    // A label and a port look like a scheme and the rest (`tel:80`) but for the slashes.
    let isSchemeLike = address.port != nil && !host.text.utf8.contains(UInt8(ascii: "."))
    var text = address.scheme.map { $0 + "://" } ?? (isSchemeLike ? "//" : "")
    text += host.text
    if let port = address.port { text += ":\(port)" }
    var inPath = true
    if address.scheme != nil, address.rest.first?.isSlash != true { text += "/" }
    for placed in address.rest {
      if placed.is("?") || placed.is("#") { inPath = false }
      append(inPath && placed.is("\\") ? "/" : placed.scalar, to: &text)
    }
    return text
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"", "<", ">", "`": break
    case "!"..."~":
      text.unicodeScalars.append(scalar)
      return
    default: break
    }
    for octet in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
      text += octet < 16 ? "%0" : "%"
      text += String(octet, radix: 16, uppercase: true)
    }
  }
}
