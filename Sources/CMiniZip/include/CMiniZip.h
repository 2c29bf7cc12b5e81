#ifndef CMINIZIP_H
#define CMINIZIP_H

#include <stddef.h>

// A ZIP archive of files that are stored as they are, written to an open descriptor by minizip. Its dates are those of no clock: 1980-01-01.
// Functions return what errno says, 0 where all went well. After a fault nothing but fk_zip_close may be called.

typedef struct fk_zip fk_zip;

// Begins an archive. NULL where there is no memory for it.
fk_zip *fk_zip_open(int descriptor);
// Begins the next file in it, however large.
int fk_zip_begin(fk_zip *zip, const char *name);
// Goes on with that file.
int fk_zip_write(fk_zip *zip, const void *bytes, size_t count);
// Ends that file.
int fk_zip_end(fk_zip *zip);
// Ends the archive, and frees it; the descriptor stays open.
int fk_zip_close(fk_zip *zip);

#endif
