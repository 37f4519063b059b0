// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

@Suite struct AppealTests {
  func file(_ name: String, _ world: World, from address: String = "192.0.2.1") async throws -> Reply {
    try await world.ask(
      "POST", "/v1/appeals",
      body: (["name": .string(name), "statement": "it is my shop\nand clean"] as JSONValue).encoded(),
      type: "application/json",
      from: ConnectionFacts(peerAddress: address, isLoopback: false, tls: true))
  }

  func status(_ filed: Reply, _ world: World) async throws -> JSONValue {
    let path = "/v1/appeals/\(filed.json["case"]?.stringValue ?? "")"
    return try await world.get(path, fields: ["Appeal-Secret": filed.json["secret"]?.stringValue ?? ""]).json
  }

  func act(_ what: String, _ filed: Reply, _ body: JSONValue? = nil, as person: String, _ world: World)
    async throws -> Reply
  {
    let path = "/v1/appeals/\(filed.json["case"]?.stringValue ?? "")/\(what)"
    guard let body else { return try await world.ask("POST", path, as: person) }
    return try await world.post(path, body, as: person)
  }

  static func decision(_ word: String) -> JSONValue {
    ["decision": .string(word), "answer": "We looked again.", "reason": "checked"]
  }

  @Test func `an appeal is answered alike whether the name is listed or not`() async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    var shapes: [[String]] = []
    for name in ["listed.example", "free.example"] {
      let filed = try await file(name, world)
      #expect(filed.status == 201)
      var told: [JSONValue] = [filed.json, try await status(filed, world)]
      _ = await world.responder.assignAppeals()
      told.append(try await status(filed, world))
      shapes.append(
        told.map { "\($0.objectValue?.keys ?? []) \($0["state"] ?? .null) \($0.encoded().count)" })
    }
    #expect(shapes[0] == shapes[1])
    let decided = try await world.get("/v1/appeals", as: "auditor").json["items"]?.arrayValue
    #expect(decided?.map { $0["state"]?.stringValue } == ["assigned", "assigned"])
  }

  @Test func `it goes to a country without a part, which suspends, and keeps or removes`() async throws {
    let world = try await World()
    let release = try await world.list("https://bad.example/", "https://worse.example/")
    #expect(release.json["entries"] == 2)
    let (one, two) = (try await file("shop.bad.example", world), try await file("worse.example", world))
    #expect(await world.responder.assignAppeals() == 0)
    let mine = try await world.get("/v1/appeals", as: "police-gy").json["items"]?.arrayValue ?? []
    #expect(mine.map { $0["assignee"] } == ["police-gy", "police-gy"], "JM reported, TT and BB approved")
    #expect(mine.first?["name"] == "s••.b••.example" && mine.first?["statement"] == nil)
    let revealed = try await world.get("/v1/appeals?reveal=true", as: "police-gy").json["items"]?.arrayValue
    #expect(revealed?.first?["statement"] == "it is my shop\nand clean")
    #expect(try await world.get("/v1/audit", as: "auditor").text.contains("appeals-revealed"))
    #expect(try await world.get("/v1/appeals", as: "police-tt").json["items"] == [])

    for filed in [one, two] {
      let suspended = try await act("suspend", filed, as: "police-gy", world)
      #expect(suspended.status == 200 && suspended.json["suspended"]?.arrayValue?.count == 1)
      #expect(try await act("suspend", filed, as: "police-gy", world).status == 200, "again is the same")
    }
    #expect(try await world.get("/v1/lists/worst-of", as: "isp-coral").json["entries"] == 0)
    world.clock.pass(7200)
    #expect(try await act("decision", one, Self.decision("keep"), as: "police-gy", world).status == 200)
    #expect(try await act("decision", two, Self.decision("remove"), as: "police-gy", world).status == 200)
    let after = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(after.json["entries"] == 1 && after.json["added"] == 1)
    for filed in [one, two] {
      let told = try await status(filed, world)
      #expect(told["state"] == "decided" && told["answer"] == "We looked again." && told["decision"] == nil)
    }
    let clock = try await world.get("/v1/appeals/clock")
    #expect(clock.json["decided"] == 2 && clock.json["median_seconds"] == 7200)
    #expect(clock.json["ninety_fifth_seconds"] == 7200 && clock.json["open"] == 0)
  }

  @Test func `to remove takes the name off at once`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let filed = try await file("bad.example", world)
    _ = await world.responder.assignAppeals()
    let decided = try await act("decision", filed, Self.decision("remove"), as: "police-gy", world)
    #expect(decided.status == 200 && decided.json["decision"] == "remove")
    #expect(try await world.get("/v1/lists/worst-of", as: "isp-coral").json["entries"] == 0)
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
  }

  @Test func `what one appeal removed is not listed again when another is decided`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let (one, two) = (try await file("bad.example", world), try await file("shop.bad.example", world))
    _ = await world.responder.assignAppeals()
    #expect(try await act("suspend", one, as: "police-gy", world).status == 200)
    #expect(try await act("decision", two, Self.decision("remove"), as: "police-gy", world).status == 200)
    #expect(try await act("decision", one, Self.decision("keep"), as: "police-gy", world).status == 200)
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").text
    #expect(trail.contains("removed by appeal \(two.json["case"]?.stringValue ?? "none")"))
  }

  @Test func `a publisher's suspension outlives that of an appeal, and is told once`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let filed = try await file("bad.example", world)
    _ = await world.responder.assignAppeals()
    #expect(try await act("suspend", filed, as: "police-gy", world).status == 200)
    func suspend() async throws -> Reply {
      try await world.post(
        "/v1/entries/ent_1/suspend", ["reason": "a shop, not what was seen"], as: "admin-one")
    }
    let firm = try await suspend()
    #expect(firm.status == 200 && firm.json["release"] == .null, "\(firm.text)")
    #expect(try await suspend().problem == "wrong-entry-state", "it is firm already")
    #expect(try await act("decision", filed, Self.decision("keep"), as: "police-gy", world).status == 200)
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
  }

  @Test func `whose country had a part takes nothing off by an appeal`() async throws {
    let world = try await World()
    let filed = try await file("bad.example", world)
    let given = try await act("assignment", filed, ["reviewer": "police-bb"], as: "admin-one", world)
    #expect(given.status == 200)
    // Reported by JM, approved by TT and BB.
    try await world.list("https://bad.example/")
    let suspended = try await act("suspend", filed, as: "police-bb", world)
    #expect(suspended.status == 409 && suspended.problem == "appeal-country-involved", "\(suspended.text)")
    let removed = try await act("decision", filed, Self.decision("remove"), as: "police-bb", world)
    #expect(removed.status == 409 && removed.problem == "appeal-country-involved", "\(removed.text)")
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "listed")
    #expect(try await world.get("/v1/lists/worst-of", as: "isp-coral").json["entries"] == 1)
  }

  @Test func `each way an officer can be wrong has its own refusal`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let (listed, free) = (try await file("bad.example", world), try await file("free.example", world))
    func decide(_ filed: Reply, _ word: String, _ person: String = "police-gy") async throws -> String? {
      try await act("decision", filed, Self.decision(word), as: person, world).problem
    }
    func give(_ filed: Reply, _ person: String) async throws -> String? {
      try await act("assignment", filed, ["reviewer": .string(person)], as: "admin-one", world).problem
    }
    #expect(try await decide(listed, "keep") == "appeal-not-assigned-to-you", "nobody has it yet")
    #expect(try await give(listed, "police-tt") == "appeal-country-involved")
    #expect(try await give(listed, "isp-coral") == "appeal-assignee-not-reviewer", "no reviewer at all")
    #expect(try await give(listed, "nobody") == "principal-not-found")
    #expect(try await give(listed, "police-gy") == nil)
    #expect(try await give(free, "police-gy") == nil)
    #expect(try await decide(listed, "keep", "police-tt") == "appeal-not-assigned-to-you")
    #expect(try await decide(listed, "keep", "isp-coral") == "role-required")
    #expect(try await decide(listed, "not-listed") == "appeal-name-listed")
    #expect(try await decide(free, "keep") == "appeal-nothing-listed")
    #expect(try await decide(free, "remove") == "appeal-nothing-listed")
    #expect(try await act("suspend", free, as: "police-gy", world).problem == "appeal-nothing-listed")
    #expect(try await decide(free, "maybe") == "invalid-field")
    #expect(try await decide(free, "not-listed") == nil)
    #expect(try await decide(free, "not-listed") == "appeal-already-decided")
    #expect(try await give(free, "police-bb") == "appeal-already-decided")
    #expect(
      try await world.post("/v1/appeals/nonsense/decision", Self.decision("keep"), as: "police-gy").problem
        == "appeal-not-found")
  }

  @Test func `only case and secret together open a case`() async throws {
    let world = try await World()
    let filed = try await file("free.example", world)
    let path = "/v1/appeals/\(filed.json["case"]?.stringValue ?? "")"
    let secret = filed.json["secret"]?.stringValue ?? ""
    #expect(try await world.get(path, fields: ["Appeal-Secret": secret]).status == 200)
    let wrong: [(path: String, secret: String?)] = [
      (path, nil), (path, secret + "a"), (path, ""), ("/v1/appeals/0000-0000-0000", secret),
      ("/v1/appeals/nonsense", secret),
    ]
    for attempt in wrong {
      var fields = HTTPFields()
      if let secret = attempt.secret { fields["Appeal-Secret"] = secret }
      let reply = try await world.get(attempt.path, fields: fields)
      #expect(reply.status == 404 && reply.problem == "appeal-not-found")
    }
    #expect(try await world.get("/v1/appeals").status == 401)
  }

  @Test(arguments: [
    (#"{"name":"free.example"}"#, "invalid-field"),
    (#"{"name":"192.0.2.1","statement":"x"}"#, "invalid-field"),
    (#"{"name":"example","statement":"x"}"#, "invalid-field"),
    (#"{"name":"free.example","statement":"x","list":"worst-of"}"#, "unknown-field"),
    (#"{"name":"free.example","statement":"\#(String(repeating: "x ", count: 2000))x"}"#, "invalid-field"),
    (
      #"{"name":"free.example","statement":"data:image/png;base64,\#(String(repeating: "QUJD", count: 60))"}"#,
      "embedded-content"
    ),
  ])
  func `an appeal that is not in form is refused`(body: String, problem: String) async throws {
    let world = try await World()
    let reply = try await world.ask("POST", "/v1/appeals", body: Array(body.utf8), type: "application/json")
    #expect(reply.status == 422 && reply.problem == problem, "\(reply.text)")
  }

  @Test func `one address files so many an hour, and all together so many`() async throws {
    let world = try await World([("appeals", "{ per_address_an_hour: 2, an_hour: 4 }")])
    func problems(_ addresses: [String]) async throws -> [String?] {
      var found: [String?] = []
      for address in addresses { found.append(try await file("free.example", world, from: address).problem) }
      return found
    }
    let first = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::ffff", "2001:db8:0:0:9::1"]
    #expect(try await problems(first) == [nil, nil, "rate-limited", nil, nil, "rate-limited"])
    let refused = try await file("free.example", world, from: "198.51.100.1")
    #expect(refused.status == 429 && refused["Retry-After"] == "900")
    world.clock.pass(900)
    #expect(try await problems(["198.51.100.1"]) == [nil])
  }

  @Test func `one address asks so often an hour what became of an appeal, and all together so often`()
    async throws
  {
    let world = try await World([
      ("appeals", "{ questions_per_address_an_hour: 2, questions_an_hour: 4 }")
    ])
    let filed = try await file("free.example", world).json
    let (id, secret) = (filed["case"]?.stringValue ?? "", filed["secret"]?.stringValue ?? "")
    func asked(_ address: String) async throws -> Reply {
      let peer = ConnectionFacts(peerAddress: address, isLoopback: false, tls: true)
      return try await world.ask(
        "GET", "/v1/appeals/\(id)", fields: ["Appeal-Secret": secret], from: peer)
    }
    func byForm(_ address: String) async throws -> Reply {
      try await world.ask(
        "POST", "/appeal/case", body: Array("case=\(id)&secret=\(secret)".utf8),
        type: "application/x-www-form-urlencoded",
        from: ConnectionFacts(peerAddress: address, isLoopback: false, tls: true))
    }
    #expect(try await asked("192.0.2.1").status == 200)
    #expect(try await byForm("192.0.2.1").status == 200)
    let third = try await asked("192.0.2.1")
    #expect(third.status == 429 && third.problem == "rate-limited" && third["Retry-After"] == "1800")
    #expect(try await byForm("192.0.2.1").status == 429)
    #expect(try await asked("192.0.2.2").status == 200)
    #expect(try await asked("192.0.2.3").status == 200)
    #expect(try await asked("192.0.2.4").status == 429)
    #expect(
      try await world.get("/metrics", as: "watcher").text.contains(
        "cordon_rate_limited_total{limit=\"appeal-questions\"} 3\n"))
    world.clock.pass(1800)
    #expect(try await asked("192.0.2.1").status == 200)
  }

  @Test func `the page takes a complaint and tells what became of it`() async throws {
    let world = try await World()
    let page = try await world.get("/appeal")
    #expect(page.status == 200 && page["Content-Type"] == "text/html; charset=utf-8")
    #expect(page["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
    let form = "application/x-www-form-urlencoded"
    func send(_ path: String, _ body: String) async throws -> Reply {
      try await world.ask("POST", path, body: Array(body.utf8), type: form)
    }
    let filed = try await send(
      "/appeal", "name=https%3A%2F%2Ffree.example%2F&statement=a+%3Cb%3E%0D%0Aline&contact=")
    #expect(filed.status == 201)
    let strong = filed.text.split(separator: "<strong>").dropFirst().map {
      String($0.prefix { $0 != "<" })
    }
    try #require(strong.count == 2)
    let query = "case=\(strong[0])&secret=\(strong[1])"
    #expect(try await send("/appeal/case", query).text.contains("not decided yet"))
    #expect(try await send("/appeal/case", query + "x").status == 404)
    let revealed = try await world.get("/v1/appeals?reveal=true", as: "auditor").json["items"]?.arrayValue
    #expect(revealed?.first?["statement"] == "a <b>\nline" && revealed?.first?["contact"] == JSONValue.null)
    _ = await world.responder.assignAppeals()
    let officer = revealed.flatMap { _ in "police-bb" } ?? ""
    let answer: JSONValue = ["decision": "not-listed", "answer": "No & <never>.", "reason": "nothing there"]
    #expect(
      try await world.post("/v1/appeals/\(strong[0])/decision", answer, as: officer).status == 200)
    #expect(try await send("/appeal/case", query).text.contains("<pre>No &amp; &lt;never&gt;.</pre>"))
    for body in ["name=free.example", "name=a%ZZ", "name=free.example&name=x&statement=y", "nome=x"] {
      let reply = try await send("/appeal", body)
      #expect([400, 422].contains(reply.status) && reply["Content-Type"] == "text/html; charset=utf-8")
    }
    let script = try await send("/appeal", "name=%3Cscript%3E&statement=x")
    #expect(script.status == 422 && !script.text.contains("<script>"))
  }
}
