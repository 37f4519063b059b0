// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// The server's certificate, key, client authorities and session cache.
///
/// OpenSSL counts references and locks its cache itself, so the context is shared by all reactors.
@safe final class TLSContext: @unchecked Sendable {
  /// Never changed after `init`; freed with the last reference of ours, kept by each session.
  private let context: OpaquePointer

  /// - Throws: `ServerError`, naming the file at fault.
  init(_ configuration: TLSConfiguration, limits: ServerLimits) throws(ServerError) {
    let sessions = Int(limits.tlsSessions)
    let lifetime = Int(limits.tlsSessionLifetime.components.seconds)
    guard let context = unsafe cordon_tls_context(sessions, lifetime, configuration.offersHTTP2 ? 1 : 0)
    else {
      throw .tlsUnavailable(reason: Self.lastError())
    }
    unsafe self.context = context
    try load(configuration)
  }

  deinit { unsafe SSL_CTX_free(context) }

  private func load(_ configuration: TLSConfiguration) throws(ServerError) {
    let chain = configuration.certificateChainFile
    guard unsafe SSL_CTX_use_certificate_chain_file(context, chain) == 1 else {
      throw .cannotReadCertificate(file: chain, reason: Self.lastError())
    }
    let key = configuration.keyFile
    guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      let reason = Self.lastError()
      throw reason.contains("mismatch")
        ? .keyDoesNotMatchCertificate(file: key) : .cannotReadKey(file: key, reason: reason)
    }
    guard unsafe SSL_CTX_check_private_key(context) == 1 else {
      _ = Self.lastError()
      throw .keyDoesNotMatchCertificate(file: key)
    }
    if let authority = configuration.clientAuthorityFile {
      guard unsafe cordon_tls_request_client_certificate(context, authority) == 1 else {
        throw .cannotReadClientAuthority(file: authority, reason: Self.lastError())
      }
      if let file = configuration.clientRevocationsFile {
        guard unsafe cordon_tls_heed_revocations(context, file) > 0 else {
          throw .cannotReadRevocations(file: file, reason: Self.lastError())
        }
        _ = Self.lastError()
      }
    }
  }

  /// The second since 1970 at which the first revocation list runs out; nil without one.
  var revocationsEnd: Int64? {
    let end = Int64(unsafe cordon_tls_revocations_end(context, .min))
    return end == .max ? nil : end
  }

  /// The second since 1970 at which the first certificate of the chain that is shown ends; nil without one.
  var certificateEnd: Int64? {
    let end = Int64(unsafe cordon_tls_own_end(context))
    return end == .max ? nil : end
  }

  /// The second since 1970 up to which the certificate that `session`'s client showed is accepted; 0 if it is not now.
  func trusts(_ session: TLSSession, at now: Int64) -> Int64 {
    unsafe session.withHandle { Int64(unsafe cordon_tls_trusts_until(context, $0, now)) }
  }

  /// Whether `session` began with this context, not with one before a reload.
  func began(_ session: TLSSession) -> Bool {
    unsafe session.withHandle { unsafe SSL_get_SSL_CTX($0) == context }
  }

  /// A session for one accepted connection; nil for want of memory.
  func accept(_ descriptor: Int32) -> TLSSession? {
    guard let session = unsafe SSL_new(context) else { return nil }
    guard unsafe cordon_tls_put_on(session, descriptor) == 1 else {
      unsafe SSL_free(session)
      return nil
    }
    return unsafe TLSSession(session)
  }

  private static func lastError() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    unsafe cordon_tls_error(&buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
