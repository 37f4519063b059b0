// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <sys/timex.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/eventfd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <errno.h>

#ifndef SOCK_NONBLOCK
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000
#endif
// Not declared without _GNU_SOURCE.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
int accept4(int, struct sockaddr *, socklen_t *, int);
int close_range(unsigned int, unsigned int, int);

// A file without a name on the disk of `folder`, readable by this user alone; -1 where there can be none. O_TMPFILE needs _GNU_SOURCE;
// on file systems that lack it, the name goes at once.
static inline int cordon_open_spool(const char *folder) {
  int file = open(folder, 020000000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  char path[4096];
  for (int attempt = 0; attempt < 100; attempt++) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int length = snprintf(path, sizeof path, "%s/.spool-%ld-%lx", folder, (long)getpid(), (long)now.tv_nsec + attempt);
    if (length < 0 || length >= (int)sizeof path) return -1;
    file = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) unlink(path);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

// One readiness event; struct epoll_event is packed, which Swift cannot import.
struct cordon_event {
  uint32_t events;
  uint64_t token;
};

static inline int cordon_epoll_control(int epoll, int operation, int descriptor, uint32_t events,
                                       uint64_t token) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.u64 = token;
  return epoll_ctl(epoll, operation, descriptor, &event);
}

static inline int cordon_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

// Takes the events that are ready, at most 256; waits for one up to `milliseconds`.
static inline int cordon_epoll_take(int epoll, struct cordon_event *out, int max,
                                    int milliseconds) {
  struct epoll_event events[256];
  if (max > 256) max = 256;
  int count = epoll_wait(epoll, events, max, milliseconds);
  for (int i = 0; i < count; i++) {
    out[i].events = events[i].events;
    out[i].token = events[i].data.u64;
  }
  return count;
}

// A descriptor that wakes an epoll wait: rung by anyone, cleared by the one who waits.
static inline int cordon_bell_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline void cordon_bell_ring(int bell) {
  uint64_t one = 1;
  ssize_t ignored = write(bell, &one, sizeof one);
  (void)ignored;
}

static inline void cordon_bell_clear(int bell) {
  uint64_t count;
  ssize_t ignored = read(bell, &count, sizeof count);
  (void)ignored;
}

static inline int cordon_parse_address(const char *text, uint16_t port,
                                       struct sockaddr_storage *out, socklen_t *length) {
  memset(out, 0, sizeof *out);
  struct sockaddr_in *four = (struct sockaddr_in *)out;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    *length = sizeof *four;
    return 1;
  }
  if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    *length = sizeof *six;
    return 1;
  }
  return 0;
}

// A listening TCP socket, or -1 with errno; -2 for text that is no address.
//
// The first listener of a server is exclusive: it binds and listens without SO_REUSEPORT, so that
// it fails if anyone else listens there, and only then opens the port to its own siblings.
static inline int cordon_listen(const char *address, uint16_t port, int exclusive, int backlog) {
  struct sockaddr_storage storage;
  socklen_t length = 0;
  int on = 1;
  if (!cordon_parse_address(address, port, &storage, &length)) return -2;
  int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int failed = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
               setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Unsent octets in the kernel stay few, so a slow reader costs little and shows early.
  int unsent = 262144;
  if (!failed) failed = setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  if (!failed && !exclusive) failed = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (!failed) failed = bind(fd, (struct sockaddr *)&storage, length) || listen(fd, backlog);
  if (!failed && exclusive) failed = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (failed) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

static inline int cordon_local_port(int descriptor) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0) return -1;
  if (storage.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&storage)->sin_port);
  return ntohs(((struct sockaddr_in6 *)&storage)->sin6_port);
}

// The octets of an address, 4 or 16 (an IPv4 address in IPv6 counts as the former); 0 for text that is none.
static inline int cordon_address_octets(const char *text, unsigned char out[16]) {
  struct in6_addr six;
  if (inet_pton(AF_INET, text, out) == 1) return 4;
  if (inet_pton(AF_INET6, text, &six) != 1) return 0;
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    memcpy(out, (unsigned char *)&six + 12, 4);
    return 4;
  }
  memcpy(out, &six, 16);
  return 16;
}

