#define _GNU_SOURCE
#include "include/CSubprocess.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// What a new process says when it cannot become the program.
struct failure {
  int stage;
  int error;
};

struct request {
  const char *const *arguments;
  const char *folder;
};

// MARK: - The new processes: nothing here may allocate or lock

static void close_from(unsigned first) {
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, first, ~0u, 0u) == 0) return;
#endif
  const long limit = sysconf(_SC_OPEN_MAX);
  for (long descriptor = first; descriptor < (limit < 0 || limit > 65536 ? 65536 : limit); ++descriptor)
    close((int)descriptor);
}

static _Noreturn void give_up(int report, int stage) {
  const struct failure failure = {stage, errno};
  (void)!write(report, &failure, sizeof failure);
  _exit(127);
}

// The descriptors of the new processes, out of the way of 0 to 3, so that none is overwritten before its turn.
struct ends {
  int stream, errors, report, life;
};

static _Noreturn void become(const struct request *request, pid_t guard, const struct ends *ends) {
  if (dup2(ends->stream, 0) < 0 || dup2(ends->stream, 1) < 0 || dup2(ends->errors, 2) < 0 || dup2(ends->report, 3) < 0)
    give_up(ends->report, FK_START_SYSTEM);
  close_from(4);
  fcntl(3, F_SETFD, FD_CLOEXEC);

  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The guard may have ended before the line above.
  if (getppid() != guard) _exit(127);
#else
  (void)guard;
#endif
  struct sigaction usual = {.sa_handler = SIG_DFL};
  sigaction(SIGPIPE, &usual, NULL);
  sigaction(SIGXFSZ, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  if (chdir(request->folder) != 0) give_up(3, FK_START_FOLDER);
  execvp(request->arguments[0], (char *const *)request->arguments);
  give_up(3, FK_START_PROGRAM);
}

#ifdef __linux__
// The parent of a process; 0 where it cannot be told.
static long parent_of(const char *number) {
  char path[64] = "/proc/", text[512];
  size_t length = 6;
  for (; *number && length < 40; ++number) path[length++] = *number;
  for (const char *rest = "/stat"; *rest; ++rest) path[length++] = *rest;
  path[length] = 0;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  // "17 (name) S 12": a name may hold anything, brackets included.
  const char *place = NULL;
  for (const char *letter = text; *letter; ++letter)
    if (*letter == ')') place = letter;
  if (!place || !place[1] || !place[2] || !place[3]) return 0;
  long parent = 0;
  for (place += 4; *place >= '0' && *place <= '9'; ++place) parent = 10 * parent + (*place - '0');
  return parent;
}

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[];
};

// Kills all children of this process.
static void kill_children(void) {
  const pid_t own = getpid();
  const int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  char buffer[8192] __attribute__((aligned(8)));
  for (;;) {
    const long count = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (count <= 0) break;
    for (long place = 0; place < count;) {
      const struct entry *entry = (const struct entry *)(buffer + place);
      place += entry->size;
      if (entry->name[0] < '1' || entry->name[0] > '9' || parent_of(entry->name) != own) continue;
      long process = 0;
      for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; ++digit)
        process = 10 * process + (*digit - '0');
      if (process > 1) kill((pid_t)process, SIGKILL);
    }
  }
  close(folder);
}
#endif

// Waits for children that have ended; returns how many had, or −1 where there are no children at all.
static int reap_ended(void) {
  for (int count = 0;; ++count) {
    int status;
    const pid_t process = waitpid(-1, &status, WNOHANG);
    if (process == 0) return count;
    if (process < 0) return count ? count : -1;
  }
}

// Ends the program and all that it started, and waits for it. The program has not been waited for before, so that its
// number, which is that of its group, is nobody else's.
static void end_all(pid_t program) {
  kill(-program, SIGKILL);
  kill(program, SIGKILL);
  // What left the group becomes a child of the guard when its own parent ends: until nobody is left. For one that the
  // system cannot end, such as one that waits for a disk, a second is enough.
  for (int round = 0; round < 500; ++round) {
#ifdef __linux__
    kill_children();
#endif
    const int reaped = reap_ended();
    if (reaped < 0) return;
    if (reaped > 0) continue;
    const struct timespec pause = {0, 2000000};
    nanosleep(&pause, NULL);
  }
}

