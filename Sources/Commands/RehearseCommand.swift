// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import SignedManifests

/// `cordon keys rehearse`: what followers would make of the proposal, before it is in force.
let keysRehearseCommand = Command(
  ["keys", "rehearse"], operands: "[FILE]",
  summary: "Replay followers from every past root against the proposal, and say who would break.",
  options: ConnectionSettings.options + [
    .value("root", "ROOT.json", "a root you trust; the server's must be that one or follow it by rotation")
  ],
  examples: ["cordon keys rehearse", "cordon keys rehearse next-root.json"],
  notes: [
    "Takes what is proposed on the server, or what a file proposes. Changes nothing anywhere.",
    "Exit status: 0 when every follower gets through, 2 when any would break.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 1)
  let client = try CeremonyClient(arguments, context)
  let current = try client.currentRoot()
  var file: CeremonyFile
  if let path = arguments.operands.first {
    file = try CeremonyFile(context.contents(of: path, maximumOctets: 1 << 26), from: path)
  } else {
    file = CeremonyFile(root: try client.rootProposal(), targets: try client.targetsProposal())
  }
  guard file.root != nil || file.targets != nil else { throw CommandFailure("nothing is proposed") }
  let proposal = file.root ?? current.metadata
  if file.root != nil {
    for line in RootText.difference(from: current.signed, to: proposal.signed) { context.say(line) }
  }
  var inForce: TargetsInForce?
  if current.signed.givesTargetsToHolders || file.targets != nil { inForce = try client.targetsInForce() }
  if let targets = file.targets {
    for line in TargetsText.difference(from: inForce, to: targets) { context.say(line) }
  }
  for line in signatureLines(file, following: current) { context.say(line) }
  var roots: [Int64: [UInt8]] = [:]
  for version in 1...current.signed.version { roots[version] = try client.root(version: version).encoded }
  let rehearsal = Rehearsal(
    roots: roots, current: current.signed, proposal: proposal, repository: try client.repository(),
    targets: file.targets, targetsInForce: current.signed.givesTargetsToHolders ? inForce : nil)
  var broken = 0
  for version in 1...current.signed.version {
    switch rehearsal.follower(from: version, now: context.now()) {
    case .passes(let remark): context.say("a follower at root \(version): goes on\(remark)")
    case .breaks(let reason):
      broken += 1
      context.say("a follower at root \(version): BREAKS: \(reason)")
    }
  }
  context.say(
    broken == 0
      ? "nobody would break" : "\(broken) of \(current.signed.version) would break: do not publish this")
  return broken == 0 ? .success : .refused
}
