/* One pass over blocks of rows, which are compared with a row of the columns' common values, 16
 * doubles a step; what differs is listed and then dealt to the columns by counting.
 *
 * The common value is the majority (Boyer, Moore 1981) of a sample of rows. Reading costs about
 * one instruction a value and 20 an other value, 10 bytes each. A tile that has too many gives up
 * columns that are not as the sample was. */
#include "sparse_columns.h"

#include <string.h>

#include "tree_kernels.h"

#define LEAST_ROWS 1024
#define SAMPLE_ROWS 64
#define MOST_OTHERS 16 /* of the sample, in a column */
#define LEAST_SHARE 8  /* of the columns, one in so many, for a pass of its own */
#define TILE_VALUES (1 << 23)
#define LEAST_TILE_ROWS 256
#define CHUNK_VALUES 32768 /* that are read at once */

typedef struct entry {
    double value;
    int32_t column;
    uint16_t row;
} entry;

/* Memory of one thread. */
typedef struct scratch {
    double *rows;     /* of a chunk, where they have to be copied */
    uint32_t *places; /* of other values in a row */
    uint32_t *count;  /* a column */
    uint8_t *is_out;  /* columns that this tile has given up */
    entry *entries;
    int64_t n, capacity;
} scratch;

typedef struct work {
    mlc_context *call;
    mlci_sparse_columns *columns;
    const mlci_matrix *x;
    const mlci_tree_kernels *kernels;
    int64_t chunk_rows;
    uint8_t *is_out; /* columns that some tile has given up */
    scratch *slots;
    int32_t n_slots;
} work;

/* ---- which columns ------------------------------------------------------------------------ */

/* Majority of each column among the sampled rows, if there is one. */
static void vote(const work *w, double *memory, int32_t *votes)
{
    double *const common = w->columns->common;
    for (int64_t k = 0; k < SAMPLE_ROWS; k++) {
        const double *const row = mlci_matrix_rows(w->x, k * w->x->n_rows / SAMPLE_ROWS, 1, memory);
        for (int64_t j = 0; j < w->x->n_features; j++) {
            const int is_same = memcmp(row + j, common + j, sizeof *row) == 0;
            if (votes[j] == 0) common[j] = row[j];
            votes[j] += (votes[j] == 0 || is_same) ? 1 : -1;
        }
    }
}

/* Numbers the columns that are mostly their common value; none where they are too few. */
static mlc_status choose_columns(work *w, mlc_error *err)
{
    mlci_sparse_columns *const s = w->columns;
    scratch *const own = &w->slots[0];
    int32_t *const votes = mlci_alloc(s->root, s->n_features, sizeof *votes);
    if (votes == NULL) return mlci_fail_memory(err, s->n_features, sizeof *votes);
    vote(w, own->rows, votes);
    memset(votes, 0, (size_t)s->n_features * sizeof *votes);
    for (int64_t k = 0; k < SAMPLE_ROWS; k++) {
        const double *const row =
            mlci_matrix_rows(w->x, k * w->x->n_rows / SAMPLE_ROWS, 1, own->rows);
        const int64_t n = w->kernels->find_other(s->n_features, row, s->common, own->places);
        for (int64_t i = 0; i < n; i++)
            votes[own->places[i]]++;
    }
    for (int64_t j = 0; j < s->n_features; j++)
        s->column[j] = votes[j] <= MOST_OTHERS ? s->n_columns++ : -1;
    if (s->n_columns < (s->n_features + LEAST_SHARE - 1) / LEAST_SHARE) s->n_columns = 0;
    mlci_free(votes);
    return MLC_OK;
}

/* ---- tiles -------------------------------------------------------------------------------- */

/* Gives up the columns with others in more than an eighth of the rows so far, of which there is
 * at least one when there are more entries than a quarter of the values. */
static void drop_columns(const work *w, scratch *own, int64_t n_rows)
{
    int64_t kept = 0;
    memset(own->count, 0, (size_t)w->columns->n_columns * sizeof *own->count);
    for (int64_t i = 0; i < own->n; i++)
        own->count[own->entries[i].column]++;
    for (int32_t c = 0; c < w->columns->n_columns; c++) {
        if (8 * (int64_t)own->count[c] <= n_rows) continue;
        own->is_out[c] = 1;
        __atomic_store_n(&w->is_out[c], 1, __ATOMIC_RELAXED);
    }
    for (int64_t i = 0; i < own->n; i++)
        if (!own->is_out[own->entries[i].column]) own->entries[kept++] = own->entries[i];
    own->n = kept;
}

