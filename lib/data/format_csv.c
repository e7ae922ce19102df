/* Delimited text behind the door: the CSV reader and writer as they are, and the same with tabs. */
#include "format.h"

#include <string.h>

#include "csv_batches.h"
#include "format_sinks.h"
#include "settings.h"

/* The settings with delimiter=tab where they name none. */
static mlc_status with_tab(mlci_root *root, const char *settings, char **out, mlc_error *err)
{
    mlci_settings all = {0};
    mlci_text text = mlci_text_init(root);
    MLCI_TRY(mlci_settings_parse(root, settings, 0, &all, err));
    mlc_status status = MLC_OK;
    if (mlci_settings_find(&all, "delimiter") == NULL) {
        status = mlci_settings_put(&all, "delimiter", "tab", 0, err);
    }
    mlci_settings_format(&all, &text);
    if (status == MLC_OK) status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    mlci_settings_clear(&all);
    return status;
}

static mlc_status read_tsv(mlc_context *ctx, const char *path, const mlc_dataset *like,
                           const char *settings, mlc_dataset **out, mlc_error *err)
{
    char *with = NULL;
    MLCI_TRY(with_tab(mlci_context_root(ctx), settings, &with, err));
    const mlc_status status = mlc_dataset_read_csv_like(ctx, path, like, with, out, err);
    mlci_free(with);
    return status;
}

static mlc_status parse_tsv(mlc_context *ctx, const void *bytes, int64_t n, const mlc_dataset *like,
                            const char *settings, mlc_dataset **out, mlc_error *err)
{
    char *with = NULL;
    MLCI_TRY(with_tab(mlci_context_root(ctx), settings, &with, err));
    const mlc_status status = mlc_dataset_parse_csv_like(ctx, bytes, n, like, with, out, err);
    mlci_free(with);
    return status;
}

static mlc_status open_tsv(mlc_context *call, const char *path, const char *settings,
                           mlci_batches *out, mlc_error *err)
{
    char *with = NULL;
    MLCI_TRY(with_tab(call->root, settings, &with, err));
    const mlc_status status = mlci_csv_open_batches(call, path, with, out, err);
    mlci_free(with);
    return status;
}

static mlc_status open_tsv_sink(mlc_context *call, const char *path, const char *settings,
                                mlci_row_sink *out, mlc_error *err)
{
    char *with = NULL;
    MLCI_TRY(with_tab(call->root, settings, &with, err));
    const mlc_status status = mlci_csv_open_sink(call, path, with, out, err);
    mlci_free(with);
    return status;
}

const mlci_format mlci_format_csv = {
    .name = "csv",
    .endings = "csv,txt,data",
    .doc = "delimited text",
    .read = mlc_dataset_read_csv_like,
    .parse = mlc_dataset_parse_csv_like,
    .open_batches = mlci_csv_open_batches,
    .open_sink = mlci_csv_open_sink,
};

const mlci_format mlci_format_tsv = {
    .name = "tsv",
    .endings = "tsv,tab",
    .doc = "text delimited by tabs",
    .read = read_tsv,
    .parse = parse_tsv,
    .open_batches = open_tsv,
    .open_sink = open_tsv_sink,
};
