// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A web address, or a bare domain, as somebody sent it, and the one host it means.
///
/// Follows the WHATWG URL Standard for `http` and `https`, so the host is the one a browser would contact. Defanged
/// spellings (`hxxps://bad[.]example`) are understood. It says nothing on whether that host may be listed: see `ListableName`.
public struct SubmittedURL: Hashable, Sendable {
  /// The host in canonical spelling.
  public let host: DomainName
  /// Where the host begins in the submitted text, from 1, in Unicode code points.
  public let hostColumn: Int
  /// The address as understood, in ASCII: defanged forms undone, credentials and default port dropped, host canonical.
  public let understood: String
  /// The domain that somebody registered: one label below the public suffix. Nil when the host is itself a public suffix.
  public let registrable: DomainName?

  /// The address that `text` spells.
  ///
  /// - Throws: Every `NameRule` but those on what may be listed.
  public init(_ text: String, rules: NameRules) throws(NameRefusal) {
    throw NameRefusal(.empty, column: 1, detail: "Nothing was given.")
  }
}
