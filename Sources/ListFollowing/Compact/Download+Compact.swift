// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
private import HTTPMessages

extension Download {
  /// Fetches a whole release in the compact form, in as many pieces as the link needs.
  ///
  /// - Parameter record: the release, which is signed: its list is no longer than this.
  /// - Returns: the list; nil when the server does not offer this form of it, or sent something else; and whether it
  ///   speaks the form at all.
  /// - Throws: `FollowFailure.unreachable` when it cannot be had now; what arrived stays for the next round.
  func runCompact(_ record: ListRecord, of list: ListName, in directory: StateDirectory)
    throws(FollowFailure) -> (whole: (list: Blocklist, draft: FileDraft)?, isSpoken: Bool)
  {
    let path = "v1/lists/\(list.text)/changes?since=0&to=\(record.version)"
    let name = SHA256Digest(hashing: Array("\(path) \(record.digest.hex)".utf8))
    // Packed it is a third of the list or less; a body of more than half is none, and the list itself is asked for.
    let limit = min(CompactOffer.maximumOctets, ListUpdate.worthwhileOctets(record))
    var held = try kept(of: name, below: limit)
    var isOurs = held.isEmpty
    var fruitless = 0
    while true {
      var reason = ""
      switch try ask(path, held, limit) {
      case .whole(let octets):
        try local { () throws(FileFault) in try files.remove(partialPath) }
        held = []
        if let whole = try Self.unpacked(octets, record, in: directory) { return (whole, true) }
        // What an earlier round kept may be to blame: once more from the first octet.
        guard !isOurs else { return (nil, true) }
        (held, isOurs) = ([], true)
        continue
      case .part(let octets, let cut):
        fruitless = octets.count > held.count ? 0 : fruitless + 1
        (held, reason) = (octets, cut)
        try local { () throws(FileFault) in try keep(held, of: name) }
      case .restart: (held, isOurs, fruitless) = ([], true, fruitless + 1)
      case .failed(let fault): (fruitless, reason) = (fruitless + 1, fault)
      case .notOffered(let isSpoken):
        try local { () throws(FileFault) in try files.remove(partialPath) }
        return (nil, isSpoken)
      case .refused(let answer): throw .unreachable(answer)
      }
      if fruitless > 0 {
        guard fruitless < Self.maximumFruitlessAttempts else { throw .unreachable(reason) }
        pause(.seconds(fruitless))
      }
    }
  }

  private enum Piece {
    case whole([UInt8])
    case part([UInt8], cut: String)
    case restart
    case failed(String)
    case notOffered(isSpoken: Bool)
    case refused(String)
  }

  private func ask(_ path: String, _ held: [UInt8], _ limit: Int) throws(FollowFailure) -> Piece {
    let request = TransportRequest(
      path: path, fields: ["Accept": CompactUpdate.mediaType], maximumOctets: limit,
      resumeFrom: held.isEmpty ? nil : held.count)
    let answer: TransportAnswer
    do throws(TransportFault) { answer = try transport.send(request) } catch {
      switch error {
      case .unkept(let fault): throw .local(fault)
      case .tooLarge: return .notOffered(isSpoken: true)
      case .unreachable: return .failed(error.description)
      case .interrupted(_, let received, let isContinuation):
        let octets = isContinuation ? held + received : received
        return .part(octets.count > held.count ? octets : held, cut: error.description)
      }
    }
    switch answer.status {
    case 206 where !held.isEmpty: return .whole(held + answer.body)
    case 200 where answer.isCompact: return .whole(answer.body)
    case 416 where !held.isEmpty: return .restart
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
