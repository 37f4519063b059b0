// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Dispatch
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
/// finds after a crash. Its digest is made on the way. A writer of its own takes it to the disk; who is quicker than that waits.
final class SpooledContent: ContentReceiver {
  /// Content up to this length stays in memory; longer one is written, and read again, in pieces of about this length. While one
  /// is written, as much again is held for the next.
  static let memoryOctets = ServerLimits.smallBodyOctets

  /// Why it is not all here.
  enum Failure: Sendable {
    /// All requests together, or those of this person, take as much as they may.
    case noRoom
    /// The disk does not take it, or not give it back.
    case disk
  }

  private struct State {
    /// What came last and is not yet being written.
    var memory: [UInt8] = []
    /// Octets that a writer has just now.
    var writing = 0
    var goesToDisk = false
    /// Nothing more comes.
    var isEnding = false
    var count = 0
    var taken = 0
    var failure: Failure?
    var waiting: [@Sendable () -> Void] = []

    var isFull: Bool { writing > 0 && memory.count >= memoryOctets }
    /// Whether no writer has anything of it, nor will.
    var isSettled: Bool { writing == 0 && (memory.isEmpty || !goesToDisk) }

    /// What a writer is to take next.
    mutating func nextPiece() -> [UInt8]? {
      guard goesToDisk, writing == 0, !memory.isEmpty, isEnding || memory.count >= memoryOctets else {
        return nil
      }
      defer { memory = [] }
      writing = memory.count
      return memory
    }

    /// Those who waited, if what they waited for has come.
    mutating func released() -> [@Sendable () -> Void] {
      guard isEnding ? isSettled : !isFull else { return [] }
      defer { waiting = [] }
      return waiting
    }
  }

  private let budget: SpoolBudget
  private let person: PrincipalID
  private let disk: SpoolDisk
  private let writer = SpoolWriters.any()
  private let state = Mutex(State())

  /// - Parameters:
  ///   - head: what the digest begins with.
  ///   - announced: how much will come, if that is said: what finds no room is refused before it comes.
  ///   - person: who sends it.
  init(head: [UInt8], announced: Int?, folder: String, budget: SpoolBudget, person: PrincipalID) {
    self.budget = budget
    self.person = person
    disk = SpoolDisk(head: head, folder: folder)
    if let announced, announced > Self.memoryOctets, !budget.hasRoom(for: announced, of: person) {
      state.withLock { $0.failure = .noRoom }
    }
  }

  deinit {
    let (taken, isOnDisk) = state.withLock { ($0.taken, $0.goesToDisk) }
    budget.giveBack(taken, from: person)
    // To give up a file may take time, too.
    if isOnDisk { writer.async { [disk] in disk.discard() } }
  }

  func take(_ octets: Span<UInt8>) {
    let piece = state.withLock { state -> [UInt8]? in
      state.count += octets.count
      guard state.failure == nil else { return nil }
      if !state.goesToDisk, state.memory.count + octets.count > Self.memoryOctets {
        state.goesToDisk = true
        takeRoom(for: state.memory.count, &state)
      }
      if state.goesToDisk { takeRoom(for: octets.count, &state) }
      guard state.failure == nil else { return nil }
      unsafe octets.withUnsafeBufferPointer { unsafe state.memory.append(contentsOf: $0) }
      return state.nextPiece()
    }
    if let piece { write(piece) }
  }

  private func takeRoom(for octets: Int, _ state: inout State) {
    guard state.failure == nil else { return }
    guard budget.take(octets, for: person) else { return fail(.noRoom, &state) }
    state.taken += octets
  }

  private func fail(_ failure: Failure, _ state: inout State) {
    state.failure = failure
    state.memory = []
    guard state.writing == 0 else { return }
    budget.giveBack(state.taken, from: person)
    state.taken = 0
  }

  private func write(_ piece: [UInt8]) {
    writer.async { [self] in
      let isWritten = disk.append(piece)
      let (next, released) = state.withLock { state in
        state.writing = 0
        if let failure = state.failure ?? (isWritten ? nil : .disk) {
          fail(failure, &state)
          disk.discard()
        }
        return (state.nextPiece(), state.released())
      }
      for resume in released { resume() }
      if let next { write(next) }
    }
  }

  var octetsHeld: Int { state.withLock { $0.memory.capacity + $0.writing } }
  /// Octets that came.
  var count: Int { state.withLock { $0.count } }
  var failure: Failure? { state.withLock { $0.failure } }

  var appetite: ContentAppetite {
    state.withLock { $0.failure != nil ? .sated : $0.isFull ? .full : .hungry }
  }

  func whenNotFull(_ resume: @escaping @Sendable () -> Void) {
    let released = state.withLock { state in
      state.waiting.append(resume)
      return state.released()
    }
    for resume in released { resume() }
  }

  /// Waits until all that came has been put away; to be called when no more comes, before any of it is read.
  func settle() async {
    await withCheckedContinuation { continuation in
      let (piece, released) = state.withLock { state in
        state.isEnding = true
        state.waiting.append { continuation.resume() }
        return (state.nextPiece(), state.released())
      }
      if let piece { write(piece) }
      for resume in released { resume() }
    }
  }

  /// SHA-256 of the head and what came, once all of it has.
  var digest: [UInt8] { disk.digest(with: state.withLock { $0.memory }) }

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
    let (memory, isOnDisk) = state.withLock { ($0.memory, $0.goesToDisk) }
    guard isOnDisk else { return offset == 0 ? memory : [] }
    if let piece = disk.read(Self.memoryOctets, at: offset) { return piece }
    state.withLock { $0.failure = $0.failure ?? .disk }
    return []
  }
}
