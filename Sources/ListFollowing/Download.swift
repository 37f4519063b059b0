// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
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
  /// - Returns: the octets, in a file that has no name any more; nil when the server sent others.
  /// - Throws: `FollowFailure.unreachable` when it cannot be had now; what arrived stays for the next round.
  func run(_ path: String, length: Int, digest: SHA256Digest) throws(FollowFailure) -> Slab? {
    guard length <= StateDirectory.maximumListOctets else {
      throw .unreachable(
        "\(length) octets are signed, more than the \(StateDirectory.maximumListOctets) taken")
    }
    var held = try keptCount(of: digest, below: length)
    var isOurs = held == 0
    var fruitless = 0
    var reason = ""
    defer { try? files.remove(bodyPath) }
    while true {
      switch try step(path, held, length) {
      case .arrived(let part, let isContinuation, let cut):
        let start = isContinuation ? held : 0
        // A server that starts anew each time must not throw away the longer part held.
        let grows = start + part.count > held
        if grows { try keep(part, at: start, of: digest) }
        fruitless = grows ? 0 : fruitless + 1
        (held, reason) = (max(held, start + part.count), cut ?? "")
      case .other:
        try forget()
        if isOurs { return nil }
        // What an earlier round kept may be to blame: once more from the first octet.
        (held, isOurs) = (0, true)
        continue
      case .restart:
        (held, fruitless, reason) = (0, fruitless + 1, "the server no longer has what was begun")
      case .failed(let fault): (fruitless, reason) = (fruitless + 1, fault)
      case .refused(let answer): throw .unreachable(answer)
      }
      if held == length {
        let slab = try whole()
        try forget()
        if slab.digest == digest { return slab }
        if isOurs { return nil }
        (held, isOurs) = (0, true)
      }
      if fruitless > 0 {
        guard fruitless < Self.maximumFruitlessAttempts else { throw .unreachable(reason) }
        pause(.seconds(fruitless))
      }
    }
  }

  private enum Step {
    /// What came, whether it continues what is held, and why it is not all, if the connection broke.
    case arrived(Slab, isContinuation: Bool, cut: String? = nil)
    /// The server sent something that cannot be the file.
    case other
    /// What is held fits nothing the server has.
    case restart
    /// Nothing came; worth another attempt.
    case failed(String)
    /// The server answered with an error.
    case refused(String)
  }

  private func step(_ path: String, _ held: Int, _ length: Int) throws(FollowFailure) -> Step {
    let request = TransportRequest(
      path: path, fields: ["Accept": "*/*"], maximumOctets: length, resumeFrom: held == 0 ? nil : held,
      bodyFile: bodyPath, wholeOctets: length)
    let answer: TransportAnswer
    do throws(TransportFault) { answer = try transport.send(request) } catch {
      switch error {
      // Nobody else's fault: not asked for again, of nobody.
      case .unkept(let fault): throw .local(fault)
      case .tooLarge: return .other
      case .unreachable: return .failed(error.description)
      case .interrupted(let reason, let received, let isContinuation, _):
        let part = try body(received)
        guard (isContinuation ? held : 0) + part.count <= length else { return .other }
        return .arrived(
          part, isContinuation: isContinuation,
          cut: "the connection broke after \(part.count) octets: \(reason)")
      }
    }
    switch answer.status {
    case 206 where held > 0: return joined(try body(answer.body), held, length)
    case 200: return joined(try body(answer.body), 0, length)
    case 416 where held > 0: return .restart
    default: return .refused(answer.explanation)
    }
  }

  private func joined(_ part: Slab, _ held: Int, _ length: Int) -> Step {
    held + part.count == length ? .arrived(part, isContinuation: held > 0) : .other
  }

  // MARK: What has arrived

  /// Where a transport may put the body of an answer.
  private var bodyPath: String { partialPath + ".body" }

  /// The body of an answer: in it, or in the file that it was put in.
  private func body(_ octets: [UInt8]) throws(FollowFailure) -> Slab {
    guard octets.isEmpty else { return Slab(octets) }
    return try local { () throws(FileFault) in
      try files.map(bodyPath, maximumOctets: StateDirectory.maximumListOctets) ?? Slab([])
    }
  }

  private func keptCount(of digest: SHA256Digest, below length: Int) throws(FollowFailure) -> Int {
    try local { () throws(FileFault) in
      guard let slab = try files.map(partialPath, maximumOctets: StateDirectory.maximumListOctets),
        slab.count > SHA256Digest.length, slab.count - SHA256Digest.length < length,
        slab[0..<SHA256Digest.length].elementsEqual(digest.octets)
      else { return 0 }
      return slab.count - SHA256Digest.length
    }
  }

  private func keep(_ part: Slab, at start: Int, of digest: SHA256Digest) throws(FollowFailure) {
    try local { () throws(FileFault) in
      if start == 0 { try files.append(Slab(digest.octets), to: partialPath, at: 0) }
      try files.append(part, to: partialPath, at: SHA256Digest.length + start)
    }
  }

  private func whole() throws(FollowFailure) -> Slab {
    try local { () throws(FileFault) in
      try files.map(partialPath, maximumOctets: StateDirectory.maximumListOctets)?
        .dropFirst(SHA256Digest.length) ?? Slab([])
    }
  }

  private func forget() throws(FollowFailure) {
    try local { () throws(FileFault) in try files.remove(partialPath) }
  }
}
