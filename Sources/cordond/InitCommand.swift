// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import Foundation
internal import Ingest
private import ListService
private import Publication
internal import Records
private import SignedManifests
private import StrictJSON

/// `cordond init`: the store, the online keys, and the people of a seeds file with their credentials.
///
/// May be repeated: what is there stays as it is, what is missing is added.
struct InitCommand {
  private let deployment: Deployment
  private let seedsFile: String?
  private let credentials: String
  private let act = Act(by: nil, at: Date())

  init(_ arguments: Arguments) throws(Failure) {
    deployment = try Deployment(arguments)
    seedsFile = arguments.seeds
    credentials = arguments.credentials ?? deployment.configuration.data + "/credentials"
  }

  func run() async throws(Failure) {
    let seeds: Seeds? = if let seedsFile { try Seeds(path: seedsFile) } else { nil }
    try LocalFiles.createFolder(deployment.configuration.data)
    try makeOnlineKey()
    let records = try deployment.openStore().records
    if let seeds {
      do throws(RecordsError) { try await enrol(seeds, in: records) } catch {
        throw Failure("the store did not take the seeds: \(error)")
      }
      try LocalFiles.createFolder(credentials)
      for principal in seeds.principals { try await issue(to: principal.id, in: records) }
    }
    await records.close()
    Console.say("\(deployment.configuration.data) is ready: \(seeds?.principals.count ?? 0) principals")
  }

  private func makeOnlineKey() throws(Failure) {
    let publicFile = deployment.configuration.onlineKeys
    let folder = LocalFiles.folder(of: publicFile)
    let privateFile = folder + "/online.pem"
    try LocalFiles.createFolder(folder)
    try makeKey(privateFile)
    try makeKey(deployment.fileKey)
    try describeFileKey()
    guard !LocalFiles.exists(publicFile) else { return }
    let text = String(decoding: try LocalFiles.read(privateFile, what: "the online key"), as: UTF8.self)
    guard let key = try? PrivateKey(pem: text) else {
      throw Failure("\(privateFile) is not a private key in PEM")
    }
    let description: JSONValue = ["keys": [ManifestKey(key.publicKey, holder: "online").fileJSON]]
    try LocalFiles.writeSecret(
      String(decoding: description.encoded(pretty: true), as: UTF8.self), to: publicFile)
  }

  /// The public half of the key for files, for holders who sign it into the targets.
  private func describeFileKey() throws(Failure) {
    let path = LocalFiles.folder(of: deployment.fileKey) + "/files.pub"
    guard let signer = try deployment.fileSigner() else { return }
    if LocalFiles.exists(path) {
      guard try LocalFiles.read(path, what: "the public key for files") != signer.publicKey.octets else {
        return
      }
      try LocalFiles.remove(path)
    }
    try LocalFiles.writeSecret(String(decoding: signer.publicKey.octets, as: UTF8.self), to: path)
  }

  private func makeKey(_ path: String) throws(Failure) {
    guard !LocalFiles.exists(path) else { return }
    do throws(KeyError) {
      let pem = try PrivateKey.generate(.ed25519).pem()
      try Self.keyed { () throws(Failure) in try LocalFiles.writeSecret(pem, to: path) }
    } catch { throw Failure("cannot make \(path): \(error)") }
  }

  private static func keyed(_ work: () throws(Failure) -> Void) throws(KeyError) {
    do throws(Failure) { try work() } catch { throw .fault }
  }

  private func enrol(_ seeds: Seeds, in records: any Records) async throws(RecordsError) {
    for agency in seeds.agencies {
      try await unlessThere { () throws(RecordsError) in
        _ = try await records.addAgency(agency, act: act, answering: nil)
      }
    }
    for principal in seeds.principals {
      try await unlessThere { () throws(RecordsError) in
        _ = try await records.addPrincipal(principal, act: act, answering: nil)
      }
    }
    if !seeds.guards.isEmpty { _ = try await records.guardNames(seeds.guards, act: act, answering: nil) }
  }

  /// A token in `NAME.token`, and a pin of the certificate in `NAME.pem` when there is one.
  private func issue(to principal: PrincipalID, in records: any Records) async throws(Failure) {
    let tokenFile = "\(credentials)/\(principal.text).token"
    if !LocalFiles.exists(tokenFile) { try LocalFiles.writeSecret(BearerToken().text + "\n", to: tokenFile) }
    let token = String(decoding: try LocalFiles.read(tokenFile, what: "the token"), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    try await add(.token(digest: SHA256Digest(hashing: Array(token.utf8)).octets), of: principal, in: records)
    let certificateFile = "\(credentials)/\(principal.text).pem"
    guard LocalFiles.exists(certificateFile) else { return }
    let pem = String(decoding: try LocalFiles.read(certificateFile, what: "the certificate"), as: UTF8.self)
    guard let pin = try? CertificateSPKI.digest(ofPEM: pem) else {
      throw Failure("\(certificateFile) is not a certificate in PEM")
    }
    try await add(.certificate(keyDigest: pin.octets), of: principal, in: records)
  }

  private func add(_ proof: Credential.Proof, of principal: PrincipalID, in records: any Records)
    async throws(Failure)
  {
    do throws(RecordsError) {
      try await unlessThere { () throws(RecordsError) in
        _ = try await records.addCredential(
          NewCredential(principal: principal, proof: proof), act: act, answering: nil)
      }
    } catch { throw Failure("the store did not take a credential of \(principal): \(error)") }
  }

  private func unlessThere(_ work: () async throws(RecordsError) -> Void) async throws(RecordsError) {
    do throws(RecordsError) { try await work() } catch .refused(.alreadyExists) { return }
  }
}
