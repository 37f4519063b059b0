// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import Glibc
import Synchronization
import Testing

/// A real PostgreSQL cluster in a folder of its own, reached by a socket in it. A shell keeps it: once the test's process is
/// gone, however it went, the server is stopped and the folder removed.
final class PostgresCluster: Sendable {
  /// One for all tests of the process.
  static let shared = Result { try PostgresCluster() }

  let folder: String
  private let keeper: ChildProcess
  private let input = Pipe()
  private let databases = Atomic<Int>(0)

  /// The programs that Debian, or the path, has.
  static let programs: String? = {
    let debian = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let folders = debian.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return (folders + path.split(separator: ":").map(String.init)).first {
      FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
    }
  }()

  init() throws {
    let programs = try #require(Self.programs, "PostgreSQL is not installed: apt-get install postgresql")
    folder = NSTemporaryDirectory() + "cordon-postgres-\(UUID().uuidString.prefix(8))"
    // The server refuses to run as root.
    let unprivileged = geteuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : ""
    let script = """
      umask 077; mkdir "$0" || exit 1
      [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$0"
      cd "$0"
      \(unprivileged)\(programs)/initdb -D "$0/data" -A trust -U cordon -E UTF8 --locale=C.UTF-8 -N >"$0.log" 2>&1 || exit 1
      start() {
        \(unprivileged)\(programs)/postgres -D "$0/data" -c listen_addresses= -k "$0" -p 5432 \
          -c max_connections=300 >>"$0.log" 2>&1 </dev/null & server=$!
      }
      start
      echo started
      while read -r word; do case $word in
        start) start ;;
        crash) kill -QUIT $server; wait $server; echo crashed ;;
        stop) kill -INT $server; wait $server; echo stopped ;;
      esac; done
      kill -INT $server; wait $server
      cd /; rm -rf "$0" "$0.log"
      """
    keeper = try ChildProcess(
      "/bin/sh", ["-c", script, folder], input: input.fileHandleForReading,
      output: output.fileHandleForWriting)
    try input.fileHandleForReading.close()
    try output.fileHandleForWriting.close()
    guard answer() == "started" else { throw StartFailure() }
  }

  struct StartFailure: Error {}

  private let output = Pipe()

  /// A connection string for a fresh, empty database.
  func database() throws -> String {
    let name = "t\(databases.add(1, ordering: .relaxed).newValue)"
    try sql("CREATE DATABASE \(name)", on: "postgres")
    return "host=\(folder) port=5432 user=cordon dbname=\(name)"
  }

  /// Runs statements with psql, waiting for the server to come up; what it printed.
  @discardableResult
  func sql(_ text: String, on database: String) throws -> String {
    let programs = try #require(Self.programs)
    for _ in 0..<2_400 {
      let printed = Pipe()
      let psql = try ChildProcess(
        programs + "/psql", ["-qAtX", "-h", folder, "-U", "cordon", "-d", database, "-c", text],
        output: printed.fileHandleForWriting, complaints: .dropped)
      try printed.fileHandleForWriting.close()
      let data = printed.fileHandleForReading.readDataToEndOfFile()
      let status = psql.wait().status
      if status == 0 { return String(decoding: data, as: UTF8.self) }
      if status == 1 { throw StartFailure() }
      usleep(50_000)
    }
    throw StartFailure()
  }

  /// Ends the server and all its children at once, with nothing written and no goodbye (its immediate shutdown): as after a
  /// crash, the next start recovers from the log.
  func crash() { tell("crash", expecting: "crashed") }
  /// Stops the server.
  func stop() { tell("stop", expecting: "stopped") }
  /// Starts it again.
  func start() { tell("start", expecting: nil) }

  deinit { try? input.fileHandleForWriting.close() }

  private func tell(_ word: String, expecting reply: String?) {
    input.fileHandleForWriting.write(Data((word + "\n").utf8))
    if let reply { #expect(answer() == reply) }
  }

  private func answer() -> String {
    var octets: [UInt8] = []
    while let octet = output.fileHandleForReading.readData(ofLength: 1).first, octet != UInt8(ascii: "\n") {
      octets.append(octet)
    }
    return String(decoding: octets, as: UTF8.self)
  }
}
