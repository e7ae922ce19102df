/* mlcore inspect: what a model file holds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data.h"
#include "help.h"
#include "origin.h"
#include "report.h"

#define SHOWN 15           /* most important features, largest coefficients */
#define LISTED 40          /* inputs and classes that are named */
#define COLUMNS_LENGTH 200 /* bytes of the columns of a step */
#define LABEL 12           /* columns of the labels on the left */

/* A table that the model may not have; NULL then. */
static mlc_dataset *take_table(session *s, const mlc_model *model, const char *name)
{
    mlc_dataset *table = NULL;
    return mlc_model_table(s->ctx, model, name, &table, NULL) == MLC_OK ? table : NULL;
}

static void print_label(const char *label)
{
    printf("%-*s", LABEL, label);
}

/* ---- parts for people ----------------------------------------------------------------------- */

static void print_file(session *s, const char *path)
{
    struct stat file;
    char size[TEXT_NUMBER];
    report_heading(s, data_name(path));
    if (stat(path, &file) != 0) return;
    print_label("size");
    printf("%s\n", text_bytes(size, (int64_t)file.st_size));
}

static mlc_status print_recipe(session *s, const mlc_model *model)
{
    mlc_buffer *text = NULL;
    const mlc_status status = mlc_model_format(model, NULL, &text, &s->err);
    if (status != MLC_OK) return status;
    print_label("recipe");
    text_wrap(stdout, mlc_buffer_data(text), LABEL, LABEL, s->width);
    mlc_buffer_free(text);
    return MLC_OK;
}

static void print_classes(session *s, const mlc_dataset *classes)
{
    char *list = text_format("%s", "");
    const int64_t n = mlc_dataset_n_rows(classes);
    for (int64_t i = 0; i < n && i < LISTED; i++) {
        char *name = report_cell(classes, "class", i),
             *positive = report_cell(classes, "positive", i);
        const int is_positive = strcmp(positive, "1") == 0 && n == 2;
        char *longer = text_format("%s%s%s%s", list, i > 0 ? ", " : "", name,
                                   is_positive                     ? " (positive)"
                                   : i + 1 == LISTED && n > LISTED ? " ..."
                                                                   : "");
        free(list);
        list = longer;
        free(positive);
        free(name);
    }
    print_label("classes");
    text_wrap(stdout, list, LABEL, LABEL, s->width);
    free(list);
}

/* "age (int64, 17 to 90)", "sex (category of 2)". */
static char *describe_input(const mlc_dataset *inputs, int64_t i)
{
    char *name = report_cell(inputs, "name", i), *type = report_cell(inputs, "type", i);
    char *low = report_cell(inputs, "low", i), *high = report_cell(inputs, "high", i);
    char *n = report_cell(inputs, "categories", i), *text;
    if (strcmp(n, "0") != 0 && n[0] != '\0') {
        text = text_format("%s (%s of %s)", name, type, n);
    } else if (low[0] != '\0' && high[0] != '\0') {
        text = text_format("%s (%s, %s to %s)", name, type, low, high);
    } else {
        text = text_format("%s (%s)", name, type);
    }
    free(n);
    free(high);
    free(low);
    free(type);
    free(name);
    return text;
}

static void print_inputs(session *s, const mlc_dataset *inputs)
{
    char number[TEXT_NUMBER];
    char *list = text_format("%s:", text_count(number, mlc_dataset_n_rows(inputs)));
    const int64_t n = mlc_dataset_n_rows(inputs);
    for (int64_t i = 0; i < n && i < LISTED; i++) {
        char *input = describe_input(inputs, i);
        char *longer = text_format("%s%s %s%s", list, i > 0 ? "," : "", input,
                                   i + 1 == LISTED && n > LISTED ? " ..." : "");
        free(list);
        list = longer;
        free(input);
    }
    print_label("inputs");
    text_wrap(stdout, list, LABEL, LABEL, s->width);
    free(list);
}

/* Cuts a text to so many bytes, at a whole character. */
static void cut_text(char *text, size_t length)
{
    static const char mark[] = " ...";
    if (strlen(text) <= length) return;
    size_t at = length - (sizeof mark - 1);
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    memcpy(text + at, mark, sizeof mark);
}

/* Steps by depth, each with the columns that it reads, unless they are those of the step above. */
static void print_steps(session *s, const mlc_dataset *steps)
{
    char *above = text_format("%s", "");
    for (int64_t i = 0; i < mlc_dataset_n_rows(steps); i++) {
        char *path = report_cell(steps, "step", i), *columns = report_cell(steps, "columns", i);
        int depth = 0;
        for (const char *p = path; *p != '\0'; p++)
            depth += *p == '.';
        const char *last = strrchr(path, '.');
        print_label(i == 0 ? "steps" : "");
        const int at = printf("%*s%s", 2 * depth, "", last != NULL ? last + 1 : path);
        const int is_new = columns[0] != '\0' && strcmp(columns, above) != 0;
        if (depth > 0 && is_new) {
            free(above);
            above = text_format("%s", columns);
            cut_text(columns, COLUMNS_LENGTH);
            printf(": ");
            text_wrap(stdout, columns, LABEL + 2 * depth + 4, LABEL + at + 2, s->width);
        } else {
            putchar('\n');
        }
        free(columns);
        free(path);
    }
    free(above);
}

