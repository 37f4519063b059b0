// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CCurl

extension FetchError {
  /// The error behind a transfer that ended with something other than a whole response.
  init(_ outcome: CurlOutcome, received: Int, limit: Int) {
    let detail = outcome.detail
    switch CURLcode(UInt32(outcome.code)) {
    case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: self = .invalidURL
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY,
      CURLE_INTERFACE_FAILED:
      self = .unreachable(detail: detail)
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut(detail: detail)
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE:
      self = .unusableCredential(detail: detail)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER,
      CURLE_SSL_CLIENTCERT:
      self = .untrustedPeer(detail: detail)
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge(limit: limit)
    // The scheme has been checked before, so an unsupported protocol is an answer that is no HTTP/1.
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2:
      self = .malformedResponse(detail: detail)
    // In TLS 1.3 a server refuses our certificate only after the handshake, by an alert met while reading.
    case CURLE_RECV_ERROR where detail.contains("alert"), CURLE_SEND_ERROR where detail.contains("alert"):
      self = .untrustedPeer(detail: detail)
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING:
      self = .interrupted(detail: detail, received: received)
    default: self = .failed(code: outcome.code, detail: detail)
    }
  }
}
