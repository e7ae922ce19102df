/* Reading JSON Lines: settings, chunks read in parallel, their trees joined, columns, roles.
 *
 * What is read is bounded by the file: values take memory where they are, and a table of rows and
 * columns that would be far larger than the file, because each line has members of its own, is
 * refused before it is made. */
#include <string.h>

#include "checked.h"
#include "format.h"
#include "jsonl.h"
#include "text_file.h"

#define WINDOW_CHUNKS 8               /* of text in memory */
#define FEW_VALUES ((int64_t)1 << 24) /* a table of so many values is made in any case */
#define VALUES_A_BYTE 64              /* a larger one when the file has bytes for it */

/* ---- chunks ------------------------------------------------------------------------------- */

typedef struct reader {
    mlc_context *call;
    mlci_line_windows *windows;
    mlci_jsonl_source source;
    int64_t n_bytes; /* of all windows */
    int64_t chunk_bytes, n_chunks, chunks_capacity;
    mlci_jsonl_chunk *chunks;
    int64_t *first_rows; /* n_chunks + 1 */
    mlci_json_paths all; /* of all chunks */
    int32_t **node_of;   /* of each chunk: nodes of `all` to its nodes, -1 none */
    int32_t n_columns;
    int32_t *column_node; /* nodes of `all` */
    mlci_gather **pieces; /* n_columns x n_chunks */
    mlci_gathered *gathered;
    mlci_column **columns;
} reader;

typedef struct group {
    reader *r;
    int64_t first;    /* chunk of the window */
    mlc_status ahead; /* of the bytes after the window */
    mlc_error ahead_error;
} group;

/* Block 0 reads ahead; what is wrong there comes after what is wrong in the window. */
static mlc_status read_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    group *const g = arg;
    reader *const r = g->r;
    (void)slot;
    if (block == 0) {
        g->ahead = mlci_line_windows_read_ahead(r->windows, r->call, &g->ahead_error);
        return MLC_OK;
    }
    const mlci_jsonl_source *const s = &r->source;
    const int64_t at = (block - 1) * r->chunk_bytes;
    const int64_t begin = mlci_text_line_start(s->bytes, s->n, at);
    const int64_t end = mlci_text_line_start(s->bytes, s->n, at + r->chunk_bytes);
    return mlci_jsonl_chunk_read(&r->chunks[g->first + block - 1], s, begin, end, err);
}

/* Adds n chunks that hold nothing yet. */
static mlc_status add_chunks(reader *r, int64_t n, mlc_error *err)
{
    if (r->n_chunks + n > r->chunks_capacity) {
        const int64_t capacity = 2 * r->chunks_capacity + n;
        mlci_jsonl_chunk *const grown =
            mlci_realloc(r->call->root, r->chunks, capacity, (int64_t)sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *grown);
        r->chunks = grown;
        r->chunks_capacity = capacity;
    }
    for (int64_t c = r->n_chunks; c < r->n_chunks + n; c++)
        r->chunks[c] = (mlci_jsonl_chunk){0};
    r->n_chunks += n;
    return MLC_OK;
}

/* Lines of what was left out, while the window is here. */
static void number_problems(reader *r, int64_t first)
{
    int64_t from = 0, line = r->source.line;
    for (int64_t c = first; c < r->n_chunks; c++) {
        for (int64_t i = 0; i < r->chunks[c].n_problems; i++) {
            mlci_jsonl_fault *const fault = &r->chunks[c].problems[i];
            line += mlci_text_line(r->source.bytes + from, fault->at - from) - 1;
            from = fault->at;
            fault->line = line;
        }
    }
}

