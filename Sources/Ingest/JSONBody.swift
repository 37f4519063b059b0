// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
internal import FoundationEssentials
private import StrictJSON

extension SubmissionBody {
  /// The most octets of a JSON body.
  private static let maximumOctets = 64 << 20

  /// `{ "list"?, "mode"?, "items": [ { "url", … } ] }`, its items read one by one.
  static func json(_ octets: [UInt8], _ terms: Terms, _ take: Take) throws(SubmissionBodyError)
    -> SubmissionBody
  {
    var body = SubmissionBody()
    var hasItems = false
    var reader = try read { () throws(JSONError) in
      try JSONReader(octets, limits: JSONLimits(octets: maximumOctets, depth: 8))
    }
    guard try read({ () throws(JSONError) in try reader.enterObject() }) else {
      _ = try read { () throws(JSONError) in try reader.value() }
      throw .malformed("The body is one object.")
    }
    while let key = try read({ () throws(JSONError) in try reader.nextKey() }) {
      switch key {
      case "items":
        hasItems = true
        try items(&reader, terms, take)
      case "list", "mode":
        let value = try read { () throws(JSONError) in try reader.value() }
        try body.set(key, value)
      default: throw .malformed("The body has list, mode and items; not \(key.prefix(40)).")
      }
    }
    try read { () throws(JSONError) in try reader.end() }
    guard hasItems else { throw .malformed("items is an array.") }
    return body
  }

  private static func items(_ reader: inout JSONReader, _ terms: Terms, _ take: Take)
    throws(SubmissionBodyError)
  {
    guard try read({ () throws(JSONError) in try reader.enterArray() }) else {
      throw .malformed("items is an array.")
    }
    var number = 0
    while try read({ () throws(JSONError) in try reader.hasElement() }) {
      number += 1
      let element = try read { () throws(JSONError) in try reader.value() }
      try take(item(element, line: number, terms), number)
    }
  }

  private static func read<Value>(_ step: () throws(JSONError) -> Value) throws(SubmissionBodyError) -> Value
  {
    do throws(JSONError) { return try step() } catch {
      throw SubmissionBodyError(
        .malformedJSON, line: error.line, column: error.column, detail: "Not JSON: \(error.reason.rawValue).")
    }
  }

  private mutating func set(_ key: String, _ value: JSONValue) throws(SubmissionBodyError) {
    if key == "list" {
      guard let text = value.stringValue, let name = try? ListName(text) else {
        throw .malformed("list is the name of a list.")
      }
      list = name
    } else {
      guard let known = value.stringValue.flatMap(Mode.init(rawValue:)) else {
        throw .malformed("mode is all-or-nothing or each.")
      }
      mode = known
    }
  }

  private static func item(_ value: JSONValue, line: Int, _ terms: Terms) -> Result<ParsedItem, ItemRefusal> {
    func refused(_ rule: FieldRule, _ field: String, _ detail: String) -> Result<ParsedItem, ItemRefusal> {
      .failure(ItemRefusal(line: line, column: 1, field: field, rule: rule.rawValue, detail: detail))
    }
    guard let object = value.objectValue else { return refused(.wrongType, "url", "An item is an object.") }
    var fields: [(ItemField, String, Int)] = []
    for (key, member) in object.members {
      guard let field = ItemField(rawValue: key) else {
        let known = ItemField.allCases.map(\.rawValue).joined(separator: ", ")
        return refused(.unknownField, String(key.prefix(40)), "An item has \(known); no such field.")
      }
      if member.isNull, field != .url { continue }
      guard let text = member.stringValue else { return refused(.wrongType, key, "\(key) is a string.") }
      fields.append((field, text, 1))
    }
    guard fields.contains(where: { $0.0 == .url }) else {
      return refused(.missingField, "url", "An item has a url.")
    }
    return item(line: line, fields: fields, terms)
  }
}

extension SubmissionBodyError {
  fileprivate static func malformed(_ detail: String) -> SubmissionBodyError {
    SubmissionBodyError(.malformedRequest, detail: detail)
  }
}
