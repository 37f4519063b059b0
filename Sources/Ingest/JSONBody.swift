// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
internal import FoundationEssentials
private import StrictJSON

extension SubmissionBody {
  /// The most octets of a JSON body.
  private static let maximumOctets = 64 << 20

  /// `{ "list"?, "mode"?, "items": [ { "url", … } ] }`.
  static func json(
    _ octets: [UInt8], caseReference: String?, now: Date, maximumItems: Int
  ) throws(SubmissionBodyError) -> SubmissionBody {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: octets, limits: JSONLimits(octets: maximumOctets, depth: 8))
    } catch {
      throw SubmissionBodyError(
        .malformedJSON, line: error.line, column: error.column, detail: "Not JSON: \(error.reason.rawValue).")
    }
    guard let object = value.objectValue else { throw .malformed("The body is one object.") }
    for key in object.keys where !["list", "mode", "items"].contains(key) {
      throw .malformed("The body has list, mode and items; not \(key.prefix(40)).")
    }
    guard let elements = object["items"]?.arrayValue else { throw .malformed("items is an array.") }
    guard elements.count <= maximumItems else { throw .tooMany(maximumItems, line: 1) }
    var list: ListName?
    if let member = object["list"] {
      guard let text = member.stringValue, let name = try? ListName(text) else {
        throw .malformed("list is the name of a list.")
      }
      list = name
    }
    var mode: Mode?
    if let member = object["mode"] {
      guard let known = member.stringValue.flatMap(Mode.init(rawValue:)) else {
        throw .malformed("mode is all-or-nothing or each.")
      }
      mode = known
    }
    let items = elements.enumerated().map {
      item($0.element, line: $0.offset + 1, caseReference: caseReference, now: now)
    }
    return SubmissionBody(list: list, mode: mode, items: items)
  }

  private static func item(
    _ value: JSONValue, line: Int, caseReference: String?, now: Date
  ) -> Result<ParsedItem, ItemRefusal> {
    func refused(_ rule: FieldRule, _ field: String, _ detail: String) -> Result<ParsedItem, ItemRefusal> {
      .failure(ItemRefusal(line: line, column: 1, field: field, rule: rule.rawValue, detail: detail))
    }
    guard let object = value.objectValue else { return refused(.wrongType, "url", "An item is an object.") }
    var fields: [(ItemField, String, Int)] = []
    for (key, member) in object.members {
      guard let field = ItemField(rawValue: key) else {
        return refused(.unknownField, String(key.prefix(40)), "An item has no such field.")
      }
      if member.isNull, field != .url { continue }
      guard let text = member.stringValue else { return refused(.wrongType, key, "\(key) is a string.") }
      fields.append((field, text, 1))
    }
    guard fields.contains(where: { $0.0 == .url }) else {
      return refused(.missingField, "url", "An item has a url.")
    }
    return item(line: line, fields: fields, caseReference: caseReference, now: now)
  }
}

extension SubmissionBodyError {
  fileprivate static func malformed(_ detail: String) -> SubmissionBodyError {
    SubmissionBodyError(.malformedRequest, detail: detail)
  }
}
