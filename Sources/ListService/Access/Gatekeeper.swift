// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON
internal import Cryptography
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
private import Synchronization

/// Tells who asks, from an immutable snapshot, and whether their roles suffice. Never touches the store.
final class Gatekeeper: Sendable {
  /// Replaced whole; readers copy the reference out under the lock.
  private let snapshot = Mutex(CredentialSnapshot.empty)

  private let replacements = Atomic<UInt64>(0)

  /// Puts `next` in force, unless nothing has changed.
  func replace(_ next: CredentialSnapshot) {
    let isNew = snapshot.withLock { current in
      guard current.people != next.people else { return false }
      current = next
      return true
    }
    if isNew { replacements.add(1, ordering: .acquiringAndReleasing) }
  }

  /// Counts up whenever the snapshot has been replaced: read it before anything that depends on who may come in.
  var generation: UInt64 { replacements.load(ordering: .acquiring) }

  /// Who sent `request`; nil when it brings no credential at all.
  ///
  /// A token goes before a client certificate. The digest is what is looked up, so the time taken says nothing of the token.
  ///
  /// - Throws: `credential-invalid`, `credential-expired`.
  func principal(of request: HTTPRequest, now: Date) throws(Problem) -> Principal? {
    try holder(of: request, now: now)?.principal
  }

  /// Who sent `request`, with the credential that says so; nil when it brings none.
  ///
  /// - Throws: as `principal`.
  func holder(of request: HTTPRequest, now: Date) throws(Problem) -> CredentialSnapshot.Holder? {
    let current = snapshot.withLock { $0 }
    let lines = request.fields.all("Authorization")
    let holder: CredentialSnapshot.Holder?
    if let line = lines.first {
      guard lines.count == 1, let token = Self.bearerToken(line) else {
        throw Self.unauthorized(.credentialInvalid)
      }
      holder = current.holder(tokenDigest: SHA256Digest(hashing: Array(token.utf8)).octets)
    } else if let pin = request.connection.clientCertificateSPKI {
      holder = current.holder(keyDigest: pin)
    } else {
      return nil
    }
    guard let holder else { throw Self.unauthorized(.credentialInvalid) }
    guard holder.credential.isValid(at: now) else { throw Self.unauthorized(.credentialExpired) }
    return holder
  }

  /// - Throws: `credential-required`, `role-required`.
  func check(_ access: Route.Access, _ principal: Principal?, isLoopback: Bool) throws(Problem) {
    switch access {
    case .anyone: return
    case .signedIn:
      guard principal != nil else { throw Self.unauthorized(.credentialRequired) }
    case .roles(let roles):
      guard let principal else { throw Self.unauthorized(.credentialRequired) }
      try Self.require(roles, of: principal)
    case .loopbackOr(let role):
      guard !isLoopback || principal != nil else { return }
      guard let principal else { throw Self.unauthorized(.credentialRequired) }
      guard !isLoopback else { return }
      try Self.require([role], of: principal)
    }
  }

  static func unauthorized(_ kind: ProblemKind) -> Problem {
    let reason = kind == .credentialRequired ? "" : ", error=\"invalid_token\""
    return Problem(kind, fields: ["WWW-Authenticate": "Bearer realm=\"cordon\"\(reason)"])
  }

  private static func require(_ roles: [Role], of principal: Principal) throws(Problem) {
    guard principal.roles.isDisjoint(with: roles) else { return }
    throw Problem(.roleRequired, extras: ["roles": .array(roles.map { .string($0.rawValue) })])
  }

  private static func bearerToken(_ line: String) -> Substring? {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return nil }
    return parts[1]
  }
}
