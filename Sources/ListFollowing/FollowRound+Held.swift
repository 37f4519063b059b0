// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What needs no source.
extension FollowRound {
  /// Shows the list held as this machine would have it by now, without any source.
  /// - Returns: what went wrong.
  func showHeld(
    _ directory: StateDirectory, _ state: inout FollowState, _ notes: inout [String]
  ) -> FollowFailure? {
    do throws(FollowFailure) {
      var session = try session(by: NoTransport(), receiver: nil, isOrigin: false, directory, state)
      defer {
        state = session.state
        // What the sources were asked with had some of it to say already.
        notes += session.notes.filter { !notes.contains($0) }
      }
      try session.showHeld()
      return nil
    } catch { return error }
  }

  /// Whether `cordon hold` left something that is not seen to yet.
  var isHoldRequested: Bool { HoldRequest.isLeft(in: settings.stateDirectory, files) }
}

/// No way to any source.
private struct NoTransport: Transport {
  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    throw .unreachable("no source is asked")
  }
}
