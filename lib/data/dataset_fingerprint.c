/* Fingerprints: each row is hashed to 128 bits, column by column, and the hashes are added up, so
 * that neither the order of the rows nor the threads matter and rows that repeat count (an
 * incremental hash of a multiset; Bellare and Micciancio 1997). It tells data apart by accident,
 * not by malice: who may choose values freely can make two datasets with one sum. O(bytes).
 *
 * The definition. Numbers have 64 bits and wrap around; xor is ^, x >> n shifts zeros in.
 *   A(x)  x ^= x >> 30, x *= bf58476d1ce4e5b9, x ^= x >> 27, x *= 94d049bb133111eb, x ^= x >> 31
 *   B(x)  x ^= x >> 33, x *= ff51afd7ed558ccd, x ^= x >> 33, x *= c4ceb9fe1a85ec53, x ^= x >> 33
 * A ends SplitMix64 (Steele, Lea and Flood 2014; constants of Stafford), B MurmurHash3 (Appleby):
 * one-to-one, and any bit of x changes each bit of the result in close to half of the cases.
 *
 * A hash is a pair that begins as (243f6a8885a308d3, 13198a2e03707344), digits of pi. To take up a
 * pair (u, v) of kind k it becomes
 *   (A(a ^ u ^ k * 9e3779b97f4a7c15), B(b + v + k * d1342543de82ef95)),
 * to take up a word w of kind k the same with u = v = w. The factors are the golden ratio's and one
 * of Steele and Vigna (2022). text    begin; word of kind 0: bytes; words of kind 0: each 8 bytes,
 * the lowest first, the last ones filled up with zeros vector  begin; word of kind 0: components;
 * for each of them that is not 0, in order, a word of kind its index + 1: its real real    the bits
 * of IEEE 754 binary64, -0 as 0, NaN as 7ff8000000000000 row     begin; for each column in
 * ascending order of the names' bytes one of missing or NaN  kind 0, word 0          text, category
 * kind 4, pair of the text bool            kind 1, word 0 or 1     timestamp       kind 5, word
 * microseconds integer         kind 2, word            vector          kind 6, pair of the vector
 *           real            kind 3, word
 *   content SHA-256 of "mlcore content 1", names in that order, rows, sum of a, sum of b of all
 * rows schema  SHA-256 of "mlcore schema 1"; for each column in that order name, type, width and
 * the names of components, if it has any where SHA-256 (FIPS 180-4) takes a text as its length and
 * its bytes, a number as 8 bytes, the lowest first. */
#include <mlcore/sampling.h>

#include <math.h>
#include <string.h>

#include "dataset_impl.h"
#include "error.h"
#include "hash_mix.h"
#include "kernels.h"
#include "sha256.h"

#define BLOCK_ROWS 512 /* at a time, so that their hashes stay in the nearest cache */
#define DIGEST_BYTES 32
#define BEGIN ((pair){UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344)})

enum { KIND_MISSING, KIND_BOOL, KIND_INTEGER, KIND_REAL, KIND_TEXT, KIND_TIME, KIND_VECTOR };

typedef struct pair {
    uint64_t a, b;
} pair;

/* Of the rows of a block: their hashes, and what these take up next. */
typedef struct block_rows {
    uint64_t a[BLOCK_ROWS], b[BLOCK_ROWS];
    uint64_t u[BLOCK_ROWS], v[BLOCK_ROWS]; /* with the kind */
    int64_t row[BLOCK_ROWS];               /* of the columns */
    int64_t n;
} block_rows;

typedef struct fingerprint {
    const mlc_dataset *dataset;
    const mlci_kernels *kernels;
    int32_t *order;     /* fields by name */
    pair **categories;  /* of each field: the pairs of its dictionary's texts, or NULL */
    block_rows *blocks; /* one a slot */
    pair *sums;         /* one a slot: sums of integers come out the same however rows are dealt */
} fingerprint;

/* ---- hashes --------------------------------------------------------------------------------- */

/* A pair with its kind. */
static inline pair of_kind(uint64_t kind, pair p)
{
    return (pair){p.a ^ kind * UINT64_C(0x9e3779b97f4a7c15),
                  p.b + kind * UINT64_C(0xd1342543de82ef95)};
}

static inline pair take_up(pair hash, uint64_t kind, uint64_t word)
{
    const pair p = of_kind(kind, (pair){word, word});
    return (pair){mlci_mix_a(hash.a ^ p.a), mlci_mix_b(hash.b + p.b)};
}