static void wake_up(int signal) { (void)signal; }

// Between this process and the program there is a guard: a process that waits until the program ends, or until the other
// end of its life line is closed, which happens however this process ends. Then it ends what is left of the program and
// of all that the program started, and ends as the program did.
static _Noreturn void guard(const struct request *request, const struct ends *ends) {
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_NAME, "fk-guard");
  // Descendants of the program whose parents end become children of the guard, whatever group or session they are in.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  // Nothing but the end of the program or of the line ends the guard; a child's end interrupts its waiting.
  sigset_t all, child;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  struct sigaction woken = {.sa_handler = wake_up};
  sigaction(SIGCHLD, &woken, NULL);
  child = all;
  sigdelset(&child, SIGCHLD);

  const pid_t own = getpid();
  const pid_t program = fork();
  if (program == 0) become(request, own, ends);
  if (program < 0) give_up(ends->report, FK_START_SYSTEM);
  setpgid(program, program);
  const int life = dup2(ends->life, 0);
  close_from(1);

  siginfo_t ended;
  for (;;) {
    ended.si_pid = 0;
    if (waitid(P_PID, (id_t)program, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) break;
    fd_set descriptors;
    FD_ZERO(&descriptors);
    FD_SET(life, &descriptors);
    if (pselect(life + 1, &descriptors, NULL, NULL, NULL, &child) <= 0) continue;
    char signal = 0;
    if (read(life, &signal, 1) <= 0) break;
    kill(-program, signal);
  }
  end_all(program);
  if (ended.si_pid == 0) _exit(127);
  if (ended.si_code == CLD_EXITED) _exit(ended.si_status);
  // The same end, without a second image of its memory.
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0);
#endif
  struct sigaction usual = {.sa_handler = SIG_DFL};
  sigaction(ended.si_status, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  kill(own, ended.si_status);
  _exit(128 + ended.si_status);
}

// MARK: - Programs that run

// What there is to end when this process does. Without a lock, so that a handler of signals can read it.
static struct {
  _Atomic int process;
  int life;
} running[1024];
enum { RESERVED = -1 };

static void remember(const struct fk_program *program) {
  for (size_t i = 0; i < sizeof running / sizeof *running; ++i) {
    int none = 0;
    if (!atomic_compare_exchange_strong(&running[i].process, &none, RESERVED)) continue;
    running[i].life = program->life;
    atomic_store(&running[i].process, program->process);
    return;
  }
  // One more than all these ends a moment after this process.
}

// False where another thread is ending all programs, this one included.
static int forget(const struct fk_program *program) {
  for (size_t i = 0; i < sizeof running / sizeof *running; ++i) {
    int process = program->process;
    if (atomic_compare_exchange_strong(&running[i].process, &process, 0)) return 1;
  }
  return 0;
}

void fk_programs_end(void) {
  int processes[sizeof running / sizeof *running];
  size_t count = 0;
  for (size_t i = 0; i < sizeof running / sizeof *running; ++i) {
    const int process = atomic_load(&running[i].process);
    int found = process;
    if (process <= 0 || !atomic_compare_exchange_strong(&running[i].process, &found, 0)) continue;
    close(running[i].life);
    processes[count++] = process;
  }
  for (size_t i = 0; i < count; ++i) {
    int status;
    while (waitpid(processes[i], &status, 0) < 0 && errno == EINTR) continue;
  }
}

// MARK: - Starting

static void close_both(int pair[2]) {
  if (pair[0] >= 0) close(pair[0]);
  if (pair[1] >= 0) close(pair[1]);
}

