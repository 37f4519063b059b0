// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// The client's detailed workflow (TUF §5), as pure state: bytes and time in, the next request or a refusal out.
///
/// Perform ``nextAction``, hand the answer to ``receive(_:)`` or ``receiveMissing()``, carry out the returned
/// instructions, and repeat until ``Action/done(_:)``. After a refusal this value is spent; what was stored stays good.
public struct ClientWorkflow: Sendable {
  /// What the caller does next.
  public enum Action: Sendable {
    case fetch(MetadataRequest)
    case done(TrustedRepository)
    case refused(ManifestRefusal)
  }

  enum Stage: Sendable {
    case expectingRoot
    case expectingTimestamp
    case expectingSnapshot(TrustedMetadata<Timestamp>)
    case expectingTargets(TrustedMetadata<Timestamp>, TrustedMetadata<Snapshot>)
    case complete(TrustedRepository)
    case refused(ManifestRefusal)
  }

  let limits: ManifestLimits
  let now: Date
  let verified: MetadataMemory
  var root: TrustedMetadata<Root>
  var rotations = 0
  var stored: StoredMetadata
  var stage = Stage.expectingRoot

  /// Starts from a root that is trusted: the shipped one, or the last that was stored.
  ///
  /// - Parameter verified: signatures that need not be computed again: those of earlier workflows that were given the same.
  /// - Throws: ``ManifestRefusal`` when `trustedRoot` is not signed by its own threshold. It may have expired.
  public init(
    trustedRoot: [UInt8], stored: StoredMetadata = StoredMetadata(), now: Date,
    limits: ManifestLimits = ManifestLimits(), verified: MetadataMemory = MetadataMemory()
  ) throws(ManifestRefusal) {
    let trusted: UnverifiedMetadata<Root> = try verified.file(trustedRoot, maximumOctets: limits.rootOctets)
    root = try trusted.verifiedBySelf(verified)
    self.verified = verified
    self.stored = stored
    self.now = now
    self.limits = limits
  }

  /// The root trusted so far.
  public var trustedRoot: TrustedMetadata<Root> { root }

  /// What to do next.
  public var nextAction: Action {
    switch stage {
    case .expectingRoot: .fetch(rootRequest)
    case .expectingTimestamp:
      .fetch(request("timestamp", version: nil, maximum: limits.timestampOctets))
    case .expectingSnapshot(let timestamp): .fetch(snapshotRequest(timestamp))
    case .expectingTargets(_, let snapshot): .fetch(targetsRequest(snapshot))
    case .complete(let repository): .done(repository)
    case .refused(let refusal): .refused(refusal)
    }
  }

  /// Takes the bytes that were asked for.
  ///
  /// - Returns: What to store or remove now, each file as soon as it is verified.
  /// - Throws: ``ManifestRefusal``; ``nextAction`` repeats it.
  public mutating func receive(_ octets: [UInt8]) throws(ManifestRefusal) -> [StoreInstruction] {
    do throws(ManifestRefusal) {
      if case .fetch(let request) = nextAction, octets.count > request.maximumOctets {
        throw ManifestRefusal.tooLarge(name: request.path, limit: request.maximumOctets)
      }
      switch stage {
      case .expectingRoot: return try receiveRoot(octets)
      case .expectingTimestamp: return try receiveTimestamp(octets)
      case .expectingSnapshot(let timestamp): return try receiveSnapshot(octets, timestamp)
      case .expectingTargets(let timestamp, let snapshot):
        return try receiveTargets(octets, timestamp, snapshot)
      case .complete: throw ManifestRefusal.outOfTurn
      case .refused(let refusal): throw refusal
      }
    } catch {
      stage = .refused(error)
      throw error
    }
  }

  /// Takes the answer that the server has no such file.
  ///
  /// - Returns: What to store or remove now.
  /// - Throws: ``ManifestRefusal``; ``nextAction`` repeats it.
  public mutating func receiveMissing() throws(ManifestRefusal) -> [StoreInstruction] {
    do throws(ManifestRefusal) {
      switch nextAction {
      case .fetch(let request):
        guard request.mayBeMissing else { throw ManifestRefusal.missing(name: request.path) }
        try endOfRoots()
        return []
      case .done: throw ManifestRefusal.outOfTurn
      case .refused(let refusal): throw refusal
      }
    } catch {
      stage = .refused(error)
      throw error
    }
  }

  func request(_ role: String, version: Int64?, maximum: Int) -> MetadataRequest {
    let consistent = version != nil && root.signed.consistentSnapshot
    return MetadataRequest(
      path: RepositoryPath.metadata(role, version: version ?? 0, consistent: consistent),
      maximumOctets: maximum, mayBeMissing: false)
  }

  /// The signed length where given, but never more than the limit.
  func maximum(_ description: FileDescription, _ limit: Int) -> Int {
    min(Int(clamping: description.length ?? Int64(limit)), limit)
  }
}
