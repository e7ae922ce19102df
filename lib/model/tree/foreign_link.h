/* Scores to predictions as other libraries compute them, operation by operation: in float32 as
 * XGBoost does (src/common/math.h, src/objective), in double as LightGBM does (src/objective). */
#ifndef MLCI_FOREIGN_LINK_H
#define MLCI_FOREIGN_LINK_H

#include "link.h"

/* As the functions of link.h, for links with a rule. */
int mlci_foreign_link_is_possible(const mlci_link *link);
void mlci_foreign_link_prediction(const mlci_link *link, const mlci_kernels *kernels,
                                  int64_t n_rows, double *raw, double *out);
void mlci_foreign_link_probability(const mlci_link *link, const mlci_kernels *kernels,
                                   int64_t n_rows, double *raw, double *out);

#endif
