// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPSL

/// The public suffix list (publicsuffix.org) as libpsl holds it.
///
/// `@unchecked Sendable`: libpsl never writes to a list after it is loaded, and the pointer is set once.
@safe public final class PublicSuffixes: @unchecked Sendable {
  /// The list compiled into libpsl. It cannot be asked what lies below a name: `below` is nil for any.
  public static let builtin = unsafe PublicSuffixes(psl_builtin(), tree: .unknown)

  /// Where Debian's package `publicsuffix` puts the list.
  public static let installedPath = "/usr/share/publicsuffix/public_suffix_list.dat"

  /// The section of the list a suffix comes from.
  public enum Section: Hashable, Sendable {
    /// Delegated by a registry, or a top-level name the list does not know.
    case icann
    /// Offered by a company to its customers.
    case privateDomains
  }

  private let list: OpaquePointer?
  private let tree: SuffixTree

  private init(_ list: OpaquePointer?, tree: SuffixTree) {
    unsafe self.list = unsafe list
    self.tree = tree
  }

  /// The list in `octets`, the published text. Nil when it holds no rule, and for libpsl's compiled form, which does not tell what
  /// lies below a name.
  public convenience init?(parsing octets: [UInt8]) {
    guard !octets.isEmpty, !octets.starts(with: ".DAFSA".utf8) else { return nil }
    let loaded = unsafe octets.withUnsafeBytes { bytes in
      unsafe cordon_psl_load(bytes.baseAddress, bytes.count)
    }
    guard let loaded = unsafe loaded else { return nil }
    guard unsafe psl_suffix_count(loaded) > 0 else {
      unsafe psl_free(loaded)
      return nil
    }
    unsafe self.init(loaded, tree: SuffixTree(text: octets))
  }

  deinit {
    // libpsl knows its own built-in list and leaves that one alone.
    unsafe psl_free(list)
  }

  /// Whether unrelated parties register names directly below `name`, by the ICANN or the private section.
  public func isPublicSuffix(_ name: DomainName) -> Bool { section(of: name) != nil }

  /// The section that makes `name` a public suffix, or nil when it is none.
  public func section(of name: DomainName) -> Section? {
    unsafe name.text.withCString { text in
      guard unsafe psl_is_public_suffix(list, text) == 1 else { return nil }
      return unsafe psl_is_public_suffix2(list, text, PSL_TYPE_ICANN) == 1 ? .icann : .privateDomains
    }
  }

  /// The public suffixes below `name`, by any section of the list; nil when there is none.
  public func below(_ name: DomainName) -> SuffixesBelow? { tree.below(name) }

  /// The domain one label below the public suffix of `name`, or nil when `name` is itself a public suffix.
  public func registrable(of name: DomainName) -> DomainName? {
    let dropped: Int? = unsafe name.text.withCString { text in
      guard let tail = unsafe psl_registrable_domain(list, text) else { return nil }
      return unsafe tail - text
    }
    guard let dropped else { return nil }
    return dropped == 0 ? name : name.suffix(from: dropped)
  }
}