/* Room for the entries of one more row. */
static mlc_status make_room(const work *w, scratch *own, mlc_error *err)
{
    const int64_t least = own->n + w->columns->n_columns;
    if (least <= own->capacity) return MLC_OK;
    const int64_t capacity = least > 2 * own->capacity ? least : 2 * own->capacity;
    entry *const more = mlci_realloc(w->columns->root, own->entries, capacity, sizeof *more);
    if (more == NULL) return mlci_fail_memory(err, capacity, sizeof *more);
    own->entries = more;
    own->capacity = capacity;
    return MLC_OK;
}

static void add_row(const work *w, scratch *own, const double *row, int64_t at)
{
    const mlci_sparse_columns *const s = w->columns;
    const int64_t n = w->kernels->find_other(s->n_features, row, s->common, own->places);
    entry *const entries = own->entries;
    int64_t to = own->n;
    for (int64_t i = 0; i < n; i++) {
        const int32_t column = s->column[own->places[i]];
        if (column < 0 || own->is_out[column]) continue;
        entries[to++] = (entry){row[own->places[i]], column, (uint16_t)at};
    }
    own->n = to;
}

static mlc_status read_rows(const work *w, scratch *own, int64_t begin, int64_t end, mlc_error *err)
{
    const int64_t limit = (end - begin) * w->columns->n_columns / 4;
    for (int64_t first = begin; first < end; first += w->chunk_rows) {
        const int64_t n = first + w->chunk_rows < end ? w->chunk_rows : end - first;
        const double *const rows = mlci_matrix_rows(w->x, first, n, own->rows);
        MLCI_TRY(mlci_poll(w->call, err));
        for (int64_t i = 0; i < n; i++) {
            if (own->n > limit) drop_columns(w, own, first + i - begin);
            MLCI_TRY(make_room(w, own, err));
            add_row(w, own, rows + i * w->x->n_features, first + i - begin);
        }
    }
    return MLC_OK;
}

/* Entries by column; a counting sort keeps the order of rows. */
static mlc_status deal_entries(const work *w, scratch *own, mlci_sparse_tile *tile, mlc_error *err)
{
    const mlci_sparse_columns *const s = w->columns;
    const int64_t n_columns = s->n_columns, n = own->n;
    tile->first = mlci_alloc(s->root, n_columns + 1, sizeof *tile->first);
    tile->rows = mlci_alloc_raw(s->root, n, sizeof *tile->rows);
    tile->values = mlci_alloc_raw(s->root, n, sizeof *tile->values);
    tile->codes = mlci_alloc(s->root, n, sizeof *tile->codes);
    if (tile->first == NULL || tile->rows == NULL || tile->values == NULL || tile->codes == NULL)
        return mlci_fail_memory(err, n, sizeof *tile->values);
    for (int64_t i = 0; i < n; i++)
        tile->first[own->entries[i].column + 1]++;
    for (int64_t c = 0; c < n_columns; c++) {
        own->count[c] = tile->first[c];
        tile->first[c + 1] += tile->first[c];
    }
    for (int64_t i = 0; i < n; i++) {
        const entry *const e = &own->entries[i];
        const uint32_t to = own->count[e->column]++;
        tile->rows[to] = e->row;
        tile->values[to] = e->value;
    }
    return MLC_OK;
}

static mlc_status read_tile(void *arg, int64_t tile, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    const mlci_sparse_columns *const s = w->columns;
    scratch *const own = &w->slots[slot];
    const int64_t begin = tile * s->tile_rows;
    const int64_t end = begin + s->tile_rows < s->n_rows ? begin + s->tile_rows : s->n_rows;
    own->n = 0;
    memset(own->is_out, 0, (size_t)s->n_columns);
    MLCI_TRY(read_rows(w, own, begin, end, err));
    return deal_entries(w, own, &s->tiles[tile], err);
}

static mlc_status read_tiles(work *w, mlc_error *err)
{
    mlci_sparse_columns *const s = w->columns;
    s->tile_rows = TILE_VALUES / s->n_features;
    if (s->tile_rows > MLCI_SPARSE_TILE_ROWS) s->tile_rows = MLCI_SPARSE_TILE_ROWS;
    if (s->tile_rows < LEAST_TILE_ROWS) s->tile_rows = LEAST_TILE_ROWS;
    s->n_tiles = (s->n_rows + s->tile_rows - 1) / s->tile_rows;
    s->tiles = mlci_alloc(s->root, s->n_tiles, sizeof *s->tiles);
    w->is_out = mlci_alloc(s->root, s->n_columns, sizeof *w->is_out);
    if (s->tiles == NULL || w->is_out == NULL)
        return mlci_fail_memory(err, s->n_tiles, sizeof *s->tiles);
    MLCI_TRY(mlci_parallel_for(w->call, s->n_tiles, read_tile, w, err));
    for (int64_t j = 0; j < s->n_features; j++)
        if (s->column[j] >= 0 && w->is_out[s->column[j]]) s->column[j] = -1;
    return MLC_OK;
}