// A peer: its address as text, a number that stands for it (an IPv6 address by its /64), and
// whether it is on this machine's loopback network.
struct cordon_peer {
  char text[INET6_ADDRSTRLEN];
  uint64_t network;
  int is_loopback;
};

// The peer whose address has these octets, 4 or 16; never local, whatever the address says.
static inline void cordon_peer_at(const unsigned char *octets, int count, struct cordon_peer *peer) {
  memset(peer, 0, sizeof *peer);
  if (count == 16 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)octets)) {
    octets += 12;
    count = 4;
  }
  inet_ntop(count == 4 ? AF_INET : AF_INET6, octets, peer->text, sizeof peer->text);
  memcpy(&peer->network, octets, count == 4 ? 4 : 8);
}

static inline int cordon_accept(int listener, struct cordon_peer *peer) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  int fd = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return fd;
  memset(peer, 0, sizeof *peer);
  const unsigned char *four = NULL;
  if (storage.ss_family == AF_INET) {
    four = (const unsigned char *)&((struct sockaddr_in *)&storage)->sin_addr;
  } else {
    const struct in6_addr *six = &((struct sockaddr_in6 *)&storage)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six)) {
      four = (const unsigned char *)six + 12;
    } else {
      inet_ntop(AF_INET6, six, peer->text, sizeof peer->text);
      memcpy(&peer->network, six, 8);
      peer->is_loopback = IN6_IS_ADDR_LOOPBACK(six);
    }
  }
  if (four != NULL) {
    inet_ntop(AF_INET, four, peer->text, sizeof peer->text);
    memcpy(&peer->network, four, 4);
    peer->is_loopback = four[0] == 127;
  }
  return fd;
}

// Makes a socket that listens already, got from elsewhere, as our own are. 0, or -1 if it is none of TCP.
static inline int cordon_adopt_listener(int fd) {
  int listening = 0, domain = 0, type = 0, on = 1, unsent = 262144;
  socklen_t length = sizeof listening;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening) return -1;
  length = sizeof domain;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return -1;
  length = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) return -1;
  if (domain != AF_INET && domain != AF_INET6) return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ? -1 : 0;
}

