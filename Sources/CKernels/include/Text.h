#ifndef FEYNMAN_KAC_TEXT_H
#define FEYNMAN_KAC_TEXT_H

#include <stddef.h>

/// Writes a number as `printf` does, with a point whatever locale the program around has set.
///
/// `conversion` is 'e', 'f' or 'g'. Returns the length of the whole text, of which `size` − 1 bytes are written and a zero.
int fk_print_number(char *text, size_t size, char conversion, int digits, double value);

#endif
