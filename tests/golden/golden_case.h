/* A line of cases.txt, and predictions of a golden artifact as the bits that are recorded: the
 * public interface only. */
#ifndef MLCI_GOLDEN_CASE_H
#define MLCI_GOLDEN_CASE_H

#include <mlcore/mlcore.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_LINE 1024
#define GOLDEN_PATH 4096

typedef struct golden_case {
    char line[GOLDEN_LINE];
    const char *name, *rows, *roles, *recipe, *save, *output;
} golden_case;

/* The next field of a line, without blanks around it. */
static inline const char *golden_field(char **at)
{
    char *start = *at, *end = strchr(start, '|');
    *at = end != NULL ? end + 1 : start + strlen(start);
    if (end == NULL) end = start + strlen(start);
    while (*start == ' ')
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\n'))
        end--;
    *end = '\0';
    return start;
}

/* 0 at the end of the file. */
static inline int golden_next(FILE *cases, golden_case *c)
{
    while (fgets(c->line, sizeof c->line, cases) != NULL) {
        char *at = c->line;
        if (c->line[0] == '#') continue;
        c->name = golden_field(&at);
        c->rows = golden_field(&at);
        c->roles = golden_field(&at);
        c->recipe = golden_field(&at);
        c->save = golden_field(&at);
        c->output = golden_field(&at);
        return 1;
    }
    return 0;
}

static inline const char *golden_path(char path[GOLDEN_PATH], const char *folder, const char *name,
                                      const char *ending)
{
    snprintf(path, GOLDEN_PATH, "%.2000s/%.1000s%.20s", folder, name, ending);
    return path;
}

/* Columns that hold numbers, row by row: 16 hexadecimal digits a number; a new text. */
static inline char *golden_bits(const mlc_dataset *found)
{
    const int64_t n = mlc_dataset_n_rows(found);
    double *columns[16];
    int64_t width[16], total = 1;
    const int32_t n_columns = mlc_dataset_n_columns(found);
    for (int32_t j = 0; j < n_columns && j < 16; j++) {
        width[j] = mlc_dataset_column_width(found, j);
        columns[j] = calloc((size_t)(n * width[j]), sizeof(double));
        total += n * (17 * width[j] + 1);
        if (mlc_dataset_copy_real(found, mlc_dataset_column_name(found, j), columns[j],
                                  n * width[j], NULL) != MLC_OK) {
            width[j] = 0; /* classes: their probabilities are recorded */
        }
    }
    char *const text = calloc((size_t)total, 1);
    char *at = text;
    for (int64_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n_columns; j++) {
            for (int64_t k = 0; k < width[j]; k++) {
                uint64_t bits = 0;
                memcpy(&bits, &columns[j][i * width[j] + k], sizeof bits);
                at += sprintf(at, "%s%016" PRIx64, at > text && at[-1] != '\n' ? " " : "", bits);
            }
        }
        *at++ = '\n';
    }
    for (int32_t j = 0; j < n_columns; j++)
        free(columns[j]);
    return text;
}

/* What the model of a file says about the rows of a file, as golden_bits(). */
static inline mlc_status golden_predict(const mlc_model *model, const char *rows_path,
                                        const char *output, char **out, mlc_error *err)
{
    char settings[64];
    mlc_dataset *rows = NULL, *found = NULL;
    snprintf(settings, sizeof settings, "output=%s", output);
    mlc_status status = mlc_dataset_read_csv(NULL, rows_path, NULL, &rows, err);
    if (status == MLC_OK) status = mlc_model_predict(NULL, model, rows, settings, &found, err);
    if (status == MLC_OK) *out = golden_bits(found);
    mlc_dataset_free(found);
    mlc_dataset_free(rows);
    return status;
}

#endif
