/* Paths of JSON members: a tree of nodes, and one search tree over (parent, index, key).
 *
 * Lines mostly have the same members in the same order, so that the child that followed last time
 * is tried first. What is not guessed takes a look-up in an AA tree (Andersson 1993), which stays
 * of depth O(log n) whatever keys a file holds, where a hash could be filled with keys that
 * collide. */
#include "json_paths.h"

#include <string.h>

#include "number.h"

/* ---- nodes -------------------------------------------------------------------------------- */

static mlc_status grow(mlci_json_paths *p, mlc_error *err)
{
    if (p->n < p->capacity) return MLC_OK;
    const int32_t capacity = p->capacity == 0 ? 16 : 2 * p->capacity;
    mlci_json_node *const nodes = mlci_realloc(p->root, p->nodes, capacity, (int64_t)sizeof *nodes);
    if (nodes == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *nodes);
    p->nodes = nodes;
    p->capacity = capacity;
    return MLC_OK;
}

/* A node that the search tree does not know yet. */
static mlc_status append(mlci_json_paths *p, int32_t parent, int64_t index, const char *key,
                         int64_t length, mlc_error *err)
{
    if (p->n > MLCI_JSON_MAX_PATHS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "more than %d different members: name those to read with columns=",
                         MLCI_JSON_MAX_PATHS);
    }
    MLCI_TRY(grow(p, err));
    mlci_json_node *const node = &p->nodes[p->n];
    *node = (mlci_json_node){.parent = parent,
                             .index = index,
                             .length = length,
                             .first = -1,
                             .after = -1,
                             .left = -1,
                             .right = -1,
                             .level = 1,

                             .last_line = -1};
    node->key = mlci_copy_text(p->root, key, length);
    if (node->key == NULL) return mlci_fail_memory(err, length + 1, 1);
    p->n++;
    return MLC_OK;
}

mlc_status mlci_json_paths_open(mlci_root *root, mlci_json_paths *out, mlc_error *err)
{
    *out = (mlci_json_paths){.root = root, .top = -1};
    const mlc_status status = append(out, -1, -1, "", 0, err);
    if (status != MLC_OK) mlci_json_paths_close(out);
    return status;
}

void mlci_json_paths_close(mlci_json_paths *paths)
{
    for (int32_t i = 0; i < paths->n; i++) {
        mlci_free(paths->nodes[i].key);
        mlci_free(paths->nodes[i].name);
        if (paths->nodes[i].is_open) mlci_gather_close(&paths->nodes[i].values);
    }
    mlci_free(paths->nodes);
    *paths = (mlci_json_paths){.root = paths->root};
}

/* ---- search tree -------------------------------------------------------------------------- */

typedef struct wanted {
    int32_t parent;
    int64_t index;
    const char *key;
    int64_t length;
} wanted;

static int compare(const wanted *a, const mlci_json_node *b)
{
    if (a->parent != b->parent) return a->parent < b->parent ? -1 : 1;
    if (a->index != b->index) return a->index < b->index ? -1 : 1;
    return mlci_text_compare(a->key, a->length, b->key, b->length);
}

static int32_t search(const mlci_json_paths *p, const wanted *what)
{
    int32_t at = p->top;
    while (at >= 0) {
        const int order = compare(what, &p->nodes[at]);
        if (order == 0) return at;
        at = order < 0 ? p->nodes[at].left : p->nodes[at].right;
    }
    return -1;
}

static int32_t level(const mlci_json_paths *p, int32_t at)
{
    return at < 0 ? 0 : p->nodes[at].level;
}

/* A left child of the same level becomes the top. */
static int32_t skew(mlci_json_paths *p, int32_t at)
{
    const int32_t left = p->nodes[at].left;
    if (level(p, left) != level(p, at)) return at;
    p->nodes[at].left = p->nodes[left].right;
    p->nodes[left].right = at;
    return left;
}

/* Two right children of the same level: the middle one goes up. */
static int32_t split(mlci_json_paths *p, int32_t at)
{
    const int32_t right = p->nodes[at].right;
    if (right < 0 || level(p, p->nodes[right].right) != level(p, at)) return at;
    p->nodes[at].right = p->nodes[right].left;
    p->nodes[right].left = at;
    p->nodes[right].level++;
    return right;
}

