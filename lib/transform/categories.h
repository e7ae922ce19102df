/* The categories of one column, as the encoders learn them: distinct values in ascending order,
 * missing last where training had it, rare ones joined into one group.
 *
 * A value is looked up in two steps: its category (index among the distinct values), then its
 * level, which is what an encoder writes. Without rare ones a level is a category. */
#ifndef MLCI_CATEGORIES_H
#define MLCI_CATEGORIES_H

#include <mlcore/predictor.h>

#include "column.h"
#include "context_impl.h"
#include "descriptor.h"
#include "section.h"

#define MLCI_LEVEL_UNKNOWN (-1) /* not in the training rows */

typedef struct mlci_categories {
    mlci_root *root;
    char *name;                  /* of the column */
    mlci_dictionary *dictionary; /* texts; NULL for numbers; reference */
    double *numbers;             /* ascending; NULL for texts */
    int32_t n_values;            /* distinct values, without missing */
    int32_t has_missing;         /* training had missing values: the category after the last */
    int32_t *level;              /* category -> level */
    int32_t n_levels;
    int32_t infrequent; /* level of the rare ones; -1: no category is rare */
    char **names;       /* n_levels: as shown */
} mlci_categories;

/* What makes a category rare: at most one of the two need be set. */
typedef struct mlci_rarity {
    double min_frequency;   /* 1 or more: rows (weight); below 1: share of them; NaN: no limit */
    int64_t max_categories; /* levels at most, the rare group included; MLCI_NONE_INTEGER: any */
} mlci_rarity;

/* From the rows of a column; weight NULL: all 1. */
mlc_status mlci_categories_fit(mlc_context *call, const char *name, const mlci_column *column,
                               const double *weight, const mlci_rarity *rarity,
                               mlci_categories *out, mlc_error *err);
void mlci_categories_clear(mlci_categories *categories);
/* Level of each row: MLCI_LEVEL_UNKNOWN where the value, or a missing one, was not there. */
mlc_status mlci_categories_levels(mlc_context *call, const mlci_categories *categories,
                                  const mlci_column *column, int32_t *out, mlc_error *err);
/* The same for one cell; marks a value of the wrong kind, which counts as missing. */
int32_t mlci_categories_level(const mlci_categories *categories, const mlc_value *cell,
                              int64_t *flags);
int mlci_cell_is_missing(const mlci_categories *categories, const mlc_value *cell);
/* MLC_ERROR_INVALID_VALUE that quotes the value of a row; instead is the handle_unknown that takes
 * it. */
mlc_status mlci_categories_refuse(const mlci_categories *categories, const mlci_column *column,
                                  int64_t row, const char *instead, mlc_error *err);
void mlci_categories_save(const mlci_categories *categories, mlci_writer *w);
/* Leaves the reader marked on failure; out is to be cleared either way. */
void mlci_categories_load(mlci_reader *r, mlci_categories *out);
/* 1 when these inputs are what the categories were learned from: one a column, of its kind. */
int mlci_categories_read(const mlci_categories *list, int32_t n, int32_t n_inputs,
                         const mlci_input *inputs);
/* "categories" as a table: column, category, level. */
mlc_status mlci_categories_table(mlci_root *root, const mlci_categories *list, int32_t n,
                                 struct mlc_dataset **out, mlc_error *err);

#endif