// What this process holds in memory goes into no core file, nor to a program that the kernel hands such files to, nor into a log by what
// Swift's runtime writes of a crash where it finds its backtracer (the octets around each register), and no other process of the same
// user may look at it. 0 or -1. What it starts is free to leave core files again, once it raises the limit.
static inline int cordon_keep_memory_private(void) {
  static const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) {
    void (*before)(int) = signal(crashes[index], SIG_DFL);
    if (before == SIG_ERR || (before == SIG_IGN && signal(crashes[index], SIG_IGN) == SIG_ERR)) return -1;
  }
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return -1;
  limit.rlim_cur = 0;
  if (setrlimit(RLIMIT_CORE, &limit) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static inline int cordon_duplicate(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

static inline int cordon_local_socket(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address->sun_path, path);
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

// A listening socket at `path` for its owner alone; one that was there is replaced in one step. -1 with errno.
static inline int cordon_listen_locally(const char *path, int backlog) {
  char made[sizeof ((struct sockaddr_un *)0)->sun_path + 24];
  struct sockaddr_un address;
  snprintf(made, sizeof made, "%s.%d", path, (int)getpid());
  int fd = cordon_local_socket(made, &address);
  if (fd < 0) return -1;
  unlink(made);
  // No one can connect before it listens, and then its mode is set.
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(made, 0600) != 0 ||
      fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || listen(fd, backlog) != 0 || rename(made, path) != 0) {
    int saved = errno;
    unlink(made);
    close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

static inline int cordon_connect_locally(const char *path) {
  struct sockaddr_un address;
  int fd = cordon_local_socket(path, &address);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

// struct ucred needs _GNU_SOURCE; its three members are these.
struct cordon_credentials {
  int process;
  unsigned int user, group;
};

// Whether the process at the other end runs as our user, or as root.
static inline int cordon_peer_is_ours(int fd) {
  struct cordon_credentials peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return 0;
  return peer.user == geteuid() || peer.user == 0;
}

// The process at the other end; 0 where it cannot be named, -1 with errno.
static inline int cordon_peer_process(int fd) {
  struct cordon_credentials peer;
  socklen_t length = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.process : -1;
}

// Sends one octet; 0 or -1.
static inline int cordon_say(int fd, uint8_t octet) {
  return send(fd, &octet, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

// Waits for one octet until millisecond `end` of the monotonic clock; -1 if the other end is gone, -2 if none came.
static inline int cordon_hear(int fd, int64_t end) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  for (;;) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    int64_t left = end - (int64_t)time.tv_sec * 1000 - time.tv_nsec / 1000000;
    if (left <= 0) return -2;
    struct timeval patience = {left / 1000, left % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    uint8_t octet;
    ssize_t count = recv(fd, &octet, 1, 0);
    if (count == 1) return octet;
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) return -1;
  }
}

// Runs this process's program anew with `arguments`, the three standard descriptors and `descriptors` alone; comes back,
// with errno, only if that fails.
static inline void cordon_run_again(char *const *arguments, const int *descriptors, int count) {
  close_range(3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
  for (int i = 0; i < count; i++) fcntl(descriptors[i], F_SETFD, 0);
  // As at a start: what is ignored or held back now would stay so.
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  // It reads everything anew, so nothing is missed.
  signal(SIGHUP, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execv("/proc/self/exe", arguments);
}

// Accepts on a local socket; -1 with errno.
static inline int cordon_accept_locally(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// Sends descriptors, 256 at most, with one octet; 0 or -1.
static inline int cordon_send_descriptors(int fd, const int *descriptors, int count) {
  union {
    struct cmsghdr header;
    char octets[CMSG_SPACE(sizeof(int) * 256)];
  } control;
  char octet = 'L';
  struct iovec part = {&octet, 1};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  memset(&control, 0, sizeof control);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.octets;
  message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * count);
  memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
  return sendmsg(fd, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

// Receives descriptors, `most` (up to 256) at most, waiting up to ten seconds; how many, or -1.
static inline int cordon_receive_descriptors(int fd, int *descriptors, int most) {
  union {
    struct cmsghdr header;
    char octets[CMSG_SPACE(sizeof(int) * 256)];
  } control;
  char octet = 0;
  struct iovec part = {&octet, 1};
  struct timeval patience = {10, 0};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.octets;
  message.msg_controllen = CMSG_SPACE(sizeof(int) * most);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (recvmsg(fd, &message, 0x40000000 /* MSG_CMSG_CLOEXEC */) != 1) return -1;
  int count = 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(descriptors, CMSG_DATA(header), sizeof(int) * count);
  }
  return count;
}

// Sends two runs of octets with one call and without SIGPIPE.
static inline ssize_t cordon_send(int descriptor, const void *first, size_t first_count,
                                  const void *second, size_t second_count) {
  if (second_count == 0) return send(descriptor, first, first_count, MSG_NOSIGNAL);
  struct iovec parts[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

// How many octets wait on a descriptor, without taking them: 1 for some, 0 for its end.
static inline ssize_t cordon_peek(int descriptor) {
  char octet;
  return recv(descriptor, &octet, 1, MSG_PEEK);
}

// Octets sent and not yet acknowledged by the peer's system; 0 if that cannot be told.
static inline int cordon_unacknowledged(int descriptor) {
  int count = 0;
  return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : 0;
}

void *memmem(const void *, size_t, const void *, size_t);

// The octets up to and with the first empty line; 0 without one.
static inline size_t cordon_head_length(const void *octets, size_t count) {
  const char *found = count == 0 ? NULL : (const char *)memmem(octets, count, "\r\n\r\n", 4);
  return found == NULL ? 0 : (size_t)(found - (const char *)octets) + 4;
}

// From now on closing drops what was not sent, and tells the peer so.
static inline void cordon_reset_on_close(int descriptor) {
  struct linger now = {1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static inline int cordon_errno(void) { return errno; }

// A SIGPIPE raised by a library's plain write() must not end the process.
static inline void cordon_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

// Whether the kernel's clock is disciplined by NTP or the like (adjtimex(2)); asking needs no right.
static inline int cordon_clock_is_synchronised(void) {
  struct timex state = {.modes = 0};
  int answer = adjtimex(&state);
  return answer >= 0 && answer != TIME_ERROR;
}
