/* LightGBM's text models, versions v2 to v4 of the format: lines `key=value`, a header, a block a
 * tree. The fields and their meaning are those of LightGBM's src/boosting/gbdt_model_text.cpp and
 * src/io/tree.cpp. */
#include <string.h>

#include "import.h"
#include "json.h"
#include "number.h"

/* decision_type: bit 0 categories, bit 1 missing goes left, bits 2 and 3 what is missing. */
#define IS_CATEGORY 1
#define MISSING_LEFT 2
#define MISSING_KIND(type) ((type) >> 2 & 3)
enum { NONE_MISSING = 0, ZERO_MISSING = 1, NAN_MISSING = 2 };

#define MOST_NUMBERS (INT64_C(1) << 31) /* of an array */

/* Fields of a tree, in the order of `fields`. */
enum {
    NUM_LEAVES,
    NUM_CAT,
    SPLIT_FEATURE,
    SPLIT_GAIN,
    THRESHOLD,
    DECISION_TYPE,
    LEFT_CHILD,
    RIGHT_CHILD,
    LEAF_VALUE,
    LEAF_COUNT,
    INTERNAL_COUNT,
    CAT_BOUNDARIES,
    CAT_THRESHOLD,
    IS_LINEAR,
    LEAF_CONST,
    NUM_FEATURES,
    LEAF_FEATURES,
    LEAF_COEFF,
    N_FIELDS
};

static const char *const fields[N_FIELDS] = {
    "num_leaves",    "num_cat",     "split_feature", "split_gain",     "threshold",
    "decision_type", "left_child",  "right_child",   "leaf_value",     "leaf_count",
    "internal_count", "cat_boundaries", "cat_threshold", "is_linear",  "leaf_const",
    "num_features",  "leaf_features", "leaf_coeff"};

/* A stretch of the file. */
typedef struct span {
    const char *at;
    int64_t length;
} span;

typedef struct reader {
    mlci_foreign *model;
    const char *at, *end;
    int64_t line; /* of the latest line, from 1 */
    span key, value;
    int64_t tree;       /* the one that is read */
    span field[N_FIELDS]; /* its values */
    int64_t field_line[N_FIELDS];
    int64_t capacity;
    double *reals;   /* of a field */
    int32_t per_round, n_classes, average;
    int64_t n_features;
    span names, infos, objective;
    int32_t zero_kind, other_kind; /* 1: nodes that take zeros, or something else, as missing */
    int32_t is_linear;
} reader;

static int is(span text, const char *word)
{
    return mlci_text_equal(text.at, text.length, word);
}

