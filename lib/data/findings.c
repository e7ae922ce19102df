/* Findings in the order in which they came, as a table. */
#include "findings.h"

#include <math.h>
#include <string.h>

#include "schema_impl.h"

#define EXAMPLE_DIGITS 0 /* exactly */
#define EXAMPLE_BYTES 64 /* of a value that is shown */

static void append_value(const mlci_field *field, int64_t source, mlci_text *out)
{
    const mlci_shown shown = {field, -1};
    const int64_t start = out->length;
    if (field->column->type == MLC_TYPE_VECTOR) return;
    mlci_text_append_text(out, ": ");
    if (!mlci_column_is_valid(field->column, source)) {
        mlci_text_append_text(out, "missing");
    } else {
        mlci_cell_append(&shown, source, EXAMPLE_DIGITS, out);
    }
    if (out->failed || out->length - start <= EXAMPLE_BYTES) return;
    int64_t end = start + EXAMPLE_BYTES;
    while (((uint8_t)out->data[end] & 0xC0) == 0x80)
        end--;
    out->length = end;
    mlci_text_append_text(out, "...");
}

static mlc_status write_examples(const mlc_dataset *dataset, const mlci_field *field,
                                 const mlci_hits *hits, mlci_root *root, char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(root);
    for (int32_t i = 0; i < hits->n_examples; i++) {
        if (i > 0) mlci_text_append_text(&text, "; ");
        mlci_text_append_integer(&text, hits->rows[i]);
        if (field != NULL) {
            append_value(field, mlci_dataset_source_row(dataset, hits->rows[i]), &text);
        }
    }
    return hits->n_examples == 0 ? MLC_OK : mlci_text_take(&text, out, err);
}

static mlc_status reserve(mlci_findings *findings, int64_t n, mlc_error *err)
{
    if (n <= findings->capacity) return MLC_OK;
    const int64_t wanted = n > 2 * findings->capacity ? n : 2 * findings->capacity;
    void *const items =
        mlci_realloc(findings->root, findings->items, wanted, (int64_t)sizeof *findings->items);
    if (items == NULL) return mlci_fail_memory(err, wanted, (int64_t)sizeof *findings->items);
    findings->items = items;
    findings->capacity = wanted;
    return MLC_OK;
}

mlc_status mlci_findings_add(mlci_findings *findings, const char *rule, const char *column,
                             int32_t severity, const mlc_dataset *dataset, const mlci_field *field,
                             const mlci_hits *hits, mlci_text *message, mlc_error *err)
{
    mlci_finding f = {.rule = rule,
                      .column = column,
                      .severity = severity,
                      .n_rows = hits == NULL ? -1 : hits->n,
                      .share = (double)NAN};
    if (hits != NULL && dataset->n_rows > 0) f.share = (double)hits->n / (double)dataset->n_rows;
    mlc_status status = mlci_text_take(message, &f.message, err);
    if (status == MLC_OK && hits != NULL) {
        status = write_examples(dataset, field, hits, findings->root, &f.examples, err);
    }
    if (status == MLC_OK) status = reserve(findings, findings->n + 1, err);
    if (status == MLC_OK) {
        findings->items[findings->n++] = f;
    } else {
        mlci_free(f.message);
        mlci_free(f.examples);
    }
    return status;
}

mlc_status mlci_findings_append(mlci_findings *findings, mlci_findings *from, mlc_error *err)
{
    MLCI_TRY(reserve(findings, findings->n + from->n, err));
    if (from->n > 0) {
        memcpy(findings->items + findings->n, from->items, (size_t)from->n * sizeof *from->items);
    }
    findings->n += from->n;
    from->n = 0;
    return MLC_OK;
}

void mlci_findings_clear(mlci_findings *findings)
{
    for (int64_t i = 0; i < findings->n; i++) {
        mlci_free(findings->items[i].message);
        mlci_free(findings->items[i].examples);
    }
    mlci_free(findings->items);
    *findings = (mlci_findings){.root = findings->root};
}

/* The columns rows and share; what is not about rows has neither. */
static mlc_status add_counts(const mlci_findings *findings, mlci_table *table, mlc_error *err)
{
    mlci_column *rows = NULL, *shares = NULL;
    const int64_t n = findings->n;
    MLCI_TRY(mlci_column_create(findings->root, MLC_TYPE_INT64, n, 1, 1, &rows, err));
    const mlc_status status =
        mlci_column_create(findings->root, MLC_TYPE_FLOAT64, n, 1, 1, &shares, err);
    if (status != MLC_OK) {
        mlci_column_unref(rows);
        return status;
    }
    for (int64_t i = 0; i < n; i++) {
        const mlci_finding *const f = &findings->items[i];
        ((int64_t *)mlci_column_data(rows))[i] = f->n_rows < 0 ? 0 : f->n_rows;
        ((double *)mlci_column_data(shares))[i] = isnan(f->share) ? 0 : f->share;
        if (f->n_rows < 0) mlci_column_set_missing(rows, i);
        if (isnan(f->share)) mlci_column_set_missing(shares, i);
    }
    mlci_table_column(table, "rows", rows);
    mlci_table_column(table, "share", shares);
    return MLC_OK;
}

static mlc_status fill_table(const mlci_findings *findings, const char **texts, mlc_dataset **out,
                             mlc_error *err)
{
    const int64_t n = findings->n;
    const mlci_finding *const items = findings->items;
    mlci_table table;
    mlci_table_init(&table, findings->root);
    for (int64_t i = 0; i < n; i++)
        texts[i] = items[i].rule;
    mlci_table_texts(&table, "rule", n, texts);
    for (int64_t i = 0; i < n; i++)
        texts[i] = items[i].column;
    mlci_table_texts(&table, "column", n, texts);
    for (int64_t i = 0; i < n; i++)
        texts[i] = mlci_severity_name(items[i].severity);
    mlci_table_texts(&table, "severity", n, texts);
    const mlc_status status = add_counts(findings, &table, err);
    for (int64_t i = 0; i < n; i++)
        texts[i] = items[i].examples;
    mlci_table_texts(&table, "examples", n, texts);
    for (int64_t i = 0; i < n; i++)
        texts[i] = items[i].message;
    mlci_table_texts(&table, "message", n, texts);
    mlc_dataset *made = NULL;
    const mlc_status finished = mlci_table_finish(&table, &made, status == MLC_OK ? err : NULL);
    if (status == MLC_OK && finished == MLC_OK) {
        *out = made;
    } else {
        mlc_dataset_free(made);
    }
    return status == MLC_OK ? finished : status;
}

mlc_status mlci_findings_table(const mlci_findings *findings, mlc_dataset **out, mlc_error *err)
{
    const int64_t n = findings->n;
    const char **const texts = mlci_alloc(findings->root, n, (int64_t)sizeof *texts);
    if (texts == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *texts);
    const mlc_status status = fill_table(findings, texts, out, err);
    mlci_free(texts);
    return status;
}
