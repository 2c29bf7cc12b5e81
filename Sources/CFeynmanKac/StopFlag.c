#include "StopFlag.h"

int32_t fk_stop_flag(const volatile int32_t *flag) { return flag ? __atomic_load_n(flag, __ATOMIC_RELAXED) : 0; }
