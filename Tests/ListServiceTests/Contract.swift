// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

/// The service's own OpenAPI document, against which every answer is held.
struct Contract: Sendable {
  let document: JSONValue
  /// Path templates as segments, with their methods.
  let paths: [(template: String, operations: JSONObject)]

  init(of responder: ServiceResponder) async throws {
    let request = HTTPRequest(
      method: .get, path: "/openapi.json",
      connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
    document = try JSONValue(parsing: await World.settled(responder.answer(request)).body.octets)
    paths = document["paths"]?.objectValue?.members.map { ($0.key, $0.value.objectValue ?? [:]) } ?? []
  }

  /// Records an issue unless the document describes this answer.
  func check(_ method: String, _ path: String, _ reply: Reply) {
    guard let template = template(of: path), let operation = operation(method, template) else {
      #expect([401, 404, 405, 400].contains(reply.status), "\(method) \(path) is not described")
      return
    }
    guard let described = operation["responses"]?[String(reply.status)] else {
      Issue.record("\(method) \(template) answered \(reply.status), which is not described: \(reply.text)")
      return
    }
    if let problem = reply.problem, reply["Content-Type"] == "application/problem+json" {
      let types = described["x-problem-types"]?.arrayValue ?? []
      #expect(
        types.contains(.string("/problems/" + problem)),
        "\(method) \(template) answered \(problem), which is not described")
      return
    }
    guard reply["Content-Type"] == "application/json", reply.status != 304 else { return }
    guard let schema = described["content"]?["application/json"]?["schema"] else {
      Issue.record("\(method) \(template) answered JSON, which is not described")
      return
    }
    if let objection = objection(to: reply.json, schema, at: "") {
      Issue.record("\(method) \(template) \(reply.status): \(objection)")
    }
  }

  func template(of path: String) -> String? {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    let matching = paths.map(\.template).filter { template in
      let pattern = template.split(separator: "/", omittingEmptySubsequences: false)
      if pattern.last == "{path}", segments.count >= pattern.count {
        return zip(pattern.dropLast(), segments).allSatisfy(==)
      }
      return pattern.count == segments.count
        && zip(pattern, segments).allSatisfy { $0.hasPrefix("{") && !$1.isEmpty || $0 == $1 }
    }
    return matching.min { $0.count { $0 == "{" } < $1.count { $0 == "{" } }
  }

  private func operation(_ method: String, _ template: String) -> JSONValue? {
    let name = method == "HEAD" ? "get" : method.lowercased()
    return paths.first { $0.template == template }?.operations[name]
  }

  /// Why `value` is not what `schema` says; nil when it is.
  private func objection(to value: JSONValue, _ schema: JSONValue, at pointer: String) -> String? {
    if let reference = schema["$ref"]?.stringValue, let name = reference.split(separator: "/").last {
      guard let named = document["components"]?["schemas"]?[String(name)] else { return "no schema \(name)" }
      return objection(to: value, named, at: pointer)
    }
    if let choices = schema["anyOf"]?.arrayValue {
      return choices.contains { objection(to: value, $0, at: pointer) == nil } ? nil : "\(pointer): fits none"
    }
    if let words = schema["enum"]?.arrayValue, !words.contains(value) {
      return "\(pointer): \(value) is no such word"
    }
    guard let type = schema["type"] else { return nil }
    let types = type.arrayValue ?? [type]
    guard types.contains(where: { Self.fits(value, $0.stringValue) }) else {
      return "\(pointer): \(value) is no \(types)"
    }
    if let object = value.objectValue { return objection(to: object, schema, at: pointer) }
    for (index, item) in (value.arrayValue ?? []).enumerated() {
      guard let items = schema["items"] else { break }
      if let objection = objection(to: item, items, at: "\(pointer)/\(index)") { return objection }
    }
    return nil
  }

  private func objection(to object: JSONObject, _ schema: JSONValue, at pointer: String) -> String? {
    for name in schema["required"]?.arrayValue ?? [] {
      if let name = name.stringValue, object[name] == nil { return "\(pointer)/\(name) is missing" }
    }
    for (key, member) in object.members {
      if let known = schema["properties"]?[key] {
        if let objection = objection(to: member, known, at: "\(pointer)/\(key)") { return objection }
      } else if schema["additionalProperties"] == .bool(false) {
        return "\(pointer)/\(key) is not described"
      }
    }
    return nil
  }

  private static func fits(_ value: JSONValue, _ type: String?) -> Bool {
    switch type {
    case "object": value.objectValue != nil
    case "array": value.arrayValue != nil
    case "string": value.stringValue != nil
    case "integer": value.integerValue != nil
    case "boolean": value.boolValue != nil
    case "null": value.isNull
    default: false
    }
  }
}
