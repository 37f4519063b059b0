// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One way to ask a server: over the network, or in memory in tests.
public protocol Transport {
  /// Sends one request and waits for the whole answer, whatever its status.
  /// - Throws: `TransportFault` when no complete answer came.
  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer
}
