// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
private import HTTPMessages
package import SignedManifests

/// Brings the trusted metadata up to date (TUF §5.3–5.6), keeping each file as soon as it is verified.
package struct MetadataRefresh {
  private let transport: any Transport
  private let directory: MetadataDirectory
  private let now: Date
  private let base: String
  private let missingStatuses: Set<Int>
  private let delegatedRole: String?
  private let verified: MetadataMemory

  /// A refresh from the metadata below `base`, "repository/metadata/" on a Cordon server.
  /// - Parameters:
  ///   - missingStatuses: what the server answers when it has no such file.
  ///   - delegatedRole: the role that signs releases where the targets delegate them; nil to bring no such role up to date.
  ///   - verified: what earlier refreshes of this process read and verified.
  package init(
    transport: any Transport, directory: MetadataDirectory, now: Date, base: String = "repository/metadata/",
    missingStatuses: Set<Int> = [404], delegatedRole: String? = TargetsBundle.releases,
    verified: MetadataMemory = MetadataMemory()
  ) {
    self.verified = verified
    self.delegatedRole = delegatedRole
    self.transport = transport
    self.directory = directory
    self.now = now
    self.base = base
    self.missingStatuses = missingStatuses
  }

  /// Runs it.
  /// - Parameter firstRoot: the root trusted so far.
  package func run(firstRoot: [UInt8]) throws(FollowFailure) -> TrustedRepository {
    var workflow = try start(firstRoot)
    while true {
      switch workflow.nextAction {
      case .done(let repository):
        try keep(firstRoot)
        return try withReleases(repository)
      case .refused(let refusal): throw .refused(.metadata(refusal))
      case .fetch(let request):
        let octets = try fetch(request)
        for instruction in try receive(octets, &workflow) { try perform(instruction) }
      }
    }
  }

  /// The repository with the role that signs releases, where the targets delegate them.
  private func withReleases(_ repository: TrustedRepository) throws(FollowFailure) -> TrustedRepository {
    guard let role = delegatedRole else { return repository }
    let refresh: RoleRefresh
    do throws(ManifestRefusal) {
      guard let delegated = try RoleRefresh(role, of: repository, now: now, verified: verified) else {
        return repository
      }
      refresh = delegated
    } catch { throw .refused(.metadata(error)) }
    let kept = try local({ () throws(FileFault) in try directory.read(refresh.file) })
    if let trusted = kept.flatMap(refresh.reuse) { return repository.adding(trusted, named: role) }
    guard let octets = try fetch(refresh.request) else {
      throw .refused(.metadata(.missing(name: refresh.request.path)))
    }
    let trusted: TrustedMetadata<Targets>
    do throws(ManifestRefusal) { trusted = try refresh.receive(octets) } catch {
      throw .refused(.metadata(error))
    }
    try local { () throws(FileFault) in try directory.write(octets, as: refresh.file) }
    return repository.adding(trusted, named: role)
  }

  /// Keeps the root that was handed over, unless a later one is kept already.
  private func keep(_ root: [UInt8]) throws(FollowFailure) {
    try local { () throws(FileFault) in
      if try directory.read("root.json") == nil { try directory.write(root, as: "root.json") }
    }
  }

  private func start(_ root: [UInt8]) throws(FollowFailure) -> ClientWorkflow {
    var stored = StoredMetadata()
    for name in ["timestamp.json", "snapshot.json", "targets.json"] {
      stored.files[name] = try local { () throws(FileFault) in try directory.read(name) }
    }
    do {
      return try ClientWorkflow(trustedRoot: root, stored: stored, now: now, verified: verified)
    } catch {
      // The root kept here was verified before it was written: no server is to blame.
      guard try local({ () throws(FileFault) in try directory.read("root.json") }) != nil else {
        throw .refused(.metadata(error))
      }
      throw .local(
        FileFault(
          operation: "understand", path: directory.path + "/root.json",
          reason:
            "the root trusted here is damaged (\(error)); put back a copy, or remove it to begin with --root"
        ))
    }
  }

  private func receive(
    _ octets: [UInt8]?, _ workflow: inout ClientWorkflow
  ) throws(FollowFailure) -> [StoreInstruction] {
    do {
      guard let octets else { return try workflow.receiveMissing() }
      return try workflow.receive(octets)
    } catch {
      throw .refused(.metadata(error))
    }
  }

  private func perform(_ instruction: StoreInstruction) throws(FollowFailure) {
    try local { () throws(FileFault) in
      switch instruction {
      case .store(let name, let octets): try directory.write(octets, as: name)
      case .remove(let name): try directory.remove(name)
      }
    }
  }

  /// The file asked for; nil when the server says it has none.
  private func fetch(_ request: MetadataRequest) throws(FollowFailure) -> [UInt8]? {
    let answer: TransportAnswer
    do {
      answer = try transport.send(
        TransportRequest(
          path: base + request.path, fields: ["Accept": "*/*"], maximumOctets: request.maximumOctets))
    } catch .tooLarge(let limit) {
      throw .refused(.metadata(.tooLarge(name: request.path, limit: limit)))
    } catch {
      throw .unreachable(error.description)
    }
    if missingStatuses.contains(answer.status) { return nil }
    guard answer.status == 200 else { throw .unreachable(answer.explanation) }
    return answer.body
  }
}
