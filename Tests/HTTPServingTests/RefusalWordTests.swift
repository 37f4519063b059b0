// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTPMessages
import HTTPServing
import HTTPWire
import RefusalCorpus
import StrictJSON
import Testing

/// What the engine refuses is told in words: problem type, title, status, detail, and the limit where one was passed.
struct RefusalWordTests {
  private func problem(_ answer: String) throws -> JSONValue {
    let content = try #require(answer.range(of: "\r\n\r\n")).upperBound
    return try JSONValue(parsing: Array(answer[content...].utf8))
  }

  private func expect(
    _ problem: JSONValue, _ kind: EngineProblem, _ rule: String, limit: Int?
  ) {
    #expect(problem["type"] == .string("/problems/" + kind.rawValue))
    #expect(problem["title"] == .string(kind.title))
    #expect(problem["status"] == .integer(Int64(kind.status.code)))
    #expect(problem["rule"] == .string(rule))
    #expect((problem["detail"]?.stringValue?.count ?? 0) > 20)
    #expect(problem["limit"] == limit.map { .integer(Int64($0)) })
  }

  private static let small: ServerLimits = {
    var limits = ServerLimits()
    limits.requestLineOctets = 64
    limits.headerOctets = 128
    limits.headerCount = 5
    limits.bodyOctets = 10
    limits.trailerCount = 2
    limits.trailerOctets = 40
    return limits
  }()

  private static let long = String(repeating: "a", count: 200)
  private static let lines = String(repeating: "X: y\r\n", count: 6)
  private static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test(
    arguments: [
      ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", .targetTooLong, "request-line-too-long", 64),
      ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", .headerTooLarge, "header-too-large", 128),
      ("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n", .headerTooLarge, "too-many-fields", 5),
      (
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", .contentTooLarge, "body-too-large",
        10
      ),
      (chunked + "b\r\n", .contentTooLarge, "body-too-large", 10),
      (chunked + "0\r\n\(lines)\r\n", .headerTooLarge, "trailer-too-large", 40),
      ("GET / HTTP/1.1\r\n\r\n", .unreadableRequest, "missing-host", nil),
      ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", .notImplemented, "unknown-method", nil),
      ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .versionNotSupported, "unsupported-version", nil),
      ("GET / HTTP/1.1\r\nHost: a\r\nExpect: it\r\n\r\n", .expectationFailed, "unknown-expectation", nil),
      (
        "GET /illegal HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", .internalError,
        "illegal-response-field", nil
      ),
    ] as [(String, EngineProblem, String, Int?)])
  func `a refusal names its problem, its rule and its limit`(
    request: String, kind: EngineProblem, rule: String, limit: Int?
  ) async throws {
    let engine = try EngineUnderTest(limits: Self.small)
    expect(try problem(try await engine.exchange(request)), kind, rule, limit: limit)
    await engine.stop()
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"])
  func `who is too slow is told so`(start: String) async throws {
    var limits = ServerLimits()
    limits.headerDeadline = .milliseconds(100)
    limits.bodyPause = .milliseconds(100)
    let engine = try EngineUnderTest(limits: limits)
    expect(try problem(try await engine.exchange(start)), .requestTimeout, "too-slow", limit: nil)
    await engine.stop()
  }

  @Test func `who finds no room is told so`() async throws {
    var limits = ServerLimits()
    limits.connections = 0
    let engine = try EngineUnderTest(limits: limits)
    let answer = try await engine.client().readToEnd()
    #expect(answer.contains("Retry-After: 5\r\n"))
    expect(try problem(answer), .overloaded, "limit-reached", limit: nil)
    await engine.stop()
  }

  @Test func `in HTTP 2 the limit of content is the one this request had`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration, bodyLimit: 10)
    let outcome = try await Tool.run([
      "curl", "-sS", "-m", "20", "--http2", "--cacert", certificates.path("ca.pem"), "--data", "01234567890",
      "https://127.0.0.1:\(engine.port)/echo",
    ])
    expect(
      try JSONValue(parsing: Array(outcome.output.utf8)), .contentTooLarge, "body-too-large", limit: 10)
    await engine.stop()
  }

  @Test(arguments: RequestRefusal.allCases)
  func `each refusal of a request is told with its own status`(refusal: RequestRefusal) async throws {
    // The corpus holds each of them.
    let refused = try #require(RefusalCorpus.all.first { $0.refusal == refusal })
    let engine = try EngineUnderTest(bodyLimit: 1000)
    let client = try engine.client()
    client.send(refused.octets)
    let problem = try problem(await client.readToEnd())
    #expect(problem["status"] == .integer(Int64(refusal.status.code)))
    #expect(problem["rule"] == .string(refusal.rawValue))
    await engine.stop()
  }
}
