// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// A socket under TLS. Unlike OpenSSL's own it does not ask the system again for what is known not to be there, and it can hold
// back the last words of a handshake, to go out in one segment with the first answer.
#pragma once
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>

struct cordon_tls_socket {
  int descriptor;
  // A read came short: nothing is there until the descriptor is readable again.
  unsigned char is_drained;
  // The peer's end has come, or may have; a short read says nothing then.
  unsigned char is_ending;
  unsigned char has_ended;
  unsigned char is_holding;
  // More records follow at once: the system need not send this one by itself.
  unsigned char has_more;
  // A record waits in OpenSSL, which goes on with what follows it once that one is out.
  unsigned char is_retrying;
  // Octets that the system has taken.
  unsigned long long taken;
  // Held back, `count` octets of room for `room`.
  unsigned char *held;
  size_t count, room;
};

enum { cordon_tls_held_most = 65536 };

static inline void cordon_tls_socket_forget(struct cordon_tls_socket *socket) {
  free(socket->held);
  socket->held = NULL;
  socket->count = socket->room = 0;
}

// Adds to what is held back; 0 if there is no room.
static inline int cordon_tls_socket_hold(struct cordon_tls_socket *socket, const void *octets, size_t count) {
  if (count > cordon_tls_held_most - socket->count) return 0;
  if (socket->count + count > socket->room) {
    size_t room = socket->count + count < 2048 ? 2048 : socket->count + count;
    unsigned char *larger = (unsigned char *)realloc(socket->held, room);
    if (larger == NULL) return 0;
    socket->held = larger;
    socket->room = room;
  }
  memcpy(socket->held + socket->count, octets, count);
  socket->count += count;
  return 1;
}

// Sends what is held back, then `octets`: how many of the latter were taken, -1 with errno if none.
static inline ssize_t cordon_tls_socket_send(struct cordon_tls_socket *socket, const void *octets, size_t count) {
  int flags = MSG_NOSIGNAL | (socket->has_more ? MSG_MORE : 0);
  if (socket->count == 0) {
    ssize_t sent = send(socket->descriptor, octets, count, flags);
    if (sent > 0) socket->taken += (unsigned long long)sent;
    return sent;
  }
  struct iovec parts[2] = {{socket->held, socket->count}, {(void *)octets, count}};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = parts;
  message.msg_iovlen = count == 0 ? 1 : 2;
  ssize_t sent = sendmsg(socket->descriptor, &message, flags);
  if (sent < 0) return sent;
  socket->taken += (unsigned long long)sent;
  if ((size_t)sent < socket->count) {
    socket->count -= (size_t)sent;
    memmove(socket->held, socket->held + sent, socket->count);
    errno = EAGAIN;
    return -1;
  }
  sent -= (ssize_t)socket->count;
  cordon_tls_socket_forget(socket);
  if (sent > 0 || count == 0) return sent;
  errno = EAGAIN;
  return -1;
}

static inline int cordon_tls_socket_write(BIO *bio, const char *octets, int count) {
  struct cordon_tls_socket *socket = (struct cordon_tls_socket *)BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (count <= 0) return 0;
  if (socket->is_holding && cordon_tls_socket_hold(socket, octets, (size_t)count)) return count;
  ssize_t sent = cordon_tls_socket_send(socket, octets, (size_t)count);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return (int)sent;
}

static inline int cordon_tls_socket_read(BIO *bio, char *octets, int count) {
  struct cordon_tls_socket *socket = (struct cordon_tls_socket *)BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (count <= 0) return 0;
  if (socket->is_drained) {
    BIO_set_retry_read(bio);
    return -1;
  }
  ssize_t taken = recv(socket->descriptor, octets, (size_t)count, 0);
  if (taken == 0) socket->has_ended = 1;
  if (taken < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (taken > 0 && taken < count && !socket->is_ending) socket->is_drained = 1;
  return (int)taken;
}

static inline long cordon_tls_socket_control(BIO *bio, int command, long number, void *pointer) {
  (void)number, (void)pointer;
  struct cordon_tls_socket *socket = (struct cordon_tls_socket *)BIO_get_data(bio);
  switch (command) {
  case BIO_CTRL_EOF: return socket->has_ended;
  case BIO_CTRL_FLUSH: return 1;
  default: return 0;
  }
}

static inline int cordon_tls_socket_destroy(BIO *bio) {
  struct cordon_tls_socket *socket = (struct cordon_tls_socket *)BIO_get_data(bio);
  if (socket != NULL) cordon_tls_socket_forget(socket);
  free(socket);
  BIO_set_data(bio, NULL);
  return 1;
}

// The method of all of them, made once; it lives as long as the process.
static inline const BIO_METHOD *cordon_tls_socket_method(void) {
  static BIO_METHOD *made;
  BIO_METHOD *method = __atomic_load_n(&made, __ATOMIC_ACQUIRE);
  if (method != NULL) return method;
  method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "cordon socket");
  if (method == NULL) return NULL;
  BIO_meth_set_write(method, cordon_tls_socket_write);
  BIO_meth_set_read(method, cordon_tls_socket_read);
  BIO_meth_set_ctrl(method, cordon_tls_socket_control);
  BIO_meth_set_destroy(method, cordon_tls_socket_destroy);
  BIO_METHOD *before = NULL;
  if (__atomic_compare_exchange_n(&made, &before, method, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return method;
  BIO_meth_free(method);
  return before;
}

// Puts `ssl` on a descriptor, which stays the caller's; 0 for want of memory.
static inline int cordon_tls_put_on(SSL *ssl, int descriptor) {
  struct cordon_tls_socket *socket = (struct cordon_tls_socket *)calloc(1, sizeof *socket);
  BIO *bio = socket == NULL ? NULL : BIO_new(cordon_tls_socket_method());
  if (bio == NULL) {
    free(socket);
    return 0;
  }
  socket->descriptor = descriptor;
  BIO_set_data(bio, socket);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  return 1;
}

static inline struct cordon_tls_socket *cordon_tls_socket_of(SSL *ssl) {
  return (struct cordon_tls_socket *)BIO_get_data(SSL_get_rbio(ssl));
}

// The descriptor is readable again; `is_ending` if the peer's end may have come too.
static inline void cordon_tls_note_readable(SSL *ssl, int is_ending) {
  struct cordon_tls_socket *socket = cordon_tls_socket_of(ssl);
  socket->is_drained = 0;
  if (is_ending) socket->is_ending = 1;
}

// Sends what is held back; 0 if the peer's system does not take it all at once, which it always does of so little.
static inline int cordon_tls_let_go(SSL *ssl) {
  struct cordon_tls_socket *socket = cordon_tls_socket_of(ssl);
  if (socket->count == 0) return 1;
  return cordon_tls_socket_send(socket, NULL, 0) >= 0;
}
