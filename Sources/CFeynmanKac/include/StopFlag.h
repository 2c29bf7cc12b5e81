#ifndef FK_STOP_FLAG_H
#define FK_STOP_FLAG_H

#include <stdint.h>

/* What the flag is now, which a signal handler or another thread may have changed; 0 for NULL. */
int32_t fk_stop_flag(const volatile int32_t *flag);

#endif
