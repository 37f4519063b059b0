// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import SignedManifests
private import StrictJSON

/// The steps of a root ceremony, one command each.
let ceremonyCommands: [Command] = [
  Command(
    ["keys", "show"], operands: "[FILE]",
    summary: "Say in plain words what a root or a proposal contains; without a file, what is in force.",
    options: ConnectionSettings.options, examples: ["cordon keys show root.json", "cordon keys show"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 1)
    let file: CeremonyFile
    if let path = arguments.operands.first {
      file = try CeremonyFile(context.contents(of: path, maximumOctets: 1 << 26), from: path)
    } else {
      let client = try CeremonyClient(arguments, context)
      let root = try client.currentRoot()
      for line in RootText.lines(root.metadata) { context.say(line) }
      guard root.signed.givesTargetsToHolders else { return .success }
      let inForce = try client.targetsInForce()
      for line in TargetsText.lines(inForce.metadata, files: inForce.files) { context.say(line) }
      return .success
    }
    if let root = file.root { for line in RootText.lines(root) { context.say(line) } }
    if let targets = file.targets {
      for line in TargetsText.lines(targets.metadata, files: targets.files) { context.say(line) }
    }
    return .success
  },
  Command(
    ["keys", "propose"], operands: "[FILE]",
    summary: "Propose a next root or next targets: a file, signed by some or none yet, or the changes given.",
    options: ConnectionSettings.options + KeySource.signWith + RootPlan.options + TargetsPlan.options
      + Ceremony.options,
    examples: [
      "cordon keys propose next-root.json",
      "cordon keys propose --add holder-four.pub --threshold 3 --days 365",
      "cordon keys propose --target agencies.json=agencies.json --sign-with one.pem",
      "cordon keys propose --targets-key online.pub --targets-key second.pub --targets-threshold 2",
    ]
  ) { arguments, context throws(CommandFailure) in
    guard let path = arguments.operands.first else {
      let named = RootPlan.options.contains { $0.name != "days" && arguments.has($0.name) }
      let isRoot = named || !TargetsPlan.options.contains { arguments.has($0.name) }
      return try Ceremony(arguments, context).run(changesRoot: isRoot, publishes: false)
    }
    try arguments.noMoreOperands(than: 1)
    let file = try CeremonyFile(context.contents(of: path, maximumOctets: 1 << 26), from: path)
    let client = try CeremonyClient(arguments, context)
    let current = try client.currentRoot()
    if let root = file.root {
      for line in RootText.difference(from: current.signed, to: root.signed) { context.say(line) }
      _ = try client.propose(root)
      context.say("proposed root version \(root.signed.version)")
    }
    if let targets = file.targets {
      for line in TargetsText.difference(from: try client.targetsInForce(), to: targets) { context.say(line) }
      try client.propose(targets)
      context.say("proposed targets version \(targets.metadata.signed.version)")
    }
    return .success
  },
  Command(
    ["keys", "status"], summary: "Show what is proposed: what it changes and who has yet to sign.",
    options: ConnectionSettings.options + [
      .value("out", "FILE", "also write the proposal to a file, to sign it")
    ],
    examples: ["cordon keys status", "cordon keys status --out next-root.json"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let client = try CeremonyClient(arguments, context)
    let current = try client.currentRoot()
    var file = CeremonyFile(
      root: try client.rootProposal(), targets: try client.targetsProposal(), rootInForce: current.metadata)
    guard file.root != nil || file.targets != nil else { throw CommandFailure("nothing is proposed") }
    if let root = file.root {
      for line in RootText.difference(from: current.signed, to: root.signed) { context.say(line) }
    }
    if let targets = file.targets {
      let inForce = try client.targetsInForce()
      file.targetsInForce = inForce
      for line in TargetsText.difference(from: inForce, to: targets) { context.say(line) }
    }
    for line in signatureLines(file, following: current) { context.say(line) }
    if let path = arguments.value("out") {
      try KeyFiles(context).write(file.encoded, to: path)
      context.say("wrote \(path)")
    }
    return .success
  },
  Command(
    ["keys", "submit"], operands: "FILE", summary: "Send the signatures in a file to the proposal.",
    options: ConnectionSettings.options, examples: ["cordon keys submit next-root.json"]
  ) { arguments, context throws(CommandFailure) in
    let path = try arguments.operand("FILE")
    let file = try CeremonyFile(context.contents(of: path, maximumOctets: 1 << 26), from: path)
    let signatures = (file.root?.signatures ?? []) + (file.targets?.metadata.signatures ?? [])
    guard !signatures.isEmpty else { throw CommandFailure("this file bears no signature yet") }
    let client = try CeremonyClient(arguments, context)
    for signature in file.root?.signatures ?? [] {
      _ = try client.submit(signature)
      context.say(
        "submitted the signature of \(file.root.map { RootText.label(signature.keyid, $0.signed) } ?? "")")
    }
    let root = file.root ?? file.rootInForce
    for signature in file.targets?.metadata.signatures ?? [] {
      try client.submitTargets(signature)
      let who =
        root.map { RootText.label(signature.keyid, $0.signed) } ?? String(signature.keyid.prefix(8)) + "…"
      context.say("submitted the signature of \(who) under the targets")
    }
    return .success
  },
  Command(
    ["keys", "publish"], summary: "Put what is proposed in force, once enough holders signed.",
    options: ConnectionSettings.options, examples: ["cordon keys publish"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let client = try CeremonyClient(arguments, context)
    let root = try client.rootProposal()
    let targets = try client.targetsProposal()
    guard root != nil || targets != nil else { throw CommandFailure("nothing is proposed") }
    try Ceremony.publish(client, context, root: root != nil, targets: targets?.metadata.signed.version)
    return .success
  },
  Command(
    ["keys", "withdraw"], summary: "Withdraw what is proposed, or one of the two.",
    options: ConnectionSettings.options + [.value("role", "ROLE", "root or targets alone")],
    examples: ["cordon keys withdraw", "cordon keys withdraw --role targets"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let role = arguments.value("role")
    guard role == nil || role == "root" || role == "targets" else {
      throw CommandFailure(.badValue(option: "role", value: role ?? "", wanted: "root or targets"))
    }
    let client = try CeremonyClient(arguments, context)
    var (root, targets) = (false, false)
    if role != "targets" { root = try client.rootProposal() != nil }
    if role != "root" { targets = try client.targetsProposal() != nil }
    guard root || targets else { throw CommandFailure("nothing is proposed") }
    if root { try client.withdraw() }
    if targets { try client.withdrawTargets() }
    context.say("withdrawn")
    return .success
  },
]

/// How many signatures of the old and of the new holders a next root bears, and needs.
func signatureLines(
  _ next: UnverifiedMetadata<Root>, following current: TrustedMetadata<Root>
) -> [String] {
  [("present", current.signed), ("future", next.signed)].map { word, root in
    let role = root[.root]
    let signers = next.signers(among: role, keys: root.keys)
    let names = signers.isEmpty ? "" : ": " + signers.map { RootText.label($0, root) }.joined(separator: ", ")
    return "  signed by \(signers.count) of \(role.threshold) needed from the \(word) holders\(names)"
  }
}
