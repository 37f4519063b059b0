// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Dispatch
import Foundation
import Glibc
import Testing

/// A child process that writes to a store, and what it was told was durable.
struct CrashWriter {
  /// What the child printed, and how it ended by itself: its status, or the signal it died of (nil when it was killed).
  struct Outcome {
    let lines: [String]
    let status: Int32?

    var failures: [String] { lines.filter { $0.hasPrefix("failed") } }
  }

  let store: String
  var workers = 6
  var prefix = "r"
  var fault: String?

  /// Starts the child, lets it write for `duration`, and kills it.
  func run(for duration: Duration) async throws -> Outcome {
    let pipe = Pipe()
    let child = try ChildProcess(
      try Self.executable().path, [store, "\(workers)", prefix] + (fault.map { [$0] } ?? []),
      output: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    let handle = pipe.fileHandleForReading
    async let output = Self.everything(from: handle)
    try await Task.sleep(for: duration)
    let ending = child.kill()
    let text = String(decoding: await output, as: UTF8.self)
    // What stands after the last line feed was never printed whole.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    return Outcome(lines: lines, status: ending == .killed(signal: SIGKILL) ? nil : ending.status)
  }

  private static func everything(from handle: FileHandle) async -> Data {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: handle.readDataToEndOfFile()) }
    }
  }

  // Programs are built beside the tests.
  private static func executable() throws -> URL {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folders = [tests] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    let found = folders.map {
      URL(fileURLWithPath: $0).deletingLastPathComponent().appending(path: "crash-writer")
    }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return try #require(found)
  }
}
