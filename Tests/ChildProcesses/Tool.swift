// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation

/// Runs a program of the system and gives back what it wrote.
package enum Tool {
  package struct Failure: Error {
    package let output: String

    package init(output: String) { self.output = output }
  }

  package struct Outcome: Sendable {
    package let status: Int32
    package let output: String
  }

  /// Standard input is empty unless `input` says otherwise; complaints are among the output.
  package static func run(_ arguments: [String], input: String = "") async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "tool").async {
        continuation.resume(with: Result { try launch(arguments, input: input) })
      }
    }
  }

  private static func launch(_ arguments: [String], input: String) throws -> Outcome {
    let feed = Pipe()
    let output = Pipe()
    let child = try ChildProcess(
      "/usr/bin/env", arguments, input: feed.fileHandleForReading, output: output.fileHandleForWriting,
      complaints: .printed)
    try output.fileHandleForWriting.close()
    try feed.fileHandleForReading.close()
    // A program that ends without reading is told by its status.
    try? feed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try feed.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    return Outcome(status: child.wait().status, output: String(decoding: data, as: UTF8.self))
  }
}
