// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// The search for one target through the delegated roles (TUF §5.6.7), as pure state: bytes in, the next request or
/// a refusal out.
///
/// Pre-order and depth first: a role before those it delegates to, and those in the order it names them. Perform
/// ``nextAction``: try ``reuse(_:)`` with the copy kept from an earlier search, else fetch and hand the answer to
/// ``receive(_:)`` or ``receiveMissing()``. Authority is proven anew along the path of this very search.
public struct TargetSearch: Sendable {
  /// What the caller does next.
  public enum Action: Sendable {
    /// Fetch the metadata of a delegated role, kept as `name`.
    case fetch(MetadataRequest, name: String)
    /// `role` describes the target so.
    case found(TargetDescription, role: String)
    case refused(ManifestRefusal)
  }

  /// A role that is to be asked, and the keys that its delegator gives it.
  private struct Visit: Sendable {
    let role: DelegatedRole
    let keys: [String: ManifestKey]
    let described: FileDescription
  }

  private enum Stage: Sendable {
    case expectingRole(Visit)
    case found(TargetDescription, role: String)
    case refused(ManifestRefusal)
  }

  /// The target looked for.
  public let path: String
  private let repository: TrustedRepository
  private let now: Date
  private let limits: ManifestLimits
  /// Roles to ask, the next one last.
  private var pending: [(role: DelegatedRole, keys: [String: ManifestKey])] = []
  private var visited: Set<String> = []
  private var stage: Stage

  /// Starts at the top-level targets role of a refreshed repository.
  public init(
    for path: String, in repository: TrustedRepository, now: Date,
    limits: ManifestLimits = ManifestLimits()
  ) {
    self.path = path
    self.repository = repository
    self.now = now
    self.limits = limits
    stage = .refused(.unknownTarget(path))
    visit(repository.targets.signed, named: Targets.type)
  }

  /// What to do next.
  public var nextAction: Action {
    switch stage {
    case .expectingRole(let visit):
      .fetch(request(visit), name: RepositoryPath.escaped(visit.role.name) + ".json")
    case .found(let description, let role): .found(description, role: role)
    case .refused(let refusal): .refused(refusal)
    }
  }

  /// Takes a copy kept from an earlier search, when it is exactly what is asked for now.
  ///
  /// - Returns: Whether it was; if not, fetch.
  public mutating func reuse(_ octets: [UInt8]) -> Bool {
    guard case .expectingRole(let visit) = stage, let targets = try? checked(octets, visit) else {
      return false
    }
    self.visit(targets.signed, named: visit.role.name)
    return true
  }

  /// Takes the bytes that were asked for.
  ///
  /// - Returns: What to store.
  /// - Throws: ``ManifestRefusal``; ``nextAction`` repeats it.
  public mutating func receive(_ octets: [UInt8]) throws(ManifestRefusal) -> [StoreInstruction] {
    do throws(ManifestRefusal) {
      guard case .expectingRole(let visit) = stage, case .fetch(let request, let name) = nextAction else {
        throw ManifestRefusal.outOfTurn
      }
      guard octets.count <= request.maximumOctets else {
        throw ManifestRefusal.tooLarge(name: request.path, limit: request.maximumOctets)
      }
      self.visit(try checked(octets, visit).signed, named: visit.role.name)
      return [.store(name: name, octets: octets)]
    } catch {
      stage = .refused(error)
      throw error
    }
  }

  /// Takes the answer that the server has no such file.
  ///
  /// - Returns: The refusal; ``nextAction`` repeats it.
  public mutating func receiveMissing() -> ManifestRefusal {
    let refusal: ManifestRefusal =
      if case .fetch(let request, _) = nextAction { .missing(name: request.path) } else { .outOfTurn }
    stage = .refused(refusal)
    return refusal
  }

  private func request(_ visit: Visit) -> MetadataRequest {
    let signed = Int(clamping: visit.described.length ?? Int64(limits.targetsOctets))
    return MetadataRequest(
      path: RepositoryPath.metadata(
        visit.role.name, version: visit.described.version,
        consistent: repository.root.signed.consistentSnapshot),
      maximumOctets: min(signed, limits.targetsOctets), mayBeMissing: false)
  }

  private func checked(_ octets: [UInt8], _ visit: Visit) throws(ManifestRefusal)
    -> TrustedMetadata<Targets>
  {
    try TargetsCheck.verify(
      octets, named: visit.role.name, as: visit.described, keys: visit.keys, role: visit.role.keys,
      now: now)
  }

  /// Reads the answer of one role: the target itself, or whom to ask before anyone else.
  private mutating func visit(_ targets: Targets, named name: String) {
    if let description = targets.targets[path] {
      stage = .found(description, role: name)
      return
    }
    let delegations = targets.delegations
    var next: [DelegatedRole] = []
    for role in delegations?.roles ?? [] where role.covers(path) {
      next.append(role)
      if role.isTerminating {
        // Nobody but this role and those below it may answer from here on.
        pending = []
        break
      }
    }
    pending += next.reversed().map { ($0, delegations?.keys ?? [:]) }
    proceed()
  }

  private mutating func proceed() {
    while let (role, keys) = pending.popLast() {
      guard !visited.contains(role.name) else { continue }
      guard visited.count < limits.delegatedRoles else {
        stage = .refused(.tooManyRoles(target: path, limit: limits.delegatedRoles))
        return
      }
      visited.insert(role.name)
      guard let described = repository.snapshot.signed.meta[role.name + ".json"] else {
        stage = .refused(.snapshotLacks(role: role.name + ".json"))
        return
      }
      stage = .expectingRole(Visit(role: role, keys: keys, described: described))
      return
    }
    stage = .refused(.unknownTarget(path))
  }
}
