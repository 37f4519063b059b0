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

  /// Items given to the store at once.
  static let itemsTogether = 1_000

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

  /// Takes the content apart and gives each item, judged, to `take`.
  func judge(
    _ take: (Result<AdmittedItem, ItemRefusal>) -> Void
  ) throws(SubmissionBodyError) -> SubmissionBody {
    func item(_ parsed: Result<ParsedItem, ItemRefusal>) { take(parsed.flatMap { admission.admit($0) }) }
    guard let spooled else { return try SubmissionBody(parsing: octets, terms, item: item) }
    return try SubmissionBody(pieces: spooled.pieces, terms, item: item)
  }

  /// A place for the items of this content.
  func place() -> JudgedItems { kept() }

  /// The items judged before: as they were kept, or else judged again.
  private func again(_ judgement: Judgement, _ take: (Result<AdmittedItem, ItemRefusal>) -> Void)
    throws(RecordsError)
  {
    if judgement.items.isWhole {
      guard judgement.items.forEach(take) else { throw .fault("judged items could not be read") }
      return
    }
    do throws(SubmissionBodyError) { _ = try judge(take) } catch {
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
    var answer = SubmissionAnswer(items: judgement.count, contentOctets: count)
    var piece: [Result<AdmittedItem, ItemRefusal>] = []
    var fault: RecordsError?
    func flush() {
      guard fault == nil else { return }
      do throws(RecordsError) { answer.append(piece, try store(piece.compactMap { try? $0.get() })) } catch {
        fault = error
      }
      piece.removeAll(keepingCapacity: true)
    }
    try again(judgement) { item in
      guard fault == nil else { return }
      piece.append(item)
      if piece.count == Self.itemsTogether { flush() }
    }
    flush()
    if let fault { throw fault }
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

/// What the items of a request come to.
struct Judgement: Sendable {
  /// What the content says of itself.
  let body: SubmissionBody
  /// Items that may be stored.
  private(set) var admitted: Int
  /// Items that may not.
  private(set) var refused: Int
  /// The first of those that may not.
  private(set) var told: [ItemRefusal]
  /// Whether any item that may be stored answers criteria.
  let bringsAnswers: Bool
  /// All of them, if there was room.
  let items: JudgedItems

  var count: Int { admitted + refused }

  /// The same, with so many more refused, of which some are told.
  func adding(_ refusals: [ItemRefusal], of count: Int) -> Judgement {
    var sum = self
    sum.admitted -= count
    sum.refused += count
    sum.told = (told + refusals).sorted { $0.line < $1.line }
    sum.told.removeLast(max(0, sum.told.count - Self.toldRefusals))
    return sum
  }

  /// The most refused items that a refusal of the whole tells; how many there are, it tells in any case.
  static let toldRefusals = 1_000

  init(_ upload: Upload) throws(SubmissionBodyError) {
    var (admitted, refused, told, bringsAnswers) = (0, 0, [ItemRefusal](), false)
    let items = upload.place()
    body = try upload.judge { item in
      items.add(item)
      switch item {
      case .success(let item):
        admitted += 1
        bringsAnswers = bringsAnswers || item.answers != nil
      case .failure(let refusal):
        refused += 1
        if told.count < Self.toldRefusals { told.append(refusal) }
      }
    }
    self.items = items
    (self.admitted, self.refused, self.told, self.bringsAnswers) = (admitted, refused, told, bringsAnswers)
  }
}
