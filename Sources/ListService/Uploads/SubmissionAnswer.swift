// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records
internal import StrictJSON

/// The outcome of each item in the order sent, each with its line: written piece by piece, since there may be 100,000.
struct SubmissionAnswer {
  private var octets: [UInt8] = []
  private(set) var accepted = 0
  private(set) var refused = 0
  /// Those refused for what is on record already.
  private(set) var refusedByStore = StoredItems.Refused()
  private var joined = 0

  /// Room for all of it, lest it be copied as it grows: what an item is told besides its address and entry, those no longer than
  /// twice what came. Room that stays unused takes no memory.
  init(items: Int, contentOctets: Int) {
    octets.reserveCapacity(512 + items * 128 + contentOctets * 2)
  }

  /// - Parameter outcomes: what became of those of `items` that were admitted.
  mutating func append(
    _ items: [Result<AdmittedItem, ItemRefusal>], _ outcomes: [SubmissionOutcome.Item]
  ) {
    var rest = outcomes[...]
    for item in items {
      if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
      switch item {
      case .success(let admitted):
        guard let became = rest.popFirst() else { preconditionFailure("an outcome for each item") }
        if case .refused(let refusal, let limit) = became {
          refuse(admitted, refusal, limit)
        } else {
          accepted += 1
          write(admitted, became)
        }
      case .failure(let refusal):
        refused += 1
        SubmissionRendering.refusal(refusal).write(to: &octets)
      }
    }
  }

  /// The whole answer.
  consuming func finished(_ list: ListName) -> [UInt8] {
    let counts: JSONValue = [
      "list": .string(list.text), "accepted": Render.number(accepted), "joined": Render.number(joined),
      "refused": Render.number(refused),
    ]
    var head: [UInt8] = []
    counts.write(to: &head)
    head.removeLast()
    head.append(contentsOf: ",\"items\":[".utf8)
    octets.insert(contentsOf: head, at: 0)
    octets.append(contentsOf: "]}".utf8)
    return octets
  }

  private mutating func refuse(_ item: AdmittedItem, _ refusal: ReportRefusal, _ limit: Int) {
    let told = ItemRefusal(
      line: item.line, column: 1, field: "url", rule: refusal.rawValue,
      detail: refusal.detail(limit: limit))
    refused += 1
    refusedByStore.add(told)
    SubmissionRendering.refusal(told).write(to: &octets)
  }

  // Without a value in between.
  private mutating func write(_ item: AdmittedItem, _ became: SubmissionOutcome.Item) {
    append("{\"line\":\(item.line),\"outcome\":")
    switch became {
    case .created(let id): append("\"created\",\"id\":\"\(id.text)\"")
    case .joined(let id):
      joined += 1
      append("\"joined\",\"id\":\"\(id.text)\"")
    case .joinedEntry(let entry, let id):
      joined += 1
      append("\"joined\",\"id\":\"\(id.text)\",\"entry_id\":\"\(entry.text)\"")
    case .refused: preconditionFailure("it is written as a refusal")
    }
    append(",\"understood\":")
    JSONValue.string(item.understood).write(to: &octets)
    append(",\"entry\":")
    JSONValue.string(item.entry.text).write(to: &octets)
    append("}")
  }

  private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }
}
