/* Features with names, for tests of parameters that speak of them. */
#ifndef MLCI_TEST_NAMED_FEATURES_H
#define MLCI_TEST_NAMED_FEATURES_H

#include "model_case.h"

static const char *const jobs[] = {"cook", "smith"};

typedef struct named {
    mlc_dataset *data;
    mlci_features *features;
    mlc_context *call, local;
} named;

/* Features age, job (categories) and m0, m1. */
static inline void open_named(named *s)
{
    const double age[] = {1, 2}, m[] = {1, 2, 3, 4};
    const mlc_array arrays[] = {{.size = sizeof arrays[0],
                                 .name = "age",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = age,
                                 .n_rows = 2,
                                 .n_columns = 1},
                                {.size = sizeof arrays[0],
                                 .name = "job",
                                 .type = MLC_TYPE_TEXT,
                                 .data = jobs,
                                 .n_rows = 2,
                                 .n_columns = 1},
                                {.size = sizeof arrays[0],
                                 .name = "m",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = m,
                                 .n_rows = 2,
                                 .n_columns = 2}};
    ck_assert_int_eq(mlci_call_begin(NULL, &s->local, MLCI_FIT, &s->call, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, arrays, 3, NULL, &s->data, NULL), MLC_OK);
    ck_assert_int_eq(mlci_features_fit(s->call, s->data, "trees",
                                       MLCI_CAN_MISSING | MLCI_CAN_CATEGORY, &s->features, NULL),
                     MLC_OK);
    ck_assert_int_eq(s->features->n_features, 4);
}

static inline void close_named(named *s)
{
    mlci_features_unref(s->features);
    mlc_dataset_free(s->data);
    mlci_call_end(s->call);
}

#endif
