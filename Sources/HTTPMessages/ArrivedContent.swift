// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The content of one request, wherever its receiver put it.
public struct ArrivedContent: Hashable, Sendable {
  /// Who took it.
  public let receiver: any ContentReceiver

  /// The content that `receiver` takes.
  public init(_ receiver: any ContentReceiver) { self.receiver = receiver }

  /// Whether both are the same request's.
  public static func == (left: ArrivedContent, right: ArrivedContent) -> Bool {
    left.receiver === right.receiver
  }

  /// Feeds who it is into `hasher`.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(receiver)) }
}