typedef struct ranked {
    double size;
    int64_t row;
} ranked;

static int by_size(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->size != y->size) return x->size < y->size ? 1 : -1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* The rows with the largest absolute values of a column, largest first. */
static mlc_status print_largest(session *s, const mlc_dataset *table, const char *column,
                                const char *heading)
{
    const int64_t n = mlc_dataset_n_rows(table), n_shown = n < SHOWN ? n : SHOWN;
    ranked *order = memory_zeroed((size_t)n, sizeof *order);
    int64_t rows[SHOWN];
    static const char one_target[] = "feature,value";
    mlc_dataset *part = NULL;
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        double value = 0;
        status = mlc_dataset_real(table, column, i, &value, &s->err);
        order[i] = (ranked){isnan(value) ? -1 : fabs(value), i};
    }
    qsort(order, (size_t)n, sizeof *order, by_size);
    for (int64_t i = 0; i < n_shown; i++)
        rows[i] = order[i].row;
    if (status == MLC_OK) {
        status = mlc_dataset_rows(s->ctx, table, rows, 0, n_shown, &part, &s->err);
    }
    if (status == MLC_OK) {
        char *title = n > n_shown
                          ? text_format("%s (%d largest of %lld)", heading, SHOWN, (long long)n)
                          : text_format("%s", heading);
        putchar('\n');
        report_heading(s, title);
        status = report_table(s, part, report_is_same(table, "target") ? one_target : NULL);
        free(title);
    }
    mlc_dataset_free(part);
    free(order);
    return status;
}

static mlc_status print_learned(session *s, const mlc_model *model)
{
    static const char *const names[] = {"importance", "coefficients"};
    static const char *const columns[] = {"gain", "value"};
    static const char *const headings[] = {"Importance by gain", "Coefficients"};
    mlc_status status = MLC_OK;
    for (int i = 0; i < 2 && status == MLC_OK; i++) {
        mlc_dataset *table = take_table(s, model, names[i]);
        if (table != NULL && mlc_dataset_find(table, columns[i]) >= 0) {
            status = print_largest(s, table, columns[i], headings[i]);
        }
        mlc_dataset_free(table);
    }
    return status;
}

static mlc_status print_model(session *s, const mlc_model *model)
{
    mlc_dataset *classes = take_table(s, model, "classes"),
                *inputs = take_table(s, model, "inputs");
    mlc_dataset *steps = take_table(s, model, "steps"), *origin = take_table(s, model, "origin");
    print_file(s, s->args.operands[0]);
    mlc_status status = print_recipe(s, model);
    if (status == MLC_OK && origin != NULL) origin_print_library(origin);
    if (status == MLC_OK && classes != NULL) print_classes(s, classes);
    if (status == MLC_OK && inputs != NULL) print_inputs(s, inputs);
    if (status == MLC_OK && steps != NULL) print_steps(s, steps);
    if (status == MLC_OK) status = print_learned(s, model);
    mlc_dataset_free(origin);
    mlc_dataset_free(steps);
    mlc_dataset_free(inputs);
    mlc_dataset_free(classes);
    return status;
}

/* ---- JSON and single tables ----------------------------------------------------------------- */

static mlc_status print_json(session *s, const mlc_model *model)
{
    static const char *const tables[] = {"origin", "classes",    "inputs",
                                         "steps",  "importance", "coefficients"};
    struct stat file;
    mlc_buffer *text = NULL;
    mlc_status status = mlc_model_format(model, NULL, &text, &s->err);
    if (status != MLC_OK) return status;
    fputs("{\"model\": ", stdout);
    text_json(stdout, s->args.operands[0]);
    if (stat(s->args.operands[0], &file) == 0) {
        printf(", \"bytes\": %lld", (long long)file.st_size);
    }
    fputs(", \"recipe\": ", stdout);
    text_json(stdout, mlc_buffer_data(text));
    mlc_buffer_free(text);
    for (int i = 0; i < 6 && status == MLC_OK; i++) {
        mlc_dataset *table = take_table(s, model, tables[i]);
        if (table == NULL) continue;
        printf(", \"%s\": ", tables[i]);
        status = report_json(s, table);
        mlc_dataset_free(table);
    }
    fputs("}\n", stdout);
    return status;
}

static mlc_status print_table(session *s, const mlc_model *model, const char *name)
{
    mlc_dataset *table = NULL;
    mlc_status status = mlc_model_table(s->ctx, model, name, &table, &s->err);
    if (status == MLC_OK && s->is_json) {
        status = report_json(s, table);
        putchar('\n');
    } else if (status == MLC_OK) {
        status = report_table(s, table, NULL);
    }
    mlc_dataset_free(table);
    return status;
}

int cmd_inspect(session *s)
{
    const char *table = cli_args_get(&s->args, "table");
    mlc_model *model = NULL;
    mlc_status status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK) {
        status = table != NULL ? print_table(s, model, table)
                 : s->is_json  ? print_json(s, model)
                               : print_model(s, model);
    }
    const int result = status == MLC_OK ? CLI_OK : session_fail(s);
    mlc_model_free(model);
    return result;
}
