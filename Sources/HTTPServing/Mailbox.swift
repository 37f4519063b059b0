// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc
private import Synchronization

/// Work that other threads leave for a reactor, and the descriptor that wakes it for it.
///
/// A list that grows at its head, one exchange for each letter, and is taken whole: nobody waits for anybody, and what orders the
/// threads is atomic, where a sanitizer sees it.
///
/// `@safe`, `@unchecked Sendable`: a letter belongs to the one thread that makes it until it is in the list, and to the one that takes
/// it out after; between, nobody reads or writes it.
@safe final class Mailbox: @unchecked Sendable {
  @unsafe private struct Letter {
    let work: @Sendable () -> Void
    var before: UnsafeMutablePointer<Letter>?
  }

  /// Readable while work waits.
  let bell: Int32
  /// The letter left last.
  private let last = unsafe Atomic<UnsafeMutablePointer<Letter>?>(nil)
  /// Stands at the head once the mailbox is closed.
  private let end: UnsafeMutablePointer<Letter>

  init() {
    bell = cordon_bell_create()
    unsafe end = .allocate(capacity: 1)
    unsafe end.initialize(to: Letter(work: {}, before: nil))
  }

  deinit {
    close()
    unsafe end.deinitialize(count: 1)
    unsafe end.deallocate()
    close(bell)
  }

  /// Leaves `work`; it is dropped once the mailbox is closed.
  func post(_ work: @escaping @Sendable () -> Void) {
    var before = unsafe last.load(ordering: .relaxed)
    guard unsafe before != end else { return }
    let letter = UnsafeMutablePointer<Letter>.allocate(capacity: 1)
    unsafe letter.initialize(to: Letter(work: work, before: before))
    while true {
      let (exchanged, original) = unsafe last.weakCompareExchange(
        expected: before, desired: letter, ordering: .acquiringAndReleasing)
      if exchanged { break }
      guard unsafe original != end else {
        unsafe letter.deinitialize(count: 1)
        unsafe letter.deallocate()
        return
      }
      unsafe before = original
      unsafe letter.pointee.before = original
    }
    // The descriptor lives as long as this object, which the caller holds.
    if unsafe before == nil { cordon_bell_ring(bell) }
  }

  /// Everything left so far, in order.
  func take() -> [@Sendable () -> Void] {
    cordon_bell_clear(bell)
    return unsafe empty(leaving: nil)
  }

  /// Drops what is left and all that comes.
  func close() { _ = unsafe empty(leaving: end) }

  private func empty(leaving next: UnsafeMutablePointer<Letter>?) -> [@Sendable () -> Void] {
    var letter = unsafe last.load(ordering: .relaxed)
    while true {
      guard unsafe letter != end else { return [] }
      let (exchanged, original) = unsafe last.weakCompareExchange(
        expected: letter, desired: next, ordering: .acquiringAndReleasing)
      if exchanged { break }
      unsafe letter = original
    }
    var work: [@Sendable () -> Void] = []
    while let taken = unsafe letter {
      let contents = unsafe taken.move()
      unsafe taken.deallocate()
      unsafe work.append(contents.work)
      unsafe letter = contents.before
    }
    work.reverse()
    return work
  }

  private func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}