/* Depth of the recursion: that of the tree, at most 2 log2 of a million. */
static int32_t insert(mlci_json_paths *p, int32_t at, int32_t fresh)
{
    if (at < 0) return fresh;
    const mlci_json_node *const node = &p->nodes[fresh];
    const wanted what = {node->parent, node->index, node->key, node->length};
    if (compare(&what, &p->nodes[at]) < 0) {
        p->nodes[at].left = insert(p, p->nodes[at].left, fresh);
    } else {
        p->nodes[at].right = insert(p, p->nodes[at].right, fresh);
    }
    return split(p, skew(p, at));
}

static int is_child(const mlci_json_paths *p, int32_t at, const wanted *what)
{
    if (at < 0 || p->nodes[at].index != what->index || p->nodes[at].length != what->length) {
        return 0;
    }
    return memcmp(p->nodes[at].key, what->key, (size_t)what->length) == 0;
}

int32_t mlci_json_paths_find(const mlci_json_paths *paths, int32_t parent, int64_t index,
                             const char *key, int64_t length)
{
    const wanted what = {parent, index, key, length};
    return search(paths, &what);
}

mlc_status mlci_json_paths_add(mlci_json_paths *paths, int32_t parent, int64_t index,
                               const char *key, int64_t length, int32_t *out, mlc_error *err)
{
    const wanted what = {parent, index, key, length};
    *out = search(paths, &what);
    if (*out >= 0) return MLC_OK;
    MLCI_TRY(append(paths, parent, index, key, length, err));
    *out = paths->n - 1;
    paths->top = insert(paths, paths->top, *out);
    if (index >= 0) {
        paths->nodes[parent].has_elements = 1;
    } else {
        paths->nodes[parent].has_members = 1;
    }
    return MLC_OK;
}

int32_t mlci_json_paths_guess(mlci_json_paths *paths, int32_t parent, int32_t before,
                              const char *key, int64_t length)
{
    const wanted what = {parent, -1, key, length};
    const int32_t guess = before < 0 ? paths->nodes[parent].first : paths->nodes[before].after;
    if (is_child(paths, guess, &what)) return guess;
    const int32_t found = search(paths, &what);
    if (found >= 0 && before < 0) {
        paths->nodes[parent].first = found;
    } else if (found >= 0) {
        paths->nodes[before].after = found;
    }
    return found;
}

/* ---- names and columns= ------------------------------------------------------------------- */

void mlci_json_paths_name(const mlci_json_paths *paths, int32_t node, mlci_text *out)
{
    const mlci_json_node *const n = &paths->nodes[node];
    if (node == MLCI_JSON_ROOT) return;
    mlci_json_paths_name(paths, n->parent, out); /* as deep as JSON may be */
    if (n->index >= 0) {
        mlci_text_append_format(out, "[%lld]", (long long)n->index);
        return;
    }
    if (n->parent != MLCI_JSON_ROOT) mlci_text_append_char(out, '.');
    mlci_text_append(out, n->key, n->length);
}

static mlc_status refuse_path(const char *item, int64_t length, const char *what, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_SETTING, "columns",
                     "columns: '%.*s': %s; a path is such as user.age, $.scores[0] or "
                     "$[\"a.b\"], with the name of the column and a colon before it",
                     (int)(length < 200 ? length : 200), item, what);
}

typedef struct path_reader {
    mlci_json_paths *paths;
    const char *item; /* for messages */
    int64_t n_item;
    const char *at, *end;
    int32_t node, depth;
} path_reader;

static mlc_status descend(path_reader *r, int64_t index, const char *key, int64_t length,
                          mlc_error *err)
{
    if (++r->depth >= MLCI_JSON_MAX_DEPTH) {
        return refuse_path(r->item, r->n_item, "deeper than JSON is read", err);
    }
    return mlci_json_paths_add(r->paths, r->node, index, key, length, &r->node, err);
}

