// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A reactor's connections in memory that never moves, found by slot and generation so that a
/// stale event can never reach a newer connection in the same slot.
@safe struct ConnectionTable {
  private static let pageSize = 64

  /// A slot is initialised while its generation is odd. Pages live as long as the table.
  private var pages: [UnsafeMutablePointer<Connection>] = unsafe []
  private var generations: [UInt32] = []
  private var free: [UInt32] = []

  /// A token for a new connection; `open` or `cancel` follows.
  mutating func reserve() -> UInt64 {
    if free.isEmpty { grow() }
    let slot = free.removeLast()
    return UInt64(generations[Int(slot)] | 1) << 32 | UInt64(slot)
  }

  mutating func cancel(_ token: UInt64) { free.append(UInt32(slot(of: token))) }

  mutating func open(_ connection: Connection) {
    let slot = slot(of: connection.token)
    generations[slot] |= 1
    unsafe pointer(slot).initialize(to: connection)
  }

  /// Where the connection of `token` is, if it is still there.
  func find(_ token: UInt64) -> UnsafeMutablePointer<Connection>? {
    let slot = slot(of: token)
    guard slot < generations.count, UInt64(generations[slot]) == token >> 32 else { return nil }
    return unsafe pointer(slot)
  }

  /// Ends the token's life; the slot serves another connection.
  mutating func release(_ token: UInt64) {
    let slot = slot(of: token)
    unsafe pointer(slot).deinitialize(count: 1)
    generations[slot] &+= 1
    free.append(UInt32(slot))
  }

  /// Tokens of every open connection.
  var tokens: [UInt64] {
    generations.indices.filter { generations[$0] & 1 == 1 }
      .map { UInt64(generations[$0]) << 32 | UInt64($0) }
  }

  private func slot(of token: UInt64) -> Int { Int(token & 0xFFFF_FFFF) }

  private func pointer(_ slot: Int) -> UnsafeMutablePointer<Connection> {
    unsafe pages[slot / Self.pageSize] + slot % Self.pageSize
  }

  private mutating func grow() {
    let first = generations.count
    unsafe pages.append(.allocate(capacity: Self.pageSize))
    // Generation 2, since token 0 stands for the listener.
    generations.append(contentsOf: repeatElement(2, count: Self.pageSize))
    free.append(contentsOf: (first..<first + Self.pageSize).reversed().map(UInt32.init))
  }

  /// Frees the memory; no connection may be open.
  mutating func deallocate() {
    for index in unsafe pages.indices { unsafe pages[index].deallocate() }
    unsafe pages = []
    generations = []
    free = []
  }
}
