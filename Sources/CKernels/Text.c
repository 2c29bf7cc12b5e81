#define _GNU_SOURCE
#include "include/Text.h"
#include <locale.h>
#include <stdio.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

int fk_print_number(char *text, size_t size, char conversion, int digits, double value) {
  const char format[] = {'%', '.', '*', conversion, 0};
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  const locale_t before = plain ? uselocale(plain) : (locale_t)0;
  const int count = snprintf(text, size, format, digits, value);
  if (plain) {
    uselocale(before);
    freelocale(plain);
  }
  return count;
}
