// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// What serving TLS needs of OpenSSL's macros and variadic controls.
#pragma once
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include "tls-socket.h"

// Chooses HTTP/2 before HTTP/1.1, if `argument` is not null; a client that offers neither is refused.
static inline int cordon_tls_select_protocol(SSL *ssl, const unsigned char **out,
                                             unsigned char *out_length, const unsigned char *in,
                                             unsigned int in_length, void *argument) {
  (void)ssl;
  static const unsigned char both[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  const unsigned char *ours = argument != NULL ? both : both + 3;
  unsigned int count = argument != NULL ? sizeof both : sizeof both - 3;
  unsigned char *chosen = NULL;
  int result = SSL_select_next_proto(&chosen, out_length, ours, count, in, in_length);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Whether HTTP/2 was chosen.
static inline int cordon_tls_speaks_h2(SSL *ssl) {
  const unsigned char *name = NULL;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl, &name, &length);
  return length == 2 && memcmp(name, "h2", 2) == 0;
}

// Signatures that certificates and handshakes may bear: none with SHA-1, SHA-224 or DSA.
#define CORDON_TLS_SIGNATURES                                                                                            \
  "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:" \
  "rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:rsa_pkcs1_sha256:rsa_pkcs1_sha384:"       \
  "rsa_pkcs1_sha512"

// Where a session keeps the second at which its client's certificate must be verified anew, so that who resumes it knows; 0 for want
// of memory. Kept with the context: a variable here would be another one in each object file that this is compiled into.
static inline int cordon_tls_end_place(SSL_CTX *context) { return (int)(intptr_t)SSL_CTX_get_app_data(context); }

// A server context: TLS 1.2 and 1.3, forward secrecy and AEAD only, no tickets (with client
// certificates a ticket makes every resumption read the certificate again), no renegotiation.
static inline SSL_CTX *cordon_tls_context(long session_count, long session_seconds, int offers_h2) {
  static const unsigned char context_id[] = "cordon";
  static int end_place;
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (context == NULL) return NULL;
  // One for all contexts, as there is no end of reloads; made twice at once, both serve. What the library gives is never 0, its own.
  int place = __atomic_load_n(&end_place, __ATOMIC_ACQUIRE);
  if (place == 0) {
    place = SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    if (place > 0) __atomic_store_n(&end_place, place, __ATOMIC_RELEASE);
  }
  if (place <= 0 || SSL_CTX_set_app_data(context, (void *)(intptr_t)place) != 1) {
    SSL_CTX_free(context);
    return NULL;
  }
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // The chain is what the file holds: else OpenSSL builds, and verifies, one from the client authorities for every connection.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_read_ahead(context, 1);
  // A full cache drops its oldest session; looking through all of it now and then is not needed besides.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_AUTO_CLEAR);
  SSL_CTX_sess_set_cache_size(context, session_count);
  SSL_CTX_set_timeout(context, session_seconds);
  SSL_CTX_set_alpn_select_cb(context, cordon_tls_select_protocol, offers_h2 ? context : NULL);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
      SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                        "TLS_CHACHA20_POLY1305_SHA256") != 1 ||
      SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1 ||
      SSL_CTX_set1_sigalgs_list(context, CORDON_TLS_SIGNATURES) != 1 ||
      SSL_CTX_set_num_tickets(context, 1) != 1 ||
      SSL_CTX_set_session_id_context(context, context_id, sizeof context_id - 1) != 1) {
    SSL_CTX_free(context);
    return NULL;
  }
  return context;
}

// Looks every client certificate up in the revocation lists of `file` (PEM), of which there must be one for its issuer.
// How many lists were read; 0 for none, with the error in the queue.
static inline int cordon_tls_heed_revocations(SSL_CTX *context, const char *file) {
  X509_STORE *store = SSL_CTX_get_cert_store(context);
  X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (lookup == NULL) return 0;
  int count = X509_load_crl_file(lookup, file, X509_FILETYPE_PEM);
  if (count > 0 && X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) != 1) return 0;
  // One that was read before a broken one leaves its error behind.
  return ERR_peek_error() != 0 && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE ? 0 : count;
}

