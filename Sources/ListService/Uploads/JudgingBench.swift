// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
internal import Ingest
private import Synchronization

/// Items that were judged, and the same as octets.
struct JudgedSlice: Sendable {
  let items: [Result<AdmittedItem, ItemRefusal>]
  /// Empty when nobody keeps them.
  let packed: [UInt8]

  fileprivate init(
    _ parsed: ArraySlice<Result<ParsedItem, ItemRefusal>>, _ admission: Admission, isKept: Bool
  ) {
    items = parsed.map { $0.flatMap { admission.admit($0) } }
    var packed: [UInt8] = []
    if isKept { for item in items { PackedItems.append(item, to: &packed) } }
    self.packed = packed
  }
}

/// Judges items as they are taken apart: many of them on all processors at once, in the order they came.
struct JudgingBench {
  /// Items that wait, at most, before they are judged.
  static let itemsTogether = 1_024
  /// Octets of what these say, at which they wait no longer.
  static let octetsTogether = 1 << 18
  /// Items that one processor judges at a time.
  static let itemsEach = 128

  private let admission: Admission
  private let isKept: Bool
  private var waiting: [Result<ParsedItem, ItemRefusal>] = []
  private var octets = 0

  /// - Parameter isKept: whether the judged are wanted as octets too.
  init(_ admission: Admission, isKept: Bool) {
    self.admission = admission
    self.isKept = isKept
  }

  /// Adds the next item, and gives what is judged to `take`.
  mutating func add(_ item: Result<ParsedItem, ItemRefusal>, _ take: (JudgedSlice) -> Void) {
    waiting.append(item)
    octets += Self.octets(of: item)
    if waiting.count == Self.itemsTogether || octets >= Self.octetsTogether { finish(take) }
  }

  /// Judges all that wait.
  mutating func finish(_ take: (JudgedSlice) -> Void) {
    let (items, admission, isKept) = (waiting, admission, isKept)
    waiting = []
    octets = 0
    let starts = Array(stride(from: 0, to: items.count, by: Self.itemsEach))
    let judged = Mutex<[Int: JudgedSlice]>([:])
    DispatchQueue.concurrentPerform(iterations: starts.count) { index in
      let slice = JudgedSlice(items[starts[index]...].prefix(Self.itemsEach), admission, isKept: isKept)
      judged.withLock { $0[index] = slice }
    }
    let slices = judged.withLock { $0 }
    for index in starts.indices {
      guard let slice = slices[index] else { preconditionFailure("each part is judged") }
      take(slice)
    }
  }

  private static func octets(of item: Result<ParsedItem, ItemRefusal>) -> Int {
    switch item {
    case .success(let item):
      item.url.utf8.count + (item.note?.utf8.count ?? 0) + (item.caseReference?.utf8.count ?? 0)
        + (item.answers?.text.utf8.count ?? 0)
    case .failure(let refusal): refusal.detail.utf8.count
    }
  }
}
