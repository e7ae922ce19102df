/* Sample sets that the library carries: deflated CSV, made into C by sample_set.py when the library
 * is built. */
#ifndef MLCI_SAMPLE_SET_H
#define MLCI_SAMPLE_SET_H

#include "context_impl.h"
#include "dataset_impl.h"

typedef struct mlci_sample_set {
    const unsigned char *bytes; /* gzip */
    int64_t n_bytes;
} mlci_sample_set;

extern const mlci_sample_set mlci_sample_iris;
extern const mlci_sample_set mlci_sample_penguins;
extern const mlci_sample_set mlci_sample_wine;

/* settings as of mlc_dataset_parse_csv(). */
mlc_status mlci_sample_set_read(mlc_context *call, const mlci_sample_set *set, const char *settings,
                                mlc_dataset **out, mlc_error *err);

#endif
