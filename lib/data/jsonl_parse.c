/* Lines of JSON into the values of paths.
 *
 * A line counts when all of it is good: what it adds is noted, and taken back when the rest of the
 * line turns out to be wrong and lines may be left out. So what such a line says about columns,
 * types and their order has no effect. */
#include <math.h>
#include <string.h>

#include "jsonl.h"
#include "text_file.h"

/* ---- rooms -------------------------------------------------------------------------------- */

/* Room for one more element; *items may move. */
static mlc_status make_room(mlci_root *root, void *items, int64_t n, int64_t *capacity,
                            int64_t size, mlc_error *err)
{
    void **const block = items;
    if (n < *capacity) return MLC_OK;
    const int64_t grown = *capacity == 0 ? 16 : 2 * *capacity;
    void *const moved = mlci_realloc(root, *block, grown, size);
    if (moved == NULL) return mlci_fail_memory(err, grown, size);
    *block = moved;
    *capacity = grown;
    return MLC_OK;
}

static mlc_status touch(mlci_jsonl_chunk *c, int32_t node, int32_t is_value, mlc_error *err)
{
    MLCI_TRY(make_room(c->source->root, &c->touched, c->n_touched, &c->touched_capacity,
                       (int64_t)sizeof *c->touched, err));
    const mlci_gather *const v = &c->paths.nodes[node].values;
    c->touched[c->n_touched++] =
        (mlci_jsonl_touched){node, is_value, v->seen, v->n, v->width, v->bytes.length};
    return MLC_OK;
}

/* ---- values ------------------------------------------------------------------------------- */

/* Names the column of a node and finds out what it shall be; once. */
static mlc_status open_values(mlci_jsonl_chunk *c, int32_t i, mlc_error *err)
{
    mlci_json_node *const node = &c->paths.nodes[i];
    if (node->is_open) return MLC_OK;
    c->name.length = 0;
    if (c->source->settings->columns != NULL) {
        mlci_text_append_text(&c->name, c->source->wanted.nodes[i].name == NULL
                                            ? ""
                                            : c->source->wanted.nodes[i].name);
    } else {
        mlci_json_paths_name(&c->paths, i, &c->name);
    }
    mlci_text_append_char(&c->name, '\0');
    MLCI_TRY(mlci_text_status(&c->name, err));
    mlci_gather_open(&node->values, c->source->root,
                     mlci_wishes_find(&c->source->wishes, c->name.data), &c->source->nulls);
    node->is_open = 1;
    return MLC_OK;
}

/* A fault that ends the reading: no line can be left out for it. */
static mlc_status refuse_value(mlci_jsonl_chunk *c, const mlci_json *r, int32_t node,
                               const mlc_error *why, mlc_error *err)
{
    c->name.length = 0;
    if (c->source->settings->columns != NULL) {
        mlci_text_append_text(&c->name, c->source->wanted.nodes[node].name);
    } else {
        mlci_json_paths_name(&c->paths, node, &c->name);
    }
    MLCI_TRY(mlci_text_status(&c->name, err));
    const int64_t column = r->token - r->start + 1;
    return mlci_fail_at(err, MLC_ERROR_FORMAT, 1, column, c->name.data, "column '%s': %s",
                        c->name.data, why->message);
}

static mlc_status put(mlci_jsonl_chunk *c, const mlci_json *r, int32_t node, const char *token,
                      const mlci_value *value, mlc_error *err)
{
    mlc_error why;
    if (c->watched == node) c->watched_column = token - r->start + 1;
    const mlc_status status = mlci_gather_put(&c->paths.nodes[node].values, c->n_rows, value, &why);
    if (status == MLC_ERROR_FORMAT) return refuse_value(c, r, node, &why, err);
    if (status != MLC_OK && err != NULL) *err = why;
    return status;
}

static int is_text_wish(const mlci_json_node *node)
{
    const int32_t type = node->values.wish.type;
    const int is_text = type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
    return is_text && !node->values.wish.is_settled;
}

/* An object or array as the JSON that it is. */
static mlc_status put_raw(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err)
{
    const char *const from = r->token;
    MLCI_TRY(mlci_json_skip(r, err));
    const mlci_value value = {.kind = MLCI_KIND_TEXT, .text = from, .length = r->at - from};
    return put(c, r, node, from, &value, err);
}

