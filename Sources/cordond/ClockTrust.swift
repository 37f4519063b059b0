// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import Foundation

/// Whether the machine's clock may be believed. A wrong year at boot must not end all leases: a time far beyond the last one served counts
/// only once time synchronisation stands behind it, or a person (`--clock-is-right`).
struct ClockTrust: Sendable {
  /// How far beyond the last time served a clock that nothing confirms is believed, in seconds: 30 days.
  static let leap: TimeInterval = 30 * 86_400

  let mark: PublishedMark
  /// Whether a person said so.
  let isConfirmed: Bool
  var isSynchronised: @Sendable () -> Bool = { Self.isKernelSynchronised }

  /// Whether `now` may be acted upon.
  func believes(_ now: Date) -> Bool {
    guard !isConfirmed, let last = mark.lastTime, now.timeIntervalSince(last) > Self.leap else { return true }
    return isSynchronised()
  }

  private static var isKernelSynchronised: Bool { cordon_clock_is_synchronised() != 0 }
}
