// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import Ingest
package import Names
package import StrictJSON

/// `cordon names`: checks URLs and names offline by the rules the server uses.
let namesCommand = Command(
  ["names"], operands: "[FILE|-]", summary: "Check URLs offline, by the server's own rules.",
  options: [
    .flag("allow-reserved", "accept names reserved for documentation and tests, as an exercise does"),
    .value("public-suffixes", "FILE", "public suffix list to use instead of this machine's"),
  ],
  examples: [
    "printf 'hxxps://bad[.]example/a\\n' | cordon names --allow-reserved",
    "cordon names urls.txt > checked.jsonl",
  ],
  notes: ["One URL or name a line in, bare or as a JSON string; one JSON object a line out."]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 1)
  let rules = try nameRules(arguments, context)
  let octets = try context.contents(of: arguments.operands.first ?? "-", maximumOctets: 1 << 30)
  var isClean = true
  var buffer = ""
  for line in octets.split(separator: UInt8(ascii: "\n")) {
    guard let answer = namesAnswer(Array(line), rules) else { continue }
    if answer["refusal"] != .null { isClean = false }
    buffer += String(decoding: answer.encoded(), as: UTF8.self) + "\n"
    if buffer.utf8.count > 1 << 16 {
      context.write(buffer)
      buffer = ""
    }
  }
  context.write(buffer)
  return isClean ? .success : .refused
}

private func nameRules(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> NameRules
{
  let path = arguments.value("public-suffixes") ?? PublicSuffixes.installedPath
  let octets: [UInt8]
  do throws(CommandFailure) { octets = try context.contents(of: path, maximumOctets: 16 << 20) } catch {
    throw CommandFailure(
      lines: error.lines + ["install the package publicsuffix, or give --public-suffixes"],
      status: error.status)
  }
  guard let suffixes = PublicSuffixes(parsing: octets) else {
    throw CommandFailure("\(path) is not a public suffix list as publicsuffix.org publishes it")
  }
  return NameRules(allowsReservedNames: arguments.has("allow-reserved"), publicSuffixes: suffixes)
}

/// What is said about one line; nil for a blank one.
package func namesAnswer(_ line: [UInt8], _ rules: NameRules) -> JSONValue? {
  var line = line
  if line.last == UInt8(ascii: "\r") { line.removeLast() }
  guard !line.isEmpty else { return nil }
  guard let input = text(of: line) else {
    return [
      "input": .null, "host": .null, "registrable": .null, "scope": .null,
      "refusal": ["rule": "invalid-utf-8", "column": 1, "detail": "The line is not UTF-8."],
    ]
  }
  var answer: JSONObject = [
    "input": .string(input), "host": .null, "registrable": .null, "scope": .null, "refusal": .null,
  ]
  do {
    let url = try SubmittedURL(reported: input, rules: rules)
    answer["host"] = .string(url.host.text)
    let name = try ListableName(url, rules: rules)
    answer["registrable"] = .string(name.registrable.text)
    // Unless the report says otherwise, a listing covers the host and everything below it.
    if let below = BlocklistEntry(name: name.withoutWWW, scope: .subtree).covered(of: rules.publicSuffixes) {
      answer["refusal"] = [
        "rule": .string(ScopeRefusal.coversPublicSuffix.rawValue), "column": 1,
        "detail": .string(ScopeRefusal.detail(covering: below)),
      ]
    } else {
      answer["scope"] = "subtree"
    }
  } catch {
    answer["refusal"] = [
      "rule": .string(error.rule.rawValue), "column": .integer(Int64(error.column)),
      "detail": .string(error.detail),
    ]
  }
  return .object(answer)
}

/// The line itself, or what it says as a JSON string.
private func text(of line: [UInt8]) -> String? {
  if line.first == UInt8(ascii: "\""), let quoted = try? JSONValue(parsing: line).stringValue {
    return quoted
  }
  return String(validating: line, as: UTF8.self)
}
