// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// What the clients of these measurements share: words `name=value` on the command line, sockets from many loopback
// addresses, TLS with or without a client certificate, and time.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Connections from one source address: fewer than the server allows.
#define PER_ADDRESS 400

static char **words;

static void die(const char *what) {
  perror(what);
  exit(2);
}

// The value of `name=value` on the command line; `otherwise` without it.
static const char *word(const char *name, const char *otherwise) {
  size_t length = strlen(name);
  for (char **w = words; *w; w++)
    if (!strncmp(*w, name, length) && (*w)[length] == '=') return *w + length + 1;
  if (!otherwise) fprintf(stderr, "missing: %s=\n", name), exit(2);
  return otherwise;
}

static long number(const char *name, const char *otherwise) { return atol(word(name, otherwise)); }


static long microseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

// The octets of a file, and how many.
static char *contents(const char *path, size_t *octets) {
  static char buffer[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  *octets = fread(buffer, 1, sizeof buffer, file);
  fclose(file);
  char *copy = malloc(*octets + 1);
  memcpy(copy, buffer, *octets);
  copy[*octets] = 0;
  return copy;
}

// A socket that is being connected to 127.0.0.1:port, the n-th of ours: each PER_ADDRESS have an address of their own.
static int reach(int port, int n, int receive_buffer) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + n / PER_ADDRESS)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (receive_buffer) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) die("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) die("connect");
  return fd;
}

// Closes at once, without TIME_WAIT: there are thousands a second.
static void hang_up(int fd) {
  struct linger now = {.l_onoff = 1};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
}

// A TLS context that trusts `ca=` and shows `cert=` and `key=` if given.
static SSL_CTX *tls_context(void) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  if (SSL_CTX_load_verify_locations(context, word("ca", NULL), NULL) != 1) die("ca");
  if (*word("cert", "") && (SSL_CTX_use_certificate_file(context, word("cert", NULL), SSL_FILETYPE_PEM) != 1 ||
                            SSL_CTX_use_PrivateKey_file(context, word("key", NULL), SSL_FILETYPE_PEM) != 1))
    die("cert");
  return context;
}
