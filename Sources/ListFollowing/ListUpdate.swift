// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import HTTPMessages

/// Fetches a newer release: by delta from the list held, or whole.
struct ListUpdate {
  let transport: any Transport
  let list: ListName

  /// What a request for changes brought.
  enum Offer {
    /// The changes, leading to a version.
    case delta([UInt8], to: UInt64?)
    /// The server holds nothing newer.
    case nothingNewer
    /// The server no longer keeps changes that old.
    case historyGone
  }

  private static let maximumDeltaOctets = 256 << 20

  /// Asks for the changes since a version.
  func offer(since version: UInt64) throws(FollowFailure) -> Offer {
    let path = "v1/lists/\(list.text)/changes?since=\(version)"
    let answer = try send(path, maximumOctets: Self.maximumDeltaOctets)
    switch answer.status {
    case 200: return .delta(answer.body, to: answer.fields["Cordon-Version"].flatMap(UInt64.init))
    case 204, 409: return .nothingNewer
    case 410: return .historyGone
    default: throw .unreachable(answer.explanation)
    }
  }

  /// The list that a delta makes of the one held.
  /// - Throws: `FollowRefusal.deltaMalformed` or `.deltaDigest`.
  static func apply(
    _ octets: [UInt8], to held: Blocklist, expecting record: ListRecord
  ) throws(FollowFailure) -> (list: Blocklist, additions: Int, removals: Int, delta: Delta) {
    do {
      let delta = try Delta(parsing: octets)
      let list = try delta.applied(to: held)
      guard list.octets.count == record.length, list.digest == record.digest else {
        throw FollowFailure.refused(.deltaDigest(version: record.version))
      }
      return (list, delta.additions.count, delta.removals.count, delta)
    } catch let error as BlocklistError {
      throw .refused(.deltaMalformed(reason: error.description))
    } catch let failure as FollowFailure {
      throw failure
    } catch {
      throw .refused(.deltaMalformed(reason: "unknown"))
    }
  }

  /// The list that an update in the compact form makes of the one held.
  /// - Throws: `FollowRefusal.updateWithheld`, `.updateUnsigned`, `.deltaMalformed` or `.deltaDigest`.
  static func apply(
    _ update: CompactUpdate, to held: Blocklist, at version: UInt64, expecting record: ListRecord
  ) throws(FollowFailure) -> (list: Blocklist, additions: Int, removals: Int, delta: Delta) {
    try CompactOffer.check(update, at: version, expecting: record)
    let isWhole = update.from == .unreleased
    guard isWhole || update.from.number == version else {
      throw .refused(.deltaMalformed(reason: "it leads from another release than the one held"))
    }
    var limits = UpdateLimits()
    // Nothing added can be longer than the list that is signed, but for the numbers that grouping takes.
    limits.list.octets = record.length + record.length / 4 + 1024
    let (list, delta): (Blocklist, Delta)
    do throws(BlocklistError) {
      let base = isWhole ? Blocklist.empty : held
      let change = try update.change.delta(from: base.entries, limits: limits)
      list = try change.applied(to: base)
      delta = isWhole ? Delta(from: held, to: list) : change
    } catch { throw .refused(.deltaMalformed(reason: error.description)) }
    guard list.octets.count == record.length, list.digest == record.digest else {
      throw .refused(.deltaDigest(version: record.version))
    }
    return (list, delta.additions.count, delta.removals.count, delta)
  }

  /// The whole list of a signed version.
  /// - Throws: `FollowRefusal.listDigest` or `.listMalformed`.
  func full(_ record: ListRecord, at location: String, by download: Download) throws(FollowFailure)
    -> Blocklist
  {
    let path = "repository/targets/" + location
    guard let octets = try download.run(path, length: record.length, digest: record.digest) else {
      throw .refused(.listDigest(version: record.version))
    }
    do {
      return try Blocklist(parsing: octets)
    } catch {
      throw .refused(.listMalformed(reason: error.description))
    }
  }

  private func send(_ path: String, maximumOctets: Int) throws(FollowFailure) -> TransportAnswer {
    do {
      return try transport.send(
        TransportRequest(path: path, fields: ["Accept": "text/plain"], maximumOctets: maximumOctets))
    } catch {
      throw .unreachable(error.description)
    }
  }
}
