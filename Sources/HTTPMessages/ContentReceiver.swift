// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Takes a request's content as it arrives, in place of `HTTPRequest.body`. One request has it alone: first who receives it, then,
/// when all is there, who answers.
public protocol ContentReceiver: AnyObject, Sendable {
  /// Takes the octets that came next. It must not wait.
  func take(_ octets: Span<UInt8>)

  /// Octets of memory it holds.
  var octetsHeld: Int { get }
}

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
