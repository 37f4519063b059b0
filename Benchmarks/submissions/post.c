// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// Reports addresses from one thread, one after the other on each of many connections:
//   post port= connections= seconds= token=FILE tls=0|1 ca= first=N
// Each request is one new address, numbered from `first` on, with a case reference. Prints
//   acknowledged refused seconds p50 p99    (the last two in microseconds)
#include "../engine/peer.h"

struct peer {
  int fd;
  SSL *tls;
  char head[16384];
  size_t filled;
  long begun;
  int phase;  // 0 connecting, 1 shaking hands, 2 awaiting an answer
};

#define SLOWEST 1000000
static unsigned latencies[SLOWEST + 1];
static long acknowledged, refused, next, epoll;
static char token[256];

static void ask(struct peer *p) {
  char body[256], request[1024];
  int octets = snprintf(body, sizeof body,
      "{\"list\":\"worst-of\",\"items\":[{\"url\":\"https://n%ld.example/gallery\",\"case_reference\":\"B-%ld\"}]}", next, next);
  next++;
  int all = snprintf(request, sizeof request,
      "POST /v1/submissions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
      "Content-Length: %d\r\n\r\n%s", token, octets, body);
  p->begun = microseconds();
  p->filled = 0;
  p->phase = 2;
  long sent = p->tls ? SSL_write(p->tls, request, all) : send(p->fd, request, all, MSG_NOSIGNAL);
  if (sent != all) die("send");
}

static void answered(struct peer *p) {
  long took = microseconds() - p->begun;
  if (atoi(p->head + 9) == 201) acknowledged++;
  else if (!refused++) fprintf(stderr, "%.300s\n", p->head);
  latencies[took > SLOWEST ? SLOWEST : took]++;
  ask(p);
}

static void proceed(struct peer *p) {
  if (p->phase == 0) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
    epoll_ctl(epoll, EPOLL_CTL_MOD, p->fd, &event);
    p->phase = 1;
  }
  if (p->phase == 1) {
    int done = p->tls ? SSL_connect(p->tls) : 1;
    if (done == 1) return ask(p);
    if (SSL_get_error(p->tls, done) != SSL_ERROR_WANT_READ) die("handshake");
    return;
  }
  for (;;) {
    char *to = p->head + p->filled;
    size_t room = sizeof p->head - 1 - p->filled;
    long n = p->tls ? SSL_read(p->tls, to, room) : recv(p->fd, to, room, 0);
    if (n <= 0) {
      if (p->tls ? SSL_get_error(p->tls, n) == SSL_ERROR_WANT_READ : errno == EAGAIN) return;
      die("the server hung up");
    }
    p->filled += n;
    p->head[p->filled] = 0;
    char *end = strstr(p->head, "\r\n\r\n"), *field = strcasestr(p->head, "\r\nContent-Length:");
    if (!end || !field || end + 4 + atol(field + 17) > p->head + p->filled) continue;
    return answered(p);
  }
}

static long percentile(double part) {
  long wanted = (acknowledged + refused) * part, seen = 0;
  for (long at = 0; at <= SLOWEST; at++)
    if ((seen += latencies[at]) > wanted) return at;
  return SLOWEST;
}

int main(int count, char **all) {
  (void)count;
  words = all;
  size_t octets;
  char *read = contents(word("token", NULL), &octets);
  snprintf(token, sizeof token, "%.*s", (int)strcspn(read, "\n"), read);
  next = number("first", NULL);
  epoll = epoll_create1(0);
  SSL_CTX *context = number("tls", "0") ? tls_context() : NULL;
  int connections = number("connections", "64");
  struct peer *peers = calloc(connections, sizeof *peers);
  for (int i = 0; i < connections; i++) {
    peers[i].fd = reach(number("port", NULL), i, 0);
    if (context) {
      peers[i].tls = SSL_new(context);
      SSL_set_fd(peers[i].tls, peers[i].fd);
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = &peers[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, peers[i].fd, &event);
  }
  long began = microseconds(), end = began + atof(word("seconds", NULL)) * 1e6;
  while (microseconds() < end) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, 100);
    for (int i = 0; i < n; i++) proceed(events[i].data.ptr);
  }
  printf("%ld %ld %.3f %ld %ld\n", acknowledged, refused, (microseconds() - began) / 1e6, percentile(0.5), percentile(0.99));
  return 0;
}
