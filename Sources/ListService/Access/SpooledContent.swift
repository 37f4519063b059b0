// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import HTTPMessages
internal import HTTPServing
internal import Ingest
private import Synchronization

/// The content of a request that will be refused for who sends it: dropped as it comes.
final class DroppedContent: ContentReceiver {
  func take(_ octets: Span<UInt8>) {}
  var octetsHeld: Int { 0 }
}

/// The content of one request, put aside as it arrives: in memory while it is little, else in a file without a name, which nobody
/// finds after a crash. Its digest is made on the way.
final class SpooledContent: ContentReceiver {
  /// Content up to this length stays in memory; of longer one, pieces of this length are read.
  static let memoryOctets = ServerLimits.smallBodyOctets

  /// Why it is not all here.
  enum Failure: Sendable {
    /// All requests together, or those of this person, take as much as they may.
    case noRoom
    /// The disk does not take it, or not give it back.
    case disk
  }

  private struct State: ~Copyable {
    var memory: [UInt8] = []
    var file: SpoolFile?
    var count = 0
    var taken = 0
    var failure: Failure?
    /// Until the digest is asked for.
    var hasher: SHA256Hasher? = SHA256Hasher()
    var digest: [UInt8] = []
  }

  private let folder: String
  private let budget: SpoolBudget
  private let person: PrincipalID
  private let state: Mutex<State>

  /// - Parameter head: what the digest begins with.
  /// - Parameter person: who sends it.
  init(head: [UInt8], folder: String, budget: SpoolBudget, person: PrincipalID) {
    self.folder = folder
    self.budget = budget
    self.person = person
    state = Mutex(State())
    state.withLock { $0.hasher?.update(head) }
  }

  deinit { budget.giveBack(state.withLock { $0.taken }, from: person) }

  func take(_ octets: Span<UInt8>) {
    state.withLock { state in
      state.count += octets.count
      guard state.failure == nil else { return }
      state.hasher?.update(octets)
      if state.file == nil, state.memory.count + octets.count <= Self.memoryOctets {
        for index in octets.indices { state.memory.append(octets[index]) }
        return
      }
      put(octets, &state)
      if state.failure != nil {
        state.memory = []
        state.file = nil
        budget.giveBack(state.taken, from: person)
        state.taken = 0
      }
    }
  }

  private func put(_ octets: Span<UInt8>, _ state: inout State) {
    let fresh = state.memory.count + octets.count
    guard budget.take(fresh, for: person) else {
      state.failure = .noRoom
      return
    }
    state.taken += fresh
    if state.file == nil { state.file = SpoolFile(in: folder) }
    let memory = state.memory
    state.memory = []
    let isWritten = state.file?.append(memory.span) == true && state.file?.append(octets) == true
    if !isWritten { state.failure = .disk }
  }

  var octetsHeld: Int { state.withLock { $0.memory.capacity } }
  /// Octets that came.
  var count: Int { state.withLock { $0.count } }
  var failure: Failure? { state.withLock { $0.failure } }

  /// SHA-256 of the head and what came, once all of it has.
  var digest: [UInt8] {
    state.withLock { state in
      if let hasher = state.hasher.take() { state.digest = hasher.finalize().octets }
      return state.digest
    }
  }

  /// The content from its beginning, piece by piece. Where it cannot be read it ends early, and `failure` says so.
  var pieces: Pieces { Pieces(content: self) }

  struct Pieces: IteratorProtocol {
    let content: SpooledContent
    var offset = 0

    mutating func next() -> [UInt8]? {
      let piece = content.piece(at: offset)
      offset += piece.count
      return piece.isEmpty ? nil : piece
    }
  }

  private func piece(at offset: Int) -> [UInt8] {
    state.withLock { state in
      guard state.file != nil else { return offset == 0 ? state.memory : [] }
      guard let piece = state.file?.read(Self.memoryOctets, at: offset) else {
        state.failure = .disk
        return []
      }
      return piece
    }
  }
}
