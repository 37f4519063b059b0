// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why there is no response. `detail` is libcurl's own sentence.
public enum FetchError: Error, Hashable, Sendable {
  /// The URL is not an absolute `https:` (or allowed `http:`) URL.
  case invalidURL
  /// A field name or value that cannot go on the wire.
  case invalidField(name: String)
  /// A certificate, key or authority file that cannot be read or used.
  case unusableCredential(detail: String)
  /// The name does not resolve, or nobody answers there.
  case unreachable(detail: String)
  /// The peer could not prove who it is, refused our certificate, or speaks no TLS we accept.
  case untrustedPeer(detail: String)
  /// One of the configured times ran out.
  case timedOut(detail: String)
  /// The connection broke in mid-response: resuming may help.
  case interrupted(detail: String, received: Int)
  /// The body is longer than the caller allowed, in octets.
  case tooLarge(limit: Int)
  /// The peer's headers or framing are broken, or exceed their limit.
  case malformedResponse(detail: String)
  /// What arrived could not be written to the file that it was meant for: this machine's fault, not the peer's.
  case unkept(path: String, reason: String)
  /// Asked to resume, the server answered with another range.
  case rangeMismatch
  /// libcurl could not be set up, or failed in a way without a name above.
  case failed(code: Int, detail: String)
}

extension FetchError: CustomStringConvertible {
  /// The text for people.
  public var description: String {
    switch self {
    case .invalidURL: "not an absolute https URL"
    case .invalidField(let name): "the field \(name) cannot be sent"
    case .unusableCredential(let detail): "a certificate or key cannot be used: \(detail)"
    case .unreachable(let detail): "unreachable: \(detail)"
    case .untrustedPeer(let detail): "TLS: \(detail)"
    case .timedOut(let detail): "timed out: \(detail)"
    case .interrupted(let detail, let received): "interrupted after \(received) octets: \(detail)"
    case .tooLarge(let limit): "the answer exceeds \(limit) octets"
    case .malformedResponse(let detail): "malformed response: \(detail)"
    case .unkept(let path, let reason): "cannot write \(path): \(reason)"
    case .rangeMismatch: "the server resumed at another position than asked"
    case .failed(let code, let detail): "libcurl \(code): \(detail)"
    }
  }
}
