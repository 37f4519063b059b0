// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// `cordon keys rotate`: the whole ceremony in one go, where the needed keys are at hand.
let keysRotateCommand = Command(
  ["keys", "rotate"], summary: "Put a next root in force: replace a holder's key, or extend its validity.",
  options: ConnectionSettings.options + KeySource.signWith + RootPlan.options + TargetsPlan.options
    + Ceremony.options,
  examples: [
    "cordon keys rotate --sign-with one.pem --sign-with two.pem --replace three.pub=four.pem",
    "cordon keys rotate --sign-with one.pem --sign-with two.pem --days 365",
  ],
  notes: [
    "Shows the difference in plain words. Private keys are only read here; the server gets signatures.",
    "Without enough signatures the next root stays proposed for the other holders to sign.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  return try Ceremony(arguments, context).run(changesRoot: true, publishes: true)
}

/// `cordon keys revoke`: a key lost or stolen, taken out of every role it has.
let keysRevokeCommand = Command(
  ["keys", "revoke"], operands: "KEY",
  summary: "Take a lost or stolen key out of every role it has, with another in its place or none.",
  options: ConnectionSettings.options + KeySource.signWith + [
    .value("with", "NEW.pub", "the key that takes its place"),
    .value("threshold", "N", "how many holders must sign from now on"),
    .value("days", "N", "how long the next root is valid (365)"),
  ] + Ceremony.options,
  examples: [
    "cordon keys revoke holder-one --with holder-four.pub --sign-with two.pem --sign-with three.pem",
    "cordon keys revoke online.pub --with online-2.pub --sign-with two.pem --sign-with three.pem",
    "cordon keys revoke 3f2a91c0 --sign-with two.pem --sign-with three.pem",
  ],
  notes: [
    "KEY is a .pub file, the holder's name, or the start of the key's id: cordon keys show lists them.",
    "As many holders as the present threshold must still sign, without the key that is revoked.",
  ]
) { arguments, context throws(CommandFailure) in
  let key = try arguments.operand("KEY")
  return try Ceremony(arguments, context).run(changesRoot: true, publishes: true, revoking: key)
}
