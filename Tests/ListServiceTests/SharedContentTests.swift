// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import Testing

/// What anybody may ask for is there once, however many take it slowly.
struct SharedContentTests {
  @Test(arguments: ["/openapi.json", "/problems", "/problems/not-found"])
  func `what is the same for all is one copy`(path: String) async throws {
    let world = try await World()
    let first = try await world.get(path).response
    let second = try await world.get(path).response
    #expect(first.status == .ok && first.isShared && second.isShared)
    let places = try [first, second].map { response in
      guard case .octets(let octets) = response.body else { throw NoOctets() }
      return unsafe octets.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    #expect(places[0] == places[1])
    #expect(!first.isForKnown)
  }

  struct NoOctets: Error {}

  @Test func `an answer says whether it is given to somebody`() async throws {
    let world = try await World()
    #expect(try await world.get("/v1/about", as: "isp-coral").response.isForKnown)
    #expect(try await !world.get("/v1/about").response.isForKnown)
    #expect(try await !world.get("/healthz").response.isForKnown)
  }
}
