// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
internal import FoundationEssentials
private import StrictJSON

extension SubmissionBody {
  /// `{ "list"?, "mode"?, "items": [ { "url", … } ] }`, its items read one by one.
  static func json(_ window: BodyWindow, _ terms: Terms, _ take: Take) throws(SubmissionBodyError)
    -> SubmissionBody
  {
    var body = SubmissionBody()
    var hasItems = false
    var source = try JSONSource(window)
    guard try source.read({ (reader: inout JSONReader) throws(JSONError) in try reader.enterObject() }) else {
      _ = try source.read { (reader: inout JSONReader) throws(JSONError) in try reader.value() }
      throw .malformed("The body is one object.")
    }
    while let key = try source.read({ (reader: inout JSONReader) throws(JSONError) in try reader.nextKey() })
    {
      switch key {
      case "items":
        hasItems = true
        try items(&source, terms, take)
      case "list", "mode":
        try body.set(
          key, try source.read { (reader: inout JSONReader) throws(JSONError) in try reader.value() })
      default: throw .malformed("The body has list, mode and items; not \(key.prefix(40)).")
      }
    }
    try source.readEnd()
    guard hasItems else { throw .malformed("items is an array.") }
    return body
  }

  private static func items(_ source: inout JSONSource, _ terms: Terms, _ take: Take)
    throws(SubmissionBodyError)
  {
    guard try source.read({ (reader: inout JSONReader) throws(JSONError) in try reader.enterArray() }) else {
      throw .malformed("items is an array.")
    }
    var number = 0
    while let element = try source.read({ (reader: inout JSONReader) throws(JSONError) -> JSONValue? in
      try reader.hasElement() ? .some(try reader.value()) : .none
    }) {
      number += 1
      try take(item(element, line: number, terms), number)
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
    var criteria: (criteria: String?, given: [(key: String, answer: Bool?)], column: Int)?
    for (key, member) in object.members {
      guard let field = ItemField(rawValue: key) else {
        let known = ItemField.allCases.map(\.rawValue).joined(separator: ", ")
        return refused(.unknownField, String(key.prefix(40)), "An item has \(known); no such field.")
      }
      if member.isNull, field != .url { continue }
      if field == .criteria {
        guard let read = answers(member) else {
          return refused(
            .wrongType, key, "criteria is an object of id, version and answers: true or false by key.")
        }
        criteria = read
        continue
      }
      guard let text = member.stringValue else { return refused(.wrongType, key, "\(key) is a string.") }
      fields.append((field, text, 1))
    }
    guard fields.contains(where: { $0.0 == .url }) else {
      return refused(.missingField, "url", "An item has a url.")
    }
    return item(line: line, fields: fields, answers: criteria, terms)
  }

  /// `{ "id", "version", "answers": { key: true or false } }`, as reviews have it.
  private static func answers(_ value: JSONValue)
    -> (criteria: String?, given: [(key: String, answer: Bool?)], column: Int)?
  {
    guard let object = value.objectValue, object.count == 3, let id = object["id"]?.stringValue,
      let version = object["version"]?.integerValue, let answers = object["answers"]?.objectValue
    else { return nil }
    return ("\(id)/\(version)", answers.members.map { ($0.key, $0.value.boolValue) }, 1)
  }
}

extension SubmissionBodyError {
  fileprivate static func malformed(_ detail: String) -> SubmissionBodyError {
    SubmissionBodyError(.malformedRequest, detail: detail)
  }
}