/* An array of numbers is a vector; null in it is NaN. Any other is the JSON that it is. */
static mlc_status put_array(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err)
{
    const char *const from = r->token;
    int64_t n = 0;
    int32_t is_vector = 1;
    c->reals.length = 0;
    for (;; n++) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY) break;
        const double real = r->event == MLCI_JSON_NUMBER ? r->real : (double)NAN;
        if (r->event != MLCI_JSON_NUMBER && r->event != MLCI_JSON_NULL) is_vector = 0;
        mlci_text_append(&c->reals, (const char *)&real, (int64_t)sizeof real);
        MLCI_TRY(mlci_json_skip(r, err));
    }
    MLCI_TRY(mlci_text_status(&c->reals, err));
    const int32_t kind = is_vector && n > 0 ? MLCI_KIND_VECTOR : MLCI_KIND_TEXT;
    const mlci_value value = {.kind = kind,
                              .text = from,
                              .length = r->at - from,
                              .reals = (const double *)(const void *)c->reals.data,
                              .width = n};
    return put(c, r, node, from, &value, err);
}

static mlc_status put_scalar(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err)
{
    mlci_value value = {.text = r->text, .length = r->length};
    switch (r->event) {
    case MLCI_JSON_NUMBER:
        value.kind = r->is_integer ? MLCI_KIND_INTEGER : MLCI_KIND_REAL;
        value.integer = r->integer;
        value.real = r->real;
        break;
    case MLCI_JSON_TEXT:
        value.kind = MLCI_KIND_TEXT;
        if (memchr(r->text, 0, (size_t)r->length) != NULL) {
            return mlci_json_fail(r, err, NULL, "a text with a NUL (\\u0000): texts hold none");
        }
        break;
    default:
        value.kind = MLCI_KIND_BOOL;
        value.integer = r->event == MLCI_JSON_TRUE;
        value.text = value.integer ? "true" : "false";
        value.length = value.integer ? 4 : 5;
    }
    return put(c, r, node, r->token, &value, err);
}

/* ---- lines -------------------------------------------------------------------------------- */

static mlc_status read_object(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err);

static mlc_status read_value(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err);

/* An array of which single elements are columns. */
static mlc_status read_elements(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err)
{
    for (int64_t i = 0;; i++) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        const int32_t child = mlci_json_paths_find(&c->paths, node, i, "", 0);
        if (child < 0) {
            MLCI_TRY(mlci_json_skip(r, err));
        } else {
            MLCI_TRY(read_value(c, r, child, err));
        }
    }
}

/* The value that is the current event, of a node that is wanted. */
static mlc_status read_value(mlci_jsonl_chunk *c, mlci_json *r, int32_t i, mlc_error *err)
{
    const int32_t chooses = c->source->settings->columns != NULL;
    MLCI_TRY(open_values(c, i, err));
    const mlci_json_node *const node = &c->paths.nodes[i];
    const int32_t is_whole = chooses ? node->is_column : is_text_wish(node);
    const int32_t is_inner = r->event == MLCI_JSON_OBJECT && !is_whole;
    const int32_t is_list = r->event == MLCI_JSON_ARRAY && node->has_elements;
    MLCI_TRY(touch(c, i, !is_inner && !is_list, err));
    if (is_inner && chooses && !node->has_members) return mlci_json_skip(r, err);
    if (is_inner) return read_object(c, r, i, err);
    if (is_list) return read_elements(c, r, i, err);
    if (chooses && !node->is_column) return mlci_json_skip(r, err);
    if (r->event == MLCI_JSON_OBJECT) return put_raw(c, r, i, err);
    if (r->event == MLCI_JSON_ARRAY) return put_array(c, r, i, err);
    return r->event == MLCI_JSON_NULL ? MLC_OK : put_scalar(c, r, i, err);
}

static mlc_status refuse_repeat(const mlci_json *r, mlc_error *err)
{
    return mlci_json_fail(r, err, NULL, "the object has this member twice");
}

/* The members of an object, whose first event is the current one. */
static mlc_status read_object(mlci_jsonl_chunk *c, mlci_json *r, int32_t node, mlc_error *err)
{
    const int32_t chooses = c->source->settings->columns != NULL;
    for (int32_t before = -1;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT) return MLC_OK;
        int32_t child = mlci_json_paths_guess(&c->paths, node, before, r->text, r->length);
        if (child < 0 && chooses) {
            MLCI_TRY(mlci_json_skip(r, err));
            continue;
        }
        if (child < 0) {
            if (memchr(r->text, 0, (size_t)r->length) != NULL) {
                return mlci_json_fail(r, err, NULL, "a name with a NUL (\\u0000): names hold none");
            }
            MLCI_TRY(mlci_json_paths_add(&c->paths, node, -1, r->text, r->length, &child, err));
        }
        mlci_json_node *const found = &c->paths.nodes[child];
        if (found->last_line == c->n_lines) return refuse_repeat(r, err);
        found->last_line = c->n_lines;
        before = child;
        MLCI_TRY(mlci_json_next(r, err));
        MLCI_TRY(read_value(c, r, child, err));
    }
}

