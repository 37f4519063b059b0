// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography
internal import FoundationEssentials
internal import Records
internal import SignedManifests

/// Signs rendered files one by one, for readers who have `openssl` and no TUF client.
///
/// Its key is Ed25519 and of its own: it signs no metadata. The public half is a target of the repository, so that whoever
/// follows TUF once can hand it to those who do not.
public struct FileSigner: Sendable {
  /// The target that holds the public key in PEM.
  public static let keyTarget = "signing-keys/files.pem"

  /// The public half, as it is served.
  public let publicKey: PublishedFile
  private let key: PrivateKey

  /// Signs with `key`; nil unless it is an Ed25519 key.
  public init?(_ key: PrivateKey) {
    guard key.algorithm == .ed25519 else { return nil }
    self.key = key
    publicKey = PublishedFile(octets: Array(key.publicKey.pem.utf8), mediaType: "application/x-pem-file")
  }

  /// The 64 octets of the signature over the whole file (RFC 8032 §5.1.6).
  ///
  /// - Throws: `manifest` when the library fails.
  public func signature(of file: PublishedFile) throws(PublicationError) -> [UInt8] {
    do throws(KeyError) { return try key.sign(file.octets) } catch {
      throw .manifest("the key for files could not sign")
    }
  }

  var target: TargetDescription {
    TargetDescription(length: Int64(publicKey.octets.count), sha256: publicKey.digest)
  }

  /// Where consistent snapshots keep the target.
  var storedPath: String {
    RepositoryPath.target(Self.keyTarget, target, consistent: true)
  }
}

extension Publisher {
  /// The signature over a published file; nil when there is no key for that.
  ///
  /// - Throws: `manifest`.
  public nonisolated func signature(of file: PublishedFile) throws(PublicationError) -> [UInt8]? {
    try settings.fileSigner?.signature(of: file)
  }

  /// The metadata that is due, and the targets anew when they do not name the key that signs files.
  func due(_ signed: SignedRepository) throws(PublicationError) -> [MetadataFile] {
    guard let signer = settings.fileSigner, let current = signed.current,
      signing.signsTargets(under: signed.root.signed),
      current.targets.signed.targets[FileSigner.keyTarget]?.sha256 != signer.target.sha256
    else { return try signing.renewal(of: signed, now: clock()) }
    return try signing.files(release: { _ in }, settings: settings, over: signed, now: clock())
  }
}

extension PublicationSettings {
  /// `targets` with the public key of the signer of files, when there is one.
  func withFileKey(_ targets: [String: TargetDescription]) -> [String: TargetDescription] {
    var targets = targets
    targets[FileSigner.keyTarget] = fileSigner?.target
    return targets
  }
}

extension PublishedRepository {
  /// The repository with the public key of the signer of files among its targets.
  func with(_ signer: FileSigner?) -> PublishedRepository {
    guard let signer else { return self }
    var targets = targets
    // Where holders sign the targets, it is one of the standing targets.
    if standing[FileSigner.keyTarget] == nil { targets[signer.storedPath] = signer.publicKey }
    return PublishedRepository(
      metadata: metadata, targets: targets, expiries: expiries, standing: standing, stages: stages,
      update: update)
  }
}
