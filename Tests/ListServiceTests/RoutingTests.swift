// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import ListService
import StrictJSON
import Testing

@Suite struct RoutingTests {
  @Test func `every described operation is there, and other methods are refused with those that are`()
    async throws
  {
    let world = try await World()
    #expect(world.contract.paths.count > 35)
    for (template, operations) in world.contract.paths {
      let path = template.replacing(#/\{[^}]+\}/#, with: "1")
      var described = Set(operations.keys.map { $0.uppercased() })
      for method in described {
        let reply = try await world.ask(method, path, as: "admin-one")
        #expect(reply.status != 405, "\(method) \(template)")
      }
      let other = ["PUT", "DELETE", "POST"].first { !described.contains($0) } ?? "PATCH"
      let reply = try await world.ask(other, path, as: "admin-one")
      if described.contains("GET") { described.insert("HEAD") }
      #expect(reply.status == 405, "\(other) \(template)")
      #expect(reply["Allow"] == described.sorted().joined(separator: ", "))
    }
  }

  @Test func `a literal segment outranks a parameter, for every method`() async throws {
    let world = try await World()
    for person in ["admin-one", "isp-coral"] {
      let reply = try await world.ask("DELETE", "/v1/credentials/own", as: person)
      #expect(reply.status == 405 && reply["Allow"] == "GET, HEAD, POST")
    }
    #expect(try await world.ask("DELETE", "/v1/credentials/owner", as: "admin-one").status == 404)
  }

  @Test func `every described operation asks for a credential unless it is open to anyone`() async throws {
    let world = try await World()
    for (template, operations) in world.contract.paths {
      for (method, operation) in operations.members where operation["security"] != .array([]) {
        let path = template.replacing(#/\{[^}]+\}/#, with: "1")
        let reply = try await world.ask(method.uppercased(), path)
        #expect(reply.status == 401 && reply.problem == "credential-required", "\(method) \(template)")
        #expect(reply["WWW-Authenticate"] == "Bearer realm=\"cordon\"")
      }
    }
  }

  @Test func `every described schema is defined`() async throws {
    let world = try await World()
    let text = String(decoding: world.contract.document.encoded(), as: UTF8.self)
    for match in text.matches(of: #/#\/components\/schemas\/(\w+)/#) {
      #expect(world.contract.document["components"]?["schemas"]?[String(match.1)] != nil, "\(match.1)")
    }
  }

  @Test func `an unknown path is not found`() async throws {
    let world = try await World()
    let reply = try await world.get("/v1/nonsense", as: "isp-coral")
    #expect(reply.status == 404 && reply.problem == "not-found")
    #expect(try await world.get("/nonsense").status == 404)
    #expect(try await world.get("/v1/lists/", as: "isp-coral").status == 404)
  }

  @Test(arguments: [
    ("/v1/lists?x=1", "unknown-parameter", "x"),
    ("/v1/lists/worst-of/changes?since=0&since=1", "duplicate-parameter", "since"),
    ("/v1/lists/worst-of/changes", "missing-parameter", "since"),
    ("/v1/lists/worst-of/changes?since=-1", "invalid-parameter", "since"),
    ("/v1/lists/worst-of/changes?since=01", "invalid-parameter", "since"),
    ("/v1/lists/worst-of/changes?since=99999999999999999999", "invalid-parameter", "since"),
    ("/v1/lists/worst-of/changes?since=0&wait=61", "invalid-parameter", "wait"),
  ])
  func `a query parameter that is not right is refused by name`(
    target: String, problem: String, parameter: String
  ) async throws {
    let world = try await World()
    let reply = try await world.get(target, as: "isp-coral")
    #expect(reply.status == 400 && reply.problem == problem)
    #expect(reply.json["parameter"] == .string(parameter))
  }

  @Test func `a media type that is not there is not acceptable`() async throws {
    let world = try await World()
    try await world.list("https://one.example/")
    let target = "/v1/lists/worst-of/changes?since=0"
    func type(_ accept: String) async throws -> String? {
      try await world.get(target, as: "isp-coral", fields: ["Accept": accept])["Content-Type"]
    }
    #expect(try await type("*/*") == "text/plain; charset=utf-8")
    #expect(try await type("application/json") == "application/json")
    #expect(try await type("text/plain;q=0.5, application/json") == "application/json")
    #expect(try await type("application/json;q=0, */*") == "text/plain; charset=utf-8")
    for weight in ["nan", "inf", "-inf", "1e999", "9999999999999999999"] {
      let odd = try await world.get(target, as: "isp-coral", fields: ["Accept": "text/plain;q=\(weight)"])
      #expect(odd.status == 406, "a weight that is no number, \(weight), accepts nothing")
    }
    let refused = try await world.get(target, as: "isp-coral", fields: ["Accept": "image/png"])
    #expect(refused.status == 406 && refused.problem == "not-acceptable")
  }

  @Test func `content of another media type is refused, and so is coded content`() async throws {
    let world = try await World()
    let body = Array("url=x".utf8)
    let form = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: body,
      type: "application/x-www-form-urlencoded")
    #expect(form.status == 415 && form.problem == "unsupported-media-type")
    let coded = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: body, type: "text/plain",
      fields: ["Content-Encoding": "gzip"])
    #expect(coded.status == 415)
  }

  @Test func `a stranger may send little, a submitter a whole batch`() async throws {
    let world = try await World()
    func limit(_ fields: HTTPFields) -> Int {
      world.responder.bodyLimit(
        for: HTTPRequest(
          method: .post, path: "/v1/submissions", fields: fields,
          connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)))
    }
    #expect(limit([:]) == 65_536)
    #expect(limit(["Authorization": "Bearer \(World.token("police-jm"))"]) == 32 << 20)
  }

  @Test func `who may not ask there may send little, so that nothing much is kept free for it`() async throws
  {
    let world = try await World()
    func head(_ person: String, _ path: String, _ type: String = "application/json") -> HTTPRequest {
      HTTPRequest(
        method: .post, path: path,
        fields: ["Authorization": "Bearer \(World.token(person))", "Content-Type": type],
        connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
    }
    #expect(world.responder.bodyLimit(for: head("isp-coral", "/v1/guard")) == 65_536)
    #expect(world.responder.bodyLimit(for: head("admin-one", "/v1/guard")) == 8 << 20)
    // What is put aside elsewhere is dropped as it comes, whatever it says it is, and then answered 403.
    for type in ["text/csv", "image/png"] {
      let dropping = try #require(world.responder.receiver(for: head("isp-coral", "/v1/submissions", type)))
      dropping.take([UInt8](repeating: 0x61, count: 16_384).span)
      #expect(dropping.octetsHeld == 0)
    }
    #expect(world.responder.receiver(for: head("police-jm", "/v1/submissions", "image/png")) == nil)
  }
}
