#include "include/CMiniZip.h"

#include <errno.h>
#include <minizip/zip.h>
#include <stdlib.h>
#include <unistd.h>

struct fk_zip {
  zipFile file;
  int descriptor;
  int problem;
};

// What minizip calls a file is the archive itself: its descriptor was opened by whoever owns it.
static voidpf open_file(voidpf opaque, const void *name, int mode) {
  (void)name, (void)mode;
  return opaque;
}

static uLong read_file(voidpf opaque, voidpf stream, void *buffer, uLong size) {
  (void)opaque, (void)stream, (void)buffer, (void)size;
  return 0;
}

static uLong write_file(voidpf opaque, voidpf stream, const void *buffer, uLong size) {
  (void)opaque;
  fk_zip *zip = stream;
  const char *bytes = buffer;
  uLong written = 0;
  while (written < size) {
    ssize_t count = write(zip->descriptor, bytes + written, size - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      zip->problem = errno;
      break;
    }
    written += (uLong)count;
  }
  return written;
}

static ZPOS64_T tell(voidpf opaque, voidpf stream) {
  (void)opaque;
  fk_zip *zip = stream;
  off_t place = lseek(zip->descriptor, 0, SEEK_CUR);
  if (place < 0) zip->problem = errno;
  return (ZPOS64_T)place;
}

static long seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
  (void)opaque;
  fk_zip *zip = stream;
  static const int origins[] = {[ZLIB_FILEFUNC_SEEK_SET] = SEEK_SET, [ZLIB_FILEFUNC_SEEK_CUR] = SEEK_CUR, [ZLIB_FILEFUNC_SEEK_END] = SEEK_END};
  if (lseek(zip->descriptor, (off_t)offset, origins[origin]) >= 0) return 0;
  zip->problem = errno;
  return -1;
}

static int close_file(voidpf opaque, voidpf stream) {
  (void)opaque, (void)stream;
  return 0;
}

static int error_of(voidpf opaque, voidpf stream) {
  (void)opaque;
  return ((fk_zip *)stream)->problem;
}

// What minizip calls a failure without a call of the system that failed is one of memory.
static int problem(const fk_zip *zip, int status) { return status == ZIP_OK ? 0 : zip->problem ? zip->problem : ENOMEM; }

fk_zip *fk_zip_open(int descriptor) {
  fk_zip *zip = calloc(1, sizeof *zip);
  if (!zip) return NULL;
  zip->descriptor = descriptor;
  zlib_filefunc64_def functions = {open_file, read_file, write_file, tell, seek, close_file, error_of, zip};
  zip->file = zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &functions);
  if (zip->file) return zip;
  free(zip);
  return NULL;
}

int fk_zip_begin(fk_zip *zip, const char *name) {
  const zip_fileinfo info = {.tmz_date = {.tm_mday = 1, .tm_year = 1980}};
  return problem(zip, zipOpenNewFileInZip64(zip->file, name, &info, NULL, 0, NULL, 0, NULL, 0, 0, 1));
}

int fk_zip_write(fk_zip *zip, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count) {
    // minizip counts a call's bytes in 32 bits.
    const size_t part = count < 1 << 24 ? count : 1 << 24;
    int status = zipWriteInFileInZip(zip->file, next, (unsigned)part);
    if (status != ZIP_OK) return problem(zip, status);
    next += part;
    count -= part;
  }
  return 0;
}

int fk_zip_end(fk_zip *zip) { return problem(zip, zipCloseFileInZip(zip->file)); }

int fk_zip_close(fk_zip *zip) {
  int status = zipClose(zip->file, NULL), found = zip->problem ? zip->problem : problem(zip, status);
  free(zip);
  return found;
}