static mlc_status read_line(mlci_jsonl_chunk *c, mlci_json *r, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(r, err));
    if (r->event != MLCI_JSON_OBJECT) {
        return mlci_json_fail(r, err, NULL,
                              r->event == MLCI_JSON_ARRAY
                                  ? "a line is one JSON object, and this is an array"
                                  : "a line is one JSON object, and this is something else");
    }
    MLCI_TRY(read_object(c, r, MLCI_JSON_ROOT, err));
    return mlci_json_next(r, err);
}

/* What a good line has touched now counts. */
static mlc_status keep_line(mlci_jsonl_chunk *c, int64_t start, mlc_error *err)
{
    mlci_root *const root = c->source->root;
    MLCI_TRY(make_room(root, &c->starts, c->n_rows, &c->starts_capacity, (int64_t)sizeof *c->starts,
                       err));
    for (int64_t i = 0; i < c->n_touched; i++) {
        const mlci_jsonl_touched *const t = &c->touched[i];
        mlci_json_node *const node = &c->paths.nodes[t->node];
        if (c->source->settings->columns == NULL) node->is_column |= t->is_value;
        if (node->is_met) continue;
        MLCI_TRY(
            make_room(root, &c->met, c->n_met, &c->met_capacity, (int64_t)sizeof *c->met, err));
        c->met[c->n_met++] = t->node;
        node->is_met = 1;
    }
    c->starts[c->n_rows++] = start;
    return MLC_OK;
}

static void take_line_back(mlci_jsonl_chunk *c)
{
    while (c->n_touched > 0) {
        const mlci_jsonl_touched *const t = &c->touched[--c->n_touched];
        mlci_gather *const values = &c->paths.nodes[t->node].values;
        values->seen = t->seen;
        values->n = t->n;
        values->width = t->width;
        values->bytes.length = t->n_bytes;
    }
}

/* ---- faults ------------------------------------------------------------------------------- */

static void fault_clear(mlci_jsonl_fault *fault)
{
    mlci_free(fault->name);
    mlci_free(fault->message);
    *fault = (mlci_jsonl_fault){0};
}

static mlc_status note_fault(mlci_jsonl_chunk *c, int64_t start, const mlc_error *why,
                             mlc_error *err)
{
    mlci_root *const root = c->source->root;
    const int32_t may_leave_out =
        why->status == MLC_ERROR_SYNTAX && c->source->settings->on_error != MLCI_ON_ERROR_FAIL;
    mlci_jsonl_fault fault = {.status = MLC_ERROR_FORMAT, .at = start, .column = why->column};
    if (why->status == MLC_ERROR_LIMIT) fault.status = why->status;
    if (may_leave_out) {
        MLCI_TRY(make_room(root, &c->problems, c->n_problems, &c->problems_capacity,
                           (int64_t)sizeof *c->problems, err));
    }
    fault.message = mlci_copy_text(root, why->message, (int64_t)strlen(why->message));
    fault.name = mlci_copy_text(root, why->name, (int64_t)strlen(why->name));
    if (fault.message == NULL || fault.name == NULL) {
        fault_clear(&fault);
        return mlci_fail_memory(err, (int64_t)sizeof why->message, 1);
    }
    if (may_leave_out) {
        c->problems[c->n_problems++] = fault;
    } else {
        c->fatal = fault;
    }
    return MLC_OK;
}

int64_t mlci_jsonl_line(const mlci_jsonl_source *source, int64_t at)
{
    return source->line - 1 + mlci_text_line(source->bytes, at);
}

mlc_status mlci_jsonl_fault_fail(const mlci_jsonl_source *source, const mlci_jsonl_fault *fault,
                                 mlc_error *err)
{
    const int64_t line = mlci_jsonl_line(source, fault->at);
    return mlci_fail_at(err, fault->status, line, fault->column,
                        fault->name[0] == '\0' ? NULL : fault->name, "%s:%lld:%lld: %s",
                        source->name, (long long)line, (long long)fault->column, fault->message);
}

/* ---- chunks ------------------------------------------------------------------------------- */

/* A reader over other bytes, with the room for texts that it has. */
static void restart(mlci_json *r, mlci_root *root, const char *bytes, int64_t n)
{
    char *const decoded = r->decoded;
    const int64_t capacity = r->decoded_capacity;
    mlci_json_open(r, root, bytes, n);
    r->decoded = decoded;
    r->decoded_capacity = capacity;
    r->is_lenient = 1; /* NaN, Infinity and -Infinity, as Python writes them */
}

static int is_blank_line(const char *text, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') return 0;
    }
    return 1;
}

