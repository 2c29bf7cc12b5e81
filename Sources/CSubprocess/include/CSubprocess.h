#ifndef FEYNMAN_KAC_CSUBPROCESS_H
#define FEYNMAN_KAC_CSUBPROCESS_H

#include <stddef.h>
#include <sys/types.h>

// Programs that answer over their standard input and output, and none of which outlives this process.

/// A program that was started. The descriptors are this process's ends; none blocks.
struct fk_program {
  /// The process of its guard, which ends as the program does and leaves nothing of it.
  int process;
  /// A socket that is its standard input and output.
  int stream;
  /// Where its standard error can be read.
  int errors;
  /// Closed, it has the guard end the program and all that the program started.
  int life;
};

enum { FK_START_FOLDER = 1, FK_START_PROGRAM = 2, FK_START_SYSTEM = 3 };

/// Starts `arguments[0]`, looked up along PATH, with a list of arguments that ends in NULL, in a working folder.
///
/// Returns 0, or an errno; `stage` then says which part of the start it belongs to: the folder, the program or the rest.
/// The program and all that it started are killed when this process ends, however it ends: before `exit` is over, and a
/// moment later where it is killed. On Linux that goes for what left the program's process group too.
int fk_program_start(const char *const *arguments, const char *folder, struct fk_program *program, int *stage);

/// Whether it has ended by itself; it stays to be reaped.
int fk_program_has_ended(const struct fk_program *program);

/// Sends a signal to its process group.
void fk_program_signal(const struct fk_program *program, int signal);

/// Kills what is left of it and of all that it started, waits for it, and returns its exit status, or minus the signal
/// that ended it.
int fk_program_reap(const struct fk_program *program);

/// Kills all programs that run, waits for them, and leaves nothing to reap: for the end of this process. A handler of
/// signals may call it.
void fk_programs_end(void);

/// Sends what fits now of two pieces of memory, one after the other, from byte `start` on. Returns as `send` does, and
/// raises no SIGPIPE.
ssize_t fk_stream_send(int stream, const void *head, size_t head_count, const void *body, size_t body_count,
                       size_t start);

/// Says that nothing more will be sent.
void fk_stream_finish(int stream);

#endif
