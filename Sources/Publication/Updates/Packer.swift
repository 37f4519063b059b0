// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import ListFormats
private import Synchronization

/// Packs what is shown for transfer, in the background and one file after the other, so that no release waits for it.
///
/// Files that would have to be rendered for it stay as they are. When a newer state is shown meanwhile, it goes on with
/// that one. The smallest file comes first, and the whole list packed as small as it gets last.
final class Packer: Sendable {
  private let thread = UnhurriedThread(name: "cordon.packer")
  private let latest = Atomic<UInt64>(0)

  /// Zstandard's level for the formats: a release has to be packed long before the next one is likely.
  static let zstdLevel: Int32 = 9

  /// Packs the files of `state`; `done` is called after each list that brought something new.
  func pack(_ state: PublishedState, done: @escaping @Sendable () -> Void) {
    let number = latest.add(1, ordering: .acquiringAndReleasing).newValue
    thread.run { [self] in
      for list in state.lists.values {
        var isNew = false
        for file in list.files.values.sorted(by: { $0.length < $1.length }) {
          guard latest.load(ordering: .acquiring) == number else { return }
          if file.packed.codings.isEmpty, file.isAtHand, file.length >= PackedForms.leastOctets {
            file.packed.fill(with: file.octets, zstdLevel: Self.zstdLevel)
            isNew = true
          }
        }
        guard latest.load(ordering: .acquiring) == number else { return }
        if list.latest != nil { list.updates.packStrongest() }
        if isNew { done() }
      }
    }
  }

  /// Returns when what was asked for before has been done or dropped.
  func isIdle() async {
    await withCheckedContinuation { continuation in thread.run { continuation.resume() } }
  }
}
