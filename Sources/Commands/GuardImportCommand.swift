// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Ingest
private import Names
private import StrictJSON

/// As many as the service takes at once: so a file is imported whole or not at all.
private let mostGuards = 100_000

/// `cordon admin import-guards`: a file of names that are never blocked, or only narrowly.
let importGuardsCommand = Command(
  ["admin", "import-guards"], operands: "FILE",
  summary: "Guard the names of a file, all of them or none; refused at the first line that is not in form.",
  options: ConnectionSettings.options + [
    .value(
      "top-sites", "LEVEL",
      "the file is a ranking, `rank,name` or a name a line: all at this level, never or narrow"),
    .flag("check", "read the file and say what is in it; nothing is sent"),
    .flag("lower", "let names that are guarded as never become narrow"),
  ],
  examples: [
    "cordon admin import-guards --check shared-hosts.csv", "cordon admin import-guards national.csv",
    "cordon admin import-guards --check --top-sites narrow top-1m.csv",
  ],
  notes: [
    "Files of names begin with the line name,level,reason; names are in canonical spelling (see cordon names).",
    "At most \(mostGuards) names at once. Rankings of a million names are files of the server: guard.top_sites in its configuration.",
  ]
) { arguments, context throws(CommandFailure) in
  let path = try arguments.operand("FILE")
  try arguments.noMoreOperands(than: 1)
  let octets = try context.contents(of: path, maximumOctets: 256 << 20)
  let level = arguments.value("top-sites").map { GuardLevel(rawValue: $0) }
  if case .some(nil) = level { throw CommandFailure("--top-sites is never or narrow") }
  let entries: [GuardEntry]
  do throws(GuardImportError) {
    entries =
      if let level = level ?? nil { try GuardTable.topSites(octets, level: level) } else {
        try GuardTable.entries(octets)
      }
  } catch { throw CommandFailure("\(path), \(error)") }
  guard !entries.isEmpty else { throw CommandFailure("\(path) holds no name") }
  let never = entries.count { $0.level == .never }
  context.say("\(path): \(entries.count) names, \(never) never and \(entries.count - never) narrow")
  guard !arguments.has("check") else { return .success }
  guard entries.count <= mostGuards else {
    throw CommandFailure(
      "at most \(mostGuards) names are sent; put the file on the server and name it under guard.top_sites")
  }
  let client = try ServiceClient(arguments, context)
  if !arguments.has("lower") { try refuseLowering(entries, path, client) }
  let items: [JSONValue] = entries.map {
    ["name": .string($0.name.text), "level": .string($0.level.rawValue), "reason": .string($0.reason)]
  }
  let answer = try client.post("v1/guard", [], ["items": .array(items)])
  context.say("guarded \(answer.count("guarded")) name(s)")
  sayStillListed(answer, context)
  return .success
}

/// A long file shall not loosen what somebody once guarded firmly.
private func refuseLowering(
  _ entries: [GuardEntry], _ path: String, _ client: ServiceClient
) throws(CommandFailure) {
  let known = try client.get("v1/guard")["items"]?.arrayValue ?? []
  let never = Set(known.lazy.filter { $0.text("level") == GuardLevel.never.rawValue }.map { $0.text("name") })
  let lowered = entries.filter { $0.level == .narrow && never.contains($0.name.text) }.map(\.name.text)
  guard !lowered.isEmpty else { return }
  let some = lowered.prefix(5).joined(separator: ", ") + (lowered.count > 5 ? ", …" : "")
  throw CommandFailure(
    "\(path) would lower \(lowered.count) name(s) from never to narrow: \(some); nothing was sent. --lower lowers them"
  )
}