// A time as seconds since 1970; LLONG_MAX if it is none.
static inline long long cordon_tls_second(const ASN1_TIME *time) {
  struct tm parts;
  if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1) return LLONG_MAX;
  return (long long)timegm(&parts);
}

// `first`, or the second since 1970 at which an earlier certificate of a chain ends.
static inline long long cordon_tls_first_end(STACK_OF(X509) *chain, long long first) {
  for (int i = 0; i < sk_X509_num(chain); i++) {
    long long second = cordon_tls_second(X509_get0_notAfter(sk_X509_value(chain, i)));
    if (second < first) first = second;
  }
  return first;
}

// The second since 1970 at which the first certificate of the context's own chain ends; LLONG_MAX without one.
static inline long long cordon_tls_own_end(SSL_CTX *context) {
  X509 *own = SSL_CTX_get0_certificate(context);
  long long first = own == NULL ? LLONG_MAX : cordon_tls_second(X509_get0_notAfter(own));
  STACK_OF(X509) *chain = NULL;
  return SSL_CTX_get0_chain_certs(context, &chain) == 1 ? cordon_tls_first_end(chain, first) : first;
}

// The second since 1970 at which the first of the context's revocation lists runs out that runs out after `now`; LLONG_MAX without one.
static inline long long cordon_tls_revocations_end(SSL_CTX *context, long long now) {
  long long first = LLONG_MAX;
  STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509_CRL *list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
    if (list == NULL) continue;
    long long second = cordon_tls_second(X509_CRL_get0_nextUpdate(list));
    if (second > now && second < first) first = second;
  }
  return first;
}

// The second since 1970 at which what was just verified must be verified anew: a certificate of its chain ends then, or a
// revocation list of the context that had not run out at `now`.
static inline long long cordon_tls_verified_until(X509_STORE_CTX *verified, SSL_CTX *context, long long now) {
  return cordon_tls_first_end(X509_STORE_CTX_get0_chain(verified), cordon_tls_revocations_end(context, now));
}

// Called for each certificate of a client's chain that was looked at, its own last.
static inline int cordon_tls_note_verified(int is_accepted, X509_STORE_CTX *verifying) {
  if (!is_accepted || X509_STORE_CTX_get_error_depth(verifying) != 0) return is_accepted;
  SSL *ssl = (SSL *)X509_STORE_CTX_get_ex_data(verifying, SSL_get_ex_data_X509_STORE_CTX_idx());
  SSL_SESSION *session = ssl == NULL ? NULL : SSL_get_session(ssl);
  if (session == NULL) return is_accepted;
  // The session is in no cache yet: nobody else has it. A list that runs out in this very second may have been taken a moment ago.
  SSL_CTX *context = SSL_get_SSL_CTX(ssl);
  long long end = cordon_tls_verified_until(verifying, context, (long long)time(NULL) - 1);
  SSL_SESSION_set_ex_data(session, cordon_tls_end_place(context), (void *)(intptr_t)end);
  return is_accepted;
}

// Asks clients for a certificate that chains to an authority in `file`; having none is allowed.
static inline int cordon_tls_request_client_certificate(SSL_CTX *context, const char *file) {
  STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
  if (names == NULL || SSL_CTX_load_verify_file(context, file) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return 0;
  }
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, cordon_tls_note_verified);
  return 1;
}

// Until when the client's certificate is accepted by `context`, with its authorities and revocation lists, in seconds since 1970;
// 0 if it is not accepted at `now`. The caller's second decides throughout: time() may lag behind it by a tick of the kernel's.
static inline long long cordon_tls_trusts_until(SSL_CTX *context, SSL *ssl, long long now) {
  X509 *certificate = SSL_get0_peer_certificate(ssl);
  X509_STORE_CTX *verifying = X509_STORE_CTX_new();
  long long end = 0;
  if (certificate != NULL && verifying != NULL &&
      X509_STORE_CTX_init(verifying, SSL_CTX_get_cert_store(context), certificate, SSL_get_peer_cert_chain(ssl)) == 1 &&
      X509_STORE_CTX_set_default(verifying, "ssl_client") == 1) {
    X509_STORE_CTX_set_time(verifying, 0, (time_t)now);
    if (X509_verify_cert(verifying) == 1) end = cordon_tls_verified_until(verifying, context, now);
  }
  X509_STORE_CTX_free(verifying);
  ERR_clear_error();
  return end;
}

