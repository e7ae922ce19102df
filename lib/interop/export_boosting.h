/* What exporters of boosted trees share: the model behind an export, and its words. */
#ifndef MLCI_EXPORT_BOOSTING_H
#define MLCI_EXPORT_BOOSTING_H

#include "export.h"
#include "tree/boost.h"
#include "tree/ensemble.h"

typedef struct mlci_exported {
    mlci_export *e;
    const char *library; /* of the target, for messages */
    const mlci_component *model;
    const mlci_boost_params *params;
    const mlci_ensemble *ensemble;
    const mlci_features *features;
    int64_t n_rounds;
} mlci_exported;

/* MLC_ERROR_UNSUPPORTED names a step that is no gradient boosting. Notes what no target can say: an
 * offset that the model was fitted with. */
mlc_status mlci_exported_open(mlci_export *e, const char *library, mlci_exported *out,
                              mlc_error *err);
mlc_status mlci_exported_refuse(const mlci_exported *x, mlc_error *err, const char *what);
/* Notes an effect on the model. */
mlc_status mlci_exported_note(const mlci_exported *x, const char *subject, const char *effect,
                              mlc_error *err);
/* The name of feature j in which bytes up to the blank and those of banned are `_`; *changed
 * becomes 1 where there were some. */
void mlci_exported_name(const mlci_exported *x, int64_t j, const char *banned, mlci_text *out,
                        int32_t *changed);

/* Does the feature have categories, and which labels; NULL: codes without. */
static inline int mlci_exported_is_category(const mlci_exported *x, int64_t j)
{
    return mlci_n_codes(&x->ensemble->categories, j) > 0 ||
           x->features->inputs[mlci_features_input(x->features, j)].dictionary != NULL;
}
static inline const mlci_dictionary *mlci_exported_labels(const mlci_exported *x, int64_t j)
{
    return x->features->inputs[mlci_features_input(x->features, j)].dictionary;
}
/* Does a bin go left at a split by a set? */
static inline int mlci_exported_goes_left(const mlci_exported *x, int64_t tree,
                                          const mlci_tree_node *node, uint32_t bin)
{
    const int64_t set = x->ensemble->first_set[tree] + (int64_t)node->value;
    return mlci_set_has(x->ensemble->sets + set * MLCI_SET_WORDS, bin);
}

#endif
