// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the engine did by HTTP/2 since it started.
public struct HTTP2Counters: Hashable, Sendable {
  /// Connections that chose it.
  public var connections = 0
  /// Streams that peers reset.
  public var streamsReset = 0
  /// Streams beyond those that a peer may have open, refused while it did not know.
  public var streamsRefused = 0
  /// Streams and connections ended for breaking the protocol.
  public var violations = 0
  /// Streams reset because their window stayed shut.
  public var streamsStalled = 0
  /// Bodies below the least rate.
  public var bodiesSlow = 0
  /// Requests whose head or body there was no room to hold, for this connection or in all.
  public var bodiesWithoutRoom = 0
  /// Times that nothing was read any more from a peer that does not read, since too many frames waited for it.
  public var peersHeldBack = 0
  /// Requests beyond those that may run for one connection.
  public var requestsBeyondStreams = 0
  /// Connections ended for this many streams reset.
  public var floodsOfResets = 0
  /// Connections ended for this many SETTINGS frames.
  public var floodsOfSettings = 0
  /// Connections ended for this many PING frames.
  public var floodsOfPings = 0
  /// Connections ended for this many DATA frames without content.
  public var floodsOfEmptyData = 0
  /// Connections ended for this many PRIORITY frames.
  public var floodsOfPriorities = 0
  /// Connections ended for this many WINDOW_UPDATE frames.
  public var floodsOfWindowUpdates = 0
  /// Connections ended for this many other frames.
  public var floodsOfOtherFrames = 0
  /// Connections ended for this many CONTINUATION frames.
  public var floodsOfContinuations = 0
  /// Connections ended for a field section beyond all measure.
  public var fieldSectionsTooLarge = 0
  /// Connections ended for a field block that was not finished in time.
  public var headsSlow = 0
  /// Connections ended for a start that was not finished in time.
  public var startsSlow = 0
  /// Connections ended because their window stayed shut.
  public var connectionsStalled = 0

  /// All zero.
  public init() {}

  /// Each with its name, as a metric is named.
  public var values: [(name: String, value: Int)] {
    [
      ("connections", connections), ("streams_reset", streamsReset), ("streams_refused", streamsRefused),
      ("violations", violations),
      ("streams_stalled", streamsStalled), ("bodies_slow", bodiesSlow),
      ("bodies_without_room", bodiesWithoutRoom), ("peers_held_back", peersHeldBack),
      ("requests_beyond_streams", requestsBeyondStreams),
      ("floods_resets", floodsOfResets), ("floods_settings", floodsOfSettings),
      ("floods_pings", floodsOfPings),
      ("floods_empty_data", floodsOfEmptyData), ("floods_priorities", floodsOfPriorities),
      ("floods_window_updates", floodsOfWindowUpdates), ("floods_other_frames", floodsOfOtherFrames),
      ("floods_continuations", floodsOfContinuations), ("field_sections_too_large", fieldSectionsTooLarge),
      ("heads_slow", headsSlow), ("starts_slow", startsSlow), ("connections_stalled", connectionsStalled),
    ]
  }
}
