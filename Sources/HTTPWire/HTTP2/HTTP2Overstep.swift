// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A bound that a peer broke, for which its connection ends.
package enum HTTP2Overstep: Int, Hashable, Sendable, CaseIterable {
  case resets, settings, pings, emptyData, priorities, windowUpdates, otherFrames
  case continuations, fieldSection
  /// A field block that was begun and not ended in time.
  case slowHead
  /// The peer's preface, SETTINGS or acknowledgement of ours did not come in time.
  case slowStart
  /// The connection's window was not opened, though answers waited.
  case stalledConnection
}
