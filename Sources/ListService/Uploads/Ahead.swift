// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Synchronization

/// Makes what comes next on a thread of its own while what came before is used: one element at a time, none twice.
final class Ahead<Element: Sendable>: Sendable {
  private struct State {
    var rest: Range<Int>
    var made: Element?
  }

  private let queue = DispatchQueue(label: "cordon.ahead")
  private let state: Mutex<State>
  private let make: @Sendable (Int) -> Element?

  /// - Parameters:
  ///   - numbers: what `make` is given, in their order; it is not called twice at once.
  ///   - make: makes an element; nil when it cannot.
  init(_ numbers: ClosedRange<Int>, make: @escaping @Sendable (Int) -> Element?) {
    state = Mutex(State(rest: Range(numbers)))
    self.make = make
    prepare()
  }

  /// The next element, waited for; nil after the last and when it could not be made.
  func next() -> Element? {
    let made = queue.sync { state.withLock { $0.made.take() } }
    if made != nil { prepare() }
    return made
  }

  private func prepare() {
    guard let number = state.withLock({ $0.rest.popFirst() }) else { return }
    queue.async { [self] in
      let made = make(number)
      state.withLock { $0.made = made }
    }
  }
}
