// Included once for each level with FK_LEVEL set: compiles every kernel as fk_<name>_<level>.
#include "../KernelTable.h"
#define FK_BODY(result, name) result FK_CONCATENATE(fk_##name##_, FK_LEVEL)

#include "Lanes.h"
#include "Vectors.h"
#include "Exponential.h"
#include "Transpose.h"
#include "Mixture.h"
#include "Philox.h"
#include "Normals.h"
#include "Rows.h"
#include "Rates.h"
#include "Steps.h"
#include "Weights.h"
#include "Activations.h"
#include "Dense.h"
#include "Graph.h"
#include "Comparison.h"