static mlc_status read_window(reader *r, int64_t window, mlc_error *err)
{
    const int64_t n = (r->source.n - 1) / r->chunk_bytes + 1;
    group g = {.r = r, .first = r->n_chunks};
    MLCI_TRY(add_chunks(r, n, err));
    MLCI_TRY(mlci_parallel_for(r->call, n + 1, read_block, &g, err));
    MLCI_TRY(mlci_line_windows_report(r->windows, r->call, err));
    for (int64_t c = g.first; c < r->n_chunks; c++) {
        const mlci_jsonl_fault *const fatal = &r->chunks[c].fatal;
        if (fatal->status != MLC_OK) return mlci_jsonl_fault_fail(&r->source, fatal, err);
        r->chunks[c].window = window;
    }
    number_problems(r, g.first);
    r->n_bytes += r->source.n;
    if (g.ahead != MLC_OK && err != NULL) *err = g.ahead_error;
    return g.ahead;
}

static mlc_status read_windows(reader *r, mlc_error *err)
{
    mlci_jsonl_source *const s = &r->source;
    for (int64_t k = 0;; k++) {
        const mlc_status status =
            mlci_line_windows_next(r->windows, r->call, &s->bytes, &s->n, &s->line, err);
        if (status == MLC_END) break;
        if (status != MLC_OK) return status;
        MLCI_TRY(read_window(r, k, err));
    }
    s->bytes = NULL;
    r->first_rows = mlci_alloc(r->call->root, r->n_chunks + 1, (int64_t)sizeof *r->first_rows);
    if (r->first_rows == NULL) {
        return mlci_fail_memory(err, r->n_chunks + 1, (int64_t)sizeof *r->first_rows);
    }
    for (int64_t c = 0; c < r->n_chunks; c++)
        r->first_rows[c + 1] = r->first_rows[c] + r->chunks[c].n_rows;
    return MLC_OK;
}

/* ---- joining ------------------------------------------------------------------------------ */

/* Adds the nodes that a chunk has met, in the order in which it has met them. */
static mlc_status join_paths(reader *r, int64_t c, int32_t *all_of, mlc_error *err)
{
    const mlci_jsonl_chunk *const chunk = &r->chunks[c];
    all_of[MLCI_JSON_ROOT] = MLCI_JSON_ROOT;
    for (int64_t k = 0; k < chunk->n_met; k++) {
        const int32_t i = chunk->met[k];
        const mlci_json_node *const node = &chunk->paths.nodes[i];
        MLCI_TRY(mlci_json_paths_add(&r->all, all_of[node->parent], node->index, node->key,
                                     node->length, &all_of[i], err));
        mlci_json_node *const to = &r->all.nodes[all_of[i]];
        to->is_met = 1;
        to->is_column |= node->is_column;
        to->has_values |= node->values.n > 0;
    }
    return MLC_OK;
}

static mlc_status join_all(reader *r, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    r->node_of = mlci_alloc(root, r->n_chunks, (int64_t)sizeof *r->node_of);
    if (r->node_of == NULL) {
        return mlci_fail_memory(err, r->n_chunks, (int64_t)sizeof *r->node_of);
    }
    MLCI_TRY(mlci_json_paths_copy(&r->source.wanted, &r->all, err));
    for (int64_t c = 0; c < r->n_chunks; c++) {
        const int64_t n = r->chunks[c].paths.n;
        r->node_of[c] = mlci_alloc_raw(root, n, (int64_t)sizeof **r->node_of);
        if (r->node_of[c] == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof **r->node_of);
        MLCI_TRY(join_paths(r, c, r->node_of[c], err));
    }
    return MLC_OK;
}

/* A member that is null in some rows and an object in others is no column of its own. */
static int is_column(const reader *r, int32_t i)
{
    const mlci_json_node *const node = &r->all.nodes[i];
    if (r->source.settings->columns != NULL) return r->source.wanted.nodes[i].is_column;
    return node->is_column && (node->has_values || !node->has_members);
}

static mlc_status refuse_unmet(const reader *r, int32_t i, mlc_error *err)
{
    const char *const name = r->source.wanted.nodes[i].name;
    mlci_text path = mlci_text_init(NULL);
    mlci_json_paths_name(&r->source.wanted, i, &path);
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_COLUMN, name, "columns: no line of '%s' has the member '%s'",
                  r->source.name, path.data == NULL ? "" : path.data);
    mlci_text_clear(&path);
    return status;
}

