#ifndef FK_CMPI_H
#define FK_CMPI_H

#include <stddef.h>

/// MPI by its binary interface, loaded at run time: no header of it, and one program with and without it.
///
/// Open MPI, MPICH and its relatives (Intel MPI, MVAPICH, Cray MPICH), and the standard interface of MPI 5.0. All calls come from the thread that
/// started it.

/// Whether a launcher of MPI started this process, and others beside it.
int fk_mpi_is_launched(void);

/// Loads the launcher's MPI and starts it.
///
/// `library` names it where that is known; NULL looks for the one that goes with the launcher. Returns NULL, or what went wrong.
const char *fk_mpi_start(const char *library);

/// What was loaded: `Open MPI`, `MPICH` or `MPI 5.0 ABI`.
const char *fk_mpi_family(void);

/// The number of this process, and how many there are.
int fk_mpi_rank(void);
int fk_mpi_size(void);

/// How many processes of the launcher are on this machine, as far as it says so; at least 1.
int fk_mpi_local_size(void);

/// Leaves the first `count` processes to work together; the others are by themselves after it. Returns 0 where it went well.
int fk_mpi_keep(int count);

/// `bytes` of every process to every process, in the order of their numbers, once MPI has started. Returns 0 where it went well.
int fk_mpi_allgather(const void *mine, void *all, int bytes);

/// `bytes` to one process, and of one process. Return 0 where it went well.
int fk_mpi_send(const void *mine, int bytes, int to);
int fk_mpi_receive(void *theirs, int bytes, int from);

/// Ends MPI, once every process calls it.
void fk_mpi_end(void);

#endif
