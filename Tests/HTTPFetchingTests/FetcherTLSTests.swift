// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPFetching
import HTTPMessages
import Testing

struct FetcherTLSTests {
  private func fetch(_ path: String, _ server: TestServer, _ change: (inout FetchConfiguration) -> Void)
    throws -> FetchedResponse
  {
    var configuration = FetchConfiguration()
    change(&configuration)
    let fetcher = try Fetcher(configuration: configuration)
    return try fetcher.fetch(.get, server.url(path, scheme: "https"), maximumOctets: 1 << 20)
  }

  @Test func `the authority given is trusted and the client certificate shown`() async throws {
    let authority = try await TestAuthority()
    let server = try TestServer(tls: authority.server)
    let anonymous = try fetch("/who", server) { $0.certificateAuthorityFile = authority.path("ca.pem") }
    #expect(anonymous.body == Array("0".utf8))
    let known = try fetch("/who", server) {
      $0.certificateAuthorityFile = authority.path("ca.pem")
      $0.clientCertificateFile = authority.path("client.pem")
      $0.clientKeyFile = authority.path("client.key")
    }
    #expect(known.body == Array("32".utf8))
    await server.stop()
  }

  @Test func `another authority's server is not trusted, nor is one nobody named`() async throws {
    let authority = try await TestAuthority()
    let other = try await TestAuthority()
    let server = try TestServer(tls: authority.server)
    for file in [other.path("ca.pem"), nil] {
      do {
        _ = try fetch("/who", server) { $0.certificateAuthorityFile = file }
        Issue.record("trusted")
      } catch FetchError.untrustedPeer {}
    }
    await server.stop()
  }

  @Test func `a client certificate of another authority is refused`() async throws {
    let authority = try await TestAuthority()
    let other = try await TestAuthority()
    let server = try TestServer(tls: authority.server)
    do {
      _ = try fetch("/who", server) {
        $0.certificateAuthorityFile = authority.path("ca.pem")
        $0.clientCertificateFile = other.path("client.pem")
        $0.clientKeyFile = other.path("client.key")
      }
      Issue.record("accepted")
    } catch FetchError.untrustedPeer {}
    await server.stop()
  }

  @Test func `files that are missing or do not fit are named as such`() async throws {
    let authority = try await TestAuthority()
    let server = try TestServer(tls: authority.server)
    do {
      _ = try fetch("/who", server) { $0.certificateAuthorityFile = authority.path("absent.pem") }
      Issue.record("connected")
    } catch FetchError.unusableCredential {}
    do {
      _ = try fetch("/who", server) {
        $0.certificateAuthorityFile = authority.path("ca.pem")
        $0.clientCertificateFile = authority.path("client.pem")
        $0.clientKeyFile = authority.path("server.key")
      }
      Issue.record("connected")
    } catch FetchError.unusableCredential {}
    await server.stop()
  }
}
