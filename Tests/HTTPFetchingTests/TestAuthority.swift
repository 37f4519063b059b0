// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTPServing

/// A certificate authority with a server and a client certificate, in a folder that goes when it goes.
final class TestAuthority: Sendable {
  private let folder: String

  init() async throws {
    folder = NSTemporaryDirectory() + "fetching-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=ca"] + key("ca") + ["-out", path("ca.pem")])
    try "subjectAltName=IP:127.0.0.1\n".write(toFile: path("names"), atomically: true, encoding: .utf8)
    for (serial, name) in ["server", "client"].enumerated() {
      try await openssl(["req", "-subj", "/CN=" + name] + key(name) + ["-out", path(name + ".csr")])
      try await openssl([
        "x509", "-req", "-days", "2", "-in", path(name + ".csr"), "-CA", path("ca.pem"), "-CAkey",
        path("ca.key"),
        "-set_serial", String(serial + 1), "-extfile", path("names"), "-out", path(name + ".pem"),
      ])
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  var server: TLSConfiguration {
    TLSConfiguration(
      certificateChainFile: path("server.pem"), keyFile: path("server.key"),
      clientAuthorityFile: path("ca.pem"))
  }

  private func key(_ name: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key")]
  }

  private func openssl(_ arguments: [String]) async throws {
    let outcome = try await Tool.run(["openssl"] + arguments)
    guard outcome.status == 0 else { throw Tool.Failure(output: outcome.output) }
  }
}
