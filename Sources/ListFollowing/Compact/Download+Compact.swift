// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import HTTPMessages

extension Download {
  /// Fetches a whole release in the compact form, in as many pieces as the link needs. What has arrived stays on disk, whole too,
  /// until `forgetBegun`.
  ///
  /// - Parameter record: the release, which is signed: its list is no longer than this.
  /// - Returns: the list; nil when the server does not offer this form of it, or sent something else; and whether it
  ///   speaks the form at all.
  /// - Throws: `FollowFailure.unreachable` when it cannot be had now; what arrived stays for the next round.
  func runCompact(_ record: ListRecord, of list: ListName, in directory: StateDirectory)
    throws(FollowFailure) -> (whole: (list: Blocklist, draft: FileDraft)?, isSpoken: Bool)
  {
    let path = "v1/lists/\(list.text)/changes?since=0&to=\(record.version)"
    // Packed it is a third of the list or less; a body of more than half is none, and the list itself is asked for.
    let limit = min(CompactOffer.maximumOctets, ListUpdate.worthwhileOctets(record))
    let fresh = BegunWhole(list: list.text, record: record)
    var held = fresh
    if let begun = try begun(list), begun.record.isSame(as: record) { held = begun }
    var isOurs = held.octets.isEmpty
    var fruitless = 0
    while true {
      var reason = ""
      switch try ask(path, held, limit) {
      case .whole(let octets):
        if let whole = try Self.unpacked(octets, record, in: directory) {
          held.octets = octets
          try keep(held)
          return (whole, true)
        }
        try forgetBegun()
        // What an earlier round kept may be to blame: once more from the first octet.
        guard !isOurs else { return (nil, true) }
        (held, isOurs) = (fresh, true)
        continue
      case .part(let longer, let cut):
        fruitless = longer == held ? fruitless + 1 : 0
        (held, reason) = (longer, cut)
        try keep(held)
      case .restart:
        // All of it may be here already.
        if let whole = try Self.unpacked(held.octets, record, in: directory) { return (whole, true) }
        (held, isOurs, fruitless) = (fresh, true, fruitless + 1)
      case .failed(let fault): (fruitless, reason) = (fruitless + 1, fault)
      case .notOffered(let isSpoken):
        try forgetBegun()
        return (nil, isSpoken)
      case .refused(let answer): throw .unreachable(answer)
      }
      if fruitless > 0 {
        guard fruitless < Self.maximumFruitlessAttempts else { throw .unreachable(reason) }
        pause(.seconds(fruitless))
      }
    }
  }

  /// What arrived of a whole list of this name before; nil for nothing, or nothing of use.
  func begun(_ list: ListName) throws(FollowFailure) -> BegunWhole? {
    let octets = try local { () throws(FileFault) in
      try files.read(partialPath, maximumOctets: StateDirectory.maximumListOctets)
    }
    return octets.flatMap { BegunWhole(parsing: $0, of: list.text) }
  }

  /// Drops what arrived.
  func forgetBegun() throws(FollowFailure) {
    try local { () throws(FileFault) in try files.remove(partialPath) }
  }

  private func keep(_ begun: BegunWhole) throws(FollowFailure) {
    try local { () throws(FileFault) in
      try files.replace(partialPath, with: begun.encoded, permissions: 0o640)
    }
  }

  private enum Piece {
    case whole([UInt8])
    case part(BegunWhole, cut: String)
    case restart
    case failed(String)
    case notOffered(isSpoken: Bool)
    case refused(String)
  }

  private func ask(_ path: String, _ held: BegunWhole, _ limit: Int) throws(FollowFailure) -> Piece {
    var request = TransportRequest(
      path: path, fields: ["Accept": CompactUpdate.mediaType], maximumOctets: limit,
      resumeFrom: held.octets.isEmpty ? nil : held.octets.count, wholeOctets: held.record.length / 3)
    // Octets of another packing must not be put behind those held.
    if request.resumeFrom != nil { request.fields["If-Range"] = held.entityTag }
    let answer: TransportAnswer
    do throws(TransportFault) { answer = try transport.send(request) } catch {
      switch error {
      case .unkept(let fault): throw .local(fault)
      case .tooLarge: return .notOffered(isSpoken: true)
      case .unreachable: return .failed(error.description)
      case .interrupted(_, let received, let isContinuation, let tag):
        return .part(
          held.growing(by: received, isContinuation: isContinuation, entityTag: tag), cut: error.description)
      }
    }
    switch answer.status {
    case 206 where !held.octets.isEmpty: return .whole(held.octets + answer.body)
    case 200 where answer.isCompact: return .whole(answer.body)
    case 416 where !held.octets.isEmpty: return .restart
    case 204, 404, 409, 410: return .notOffered(isSpoken: true)
    case _ where answer.isNotCompact: return .notOffered(isSpoken: false)
    default: return .refused(answer.explanation)
    }
  }

  /// The list in `octets`, if it is the one signed.
  private static func unpacked(_ octets: [UInt8], _ record: ListRecord, in directory: StateDirectory)
    throws(FollowFailure) -> (Blocklist, FileDraft)?
  {
    guard let update = try? CompactUpdate(parsing: octets, limits: ListUpdate.limits(record)),
      update.from == .unreleased, update.to.number == record.version
    else { return nil }
    do throws(FollowFailure) {
      return try ListUpdate.whole(update.change, expecting: record, in: directory)
    } catch {
      // What cannot be written is no fault of the server's.
      guard case .refused = error else { throw error }
      return nil
    }
  }
}