/* The bytes of the line that starts there, without its end. */
static int64_t line_length(const char *bytes, int64_t start, int64_t end)
{
    const char *const stop = memchr(bytes + start, '\n', (size_t)(end - start));
    return stop == NULL ? end - start : stop - (bytes + start);
}

static mlc_status take_line(mlci_jsonl_chunk *c, mlci_json *r, int64_t start, int64_t n,
                            mlc_error *err)
{
    mlc_error why;
    restart(r, c->source->root, c->source->bytes + start, n);
    c->n_touched = 0;
    c->n_lines++;
    const mlc_status status = read_line(c, r, &why);
    if (status == MLC_OK) return keep_line(c, start, err);
    if (status != MLC_ERROR_SYNTAX && status != MLC_ERROR_FORMAT && status != MLC_ERROR_LIMIT) {
        if (err != NULL) *err = why;
        return status;
    }
    take_line_back(c);
    return note_fault(c, start, &why, err);
}

static mlc_status chunk_open(mlci_jsonl_chunk *c, const mlci_jsonl_source *source, mlc_error *err)
{
    mlci_root *const root = source->root;
    *c = (mlci_jsonl_chunk){.source = source, .watched = -1};
    c->paths.root = root;
    c->reals = mlci_text_init(root);
    c->name = mlci_text_init(root);
    return mlci_json_paths_copy(&source->wanted, &c->paths, err);
}

/* Chunks wait for the last one: what only reading needs is given back. */
static mlc_status chunk_trim(mlci_jsonl_chunk *c, mlc_error *err)
{
    for (int32_t i = 0; i < c->paths.n; i++) {
        mlci_json_node *const node = &c->paths.nodes[i];
        if (node->is_open) MLCI_TRY(mlci_gather_trim(&node->values, c->n_rows, err));
    }
    mlci_free(c->touched);
    c->touched = NULL;
    c->touched_capacity = 0;
    mlci_text_clear(&c->reals);
    mlci_text_clear(&c->name);
    if (c->starts == NULL) return MLC_OK;
    int64_t *const starts =
        mlci_realloc(c->source->root, c->starts, c->n_rows, (int64_t)sizeof *starts);
    if (starts == NULL) return mlci_fail_memory(err, c->n_rows, (int64_t)sizeof *starts);
    c->starts = starts;
    c->starts_capacity = c->n_rows;
    return MLC_OK;
}

mlc_status mlci_jsonl_chunk_read(mlci_jsonl_chunk *chunk, const mlci_jsonl_source *source,
                                 int64_t begin, int64_t end, mlc_error *err)
{
    mlci_json r = {.root = source->root};
    MLCI_TRY(chunk_open(chunk, source, err));
    chunk->begin = begin;
    chunk->end = end;
    mlc_status status = MLC_OK;
    for (int64_t at = begin; at < end && status == MLC_OK && chunk->fatal.status == MLC_OK;) {
        const int64_t n = line_length(source->bytes, at, end);
        if (!is_blank_line(source->bytes + at, n)) status = take_line(chunk, &r, at, n, err);
        at += n + 1;
    }
    mlci_json_close(&r);
    return status == MLC_OK ? chunk_trim(chunk, err) : status;
}

void mlci_jsonl_chunk_close(mlci_jsonl_chunk *chunk)
{
    for (int64_t i = 0; i < chunk->n_problems; i++)
        fault_clear(&chunk->problems[i]);
    fault_clear(&chunk->fatal);
    mlci_free(chunk->problems);
    mlci_free(chunk->starts);
    mlci_free(chunk->met);
    mlci_free(chunk->touched);
    mlci_text_clear(&chunk->reals);
    mlci_text_clear(&chunk->name);
    mlci_json_paths_close(&chunk->paths);
    *chunk = (mlci_jsonl_chunk){0};
}

mlc_status mlci_jsonl_find_column(const mlci_jsonl_chunk *chunk, int64_t start, int32_t node,
                                  int64_t *out, mlc_error *err)
{
    const mlci_jsonl_source *const source = chunk->source;
    mlci_json r = {.root = source->root};
    mlci_jsonl_chunk again = {0};
    mlc_status status = chunk_open(&again, source, err);
    if (status != MLC_OK) return status;
    mlci_json_paths_close(&again.paths);
    status = mlci_json_paths_copy(&chunk->paths, &again.paths, err);
    again.watched = node;
    if (status == MLC_OK) {
        const int64_t n = line_length(source->bytes, start, chunk->end);
        status = take_line(&again, &r, start, n, err);
    }
    *out = again.watched_column;
    mlci_json_close(&r);
    mlci_jsonl_chunk_close(&again);
    return status;
}
