// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import SignedManifests

/// `cordon keys rehearse`: what followers would make of the proposal, before it is in force.
let keysRehearseCommand = Command(
  ["keys", "rehearse"], operands: "[ROOT.json]",
  summary: "Replay followers from every past root against the proposal, and say who would break.",
  options: ConnectionSettings.options + [
    .value("root", "ROOT.json", "a root you trust; the server's must be that one or follow it by rotation")
  ],
  examples: ["cordon keys rehearse", "cordon keys rehearse next-root.json"],
  notes: [
    "Takes the server's proposal, or a next root from a file. Changes nothing anywhere.",
    "Exit status: 0 when every follower gets through, 2 when any would break.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 1)
  let client = try CeremonyClient(arguments, context)
  let current = try client.currentRoot()
  let proposal: UnverifiedMetadata<Root>
  if let path = arguments.operands.first {
    proposal = try KeyFiles(context).root(path)
  } else {
    proposal = try client.proposal()
  }
  for line in RootText.difference(from: current.signed, to: proposal.signed) { context.say(line) }
  for line in signatureLines(proposal, following: current) { context.say(line) }
  var roots: [Int64: [UInt8]] = [:]
  for version in 1...current.signed.version { roots[version] = try client.root(version: version).encoded }
  let rehearsal = Rehearsal(
    roots: roots, current: current.signed, proposal: proposal, repository: try client.repository())
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
