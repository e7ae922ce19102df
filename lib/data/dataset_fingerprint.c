/* Fingerprints: SHA-256 (FIPS 180-4) of each row, added up as numbers of 256 bits, so that neither the
 * order of the rows nor the threads matter and rows that repeat count (an incremental hash of a
 * multiset; Bellare and Micciancio 1997). It tells data apart by accident, not by malice: who may
 * choose rows freely can make two sets with one sum. O(bytes).
 *
 * What goes in, little-endian, columns in ascending order of their names:
 *   a cell   0 missing | 1 bool, byte | 2 int64 | 3 double | 4 text, its length, bytes |
 *            5 timestamp | 6 vector, its components that are not 0 as index and double, width
 *   content  "mlcore content 1", names, number of rows, sum; schema "mlcore schema 1", names, types
 */
#include <mlcore/sampling.h>

#include <math.h>
#include <string.h>

#include "dataset_impl.h"
#include "error.h"
#include "sha256.h"

#define BLOCK_ROWS 4096
#define N_WORDS 4 /* of a sum, 64 bits each, the lowest first */
#define DIGEST_BYTES 32

enum { CELL_MISSING, CELL_BOOL, CELL_INTEGER, CELL_REAL, CELL_TEXT, CELL_TIME, CELL_VECTOR };

typedef struct fingerprint {
    const mlc_dataset *dataset;
    int32_t *order;             /* fields by name */
    uint64_t (*sums)[N_WORDS];  /* one a block */
} fingerprint;

/* ---- cells ---------------------------------------------------------------------------------- */

static void add_word(mlci_sha256 *sha, uint64_t word)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
    mlci_sha256_add(sha, bytes, sizeof bytes);
}

static void add_tag(mlci_sha256 *sha, uint8_t tag)
{
    mlci_sha256_add(sha, &tag, 1);
}

/* -0.0 as 0.0, which is equal to it; any NaN as one. */
static void add_real(mlci_sha256 *sha, double value)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (value == 0) value = 0;
    if (!isnan(value)) memcpy(&bits, &value, sizeof bits);
    add_word(sha, bits);
}

static void add_text(mlci_sha256 *sha, const char *text, int64_t length)
{
    add_word(sha, (uint64_t)length);
    mlci_sha256_add(sha, text, length);
}

/* The components that are not 0, so that a dense and a sparse vector of the same values agree. */
static void add_vector(mlci_sha256 *sha, const mlci_column *column, int64_t row)
{
    const double *const values = column->values;
    const int is_sparse = column->indices != NULL;
    const int64_t first = is_sparse ? column->offsets[row] : row * column->width;
    const int64_t end = is_sparse ? column->offsets[row + 1] : first + column->width;
    add_tag(sha, CELL_VECTOR);
    for (int64_t k = first; k < end; k++) {
        if (values[k] == 0) continue;
        add_word(sha, (uint64_t)(is_sparse ? column->indices[k] : k - first));
        add_real(sha, values[k]);
    }
    add_word(sha, (uint64_t)column->width);
}

static void add_number(mlci_sha256 *sha, const mlci_column *column, int64_t row)
{
    double value = 0;
    mlci_column_reals(column, row, 1, &value, 1);
    if (isnan(value)) {
        add_tag(sha, CELL_MISSING);
    } else if (column->type == MLC_TYPE_BOOL) {
        add_tag(sha, CELL_BOOL);
        add_tag(sha, value != 0);
    } else {
        add_tag(sha, CELL_REAL);
        add_real(sha, value);
    }
}

static void add_cell(mlci_sha256 *sha, const mlci_column *column, int64_t row)
{
    int64_t length = 0;
    if (!mlci_column_is_valid(column, row)) {
        add_tag(sha, CELL_MISSING);
        return;
    }
    switch (column->type) {
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP:
        add_tag(sha, column->type == MLC_TYPE_INT64 ? CELL_INTEGER : CELL_TIME);
        add_word(sha, (uint64_t)((const int64_t *)column->values)[row]);
        break;
    case MLC_TYPE_TEXT:
    case MLC_TYPE_CATEGORY: {
        const char *const text = mlci_column_text(column, row, &length);
        add_tag(sha, CELL_TEXT);
        add_text(sha, text, length);
        break;
    }
    case MLC_TYPE_VECTOR:
        add_vector(sha, column, row);
        break;
    default:
        add_number(sha, column, row);
        break;
    }
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void add_sum(uint64_t sum[N_WORDS], const uint64_t more[N_WORDS])
{
    uint64_t carry = 0;
    for (int w = 0; w < N_WORDS; w++) {
        const uint64_t half = sum[w] + carry;
        carry = half < carry;
        sum[w] = half + more[w];
        carry += sum[w] < half;
    }
}

static mlc_status sum_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const fingerprint *const f = arg;
    const mlc_dataset *const d = f->dataset;
    const int64_t first = block * BLOCK_ROWS, left = d->n_rows - first;
    (void)slot;
    (void)err;
    for (int64_t i = first; i < first + (left < BLOCK_ROWS ? left : BLOCK_ROWS); i++) {
        const int64_t row = mlci_dataset_source_row(d, i);
        mlci_sha256 sha;
        uint8_t digest[DIGEST_BYTES];
        uint64_t words[N_WORDS] = {0};
        mlci_sha256_init(&sha);
        for (int32_t j = 0; j < d->n_fields; j++)
            add_cell(&sha, d->fields[f->order[j]].column, row);
        mlci_sha256_finish(&sha, digest);
        for (int b = 0; b < DIGEST_BYTES; b++)
            words[b / 8] |= (uint64_t)digest[b] << b % 8 * 8;
        add_sum(f->sums[block], words);
    }
    return MLC_OK;
}

