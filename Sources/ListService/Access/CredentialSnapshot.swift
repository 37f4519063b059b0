// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

/// Who may come in, immutable: replaced whole when people or credentials change.
struct CredentialSnapshot: Sendable {
  struct Holder: Sendable {
    let principal: Principal
    let credential: Credential
  }

  /// What the snapshot was made of.
  let people: People
  private let tokens: [[UInt8]: Holder]
  private let certificates: [[UInt8]: Holder]
  /// How many credentials are on record.
  let count: Int

  static let empty = CredentialSnapshot(People(agencies: [], principals: [], credentials: []))

  init(_ people: People) {
    let principals = Dictionary(people.principals.map { ($0.id, $0) }) { first, _ in first }
    var tokens: [[UInt8]: Holder] = [:]
    var certificates: [[UInt8]: Holder] = [:]
    for credential in people.credentials where credential.revokedAt == nil {
      guard let principal = principals[credential.principal] else { continue }
      let holder = Holder(principal: principal, credential: credential)
      switch credential.proof {
      case .token(let digest): tokens[digest] = holder
      case .certificate(let digest): certificates[digest] = holder
      }
    }
    self.people = people
    self.tokens = tokens
    self.certificates = certificates
    count = people.credentials.count
  }

  func holder(tokenDigest: [UInt8]) -> Holder? { tokens[tokenDigest] }
  func holder(keyDigest: [UInt8]) -> Holder? { certificates[keyDigest] }
}
