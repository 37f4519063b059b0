// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import CLinux
import Foundation
import Glibc
import HTTPServing
import Synchronization
import Testing

/// Sockets that come from elsewhere, and those of local administration.
struct HandoverTests {
  private func path() -> String {
    NSTemporaryDirectory() + "c-" + UUID().uuidString.prefix(8) + ".sock"
  }

  @Test func `a successor takes the sockets over, and no connection is refused or lost meanwhile`()
    async throws
  {
    let first = try EngineUnderTest()
    let path = path()
    let came = Mutex<HandoverLink?>(nil)
    let server = first.server
    let withdraw = try Handover.offer(
      at: path, descriptors: { server.duplicateListeners() },
      came: { link in came.withLock { $0 = link } })
    let port = first.port
    let stop = Mutex(false)
    let callers = Task.detached {
      var answers = 0
      while !stop.withLock({ $0 }) {
        let client = try RawClient(port: port)
        client.send("GET /x HTTP/1.0\r\n\r\n")
        guard await client.readToEnd().hasSuffix("/x\n") else {
          throw RawClient.Failure(step: "answer \(answers)")
        }
        answers += 1
      }
      return answers
    }
    try await Task.sleep(for: .milliseconds(100))
    let (sockets, predecessor) = try Handover.take(at: path)
    #expect(sockets.count == 2)
    #expect(await eventually { came.withLock { $0 != nil } })
    let successor = try #require(came.withLock { $0 })
    #expect(successor.peer == getpid())
    #expect(predecessor.say(.serves))
    #expect(await successor.hear(within: .seconds(5)) == .word(.serves))
    let drained = Task { await first.server.drain(deadline: .seconds(5)) }
    // Nobody accepts for a while: callers wait.
    try await Task.sleep(for: .milliseconds(200))
    let second = try EngineUnderTest(reactorCount: 1) { $0.inherited = sockets }
    #expect(second.port == first.port)
    try await Task.sleep(for: .milliseconds(200))
    stop.withLock { $0 = true }
    #expect(try await callers.value > 10)
    #expect(second.answered.value > 0)
    await drained.value
    withdraw(false)
    #expect(throws: ServerError.noPredecessor(path: path)) { try Handover.take(at: path) }
    await second.stop()
  }

  @Test func `who goes away, who says nothing, and what is no word are told apart`() async throws {
    let path = path()
    let came = Mutex<HandoverLink?>(nil)
    let withdraw = try Handover.offer(
      at: path, descriptors: { [cordon_duplicate(0)] }, came: { link in came.withLock { $0 = link } })
    var taken: HandoverLink? = try Handover.take(at: path).link
    #expect(await eventually { came.withLock { $0 != nil } })
    let successor = try #require(came.withLock { $0 })
    #expect(await successor.hear(within: .milliseconds(20)) == .late)
    #expect(successor.say(.storeIsFree))
    #expect(await taken?.hear(within: .seconds(5)) == .word(.storeIsFree))
    taken = nil
    #expect(await successor.hear(within: .seconds(5)) == .gone)
    #expect(!successor.say(.storeIsFree))
    withdraw(true)
    #expect(FileManager.default.fileExists(atPath: path), "the name may be the successor's")
    unsafe unlink(path)
  }

