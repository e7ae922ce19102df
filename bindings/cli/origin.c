/* The table "origin" as sentences; see origin.h. */
#include "origin.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

#define LABEL 12 /* columns of the labels on the left */

static void print_line(const char *label, const char *text)
{
    printf("%-*s%s\n", LABEL, label, text);
}

/* The value of a name as a new text; "" where there is none. */
static char *find_value(const mlc_dataset *origin, const char *name)
{
    for (int64_t i = 0; i < mlc_dataset_n_rows(origin); i++) {
        char *found = report_cell(origin, "name", i);
        const int is_it = strcmp(found, name) == 0;
        free(found);
        if (is_it) return report_cell(origin, "value", i);
    }
    return text_format("%s", "");
}

static long long find_count(const mlc_dataset *origin, const char *name)
{
    char *text = find_value(origin, name);
    const long long n = strtoll(text, NULL, 10);
    free(text);
    return n;
}

void origin_print_library(const mlc_dataset *origin)
{
    char *library = find_value(origin, "library"), *version = find_value(origin, "version");
    char *objective = find_value(origin, "objective");
    char *line = text_format("%s%s%s", library, version[0] != '\0' ? " " : "", version);
    print_line("library", line);
    print_line("objective", objective[0] != '\0' ? objective : "none: raw scores");
    free(line);
    free(objective);
    free(version);
    free(library);
}

static void print_rounds(const mlc_dataset *origin)
{
    const long long n = find_count(origin, "rounds"), all = find_count(origin, "rounds_in_file");
    const long long best = find_count(origin, "best_round");
    char kept[TEXT_NUMBER], whole[TEXT_NUMBER], noted[TEXT_NUMBER];
    char *share = n < all ? text_format(" of %s", text_count(whole, all)) : text_format("%s", "");
    char *note = best > 0
                     ? text_format("; %s was the best, as the file notes", text_count(noted, best))
                     : text_format("%s", "");
    char *line = text_format("%s%s%s", text_count(kept, n), share, note);
    print_line("rounds", line);
    free(line);
    free(note);
    free(share);
}

static mlc_status print_inputs(session *s, const mlc_model *model)
{
    mlc_dataset *inputs = NULL;
    const mlc_status status = mlc_model_table(s->ctx, model, "inputs", &inputs, &s->err);
    if (status != MLC_OK) return status;
    int64_t n_categories = 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(inputs); i++) {
        char *n = report_cell(inputs, "categories", i);
        n_categories += n[0] != '\0' && strcmp(n, "0") != 0;
        free(n);
    }
    char n[TEXT_NUMBER], some[TEXT_NUMBER];
    char *line = n_categories > 0 ? text_format("%s, %s of them categories",
                                                text_count(n, mlc_dataset_n_rows(inputs)),
                                                text_count(some, n_categories))
                                  : text_format("%s", text_count(n, mlc_dataset_n_rows(inputs)));
    print_line("inputs", line);
    free(line);
    mlc_dataset_free(inputs);
    return MLC_OK;
}

/* "1,204 rows that try each threshold and set: the same bits as the file's own trees". */
static void print_comparison(const mlc_dataset *origin, const char *name, const char *label,
                             const char *what)
{
    char *rows = text_format("%s.rows", name),
         *largest = text_format("%s.largest_difference", name);
    char *difference = find_value(origin, largest), n[TEXT_NUMBER];
    if (difference[0] != '\0') {
        const int is_equal = strcmp(difference, "0") == 0;
        char *line = text_format("%s %s: %s%s", text_count(n, find_count(origin, rows)), what,
                                 is_equal ? "equal, bit for bit" : "differ by at most ",
                                 is_equal ? "" : difference);
        print_line(label, line);
        free(line);
    }
    free(difference);
    free(largest);
    free(rows);
}

static void print_model(const mlc_model *model)
{
    mlc_buffer *text = NULL;
    if (mlc_model_format(model, NULL, &text, NULL) != MLC_OK) return;
    const char *const recipe = mlc_buffer_data(text);
    char *name = text_format("%.*s", (int)strcspn(recipe, "("), recipe);
    print_line("model", name);
    free(name);
    mlc_buffer_free(text);
}

mlc_status origin_print(session *s, const mlc_model *model)
{
    mlc_dataset *origin = NULL;
    mlc_status status = mlc_model_table(s->ctx, model, "origin", &origin, &s->err);
    if (status != MLC_OK) return status;
    origin_print_library(origin);
    print_model(model);
    print_rounds(origin);
    status = print_inputs(s, model);
    if (status == MLC_OK) {
        print_comparison(origin, "parity_with_file", "compared",
                         "rows at thresholds and categories with the trees of the file");
        print_comparison(origin, "parity_with_rows", "checked", "given rows");
    }
    mlc_dataset_free(origin);
    return status;
}
