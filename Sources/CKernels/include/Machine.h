#ifndef FEYNMAN_KAC_MACHINE_H
#define FEYNMAN_KAC_MACHINE_H

// What Swift cannot call of the system by itself.

/// Calls the thread that calls so.
void fk_name_thread(const char *name);

/// How many processors this process is allowed to run on; 0 where the system does not say.
int fk_allowed_processors(void);

/// The real path of the program that runs, whatever its caller called it; NULL where the system does not say. The caller frees it.
char *fk_program_path(void);

/// Has the system begin to write some bytes of a file to the disk, and waits for nothing.
void fk_begin_flush(int file, long long start, long long bytes);

#endif
