// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where the server is and who is asking.
package struct ConnectionSettings: Hashable, Sendable {
  /// Base address, without a trailing slash.
  package var server: String
  /// PEM file of the authority that vouches for the server; nil for the system's own.
  package var authorityFile: String?
  /// File holding a bearer token.
  package var tokenFile: String?
  /// PEM file of the client certificate.
  package var certificateFile: String?
  /// PEM file of its private key.
  package var keyFile: String?
  /// Proxy address.
  package var proxy: String?
  /// Whether plain HTTP is good enough even to another machine, because all that comes is verified by signature.
  package var allowsPlainHTTP = false

  /// The options every command that talks to a server understands.
  package static let options: [OptionSpecification] = [
    .value("server", "URL", "server address, or CORDON_SERVER"),
    .value("ca", "FILE", "authority that vouches for the server, or CORDON_CA"),
    .value("token-file", "FILE", "file with a bearer token, or CORDON_TOKEN_FILE"),
    .value("cert", "FILE", "client certificate, or CORDON_CERT"),
    .value("key", "FILE", "its private key, or CORDON_KEY"),
    .value("proxy", "URL", "proxy to go through, or CORDON_PROXY"),
  ]

  /// Settings for one server with nothing else.
  package init(server: String) { self.server = server }

  /// Takes options first, then the environment.
  /// - Parameter address: the server to use, whatever `--server` says.
  package init(
    _ arguments: Arguments, environment: [String: String], at address: String? = nil
  ) throws(CommandFailure) {
    func setting(_ option: String, _ variable: String) -> String? {
      let value = arguments.value(option) ?? environment[variable]
      return value?.isEmpty == false ? value : nil
    }
    guard var server = address ?? setting("server", "CORDON_SERVER") else {
      throw CommandFailure(.missing("--server (or CORDON_SERVER)", command: arguments.command))
    }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw CommandFailure(
        .badValue(option: "server", value: server, wanted: "an address starting with https://"))
    }
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
    authorityFile = setting("ca", "CORDON_CA")
    proxy = setting("proxy", "CORDON_PROXY")
    // A credential named on the command line outranks any in the environment.
    let names = ["token-file", "cert", "key"]
    let explicit = names.contains { arguments.has($0) }
    tokenFile = explicit ? arguments.value("token-file") : setting("token-file", "CORDON_TOKEN_FILE")
    certificateFile = explicit ? arguments.value("cert") : setting("cert", "CORDON_CERT")
    keyFile = explicit ? arguments.value("key") : setting("key", "CORDON_KEY")
    guard (certificateFile == nil) == (keyFile == nil) else {
      throw CommandFailure("--cert and --key (CORDON_CERT and CORDON_KEY) go together")
    }
  }

  /// Whether the server is this very machine, the one case in which plain HTTP is good enough.
  package var isLoopback: Bool {
    // The address starts with its scheme, which ends in the first slash but one.
    let parts = server.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return false }
    let authority = parts[2].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else { return false }
    if authority.hasPrefix("[") { return authority.hasPrefix("[::1]") }
    return ["localhost", "127.0.0.1"].contains(authority.prefix { $0 != ":" })
  }
}
