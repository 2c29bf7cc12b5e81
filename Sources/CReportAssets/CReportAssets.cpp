// C++ for its raw string literals: a resource bundle would have to lie beside the program, and an array of so many
// numbers takes compilers minutes. Nothing here needs a C++ library.
#include "CReportAssets.h"

static const char script[] =
#include "vega.js.inc"
    ;

const char *fk_vega_script(void) { return script; }

size_t fk_vega_script_size(void) { return sizeof script - 1; }
