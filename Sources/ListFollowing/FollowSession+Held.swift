// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// What is decided on this machine needs no source: a hold and its end, consent, names allowed here, a resolver that was restarted, an
/// output that is gone.
extension FollowSession {
  /// Brings outputs and running resolvers to the list held, without asking any source.
  ///
  /// What waits for a time that is signed waits on: that it was put off may be signed by now, where nobody can read it here.
  mutating func showHeld() throws(FollowFailure) {
    let held = try recover()
    beforeRound = held == nil ? nil : state.applied
    try beginWithholding(held)
    guard let held, let record = state.applied, let shown = state.shown else { return }
    guard isQuorumKnown else {
      notes.append("what of the list is proven cannot be told without a source: outputs stay as they are")
      return
    }
    try settle(held, nil)
    let release = SignedRelease(held: record, of: settings.list, canary: shown.canary)
    try deliver(try shownList(held, record), nil, release)
  }

  /// A list as it is to be shown by now.
  func shownList(_ list: Blocklist, _ record: ListRecord) throws(FollowFailure) -> ShownList {
    let (hidden, stand) = (withheld.hidden(in: room), withheld.stand(in: room))
    try local { () throws(FileFault) in try room.check() }
    return ShownList(
      list, record, overrides, hiding: hidden, showing: stand, files: files,
      path: directory.path + "/shown.txt")
  }
}
