// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// A load client on one thread.
//   load port= request=FILE seconds= connections= tls=0|1 ca= [cert= key=] connect=kept|full|resumed status= octets=
//        [rate=REQUESTS-A-SECOND] [drop=ONE-IN]
// Sends the file's octets, reads a head and its Content-Length octets, again and again; `full` and `resumed` open a new
// connection for each request. Every answer must have the status and so many octets of content. With `rate`, requests
// begin at their appointed times and latency counts from then, whether or not a connection was free. With `drop`, one
// connection in so many answers is hung up in the midst of the next. Prints
//   answers errors resumed seconds p50 p99 max    (the last three in microseconds)
#include "peer.h"

enum phase { connecting, shaking, sending, reading, idle };
struct peer {
  int fd, number, status;
  SSL *tls;
  SSL_SESSION *session;
  enum phase phase;
  char head[8192];
  size_t filled;
  long left;   // content octets still to come; -1 while the head is read
  long begun;  // when the request was due
  struct peer *next;
};

#define SLOWEST 1000000
static unsigned latencies[SLOWEST + 1];
static char *request;
static size_t request_octets;
static long answers, errors, resumed, expected_octets, longest, drop, outstanding;
static int expected_status, port, epoll, is_tls, is_new, resumes;
static double rate;
static long due;  // when the next request is due, in nanoseconds
static struct peer *free_peers, **last_free = &free_peers;
static SSL_CTX *context;

static void watch(struct peer *p, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = p};
  if (epoll_ctl(epoll, operation, p->fd, &event) != 0) die("epoll_ctl");
}

static int remember(SSL *tls, SSL_SESSION *session) {
  struct peer *p = SSL_get_app_data(tls);
  SSL_SESSION_free(p->session);
  p->session = session;
  return 1;
}

// New connections come from many addresses, since the server bounds how many handshakes one may begin in a second.
static int next_source(void) {
  static int sequence;
  return sequence++ % 250 * PER_ADDRESS;
}

static void start(struct peer *p) {
  p->fd = reach(port, is_new ? next_source() : p->number, 0);
  p->phase = connecting;
  p->filled = 0;
  p->left = -1;
  if (is_new) p->begun = microseconds();
  if (is_tls) {
    p->tls = SSL_new(context);
    SSL_set_app_data(p->tls, p);
    SSL_set_fd(p->tls, p->fd);
    if (resumes && p->session) SSL_set_session(p->tls, p->session);
  }
  watch(p, EPOLL_CTL_ADD, EPOLLOUT);
}

static void stop(struct peer *p) {
  if (p->tls) {
    SSL_shutdown(p->tls);
    SSL_free(p->tls);
    p->tls = NULL;
  }
  hang_up(p->fd);
}

static long take(struct peer *p, char *to, size_t room) {
  long n = p->tls ? SSL_read(p->tls, to, room) : recv(p->fd, to, room, 0);
  if (n > 0) return n;
  if (p->tls ? SSL_get_error(p->tls, n) == SSL_ERROR_WANT_READ : n < 0 && errno == EAGAIN) return -1;
  return 0;
}

static void fail(struct peer *p) {
  errors++;
  if (p->phase == reading) outstanding--;
  stop(p);
  start(p);
}

static int read_head(struct peer *p) {
  char *end;
  p->head[p->filled] = 0;
  if (!(end = strstr(p->head, "\r\n\r\n"))) return p->filled < sizeof p->head - 1;
  *end = 0;
  p->status = atoi(p->head + 9);
  char *field = strcasestr(p->head, "\r\nContent-Length:");
  long length = field && p->status != 304 ? atol(field + 17) : 0;
  if (p->status != expected_status || length != expected_octets) errors++;
  p->left = length - (long)(p->filled - (end + 4 - p->head));
  return p->left >= 0;
}

static void send_request(struct peer *p) {
  long n = p->tls ? SSL_write(p->tls, request, request_octets) : send(p->fd, request, request_octets, MSG_NOSIGNAL);
  if (n != (long)request_octets) return fail(p);
  outstanding++;
  p->filled = 0;
  p->left = -1;
  p->phase = reading;
}

