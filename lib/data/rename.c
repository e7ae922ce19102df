/* Columns under other names; rows, roles and values stay. */
#include <mlcore/shape.h>

#include <string.h>

#include "dataset_impl.h"
#include "scan.h"

typedef struct renamer {
    mlci_scan scan;
    const mlc_dataset *dataset;
    mlci_field *fields; /* with the new names, which are owned where they differ */
} renamer;

/* A name: a word, or a text in quotes. */
static mlc_status read_name(renamer *r, char **out, mlc_error *err)
{
    mlci_scan *const s = &r->scan;
    mlci_text text = mlci_text_init(s->root);
    const char *const at = s->at;
    mlc_status status = MLC_OK;
    if (s->at < s->end && (*s->at == '\'' || *s->at == '"')) {
        status = mlci_scan_quoted(s, &text, err);
    } else {
        while (s->at < s->end && strchr("=, \t\r\n'\"", *s->at) == NULL)
            s->at++;
        mlci_text_append(&text, at, s->at - at);
    }
    if (status == MLC_OK) status = mlci_text_status(&text, err);
    if (status == MLC_OK && text.length == 0) {
        s->at = at;
        status = mlci_scan_expected(s, "the name of a column", err);
    }
    if (status == MLC_OK) status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

/* Gives the column called old the name, which is taken over on success. */
static mlc_status rename_field(renamer *r, const char *at, char *name, const char *old,
                               mlc_error *err)
{
    int32_t i = 0;
    MLCI_TRY(mlci_dataset_get(r->dataset, old, &i, err));
    if (r->fields[i].name != r->dataset->fields[i].name) {
        return mlci_scan_fail(&r->scan, at, old, "this column has been renamed already", err);
    }
    r->fields[i].name = name;
    return MLC_OK;
}

/* One `new=old`. */
static mlc_status read_pair(renamer *r, mlc_error *err)
{
    mlci_scan *const s = &r->scan;
    char *name = NULL, *old = NULL;
    mlc_status status = read_name(r, &name, err);
    mlci_scan_space(s);
    if (status == MLC_OK && !mlci_scan_take(s, '=')) {
        status = mlci_scan_expected(s, "'=' and the old name", err);
    }
    mlci_scan_space(s);
    const char *const at = s->at;
    if (status == MLC_OK) status = read_name(r, &old, err);
    if (status == MLC_OK) status = rename_field(r, at, name, old, err);
    mlci_free(old);
    if (status != MLC_OK) mlci_free(name);
    return status;
}

static mlc_status rename_fields(renamer *r, mlc_dataset **out, mlc_error *err)
{
    mlci_scan *const s = &r->scan;
    const int32_t n = r->dataset->n_fields;
    r->fields = mlci_alloc(s->root, n, (int64_t)sizeof *r->fields);
    if (r->fields == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *r->fields);
    if (n > 0) memcpy(r->fields, r->dataset->fields, (size_t)n * sizeof *r->fields);
    mlci_scan_space(s);
    while (s->at < s->end) {
        MLCI_TRY(read_pair(r, err));
        mlci_scan_space(s);
        if (mlci_scan_take(s, ',')) mlci_scan_space(s);
    }
    return mlci_dataset_with_fields(r->dataset, n, r->fields, out, err);
}

mlc_status mlc_dataset_rename(mlc_context *ctx, const mlc_dataset *dataset, const char *names,
                              mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || names == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : names == NULL ? "names" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    renamer r = {.dataset = dataset};
    mlci_root *const root = mlci_dataset_root(ctx, dataset);
    MLCI_TRY(mlci_scan_open(&r.scan, root, "names", names, err));
    const mlc_status status = rename_fields(&r, out, err);
    for (int32_t i = 0; r.fields != NULL && i < dataset->n_fields; i++)
        if (r.fields[i].name != dataset->fields[i].name) mlci_free(r.fields[i].name);
    mlci_free(r.fields);
    return status;
}
