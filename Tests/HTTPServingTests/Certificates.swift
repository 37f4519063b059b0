// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTPServing

/// A certificate authority of the tests' own, in a folder that goes when it goes.
final class Certificates: Sendable {
  let folder: String

  init() async throws {
    folder = NSTemporaryDirectory() + "cordon-tls-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await makeAuthority("ca")
    try await issue("server", by: "ca")
    try await issue("client", by: "ca")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  var configuration: TLSConfiguration {
    TLSConfiguration(
      certificateChainFile: path("server.pem"), keyFile: path("server.key"),
      clientAuthorityFile: path("ca.pem"))
  }

  func makeAuthority(_ name: String) async throws {
    try await openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-keyout", path(name + ".key"), "-out", path(name + ".pem"), "-subj", "/CN=" + name,
    ])
  }

  func issue(_ name: String, by authority: String, days: Int = 2) async throws {
    try await openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key"),
      "-out", path(name + ".csr"), "-subj", "/CN=" + name,
    ])
    try "subjectAltName=IP:127.0.0.1\n".write(toFile: path("names"), atomically: true, encoding: .utf8)
    try await openssl([
      "x509", "-req", "-in", path(name + ".csr"), "-CA", path(authority + ".pem"), "-CAkey",
      path(authority + ".key"), "-set_serial", String(Int.random(in: 1...1 << 40)), "-days", String(days),
      "-extfile", path("names"), "-out", path(name + ".pem"),
    ])
  }

  /// A certificate that ends after so many seconds, which only `openssl ca` can make.
  func issue(_ name: String, by authority: String, seconds: Int) async throws {
    try await openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key"),
      "-out", path(name + ".csr"), "-subj", "/CN=" + name,
    ])
    try await sign(
      name, seconds: seconds,
      ["-cert", path(authority + ".pem"), "-keyfile", path(authority + ".key")])
  }

  /// An authority that ends after so many seconds.
  func makeAuthority(_ name: String, seconds: Int) async throws {
    try await openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key"),
      "-out", path(name + ".csr"), "-subj", "/CN=" + name,
    ])
    try await sign(
      name, seconds: seconds, ["-selfsign", "-keyfile", path(name + ".key"), "-extensions", "authority"])
  }

  private func sign(_ name: String, seconds: Int, _ arguments: [String]) async throws {
    let registry = """
      [ca]
      default_ca = short
      [short]
      database = \(path("index"))
      new_certs_dir = \(folder)
      default_md = sha256
      policy = any
      rand_serial = yes
      [any]
      commonName = supplied
      [authority]
      basicConstraints = critical,CA:true

      """
    try registry.write(toFile: path("registry"), atomically: true, encoding: .utf8)
    try "".write(toFile: path("index"), atomically: true, encoding: .utf8)
    try await openssl(
      ["ca", "-batch", "-notext", "-config", path("registry")] + arguments + [
        "-in", path(name + ".csr"), "-out", path(name + ".pem"), "-enddate", Self.time(in: seconds),
      ])
  }

  /// As the openssl program wants it.
  private static func time(in seconds: Int) -> String {
    Date().addingTimeInterval(Double(seconds)).formatted(.iso8601).filter(\.isNumber) + "Z"
  }

  /// Writes the authority's revocation list, of these certificates; `isExpired` makes it one that has run out, `seconds` one that
  /// will.
  func writeRevocations(
    _ revoked: [String], by authority: String = "ca", isExpired: Bool = false, seconds: Int? = nil
  ) async throws {
    let registry = """
      [ca]
      default_ca = lists
      [lists]
      database = \(path("revoked-index"))
      default_md = sha256

      """
    try registry.write(toFile: path("lists"), atomically: true, encoding: .utf8)
    try "".write(toFile: path("revoked-index"), atomically: true, encoding: .utf8)
    let base = [
      "ca", "-config", path("lists"), "-cert", path(authority + ".pem"), "-keyfile", path(authority + ".key"),
    ]
    for name in revoked { try await openssl(base + ["-revoke", path(name + ".pem")]) }
    let times =
      seconds.map { ["-crl_nextupdate", Self.time(in: $0)] }
      ?? (isExpired
        ? ["-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200102000000Z"] : ["-crldays", "2"])
    try await openssl(base + ["-gencrl", "-out", path("revocations.pem")] + times)
  }

  /// The configuration with that list.
  var configurationWithRevocations: TLSConfiguration {
    var configuration = configuration
    configuration.clientRevocationsFile = path("revocations.pem")
    return configuration
  }

  /// SHA-256 of a certificate's SubjectPublicKeyInfo, as the openssl program computes it.
  func spki(_ name: String) async throws -> String {
    try await openssl([
      "x509", "-in", path(name + ".pem"), "-noout", "-pubkey", "-out", path(name + ".pub"),
    ])
    try await openssl([
      "pkey", "-pubin", "-in", path(name + ".pub"), "-outform", "DER", "-out", path(name + ".der"),
    ])
    let output = try await openssl(["dgst", "-sha256", "-r", path(name + ".der")])
    return String(output.prefix(64))
  }

  @discardableResult
  private func openssl(_ arguments: [String]) async throws -> String {
    let outcome = try await Tool.run(["openssl"] + arguments)
    guard outcome.status == 0 else { throw Tool.Failure(output: outcome.output) }
    return outcome.output
  }
}
