/* Column selectors as they stand in a recipe: `age`, `type:number`, `capital-*`, 'odd, name'.
 * What they mean is the data layer's business. */
#ifndef MLCI_SELECTORS_H
#define MLCI_SELECTORS_H

#include "scan.h"

/* Takes one selector up to a comma, the end, or one of the characters in stops, and appends it
 * to out in its canonical form. */
mlc_status mlci_selector_take(mlci_scan *s, const char *stops, mlci_text *out, mlc_error *err);
/* Takes selectors separated by commas, up to the end or one of stops. */
mlc_status mlci_selectors_take(mlci_scan *s, const char *stops, mlci_text *out, mlc_error *err);

#endif