/* ---- the value ---------------------------------------------------------------------------- */

static mlc_status make_slots(work *w, mlc_error *err)
{
    mlci_root *const root = w->columns->root;
    const int64_t n = w->columns->n_features;
    w->slots = mlci_alloc(root, w->n_slots, sizeof *w->slots);
    if (w->slots == NULL) return mlci_fail_memory(err, w->n_slots, sizeof *w->slots);
    for (int32_t i = 0; i < w->n_slots; i++) {
        scratch *const own = &w->slots[i];
        own->rows = mlci_alloc_raw(root, w->chunk_rows * n, sizeof *own->rows);
        own->places = mlci_alloc_raw(root, n + MLCI_FIND_SLACK, sizeof *own->places);
        own->count = mlci_alloc_raw(root, n, sizeof *own->count);
        own->is_out = mlci_alloc_raw(root, n, sizeof *own->is_out);
        if (own->rows == NULL || own->places == NULL || own->count == NULL || own->is_out == NULL)
            return mlci_fail_memory(err, w->chunk_rows * n, sizeof *own->rows);
    }
    return MLC_OK;
}

static void free_work(work *w)
{
    for (int32_t i = 0; w->slots != NULL && i < w->n_slots; i++) {
        mlci_free(w->slots[i].rows);
        mlci_free(w->slots[i].places);
        mlci_free(w->slots[i].count);
        mlci_free(w->slots[i].is_out);
        mlci_free(w->slots[i].entries);
    }
    mlci_free(w->slots);
    mlci_free(w->is_out);
}

static mlc_status read_columns(work *w, mlc_error *err)
{
    MLCI_TRY(make_slots(w, err));
    MLCI_TRY(choose_columns(w, err));
    return w->columns->n_columns > 0 ? read_tiles(w, err) : MLC_OK;
}

mlc_status mlci_sparse_columns_read(mlc_context *call, const mlci_matrix *x,
                                    mlci_sparse_columns **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n_features = x->n_features;
    mlc_status status = MLC_OK;
    mlci_sparse_columns *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    work w = {.call = call, .columns = s, .x = x, .n_slots = mlci_n_slots(call)};
    s->root = root;
    s->n_features = n_features;
    s->n_rows = x->n_rows;
    s->column = mlci_alloc_raw(root, n_features, sizeof *s->column);
    s->common = mlci_alloc(root, n_features, sizeof *s->common);
    s->common_code = mlci_alloc(root, n_features, sizeof *s->common_code);
    w.kernels = mlci_tree_kernels_of(mlci_root_isa(root));
    w.chunk_rows = n_features > 0 && n_features < CHUNK_VALUES ? CHUNK_VALUES / n_features : 1;
    if (s->column == NULL || s->common == NULL || s->common_code == NULL)
        status = mlci_fail_memory(err, n_features, sizeof *s->common);
    else if (x->n_rows >= LEAST_ROWS && n_features > 0)
        status = read_columns(&w, err);
    free_work(&w);
    for (int64_t j = 0; status == MLC_OK && s->n_columns == 0 && j < n_features; j++)
        s->column[j] = -1;
    if (status != MLC_OK) {
        mlci_sparse_columns_free(s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

void mlci_sparse_columns_drop_values(mlci_sparse_columns *s)
{
    for (int64_t t = 0; t < s->n_tiles; t++) {
        mlci_free(s->tiles[t].values);
        s->tiles[t].values = NULL;
    }
}

void mlci_sparse_columns_free(mlci_sparse_columns *s)
{
    if (s == NULL) return;
    for (int64_t t = 0; s->tiles != NULL && t < s->n_tiles; t++) {
        mlci_free(s->tiles[t].first);
        mlci_free(s->tiles[t].rows);
        mlci_free(s->tiles[t].values);
        mlci_free(s->tiles[t].codes);
    }
    mlci_free(s->tiles);
    mlci_free(s->column);
    mlci_free(s->common);
    mlci_free(s->common_code);
    mlci_free(s);
}
