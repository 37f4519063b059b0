// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// On what footing a connection is held.
enum Admission: Equatable {
  /// Counted in all, and at this place of its address; nil for one that is not counted: a local administrator's, or a
  /// balancer's own.
  case full(bucket: Int?)
  /// Beyond a limit: it gets one answer, 503, which in TLS takes a handshake first. Few are held so.
  case toBeRefused
}
