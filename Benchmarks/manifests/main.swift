// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// Measures signing, publishing and verifying on one machine. Prints one JSON object a run.
//
//   bench-manifests publish ENTRIES FOLDER       one more entry of so many, in every format, until it is served
//   bench-manifests verify FOLDER ROUNDS         a follower's poll of FOLDER/repository with nothing new

private import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch (arguments.first, arguments.count) {
  case ("publish", 3): try await PublishRun(entries: Int(arguments[1]) ?? 0, folder: arguments[2]).run()
  case ("verify", 3): try VerifyRun(folder: arguments[1], rounds: Int(arguments[2]) ?? 0).run()
  default:
    print("usage: bench-manifests publish ENTRIES FOLDER | verify FOLDER ROUNDS")
    exit(2)
  }
} catch {
  print("\(error)")
  exit(1)
}
