// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import Testing

/// TUF §5.6.7: who is asked for a target, in which order, and when the search ends.
struct DelegationTests {
  @Test(arguments: [
    (["t>A"], "A"), (["t>A", "t>B"], "AB"), (["t>A", "t>B", "B>C"], "ABC"),
    (["t>A", "t>B", "A>C", "A>D"], "ACDB"), (["t>A", "t>B", "A>C", "C>D"], "ACDB"),
    (["t>A", "t>B", "A>C!", "A>D"], "AC"), (["t>A", "t>B", "A>C!", "C>D"], "ACD"),
    (["t>A!", "t>B"], "A"), (["t>A", "t>B", "B>C", "C>D", "D>B"], "ABCD"), (["t>A", "A>A"], "A"),
    (["t>A", "t>B", "B>C", "A>C"], "ACB"), (["t>A-", "t>B", "A>C"], "B"), (["t>A", "A>B-!", "t>C"], "AC"),
  ])
  func `roles are asked in pre-order, depth first, each once`(graph: [String], order: String) throws {
    let edges = graph.map { text -> Edge in
      let names = text.split(separator: ">")
      let target = String(names[1].prefix(1))
      return Edge(
        from: names[0] == "t" ? "targets" : String(names[0]), to: target,
        paths: .patterns([text.contains("-") ? "*.py" : "*"]), isTerminating: text.hasSuffix("!"))
    }
    let simulator = try DelegationSimulator(edges)
    var follower = FollowerSimulator(simulator.repository)
    #expect(throws: ManifestRefusal.unknownTarget("missing")) {
      try follower.search("missing", in: simulator)
    }
    #expect(follower.asked == order.map { "1.\($0).json" })
  }

  private static let tree = [
    Edge(from: "targets", to: "A", paths: .patterns(["*.md", "foo-?.tgz"])),
    Edge(from: "targets", to: "B", paths: .patterns(["releases/*/*"])),
    Edge(from: "B", to: "C", paths: .patterns(["releases/x/*"])),
    Edge(from: "targets", to: "bin-0", paths: .hashPrefixes(Array("01234567").map(String.init))),
    Edge(from: "targets", to: "bin-1", paths: .hashPrefixes(Array("89abcdef").map(String.init))),
  ]

  @Test(arguments: [
    ("README.md", "A"), ("foo-1.tgz", "A"), ("releases/x/v1", "C"), ("one", "bin-"), ("two", "bin-"),
  ])
  func `a target is found in the role that is trusted for its path`(path: String, role: String) throws {
    let digest = SHA256Digest(hashing: Array(path.utf8)).hex
    let holder = role == "bin-" ? (digest < "8" ? "bin-0" : "bin-1") : role
    let simulator = try DelegationSimulator(Self.tree, targets: [path: holder])
    var follower = FollowerSimulator(simulator.repository)
    let (description, found) = try follower.search(path, in: simulator)
    #expect(found == holder)
    #expect(description == TargetDescription(of: Array(path.utf8)))
    try follower.search(path, in: simulator)
    #expect(follower.asked == [], "a kept role file is not fetched again")
  }

  @Test(arguments: ["releases/README.md", "foo-alpha.tgz", "README.MD"])
  func `a role speaks for no path that it was not given`(path: String) throws {
    let simulator = try DelegationSimulator(Self.tree.filter { $0.to == "A" }, targets: [path: "A"])
    var follower = FollowerSimulator(simulator.repository)
    #expect(throws: ManifestRefusal.unknownTarget(path)) { try follower.search(path, in: simulator) }
  }

  @Test func `one search asks as many roles as its limit names, and no more`() throws {
    let names = (1...33).map { "r\($0)" }
    let chain = zip(["targets"] + names, names).map { Edge(from: $0, to: $1) }
    let within = try DelegationSimulator(Array(chain.prefix(32)), targets: ["deep": "r32"])
    var follower = FollowerSimulator(within.repository)
    #expect(try follower.search("deep", in: within).role == "r32")
    let past = try DelegationSimulator(chain, targets: ["deep": "r33"])
    follower = FollowerSimulator(past.repository)
    #expect(throws: ManifestRefusal.tooManyRoles(target: "deep", limit: 32)) {
      try follower.search("deep", in: past)
    }
    #expect(follower.asked.count == 32)
  }

  @Test(arguments: ["?", "#", "/up", "../up", "é ü", ".", "%2E"])
  func `an unusual role name stays one name in requests and in the store`(name: String) throws {
    let simulator = try DelegationSimulator([Edge(from: "targets", to: name)], targets: ["x": name])
    var follower = FollowerSimulator(simulator.repository)
    #expect(try follower.search("x", in: simulator).role == name)
    for file in follower.asked + Array(follower.stored.files.keys) {
      #expect(file.hasSuffix(".json") && !file.contains { "/?# ".contains($0) })
    }
  }

  @Test func `top-level names cannot be delegated to`() throws {
    for name in ["root", "snapshot", "timestamp", "targets", ""] {
      var targets = Targets(version: 1, expires: RepositorySimulator.start, targets: [:])
      targets.delegations = Delegations(
        keys: [],
        roles: [
          DelegatedRole(name: name, keys: RoleKeys(keyids: [], threshold: 1), paths: .patterns(["*"]))
        ])
      let octets = try UnverifiedMetadata(targets).encoded
      #expect(throws: ManifestRefusal.self) { try UnverifiedMetadata<Targets>(parsing: octets) }
    }
  }
}
