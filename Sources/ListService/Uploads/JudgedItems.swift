// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
private import Cryptography
private import HTTPServing
private import Synchronization

/// The items of a request as they were judged, kept for the transaction that stores them: few in memory, more in a file without a
/// name, beside the content and within the same room. Where there is no room for them they are given up, and judged again.
final class JudgedItems: Sendable {
  /// Written, and read again, in pieces of about this length.
  static let pieceOctets = SpooledContent.memoryOctets

  private struct State: ~Copyable {
    var memory: [UInt8] = []
    var file: SpoolFile?
    /// The length of each piece in the file, and what it was: a disk must not change what was judged.
    var pieces: [(octets: Int, digest: SHA256Digest)] = []
    var taken = 0
    var isGivenUp = false
  }

  private let folder: String
  private let budget: SpoolBudget
  private let person: PrincipalID
  private let state = Mutex(State())

  /// - Parameter person: whose request it is.
  init(folder: String, budget: SpoolBudget, person: PrincipalID) {
    self.folder = folder
    self.budget = budget
    self.person = person
  }

  deinit { budget.giveBack(state.withLock { $0.taken }, from: person) }

  /// Whether all that was added is here.
  var isWhole: Bool { state.withLock { !$0.isGivenUp } }

  /// Adds the next items.
  func add(_ judged: JudgedSlice) {
    state.withLock { state in
      guard !state.isGivenUp else { return }
      state.memory.append(contentsOf: judged.packed)
      if state.memory.count >= Self.pieceOctets { spill(&state) }
    }
  }

  private func spill(_ state: inout State) {
    let count = state.memory.count
    if state.file == nil { state.file = SpoolFile(in: folder) }
    guard budget.takeSpare(count, for: person) else { return giveUp(&state) }
    state.taken += count
    let piece = state.memory
    guard state.file?.append(piece.span) == true else { return giveUp(&state) }
    state.pieces.append((count, SHA256Digest(hashing: piece)))
    state.memory = []
  }

  private func giveUp(_ state: inout State) {
    state.isGivenUp = true
    state.memory = []
    state.file = nil
    state.pieces = []
    budget.giveBack(state.taken, from: person)
    state.taken = 0
  }

  /// Gives all items to `take`, in the order added, some at a time; the next are read on another thread meanwhile.
  ///
  /// - Returns: whether they could be read.
  func forEach(_ take: ([Result<AdmittedItem, ItemRefusal>]) -> Void) -> Bool {
    guard isWhole else { return false }
    let count = state.withLock { $0.pieces.count }
    guard count > 0 else {
      guard let items = items(inPiece: 0) else { return false }
      take(items)
      return true
    }
    let ahead = Ahead(0...count) { [self] in items(inPiece: $0) }
    for _ in 0...count {
      guard let items = ahead.next() else { return false }
      take(items)
    }
    return true
  }

  /// Nil when they cannot be read. Those after the last piece are in memory.
  private func items(inPiece index: Int) -> [Result<AdmittedItem, ItemRefusal>]? {
    let piece: [UInt8]? = state.withLock { state in
      guard index < state.pieces.count else { return state.memory }
      let (octets, digest) = state.pieces[index]
      let offset = state.pieces[..<index].reduce(0) { $0 + $1.octets }
      let piece = state.file?.read(octets, at: offset)
      return piece.flatMap { SHA256Digest(hashing: $0) == digest ? $0 : nil }
    }
    return piece.flatMap { PackedItems.unpacked($0) }
  }
}