static mlc_status find_columns(reader *r, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    const int32_t chooses = r->source.settings->columns != NULL;
    const int64_t n = r->all.n;
    r->column_node = mlci_alloc_raw(root, n, (int64_t)sizeof *r->column_node);
    if (r->column_node == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *r->column_node);
    for (int32_t i = 1; i < r->all.n; i++) {
        if (!is_column(r, i)) continue;
        /* In the order of columns=, else as the lines have them. */
        r->column_node[chooses ? r->source.wanted.nodes[i].column : r->n_columns] = i;
        r->n_columns++;
    }
    int64_t n_pieces = 0;
    if (!mlci_mul_size(r->n_columns, r->n_chunks, &n_pieces)) n_pieces = INT64_MAX;
    r->pieces = mlci_alloc(root, n_pieces, (int64_t)sizeof *r->pieces);
    r->gathered = mlci_alloc(root, r->n_columns, (int64_t)sizeof *r->gathered);
    r->columns = mlci_alloc(root, r->n_columns, (int64_t)sizeof *r->columns);
    if (r->pieces == NULL || r->gathered == NULL || r->columns == NULL) {
        return mlci_fail_memory(err, n_pieces, (int64_t)sizeof *r->pieces);
    }
    return MLC_OK;
}

static mlc_status name_column(reader *r, int32_t node, mlc_error *err)
{
    mlci_json_node *const to = &r->all.nodes[node];
    if (r->source.settings->columns != NULL) {
        const char *const name = r->source.wanted.nodes[node].name;
        to->name = mlci_copy_text(r->call->root, name, (int64_t)strlen(name));
        return to->name == NULL ? mlci_fail_memory(err, 1, 1) : MLC_OK;
    }
    mlci_text name = mlci_text_init(r->call->root);
    mlci_json_paths_name(&r->all, node, &name);
    return mlci_text_take(&name, &to->name, err);
}

/* The values of each column: its pieces by chunk. */
static mlc_status lay_out_columns(reader *r, mlc_error *err)
{
    const int64_t n_rows = r->first_rows[r->n_chunks];
    for (int32_t j = 0; j < r->n_columns; j++) {
        const int32_t node = r->column_node[j];
        r->all.nodes[node].column = j;
        MLCI_TRY(name_column(r, node, err));
        const char *const name = r->all.nodes[node].name;
        r->gathered[j] = (mlci_gathered){.name = name,
                                         .wish = mlci_wishes_find(&r->source.wishes, name),
                                         .text_as = r->source.settings->text,
                                         .n_rows = n_rows,
                                         .n_pieces = r->n_chunks,
                                         .pieces = r->pieces + j * r->n_chunks,
                                         .first_rows = r->first_rows};
    }
    for (int64_t c = 0; c < r->n_chunks; c++) {
        const mlci_jsonl_chunk *const chunk = &r->chunks[c];
        for (int64_t k = 0; k < chunk->n_met; k++) {
            const int32_t node = r->node_of[c][chunk->met[k]];
            if (!is_column(r, node)) continue;
            r->pieces[r->all.nodes[node].column * r->n_chunks + c] =
                &chunk->paths.nodes[chunk->met[k]].values;
        }
    }
    return MLC_OK;
}

/* ---- checks ------------------------------------------------------------------------------- */

/* The window of a chunk once more, for a message about one of its lines. */
static mlc_status recall(reader *r, const mlci_jsonl_chunk *chunk, mlc_error *err)
{
    mlci_jsonl_source *const s = &r->source;
    MLCI_TRY(mlci_line_windows_again(r->windows, r->call, chunk->window, &s->bytes, &s->n, &s->line,
                                     err));
    if (chunk->end <= s->n) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s changed while it was read", s->name);
}

