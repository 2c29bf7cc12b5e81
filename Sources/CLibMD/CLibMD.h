// SHA-256 of libmd: the message digests of the BSD systems.
#include <sha2.h>
