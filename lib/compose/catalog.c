/* What the library offers, as JSON and as tables. */
#include <mlcore/catalog.h>

#include "dataset_impl.h"
#include "registry.h"

mlc_status mlc_catalog(mlc_context *ctx, mlc_buffer **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlci_text text = mlci_text_init(mlci_context_root(ctx));
    mlci_registry_describe(&text);
    return mlci_text_to_buffer(&text, out, err);
}

mlc_status mlc_catalog_list(mlc_context *ctx, const char *kind, mlc_dataset **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    const int32_t wanted = kind == NULL ? 0 : mlci_kind_find(kind);
    if (kind != NULL && wanted == 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "kind",
                         "kind = '%s': must be transform, model, metric, splitter, generator, "
                         "sampler, resampler or weighting",
                         kind);
    }
    mlci_root *root = mlci_context_root(ctx);
    int64_t n = 0;
    while (mlci_registry_table[n] != NULL)
        n++;
    const char **texts = mlci_alloc(root, 3 * n, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, 3 * n, sizeof *texts);
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++) {
        const mlci_descriptor *d = mlci_registry_table[i];
        if (wanted != 0 && d->kind != wanted) continue;
        texts[m] = d->name;
        texts[n + m] = mlci_kind_name(d->kind);
        texts[2 * n + m++] = d->summary;
    }
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_texts(&table, "name", m, texts);
    mlci_table_texts(&table, "kind", m, texts + n);
    mlci_table_texts(&table, "summary", m, texts + 2 * n);
    mlci_free(texts);
    return mlci_table_finish(&table, out, err);
}

/* One text of each parameter: what it is, its default, its range. */
typedef enum column_kind { COLUMN_TYPE, COLUMN_DEFAULT, COLUMN_RANGE } column_kind;

static void append_column(const mlci_param *row, const void *defaults, column_kind kind,
                          mlci_text *out)
{
    static const char *const types[] = {"real", "integer", "bool", "choice", "text"};
    mlci_text_append_text(out, ""); /* never NULL */
    if (kind == COLUMN_TYPE) {
        mlci_text_append_text(out, types[row->type]);
    } else if (kind == COLUMN_DEFAULT) {
        mlci_param_format(row, defaults, 0, out);
    } else {
        mlci_param_format_range(row, out);
    }
}

static mlc_status add_texts(mlci_table *table, const char *name, const mlci_param *rows, int64_t n,
                            const void *defaults, column_kind kind, mlc_error *err)
{
    char **texts = mlci_alloc(table->root, n, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, n, sizeof *texts);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        mlci_text text = mlci_text_init(table->root);
        append_column(&rows[i], defaults, kind, &text);
        status = mlci_text_take(&text, &texts[i], err);
    }
    if (status == MLC_OK) mlci_table_texts(table, name, n, (const char *const *)texts);
    for (int64_t i = 0; i < n; i++)
        mlci_free(texts[i]);
    mlci_free(texts);
    return status;
}

static mlc_status params_table(mlci_root *root, const mlci_descriptor *d, const void *defaults,
                               mlc_dataset **out, mlc_error *err)
{
    int64_t n = 0;
    while (d->params != NULL && d->params[n].name != NULL)
        n++;
    const char **texts = mlci_alloc(root, 2 * n, sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, 2 * n, sizeof *texts);
    for (int64_t i = 0; i < n; i++) {
        texts[i] = d->params[i].name;
        texts[n + i] = d->params[i].doc;
    }
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_texts(&table, "name", n, texts);
    mlc_status status = add_texts(&table, "type", d->params, n, defaults, COLUMN_TYPE, err);
    if (status == MLC_OK) {
        status = add_texts(&table, "default", d->params, n, defaults, COLUMN_DEFAULT, err);
    }
    if (status == MLC_OK) {
        status = add_texts(&table, "range", d->params, n, defaults, COLUMN_RANGE, err);
    }
    mlci_table_texts(&table, "doc", n, texts + n);
    mlci_free(texts);
    mlc_dataset *result = NULL;
    const mlc_status finished = mlci_table_finish(&table, &result, status == MLC_OK ? err : NULL);
    if (status == MLC_OK) status = finished;
    if (status == MLC_OK) {
        *out = result;
    } else {
        mlc_dataset_free(result);
    }
    return status;
}

mlc_status mlc_catalog_params(mlc_context *ctx, const char *name, mlc_dataset **out, mlc_error *err)
{
    if (name == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "name", "name or out is NULL");
    }
    mlci_root *root = mlci_context_root(ctx);
    const mlci_descriptor *d = NULL;
    MLCI_TRY(mlci_registry_get(0, name, &d, err));
    void *defaults = mlci_alloc(root, d->params_size > 0 ? d->params_size : 1, 1);
    if (defaults == NULL) return mlci_fail_memory(err, d->params_size, 1);
    mlc_status status =
        d->params == NULL ? MLC_OK : mlci_params_defaults(root, d->params, defaults, err);
    if (status == MLC_OK) status = params_table(root, d, defaults, out, err);
    if (d->params != NULL) mlci_params_clear(d->params, defaults);
    mlci_free(defaults);
    return status;
}