static mlc_status fail_conflict(reader *r, int32_t j, const mlci_conflict *conflict, mlc_error *err)
{
    const mlci_jsonl_chunk *const chunk = &r->chunks[conflict->piece];
    const int64_t start = chunk->starts[conflict->row];
    MLCI_TRY(recall(r, chunk, err));
    const char *const name = r->gathered[j].name;
    int32_t node = 0;
    int64_t column = 0;
    for (int64_t k = 0; k < chunk->n_met; k++) {
        if (r->node_of[conflict->piece][chunk->met[k]] == r->column_node[j]) node = chunk->met[k];
    }
    MLCI_TRY(mlci_jsonl_find_column(chunk, start, node, &column, err));
    const int64_t line = mlci_jsonl_line(&r->source, start);
    mlci_text what = mlci_text_init(NULL);
    mlci_conflict_describe(conflict, &what);
    const mlc_status status = mlci_fail_at(
        err, MLC_ERROR_FORMAT, line, column, name,
        "%s:%lld:%lld: column '%s': %s; types='%s:text' reads texts, null= names words that mean "
        "missing",
        r->source.name, (long long)line, (long long)column, name,
        what.data == NULL ? "" : what.data, name);
    mlci_text_clear(&what);
    return status;
}

/* The conflict that comes first in the file; of one line, that of the first column. */
static mlc_status check_kinds(reader *r, mlc_error *err)
{
    mlci_conflict first = {0}, found;
    int32_t column = -1;
    for (int32_t j = 0; j < r->n_columns; j++) {
        if (!mlci_gathered_conflict(&r->gathered[j], &found)) continue;
        if (column < 0 || found.piece < first.piece ||
            (found.piece == first.piece && found.row < first.row)) {
            first = found;
            column = j;
        }
    }
    return column < 0 ? MLC_OK : fail_conflict(r, column, &first, err);
}

static mlc_status check_columns(reader *r, mlc_error *err)
{
    const int64_t n_rows = r->first_rows[r->n_chunks];
    int64_t size = 0, most = 0;
    for (int32_t j = 0; j < r->n_columns; j++) {
        const mlci_json_node *const node = &r->all.nodes[r->column_node[j]];
        if (n_rows > 0 && !node->is_met && !r->source.settings->is_later)
            return refuse_unmet(r, r->column_node[j], err);
        if (!mlci_add_size(size, mlci_gathered_size(&r->gathered[j]), &size)) size = INT64_MAX;
    }
    if (!mlci_mul_size(r->n_bytes, VALUES_A_BYTE, &most)) most = INT64_MAX;
    if (size > FEW_VALUES && size > most) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "%s: %lld rows of %d columns are mostly empty: name the columns to read "
                         "with columns=",
                         r->source.name, (long long)n_rows, (int)r->n_columns);
    }
    return check_kinds(r, err);
}

/* ---- results ------------------------------------------------------------------------------ */

static mlc_status finish_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const reader *const r = arg;
    return mlci_gathered_finish(r->call->root, &r->gathered[block], &r->columns[block], err);
}

/* The table of lines left out. */
static mlc_status list_problems(const reader *r, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    int64_t n = 0, k = 0;
    for (int64_t c = 0; c < r->n_chunks; c++)
        n += r->chunks[c].n_problems;
    int64_t *const lines = mlci_alloc(root, n, (int64_t)sizeof *lines);
    int64_t *const columns = mlci_alloc(root, n, (int64_t)sizeof *columns);
    const char **const messages = mlci_alloc(root, n, (int64_t)sizeof *messages);
    mlc_status status = MLC_OK;
    if (lines == NULL || columns == NULL || messages == NULL) {
        status = mlci_fail_memory(err, n, 3 * (int64_t)sizeof *lines);
        goto done;
    }
    for (int64_t c = 0; c < r->n_chunks; c++) {
        for (int64_t i = 0; i < r->chunks[c].n_problems; i++, k++) {
            const mlci_jsonl_fault *const fault = &r->chunks[c].problems[i];
            lines[k] = fault->line;
            columns[k] = fault->column;
            messages[k] = fault->message;
        }
    }
    mlci_table table_of;
    mlci_table_init(&table_of, root);
    mlci_table_integers(&table_of, "line", n, lines);
    mlci_table_integers(&table_of, "column", n, columns);
    mlci_table_texts(&table_of, "message", n, messages);
    status = mlci_table_finish(&table_of, out, err);
done:
    mlci_free(messages);
    mlci_free(columns);
    mlci_free(lines);
    return status;
}

