// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
//
// Many connections that ask and then wait, on one thread.
//   parked port= request=FILE connections= ca= [cert= key=] [tls=0|1] [again=STATUS] [drop=A-SECOND] [seconds=]
// Opens them 64 at a time. Who is answered with the status `again` asks once more, as a follower does; any other answer is
// the last. Prints `ready MICROSECONDS` when all wait (with `again=0`: when all are answered), reads the standard input to
// the end of a line, and then prints when the answers came, on the monotonic clock:
//   answers errors first p10 p50 p90 last
// With `drop`, so many are hung up each second and opened anew, for `seconds`.
#include "peer.h"

enum phase { closed, connecting, shaking, waiting, done };
struct peer {
  int fd, number, served;
  SSL *tls;
  enum phase phase;
  char head[2048];
  size_t filled;
  long left, answered;
};

static struct peer *peers;
static char *request;
static size_t request_octets;
static int port, epoll, is_tls, count, opening, opened, ready, again, answered_count;
static long answers, errors;
static SSL_CTX *context;

static void watch(struct peer *p, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = p};
  if (epoll_ctl(epoll, operation, p->fd, &event) != 0) die("epoll_ctl");
}

static void start(struct peer *p) {
  p->fd = reach(port, p->number, 0);
  p->phase = connecting;
  p->filled = 0;
  p->left = -1;
  opening++;
  if (is_tls) {
    p->tls = SSL_new(context);
    SSL_set_mode(p->tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_set_fd(p->tls, p->fd);
  }
  watch(p, EPOLL_CTL_ADD, EPOLLOUT);
}

static void stop(struct peer *p) {
  if (p->phase == connecting || p->phase == shaking) opening--;
  if (p->phase == waiting && p->served) ready--;
  p->served = 0;
  SSL_free(p->tls);
  p->tls = NULL;
  hang_up(p->fd);
  p->phase = closed;
}

static void fail(struct peer *p) {
  errors++;
  stop(p);
}

static void ask(struct peer *p) {
  long n = p->tls ? SSL_write(p->tls, request, request_octets) : send(p->fd, request, request_octets, MSG_NOSIGNAL);
  if (n != (long)request_octets) return fail(p);
  p->filled = 0;
  p->left = -1;
  if (p->phase != waiting) opening--, opened++;
  p->phase = waiting;
  if (again && !p->served) p->served = 1, ready++;
}

static void take_answer(struct peer *p, int status) {
  if (status == again) return ask(p);
  if (!again && !p->served) p->served = 1, ready++;
  if (!again) {
    p->filled = 0;
    p->left = -1;
    return;
  }
  ready--;
  p->served = 0;
  answers++;
  p->answered = microseconds();
  p->phase = done;
  answered_count++;
}

static void proceed(struct peer *p) {
  static char sink[65536];
  if (p->phase == connecting) {
    watch(p, EPOLL_CTL_MOD, EPOLLIN);
    p->phase = shaking;
  }
  if (p->phase == shaking && p->tls) {
    int result = SSL_connect(p->tls);
    if (result != 1) {
      if (SSL_get_error(p->tls, result) != SSL_ERROR_WANT_READ) fail(p);
      return;
    }
  }
  if (p->phase == shaking) ask(p);
  while (p->phase == waiting || p->phase == done) {
    char *to = p->left < 0 ? p->head + p->filled : sink;
    size_t room = p->left < 0 ? sizeof p->head - 1 - p->filled : sizeof sink;
    long n = p->tls ? SSL_read(p->tls, to, room) : recv(p->fd, to, room, 0);
    if (n <= 0) {
      int is_empty = p->tls ? SSL_get_error(p->tls, n) == SSL_ERROR_WANT_READ : n < 0 && errno == EAGAIN;
      if (!is_empty) p->phase == done ? stop(p) : fail(p);
      return;
    }
    if (p->left >= 0) {
      p->left -= n;
    } else {
      p->filled += n;
      p->head[p->filled] = 0;
      char *end = strstr(p->head, "\r\n\r\n");
      if (!end) continue;
      *end = 0;
      char *field = strcasestr(p->head, "\r\nContent-Length:");
      p->left = (field ? atol(field + 17) : 0) - (long)(p->filled - (end + 4 - p->head));
    }
    if (p->left > 0 || p->phase == done) continue;
    take_answer(p, atoi(p->head + 9));
  }
}

static void run_once(int patience) {
  struct epoll_event events[256];
  int n = epoll_wait(epoll, events, 256, patience);
  for (int i = 0; i < n; i++) proceed(events[i].data.ptr);
  for (int i = 0; i < count && opening < 64; i++)
    if (peers[i].phase == closed) start(&peers[i]);
}

static int by_time(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return left < right ? -1 : left > right;
}

static void print_times(void) {
  long *times = calloc(count, sizeof *times);
  int n = 0;
  for (int i = 0; i < count; i++)
    if (peers[i].answered) times[n++] = peers[i].answered;
  qsort(times, n, sizeof *times, by_time);
  if (n == 0) times[n++] = 0;
  printf("%ld %ld %ld %ld %ld %ld %ld\n", answers, errors, times[0], times[n / 10], times[n / 2], times[n * 9 / 10],
         times[n - 1]);
}

// Hangs up `each` a second, any of them, for so long.
static void drop(double each, double seconds) {
  long began = microseconds(), dropped = 0;
  while (microseconds() - began < seconds * 1e6) {
    run_once(5);
    while (dropped < each * (microseconds() - began) / 1e6) {
      struct peer *p = &peers[rand() % count];
      if (p->phase != closed) stop(p);
      dropped++;
    }
  }
  printf("dropped %ld, failed %ld\n", dropped, errors);
}

int main(int argument_count, char **all) {
  (void)argument_count;
  words = all;
  port = number("port", NULL);
  request = contents(word("request", NULL), &request_octets);
  is_tls = number("tls", "1");
  count = number("connections", NULL);
  again = number("again", "0");
  epoll = epoll_create1(0);
  if (is_tls) context = tls_context();
  peers = calloc(count, sizeof *peers);
  for (int i = 0; i < count; i++) peers[i].number = i;
  if (atof(word("drop", "0")) > 0) return drop(atof(word("drop", NULL)), atof(word("seconds", NULL))), 0;
  while (ready < count) run_once(100);
  printf("ready %ld\n", microseconds());
  fflush(stdout);
  fcntl(0, F_SETFL, O_NONBLOCK);
  char line[16];
  int is_asked = 0;
  for (long end = 0; !is_asked || (again && answered_count < count && microseconds() < end);) {
    run_once(20);
    if (!is_asked && read(0, line, sizeof line) >= 0) is_asked = 1, end = microseconds() + 20000000;
  }
  print_times();
  return 0;
}
