// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// A new root on its way to the thresholds of the old root and of its own (TUF §6.1).
public struct RootProposal: Sendable {
  /// What is still missing.
  public struct Status: Hashable, Sendable {
    /// Keys of the old root that signed.
    public let oldSigners: [String]
    /// How many of them are needed; 0 for the first root.
    public let oldThreshold: Int
    /// Keys of the new root that signed.
    public let newSigners: [String]
    /// How many of them are needed.
    public let newThreshold: Int

    /// Whether the root can be published.
    public var isComplete: Bool {
      oldSigners.count >= oldThreshold && newSigners.count >= newThreshold
    }
  }

  private let current: TrustedMetadata<Root>?
  /// The proposed root with the signatures collected.
  public private(set) var proposed: UnverifiedMetadata<Root>

  /// Takes up a proposal to follow `current`; `nil` for the first root of a repository.
  ///
  /// - Throws: ``ManifestRefusal/rootVersionNotNext(expected:found:)``,
  ///   ``ManifestRefusal/malformed(role:detail:)`` for a role that could never reach its threshold.
  public init(following current: TrustedMetadata<Root>?, proposed: UnverifiedMetadata<Root>)
    throws(ManifestRefusal)
  {
    let (next, isBeyond) = (current?.signed.version ?? 0).addingReportingOverflow(1)
    guard !isBeyond, proposed.signed.version == next else {
      throw .rootVersionNotNext(expected: next, found: proposed.signed.version)
    }
    for name in Root.RoleName.allCases {
      let role = proposed.signed[name]
      let usable = Set(role.keyids.compactMap { proposed.signed.keys[$0]?.publicKey }).count
      guard Set(role.keyids).count == role.keyids.count else {
        throw .malformed(role: Root.type, detail: "\(name.rawValue) names a key twice")
      }
      guard usable >= role.threshold else {
        throw .malformed(
          role: Root.type,
          detail: "\(name.rawValue) has \(usable) usable key(s), \(role.threshold) are needed")
      }
    }
    self.current = current
    self.proposed = proposed
  }

  /// A new root after `current`: its successor with `change` made, to be signed by `expires` on.
  ///
  /// - Throws: as ``init(following:proposed:)``.
  public init(
    following current: TrustedMetadata<Root>, expires: Date, change: (inout Root) -> Void
  ) throws(ManifestRefusal) {
    var root = current.signed
    change(&root)
    // Past the last number there is none: the check below refuses it.
    root.version = current.signed.version &+ 1
    root.expires = expires
    root.dropUnusedKeys()
    try self.init(following: current, proposed: UnverifiedMetadata(root))
  }

  /// In plain words, what would change; empty for the first root.
  public var differences: [RootDifference] {
    current.map { RootDifference.between($0.signed, proposed.signed) } ?? []
  }

  /// Who signed and who is needed.
  public var status: Status {
    let root = proposed.signed
    return Status(
      oldSigners: current.map { proposed.signers(among: $0.signed[.root], keys: $0.signed.keys) } ?? [],
      oldThreshold: current?.signed[.root].threshold ?? 0,
      newSigners: proposed.signers(among: root[.root], keys: root.keys),
      newThreshold: root[.root].threshold)
  }

  /// Takes a signature of a key of either root.
  ///
  /// - Throws: ``ManifestRefusal/thresholdNotMet(role:valid:needed:)`` for one that verifies with none.
  public mutating func add(_ signature: ManifestSignature) throws(ManifestRefusal) {
    let roots = [current?.signed, proposed.signed].compactMap { $0 }
    let isGood = roots.contains { root in
      !root[.root].signers(of: proposed.message, signatures: [signature], keys: root.keys).isEmpty
    }
    guard isGood else { throw .thresholdNotMet(role: Root.type, valid: 0, needed: 1) }
    proposed.add(signature)
  }

  /// Takes the good signatures of another copy of the same proposal; others in it are passed over.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)`` when it is another root.
  public mutating func merge(_ other: UnverifiedMetadata<Root>) throws(ManifestRefusal) {
    guard other.message == proposed.message else {
      throw .malformed(role: Root.type, detail: "the copy is of another proposal")
    }
    for signature in other.signatures { try? add(signature) }
  }

  /// Signs with `signer`, on its holder's own machine.
  ///
  /// - Throws: ``SigningFault``.
  public mutating func sign(with signer: any MetadataSigner) throws(SigningFault) {
    try proposed.sign(with: signer)
  }

  /// The new root, when both thresholds are met.
  ///
  /// - Throws: ``ManifestRefusal/thresholdNotMet(role:valid:needed:)``.
  public func completed() throws(ManifestRefusal) -> TrustedMetadata<Root> {
    if let current { return try proposed.verified(following: current) }
    return try proposed.verifiedBySelf()
  }
}

extension Root {
  /// Puts `new` in the place of `old` in every role that `old` signs for.
  ///
  /// - Returns: Whether there was any.
  public mutating func replace(_ old: String, with new: ManifestKey) -> Bool {
    var found = false
    for name in RoleName.allCases where self[name].keyids.contains(old) {
      found = true
      self[name].keyids = self[name].keyids.map { $0 == old ? new.keyid : $0 }
    }
    if found { keys[new.keyid] = new }
    return found
  }

  mutating func dropUnusedKeys() {
    let used = Set(RoleName.allCases.flatMap { self[$0].keyids })
    keys = keys.filter { used.contains($0.key) }
  }
}
