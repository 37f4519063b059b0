// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import Synchronization

/// One rendering of a release: a function, and its result as long as there is room for it.
final class RenderedFile: Sendable {
  private let shelf: RenderingShelf
  private let render: @Sendable () -> [UInt8]
  /// Whoever renders holds it, so that all who ask at once wait for one rendering.
  private let turn = Mutex<Void>(())

  /// - Parameter octets: what `render` gives, when that is known already.
  init(on shelf: RenderingShelf, octets: [UInt8]? = nil, render: @escaping @Sendable () -> [UInt8]) {
    self.shelf = shelf
    self.render = render
    if let octets { shelf.put(octets, for: ObjectIdentifier(self)) }
  }

  deinit { shelf.drop(ObjectIdentifier(self)) }

  var isAtHand: Bool { shelf.holds(ObjectIdentifier(self)) }

  /// The octets, if they have `digest`; none otherwise.
  func octets(having digest: SHA256Digest) -> [UInt8] {
    if let octets = shelf.take(ObjectIdentifier(self)) { return octets }
    return turn.withLock { _ in
      if let octets = shelf.take(ObjectIdentifier(self)) { return octets }
      let octets = render()
      guard SHA256Digest(hashing: octets) == digest else { return [] }
      shelf.put(octets, for: ObjectIdentifier(self))
      return octets
    }
  }
}

/// Where renderings are kept: those used last, up to so many octets together.
public final class RenderingShelf: Sendable {
  private struct Book: Sendable {
    let octets: [UInt8]
    var used: UInt64
  }

  private struct State: Sendable {
    var books: [ObjectIdentifier: Book] = [:]
    var octets = 0
    var clock: UInt64 = 0
  }

  /// The most octets kept.
  public let limit: Int
  private let state = Mutex(State())

  /// A shelf for `limit` octets.
  public init(limit: Int) { self.limit = limit }

  /// Octets kept now.
  public var octets: Int { state.withLock { $0.octets } }

  func holds(_ id: ObjectIdentifier) -> Bool { state.withLock { $0.books[id] != nil } }

  func take(_ id: ObjectIdentifier) -> [UInt8]? {
    state.withLock { state in
      state.clock += 1
      state.books[id]?.used = state.clock
      return state.books[id]?.octets
    }
  }

  /// Keeps `octets`, and gives up what was not used for longest until there is room. What has no room by itself is not kept.
  func put(_ octets: [UInt8], for id: ObjectIdentifier) {
    drop(id)
    guard octets.count <= limit else { return }
    state.withLock { state in
      while state.octets + octets.count > limit,
        let oldest = state.books.min(by: { $0.value.used < $1.value.used })
      {
        state.octets -= oldest.value.octets.count
        state.books[oldest.key] = nil
      }
      state.clock += 1
      state.books[id] = Book(octets: octets, used: state.clock)
      state.octets += octets.count
    }
  }

  func drop(_ id: ObjectIdentifier) {
    state.withLock { state in state.octets -= state.books.removeValue(forKey: id)?.octets.count ?? 0 }
  }
}