static mlc_status make_dataset(reader *r, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = r->call->root;
    const mlci_jsonl_settings *const s = r->source.settings;
    const char **const names = mlci_alloc(root, r->n_columns, (int64_t)sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, r->n_columns, (int64_t)sizeof *names);
    for (int32_t j = 0; j < r->n_columns; j++)
        names[j] = r->gathered[j].name;
    mlc_dataset *d = NULL;
    mlc_status status = mlci_dataset_create(root, r->n_columns, names, r->columns, NULL, &d, err);
    mlci_free(names);
    if (status != MLC_OK) return status;
    if (r->n_columns == 0) d->n_rows = d->n_source_rows = r->first_rows[r->n_chunks];
    if (!s->is_later) status = mlci_wishes_check(&r->source.wishes, r->source.name, d, err);
    if (status == MLC_OK && s->roles != NULL) status = mlci_dataset_apply_roles(d, s->roles, err);
    if (status == MLC_OK && s->on_error == MLCI_ON_ERROR_COLLECT) {
        status = list_problems(r, &d->problems, err);
    }
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

static mlc_status read_all(reader *r, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(read_windows(r, err));
    MLCI_TRY(join_all(r, err));
    MLCI_TRY(find_columns(r, err));
    MLCI_TRY(lay_out_columns(r, err));
    MLCI_TRY(check_columns(r, err));
    MLCI_TRY(mlci_parallel_for(r->call, r->n_columns, finish_block, r, err));
    return make_dataset(r, out, err);
}

static void reader_clear(reader *r)
{
    for (int64_t c = 0; c < r->n_chunks && r->chunks != NULL; c++)
        mlci_jsonl_chunk_close(&r->chunks[c]);
    for (int64_t c = 0; c < r->n_chunks && r->node_of != NULL; c++)
        mlci_free(r->node_of[c]);
    for (int32_t j = 0; j < r->n_columns && r->columns != NULL; j++)
        mlci_column_unref(r->columns[j]);
    mlci_free(r->chunks);
    mlci_free(r->first_rows);
    mlci_free(r->node_of);
    mlci_free(r->column_node);
    mlci_free(r->pieces);
    mlci_free(r->gathered);
    mlci_free(r->columns);
    mlci_json_paths_close(&r->all);
    mlci_jsonl_source_close(&r->source);
}

mlc_status mlci_jsonl_read(mlc_context *call, mlci_line_windows *windows,
                           const mlci_jsonl_settings *settings, int64_t chunk_bytes,
                           mlc_dataset **out, mlc_error *err)
{
    reader r = {.call = call, .windows = windows, .chunk_bytes = chunk_bytes};
    r.all.root = call->root;
    MLCI_TRY(mlci_jsonl_source_open(call->root, windows->name, settings, &r.source, err));
    const mlc_status status = read_all(&r, out, err);
    reader_clear(&r);
    return status;
}

mlc_status mlci_jsonl_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                                const mlci_jsonl_settings *settings, int64_t chunk_bytes,
                                mlc_dataset **out, mlc_error *err)
{
    mlci_line_windows windows = mlci_line_windows_within(
        call->root, name, bytes, n, settings->first_line + 1, WINDOW_CHUNKS * chunk_bytes);
    return mlci_jsonl_read(call, &windows, settings, chunk_bytes, out, err);
}