// SHA-256 of the SubjectPublicKeyInfo of a client certificate that verified and, since a session
// may outlive it, has not expired; 0 without one.
static inline int cordon_tls_client_spki(SSL *ssl, unsigned char digest[32]) {
  X509 *certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == NULL || SSL_get_verify_result(ssl) != X509_V_OK) return 0;
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) return 0;
  unsigned char *encoded = NULL;
  int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (length <= 0) return 0;
  unsigned int count = 32;
  int done = EVP_Digest(encoded, (size_t)length, digest, &count, EVP_sha256(), NULL);
  OPENSSL_free(encoded);
  return done == 1;
}

// The second since 1970 at which the client's certificate must be looked at anew: it, one of its authorities or a revocation list
// ends then; 0 if that cannot be told. A session that is resumed has what was found when it began.
static inline long long cordon_tls_client_end(SSL *ssl) {
  SSL_SESSION *session = SSL_get_session(ssl);
  return session == NULL ? 0 : (long long)(intptr_t)SSL_SESSION_get_ex_data(session, cordon_tls_end_place(SSL_get_SSL_CTX(ssl)));
}

// What one call on a connection came to.
enum cordon_tls_outcome {
  cordon_tls_failed = -3,
  cordon_tls_wants_write = -2,
  cordon_tls_wants_read = -1,
  cordon_tls_closed = 0,
};

static inline int cordon_tls_outcome_of(SSL *ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
  case SSL_ERROR_WANT_READ: return cordon_tls_wants_read;
  case SSL_ERROR_WANT_WRITE: return cordon_tls_wants_write;
  case SSL_ERROR_ZERO_RETURN: return cordon_tls_closed;
  default: return cordon_tls_failed;
  }
}

// 1 when the handshake is done, else an outcome. What was written before it is done is sent at once and together; its last
// words are held back until something else is written, or `cordon_tls_let_go`.
static inline int cordon_tls_accept(SSL *ssl) {
  ERR_clear_error();
  struct cordon_tls_socket *socket = cordon_tls_socket_of(ssl);
  socket->is_holding = 1;
  int result = SSL_accept(ssl);
  socket->is_holding = 0;
  if (result == 1) return 1;
  int outcome = cordon_tls_outcome_of(ssl, result);
  if (cordon_tls_let_go(ssl)) return outcome;
  int waits = outcome == cordon_tls_wants_read || outcome == cordon_tls_wants_write;
  return waits && (errno == EAGAIN || errno == EINTR) ? cordon_tls_wants_write : cordon_tls_failed;
}

// Octets read, else an outcome.
static inline int cordon_tls_read(SSL *ssl, void *buffer, int count) {
  ERR_clear_error();
  int result = SSL_read(ssl, buffer, count);
  return result > 0 ? result : cordon_tls_outcome_of(ssl, result);
}

// Octets written, else an outcome. One record, unless one waited: then OpenSSL goes on with the next, which may be the last.
static inline int cordon_tls_write(SSL *ssl, const void *buffer, size_t count) {
  struct cordon_tls_socket *socket = cordon_tls_socket_of(ssl);
  ERR_clear_error();
  socket->has_more = !socket->is_retrying && count > SSL3_RT_MAX_PLAIN_LENGTH;
  int result = SSL_write(ssl, buffer, count > INT_MAX ? INT_MAX : (int)count);
  socket->has_more = 0;
  socket->is_retrying = result <= 0;
  return result > 0 ? result : cordon_tls_outcome_of(ssl, result);
}

// Octets of records that the system has taken on this connection.
static inline unsigned long long cordon_tls_taken(SSL *ssl) { return cordon_tls_socket_of(ssl)->taken; }

// The reason of the oldest error in this thread's queue, which is emptied.
static inline void cordon_tls_error(char *buffer, size_t count) {
  unsigned long code = ERR_get_error();
  const char *reason = ERR_reason_error_string(code);
  strncpy(buffer, reason != NULL ? reason : "unknown error", count - 1);
  buffer[count - 1] = 0;
  ERR_clear_error();
}
