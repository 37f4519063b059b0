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
    /// The changes are longer than was asked for.
    case tooLarge
  }

  /// The same where no whole list can be had instead.
  static let maximumLoneDeltaOctets = 256 << 20

  /// The fewest octets of changes that are taken, however short the lists are.
  static let leastDeltaOctets = 64 << 10

  /// The most octets of changes in text that are worth taking: beyond half of the list signed, that list is as soon had, lies in a file
  /// as it comes, and is signed itself.
  static func worthwhileOctets(_ record: ListRecord) -> Int { max(leastDeltaOctets, record.length / 2) }

  /// The most octets that changes between two lists can have: what is taken off, what is added, a sign before each line.
  static func possibleOctets(from held: Blocklist, to record: ListRecord) -> Int {
    // A line has two octets at least.
    let (gone, come) = (held.slab.count + held.count, record.length + record.length / 2)
    return max(leastDeltaOctets, gone + come)
  }

  /// Asks for the changes since a version.
  /// - Parameters:
  ///   - target: the release to lead to; nil for the latest.
  ///   - limit: the most octets taken.
  func offer(since version: UInt64, to target: UInt64? = nil, limit: Int) throws(FollowFailure) -> Offer {
    let path =
      "v1/lists/\(list.text)/changes?since=\(version)" + (target.map { "&to=\($0)" } ?? "")
    let answer: TransportAnswer
    do {
      answer = try transport.send(
        TransportRequest(path: path, fields: ["Accept": "text/plain"], maximumOctets: limit))
    } catch .tooLarge {
      return .tooLarge
    } catch {
      throw .unreachable(error.description)
    }
    switch answer.status {
    case 200: return .delta(answer.body, to: answer.fields["Cordon-Version"].flatMap(UInt64.init))
    case 204, 409: return .nothingNewer
    case 410: return .historyGone
    default: throw .unreachable(answer.explanation)
    }
  }

  /// What a newer release is made of.
  struct Result {
    let list: Blocklist
    /// What turns the list held into this one.
    let change: Delta
    /// The file that the list lies in.
    let draft: FileDraft
  }

  /// The list that changes in text form make of the one held.
  /// - Throws: `FollowRefusal.deltaMalformed` or `.deltaDigest`.
  static func apply(
    _ octets: [UInt8], to held: Blocklist, expecting record: ListRecord, in directory: StateDirectory
  ) throws(FollowFailure) -> Result {
    let delta: Delta
    do throws(BlocklistError) { delta = try Delta(parsing: octets) } catch { throw malformed(error) }
    return try apply(delta, to: held, expecting: record, in: directory)
  }

  /// The list that an update in the compact form makes of the one held.
  /// - Throws: `FollowRefusal.updateWithheld`, `.updateUnsigned`, `.deltaMalformed` or `.deltaDigest`.
  static func apply(
    _ update: CompactUpdate, to held: Blocklist, at version: UInt64, expecting record: ListRecord,
    in directory: StateDirectory
  ) throws(FollowFailure) -> Result {
    try CompactOffer.check(update, at: version, expecting: record)
    let isWhole = update.from == .unreleased
    guard isWhole || update.from.number == version else {
      throw .refused(.deltaMalformed(reason: "it leads from another release than the one held"))
    }
    if isWhole {
      let (list, draft) = try whole(update.change, expecting: record, in: directory)
      let change = try local { () throws(FileFault) in try directory.difference(from: held, to: list) }
      return Result(list: list, change: change, draft: draft)
    }
    let delta: Delta
    do throws(BlocklistError) {
      delta = try update.change.delta(from: held, limits: limits(record))
    } catch { throw malformed(error) }
    return try apply(delta, to: held, expecting: record, in: directory)
  }

  /// Nothing added can be longer than the list that is signed, but for the numbers that grouping takes.
  static func limits(_ record: ListRecord) -> UpdateLimits {
    var limits = UpdateLimits()
    let most = UpdateLimits().list.octets
    let length = min(max(0, record.length), most)
    limits.list.octets = min(most, length + length / 4 + 1024)
    return limits
  }

  /// Writes the list beside the one held, changed as it is copied: neither is in memory.
  private static func apply(
    _ delta: Delta, to held: Blocklist, expecting record: ListRecord, in directory: StateDirectory
  ) throws(FollowFailure) -> Result {
    let splice: Splice
    do throws(BlocklistError) { splice = try Splice(delta, into: held) } catch { throw malformed(error) }
    let isHashed = !splice.knowsBlocks(of: record.text)
    let draft = try local { () throws(FileFault) in try directory.draft(isHashed: isHashed) }
    splice.forEachPart { draft.append($0, $1) }
    let (digest, slab) = try local { () throws(FileFault) in (try draft.finish(), try draft.slab()) }
    let list: Blocklist?
    do throws(BlocklistError) {
      list = try splice.list(in: slab, digest: digest, expecting: record.text)
    } catch {
      throw malformed(error)
    }
    guard let list else { throw .refused(.deltaDigest(version: record.version)) }
    return Result(list: list, change: delta, draft: draft)
  }

  /// The list that a whole update brings.
  static func whole(_ change: CompactChange, expecting record: ListRecord, in directory: StateDirectory)
    throws(FollowFailure) -> (Blocklist, FileDraft)
  {
    let draft = try local { () throws(FileFault) in try directory.draft() }
    let spool = directory.spool()
    do throws(BlocklistError) {
      try change.whole(limits: limits(record), spool: spool) { draft.append($0) }
    } catch { throw malformed(error) }
    try local { () throws(FileFault) in try spool.check() }
    let (digest, slab) = try local { () throws(FileFault) in (try draft.finish(), try draft.slab()) }
    let list: Blocklist
    do throws(BlocklistError) {
      list = try Blocklist(parsing: slab, digest: digest).hashedInBlocks
    } catch {
      throw malformed(error)
    }
    guard draft.count == record.length, digest == record.digest else {
      throw .refused(.deltaDigest(version: record.version))
    }
    return (list, draft)
  }

  private static func malformed(_ error: BlocklistError) -> FollowFailure {
    .refused(.deltaMalformed(reason: error.description))
  }

  /// The octets of the whole list of a signed version.
  /// - Throws: `FollowRefusal.listDigest`.
  func full(_ record: ListRecord, at location: String, by download: Download) throws(FollowFailure) -> Slab {
    let path = "repository/targets/" + location
    guard let slab = try download.run(path, length: record.length, digest: record.digest) else {
      throw .refused(.listDigest(version: record.version))
    }
    return slab
  }

  /// The whole list, read with all its rules.
  /// - Throws: `FollowRefusal.listMalformed`.
  static func read(_ slab: Slab, _ record: ListRecord) throws(FollowFailure) -> Blocklist {
    do throws(BlocklistError) {
      return try Blocklist(parsing: slab, digest: record.digest).hashedInBlocks
    } catch {
      throw .refused(.listMalformed(reason: error.description))
    }
  }
}

/// Which changes of a list are worth taking as such.
package enum WorthwhileChange {
  /// Octets of changes in text form that are taken into memory at most: 150,000 of the usual length. The whole list is for more.
  static let maximumTextOctets = 4 << 20

  /// The most octets of changes in text form to a list of so many octets.
  package static func textOctets(of length: Int) -> Int {
    min(maximumTextOctets, max(ListUpdate.leastDeltaOctets, length / 2))
  }
}
