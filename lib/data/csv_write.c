/* CSV files: blocks of rows are formatted (csv_rows.h), and for a .gz packed, side by side, a group
 * of them at a time; each packed block is a member of the gzip file, so that the bytes are the same
 * for any number of threads. O(cells). */
#include <string.h>

#include "csv_rows.h"
#include "file.h"
#include "gzip.h"
#include "param.h"

#define PACKED_ROWS 16384 /* of a block: a member of a gzip file has to learn its texts anew */
#define PLAIN_ROWS 1024   /* of a block, which is still in the cache when it is written */
#define GROUP_BLOCKS 16   /* formatted before they are written */

typedef struct write_settings {
    char *delimiter;
    int32_t header;
} write_settings;

static const mlci_param table[] = {
    MLCI_STRING(write_settings, delimiter, ",", "byte between fields: tab, or one byte",
                .since = "0.1"),
    MLCI_BOOL(write_settings, header, 1, "a first line with the names of the columns",
              .since = "0.1"),
    {.name = NULL}};

/* ---- file ----------------------------------------------------------------------------------- */

static mlc_status find_delimiter(const char *text, char *out, mlc_error *err)
{
    *out = strcmp(text, "tab") == 0 ? '\t' : text[0];
    const int is_one = strcmp(text, "tab") == 0 || (text[0] != '\0' && text[1] == '\0');
    /* What could be part of a number or of a quoted text is no delimiter. */
    if (is_one && (*out & 0x80) == 0 && strchr("\n\r\" .+-0123456789", *out) == NULL &&
        !(*out >= 'A' && *out <= 'Z') && !(*out >= 'a' && *out <= 'z')) {
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, "delimiter",
                     "delimiter = '%s': must be tab, or one byte such as ';' that is no part of "
                     "a number",
                     text);
}

typedef struct writer {
    const mlc_dataset *dataset;
    mlci_root *root;
    mlc_context *call;
    mlci_csv_rows rows;
    int64_t block_rows;
    int32_t is_packed;
    int32_t is_begun;             /* the header is written */
    int64_t next_row;             /* to be formatted */
    int64_t first_row;            /* of the group */
    int64_t n_blocks, next_block; /* of the group: formatted, to be written */
    mlci_text header;
    mlci_text blocks[GROUP_BLOCKS];
} writer;

/* Replaces the text by what it packs to. */
static mlc_status pack(mlci_text *text, mlci_root *root, mlc_error *err)
{
    char *packed = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_text_status(text, err));
    MLCI_TRY(mlci_gzip(root, text->length == 0 ? "" : text->data, text->length, &packed, &n, err));
    mlci_text_clear(text);
    *text = (mlci_text){.root = root, .data = packed, .length = n, .capacity = n};
    return MLC_OK;
}

static mlc_status format_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    writer *const w = arg;
    mlci_text *const out = &w->blocks[block];
    const int64_t first = w->first_row + block * w->block_rows;
    const int64_t left = w->dataset->n_rows - first;
    (void)slot;
    out->length = 0;
    mlci_csv_append_rows(&w->rows, first, first + (left < w->block_rows ? left : w->block_rows),
                         out);
    return w->is_packed ? pack(out, w->root, err) : mlci_text_status(out, err);
}

static mlc_status format_header(writer *w, int32_t has_names, mlc_error *err)
{
    if (has_names) MLCI_TRY(mlci_csv_append_names(&w->rows, &w->header, err));
    /* Packed nothing is a member as well. */
    return w->is_packed ? pack(&w->header, w->root, err) : mlci_text_status(&w->header, err);
}

/* The blocks after those that are written; none at the end. */
static mlc_status format_group(writer *w, mlc_error *err)
{
    const int64_t n_left = (w->dataset->n_rows - w->next_row + w->block_rows - 1) / w->block_rows;
    w->next_block = 0;
    w->n_blocks = n_left < GROUP_BLOCKS ? n_left : GROUP_BLOCKS;
    w->first_row = w->next_row;
    w->next_row += w->n_blocks * w->block_rows;
    return mlci_parallel_for(w->call, w->n_blocks, format_block, w, err);
}

/* The header, then a block after the other. */
static mlc_status give_piece(void *arg, const void **bytes, int64_t *n, mlc_error *err)
{
    writer *const w = arg;
    const mlci_text *piece = &w->header;
    if (w->is_begun || w->header.length == 0) {
        if (w->next_block == w->n_blocks) {
            if (w->next_row >= w->dataset->n_rows) return MLC_OK;
            MLCI_TRY(format_group(w, err));
        }
        piece = &w->blocks[w->next_block++];
    }
    w->is_begun = 1;
    *bytes = piece->data;
    *n = piece->length;
    return MLC_OK;
}

static void clear(writer *w)
{
    mlci_text_clear(&w->header);
    for (int b = 0; b < GROUP_BLOCKS; b++)
        mlci_text_clear(&w->blocks[b]);
    mlci_csv_rows_close(&w->rows);
}

static mlc_status prepare(writer *w, const write_settings *settings, mlc_error *err)
{
    char delimiter;
    MLCI_TRY(find_delimiter(settings->delimiter, &delimiter, err));
    MLCI_TRY(mlci_csv_rows_open(w->dataset, w->dataset->n_rows, delimiter, 0, &w->rows, err));
    return format_header(w, settings->header, err);
}

static int ends_in_gz(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

/* Formats and writes, with the threads of the dataset's context. */
static mlc_status write_file(const mlc_dataset *dataset, const char *path,
                             const write_settings *settings, mlc_error *err)
{
    mlci_root *const root = dataset->root;
    mlc_context of_dataset = {.root = root, .n_references = 1}, local, *call = NULL;
    MLCI_TRY(mlci_call_begin(root == NULL ? NULL : &of_dataset, &local, MLCI_FIT, &call, err));
    writer w = {.dataset = dataset,
                .root = root,
                .call = call,
                .is_packed = ends_in_gz(path),
                .block_rows = ends_in_gz(path) ? PACKED_ROWS : PLAIN_ROWS,
                .header = mlci_text_init(root)};
    for (int b = 0; b < GROUP_BLOCKS; b++)
        w.blocks[b] = mlci_text_init(root);
    const mlci_file_pieces pieces = {&w, give_piece};
    mlc_status status = prepare(&w, settings, err);
    if (status == MLC_OK) status = mlci_file_write_pieces(root, path, &pieces, 1, err);
    clear(&w);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_write_csv(const mlc_dataset *dataset, const char *path, const char *settings,
                                 mlc_error *err)
{
    if (dataset == NULL || path == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and path must not be NULL");
    }
    write_settings s = {0};
    MLCI_TRY(mlci_params_from_text(dataset->root, "write_csv", table, NULL, settings, &s, err));
    const mlc_status status = write_file(dataset, path, &s, err);
    mlci_params_clear(table, &s);
    return status;
}