static mlc_status fail_line(const reader *r, int64_t line, const char *field, const char *what,
                            mlc_error *err)
{
    mlci_foreign_fail(r->model, err, field, "line %lld: %s: %s", (long long)line, field, what);
    if (err != NULL) err->line = line;
    return MLC_ERROR_FORMAT;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* The next line as key and value, a line without `=` as a key; 0 at the end. */
static int next_line(reader *r)
{
    if (r->at >= r->end) return 0;
    const char *const stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *end = stop == NULL ? r->end : stop;
    const char *const start = r->at;
    r->at = stop == NULL ? r->end : stop + 1;
    r->line++;
    if (end > start && end[-1] == '\r') end--;
    const char *const mark = memchr(start, '=', (size_t)(end - start));
    r->key = (span){start, (mark == NULL ? end : mark) - start};
    r->value = mark == NULL ? (span){end, 0} : (span){mark + 1, end - mark - 1};
    return 1;
}

/* The next word of a span; 0 when there is none. */
static int next_word(span *text, span *word)
{
    while (text->length > 0 && *text->at == ' ') {
        text->at++;
        text->length--;
    }
    if (text->length == 0) return 0;
    const char *const stop = memchr(text->at, ' ', (size_t)text->length);
    const int64_t length = stop == NULL ? text->length : stop - text->at;
    *word = (span){text->at, length};
    text->at += length;
    text->length -= length;
    return 1;
}

static mlc_status read_count(const reader *r, const char *field, span text, int64_t low,
                             int64_t high, int64_t *out, mlc_error *err)
{
    if (mlci_integer_parse(text.at, text.length, out) && *out >= low && *out <= high) return MLC_OK;
    return fail_line(r, r->line, field, "it is not a number that it can be", err);
}

/* ---- arrays of a tree --------------------------------------------------------------------- */

static mlc_status make_room(reader *r, int64_t n, mlc_error *err)
{
    if (n <= r->capacity) return MLC_OK;
    const int64_t capacity = n > 2 * r->capacity ? n : 2 * r->capacity;
    double *const grown = mlci_realloc(r->model->root, r->reals, capacity, sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
    r->reals = grown;
    r->capacity = capacity;
    return MLC_OK;
}

static mlc_status fail_field(const reader *r, int field, const char *what, mlc_error *err)
{
    mlci_foreign_fail(r->model, err, fields[field], "tree %lld, line %lld: %s: %s",
                      (long long)r->tree, (long long)r->field_line[field], fields[field], what);
    if (err != NULL) err->line = r->field_line[field];
    return MLC_ERROR_FORMAT;
}

/* The n numbers of a field into r->reals; n -1: as many as there are, *found. */
static mlc_status read_field(reader *r, int field, int64_t n, int64_t *found, mlc_error *err)
{
    span text = r->field[field], word;
    int64_t i = 0;
    if (text.at == NULL) return fail_field(r, field, "it is missing", err);
    MLCI_TRY(make_room(r, n < 0 ? text.length / 2 + 1 : n, err));
    for (; next_word(&text, &word); i++) {
        if (i == n) return fail_field(r, field, "it has too many numbers", err);
        if (!mlci_real_parse(word.at, word.length, &r->reals[i]))
            return fail_field(r, field, "there is something that is no number", err);
    }
    if (n >= 0 && i < n) return fail_field(r, field, "it has too few numbers", err);
    if (found != NULL) *found = i;
    return MLC_OK;
}

/* The same, for integers in a range. */
static mlc_status read_integers(reader *r, int field, int64_t n, double low, double high,
                                mlc_error *err)
{
    MLCI_TRY(read_field(r, field, n, NULL, err));
    for (int64_t i = 0; i < n; i++)
        if (!(r->reals[i] >= low && r->reals[i] <= high) ||
            r->reals[i] != (double)(int64_t)r->reals[i])
            return fail_field(r, field, "a number is not what it can be", err);
    return MLC_OK;
}

/* A field that may be absent: 0 then. */
static mlc_status read_one(reader *r, int field, double high, int64_t *out, mlc_error *err)
{
    *out = 0;
    if (r->field[field].at == NULL) return MLC_OK;
    MLCI_TRY(read_integers(r, field, 1, 0, high, err));
    *out = (int64_t)r->reals[0];
    return MLC_OK;
}

/* ---- categories --------------------------------------------------------------------------- */

/* The sets of a tree, of which split k has number (its threshold); *sets gets where they start. */
static mlc_status read_sets(reader *r, int64_t n_cat, int32_t *first_set, mlc_error *err)
{
    *first_set = (int32_t)r->model->n_sets;
    if (n_cat == 0) return MLC_OK;
    MLCI_TRY(read_integers(r, CAT_BOUNDARIES, n_cat + 1, 0, (double)INT32_MAX, err));
    int64_t *const bounds = mlci_alloc(r->model->root, n_cat + 1, sizeof *bounds);
    if (bounds == NULL) return mlci_fail_memory(err, n_cat + 1, sizeof *bounds);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i <= n_cat; i++) {
        bounds[i] = (int64_t)r->reals[i];
        if (i == 0 ? bounds[i] != 0 : bounds[i] < bounds[i - 1])
            status = fail_field(r, CAT_BOUNDARIES, "they do not rise from 0", err);
    }
    if (status == MLC_OK)
        status = read_integers(r, CAT_THRESHOLD, bounds[n_cat], 0, (double)UINT32_MAX, err);
    uint32_t *const words =
        status == MLC_OK ? mlci_alloc(r->model->root, bounds[n_cat], sizeof *words) : NULL;
    if (status == MLC_OK && words == NULL)
        status = mlci_fail_memory(err, bounds[n_cat], sizeof *words);
    for (int64_t i = 0; words != NULL && i < bounds[n_cat]; i++)
        words[i] = (uint32_t)r->reals[i];
    for (int64_t i = 0; i < n_cat && status == MLC_OK; i++) {
        int32_t set = 0;
        status = mlci_foreign_add_bit_set(r->model, bounds[i + 1] - bounds[i], words + bounds[i],
                                          &set, err);
    }
    mlci_free(words);
    mlci_free(bounds);
    return status;
}

/* ---- a tree ------------------------------------------------------------------------------- */

/* Splits are nodes 0 to n - 2, leaf k is node n - 1 + k: what the file calls ~k. */
static int32_t node_of(double child, int64_t n_leaves)
{
    return (int32_t)(child >= 0 ? child : (double)(n_leaves - 1) + (-child - 1));
}

static mlc_status set_kind(reader *r, mlci_foreign_node *node, int32_t type, int64_t n_cat,
                           int32_t first_set, mlc_error *err)
{
    node->missing = MLCI_MISSING_RIGHT;
    if (type & IS_CATEGORY) {
        if (!(node->value >= 0 && node->value < (double)n_cat) ||
            node->value != (double)(int64_t)node->value)
            return fail_field(r, THRESHOLD, "a split has a set of categories that is not there",
                              err);
        node->set = first_set + (int32_t)node->value;
        if (node->feature < r->model->n_features)
            r->model->inputs[node->feature].is_category = 1;
        return MLC_OK;
    }
    switch (MISSING_KIND(type)) {
    case NONE_MISSING:
        node->missing = MLCI_MISSING_IS_ZERO;
        r->other_kind = 1;
        return MLC_OK;
    case ZERO_MISSING:
        r->zero_kind = 1;
        break;
    case NAN_MISSING:
        r->other_kind = 1;
        break;
    default:
        return fail_field(r, DECISION_TYPE, "a kind of missing values that is not known", err);
    }
    node->missing = type & MISSING_LEFT ? MLCI_MISSING_LEFT : MLCI_MISSING_RIGHT;
    return MLC_OK;
}

static mlc_status read_splits(reader *r, int64_t n_leaves, mlci_foreign_node *nodes,
                              int64_t n_cat, int32_t first_set, mlc_error *err)
{
    const int64_t n = n_leaves - 1;
    const double last = (double)(r->model->n_features - 1);
    MLCI_TRY(read_integers(r, SPLIT_FEATURE, n, 0, last, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].feature = (int32_t)r->reals[i];
    MLCI_TRY(read_field(r, THRESHOLD, n, NULL, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].value = r->reals[i];
    MLCI_TRY(read_integers(r, LEFT_CHILD, n, (double)-n_leaves, (double)(n - 1), err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].left = node_of(r->reals[i], n_leaves);
    MLCI_TRY(read_integers(r, RIGHT_CHILD, n, (double)-n_leaves, (double)(n - 1), err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].right = node_of(r->reals[i], n_leaves);
    MLCI_TRY(read_integers(r, DECISION_TYPE, n, 0, 15, err));
    for (int64_t i = 0; i < n; i++)
        MLCI_TRY(set_kind(r, &nodes[i], (int32_t)r->reals[i], n_cat, first_set, err));
    if (r->field[SPLIT_GAIN].at != NULL) {
        MLCI_TRY(read_field(r, SPLIT_GAIN, n, NULL, err));
        for (int64_t i = 0; i < n; i++)
            nodes[i].gain = r->reals[i];
    }
    if (r->field[INTERNAL_COUNT].at == NULL) return MLC_OK;
    MLCI_TRY(read_field(r, INTERNAL_COUNT, n, NULL, err));
    for (int64_t i = 0; i < n; i++)
        nodes[i].cover = r->reals[i];
    return MLC_OK;
}

/* The lines of the leaves: counts, then features and factors one leaf after another. */
static mlc_status read_lines(reader *r, int64_t n_leaves, mlci_foreign_node *leaves, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    int64_t n_terms = 0;
    double *const memory = mlci_alloc(m->root, 2 * n_leaves, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, 2 * n_leaves, sizeof *memory);
    double *const constant = memory, *const count = memory + n_leaves;
    mlc_status status = read_field(r, LEAF_CONST, n_leaves, NULL, err);
    if (status == MLC_OK) memcpy(constant, r->reals, (size_t)n_leaves * sizeof *constant);
    if (status == MLC_OK)
        status = read_integers(r, NUM_FEATURES, n_leaves, 0, (double)m->n_features, err);
    for (int64_t i = 0; i < n_leaves && status == MLC_OK; i++) {
        count[i] = r->reals[i];
        n_terms += (int64_t)count[i];
    }
    if (status == MLC_OK && n_terms > r->field[LEAF_FEATURES].length)
        status = fail_field(r, LEAF_FEATURES, "it has too few numbers", err);
    int32_t *const features = status == MLC_OK ? mlci_alloc(m->root, n_terms, 4) : NULL;
    if (status == MLC_OK && features == NULL) status = mlci_fail_memory(err, n_terms, 4);
    if (status == MLC_OK)
        status = read_integers(r, LEAF_FEATURES, n_terms, 0, (double)(m->n_features - 1), err);
    for (int64_t i = 0; i < n_terms && status == MLC_OK; i++)
        features[i] = (int32_t)r->reals[i];
    if (status == MLC_OK) status = read_field(r, LEAF_COEFF, n_terms, NULL, err);
    for (int64_t i = 0, at = 0; i < n_leaves && status == MLC_OK; at += (int64_t)count[i++])
        status = mlci_foreign_add_line(m, constant[i], (int32_t)count[i], features + at,
                                       r->reals + at, &leaves[i].line, err);
    mlci_free(features);
    mlci_free(memory);
    return status;
}

static mlc_status read_leaves(reader *r, int64_t n_leaves, mlci_foreign_node *leaves,
                              mlc_error *err)
{
    int64_t is_linear = 0;
    MLCI_TRY(read_field(r, LEAF_VALUE, n_leaves, NULL, err));
    for (int64_t i = 0; i < n_leaves; i++)
        leaves[i].value = r->reals[i];
    if (r->field[LEAF_COUNT].at != NULL && r->field[LEAF_COUNT].length > 0) {
        MLCI_TRY(read_field(r, LEAF_COUNT, n_leaves, NULL, err));
        for (int64_t i = 0; i < n_leaves; i++)
            leaves[i].cover = r->reals[i];
    }
    MLCI_TRY(read_one(r, IS_LINEAR, 1, &is_linear, err));
    if (!is_linear) return MLC_OK;
    r->is_linear = 1;
    return read_lines(r, n_leaves, leaves, err);
}

/* The fields of a block, up to the line that starts the next one or ends the trees. */
static mlc_status list_fields(reader *r, mlc_error *err)
{
    memset(r->field, 0, sizeof r->field);
    for (;;) {
        const char *const start = r->at;
        if (!next_line(r))
            return mlci_foreign_fail(r->model, err, "trees",
                                     "the file ends within tree %lld: it was cut off",
                                     (long long)r->tree);
        if (is(r->key, "Tree") || is(r->key, "end of trees")) {
            r->at = start;
            r->line--;
            return MLC_OK;
        }
        for (int i = 0; i < N_FIELDS; i++) {
            if (!is(r->key, fields[i])) continue;
            if (r->field[i].at != NULL)
                return fail_line(r, r->line, fields[i], "the tree has it already", err);
            r->field[i] = r->value;
            r->field_line[i] = r->line;
        }
    }
}

static mlc_status read_tree(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    int64_t n_leaves = 0, n_cat = 0;
    int32_t first_set = 0;
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(list_fields(r, err));
    MLCI_TRY(read_integers(r, NUM_LEAVES, 1, 1, (double)(INT32_MAX / 4), err));
    n_leaves = (int64_t)r->reals[0];
    /* Each leaf has a number in the file. */
    if (n_leaves > r->field[LEAF_VALUE].length)
        return fail_field(r, NUM_LEAVES, "leaf_value has fewer numbers", err);
    MLCI_TRY(read_one(r, NUM_CAT, (double)n_leaves, &n_cat, err));
    MLCI_TRY(read_sets(r, n_cat, &first_set, err));
    MLCI_TRY(mlci_foreign_add_tree(m, (int32_t)(r->tree % r->per_round), 2 * n_leaves - 1, &nodes,
                                   err));
    if (n_leaves > 1) MLCI_TRY(read_splits(r, n_leaves, nodes, n_cat, first_set, err));
    return read_leaves(r, n_leaves, nodes + n_leaves - 1, err);
}

static mlc_status read_trees(reader *r, mlc_error *err)
{
    for (; is(r->key, "Tree"); r->tree++) {
        int64_t number = 0;
        MLCI_TRY(read_count(r, "Tree", r->value, r->tree, r->tree, &number, err));
        MLCI_TRY(read_tree(r, err));
        if (!next_line(r)) break;
    }
    if (!is(r->key, "end of trees"))
        return mlci_foreign_fail(r->model, err, "end of trees",
                                 "line %lld: the trees have no end: the file was cut off",
                                 (long long)r->line);
    if (r->tree % r->per_round != 0 || r->tree == 0)
        return mlci_foreign_fail(r->model, err, "trees",
                                 "it has %lld trees, which is not a number of rounds of %d each",
                                 (long long)r->tree, (int)r->per_round);
    r->model->n_rounds = r->tree / r->per_round;
    return MLC_OK;
}

/* ---- header ------------------------------------------------------------------------------- */

static mlc_status check_version(reader *r, mlc_error *err)
{
    if (is(r->value, "v2") || is(r->value, "v3") || is(r->value, "v4")) return MLC_OK;
    return mlci_foreign_refuse(r->model, err, MLC_ERROR_VERSION, "version",
                               "line %lld: version %.*s of the format; v2, v3 and v4 are known",
                               (long long)r->line, (int)(r->value.length > 40 ? 40 : r->value.length),
                               r->value.at);
}

/* Features without names are called Column_0, Column_1, ... */
static int is_numbered(span name, int64_t i)
{
    int64_t number = -1;
    return name.length > 7 && memcmp(name.at, "Column_", 7) == 0 &&
           mlci_integer_parse(name.at + 7, name.length - 7, &number) && number == i;
}

static mlc_status set_names(reader *r, mlc_error *err)
{
    span names = r->names, name;
    int64_t n = 0, n_numbered = 0;
    while (next_word(&names, &name))
        n_numbered += is_numbered(name, n++);
    if (n != r->n_features)
        return mlci_foreign_fail(r->model, err, "feature_names",
                                 "feature_names has %lld names, max_feature_idx says %lld",
                                 (long long)n, (long long)r->n_features);
    names = r->names;
    for (int64_t i = 0; n_numbered < n && next_word(&names, &name); i++)
        MLCI_TRY(mlci_foreign_name_input(r->model, i, name.at, name.length, err));
    return MLC_OK;
}

/* "[low:high]", "none", or the codes of a category, "3:1:2". */
static mlc_status set_infos(reader *r, mlc_error *err)
{
    span infos = r->infos, info;
    int64_t i = 0;
    for (; next_word(&infos, &info); i++)
        if (i < r->n_features && info.at[0] != '[' && !is(info, "none"))
            r->model->inputs[i].is_category = 1;
    if (r->infos.at == NULL || i == r->n_features) return MLC_OK;
    return mlci_foreign_fail(r->model, err, "feature_infos",
                             "feature_infos has %lld entries, max_feature_idx says %lld features",
                             (long long)i, (long long)r->n_features);
}

static mlc_status finish_header(reader *r, mlc_error *err)
{
    if (r->names.at == NULL || r->n_features == 0 || r->per_round == 0)
        return mlci_foreign_fail(r->model, err, "header",
                                 "line %lld: trees before %s", (long long)r->line,
                                 r->n_features == 0   ? "max_feature_idx"
                                 : r->per_round == 0 ? "num_tree_per_iteration"
                                                     : "feature_names");
    MLCI_TRY(mlci_foreign_set_inputs(r->model, r->n_features, err));
    MLCI_TRY(set_names(r, err));
    MLCI_TRY(set_infos(r, err));
    return mlci_foreign_set_outputs(r->model, r->per_round, err);
}

static void keep(char *out, int64_t size, span text)
{
    const int64_t n = text.length < size - 1 ? text.length : size - 1;
    memcpy(out, text.at, (size_t)n);
    mlci_cut_text(out, (size_t)size, (int)text.length);
    if (n == text.length) out[n] = '\0';
}

static mlc_status read_header(reader *r, mlc_error *err)
{
    int64_t n = 0;
    while (next_line(r)) {
        if (is(r->key, "Tree") || is(r->key, "end of trees")) return finish_header(r, err);
        if (is(r->key, "version")) {
            MLCI_TRY(check_version(r, err));
            keep(r->model->version, sizeof r->model->version, r->value);
        } else if (is(r->key, "num_class")) {
            MLCI_TRY(read_count(r, "num_class", r->value, 1, MLCI_MAX_LOADED_CLASSES, &n, err));
            r->n_classes = (int32_t)n;
        } else if (is(r->key, "num_tree_per_iteration")) {
            MLCI_TRY(read_count(r, "num_tree_per_iteration", r->value, 1, MLCI_MAX_LOADED_CLASSES,
                                &n, err));
            r->per_round = (int32_t)n;
        } else if (is(r->key, "max_feature_idx")) {
            MLCI_TRY(read_count(r, "max_feature_idx", r->value, 0, INT32_MAX - 1, &n, err));
            r->n_features = n + 1;
        } else if (is(r->key, "objective")) {
            r->objective = r->value;
        } else if (is(r->key, "average_output")) {
            r->average = 1;
        } else if (is(r->key, "feature_names")) {
            r->names = r->value;
        } else if (is(r->key, "feature_infos")) {
            r->infos = r->value;
        }
    }
    return mlci_foreign_fail(r->model, err, "trees", "it has no trees: the file was cut off");
}

/* ---- objective ---------------------------------------------------------------------------- */

typedef struct objective {
    const char *name, *component, *loss; /* loss NULL: the component's own */
    int32_t link, n_classes;             /* n_classes -1: num_class */
} objective;

static const objective objectives[] = {
    {"regression", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"regression_l2", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"regression_l1", "gradient_boosting_regressor", "absolute_error", MLCI_LINK_IDENTITY, 0},
    {"huber", "gradient_boosting_regressor", "huber", MLCI_LINK_IDENTITY, 0},
    {"fair", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"quantile", "gradient_boosting_regressor", "quantile", MLCI_LINK_IDENTITY, 0},
    {"mape", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"poisson", "gradient_boosting_regressor", "poisson", MLCI_LINK_LOG, 0},
    {"gamma", "gradient_boosting_regressor", "gamma", MLCI_LINK_LOG, 0},
    {"tweedie", "gradient_boosting_regressor", "tweedie", MLCI_LINK_LOG, 0},
    {"cross_entropy", "gradient_boosting_regressor", "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"xentropy", "gradient_boosting_regressor", "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"cross_entropy_lambda", "gradient_boosting_regressor", NULL, MLCI_LINK_SOFTPLUS, 0},
    {"xentlambda", "gradient_boosting_regressor", NULL, MLCI_LINK_SOFTPLUS, 0},
    {"binary", "gradient_boosting_classifier", NULL, MLCI_LINK_LOGIT, 2},
    {"multiclass", "gradient_boosting_classifier", NULL, MLCI_LINK_SOFTMAX, -1},
    {"multiclassova", "gradient_boosting_classifier", "one_vs_all", MLCI_LINK_EACH, -1},
    {"lambdarank", "gradient_boosting_ranker", NULL, MLCI_LINK_IDENTITY, 0},
    {"rank_xendcg", "gradient_boosting_ranker", NULL, MLCI_LINK_IDENTITY, 0},
    {"custom", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"none", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
};

/* "sigmoid:0.7" and the like. */
static mlc_status read_option(reader *r, span word, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    if (is(word, "sqrt")) {
        m->link = MLCI_LINK_SQUARE;
        return MLC_OK;
    }
    if (word.length < 9 || memcmp(word.at, "sigmoid:", 8) != 0) return MLC_OK;
    if (mlci_real_parse(word.at + 8, word.length - 8, &m->rule.factor) && m->rule.factor > 0 &&
        m->rule.factor < 1e300)
        return MLC_OK;
    return mlci_foreign_fail(m, err, "objective", "objective: sigmoid is not a number above 0");
}

static mlc_status set_objective(reader *r, mlc_error *err)
{
    static const objective none = {"", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0};
    mlci_foreign *const m = r->model;
    span text = r->objective, word = {"", 0};
    const objective *found = next_word(&text, &word) ? NULL : &none;
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        if (is(word, objectives[i].name)) found = &objectives[i];
    if (found == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "objective",
                                   "objective '%.*s' is not known",
                                   (int)(word.length > 80 ? 80 : word.length), word.at);
    if (r->objective.at != NULL) keep(m->objective, sizeof m->objective, r->objective);
    m->component = found->component;
    m->link = found->link;
    m->n_classes = found->n_classes < 0 ? r->n_classes : found->n_classes;
    if (m->n_classes > 0 && r->per_round != (m->n_classes == 2 ? 1 : m->n_classes))
        return mlci_foreign_fail(m, err, "num_tree_per_iteration",
                                 "num_tree_per_iteration = %d does not fit %d classes",
                                 (int)r->per_round, (int)m->n_classes);
    while (next_word(&text, &word))
        MLCI_TRY(read_option(r, word, err));
    m->has_rule = m->link != MLCI_LINK_IDENTITY || r->average;
    if (r->average) m->rule.divisor = (double)m->n_rounds;
    if (found->loss != NULL) mlci_text_append_format(&m->recipe, "loss=%s", found->loss);
    return MLC_OK;
}

/* ---- after the trees ---------------------------------------------------------------------- */

/* Parameters of the training that have a counterpart here, "[learning_rate: 0.1]". */
static const struct {
    const char *name, *own;
    double low, high;
    int32_t is_integer;
} parameters[] = {
    {"learning_rate", "learning_rate", 1e-300, 1e300, 0},
    {"num_leaves", "max_leaf_nodes", 2, 32768, 1},
    {"min_data_in_leaf", "min_samples_leaf", 1, 1e9, 1},
    {"lambda_l1", "l1_regularization", 0, 1e300, 0},
    {"lambda_l2", "l2_regularization", 0, 1e300, 0},
    {"max_depth", "max_depth", 1, 1e6, 1},
};

static void take_parameter(reader *r)
{
    double value = 0;
    span text = {r->key.at, r->value.at + r->value.length - r->key.at};
    if (text.length < 4 || text.at[0] != '[' || text.at[text.length - 1] != ']') return;
    const char *const colon = memchr(text.at, ':', (size_t)text.length);
    if (colon == NULL || colon[1] != ' ') return;
    const span name = {text.at + 1, colon - text.at - 1};
    const span number = {colon + 2, text.at + text.length - 1 - (colon + 2)};
    if (!mlci_real_parse(number.at, number.length, &value)) return;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (!is(name, parameters[i].name) || value < parameters[i].low ||
            value > parameters[i].high ||
            (parameters[i].is_integer && value != (double)(int64_t)value))
            continue;
        if (r->model->recipe.length > 0) mlci_text_append_text(&r->model->recipe, ", ");
        mlci_text_append_format(&r->model->recipe, "%s=", parameters[i].own);
        mlci_text_append_real(&r->model->recipe, value);
    }
}

/* One list of labels for each feature of categories, in the order of the features. */
static mlc_status label_feature(reader *r, mlci_json *json, int64_t feature, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    mlci_text bytes = mlci_text_init(m->root);
    int64_t n = 0, capacity = 0, *ends = NULL;
    mlc_status status = MLC_OK;
    while (status == MLC_OK) {
        status = mlci_json_next(json, err);
        if (status != MLC_OK || json->event == MLCI_JSON_END_ARRAY) break;
        if (json->event == MLCI_JSON_TEXT)
            mlci_text_append(&bytes, json->text, json->length);
        else if (json->event == MLCI_JSON_NUMBER)
            mlci_text_append(&bytes, json->token, json->at - json->token);
        else if (json->event == MLCI_JSON_TRUE || json->event == MLCI_JSON_FALSE)
            mlci_text_append_text(&bytes, json->event == MLCI_JSON_TRUE ? "True" : "False");
        else
            status = mlci_json_fail(json, err, "pandas_categorical", "a category is a text");
        if (n == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            int64_t *const grown = mlci_realloc(m->root, ends, capacity, sizeof *ends);
            if (grown == NULL) status = mlci_fail_memory(err, capacity, sizeof *ends);
            if (grown != NULL) ends = grown;
        }
        if (status == MLC_OK) ends[n++] = bytes.length;
        if (status == MLC_OK) status = mlci_text_status(&bytes, err);
    }
    const char **const texts = mlci_alloc(m->root, n, sizeof *texts);
    if (status == MLC_OK && texts == NULL) status = mlci_fail_memory(err, n, sizeof *texts);
    for (int64_t i = n - 1; i >= 0 && status == MLC_OK; i--) {
        const int64_t first = i == 0 ? 0 : ends[i - 1];
        texts[i] = bytes.data == NULL ? "" : bytes.data + first;
        ends[i] -= first; /* a length now; the one before is still an end */
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m, feature, (int32_t)n, texts, ends, err);
    mlci_free(texts);
    mlci_free(ends);
    mlci_text_clear(&bytes);
    return status;
}

static int64_t next_category(const mlci_foreign *m, int64_t feature)
{
    while (feature < m->n_features && !m->inputs[feature].is_category)
        feature++;
    return feature;
}

static mlc_status read_labels(reader *r, mlci_json *json, mlc_error *err)
{
    const mlci_foreign *const m = r->model;
    int64_t feature = next_category(m, 0), n = 0;
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event == MLCI_JSON_NULL) return mlci_json_next(json, err);
    if (json->event != MLCI_JSON_ARRAY)
        return mlci_json_fail(json, err, "pandas_categorical", "it is a list of lists");
    for (;; n++) {
        MLCI_TRY(mlci_json_next(json, err));
        if (json->event == MLCI_JSON_END_ARRAY) break;
        if (json->event != MLCI_JSON_ARRAY)
            return mlci_json_fail(json, err, "pandas_categorical", "it is a list of lists");
        if (feature < m->n_features) {
            MLCI_TRY(label_feature(r, json, feature, err));
            feature = next_category(m, feature + 1);
        } else {
            MLCI_TRY(mlci_json_skip(json, err));
            n += m->n_features;
        }
    }
    if (n > 0 && (n > m->n_features || feature < m->n_features) && m->settings->categories == NULL)
        return mlci_foreign_fail(m, err, "pandas_categorical",
                                 "pandas_categorical has not one list for each feature of "
                                 "categories, so it is not clear whose they are: give categories= "
                                 "in the import settings");
    return mlci_json_next(json, err);
}

static mlc_status read_pandas(reader *r, span text, mlc_error *err)
{
    mlci_json json;
    mlc_error inner;
    if (r->model->settings->categories != NULL) return MLC_OK;
    mlci_json_open(&json, r->model->root, text.at, text.length);
    const mlc_status status = read_labels(r, &json, &inner);
    mlci_json_close(&json);
    if (status == MLC_OK) return MLC_OK;
    if (status == MLC_ERROR_SYNTAX)
        return fail_line(r, r->line, "pandas_categorical", inner.message, err);
    if (err != NULL) *err = inner;
    return status;
}

static mlc_status read_rest(reader *r, mlc_error *err)
{
    static const char pandas[] = "pandas_categorical:";
    const int64_t n = (int64_t)sizeof pandas - 1;
    while (next_line(r)) {
        const span line = {r->key.at, r->value.at + r->value.length - r->key.at};
        if (line.length > n && memcmp(line.at, pandas, (size_t)n) == 0)
            MLCI_TRY(read_pandas(r, (span){line.at + n, line.length - n}, err));
        else
            take_parameter(r);
    }
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status read_all(reader *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    MLCI_TRY(read_header(r, err));
    MLCI_TRY(read_trees(r, err));
    MLCI_TRY(set_objective(r, err));
    MLCI_TRY(read_rest(r, err));
    if (r->zero_kind && (r->other_kind || r->is_linear))
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "decision_type",
                                   "zeros are missing values of some splits only%s, which cannot "
                                   "be told from one setting",
                                   r->is_linear ? ", or of linear trees" : "");
    m->zero_is_missing = r->zero_kind || m->settings->zero_as_missing;
    return mlci_text_status(&m->recipe, err);
}

static mlc_status read_lightgbm(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err)
{
    reader *const r = mlci_alloc(model->root, 1, sizeof *r);
    if (r == NULL) return mlci_fail_memory(err, 1, sizeof *r);
    model->library = "LightGBM";
    model->compare = MLCI_COMPARE_DOUBLE;
    r->model = model;
    r->at = bytes;
    r->end = bytes + n;
    const mlc_status status = read_all(r, err);
    mlci_free(r->reals);
    mlci_free(r);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    return n > 5 && memcmp(bytes, "tree", 4) == 0 && (bytes[4] == '\n' || bytes[4] == '\r');
}

const mlci_import_format mlci_import_lightgbm = {"lightgbm", "LightGBM's text models", sniff,
                                                 read_lightgbm, NULL};
