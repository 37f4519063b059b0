// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// Canonicalises the addresses of a file, one a line, on one core: `bench-names FILE ROUNDS`. Prints one JSON object.
// `agreement` writes each line's host instead (empty when refused), to compare with other implementations.

private import Foundation
internal import Names

let arguments = CommandLine.arguments
guard arguments.count == 3, let text = try? String(contentsOfFile: arguments[1], encoding: .utf8) else {
  print("usage: bench-names FILE (ROUNDS | agreement)")
  exit(1)
}
let lines = text.split(separator: "\n").map(String.init)
// The list that the service and `cordon names` read.
guard let list = FileManager.default.contents(atPath: PublicSuffixes.installedPath),
  let suffixes = PublicSuffixes(parsing: Array(list))
else {
  print("\(PublicSuffixes.installedPath) is missing: install the package publicsuffix")
  exit(1)
}
let rules = NameRules(allowsReservedNames: true, publicSuffixes: suffixes)

func canonical(_ line: String) -> ListableName? {
  guard let url = try? SubmittedURL(reported: line, rules: rules) else { return nil }
  return try? ListableName(url, rules: rules)
}

guard let rounds = Int(arguments[2]) else {
  for line in lines {
    let name = canonical(line)
    print(name.map { "\($0.name) \($0.registrable)" } ?? "")
  }
  exit(0)
}
var accepted = 0
let elapsed = ContinuousClock().measure {
  for _ in 0..<rounds { for line in lines where canonical(line) != nil { accepted += 1 } }
}
let seconds = elapsed / .seconds(1)
print(
  "{\"addresses\": \(lines.count * rounds), \"accepted\": \(accepted), \"seconds\": \(seconds), "
    + "\"per_second\": \(Int(Double(lines.count * rounds) / seconds))}")
