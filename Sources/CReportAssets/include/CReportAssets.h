#ifndef C_REPORT_ASSETS_H
#define C_REPORT_ASSETS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The plotting library of reports, a JavaScript that needs no network; `vegaEmbed` is a global name after it.
/// LICENSES.txt stands before it as a comment.
const char *fk_vega_script(void);

/// Its bytes, without the zero at its end.
size_t fk_vega_script_size(void);

#ifdef __cplusplus
}
#endif

#endif
