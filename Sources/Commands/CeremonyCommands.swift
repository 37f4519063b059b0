// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import SignedManifests
private import StrictJSON

/// The steps of a root ceremony, one command each.
let ceremonyCommands: [Command] = [
  Command(
    ["keys", "show"], operands: "[ROOT.json]",
    summary: "Say in plain words what a root file, or the server's root, contains.",
    options: ConnectionSettings.options, examples: ["cordon keys show root.json", "cordon keys show"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 1)
    let root: UnverifiedMetadata<Root>
    if let path = arguments.operands.first {
      root = try KeyFiles(context).root(path)
    } else {
      root = try CeremonyClient(arguments, context).currentRoot().metadata
    }
    for line in RootText.lines(root) { context.say(line) }
    return .success
  },
  Command(
    ["keys", "propose"], operands: "[ROOT.json]",
    summary: "Propose a next root: a file, signed by some or none yet, or one made of the changes given.",
    options: ConnectionSettings.options + KeySource.signWith + RootPlan.options + Ceremony.options,
    examples: [
      "cordon keys propose next-root.json",
      "cordon keys propose --add holder-four.pub --threshold 3 --days 365",
      "cordon keys propose --targets-key online.pub --targets-key second.pub --targets-threshold 2",
    ]
  ) { arguments, context throws(CommandFailure) in
    guard !arguments.operands.isEmpty else {
      return try Ceremony(arguments, context).run(publishes: false) { (plan) throws(CommandFailure) in
        try plan.change(by: arguments)
      }
    }
    let root = try KeyFiles(context).root(arguments.operand("ROOT.json"))
    let client = try CeremonyClient(arguments, context)
    for line in RootText.difference(from: try client.currentRoot().signed, to: root.signed) {
      context.say(line)
    }
    _ = try client.propose(root)
    context.say("proposed root version \(root.signed.version)")
    return .success
  },
  Command(
    ["keys", "status"], summary: "Show the proposed root: what it changes and who has yet to sign.",
    options: ConnectionSettings.options + [
      .value("out", "FILE", "also write the proposal to a file, to sign it")
    ],
    examples: ["cordon keys status", "cordon keys status --out next-root.json"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let client = try CeremonyClient(arguments, context)
    let current = try client.currentRoot()
    let proposal = try client.proposal()
    for line in RootText.difference(from: current.signed, to: proposal.signed) { context.say(line) }
    for line in signatureLines(proposal, following: current) { context.say(line) }
    if let path = arguments.value("out") {
      try KeyFiles(context).write(proposal.encoded, to: path)
      context.say("wrote \(path)")
    }
    return .success
  },
  Command(
    ["keys", "submit"], operands: "ROOT.json", summary: "Send the signatures in a root file to the proposal.",
    options: ConnectionSettings.options, examples: ["cordon keys submit next-root.json"]
  ) { arguments, context throws(CommandFailure) in
    let root = try KeyFiles(context).root(arguments.operand("ROOT.json"))
    guard !root.signatures.isEmpty else { throw CommandFailure("this root bears no signature yet") }
    let client = try CeremonyClient(arguments, context)
    for signature in root.signatures {
      _ = try client.submit(signature)
      context.say("submitted the signature of \(RootText.label(signature.keyid, root.signed))")
    }
    return .success
  },
  Command(
    ["keys", "publish"], summary: "Put the proposed root in force, once enough holders signed.",
    options: ConnectionSettings.options, examples: ["cordon keys publish"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let answer = try CeremonyClient(arguments, context).publish()
    context.say("root version \(answer.count("version")) is in force")
    return .success
  },
  Command(
    ["keys", "withdraw"], summary: "Withdraw the proposed root.", options: ConnectionSettings.options,
    examples: ["cordon keys withdraw"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    try CeremonyClient(arguments, context).withdraw()
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
