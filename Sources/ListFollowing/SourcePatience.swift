// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How long a source is waited for in one round, however steadily a few octets come from it.
public struct SourcePatience: Hashable, Sendable {
  /// The time that all answers may take together, whole files apart.
  public var round: Duration
  /// The least rate at which a whole file must come, breaks included, on average: octets a second.
  public var leastRate: Int
  /// The time that a whole file has besides.
  public var grace: Duration

  /// Of a source that is not the only hope: 5 minutes; whole files at 2,048 octets a second and a minute besides.
  public static let ofOneOfSeveral = SourcePatience(
    round: .seconds(300), leastRate: 2048, grace: .seconds(60))
  /// Of the last one: 4 hours; 256 octets a second, a fifth of what a modem of 9,600 bits carries.
  public static let ofTheLast = SourcePatience(
    round: .seconds(14_400), leastRate: 256, grace: .seconds(600))

  /// A patience of these parts.
  public init(round: Duration, leastRate: Int, grace: Duration) {
    self.round = round
    self.leastRate = max(1, leastRate)
    self.grace = grace
  }

  /// The time that a whole file of so many octets may take.
  func time(for octets: Int) -> Duration { grace + .seconds(octets / leastRate) }
}
