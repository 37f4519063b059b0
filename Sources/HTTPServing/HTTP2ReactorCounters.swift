// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire
internal import Synchronization

/// One reactor's counters of HTTP/2; only its reactor writes them.
final class HTTP2ReactorCounters: Sendable {
  let connections = Atomic<Int>(0)
  let streamsReset = Atomic<Int>(0)
  let streamsRefused = Atomic<Int>(0)
  let violations = Atomic<Int>(0)
  let streamsStalled = Atomic<Int>(0)
  let bodiesSlow = Atomic<Int>(0)
  let bodiesWithoutRoom = Atomic<Int>(0)
  let peersHeldBack = Atomic<Int>(0)
  let requestsBeyondStreams = Atomic<Int>(0)
  let floodsOfResets = Atomic<Int>(0)
  let floodsOfSettings = Atomic<Int>(0)
  let floodsOfPings = Atomic<Int>(0)
  let floodsOfEmptyData = Atomic<Int>(0)
  let floodsOfPriorities = Atomic<Int>(0)
  let floodsOfWindowUpdates = Atomic<Int>(0)
  let floodsOfOtherFrames = Atomic<Int>(0)
  let floodsOfContinuations = Atomic<Int>(0)
  let fieldSectionsTooLarge = Atomic<Int>(0)
  let headsSlow = Atomic<Int>(0)
  let startsSlow = Atomic<Int>(0)
  let connectionsStalled = Atomic<Int>(0)

  func count(_ overstep: HTTP2Overstep) {
    switch overstep {
    case .resets: floodsOfResets.bump()
    case .settings: floodsOfSettings.bump()
    case .pings: floodsOfPings.bump()
    case .emptyData: floodsOfEmptyData.bump()
    case .priorities: floodsOfPriorities.bump()
    case .windowUpdates: floodsOfWindowUpdates.bump()
    case .otherFrames: floodsOfOtherFrames.bump()
    case .continuations: floodsOfContinuations.bump()
    case .fieldSection: fieldSectionsTooLarge.bump()
    case .slowHead: headsSlow.bump()
    case .slowStart: startsSlow.bump()
    case .stalledConnection: connectionsStalled.bump()
    }
  }

  func add(to sum: inout HTTP2Counters) {
    sum.connections += connections.value
    sum.streamsReset += streamsReset.value
    sum.streamsRefused += streamsRefused.value
    sum.violations += violations.value
    sum.streamsStalled += streamsStalled.value
    sum.bodiesSlow += bodiesSlow.value
    sum.bodiesWithoutRoom += bodiesWithoutRoom.value
    sum.peersHeldBack += peersHeldBack.value
    sum.requestsBeyondStreams += requestsBeyondStreams.value
    sum.floodsOfResets += floodsOfResets.value
    sum.floodsOfSettings += floodsOfSettings.value
    sum.floodsOfPings += floodsOfPings.value
    sum.floodsOfEmptyData += floodsOfEmptyData.value
    sum.floodsOfPriorities += floodsOfPriorities.value
    sum.floodsOfWindowUpdates += floodsOfWindowUpdates.value
    sum.floodsOfOtherFrames += floodsOfOtherFrames.value
    sum.floodsOfContinuations += floodsOfContinuations.value
    sum.fieldSectionsTooLarge += fieldSectionsTooLarge.value
    sum.headsSlow += headsSlow.value
    sum.startsSlow += startsSlow.value
    sum.connectionsStalled += connectionsStalled.value
  }
}
