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

  /// The longest body taken of a whole list, in octets.
  static let maximumOctets = UpdateLimits().octets
  /// The longest body taken of what is newer, in octets, however short the list held is: metadata, approvals and a first list of
  /// a million names.
  static let leastOctets = 8 << 20

  /// The longest body taken of what is newer than a list of so many octets: of what would change more, the list signed is fetched.
  static func mostOctets(over length: Int) -> Int { min(maximumOctets, max(leastOctets, length / 2)) }

  /// What came of asking.
  enum Reply {
    /// What is newer, nothing perhaps.
    case offered(CompactOffer)
    /// What the server has must be asked for in another way.
    case notOffered
    /// The server does not speak the compact form.
    case notSpoken
  }

  /// Asks.
  ///
  /// - Parameter limit: the most octets taken.
  /// - Throws: `unreachable`; `refused` with `deltaMalformed` for a body out of form.
  static func ask(
    _ transport: any Transport, list: ListName, since version: UInt64, holding held: HeldMetadata,
    approvals: Bool, limit: Int
  ) throws(FollowFailure) -> Reply {
    let answer: TransportAnswer
    do {
      answer = try transport.send(
        TransportRequest(
          path: held.path(of: list.text, since: version, approvals: approvals),
          fields: ["Accept": CompactUpdate.mediaType],
          maximumOctets: limit))
    } catch .tooLarge {
      return .notOffered
    } catch { throw .unreachable(error.description) }
    switch answer.status {
    case 200 where answer.isCompact: return .offered(try CompactOffer(answer.body))
    case 204: return .offered(CompactOffer(update: nil, metadata: [:]))
    case 404, 409, 410: return .notOffered
    case _ where answer.isNotCompact: return .notSpoken
    default: throw .unreachable(answer.explanation)
    }
  }

  /// The agencies' approvals of what the update adds, as far as it says.
  var approvals: [UInt8]? {
    guard let octets = try? update?.approvals(), !octets.isEmpty else { return nil }
    return octets
  }

  /// Whether a release that is signed is the one that the update leads to: a server says both from one state.
  ///
  /// - Throws: `FollowRefusal.updateWithheld`, `.updateUnsigned`.
  static func check(_ update: CompactUpdate, at version: UInt64, expecting record: ListRecord)
    throws(FollowFailure)
  {
    guard update.to.number <= record.version else {
      throw .refused(.updateUnsigned(offered: update.to.number, signed: record.version))
    }
    guard update.to.number == record.version else {
      throw .refused(.updateWithheld(held: version, signed: record.version))
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

  /// Whether it is the answer of a server that does not know the compact form, or not the parameters of it.
  var isNotCompact: Bool { status == 400 || status == 406 || status == 200 && !isCompact }
}
