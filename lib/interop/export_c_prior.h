/* Answers brought back to the class shares before resampling (compose/prior_shift.h), as C source.
 */
#ifndef MLCI_EXPORT_C_PRIOR_H
#define MLCI_EXPORT_C_PRIOR_H

#include "component.h"
#include "export_c_source.h"

/* The functions around those of the leaf model that a fitted model ends in, one a correction, and
 * the classes that the last of them makes of probabilities; n_raw is 0 where there is no @_raw().
 * Returns how many corrections there are. */
int32_t mlci_c_put_corrections(mlci_c_source *c, const mlci_component *model, int32_t n_raw);
/* Whose functions answer where there are so many: "model", "corrected", "corrected_2" ... */
void mlci_c_append_answerer(mlci_text *out, int32_t n_corrections);

#endif
