/* Settings of readers: one text holds what a reader knows and the roles of the columns. */
#ifndef MLCI_READER_SETTINGS_H
#define MLCI_READER_SETTINGS_H

#include "dataset_impl.h"
#include "param.h"

#define MLCI_TEXT_AS_AUTO 0 /* category while at most half of the values differ, else text */
#define MLCI_TEXT_AS_CATEGORY 1
#define MLCI_TEXT_AS_TEXT 2

#define MLCI_ON_ERROR_FAIL 0
#define MLCI_ON_ERROR_SKIP 1
#define MLCI_ON_ERROR_COLLECT 2

extern const mlci_choice mlci_text_as_choices[], mlci_on_error_choices[];

/* Reads the settings that the table has into values (defaults first, cleared on failure) and
 * writes the others, which must be roles, to *roles as text (NULL when there are none). owner:
 * "the JSON Lines reader". */
mlc_status mlci_reader_settings_read(mlci_root *root, const char *owner, const mlci_param *table,
                                     const char *text, void *values, char **roles, mlc_error *err);

/* What a column was asked to be: by types=, or by the rows it shall be like. */
typedef struct mlci_wish {
    int32_t type;       /* of types= or of the other rows; 0: found from the values */
    int32_t must_be;    /* MLC_TYPE_FLOAT64, _BOOL: any number, or bool; 0: anything */
    int32_t is_settled; /* the type is that of the first batch */
} mlci_wish;

/* types=, read once: names with types. */
typedef struct mlci_wishes {
    mlci_root *root;
    const mlc_dataset *like; /* borrowed, or NULL */
    int32_t is_exact;        /* numbers are of the very types of `like`, a first batch, too */
    int32_t n, capacity;
    char **names;
    int32_t *types;
    mlci_names index;
} mlci_wishes;

mlc_status mlci_wishes_open(mlci_root *root, const char *types, const mlc_dataset *like,
                            mlci_wishes *out, mlc_error *err);
void mlci_wishes_close(mlci_wishes *wishes);
mlci_wish mlci_wishes_find(const mlci_wishes *wishes, const char *name);
/* Each name of types= must be a column: MLC_ERROR_COLUMN with the nearest. source: for messages. */
mlc_status mlci_wishes_check(const mlci_wishes *wishes, const char *source,
                             const mlc_dataset *dataset, mlc_error *err);

#endif
