// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Records

/// The content of a request that reports names, to be gone through as often as is needed: it never stands in memory as items.
struct Upload: Sendable {
  private let kept: @Sendable () -> JudgedItems
  private let spooled: SpooledContent?
  private let octets: [UInt8]
  private let terms: SubmissionBody.Terms
  /// What judges the items.
  var admission: Admission

  /// - Parameter kept: makes the place for items that are judged.
  init(
    _ exchange: Exchange, terms: SubmissionBody.Terms, admission: Admission,
    kept: @escaping @Sendable () -> JudgedItems
  ) {
    self.kept = kept
    spooled = exchange.spooled
    octets = exchange.spooled == nil ? exchange.request.body : []
    self.terms = terms
    self.admission = admission
  }

  /// Octets of the content.
  var count: Int { spooled?.count ?? octets.count }

  /// Items given to the store at once.
  static let itemsTogether = 1_000

  /// Takes the content apart and gives its items, judged, to `take`, some at a time.
  ///
  /// - Parameter isKept: whether they are wanted as octets too.
  func judge(
    isKept: Bool, _ take: (JudgedSlice) -> Void
  ) throws(SubmissionBodyError) -> SubmissionBody {
    var bench = JudgingBench(admission, isKept: isKept)
    func item(_ parsed: Result<ParsedItem, ItemRefusal>) { bench.add(parsed, take) }
    let body =
      if let spooled {
        try SubmissionBody(pieces: spooled.pieces, terms, item: item)
      } else { try SubmissionBody(parsing: octets, terms, item: item) }
    bench.finish(take)
    return body
  }

  /// A place for the items of this content.
  func place() -> JudgedItems { kept() }

  /// The items judged before, some at a time: as they were kept, or else judged again.
  private func again(
    _ judgement: Judgement, _ take: ([Result<AdmittedItem, ItemRefusal>]) -> Void
  ) throws(RecordsError) {
    if judgement.items.isWhole {
      guard judgement.items.forEach(take) else { throw .fault("judged items could not be read") }
      return
    }
    do throws(SubmissionBodyError) { _ = try judge(isKept: false) { take($0.items) } } catch {
      throw .fault("an upload could not be read a second time")
    }
  }

  /// Stores what was judged before, and writes the answer on the way.
  ///
  /// - Throws: What the store throws; a fault when the content is not read again as it was; `batchRefused` when the store kept what it
  ///   need not keep, and so nothing is to be kept.
  func store(
    _ judgement: Judgement, _ stored: StoredItems, list: ListName, _ store: SubmissionBatch<[UInt8]>.Store
  ) throws(RecordsError) -> [UInt8] {
    let writer = AnswerWriter(items: judgement.count, contentOctets: count)
    var waiting: [Result<AdmittedItem, ItemRefusal>] = []
    var fault: RecordsError?
    func flush() {
      guard fault == nil else { return }
      do throws(RecordsError) {
        let outcomes = try store(waiting.compactMap { try? $0.get() })
        writer.append(waiting, outcomes)
      } catch {
        fault = error
      }
      waiting = []
    }
    try again(judgement) { items in
      guard fault == nil else { return }
      waiting += items
      if waiting.count >= Self.itemsTogether { flush() }
    }
    flush()
    if let fault { throw fault }
    let answer = writer.finish()
    guard answer.accepted + answer.refused == judgement.count else {
      throw .fault("an upload was not read a second time as it was before")
    }
    let refused = answer.refusedByStore
    stored.refused = refused
    guard refused.count == 0 || stored.mode == .each && answer.accepted > 0 else {
      throw .refused(.batchRefused)
    }
    return answer.finished(list)
  }
}
