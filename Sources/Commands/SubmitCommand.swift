// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// `cordon submit`: reports URLs.
let submitCommand = Command(
  ["submit"], operands: "FILE|-", summary: "Report URLs from a file: one a line, CSV or JSON.",
  options: ConnectionSettings.options + [
    .value("list", "NAME", "list to report for (worst-of)"),
    .value("type", "TYPE", "text, csv or json; else by the file's ending, else text"),
    .value("mode", "MODE", "each: take the good ones; all-or-nothing (default)"),
    .value("case-reference", "TEXT", "case reference for every line of a text file"),
    .flag("verbose", "say something about every accepted line too"),
    .flag("json", "print the server's answer as it is"),
  ],
  examples: [
    "cordon submit reports.csv --mode each",
    "cordon submit urls.txt --case-reference JM-2026-0042",
    "printf 'hxxps://bad[.]example/a\\n' | cordon submit -",
  ],
  notes: ["The file is sent as it is; nothing in it is ever fetched. Lines are numbered from 1."]
) { arguments, context throws(CommandFailure) in
  let path = try arguments.operand("FILE")
  let mediaType = try submissionMediaType(arguments, path: path)
  let body = try context.contents(of: path, maximumOctets: 64 << 20)
  let client = try ServiceClient(arguments, context)
  let answer = try client.post(
    "v1/submissions",
    [
      ("list", arguments.value("list") ?? "worst-of"), ("mode", arguments.value("mode")),
      ("case_reference", arguments.value("case-reference")),
    ], body: body, mediaType: mediaType)
  if arguments.has("json") {
    context.say(answer.prettyText)
  } else {
    for line in submissionLines(answer, verbose: arguments.has("verbose")) { context.say(line) }
  }
  return .success
}

private func submissionMediaType(_ arguments: Arguments, path: String) throws(CommandFailure) -> String {
  let ending = path.split(separator: ".").last.map(String.init) ?? ""
  switch arguments.value("type") ?? (["csv", "json"].contains(ending) ? ending : "text") {
  case "csv": return "text/csv"
  case "json": return "application/json"
  case "text": return "text/plain"
  case let other:
    throw CommandFailure(.badValue(option: "type", value: other, wanted: "text, csv or json"))
  }
}

/// What is said about an accepted batch.
package func submissionLines(_ answer: JSONValue, verbose: Bool) -> [String] {
  let items = answer["items"]?.arrayValue ?? []
  let accepted = items.filter { $0["outcome"]?.stringValue != "refused" }
  let created = accepted.count { $0["outcome"]?.stringValue == "created" }
  var head =
    "accepted \(answer.count("accepted")): \(created) new, \(answer.count("joined")) joined to earlier reports"
  head += "; refused \(answer.count("refused"))"
  var lines = [head]
  if verbose || accepted.count <= 20 {
    lines += accepted.map { item in
      "  line \(item.count("line")): \(item.text("outcome")) \(item.text("id"))"
    }
  }
  return lines + ProblemText.itemLines(answer["items"])
}
