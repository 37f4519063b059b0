// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing

/// The real server with paths for what a fetcher must cope with.
struct TestServer {
  static let whole: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private let server: HTTPServer
  let port: UInt16

  init(tls: TLSConfiguration? = nil) throws {
    server = HTTPServer(configuration: ServerConfiguration(tls: tls, reactorCount: 1), responder: Responder())
    port = try server.start()
  }

  func stop() async { await server.drain(deadline: .milliseconds(200)) }

  func url(_ path: String, scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }
}

private struct Responder: HTTPResponder {
  func bodyLimit(for head: HTTPRequest) -> Int { 1 << 20 }

  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    switch request.path {
    case "/whole": .ready(HTTPResponse(status: .ok, body: .octets(TestServer.whole)))
    case "/rest": .ready(rest(of: request))
    case "/echo":
      .ready(
        HTTPResponse(status: .created, fields: ["X-Method": request.method.name], body: .octets(request.body))
      )
    case "/fields": .ready(HTTPResponse(status: .ok, body: .text(described(request))))
    case "/elsewhere": .ready(HTTPResponse(status: .seeOther, fields: ["Location": "/whole"]))
    case "/who":
      .ready(
        HTTPResponse(status: .ok, body: .text("\(request.connection.clientCertificateSPKI?.count ?? 0)")))
    case "/slow":
      .deferred {
        try? await Task.sleep(for: .seconds(5))
        return HTTPResponse(status: .ok)
      }
    default: .ready(HTTPResponse(status: .notFound, body: .text("nothing here")))
    }
  }

  private func rest(of request: HTTPRequest) -> HTTPResponse {
    let start = Int(request.fields["Range"]?.dropFirst("bytes=".count).dropLast() ?? "") ?? 0
    let said = request.query == "wrong" ? 0 : start
    return HTTPResponse(
      status: .partialContent,
      fields: ["Content-Range": "bytes \(said)-\(TestServer.whole.count - 1)/\(TestServer.whole.count)"],
      body: .octets(Array(TestServer.whole[start...])))
  }

  private func described(_ request: HTTPRequest) -> String {
    request.fields.lines.map { "\($0.name.lowercased()): \($0.value)" }.sorted().joined(separator: "\n")
  }
}
