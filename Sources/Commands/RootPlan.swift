// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
package import SignedManifests

/// The next root that a command line describes, and who of those at hand signs it.
package struct RootPlan {
  /// The options that describe the next root.
  package static let options: [OptionSpecification] = [
    .value(
      "replace", "OLD.pub=NEW", "replace a holder's key (NEW.pub, or NEW.pem to sign with it too)",
      repeats: true),
    .value("add", "NEW", "add a holder's key", repeats: true),
    .value("remove", "OLD.pub", "remove a holder's key", repeats: true),
    .value("threshold", "N", "how many holders must sign from now on"),
    .value(
      "replace-online", "OLD.pub=NEW.pub", "replace a key of the service in every online role", repeats: true),
    .value("targets-key", "KEY.pub", "the keys of the targets role from now on", repeats: true),
    .value("targets-threshold", "N", "how many of them must sign targets from now on"),
    .value("days", "N", "how long the next root is valid (365)"),
  ]

  /// The next root as planned so far.
  package private(set) var root: Root
  /// Who signs it at once.
  package private(set) var signers: [any MetadataSigner]
  private let current: Root
  private let files: KeyFiles
  private let passphraseFile: String?

  /// The successor of `current` with nothing changed but its version and, where later, its expiry.
  package init(from current: Root, _ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.current = current
    files = KeyFiles(context)
    passphraseFile = arguments.value("passphrase-file")
    root = current
    let (version, overflow) = current.version.addingReportingOverflow(1)
    guard !overflow else { throw CommandFailure("this root cannot be followed by another") }
    root.version = version
    let expires = try validity(arguments, context)
    // Rotating a key alone never shortens what was promised.
    root.expires = arguments.has("days") ? expires : max(expires, current.expires)
    signers = try KeySource.signers(arguments, context)
  }

  /// Makes the changes that the options name.
  package mutating func change(by arguments: Arguments) throws(CommandFailure) {
    let holderRoles = holderRoles
    for (old, new) in try arguments.pairs("replace") { try replace(old, with: new, in: [.root, .targets]) }
    for path in arguments.all("add") {
      let keyid = try taken(path).keyid
      for role in holderRoles { root[role].keyids.append(keyid) }
    }
    for path in arguments.all("remove") { try remove(path, from: holderRoles) }
    if let threshold = try arguments.integer("threshold", in: 1...100) {
      for role in holderRoles { root[role].threshold = threshold }
    }
    for (old, new) in try arguments.pairs("replace-online") {
      try replace(old, with: new, in: [.timestamp, .snapshot, .targets])
    }
    if arguments.has("targets-key") {
      var keyids: [String] = []
      for path in arguments.all("targets-key") { keyids.append(try taken(path).keyid) }
      root[.targets].keyids = keyids
    }
    if let threshold = try arguments.integer("targets-threshold", in: 1...100) {
      root[.targets].threshold = threshold
    }
    try finish()
  }

  /// What a holder of the root signs: the targets too, where those are the same people.
  private var holderRoles: [Root.RoleName] {
    Set(current[.root].keyids) == Set(current[.targets].keyids) ? [.root, .targets] : [.root]
  }

  /// Takes a key out of every role it has, with another in its place or none.
  package mutating func revoke(_ key: String, replacement: String?, threshold: Int?) throws(CommandFailure) {
    let roles = Root.RoleName.allCases.filter { (try? position(of: key, in: $0)) != nil }
    guard let first = roles.first else { throw notThere(key) }
    let keyid = current[first].keyids[try position(of: key, in: first)]
    guard !signers.contains(where: { $0.keyid == keyid }) else {
      throw CommandFailure("a key that is revoked cannot sign its own revocation: leave it out")
    }
    if let replacement {
      try replace(key, with: replacement, in: roles)
    } else {
      try remove(key, from: roles)
    }
    if let threshold {
      for role in holderRoles { root[role].threshold = threshold }
    }
    try finish()
  }

  /// Whether the next root differs from the one in force in more than its version and expiry.
  package var changes: Bool {
    var same = root
    same.version = current.version
    same.expires = current.expires
    return same != current
  }

  /// The id of the key that `text` means among `keys`: by its file, the start of its id, or its holder's name.
  package func identify(_ text: String, among keys: [String: ManifestKey]?) throws(CommandFailure) -> String?
  {
    let named = (keys ?? [:]).filter { id, key in text.count >= 8 && id.hasPrefix(text) || key.holder == text
    }
    if let only = named.first, named.count == 1 { return only.key }
    guard named.isEmpty, files.exists(text) else { return nil }
    let known = try files.publicKey(text, passphraseFile: passphraseFile)
    return keys?[known.keyid]?.keyid
  }

  private mutating func finish() throws(CommandFailure) {
    for name in Root.RoleName.allCases {
      let role = root[name]
      guard Set(role.keyids).count == role.keyids.count, role.keyids.count >= role.threshold else {
        throw CommandFailure(
          "\(name.rawValue): a threshold of \(role.threshold) needs as many different keys; there would be "
            + "\(Set(role.keyids).count): give another key in its place, or another threshold")
      }
    }
    let used = Set(Root.RoleName.allCases.flatMap { root[$0].keyids })
    root.keys = root.keys.filter { used.contains($0.key) }
  }

  private mutating func replace(
    _ old: String, with new: String, in roles: [Root.RoleName]
  ) throws(CommandFailure) {
    let key = try taken(new)
    for role in roles {
      // A key may be online for some roles only; a root key must be there.
      guard roles.count == 1 || (try? position(of: old, in: role)) != nil else { continue }
      root[role].keyids[try position(of: old, in: role)] = key.keyid
    }
    guard roles.contains(where: { root[$0].keyids.contains(key.keyid) }) else { throw notThere(old) }
  }

  private mutating func remove(_ key: String, from roles: [Root.RoleName]) throws(CommandFailure) {
    for role in roles { root[role].keyids.remove(at: try position(of: key, in: role)) }
  }

  /// Takes a new key into the root; with its private half at hand, it signs too.
  private mutating func taken(_ path: String) throws(CommandFailure) -> ManifestKey {
    let key: ManifestKey
    if try files.isPrivateKey(path) {
      let new = try files.signer(path, passphraseFile: passphraseFile)
      signers.append(new)
      key = new.key
    } else {
      key = try files.publicKey(path, passphraseFile: nil)
    }
    root.keys[key.keyid] = key
    return key
  }

  /// Where a key stands in a role: by its file, by the start of its id, or by its holder's name.
  private func position(of key: String, in role: Root.RoleName) throws(CommandFailure) -> Int {
    let keyids = root[role].keyids
    let named = keyids.indices.filter { index in
      let id = keyids[index]
      return key.count >= 8 && id.hasPrefix(key) || root.keys[id]?.holder == key
    }
    if named.count == 1, let index = named.first { return index }
    guard named.isEmpty else {
      throw CommandFailure("\(key) means more than one key; give the start of its id")
    }
    guard files.exists(key) else { throw notThere(key) }
    let known = try files.publicKey(key, passphraseFile: passphraseFile)
    guard let index = keyids.firstIndex(of: known.keyid) else {
      throw CommandFailure("the key in \(key) is no \(role.rawValue) key now")
    }
    return index
  }

  private func notThere(_ key: String) -> CommandFailure {
    CommandFailure(
      "\(key) is no key of this root: neither a file, nor a holder's name, nor the start of an id")
  }
}
