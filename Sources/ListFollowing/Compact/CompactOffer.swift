// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import HTTPMessages

/// What one request in the compact form brought: the metadata that is newer, and the change (`docs/protocol.md`,
/// "Updates in one body"). Nothing of it is trusted yet.
struct CompactOffer {
  /// The update; nil when the server has nothing newer.
  let update: CompactUpdate?
  /// Files of signed metadata by name.
  let metadata: [String: [UInt8]]

  /// The longest body taken, in octets.
  static let maximumOctets = UpdateLimits().octets

  /// Asks; nil when the server does not speak the compact form, or what it has must be asked for in another way.
  ///
  /// - Throws: `unreachable`; `refused` with `deltaMalformed` for a body out of form.
  static func ask(
    _ transport: any Transport, list: ListName, since version: UInt64, holding held: HeldMetadata
  ) throws(FollowFailure) -> CompactOffer? {
    let answer: TransportAnswer
    do {
      answer = try transport.send(
        TransportRequest(
          path: held.path(of: list.text, since: version), fields: ["Accept": CompactUpdate.mediaType],
          maximumOctets: maximumOctets))
    } catch { throw .unreachable(error.description) }
    switch answer.status {
    case 200 where answer.isCompact: return try CompactOffer(answer.body)
    case 204: return CompactOffer(update: nil, metadata: [:])
    case 200, 400, 404, 406, 409, 410: return nil
    default: throw .unreachable(answer.explanation)
    }
  }

  private init(update: CompactUpdate?, metadata: [String: [UInt8]]) {
    self.update = update
    self.metadata = metadata
  }

  private init(_ body: [UInt8]) throws(FollowFailure) {
    do throws(BlocklistError) {
      let update = try CompactUpdate(parsing: body)
      let files = try update.metadata()
      self.init(
        update: update, metadata: Dictionary(files.map { ($0.name, $0.octets) }) { first, _ in first })
    } catch { throw .refused(.deltaMalformed(reason: error.description)) }
  }
}

extension TransportAnswer {
  /// Whether the content is in the compact form.
  var isCompact: Bool { fields["Content-Type"] == CompactUpdate.mediaType }
}
