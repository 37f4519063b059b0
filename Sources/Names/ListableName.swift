// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A name that may be put on a list: in the public DNS, of two labels or more, and not a public suffix.
public struct ListableName: Hashable, Sendable {
  /// The name.
  public let name: DomainName
  /// The domain that somebody registered, at or above `name`: the widest a listing of it may be.
  public let registrable: DomainName

  /// The host of `url`, when the rules allow to list it.
  ///
  /// - Throws: `single-label`, `special-use`, `localhost`, `local`, `onion`, `alt`, `private-network`, `public-suffix`, at the column of
  ///   the host in the submitted text.
  public init(_ url: SubmittedURL, rules: NameRules) throws(NameRefusal) {
    try self.init(url.host, registrable: url.registrable, column: url.hostColumn, rules: rules)
  }

  /// `name`, when the rules allow to list it.
  ///
  /// - Throws: As for a URL, at column 1.
  public init(_ name: DomainName, rules: NameRules) throws(NameRefusal) {
    try self.init(
      name, registrable: rules.publicSuffixes.registrable(of: name), column: 1, rules: rules)
  }

  /// The name a listing covers by default: a leading `www.` is dropped unless what remains could not be listed.
  public var withoutWWW: DomainName {
    guard name != registrable, name.text.utf8.starts(with: "www.".utf8), let parent = name.parent
    else { return name }
    return parent
  }

  private init(
    _ name: DomainName, registrable: DomainName?, column: Int, rules: NameRules
  ) throws(NameRefusal) {
    if let (rule, detail) = SpecialUse.rule(for: name, allowsReservedNames: rules.allowsReservedNames) {
      throw NameRefusal(rule, column: column, detail: detail)
    }
    guard name.text.utf8.contains(UInt8(ascii: ".")) else {
      throw NameRefusal(
        .singleLabel, column: column, detail: "One label alone is a top-level domain or a local name.")
    }
    guard let registrable else {
      throw NameRefusal(
        .publicSuffix, column: column, detail: "Unrelated parties register names directly below it.")
    }
    self.name = name
    self.registrable = registrable
  }
}