/* [0], ["key"] or ['key']. */
static mlc_status read_bracket(path_reader *r, mlc_error *err)
{
    const char *const inside = r->at + 1;
    if (inside < r->end && (*inside == '"' || *inside == '\'')) {
        const char *const close = memchr(inside + 1, *inside, (size_t)(r->end - inside - 1));
        if (close == NULL || close + 1 >= r->end || close[1] != ']') {
            return refuse_path(r->item, r->n_item, "a bracket or quote is not closed", err);
        }
        r->at = close + 2;
        return descend(r, -1, inside + 1, close - inside - 1, err);
    }
    const char *const close = memchr(inside, ']', (size_t)(r->end - inside));
    int64_t index = -1;
    if (close == NULL || !mlci_integer_parse(inside, close - inside, &index) || index < 0) {
        return refuse_path(r->item, r->n_item, "brackets hold the number of an element from 0",
                           err);
    }
    r->at = close + 1;
    return descend(r, index, "", 0, err);
}

static mlc_status read_path(path_reader *r, mlc_error *err)
{
    int needs_point = 0;
    if (r->at < r->end && *r->at == '$') {
        r->at++;
        needs_point = 1;
    }
    while (r->at < r->end) {
        if (*r->at == '[') {
            MLCI_TRY(read_bracket(r, err));
        } else {
            if (needs_point && *r->at != '.') {
                return refuse_path(r->item, r->n_item, "a point is missing", err);
            }
            if (needs_point) r->at++;
            const char *const from = r->at;
            while (r->at < r->end && *r->at != '.' && *r->at != '[')
                r->at++;
            if (r->at == from) return refuse_path(r->item, r->n_item, "a name is missing", err);
            MLCI_TRY(descend(r, -1, from, r->at - from, err));
        }
        needs_point = 1;
    }
    if (r->node == MLCI_JSON_ROOT) return refuse_path(r->item, r->n_item, "names no member", err);
    return MLC_OK;
}

static mlc_status add_column(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_json_paths *const paths = arg;
    int64_t colon = 0;
    while (colon < length && item[colon] != ':' && item[colon] != '[')
        colon++;
    const int has_name = colon < length && item[colon] == ':';
    const char *const from = has_name ? item + colon + 1 : item;
    path_reader r = {
        .paths = paths, .item = item, .n_item = length, .at = from, .end = item + length};
    MLCI_TRY(read_path(&r, err));
    mlci_json_node *const node = &paths->nodes[r.node];
    if (node->is_column) return refuse_path(item, length, "this path is there twice", err);
    node->is_column = 1;
    node->column = paths->n_columns++;
    const char *const name = has_name ? item : from;
    const int64_t n_name = has_name ? colon : length;
    if (n_name == 0) return refuse_path(item, length, "the name of the column is missing", err);
    node->name = mlci_copy_text(paths->root, name, n_name);
    return node->name == NULL ? mlci_fail_memory(err, n_name + 1, 1) : MLC_OK;
}

mlc_status mlci_json_paths_parse(mlci_json_paths *paths, const char *columns, mlc_error *err)
{
    MLCI_TRY(mlci_list_each(columns, add_column, paths, err));
    for (int32_t i = 0; i < paths->n; i++) {
        const mlci_json_node *const node = &paths->nodes[i];
        if (!node->is_column || !(node->has_elements || node->has_members)) continue;
        return mlci_fail(err, MLC_ERROR_SETTING, "columns",
                         "columns: '%s' is read whole and in parts: choose one", node->name);
    }
    return MLC_OK;
}

mlc_status mlci_json_paths_copy(const mlci_json_paths *paths, mlci_json_paths *out, mlc_error *err)
{
    MLCI_TRY(mlci_json_paths_open(paths->root, out, err));
    mlc_status status = MLC_OK;
    for (int32_t i = 1; i < paths->n && status == MLC_OK; i++) {
        const mlci_json_node *const node = &paths->nodes[i];
        int32_t same = 0;
        status = mlci_json_paths_add(out, node->parent, node->index, node->key, node->length, &same,
                                     err);
        if (status == MLC_OK) out->nodes[same].is_column = node->is_column;
    }
    if (status != MLC_OK) mlci_json_paths_close(out);
    return status;
}
