// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Ingest

/// A body with its items gathered.
struct ReadBody {
  let body: SubmissionBody
  let items: [Result<ParsedItem, ItemRefusal>]

  var list: ListName? { body.list }
  var mode: SubmissionBody.Mode? { body.mode }

  init(
    _ octets: [UInt8], _ format: SubmissionBody.Format, most: Int = 100,
    _ separator: SubmissionBody.Separator = .comma, caseReference: String? = nil
  ) throws(SubmissionBodyError) {
    var terms = SubmissionBody.Terms(format: format, now: Samples.now)
    terms.maximumItems = most
    terms.separator = separator
    terms.caseReference = caseReference
    var items: [Result<ParsedItem, ItemRefusal>] = []
    body = try SubmissionBody(parsing: octets, terms) { items.append($0) }
    self.items = items
  }
}
