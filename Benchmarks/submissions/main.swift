// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// Measures the registry on one machine. Prints one JSON object a run.
//
//   bench-submissions addresses COUNT            writes a CSV of that many synthetic addresses
//   bench-submissions sites COUNT                writes a list of that many popular sites
//   bench-submissions bulk CSV STORE             parses, admits and stores it as one batch
//   bench-submissions single STORE TASKS COUNT   stores COUNT submissions of one item, TASKS at a time
//   bench-submissions rate STORE TASKS SECONDS PREFIX   the same for so long; STORE may be postgresql:CONNECTION
//   bench-submissions guards CSV                 imports guarded names and looks some up

private import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch (arguments.first, arguments.count) {
  case ("addresses", 2): try Addresses.write(count: Int(arguments[1]) ?? 0)
  case ("sites", 2): try Sites.write(count: Int(arguments[1]) ?? 1)
  case ("bulk", 3): try await BulkRun(csv: arguments[1], store: arguments[2]).run()
  case ("single", 4):
    try await SingleRun(store: arguments[1], tasks: Int(arguments[2]) ?? 64, count: Int(arguments[3]) ?? 0)
      .run()
  case ("rate", 5):
    try await RateRun(
      store: arguments[1], tasks: Int(arguments[2]) ?? 64, seconds: Double(arguments[3]) ?? 5,
      prefix: arguments[4]
    ).run()
  case ("guards", 2): try GuardRun(csv: arguments[1]).run()
  default:
    print(
      "usage: bench-submissions addresses COUNT | sites COUNT | bulk CSV STORE | single STORE TASKS COUNT | rate STORE TASKS SECONDS PREFIX | guards CSV"
    )
    exit(2)
  }
} catch {
  print("\(error)")
  exit(1)
}
