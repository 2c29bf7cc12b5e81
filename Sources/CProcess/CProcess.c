#define _GNU_SOURCE
#include "include/CProcess.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// What the new process says when it cannot become the program.
struct failure {
  int stage;
  int error;
};

struct request {
  const char *const *arguments;
  const char *folder;
  struct fk_program *program;
  struct failure failure;
  int is_done;
};

// MARK: - Programs that run

struct running {
  int process;
  struct running *next;
};

static pthread_mutex_t running_lock = PTHREAD_MUTEX_INITIALIZER;
static struct running *running;

static void kill_all(void) {
  pthread_mutex_lock(&running_lock);
  for (struct running *entry = running; entry; entry = entry->next) kill(-entry->process, SIGKILL);
  pthread_mutex_unlock(&running_lock);
}

static void remember(struct running *entry, int process) {
  pthread_mutex_lock(&running_lock);
  entry->process = process;
  entry->next = running;
  running = entry;
  pthread_mutex_unlock(&running_lock);
}

static void forget(int process) {
  pthread_mutex_lock(&running_lock);
  for (struct running **link = &running; *link; link = &(*link)->next) {
    if ((*link)->process != process) continue;
    struct running *entry = *link;
    *link = entry->next;
    free(entry);
    break;
  }
  pthread_mutex_unlock(&running_lock);
}

// MARK: - The new process, between fork and exec: nothing here may allocate or lock

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

static _Noreturn void become(const struct request *request, pid_t parent, int stream, int errors, int report) {
  // The descriptors move out of the way of 0 to 3 first, so that none is overwritten before its turn.
  const int own_stream = fcntl(stream, F_DUPFD, 16);
  const int own_errors = fcntl(errors, F_DUPFD, 16);
  const int own_report = fcntl(report, F_DUPFD, 16);
  if (own_stream < 0 || own_errors < 0 || own_report < 0) give_up(report, FK_START_SYSTEM);
  if (dup2(own_stream, 0) < 0 || dup2(own_stream, 1) < 0 || dup2(own_errors, 2) < 0 || dup2(own_report, 3) < 0)
    give_up(own_report, FK_START_SYSTEM);
  close_from(4);
  fcntl(3, F_SETFD, FD_CLOEXEC);

  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the line above.
  if (getppid() != parent) _exit(127);
#else
  (void)parent;
#endif
  struct sigaction usual = {.sa_handler = SIG_DFL};
  sigaction(SIGPIPE, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  if (chdir(request->folder) != 0) give_up(3, FK_START_FOLDER);
  execvp(request->arguments[0], (char *const *)request->arguments);
  give_up(3, FK_START_PROGRAM);
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

static void start(struct request *request) {
  int stream[2] = {-1, -1}, errors[2] = {-1, -1}, report[2] = {-1, -1};
  struct running *entry = malloc(sizeof *entry);
  const pid_t parent = getpid();
  pid_t process = -1;
  if (entry && open_pair(stream, 1) == 0 && open_pair(errors, 0) == 0 && open_pair(report, 0) == 0) {
    process = fork();
    if (process == 0) become(request, parent, stream[1], errors[1], report[1]);
  }
  if (process < 0) {
    request->failure = (struct failure){FK_START_SYSTEM, entry ? errno : ENOMEM};
    free(entry);
    close_both(stream);
    close_both(errors);
    close_both(report);
    return;
  }
  setpgid(process, process);
  remember(entry, process);
  close(stream[1]);
  close(errors[1]);
  close(report[1]);
  // Ends without a byte when the program has taken over, which closes the other end.
  ssize_t count;
  do count = read(report[0], &request->failure, sizeof request->failure);
  while (count < 0 && errno == EINTR);
  close(report[0]);
  if (count == sizeof request->failure) {
    fk_program_reap(process);
    close(stream[0]);
    close(errors[0]);
    return;
  }
  request->failure = (struct failure){0, 0};
  fcntl(stream[0], F_SETFL, O_NONBLOCK);
  fcntl(errors[0], F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  setsockopt(stream[0], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  *request->program = (struct fk_program){process, stream[0], errors[0]};
}

// Linux kills a program when the THREAD that started it ends. So one thread, which never does, starts them all.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct request *pending;
static int has_starter;

static void *serve_starts(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (!pending || pending->is_done) pthread_cond_wait(&changed, &lock);
    start(pending);
    pending->is_done = 1;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

static int make_starter(void) {
  if (has_starter) return 0;
  // Signals are for the threads that were there before.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  const int error = pthread_create(&thread, NULL, serve_starts, NULL);
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  if (error) return error;
  pthread_detach(thread);
  atexit(kill_all);
  has_starter = 1;
  return 0;
}

int fk_program_start(const char *const *arguments, const char *folder, struct fk_program *program, int *stage) {
  struct request request = {.arguments = arguments, .folder = folder, .program = program};
  pthread_mutex_lock(&lock);
  const int error = make_starter();
  if (error) {
    request.failure = (struct failure){FK_START_SYSTEM, error};
  } else {
    while (pending) pthread_cond_wait(&changed, &lock);
    pending = &request;
    pthread_cond_broadcast(&changed);
    while (!request.is_done) pthread_cond_wait(&changed, &lock);
    pending = NULL;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  *stage = request.failure.stage;
  return request.failure.error;
}

// MARK: - Ending

int fk_program_has_ended(int process) {
  siginfo_t information = {0};
  return waitid(P_PID, (id_t)process, &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_pid != 0;
}

void fk_program_signal(int process, int signal) { kill(-process, signal); }

int fk_program_reap(int process) {
  // Its number, and so its group's, belongs to it until it is waited for.
  kill(-process, SIGKILL);
  kill(process, SIGKILL);
  // Before the wait: afterwards the number may be somebody else's.
  forget(process);
  int status = 0;
  pid_t result;
  do result = waitpid(process, &status, 0);
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
