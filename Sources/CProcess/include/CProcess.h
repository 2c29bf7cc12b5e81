#ifndef FEYNMAN_KAC_CPROCESS_H
#define FEYNMAN_KAC_CPROCESS_H

#include <stddef.h>
#include <sys/types.h>

// Programs that answer over their standard input and output, and none of which outlives this process.

/// A program that was started. Both descriptors are this process's ends; neither blocks.
struct fk_program {
  /// Its process, which leads a process group of its own.
  int process;
  /// A socket that is its standard input and output.
  int stream;
  /// Where its standard error can be read.
  int errors;
};

enum { FK_START_FOLDER = 1, FK_START_PROGRAM = 2, FK_START_SYSTEM = 3 };

/// Starts `arguments[0]`, looked up along PATH, with a list of arguments that ends in NULL, in a working folder.
///
/// Returns 0, or an errno; `stage` then says which part of the start it belongs to: the folder, the program or the rest.
/// The program is killed when this process ends, however it ends (Linux), and before `exit` is over (everywhere).
int fk_program_start(const char *const *arguments, const char *folder, struct fk_program *program, int *stage);

/// Whether it has ended by itself; it stays to be reaped.
int fk_program_has_ended(int process);

/// Sends a signal to its process group.
void fk_program_signal(int process, int signal);

/// Kills what is left of its process group, waits for it, and returns its exit status, or minus the signal that ended it.
int fk_program_reap(int process);

/// Sends what fits now of two pieces of memory, one after the other, from byte `start` on. Returns as `send` does, and
/// raises no SIGPIPE.
ssize_t fk_stream_send(int stream, const void *head, size_t head_count, const void *body, size_t body_count,
                       size_t start);

/// Says that nothing more will be sent.
void fk_stream_finish(int stream);

#endif
