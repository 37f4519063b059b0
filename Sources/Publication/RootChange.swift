// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records
internal import SignedManifests

extension RepositorySigning {
  /// The files of a new root, and of the online roles signed afresh if the new root gave any of them other keys.
  func files(
    root next: TrustedMetadata<Root>, over current: SignedRepository, now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    let file = MetadataFile(name: "\(next.signed.version).root.json", octets: next.metadata.encoded)
    guard let targets = current.targets, !Self.sameOnlineKeys(current.root.signed, next.signed) else {
      return [file]
    }
    let renewed = SignedRepository(root: next, roles: current)
    return [file] + (try files(targets: targets.signed.targets, over: renewed, now: now))
  }

  private static func sameOnlineKeys(_ old: Root, _ new: Root) -> Bool {
    [Root.RoleName.targets, .snapshot, .timestamp].allSatisfy { old[$0] == new[$0] }
  }
}
