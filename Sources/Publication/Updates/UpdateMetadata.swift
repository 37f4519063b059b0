// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Synchronization

/// The signed metadata in force, packed for update bodies: for each kind of reader once.
public final class UpdateMetadata: Sendable {
  /// Which files a reader has already; 0 for none.
  public struct Held: Hashable, Sendable {
    /// The version of its root.
    public var root: Int64
    /// The version of its timestamp.
    public var timestamp: Int64
    /// The version of its snapshot.
    public var snapshot: Int64

    /// Nothing, unless said otherwise.
    public init(root: Int64 = 0, timestamp: Int64 = 0, snapshot: Int64 = 0) {
      self.root = root
      self.timestamp = timestamp
      self.snapshot = snapshot
    }
  }

  /// The versions in force.
  public let inForce: Held
  /// The names of the snapshot in force and of what it names, in the order a reader needs them.
  private let named: [String]
  private let files: [String: PublishedFile]
  private let packed = Mutex<[Held: PackedMetadata]>([:])
  /// Contents of answers while this metadata is in force.
  public let shared: SharedBodies

  /// Kinds of readers that are served from memory.
  static let maximumKinds = 64
  /// Roots sent at most: as many as a client follows in one go.
  static let maximumRoots: Int64 = 256

  init(
    inForce: Held = Held(), named: [String] = [], files: [String: PublishedFile] = [:],
    shared: SharedBodies = SharedBodies()
  ) {
    self.shared = shared
    self.inForce = inForce
    self.named = named
    self.files = files
  }

  /// Whether a reader lacks anything.
  public func isNews(to held: Held) -> Bool {
    held.root < inForce.root || held.timestamp < inForce.timestamp || held.snapshot < inForce.snapshot
  }

  /// The body of an update of `list`, with the metadata that a reader lacks, and whether many share it.
  ///
  /// - Parameters:
  ///   - approvals: of what the change adds; the same for each reader who gets any.
  ///   - reader: who asks, for a fair share of the room; those of one agency are one.
  public func body(
    of list: ListName, from: ListVersion, to: ListVersion, change: CompactChange, approvals: PackedApprovals?,
    held: Held, for reader: String
  ) -> (octets: [UInt8], isShared: Bool) {
    let key = SharedBodies.Key(
      list: list, from: from, to: to, hasChange: change != .none, hasApprovals: approvals != nil,
      kind: kind(of: held))
    return shared.body(key, for: reader) {
      CompactUpdate(from: from, to: to, metadata: lacking(held), change: change, approvals: approvals).octets
    }
  }

  /// Readers that lack the same are one kind.
  private func kind(of held: Held) -> Held {
    Held(
      root: min(held.root, inForce.root), timestamp: held.timestamp < inForce.timestamp ? 0 : 1,
      snapshot: held.snapshot < inForce.snapshot ? 0 : 1)
  }

  /// What a reader lacks; nil when that is nothing.
  public func lacking(_ held: Held) -> PackedMetadata? {
    let kind = self.kind(of: held)
    let root = kind.root
    guard isNews(to: held) else { return nil }
    if let ready = packed.withLock({ $0[kind] }) { return ready }
    var names: [String] = []
    if root < inForce.root {
      let last = min(inForce.root, root + Self.maximumRoots)
      names += (root + 1...last).map { "\($0).root.json" }
    }
    if kind.timestamp == 0 { names.append("timestamp.json") }
    if kind.snapshot == 0 { names += named }
    let lacking = names.compactMap { name in
      files[name].map { CompactUpdate.File(name: name, octets: $0.octets) }
    }
    guard let made = try? PackedMetadata(lacking) else { return nil }
    packed.withLock { if $0.count < Self.maximumKinds { $0[kind] = made } }
    return made
  }
}