/* ---- the two hashes ------------------------------------------------------------------------- */

static void to_hex(mlci_sha256 *sha, char out[2 * DIGEST_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[DIGEST_BYTES];
    mlci_sha256_finish(sha, digest);
    for (int i = 0; i < DIGEST_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * DIGEST_BYTES] = '\0';
}

static void begin(mlci_sha256 *sha, const char *what)
{
    mlci_sha256_init(sha);
    add_text(sha, what, (int64_t)strlen(what));
}

static void add_name(mlci_sha256 *sha, const mlci_field *field)
{
    add_text(sha, field->name, (int64_t)strlen(field->name));
}

static void schema_hash(const fingerprint *f, char out[2 * DIGEST_BYTES + 1])
{
    mlci_sha256 sha;
    begin(&sha, "mlcore schema 1");
    for (int32_t j = 0; j < f->dataset->n_fields; j++) {
        const mlci_field *const field = &f->dataset->fields[f->order[j]];
        const char *const type = mlci_type_name(field->column->type);
        add_name(&sha, field);
        add_text(&sha, type, (int64_t)strlen(type));
        add_word(&sha, (uint64_t)field->column->width);
        for (int64_t k = 0; field->column->components != NULL && k < field->column->width; k++) {
            const char *const name = field->column->components[k];
            add_text(&sha, name, (int64_t)strlen(name));
        }
    }
    to_hex(&sha, out);
}

static mlc_status content_hash(mlc_context *call, fingerprint *f, char out[2 * DIGEST_BYTES + 1],
                               mlc_error *err)
{
    const int64_t n_blocks = (f->dataset->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    uint64_t total[N_WORDS] = {0};
    mlci_sha256 sha;
    f->sums = mlci_alloc(call->root, n_blocks, (int64_t)sizeof *f->sums);
    if (f->sums == NULL) return mlci_fail_memory(err, n_blocks, (int64_t)sizeof *f->sums);
    const mlc_status status = mlci_parallel_for(call, n_blocks, sum_block, f, err);
    for (int64_t b = 0; b < n_blocks; b++)
        add_sum(total, f->sums[b]);
    mlci_free(f->sums);
    begin(&sha, "mlcore content 1");
    for (int32_t j = 0; j < f->dataset->n_fields; j++)
        add_name(&sha, &f->dataset->fields[f->order[j]]);
    add_word(&sha, (uint64_t)f->dataset->n_rows);
    for (int w = 0; w < N_WORDS; w++)
        add_word(&sha, total[w]);
    to_hex(&sha, out);
    return status;
}

static mlc_status order_fields(mlci_root *root, fingerprint *f, mlc_error *err)
{
    const int32_t n = f->dataset->n_fields;
    mlci_text_key *const keys = mlci_alloc(root, 2 * (int64_t)n, (int64_t)sizeof *keys);
    f->order = mlci_alloc(root, n, (int64_t)sizeof *f->order);
    if (keys == NULL || f->order == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, 2 * (int64_t)n, (int64_t)sizeof *keys);
    }
    for (int32_t j = 0; j < n; j++) {
        const char *const name = f->dataset->fields[j].name;
        keys[j] = (mlci_text_key){name, (int64_t)strlen(name), j};
    }
    mlci_text_keys_sort(keys, keys + n, n);
    for (int32_t j = 0; j < n; j++)
        f->order[j] = (int32_t)keys[j].index;
    mlci_free(keys);
    return MLC_OK;
}

static mlc_status build(mlc_context *call, fingerprint *f, mlc_dataset **out, mlc_error *err)
{
    char schema[2 * DIGEST_BYTES + 1], content[2 * DIGEST_BYTES + 1];
    const char *const schema_text = schema, *const content_text = content;
    const int64_t n_rows = f->dataset->n_rows, n_columns = f->dataset->n_fields;
    mlci_table table;
    MLCI_TRY(order_fields(call->root, f, err));
    schema_hash(f, schema);
    MLCI_TRY(content_hash(call, f, content, err));
    mlci_table_init(&table, call->root);
    mlci_table_texts(&table, "schema", 1, &schema_text);
    mlci_table_texts(&table, "content", 1, &content_text);
    mlci_table_integers(&table, "rows", 1, &n_rows);
    mlci_table_integers(&table, "columns", 1, &n_columns);
    return mlci_table_finish(&table, out, err);
}

mlc_status mlc_dataset_fingerprint(mlc_context *ctx, const mlc_dataset *dataset, mlc_dataset **out,
                                   mlc_error *err)
{
    mlc_context local, *call = NULL;
    fingerprint f = {.dataset = dataset};
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = build(call, &f, out, err);
    mlci_free(f.order);
    mlci_call_end(call);
    return status;
}
