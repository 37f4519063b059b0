// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Dispatch
import HTTPMessages
import HTTPServing
import Synchronization

/// A responder made of a closure.
struct ClosureResponder: HTTPResponder {
  var limit = 1 << 20
  let respond: @Sendable (HTTPRequest) -> HTTPAnswer

  func bodyLimit(for head: HTTPRequest) -> Int { limit }
  /// Whoever says so is known.
  func knows(_ head: HTTPRequest) -> Bool { head.fields.contains("X-Known") }
  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    guard knows(request), case .ready(var response) = respond(request) else { return respond(request) }
    response.isForKnown = true
    return .ready(response)
  }
}

/// A server on a port of its own, with paths that do what the tests need.
struct EngineUnderTest {
  let server: HTTPServer
  let port: UInt16
  /// Deferred answers that noticed their cancellation.
  let cancellations = Tally()
  let answered = Tally()

  final class Tally: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add() { count.add(1, ordering: .acquiringAndReleasing) }
  }

  /// 30 MB in numbered blocks, so that one out of place is noticed.
  static let large: [UInt8] = (0..<480).reduce(into: []) { octets, number in
    octets.append(contentsOf: pattern)
    octets[octets.count - 1] = UInt8(number / 256)
    octets[octets.count - 2] = UInt8(number % 256)
  }
  private static let pattern = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 / 251) }

  init(
    limits: ServerLimits = ServerLimits(), tls: TLSConfiguration? = nil, reactorCount: Int = 2,
    port: UInt16 = 0, bodyLimit: Int = 1 << 20,
    configure: (inout ServerConfiguration) -> Void = { _ in },
    accessLog: (@Sendable (AccessRecord) -> Void)? = nil
  ) throws {
    let cancellations = cancellations
    let answered = answered
    var configuration = ServerConfiguration(
      port: port, tls: tls, limits: limits, reactorCount: reactorCount, accessLog: accessLog)
    configure(&configuration)
    server = HTTPServer(
      configuration: configuration,
      responder: ClosureResponder(limit: bodyLimit) { request in
        answered.add()
        return Self.answer(request, cancellations)
      })
    self.port = try server.start()
  }

  private static func answer(_ request: HTTPRequest, _ cancellations: Tally) -> HTTPAnswer {
    switch request.path {
    case "/large": return .ready(HTTPResponse(status: .ok, body: .octets(large)))
    case "/echo": return .ready(HTTPResponse(status: .ok, body: .octets(request.body)))
    case "/block": return .ready(HTTPResponse(status: .ok, body: .octets(Array(large[..<8000]))))
    case "/peer":
      let peer = request.connection
      return .ready(HTTPResponse(status: .ok, body: .text("\(peer.peerAddress) local=\(peer.isLoopback)\n")))
    case "/nothing": return .ready(HTTPResponse(status: .noContent))
    case "/illegal": return .ready(HTTPResponse(status: .ok, fields: ["X": "a\r\nY: b"]))
    case "/close": return .ready(HTTPResponse(status: .ok, fields: ["Connection": "close"]))
    case "/spki":
      let digest = request.connection.clientCertificateSPKI ?? []
      let hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return .ready(HTTPResponse(status: .ok, body: .text("tls=\(request.connection.tls) spki=\(hex)\n")))
    case "/later":
      return .deferred {
        try? await Task.sleep(for: .milliseconds(150))
        return HTTPResponse(status: .ok, body: .text("later \(request.query ?? "")\n"))
      }
    case "/stubborn":
      return .deferred {
        // Heeds no cancellation, as work on a store may not.
        await withCheckedContinuation { continuation in
          DispatchQueue.global().asyncAfter(deadline: .now() + 2) { continuation.resume() }
        }
        return HTTPResponse(status: .ok)
      }
    case "/never":
      return .deferred {
        do { try await Task.sleep(for: .seconds(60)) } catch { cancellations.add() }
        return HTTPResponse(status: .ok)
      }
    case "/parked":
      return .parked(
        ParkedAnswer(timeout: .seconds(Int64(request.query ?? "") ?? 60)) { isOver in
          isOver ? nil : HTTPResponse(status: .ok, body: .text("woken\n"))
        })
    case "/parked-large":
      return .parked(
        ParkedAnswer(timeout: .seconds(60)) { _ in HTTPResponse(status: .ok, body: .octets(large)) })
    default: return .ready(HTTPResponse(status: .ok, body: .text("\(request.path)\n")))
    }
  }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// Sends `octets` on a new connection and reads until the server ends it.
  func exchange(_ text: String) async throws -> String {
    let client = try client()
    client.send(text)
    return await client.readToEnd()
  }

  func stop() async { await server.drain(deadline: .milliseconds(500)) }
}

/// Waits until `condition` holds; false after `seconds`.
func eventually(within seconds: Int = 5, _ condition: () -> Bool) async -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}
