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

/// Judges items as they are taken apart, in the order they came: many of them on all processors at once, while the next are taken
/// apart.
struct JudgingBench {
  /// Items that wait, at most, before they are judged.
  static let itemsTogether = 1_024
  /// Octets of what these say, at which they wait no longer.
  static let octetsTogether = 1 << 18
  /// Items that one processor judges at a time.
  static let itemsEach = 128

  private let admission: Admission
  private let isKept: Bool
  private let queue = DispatchQueue(label: "cordon.judging")
  private var waiting: [Result<ParsedItem, ItemRefusal>] = []
  private var octets = 0
  private var round: JudgingRound?

  /// - Parameter isKept: whether the judged are wanted as octets too.
  init(_ admission: Admission, isKept: Bool) {
    self.admission = admission
    self.isKept = isKept
  }

  /// Adds the next item, and gives what is judged to `take`.
  mutating func add(_ item: Result<ParsedItem, ItemRefusal>, _ take: (JudgedSlice) -> Void) {
    waiting.append(item)
    octets += Self.octets(of: item)
    guard waiting.count == Self.itemsTogether || octets >= Self.octetsTogether else { return }
    let before = round
    round = JudgingRound(waiting, admission, isKept: isKept, on: queue)
    waiting = []
    octets = 0
    before?.slices.forEach(take)
  }

  /// Judges all that wait, and gives what is judged to `take`.
  mutating func finish(_ take: (JudgedSlice) -> Void) {
    let before = round
    // The few of most requests are not worth another thread.
    let isFew = waiting.count <= Self.itemsEach
    round = isFew ? nil : JudgingRound(waiting, admission, isKept: isKept, on: queue)
    before?.slices.forEach(take)
    round?.slices.forEach(take)
    if isFew, !waiting.isEmpty { take(JudgedSlice(waiting[...], admission, isKept: isKept)) }
    round = nil
    waiting = []
    octets = 0
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

/// Items that are being judged.
private final class JudgingRound: Sendable {
  private let group = DispatchGroup()
  private let judged = Mutex<[Int: JudgedSlice]>([:])

  /// - Parameter queue: what is on it is judged one after the other.
  init(
    _ items: [Result<ParsedItem, ItemRefusal>], _ admission: Admission, isKept: Bool, on queue: DispatchQueue
  ) {
    let each = JudgingBench.itemsEach
    queue.async(group: group) { [self] in
      DispatchQueue.concurrentPerform(iterations: (items.count + each - 1) / each) { index in
        let slice = JudgedSlice(items[(index * each)...].prefix(each), admission, isKept: isKept)
        judged.withLock { $0[index] = slice }
      }
    }
  }

  /// All of them, waited for, in order.
  var slices: [JudgedSlice] {
    group.wait()
    return judged.withLock { judged in judged.sorted { $0.key < $1.key }.map(\.value) }
  }
}