// A pipe or pair of sockets that other programs, started at the same moment, do not inherit where the system can do so.
static int open_pair(int pair[2], int is_stream) {
#ifdef __linux__
  return is_stream ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) : pipe2(pair, O_CLOEXEC);
#else
  const int result = is_stream ? socketpair(AF_UNIX, SOCK_STREAM, 0, pair) : pipe(pair);
  if (result == 0) {
    for (int i = 0; i < 2; ++i) fcntl(pair[i], F_SETFD, FD_CLOEXEC);
  }
  return result;
#endif
}

static _Noreturn void enter(const struct request *request, int stream, int errors, int report, int life) {
  const struct ends ends = {fcntl(stream, F_DUPFD, 16), fcntl(errors, F_DUPFD, 16), fcntl(report, F_DUPFD, 16),
                            fcntl(life, F_DUPFD, 16)};
  if (ends.stream < 0 || ends.errors < 0 || ends.report < 0 || ends.life < 0) give_up(report, FK_START_SYSTEM);
  guard(request, &ends);
}

static void end_at_exit(void) { atexit(fk_programs_end); }

int fk_program_start(const char *const *arguments, const char *folder, struct fk_program *program, int *stage) {
  const struct request request = {.arguments = arguments, .folder = folder};
  int stream[2] = {-1, -1}, errors[2] = {-1, -1}, report[2] = {-1, -1}, life[2] = {-1, -1};
  pid_t process = -1;
  *stage = FK_START_SYSTEM;
  if (open_pair(stream, 1) == 0 && open_pair(errors, 0) == 0 && open_pair(report, 0) == 0 && open_pair(life, 1) == 0) {
    // Signals are for this process: its handlers must not run in the other.
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    process = fork();
    if (process == 0) enter(&request, stream[1], errors[1], report[1], life[0]);
    const int reason = errno;
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    errno = reason;
  }
  if (process < 0) {
    const int error = errno;
    close_both(stream);
    close_both(errors);
    close_both(report);
    close_both(life);
    return error;
  }
  close(stream[1]);
  close(errors[1]);
  close(report[1]);
  close(life[0]);
  // Ends without a byte when the program has taken over, which closes the last of the other ends.
  struct failure failure = {0, 0};
  ssize_t count;
  do count = read(report[0], &failure, sizeof failure);
  while (count < 0 && errno == EINTR);
  close(report[0]);
  *program = (struct fk_program){process, stream[0], errors[0], life[1]};
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, end_at_exit);
  remember(program);
  if (count == sizeof failure) {
    fk_program_reap(program);
    close(stream[0]);
    close(errors[0]);
    *stage = failure.stage;
    return failure.error;
  }
  *stage = 0;
  fcntl(stream[0], F_SETFL, O_NONBLOCK);
  fcntl(errors[0], F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  setsockopt(stream[0], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  setsockopt(life[1], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return 0;
}

// MARK: - Ending

int fk_program_has_ended(const struct fk_program *program) {
  siginfo_t information = {0};
  return waitid(P_PID, (id_t)program->process, &information, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         information.si_pid != 0;
}

void fk_program_signal(const struct fk_program *program, int signal) {
  const char number = (char)signal;
  send(program->life, &number, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int fk_program_reap(const struct fk_program *program) {
  if (forget(program)) close(program->life);
  int status = 0;
  pid_t result;
  do result = waitpid(program->process, &status, 0);
  while (result < 0 && errno == EINTR);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// MARK: - The stream

ssize_t fk_stream_send(int stream, const void *head, size_t head_count, const void *body, size_t body_count,
                       size_t start) {
  struct iovec parts[2];
  int count = 0;
  if (start < head_count) parts[count++] = (struct iovec){(char *)head + start, head_count - start};
  const size_t sent = start > head_count ? start - head_count : 0;
  if (sent < body_count) parts[count++] = (struct iovec){(char *)body + sent, body_count - sent};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
  return sendmsg(stream, &message, MSG_NOSIGNAL);
}

void fk_stream_finish(int stream) { shutdown(stream, SHUT_WR); }
