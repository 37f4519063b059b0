// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTPServing
import Testing

/// Long polls over TLS that are answered with more than a peer takes at once.
struct ParkedAnswerTests {
  /// Its buffers are given back once it is answered; what waits in them for the peer stays.
  @Test(arguments: ["--http1.1", "--http2"])
  func `a large answer to a slow peer is whole, and the connection goes on`(version: String) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration, reactorCount: 1)
    let (large, small) = (certificates.path("large"), certificates.path("small"))
    let url = "https://127.0.0.1:\(engine.port)"
    async let outcome = Tool.run([
      "curl", "-sS", "-m", "30", version, "--limit-rate", "15M", "--cacert", certificates.path("ca.pem"),
      "-o", large, url + "/parked-large", "-o", small, url + "/x",
    ])
    #expect(await eventually { engine.server.counters.requestsParked == 1 })
    engine.server.wakeParked()
    #expect(try await outcome.output == "")
    #expect(FileManager.default.contents(atPath: large) == Data(EngineUnderTest.large))
    #expect(FileManager.default.contents(atPath: small) == Data("/x\n".utf8))
    #expect(engine.server.counters.connectionsAccepted == 1)
    await engine.stop()
  }
}