static inline uint64_t real_bits(double value)
{
    uint64_t bits = 0;
    if (value == 0) return 0;
    if (isnan(value)) return UINT64_C(0x7ff8000000000000);
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t word_of_bytes(const char *bytes, int64_t n)
{
    uint64_t word = 0;
    for (int64_t i = 0; i < n; i++)
        word |= (uint64_t)(uint8_t)bytes[i] << 8 * i;
    return word;
}

static pair hash_text(const char *text, int64_t length)
{
    pair hash = take_up(BEGIN, 0, (uint64_t)length);
    int64_t i = 0;
    for (; length - i >= 8; i += 8)
        hash = take_up(hash, 0, word_of_bytes(text + i, 8));
    return i < length ? take_up(hash, 0, word_of_bytes(text + i, length - i)) : hash;
}

/* The components that are not 0, so that a dense and a sparse vector of the same values agree. */
static pair hash_vector(const mlci_column *column, int64_t row)
{
    const double *const values = column->values;
    const int is_sparse = column->indices != NULL;
    const int64_t first = is_sparse ? column->offsets[row] : row * column->width;
    const int64_t end = is_sparse ? column->offsets[row + 1] : first + column->width;
    pair hash = take_up(BEGIN, 0, (uint64_t)column->width);
    for (int64_t k = first; k < end; k++) {
        const int64_t index = is_sparse ? column->indices[k] : k - first;
        if (values[k] != 0) hash = take_up(hash, (uint64_t)index + 1, real_bits(values[k]));
    }
    return hash;
}

/* ---- columns -------------------------------------------------------------------------------- */

static inline void set_pair(block_rows *rows, int64_t i, uint64_t kind, pair p)
{
    const pair with_kind = of_kind(kind, p);
    rows->u[i] = with_kind.a;
    rows->v[i] = with_kind.b;
}

static inline void set_word(block_rows *rows, int64_t i, uint64_t kind, uint64_t word)
{
    set_pair(rows, i, kind, (pair){word, word});
}

static inline void set_real(block_rows *rows, int64_t i, double value)
{
    const uint64_t there = isnan(value) ? 0 : UINT64_MAX; /* NaN as missing */
    set_word(rows, i, KIND_REAL, real_bits(value));
    rows->u[i] &= there;
    rows->v[i] &= there;
}

static void set_text(block_rows *rows, int64_t i, const mlci_column *column)
{
    int64_t length = 0;
    const char *const text = mlci_column_text(column, rows->row[i], &length);
    if (text != NULL) set_pair(rows, i, KIND_TEXT, hash_text(text, length));
}

static void set_values(block_rows *rows, const mlci_column *c, const pair *categories)
{
    const int64_t *const row = rows->row, n = rows->n, *const integers = c->values;
    switch (c->type) {
    case MLC_TYPE_BOOL:
        for (int64_t i = 0; i < n; i++)
            set_word(rows, i, KIND_BOOL,
                     ((const uint8_t *)c->values)[row[i] >> 3] >> (row[i] & 7) & 1);
        break;
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP:
        for (int64_t i = 0; i < n; i++)
            set_word(rows, i, c->type == MLC_TYPE_INT64 ? KIND_INTEGER : KIND_TIME,
                     (uint64_t)integers[row[i]]);
        break;
    case MLC_TYPE_FLOAT32:
        for (int64_t i = 0; i < n; i++)
            set_real(rows, i, (double)((const float *)c->values)[row[i]]);
        break;
    case MLC_TYPE_FLOAT64:
        for (int64_t i = 0; i < n; i++)
            set_real(rows, i, ((const double *)c->values)[row[i]]);
        break;
    case MLC_TYPE_VECTOR:
        for (int64_t i = 0; i < n; i++)
            set_pair(rows, i, KIND_VECTOR, hash_vector(c, row[i]));
        break;
    default:
        for (int64_t i = 0; i < n; i++) {
            if (categories == NULL) {
                set_text(rows, i, c);
            } else if (mlci_column_is_valid(c, row[i])) {
                set_pair(rows, i, KIND_TEXT, categories[mlci_column_code(c, row[i])]);
            }
        }
    }
}

static void take_up_column(const mlci_kernels *kernels, block_rows *rows, const mlci_column *column,
                           const pair *categories)
{
    set_values(rows, column, categories);
    for (int64_t i = 0; column->valid != NULL && i < rows->n; i++) {
        if (!mlci_column_is_valid(column, rows->row[i])) set_word(rows, i, KIND_MISSING, 0);
    }
    kernels->mix(rows->n, rows->u, rows->v, rows->a, rows->b);
}

static mlc_status sum_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const fingerprint *const f = arg;
    const mlc_dataset *const d = f->dataset;
    const int64_t first = block * BLOCK_ROWS, left = d->n_rows - first;
    block_rows *const rows = &f->blocks[slot];
    (void)err;
    rows->n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    for (int64_t i = 0; i < rows->n; i++) {
        rows->row[i] = mlci_dataset_source_row(d, first + i);
        rows->a[i] = BEGIN.a;
        rows->b[i] = BEGIN.b;
    }
    for (int32_t j = 0; j < d->n_fields; j++)
        take_up_column(f->kernels, rows, d->fields[f->order[j]].column, f->categories[f->order[j]]);
    for (int64_t i = 0; i < rows->n; i++) {
        f->sums[slot].a += rows->a[i];
        f->sums[slot].b += rows->b[i];
    }
    return MLC_OK;
}

