// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Answers requests for signed metadata from what an offer brought and what is held, and asks the server for the rest.
struct OfferedMetadata: Transport {
  let offer: CompactOffer
  /// The timestamp held; the server said that there is no newer one, unless the offer has it.
  let timestamp: [UInt8]?
  /// The version of the newest root held or offered.
  let root: Int64
  let server: any Transport

  private static let base = "repository/metadata/"

  init(_ offer: CompactOffer, holding held: HeldMetadata, timestamp: [UInt8]?, server: any Transport) {
    self.offer = offer
    self.timestamp = timestamp
    self.server = server
    var root = held.root
    while let next = Self.root(after: root), offer.metadata[next] != nil { root += 1 }
    self.root = root
  }

  /// The name of the root after one; nil after the last number there is.
  private static func root(after version: Int64) -> String? {
    let (next, isBeyond) = version.addingReportingOverflow(1)
    return isBeyond ? nil : "\(next).root.json"
  }

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    guard request.path.hasPrefix(Self.base) else { return try server.send(request) }
    let name = String(request.path.dropFirst(Self.base.count))
    if name == Self.root(after: root) { return TransportAnswer(status: 404) }
    guard let octets = offer.metadata[name] ?? (name == "timestamp.json" ? timestamp : nil) else {
      return try server.send(request)
    }
    guard octets.count <= request.maximumOctets else { throw .tooLarge(limit: request.maximumOctets) }
    return TransportAnswer(status: 200, body: octets)
  }
}
