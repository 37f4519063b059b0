// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation

/// Runs a program of the system and gives back what it wrote.
enum Tool {
  struct Failure: Error { let output: String }

  struct Outcome {
    let status: Int32
    let output: String
  }

  /// Standard input is empty unless `input` says otherwise.
  static func run(_ arguments: [String], input: String = "") async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "tool").async {
        continuation.resume(with: Result { try launch(arguments, input: input) })
      }
    }
  }

  private static func launch(_ arguments: [String], input: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let feed = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = feed
    try process.run()
    feed.fileHandleForWriting.write(Data(input.utf8))
    try feed.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
  }
}