/* Each text of a dictionary is hashed once where rows are as many. */
static mlc_status hash_categories(mlci_root *root, fingerprint *f, mlc_error *err)
{
    const mlc_dataset *const d = f->dataset;
    for (int32_t j = 0; j < d->n_fields; j++) {
        const mlci_dictionary *const texts = d->fields[j].column->dictionary;
        if (d->fields[j].column->type != MLC_TYPE_CATEGORY || texts->n > d->n_rows) continue;
        f->categories[j] = mlci_alloc_raw(root, texts->n, (int64_t)sizeof(pair));
        if (f->categories[j] == NULL) return mlci_fail_memory(err, texts->n, (int64_t)sizeof(pair));
        for (int32_t k = 0; k < texts->n; k++) {
            int64_t length = 0;
            const char *const text = mlci_dictionary_text(texts, k, &length);
            f->categories[j][k] = hash_text(text, length);
        }
    }
    return MLC_OK;
}

static mlc_status sum_rows(mlc_context *call, fingerprint *f, pair *out, mlc_error *err)
{
    const int32_t n_slots = mlci_n_slots(call);
    const int64_t n_blocks = (f->dataset->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    f->blocks = mlci_alloc_raw(call->root, n_slots, (int64_t)sizeof *f->blocks);
    f->sums = mlci_alloc(call->root, n_slots, (int64_t)sizeof *f->sums);
    f->categories = mlci_alloc(call->root, f->dataset->n_fields, (int64_t)sizeof *f->categories);
    if (f->blocks == NULL || f->sums == NULL || f->categories == NULL)
        return mlci_fail_memory(err, n_slots, (int64_t)sizeof *f->blocks);
    MLCI_TRY(hash_categories(call->root, f, err));
    MLCI_TRY(mlci_parallel_for(call, n_blocks, sum_block, f, err));
    for (int32_t s = 0; s < n_slots; s++) {
        out->a += f->sums[s].a;
        out->b += f->sums[s].b;
    }
    return MLC_OK;
}

static void clear(fingerprint *f)
{
    for (int32_t j = 0; f->categories != NULL && j < f->dataset->n_fields; j++)
        mlci_free(f->categories[j]);
    mlci_free(f->categories);
    mlci_free(f->order);
    mlci_free(f->blocks);
    mlci_free(f->sums);
}

/* ---- the two hashes ------------------------------------------------------------------------- */

static void add_word(mlci_sha256 *sha, uint64_t word)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(word >> 8 * i);
    mlci_sha256_add(sha, bytes, sizeof bytes);
}

static void add_text(mlci_sha256 *sha, const char *text)
{
    const int64_t length = (int64_t)strlen(text);
    add_word(sha, (uint64_t)length);
    mlci_sha256_add(sha, text, length);
}

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

static void schema_hash(const fingerprint *f, char out[2 * DIGEST_BYTES + 1])
{
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    add_text(&sha, "mlcore schema 1");
    for (int32_t j = 0; j < f->dataset->n_fields; j++) {
        const mlci_field *const field = &f->dataset->fields[f->order[j]];
        add_text(&sha, field->name);
        add_text(&sha, mlci_type_name(field->column->type));
        add_word(&sha, (uint64_t)field->column->width);
        for (int64_t k = 0; field->column->components != NULL && k < field->column->width; k++)
            add_text(&sha, field->column->components[k]);
    }
    to_hex(&sha, out);
}

static mlc_status content_hash(mlc_context *call, fingerprint *f, char out[2 * DIGEST_BYTES + 1],
                               mlc_error *err)
{
    pair sum = {0, 0};
    mlci_sha256 sha;
    MLCI_TRY(sum_rows(call, f, &sum, err));
    mlci_sha256_init(&sha);
    add_text(&sha, "mlcore content 1");
    for (int32_t j = 0; j < f->dataset->n_fields; j++)
        add_text(&sha, f->dataset->fields[f->order[j]].name);
    add_word(&sha, (uint64_t)f->dataset->n_rows);
    add_word(&sha, sum.a);
    add_word(&sha, sum.b);
    to_hex(&sha, out);
    return MLC_OK;
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
    f->kernels = mlci_kernels_of(mlci_root_isa(call->root));
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
    clear(&f);
    mlci_call_end(call);
    return status;
}
