// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
private import HTTPMessages
package import ListFollowing
package import SignedManifests

/// Finds targets in a refreshed repository, through as many delegated roles as it takes (TUF §5.6.7).
package struct TargetFinder {
  private let repository: TrustedRepository
  private let transport: any Transport
  private let directory: MetadataDirectory
  private let now: Date

  /// A finder that asks for metadata by `transport` and keeps it in `directory`.
  package init(
    repository: TrustedRepository, transport: any Transport, directory: MetadataDirectory, now: Date
  ) {
    self.repository = repository
    self.transport = transport
    self.directory = directory
    self.now = now
  }

  /// What the first role trusted for `path` that describes it says.
  package func find(_ path: String) throws(CommandFailure) -> TargetDescription {
    var search = TargetSearch(for: path, in: repository, now: now)
    while true {
      switch search.nextAction {
      case .found(let description, _): return description
      case .refused(let refusal): throw Self.failure(refusal)
      case .fetch(let request, let name): try answer(request, name, &search)
      }
    }
  }

  private func answer(
    _ request: MetadataRequest, _ name: String, _ search: inout TargetSearch
  ) throws(CommandFailure) {
    do throws(FileFault) {
      if let kept = try directory.read(name), search.reuse(kept) { return }
    } catch {
      throw CommandFailure(error.description)
    }
    guard let octets = try fetch(request) else { throw Self.failure(search.receiveMissing()) }
    try receive(octets, &search)
  }

  private func receive(_ octets: [UInt8], _ search: inout TargetSearch) throws(CommandFailure) {
    let instructions: [StoreInstruction]
    do throws(ManifestRefusal) {
      instructions = try search.receive(octets)
    } catch {
      throw Self.failure(error)
    }
    do throws(FileFault) {
      for case .store(let name, let octets) in instructions { try directory.write(octets, as: name) }
    } catch {
      throw CommandFailure(error.description)
    }
  }

  /// How servers say that they have no such file; object stores that may not be listed say 403.
  package static let missingStatuses: Set<Int> = [403, 404]

  /// The file asked for; nil when the server has none.
  private func fetch(_ request: MetadataRequest) throws(CommandFailure) -> [UInt8]? {
    let answer: TransportAnswer
    do throws(TransportFault) {
      answer = try transport.send(
        TransportRequest(
          path: request.path, fields: ["Accept": "*/*"], maximumOctets: request.maximumOctets))
    } catch {
      throw CommandFailure(error.description)
    }
    if Self.missingStatuses.contains(answer.status) { return nil }
    guard answer.status == 200 else { throw CommandFailure(answer.explanation) }
    return answer.body
  }

  private static func failure(_ refusal: ManifestRefusal) -> CommandFailure {
    CommandFailure("refused (\(refusal.check)): \(refusal)")
  }
}
