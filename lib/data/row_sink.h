/* Rows on their way into a file, some after others: what the writers of all formats have in common,
 * and the counterpart of batches.h. */
#ifndef MLCI_ROW_SINK_H
#define MLCI_ROW_SINK_H

#include "dataset_impl.h"

typedef struct mlci_row_sink {
    void *self;
    /* The next rows, at first perhaps none. Names, types and roles are those of the first. */
    mlc_status (*append)(void *self, const mlc_dataset *rows, mlc_error *err);
    /* Puts the file in its place; something was appended before. */
    mlc_status (*finish)(void *self, mlc_error *err);
    /* Gives up what was not finished: the file is as it was. After a failure there is nothing else
     * to call. */
    void (*close)(void *self);
} mlci_row_sink;

/* A sink of the format that `format=` or the file's ending tells (format.c). Settings are checked,
 * but no file is touched before the first rows. The call and the path must outlive the sink. */
mlc_status mlci_row_sink_open(mlc_context *call, const char *path, const char *settings,
                              mlci_row_sink *out, mlc_error *err);

#endif
