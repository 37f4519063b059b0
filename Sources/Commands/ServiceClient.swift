// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import HTTPMessages
private import ListFollowing
package import StrictJSON

/// Talks to the server's REST interface in JSON and turns its refusals into plain lines.
package struct ServiceClient {
  private let transport: any Transport

  /// A client for the server the options name.
  package init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    transport = try context.connect(ConnectionSettings(arguments, environment: context.environment))
  }

  /// A client for a server.
  package init(_ settings: ConnectionSettings, _ context: CommandContext) throws(CommandFailure) {
    transport = try context.connect(settings)
  }

  /// Fetches a JSON value.
  package func get(_ path: String, _ query: [(String, String?)] = []) throws(CommandFailure) -> JSONValue {
    try send(
      TransportRequest(
        path: path + Self.query(query), fields: ["Accept": "application/json"], maximumOctets: Self.limit))
  }

  /// Sends a JSON value.
  package func post(
    _ path: String, _ query: [(String, String?)] = [], _ value: JSONValue
  ) throws(CommandFailure) -> JSONValue {
    try post(path, query, body: value.encoded(), mediaType: "application/json")
  }

  /// Sends bytes of a given media type.
  ///
  /// Every change carries a fresh `Idempotency-Key`, so a request repeated by something on the way counts once.
  package func post(
    _ path: String, _ query: [(String, String?)] = [], body: [UInt8], mediaType: String
  ) throws(CommandFailure) -> JSONValue {
    let fields: HTTPFields = [
      "Accept": "application/json", "Content-Type": mediaType, "Idempotency-Key": freshKey(),
    ]
    return try send(
      TransportRequest(
        .post, path: path + Self.query(query), fields: fields, body: body, maximumOctets: Self.limit))
  }

  /// Deletes a resource.
  package func delete(_ path: String) throws(CommandFailure) -> JSONValue {
    let fields: HTTPFields = ["Accept": "application/json", "Idempotency-Key": freshKey()]
    return try send(TransportRequest(.delete, path: path, fields: fields))
  }

  private static let limit = 64 << 20

  private func freshKey() -> String {
    randomOctets(16).map { octet in (octet < 16 ? "0" : "") + String(octet, radix: 16) }.joined()
  }

  private func send(_ request: TransportRequest) throws(CommandFailure) -> JSONValue {
    let answer: TransportAnswer
    do {
      answer = try transport.send(request)
    } catch {
      throw CommandFailure(error.description)
    }
    guard (200..<300).contains(answer.status) else {
      throw ProblemText.failure(status: answer.status, body: answer.body)
    }
    if answer.body.isEmpty { return .null }
    do {
      return try JSONValue(parsing: answer.body, limits: JSONLimits(octets: Self.limit))
    } catch {
      throw CommandFailure("the server's answer is not JSON: line \(error.line), column \(error.column)")
    }
  }

  private static func query(_ items: [(String, String?)]) -> String {
    let parts = items.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }
}
