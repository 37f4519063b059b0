// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import HTTPMessages

/// Fetches one immutable file in as many pieces as the link needs: what arrived before a break is kept, on disk too,
/// and only the rest is asked for (RFC 9110 §14.2).
struct Download {
  let transport: any Transport
  let files: any FileSystem
  /// Where what has arrived is kept between attempts and rounds: the signed digest, then the octets so far.
  let partialPath: String
  /// Waits before another attempt.
  let pause: @Sendable (Duration) -> Void

  /// How many attempts in a row may bring nothing before the download is given up for this round.
  static let maximumFruitlessAttempts = 3

  /// Fetches the file at a path.
  /// - Parameters:
  ///   - length: its signed length in octets.
  ///   - digest: its signed SHA-256.
  /// - Returns: the octets; nil when the server sent others.
  /// - Throws: `FollowFailure.unreachable` when it cannot be had now; what arrived stays for the next round.
  func run(_ path: String, length: Int, digest: SHA256Digest) throws(FollowFailure) -> [UInt8]? {
    var held = try kept(of: digest, below: length)
    var isOurs = held.isEmpty
    var fruitless = 0
    var reason = ""
    while true {
      switch step(path, held, length) {
      case .arrived(let octets, let cut):
        fruitless = octets.count > held.count ? 0 : fruitless + 1
        (held, reason) = (octets, cut ?? "")
        if held.count < length { try local { () throws(FileFault) in try keep(held, of: digest) } }
      case .other:
        try local { () throws(FileFault) in try files.remove(partialPath) }
        if isOurs { return nil }
        // What an earlier round kept may be to blame: once more from the first octet.
        (held, isOurs) = ([], true)
        continue
      case .restart:
        (held, fruitless, reason) = ([], fruitless + 1, "the server no longer has what was begun")
      case .failed(let fault): (fruitless, reason) = (fruitless + 1, fault)
      case .refused(let answer): throw .unreachable(answer)
      }
      if held.count == length {
        try local { () throws(FileFault) in try files.remove(partialPath) }
        if SHA256Digest(hashing: held) == digest { return held }
        if isOurs { return nil }
        (held, isOurs) = ([], true)
      }
      if fruitless > 0 {
        guard fruitless < Self.maximumFruitlessAttempts else { throw .unreachable(reason) }
        pause(.seconds(fruitless))
      }
    }
  }

  private enum Step {
    /// Everything held now, and why it is not all, if the connection broke.
    case arrived([UInt8], cut: String? = nil)
    /// The server sent something that cannot be the file.
    case other
    /// What is held fits nothing the server has.
    case restart
    /// Nothing came; worth another attempt.
    case failed(String)
    /// The server answered with an error.
    case refused(String)
  }

  private func step(_ path: String, _ held: [UInt8], _ length: Int) -> Step {
    let request = TransportRequest(
      path: path, fields: ["Accept": "*/*"], maximumOctets: length,
      resumeFrom: held.isEmpty ? nil : held.count)
    do throws(TransportFault) {
      let answer = try transport.send(request)
      switch answer.status {
      case 206 where !held.isEmpty: return joined(held + answer.body, length)
      case 200: return joined(answer.body, length)
      case 416 where !held.isEmpty: return .restart
      default: return .refused(answer.explanation)
      }
    } catch {
      switch error {
      case .tooLarge: return .other
      case .unreachable: return .failed(error.description)
      case .interrupted(_, let received, let isContinuation):
        let octets = isContinuation ? held + received : received
        if octets.count > length { return .other }
        // A server that starts anew each time must not throw away the longer part held.
        return .arrived(octets.count > held.count ? octets : held, cut: error.description)
      }
    }
  }

  private func joined(_ octets: [UInt8], _ length: Int) -> Step {
    octets.count == length ? .arrived(octets) : .other
  }

  func kept(of digest: SHA256Digest, below length: Int) throws(FollowFailure) -> [UInt8] {
    try local { () throws(FileFault) in
      let octets = try files.read(partialPath, maximumOctets: StateDirectory.maximumListOctets) ?? []
      guard octets.starts(with: digest.octets), octets.count - SHA256Digest.length < length else { return [] }
      return Array(octets.dropFirst(SHA256Digest.length))
    }
  }

  func keep(_ octets: [UInt8], of digest: SHA256Digest) throws(FileFault) {
    try files.replace(partialPath, with: digest.octets + octets, permissions: 0o640)
  }
}
