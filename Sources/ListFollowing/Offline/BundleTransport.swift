// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Answers from a bundle as the server would have.
public struct BundleTransport: Transport {
  private let bundle: UpdateBundle

  /// A way to a bundle.
  public init(_ bundle: UpdateBundle) { self.bundle = bundle }

  /// Answers with the bundled octets; what the bundle does not hold is not found.
  public func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    if let body = bundle.parts[request.path] {
      guard body.count <= request.maximumOctets else { throw .tooLarge(limit: request.maximumOctets) }
      // A part is handed over whole: a follower that asks for a rest takes the whole instead.
      return TransportAnswer(status: 200, body: body)
    }
    if let since = bundle.since, request.path.hasPrefix("repository/targets/\(bundle.list)/"),
      request.path.hasSuffix(".entries.txt")
    {
      throw .unreachable(
        "this bundle has only what changed since version \(since), and no list is held: take a full bundle")
    }
    let changes = "v1/lists/\(bundle.list)/changes?since="
    guard request.path.hasPrefix(changes), let held = UInt64(request.path.dropFirst(changes.count)) else {
      return TransportAnswer(status: 404)
    }
    guard held != bundle.version else { return TransportAnswer(status: 204) }
    guard let since = bundle.since else { return TransportAnswer(status: 410) }
    throw .unreachable(
      "this bundle leads from version \(since) to \(bundle.version), and version \(held) is held")
  }
}
