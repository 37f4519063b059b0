// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest

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
    body = try upload.judge(isKept: true) { judged in
      items.add(judged)
      for item in judged.items {
        switch item {
        case .success(let item):
          admitted += 1
          bringsAnswers = bringsAnswers || item.answers != nil
        case .failure(let refusal):
          refused += 1
          if told.count < Self.toldRefusals { told.append(refusal) }
        }
      }
    }
    self.items = items
    (self.admitted, self.refused, self.told, self.bringsAnswers) = (admitted, refused, told, bringsAnswers)
  }
}
