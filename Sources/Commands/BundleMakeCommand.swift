// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import HTTPMessages
internal import ListFollowing

/// `cordon bundle make`, on a machine with a network.
let bundleMakeCommand = Command(
  ["bundle", "make"], summary: "Fetch and verify the newest release, and write it into one file.",
  options: ConnectionSettings.options + [
    .value("list", "NAME", "list (worst-of)"),
    .value("root", "FILE", "the oldest root that a machine to be updated may still trust"),
    .value("since", "VERSION", "only what changed since this release (the full list)"),
    .value("out", "FILE", "where the bundle goes"),
    .value("split", "OCTETS", "pieces FILE.1, FILE.2 … of at most this size"),
  ],
  examples: [
    "cordon bundle make --root root.json --out worst-of.bundle",
    "cordon bundle make --root root.json --since 41 --out update.bundle --split 5000000",
  ],
  notes: [
    "The full list is verified here, and changes are tried backwards and forwards on it: they lead to it from some list.",
    "Whether that is the one held, the signed digest tells the machine that applies them.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let since = try arguments.integer("since", in: 0...Int.max)
  let size = try arguments.integer("split", in: BundlePieces.minimumOctets...Int.max)
  let path = try arguments.required("out")
  let name = try listName(arguments)
  let transport = RecordingTransport(
    try context.connect(ConnectionSettings(arguments, environment: context.environment)))
  var settings = FollowSettings(
    list: name, stateDirectory: "bundle", rootFile: try arguments.required("root"))
  settings.sendsReceipts = false
  // The bundle has the signed files, as they are on the server.
  settings.asksCompact = false
  settings.takesApprovals = true
  let report = FollowRound(
    settings: settings, transport: transport, files: OverlayFileSystem(over: context.files, hiding: "bundle"),
    now: context.now()
  ).run()
  guard case .updated(_, let version, let count, _) = report.outcome else {
    for line in report.lines { context.complain("cordon: \(line)") }
    return exitStatus(of: report)
  }
  var parts = transport.parts
  if let since {
    guard since < version else {
      throw CommandFailure("release \(version) is the newest: nothing is newer than \(since)")
    }
    parts = parts.filter { !$0.key.hasPrefix("repository/targets/\(name.text)/") }
    for what in ["changes", "approvals"] {
      let path = "v1/lists/\(name.text)/\(what)?since=\(since)"
      parts[path] = try fetchChanges(path, to: version, transport)
      if what == "changes" {
        try checkChanges(parts[path] ?? [], to: version, of: name, transport.parts)
      }
    }
  }
  let bundle = UpdateBundle(
    list: name.text, version: version, since: since.map(UInt64.init), madeAt: context.now(), parts: parts)
  let octets = bundle.octets
  let files = try pieces(octets, size, path)
  for (path, octets) in files { try put(octets, path, context) }
  context.say("\(name.text) version \(version), \(since.map { "changes since \($0)" } ?? "\(count) entries")")
  for (path, octets) in files { context.say("\(path): \(octets.count) octets") }
  for line in expiryLines(bundle, context) { context.say(line) }
  return .success
}

private func listName(_ arguments: Arguments) throws(CommandFailure) -> ListName {
  let name = arguments.value("list") ?? "worst-of"
  guard let list = try? ListName(name) else {
    throw CommandFailure(.badValue(option: "list", value: name, wanted: "a list's name"))
  }
  return list
}

private func fetchChanges(
  _ path: String, to version: UInt64, _ transport: any Transport
) throws(CommandFailure) -> [UInt8] {
  do throws(TransportFault) {
    let answer = try transport.send(
      TransportRequest(
        path: path, fields: ["Accept": "text/plain"], maximumOctets: UpdateBundle.maximumOctets))
    guard answer.status == 200 else { throw TransportFault.unreachable(answer.explanation) }
    guard answer.fields["Cordon-Version"].flatMap(UInt64.init) ?? version == version else {
      throw TransportFault.unreachable("a release came out meanwhile; make the bundle again")
    }
    return answer.body
  } catch {
    throw CommandFailure(error.description)
  }
}

/// Refuses changes that cannot lead to the list that was verified.
private func checkChanges(
  _ text: [UInt8], to version: UInt64, of name: ListName, _ parts: [String: [UInt8]]
) throws(CommandFailure) {
  let head = "repository/targets/\(name.text)/\(version)/"
  guard let file = parts.first(where: { $0.key.hasPrefix(head) && $0.key.hasSuffix(".entries.txt") }) else {
    throw CommandFailure("the list itself did not come: nothing to try the changes on")
  }
  do throws(BlocklistError) {
    let list = try Blocklist(parsing: file.value)
    let change = try Delta(parsing: text)
    guard try change.applied(to: change.reversed.applied(to: list)) == list else {
      throw BlocklistError.notConsecutive
    }
  } catch {
    throw CommandFailure("the changes do not lead to release \(version): \(error)")
  }
}

private func pieces(
  _ octets: [UInt8], _ size: Int?, _ path: String
) throws(CommandFailure) -> [(String, [UInt8])] {
  guard let size else { return [(path, octets)] }
  guard let pieces = BundlePieces.cut(octets, size: size) else {
    throw CommandFailure("more than \(BundlePieces.maximumCount) pieces: take larger ones")
  }
  return pieces.enumerated().map { ("\(path).\($0.offset + 1)", $0.element) }
}

private func put(_ octets: [UInt8], _ path: String, _ context: CommandContext) throws(CommandFailure) {
  do {
    try context.files.replaceSecret(path, with: octets)
  } catch {
    throw CommandFailure(error.description)
  }
}