  @Test func `who is refused the sockets hears so`() throws {
    let path = path()
    let withdraw = try Handover.offer(at: path, descriptors: { [] }, came: { _ in })
    #expect(
      throws: ServerError.handoverFailed(
        path: path, reason: "no sockets came; another successor may be on its way")
    ) { try Handover.take(at: path) }
    withdraw(false)
  }

  @Test func `an offer that ends leaves no name behind`() throws {
    let path = path()
    let withdraw = try Handover.offer(at: path, descriptors: { [] }, came: { _ in })
    #expect(FileManager.default.fileExists(atPath: path))
    withdraw(false)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(throws: ServerError.noPredecessor(path: path)) { try Handover.take(at: path) }
  }

  @Test func `a connection made before the first drains is served by it`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    #expect(await eventually { engine.server.counters.connectionsOpen == 1 })
    let drained = Task { await engine.server.drain(deadline: .seconds(5)) }
    #expect(await eventually { (try? engine.client()) == nil })
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = await client.readToEnd()
    #expect(answer.contains("Connection: close\r\n"))
    #expect(answer.hasSuffix("/x\n"))
    await drained.value
  }

  @Test func `one socket serves all reactors, and what is no listening socket is refused`()
    async throws
  {
    let listener = unsafe cordon_listen("127.0.0.1", 0, 1, 16)
    let engine = try EngineUnderTest(reactorCount: 3) { $0.inherited = [listener] }
    #expect(engine.port == UInt16(cordon_local_port(listener)))
    for _ in 0..<20 {
      #expect(try await engine.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("/x\n"))
    }
    await engine.stop()
    let plain = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #expect(throws: ServerError.unusableSocket(number: 0)) {
      try EngineUnderTest { $0.inherited = [plain] }
    }
  }

  @Test
  func `the administration socket is its owner's alone and serves plain HTTP as from loopback`()
    async throws
  {
    let certificates = try await Certificates()
    let path = path()
    let engine = try EngineUnderTest(tls: certificates.configuration) {
      $0.administrationSocket = path
    }
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let outcome = try await Tool.run([
      "curl", "-sS", "--unix-socket", path, "http://localhost/peer",
    ])
    #expect(outcome.output == "local local=true\n")
    let refused = try await Tool.run([
      "setpriv", "--reuid=65534", "--clear-groups", "curl", "-sS", "--unix-socket", path,
      "http://localhost/peer",
    ])
    if geteuid() == 0 { #expect(refused.status != 0) }
    // A mode that lets others in does not let them in.
    #expect(unsafe chmod(path, 0o666) == 0)
    let other = try await Tool.run([
      "setpriv", "--reuid=65534", "--clear-groups", "curl", "-sS", "--unix-socket", path,
      "http://localhost/peer",
    ])
    if geteuid() == 0 {
      #expect(!other.output.contains("local=true"))
      #expect(engine.server.counters.administratorsRefused == 1)
    }
    await engine.stop()
    // The next server makes it anew, though the old one is still there.
    let next = try EngineUnderTest { $0.administrationSocket = path }
    #expect(
      try await Tool.run(["curl", "-sS", "--unix-socket", path, "http://localhost/peer"]).status
        == 0)
    await next.stop()
    #expect(throws: ServerError.self) {
      try EngineUnderTest { $0.administrationSocket = "/" + String(repeating: "x", count: 200) }
    }
  }

  @Test func `a full server lets local administrators in, as many as there is room for`() async throws {
    var limits = ServerLimits()
    limits.connections = 1
    limits.administrators = 2
    let path = path()
    let engine = try EngineUnderTest(limits: limits, reactorCount: 1) { $0.administrationSocket = path }
    let get = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n"
    let kept = try engine.client()
    kept.send(get)
    #expect(await kept.read(until: "local=true\n").hasPrefix("HTTP/1.1 200"))
    #expect(try await engine.client().readToEnd().hasPrefix("HTTP/1.1 503"))
    var administrators: [RawClient] = []
    for _ in 0..<2 {
      let one = try RawClient(path: path)
      one.send(get)
      #expect(await one.read(until: "local=true\n").hasSuffix("local local=true\n"))
      administrators.append(one)
    }
    #expect(engine.server.counters.limitsReached[.administrators] == 0)
    let third = try RawClient(path: path)
    #expect(await third.readToEnd() == "")
    #expect(engine.server.counters.limitsReached[.administrators] == 1)
    #expect(engine.server.counters.administratorsRefused == 0)
    // One that ends makes room.
    administrators.removeLast()
    #expect(await eventually { engine.server.counters.connectionsOpen == 2 })
    let fourth = try RawClient(path: path)
    fourth.send(get)
    #expect(await fourth.read(until: "local=true\n").hasPrefix("HTTP/1.1 200"))
    withExtendedLifetime(kept) {}
    await engine.stop()
  }
}
