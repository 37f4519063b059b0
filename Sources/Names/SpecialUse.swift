// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Names that do not work as names of public web sites: the IANA special-use registry (RFC 6761) and its neighbours.
enum SpecialUse {
  /// Kept for private networks: RFC 6762 appendix G, and ICANN's reservations of `internal`, `home`, `corp` and `mail`.
  private static let privateTopLevels: Set<String> = [
    "internal", "intranet", "private", "corp", "home", "lan", "localdomain", "mail",
  ]

  /// The rule that forbids to list `name`, and why; nil when none does.
  static func rule(for name: DomainName, allowsReservedNames: Bool) -> (rule: NameRule, detail: String)? {
    // A string of its own, since short ones are compared at once.
    switch String(name.topLevel) {
    case "onion": (.onion, "Names below onion are not in the DNS (RFC 7686).")
    case "alt": (.alt, "Names below alt are not in the DNS (RFC 9476).")
    case "local": (.local, "Names below local belong to the network one is on (RFC 6762).")
    case "localhost": (.localhost, "It means the machine one sits at (RFC 6761).")
    case "arpa": (.specialUse, "Names below arpa serve the network itself.")
    case "example", "test", "invalid":
      allowsReservedNames ? nil : (.specialUse, "It is reserved for documentation and testing (RFC 6761).")
    case "com", "net", "org":
      allowsReservedNames || !isExampleDomain(name)
        ? nil : (.specialUse, "It is reserved for documentation (RFC 6761).")
    case let top where privateTopLevels.contains(top):
      (.privateNetwork, "Its top-level label is kept for private networks.")
    default: nil
    }
  }

  private static let exampleDomains = [
    DomainName(proven: "example.com"), DomainName(proven: "example.net"), DomainName(proven: "example.org"),
  ]

  private static func isExampleDomain(_ name: DomainName) -> Bool {
    exampleDomains.contains(where: name.isSubdomain(of:))
  }
}
