// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The rule by which a submitted text was refused; its raw value is the stable public word for it.
public enum NameRule: String, CaseIterable, Hashable, Sendable {
  /// Nothing but white space.
  case empty
  /// The text carries content rather than an address: `data:` URLs, base64 blobs, absurd lengths.
  case embeddedContent = "embedded-content"
  /// A scheme other than `http` and `https`.
  case unsupportedScheme = "unsupported-scheme"
  /// The authority names no host.
  case noHost = "no-host"
  /// A port that is not a decimal number of 0...65535.
  case invalidPort = "invalid-port"
  /// A `%` in the host that is not followed by two hexadecimal digits, or that decodes to broken UTF-8.
  case invalidPercentEncoding = "invalid-percent-encoding"
  /// A character that no host name may hold (WHATWG forbidden domain code point, or outside STD3's letters, digits and hyphen).
  case forbiddenCodePoint = "forbidden-code-point"
  /// A label that UTS #46 refuses: disallowed characters, broken Punycode, bidi or joiner rules.
  case invalidIDNA = "invalid-idna"
  /// Two dots in a row, or a dot in front.
  case emptyLabel = "empty-label"
  /// A label over 63 octets in its A-label form.
  case labelTooLong = "label-too-long"
  /// A name over 253 octets in its A-label form.
  case nameTooLong = "name-too-long"
  /// An IPv4 or IPv6 address in any spelling a browser accepts.
  case ipAddress = "ip-address"
  /// A number or bracketed text a browser would take for an IP address, and refuse.
  case invalidIPAddress = "invalid-ip-address"
  /// One label only: a top-level domain or a name of somebody's own network.
  case singleLabel = "single-label"
  /// A name of the RFC 6761 registry without a rule of its own: `arpa`, `example`, `test`, `invalid`, `example.com` and so on.
  case specialUse = "special-use"
  /// `localhost` and below (RFC 6761 §6.3).
  case localhost
  /// `.local`: multicast DNS (RFC 6762).
  case local
  /// `.onion`: not in the DNS (RFC 7686).
  case onion
  /// `.alt`: not in the DNS (RFC 9476).
  case alt
  /// Top-level labels kept for private networks: `internal`, `lan`, `home`, `corp` … (RFC 6762 appendix G; ICANN).
  case privateNetwork = "private-network"
  /// A suffix under which unrelated parties register names.
  case publicSuffix = "public-suffix"
  /// A control character inside a report: a tab, a line break, a NUL. Browsers drop some of them.
  case controlCharacter = "control-character"
  /// A blank, or another white space, inside a report.
  case whiteSpace = "white-space"
  /// A character that nobody sees: zero-width, soft hyphen, direction mark. Browsers drop some of them.
  case invisibleCharacter = "invisible-character"
  /// A second address begins inside a report.
  case gluedAddresses = "glued-addresses"
  /// Latin, Greek or Cyrillic letters beside each other in a label that was not given as an A-label.
  case mixedScripts = "mixed-scripts"
  /// Not in the canonical spelling where only that one is accepted.
  case notCanonical = "not-canonical"
}
