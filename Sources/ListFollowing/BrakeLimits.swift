// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// How much one update may add to what is blocked before a person has to agree.
///
/// Removals are never braked (design rule: removal is always easier than listing), and a first update is exempt.
public struct BrakeLimits: Hashable, Sendable {
  /// Additions always allowed, in entries.
  public var additions: Int
  /// Additions allowed in percent of the entries held; the larger of the two bounds counts.
  public var additionsPercent: Int

  /// 1,000 entries or 20 %.
  public static let standard = BrakeLimits(additions: 1000, additionsPercent: 20)

  /// Limits; negative numbers count as zero.
  public init(additions: Int, additionsPercent: Int) {
    self.additions = max(0, additions)
    self.additionsPercent = max(0, additionsPercent)
  }

  /// The most entries one update may add to a list of `count`.
  public func mostAdditions(to count: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: additionsPercent)
    return max(additions, overflow ? count : product / 100)
  }
}

extension BrakeLimits {
  /// The limits in a signed target's `custom`.
  init?(signed value: JSONValue?) {
    guard let value, let additions = value["additions"]?.integerValue,
      let percent = value["additions_percent"]?.integerValue
    else { return nil }
    self.init(additions: Int(additions), additionsPercent: Int(percent))
  }
}
