// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// Clients that are slow on purpose, on one thread.
//   attack port= ca= each= seconds= post=FILE get=FILE
// `each` of three kinds, over TLS: one begins a head and adds an octet a second; one sends the head of FILE `post` and adds
// an octet of content a second; one asks for FILE `get` with a small receive buffer and takes 256 octets a second. Who is cut
// off comes again. Prints for each kind how often it was cut off.
#include <poll.h>
#include "peer.h"

enum kind { slow_head, slow_body, slow_reader, kinds };
struct peer {
  int fd, number;
  enum kind kind;
  SSL *tls;
  int is_up;
  long next;
};

static int port;
static SSL_CTX *context;
static char *opening[kinds];
static size_t opening_octets[kinds];
static long cut[kinds];

static void start(struct peer *p) {
  p->fd = reach(port, 100000 + p->number, p->kind == slow_reader ? 4096 : 0);
  p->tls = SSL_new(context);
  SSL_set_fd(p->tls, p->fd);
  p->is_up = 0;
  p->next = microseconds();
}

static void begin_again(struct peer *p) {
  SSL_free(p->tls);
  hang_up(p->fd);
  start(p);
}

// One step: 0 if the server has hung up.
static int step(struct peer *p) {
  char octets[256];
  if (!p->is_up) {
    int result = SSL_connect(p->tls);
    if (result != 1) {
      int why = SSL_get_error(p->tls, result);
      p->next = microseconds() + 20000;
      return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE || (why == SSL_ERROR_SYSCALL && errno == ENOTCONN);
    }
    p->is_up = 1;
    p->next = microseconds() + rand() % 1000000;
    return SSL_write(p->tls, opening[p->kind], opening_octets[p->kind]) > 0;
  }
  p->next = microseconds() + 1000000;
  if (p->kind == slow_reader) {
    // Long before it has read what came, it can see whether the server has given up.
    struct pollfd state = {.fd = p->fd, .events = POLLRDHUP};
    if (poll(&state, 1, 0) == 1) return 0;
    int n = SSL_read(p->tls, octets, sizeof octets);
    return n > 0 || SSL_get_error(p->tls, n) == SSL_ERROR_WANT_READ;
  }
  int n = SSL_read(p->tls, octets, sizeof octets);
  if (n > 0 || SSL_get_error(p->tls, n) != SSL_ERROR_WANT_READ) return 0;
  return SSL_write(p->tls, "x", 1) > 0;
}

int main(int count, char **all) {
  (void)count;
  words = all;
  port = number("port", NULL);
  context = tls_context();
  opening[slow_head] = "GET / HTTP/1.1\r\nX: ";
  opening_octets[slow_head] = strlen(opening[slow_head]);
  opening[slow_body] = contents(word("post", NULL), &opening_octets[slow_body]);
  opening[slow_reader] = contents(word("get", NULL), &opening_octets[slow_reader]);
  int each = number("each", NULL), all_count = each * kinds;
  struct peer *peers = calloc(all_count, sizeof *peers);
  for (int i = 0; i < all_count; i++) {
    peers[i].number = i;
    peers[i].kind = i % kinds;
    start(&peers[i]);
  }
  long end = microseconds() + atof(word("seconds", NULL)) * 1e6;
  while (microseconds() < end) {
    long now = microseconds();
    for (int i = 0; i < all_count; i++) {
      struct peer *p = &peers[i];
      if (p->next > now || step(p)) continue;
      if (p->is_up) cut[p->kind]++;
      begin_again(p);
    }
    usleep(5000);
  }
  printf("%ld %ld %ld\n", cut[slow_head], cut[slow_body], cut[slow_reader]);
  return 0;
}