// Asks now, or when the next request is due.
static void ask(struct peer *p) {
  if (rate > 0) {
    // Each in its turn, so that none is idle for long.
    p->phase = idle;
    p->next = NULL;
    *last_free = p;
    last_free = &p->next;
    return;
  }
  if (!is_new) p->begun = microseconds();
  send_request(p);
}

static void answered(struct peer *p) {
  long took = microseconds() - p->begun;
  answers++;
  outstanding--;
  latencies[took < 0 ? 0 : took > SLOWEST ? SLOWEST : took]++;
  if (took > longest) longest = took;
}

static void proceed(struct peer *p) {
  static char sink[262144];
  if (p->phase == connecting) {
    watch(p, EPOLL_CTL_MOD, EPOLLIN);
    p->phase = p->tls ? shaking : sending;
  }
  if (p->phase == shaking) {
    int done = SSL_connect(p->tls);
    if (done != 1) {
      if (SSL_get_error(p->tls, done) != SSL_ERROR_WANT_READ) fail(p);
      return;
    }
    resumed += SSL_session_reused(p->tls);
    p->phase = sending;
  }
  if (p->phase == sending) return ask(p);
  for (;;) {
    long n = p->left < 0 ? take(p, p->head + p->filled, sizeof p->head - 1 - p->filled) : take(p, sink, sizeof sink);
    if (n < 0 || (n > 0 && p->phase == idle)) return;
    if (n == 0) return fail(p);
    if (p->left >= 0) p->left -= n;
    else {
      p->filled += n;
      if (!read_head(p)) return fail(p);
    }
    if (p->left != 0) continue;
    answered(p);
    if (is_new) {
      if (resumes && p->tls) take(p, sink, sizeof sink);  // a session may still be on its way
      stop(p);
      return start(p);
    }
    ask(p);
    if (drop && p->phase == reading && rand() % drop == 0) outstanding--, stop(p), start(p);
    return;
  }
}

// Begins what is due, on connections that are free.
static void begin_due(void) {
  long now = microseconds() * 1000;
  while (due <= now && free_peers) {
    struct peer *p = free_peers;
    free_peers = p->next;
    if (!free_peers) last_free = &free_peers;
    p->begun = due / 1000;
    due += 1e9 / rate;
    send_request(p);
  }
}

// Leaves the core to others for a while.
static void rest_until(long then) {
  long pause = then - microseconds();
  if (pause > 100) usleep(pause);
}

static long percentile(double part) {
  long wanted = answers * part, seen = 0;
  for (long at = 0; at <= SLOWEST; at++)
    if ((seen += latencies[at]) > wanted) return at;
  return longest;
}

int main(int count, char **all) {
  (void)count;
  words = all;
  port = number("port", NULL);
  request = contents(word("request", NULL), &request_octets);
  is_tls = number("tls", "0");
  is_new = strcmp(word("connect", "kept"), "kept") != 0;
  resumes = !strcmp(word("connect", "kept"), "resumed");
  expected_status = number("status", "200");
  expected_octets = number("octets", "0");
  rate = atof(word("rate", "0"));
  drop = number("drop", "0");
  epoll = epoll_create1(0);
  if (is_tls) {
    context = tls_context();
    SSL_CTX_sess_set_new_cb(context, remember);
  }
  int connections = number("connections", "16");
  struct peer *peers = calloc(connections, sizeof *peers);
  for (int i = 0; i < connections; i++) {
    peers[i].number = i;
    start(&peers[i]);
  }
  long began = microseconds(), end = began + atof(word("seconds", NULL)) * 1e6;
  due = (began + (rate > 0 ? 200000 : 0)) * 1000;
  while (microseconds() < end) {
    struct epoll_event events[256];
    // With appointed times the client looks at the clock without pause where sleeping would add to what it measures.
    int n = epoll_wait(epoll, events, 256, rate > 0 ? 0 : 100);
    if (n == 0 && rate > 0 && outstanding == 0 && free_peers) rest_until(due / 1000 - 300);
    for (int i = 0; i < n; i++) proceed(events[i].data.ptr);
    if (rate > 0) begin_due();
  }
  printf("%ld %ld %ld %.3f %ld %ld %ld\n", answers, errors, resumed, (microseconds() - began) / 1e6, percentile(0.5),
         percentile(0.99), longest);
  return 0;
}
