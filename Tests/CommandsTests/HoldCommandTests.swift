// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import ListFollowing
import StrictJSON
import Synchronization
import Testing

/// What the publisher is told of a hold.
@Suite struct HoldCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    let state: JSONValue = [
      "format": 1, "list": "worst-of",
      "applied": ["version": 1_000_000, "length": 0, "sha256": .string(String(repeating: "0", count: 64))],
    ]
    try LocalFileSystem().write(
      state.encoded(), to: directory.path + "/state.json", like: FileStamp(permissions: 0o600))
  }

  /// A server whose last release is `latest`.
  private final class Publisher: Transport, Sendable {
    let latest: Int64
    private let log = Mutex<[JSONValue]>([])
    init(latest: Int64) { self.latest = latest }
    var bodies: [JSONValue] { log.withLock { $0 } }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      guard let body = request.body.flatMap({ try? JSONValue(parsing: $0) }) else {
        return TransportAnswer(status: 400)
      }
      log.withLock { $0.append(body) }
      guard body["version"]?.integerValue ?? 0 > latest else { return .json([:], 201) }
      return .json(["type": "/problems/version-ahead", "title": "no", "latest": .integer(latest)], 409)
    }
  }

  @Test func `a hold on a release that the publisher never signed stands at its last one, and says so`() {
    let publisher = Publisher(latest: 2)
    let run = CommandRun(["hold", "--state", directory.path, "mail"], transport: publisher)
    #expect(run.status == .success)
    #expect(
      publisher.bodies.last
        == ["version": 2, "reason": "held version 1000000 is unknown to you: mail"])
    #expect(run.output.contains("the publisher knows, and has no version 1000000 (2 is its last)"))
  }

  @Test(arguments: [1_000_000, 1_000_001])
  func `a hold on a release that there is stands at that`(latest: Int64) {
    let publisher = Publisher(latest: latest)
    let run = CommandRun(["hold", "--state", directory.path, "mail"], transport: publisher)
    #expect(run.status == .success && run.output.hasSuffix("the publisher knows\n"))
    #expect(publisher.bodies == [["version": 1_000_000, "reason": "mail"]])
  }

  @Test func `another refusal is no word of a last release`() {
    let answers = ScriptedTransport([
      "POST v1/lists/worst-of/holds": .json(["type": "/problems/conflict", "latest": 2], 409)
    ])
    let run = CommandRun(["hold", "--state", directory.path, "mail"], answers)
    #expect(run.status == .failure && answers.requests.count == 1)
    #expect(run.complaints.joined().contains("the publisher was not told"))
  }
}
