// Included once for each level with FK_LEVEL set: compiles every kernel as fk_<name>_<level>.
#include "../KernelTable.h"
#define FK_BODY(result, name) result FK_CONCATENATE(fk_##name##_, FK_LEVEL)

#include "Rows.h"
#include "Comparison.h"
