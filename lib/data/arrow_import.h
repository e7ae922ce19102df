/* Record batches of Arrow as datasets: the steps, a file each. */
#ifndef MLCI_ARROW_IMPORT_H
#define MLCI_ARROW_IMPORT_H

#include "arrow_source.h"
#include "batches.h"
#include "dataset_impl.h"

/* ---- settings (arrow_settings.c) ------------------------------------------------------------ */

#define MLCI_ARROW_TEXT_AUTO 0
#define MLCI_ARROW_TEXT_CATEGORY 1
#define MLCI_ARROW_TEXT_TEXT 2

#define MLCI_ARROW_NANOSECONDS_FAIL 0
#define MLCI_ARROW_NANOSECONDS_FLOOR 1

typedef struct mlci_arrow_settings {
    int32_t text;
    int32_t nanoseconds;
    char *roles; /* the settings that are roles, as text; or NULL */
} mlci_arrow_settings;

mlc_status mlci_arrow_settings_read(mlci_root *root, const char *text, mlci_arrow_settings *out,
                                    mlc_error *err);
void mlci_arrow_settings_clear(mlci_arrow_settings *settings);

/* ---- columns -------------------------------------------------------------------------------- */

/* NULL, BOOL, SIGNED, UNSIGNED, REAL, DECIMAL (arrow_numbers.c). Integers are widened by the
 * threads of the call, which may be NULL. */
mlc_status mlci_arrow_number_column(mlc_context *call, const mlci_arrow_source *s,
                                    mlci_column **out, mlc_error *err);
/* TIME (arrow_times.c). nanoseconds: MLCI_ARROW_NANOSECONDS_. */
mlc_status mlci_arrow_time_column(const mlci_arrow_source *s, int32_t nanoseconds,
                                  mlci_column **out, mlc_error *err);
/* TEXT and VIEW as text (arrow_texts.c). */
mlc_status mlci_arrow_text_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err);
/* The dictionary that the batch before has had in a column of a stream. All zero at first. */
typedef struct mlci_arrow_dictionary {
    mlci_arrow_owner *owner; /* of that batch; reference */
    mlci_arrow_source values;
    mlci_column *sorted; /* its values as category, once it has come again; or NULL */
    int32_t is_shared;   /* columns may have categories that no row has */
} mlci_arrow_dictionary;

/* All but is_shared. */
void mlci_arrow_dictionary_clear(mlci_arrow_dictionary *d);
/* Codes of a dictionary of texts as category (arrow_dictionary.c). last: of a stream, or NULL. */
mlc_status mlci_arrow_dictionary_column(const mlci_arrow_source *s, mlci_arrow_dictionary *last,
                                        mlci_column **out, mlc_error *err);
/* VECTOR, and LIST of index and value as sparse vector (arrow_vectors.c). */
mlc_status mlci_arrow_vector_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err);

/* An aligned buffer of values that are a column's as they are. */
static inline int mlci_arrow_is_aligned(const void *values, int64_t size)
{
    return (uintptr_t)values % (uintptr_t)size == 0;
}

/* ---- batches (arrow_batch.c) ---------------------------------------------------------------- */

/* The rows of a batch with the roles of its metadata; texts are text. row: how many rows came
 * before, for messages. last: of each column, made
 * with the first batch, a dictionary that it may share; or NULL. */
mlc_status mlci_arrow_batch_rows(mlc_context *call, const struct ArrowSchema *schema,
                                 mlci_arrow_owner *batch, const mlci_arrow_settings *settings,
                                 int64_t row, mlci_arrow_dictionary **last, mlc_dataset **out,
                                 mlc_error *err);
/* Gives a dataset that nobody else has seen the roles of the settings, and decides what its texts
 * are. On failure the dataset is only good for freeing. */
mlc_status mlci_arrow_settle(mlc_context *call, const mlci_arrow_settings *settings,
                             mlc_dataset *fresh, mlc_error *err);

/* ---- streams (arrow_stream.c) --------------------------------------------------------------- */

/* The batches of a stream, which is moved; texts become text, or category with text=category. */
mlc_status mlci_arrow_open_batches(mlc_context *call, struct ArrowArrayStream *stream,
                                   const char *settings, mlci_batches *out, mlc_error *err);

#endif
