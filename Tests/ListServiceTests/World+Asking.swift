// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

/// An answer, taken apart.
struct Reply: Sendable {
  let response: HTTPResponse

  var status: Int { response.status.code }
  var octets: [UInt8] { response.body.octets }
  var text: String { String(decoding: octets, as: UTF8.self) }
  var json: JSONValue { (try? JSONValue(parsing: octets)) ?? .null }
  /// The name of the problem type.
  var problem: String? { json["type"]?.stringValue.map { String($0.dropFirst("/problems/".count)) } }

  subscript(field: String) -> String? { response.fields[field] }
}

extension World {
  /// Asks as the engine would, and holds the answer against the OpenAPI document.
  @discardableResult
  func ask(
    _ method: String, _ target: String, as person: String? = nil, body: [UInt8] = [], type: String? = nil,
    fields: HTTPFields = [:], from connection: ConnectionFacts? = nil, of other: ServiceResponder? = nil
  ) async throws -> Reply {
    let responder = other ?? responder
    var fields = fields
    if let person, !fields.contains("Authorization") {
      fields["Authorization"] = "Bearer \(Self.token(person))"
    }
    if let type { fields["Content-Type"] = type }
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    var request = HTTPRequest(
      method: try #require(HTTPMethod(method)), path: parts[0], query: parts.count > 1 ? parts[1] : nil,
      fields: fields,
      connection: connection ?? ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
    if !body.isEmpty, let receiver = responder.receiver(for: request) {
      request.arrived = ArrivedContent(receiver)
      for start in stride(from: 0, to: body.count, by: 4_099) {
        receiver.take(body.span.extracting(start..<min(start + 4_099, body.count)))
      }
    } else {
      request.body = body
    }
    let reply = Reply(response: await Self.settled(responder.answer(request)))
    contract.check(method, request.path, reply)
    return reply
  }

  @discardableResult
  func get(_ target: String, as person: String? = nil, fields: HTTPFields = [:]) async throws -> Reply {
    try await ask("GET", target, as: person, fields: fields)
  }

  @discardableResult
  func post(
    _ target: String, _ json: JSONValue, as person: String?, fields: HTTPFields = [:]
  ) async throws -> Reply {
    try await ask("POST", target, as: person, body: json.encoded(), type: "application/json", fields: fields)
  }

  private static func settled(_ parked: ParkedAnswer) async -> HTTPResponse {
    let end = ContinuousClock.now + parked.timeout
    while ContinuousClock.now < end {
      if let response = parked.resume(false) { return response }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return parked.resume(true) ?? HTTPResponse(status: .noContent)
  }

  static func settled(_ answer: HTTPAnswer) async -> HTTPResponse {
    switch answer {
    case .ready(let response): response
    case .deferred(let work): await work()
    case .parked(let parked): await settled(parked)
    }
  }

  /// Reports URLs as JSON; their submissions.
  @discardableResult
  func submit(_ urls: String..., as person: String = "police-jm") async throws -> [String] {
    try await submit(urls: urls, as: person)
  }

  @discardableResult
  func submit(urls: [String], as person: String = "police-jm") async throws -> [String] {
    let items: [JSONValue] = urls.map { ["url": .string($0)] }
    let reply = try await post("/v1/submissions", ["list": "worst-of", "items": .array(items)], as: person)
    #expect(reply.status == 201, "\(reply.text)")
    return reply.json["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
  }

  static let approval: JSONValue = [
    "decision": "approve",
    "criteria": ["id": "baseline", "version": 1, "answers": ["real": true, "severe": true]],
  ]

  func approve(_ submission: String, as person: String) async throws -> Reply {
    try await post("/v1/submissions/\(submission)/reviews", Self.approval, as: person)
  }

  /// Takes names all the way to a release.
  @discardableResult
  func list(_ urls: String...) async throws -> Reply { try await list(urls) }

  @discardableResult
  func list(_ urls: [String]) async throws -> Reply {
    for url in urls {
      for submission in try await submit(url) {
        for reviewer in ["police-tt", "police-bb"] {
          #expect(try await approve(submission, as: reviewer).status == 201)
        }
      }
    }
    let release = try await post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.status == 201, "\(release.text)")
    return release
  }
}
