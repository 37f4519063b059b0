// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
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
  notes: [
    "One URL or name a line in, bare or as a JSON string; one JSON object a line out.",
    "Blank lines and lines that begin with # are passed over, as in a text that is submitted.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 1)
  let rules = try nameRules(arguments, context)
  let octets = try context.contents(of: arguments.operands.first ?? "-", maximumOctets: 1 << 30)
  var isClean = true
  var buffer = ""
  // A byte order mark may stand first, as in a text body.
  let lines = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? octets.dropFirst(3) : octets[...]
  for line in lines.split(separator: UInt8(ascii: "\n")) {
    guard let answer = namesAnswer(line, rules) else { continue }
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

/// What is said about one line, read as a line of a text body is; nil for one without an address.
package func namesAnswer(_ line: ArraySlice<UInt8>, _ rules: NameRules) -> JSONValue? {
  let terms = SubmissionBody.Terms(format: .text, now: .distantPast)
  guard line.count <= SubmissionBody.itemOctets else {
    return .object(
      refused(nil, "item-too-long", 1, "The line is longer than \(SubmissionBody.itemOctets) octets."))
  }
  guard let text = String(validating: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
  else { return .object(refused(nil, "invalid-utf-8", 1, "The line is not UTF-8.")) }
  if let quoted = quoted(line) {
    return .object(answer(SubmissionBody.addressItem(quoted, line: 1, terms), of: quoted, rules))
  }
  return SubmissionBody.textItem(line, line: 1, terms).map { .object(answer($0, of: text, rules)) }
}

/// What a line says that is a JSON string.
private func quoted(_ line: ArraySlice<UInt8>) -> String? {
  guard line.first == UInt8(ascii: "\"") else { return nil }
  return try? JSONValue(parsing: Array(line)).stringValue
}

private func answer(
  _ item: Result<ParsedItem, ItemRefusal>, of input: String, _ rules: NameRules
) -> JSONObject {
  let parsed: ParsedItem
  switch item {
  case .failure(let refusal): return refused(input, refusal.rule, refusal.column, refusal.detail)
  case .success(let item): parsed = item
  }
  var host: DomainName?
  do throws(NameRefusal) {
    let url = try SubmittedURL(reported: parsed.url, rules: rules)
    host = url.host
    let name = try ListableName(url, rules: rules)
    // Unless the report says otherwise, a listing covers the host and everything below it.
    let covered = BlocklistEntry(name: name.withoutWWW, scope: .subtree).covered(of: rules.publicSuffixes)
    guard let covered else {
      return [
        "input": .string(input), "host": .string(name.name.text),
        "registrable": .string(name.registrable.text), "scope": "subtree", "refusal": .null,
      ]
    }
    var object = refused(
      input, ScopeRefusal.coversPublicSuffix.rawValue, 1, ScopeRefusal.detail(covering: covered), host: host)
    object["registrable"] = .string(name.registrable.text)
    return object
  } catch {
    return refused(input, error.rule.rawValue, parsed.column + error.column - 1, error.detail, host: host)
  }
}

private func refused(
  _ input: String?, _ rule: String, _ column: Int, _ detail: String, host: DomainName? = nil
) -> JSONObject {
  [
    "input": input.map { .string($0) } ?? .null, "host": host.map { .string($0.text) } ?? .null,
    "registrable": .null, "scope": .null,
    "refusal": ["rule": .string(rule), "column": .integer(Int64(column)), "detail": .string(detail)],
  ]
}
