// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// On what footing a connection is held.
enum Admission: Equatable {
  /// Counted in all, and at this place of its address; nil for one that is not counted: a balancer's own.
  case full(bucket: Int?)
  /// A local administrator's, for whom there is room when the server is full.
  case administrator
  /// Beyond a limit: it gets one answer, 503, which in TLS takes a handshake first. Few are held so.
  case toBeRefused
}
