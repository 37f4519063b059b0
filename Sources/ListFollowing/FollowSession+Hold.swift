// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The stop button.
extension FollowSession {
  /// Takes what `cordon hold` left, one request after the other. Each gets a name of its own before it is read, so that one that is
  /// left meanwhile is not lost; whatever breaks off, it is heeded again.
  mutating func heedRequests(_ held: Blocklist?) throws(FollowFailure) {
    let taken = HoldRequest.takenPath(in: directory.path)
    while let octets = try takeRequest() {
      switch HoldRequest(parsing: octets) {
      case .hold(let hold):
        try takeBackAdditions(hold, held)
        notes.append("on hold: additions are paused until \"cordon hold --release\"")
      case .release:
        state.hold = nil
        notes.append("the hold is released")
      case nil: notes.append("\(HoldRequest.path(in: directory.path)) cannot be understood and is left out")
      }
      try keepHold()
      try saveWithheld()
      try save()
      let isOver = state.hold == nil
      let path = Hold.path(in: directory.path)
      try local { () throws(FileFault) in
        if isOver { try files.remove(path) }
        try files.remove(taken)
      }
    }
    try keepHold()
  }

  private func takeRequest() throws(FollowFailure) -> [UInt8]? {
    let (path, taken) = (HoldRequest.path(in: directory.path), HoldRequest.takenPath(in: directory.path))
    return try local { () throws(FileFault) in
      if let octets = try files.read(taken, maximumOctets: 1 << 16) { return octets }
      guard try files.stamp(of: path) != nil else { return nil }
      try files.rename(path, to: taken)
      try files.synchronize(directory: directory.path)
      return try files.read(taken, maximumOctets: 1 << 16)
    }
  }

  /// Writes a hold in force down once more, unless that is done.
  private func keepHold() throws(FollowFailure) {
    guard let hold = state.hold else { return }
    let path = Hold.path(in: directory.path)
    try local { () throws(FileFault) in
      guard try files.read(path, maximumOctets: 1 << 16) != hold.octets else { return }
      try files.replace(path, with: hold.octets, permissions: 0o640)
    }
  }

  /// Takes up a hold that was in force in a state that was lost.
  /// - Returns: whether there was one.
  mutating func restoreHold() throws(FollowFailure) -> Bool {
    guard state.hold == nil else { return false }
    let path = Hold.path(in: directory.path)
    guard let octets = try local({ () throws(FileFault) in try files.read(path, maximumOctets: 1 << 16) })
    else { return false }
    state.hold = Hold(parsing: octets) ?? Hold(reason: "\(path) cannot be understood", date: now)
    notes.append("the hold set before is still in force, until \"cordon hold --release\"")
    return true
  }

  /// Puts a hold in force: withholds what the last releases added, as far as it says.
  mutating func takeBackAdditions(_ hold: Hold, _ held: Blocklist?) throws(FollowFailure) {
    let earlier = state.hold
    state.hold = hold
    guard let newest = try newestKnown else { return }
    let chain = try chain()
    let known = chain.last?.from ?? newest
    let last = chain.first { $0.additions > 0 }?.from
    var lastGood = hold.lastGood ?? last ?? newest
    // Pressed once more, it takes back nothing less.
    if hold.lastGood == nil, let before = earlier?.lastGood { lastGood = min(lastGood, before) }
    // From now on it says which one, whatever is added or forgotten.
    state.hold?.lastGood = lastGood
    if known > lastGood || (hold.lastGood == nil && last == nil && earlier == nil) {
      state.hold?.unknownUpTo = known
    } else if hold.lastGood == nil {
      state.hold?.unknownUpTo = earlier?.unknownUpTo
    }
    for change in chain.prefix(while: { $0.version > lastGood }).reversed() {
      guard let delta = change.delta().map({ proven($0, of: change.version) }) else {
        state.hold?.unknownUpTo = change.version
        continue
      }
      withheld.withhold(delta, version: change.version, until: .min, in: room)
      if change.from < lastGood {
        notes.append(
          "versions \(change.from + 1) to \(change.version) came as one change: all that they added is taken back"
        )
      }
    }
    if let held { withheld.prune(to: held, in: room) }
  }

  /// Says how much of the list a hold could not look at, release by release.
  mutating func noteUnknown(of list: Blocklist) {
    guard state.hold?.unknownUpTo != nil else { return }
    state.hold?.undated = list.count - withheld.count
  }
}
