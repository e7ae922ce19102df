/* Foreign models under construction. */
#include "foreign.h"

#include <float.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_NAME_BYTES 1024
#define SPARE_NODES 1.02             /* of those that a part of a file lets expect */
#define BEYOND_FLOATS 0x1.ffffffp127 /* from here on a double rounds to an infinite float */

void mlci_foreign_init(mlci_foreign *m, mlc_context *call, const mlci_import_settings *settings)
{
    *m = (mlci_foreign){.call = call, .settings = settings, .root = mlci_context_root(call)};
    m->recipe = mlci_text_init(m->root);
    m->document = mlci_text_init(m->root);
    m->rule = (mlci_score_rule){0, 1, 1};
}

void mlci_foreign_clear(mlci_foreign *m)
{
    for (int64_t i = 0; m->inputs != NULL && i < m->n_features; i++) {
        mlci_free(m->inputs[i].name);
        mlci_dictionary_unref(m->inputs[i].labels);
        mlci_free(m->inputs[i].label_of_code);
    }
    void *const blocks[] = {m->inputs, m->start,        m->end,        m->first_node,
                            m->output, m->nodes,        m->members,    m->first_member,
                            m->lines,  m->term_feature, m->term_factor};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_classes_unref(m->classes);
    mlci_text_clear(&m->recipe);
    mlci_text_clear(&m->document);
}

/* ---- messages ----------------------------------------------------------------------------- */

static mlc_status refuse(const mlci_foreign *m, mlc_error *err, mlc_status status, const char *name,
                         const char *format, va_list arguments)
{
    char text[512];
    mlci_cut_text(text, sizeof text, vsnprintf(text, sizeof text, format, arguments));
    return mlci_fail(err, status, name, "%s model: %s", m->library, text);
}

mlc_status mlci_foreign_fail(const mlci_foreign *m, mlc_error *err, const char *name,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const mlc_status status = refuse(m, err, MLC_ERROR_FORMAT, name, format, arguments);
    va_end(arguments);
    return status;
}

mlc_status mlci_foreign_refuse(const mlci_foreign *m, mlc_error *err, mlc_status status,
                               const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refuse(m, err, status, name, format, arguments);
    va_end(arguments);
    return status;
}

mlc_status mlci_foreign_fail_node(const mlci_foreign *m, mlc_error *err, int64_t tree, int64_t node,
                                  const char *what)
{
    return mlci_foreign_fail(m, err, "trees", "tree %lld, node %lld: %s", (long long)tree,
                             (long long)node, what);
}

static mlc_status refuse_size(const mlci_foreign *m, mlc_error *err, const char *setting,
                              const char *what, int64_t n, int64_t most)
{
    return mlci_foreign_refuse(m, err, MLC_ERROR_LIMIT, setting,
                               "it has %lld %s: more than %s = %lld of the import settings",
                               (long long)n, what, setting, (long long)most);
}

/* ---- memory ------------------------------------------------------------------------------- */

/* Room for n elements of an array that doubles. */
static mlc_status make_room(mlci_foreign *m, void *array, int64_t size, int64_t n,
                            int64_t *capacity, mlc_error *err)
{
    void *old, *grown;
    if (n <= *capacity) return MLC_OK;
    const int64_t more = n > 2 * *capacity ? n : 2 * *capacity;
    memcpy(&old, array, sizeof old);
    grown = mlci_realloc(m->root, old, more + 1, size);
    if (grown == NULL) return mlci_fail_memory(err, more + 1, size);
    memcpy(array, &grown, sizeof grown);
    *capacity = more;
    return MLC_OK;
}

/* ---- inputs ------------------------------------------------------------------------------- */

mlc_status mlci_foreign_set_inputs(mlci_foreign *m, int64_t n_features, mlc_error *err)
{
    if (n_features < 1) return mlci_foreign_fail(m, err, "features", "it has no features");
    if (n_features > m->settings->max_features)
        return refuse_size(m, err, "max_features", "features", n_features,
                           m->settings->max_features);
    m->inputs = mlci_alloc(m->root, n_features, sizeof *m->inputs);
    if (m->inputs == NULL) return mlci_fail_memory(err, n_features, sizeof *m->inputs);
    m->n_features = n_features;
    return MLC_OK;
}

mlc_status mlci_foreign_name_input(mlci_foreign *m, int64_t i, const char *name, int64_t length,
                                   mlc_error *err)
{
    if (length < 1 || length > MOST_NAME_BYTES || memchr(name, 0, (size_t)length) != NULL ||
        !mlci_utf8_valid(name, length, NULL))
        return mlci_foreign_fail(m, err, "feature_names",
                                 "the name of feature %lld is not UTF-8 of 1 to %d bytes",
                                 (long long)i, MOST_NAME_BYTES);
    mlci_free(m->inputs[i].name);
    m->inputs[i].name = mlci_copy_text(m->root, name, length);
    return m->inputs[i].name == NULL ? mlci_fail_memory(err, length + 1, 1) : MLC_OK;
}

/* Sorted keys to a dictionary and to each code's place in it. */
static mlc_status make_labels(mlci_foreign *m, mlci_foreign_input *input, int32_t n,
                              mlci_text_key *keys, mlci_text_key *scratch, mlc_error *err)
{
    const char **const texts = mlci_alloc(m->root, n, sizeof *texts);
    int64_t *const lengths = mlci_alloc(m->root, n, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL || input->label_of_code == NULL
                            ? mlci_fail_memory(err, n, sizeof *texts)
                            : MLC_OK;
    if (status == MLC_OK) mlci_text_keys_sort(keys, scratch, n);
    for (int32_t k = 0; k < n && status == MLC_OK; k++) {
        texts[k] = keys[k].text;
        lengths[k] = keys[k].length;
        input->label_of_code[keys[k].index] = k;
        if (k > 0 && mlci_text_compare(texts[k - 1], lengths[k - 1], texts[k], lengths[k]) == 0)
            status = mlci_foreign_fail(
                m, err, input->name, "feature '%s' has category '%.*s' twice",
                input->name == NULL ? "" : input->name, (int)lengths[k], texts[k]);
    }
    if (status == MLC_OK)
        status = mlci_dictionary_create(m->root, n, texts, lengths, &input->labels, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

mlc_status mlci_foreign_label_input(mlci_foreign *m, int64_t i, int32_t n, const char *const *texts,
                                    const int64_t *lengths, mlc_error *err)
{
    mlci_foreign_input *const input = &m->inputs[i];
    mlci_text_key *const keys = mlci_alloc(m->root, n, 2 * (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, n, sizeof *keys);
    for (int32_t k = 0; k < n; k++)
        keys[k] = (mlci_text_key){texts[k], lengths[k], k};
    mlci_free(input->label_of_code);
    mlci_dictionary_unref(input->labels);
    input->labels = NULL;
    input->is_category = 1;
    input->n_labels = n;
    input->label_of_code = mlci_alloc(m->root, n, sizeof *input->label_of_code);
    const mlc_status status = make_labels(m, input, n, keys, keys + n, err);
    mlci_free(keys);
    return status;
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

/* "names=a,b,c" of the settings. */
static mlc_status take_names(mlci_foreign *m, mlc_error *err)
{
    const char *at = m->settings->names;
    int64_t n = 0;
    for (; at != NULL && *at != '\0'; n++) {
        at = skip_blanks(at);
        const size_t length = strcspn(at, ",");
        if (n < m->n_features) MLCI_TRY(mlci_foreign_name_input(m, n, at, (int64_t)length, err));
        at += length + (at[length] == ',');
    }
    if (m->settings->names == NULL || n == m->n_features) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "names",
                     "names has %lld names; the model has %lld features", (long long)n,
                     (long long)m->n_features);
}

mlc_status mlci_foreign_finish_inputs(mlci_foreign *m, mlc_error *err)
{
    char name[32];
    MLCI_TRY(take_names(m, err));
    m->is_vector = 1;
    for (int64_t i = 0; i < m->n_features; i++)
        if (m->inputs[i].name != NULL || m->inputs[i].labels != NULL) m->is_vector = 0;
    mlci_text_key *const keys = mlci_alloc(m->root, m->n_features, 2 * (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, m->n_features, sizeof *keys);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < m->n_features && status == MLC_OK; i++) {
        const int length = snprintf(name, sizeof name, "x%lld", (long long)i);
        if (m->inputs[i].name == NULL) status = mlci_foreign_name_input(m, i, name, length, err);
        if (status == MLC_OK)
            keys[i] = (mlci_text_key){m->inputs[i].name, (int64_t)strlen(m->inputs[i].name), i};
    }
    if (status == MLC_OK) mlci_text_keys_sort(keys, keys + m->n_features, m->n_features);
    for (int64_t i = 1; i < m->n_features && status == MLC_OK; i++)
        if (strcmp(keys[i - 1].text, keys[i].text) == 0)
            status = mlci_foreign_fail(
                m, err, keys[i].text,
                "features %lld and %lld are both called '%s': give names= in "
                "the import settings",
                (long long)keys[i - 1].index, (long long)keys[i].index, keys[i].text);
    mlci_free(keys);
    return status;
}

mlc_status mlci_foreign_set_outputs(mlci_foreign *m, int32_t n_outputs, mlc_error *err)
{
    m->n_outputs = n_outputs;
    m->start = mlci_alloc(m->root, n_outputs, sizeof *m->start);
    return m->start == NULL ? mlci_fail_memory(err, n_outputs, sizeof *m->start) : MLC_OK;
}

/* ---- trees -------------------------------------------------------------------------------- */

static int64_t count_nodes(const mlci_foreign *m)
{
    return m->n_trees == 0 ? 0 : m->first_node[m->n_trees];
}

mlc_status mlci_foreign_place_tree(mlci_foreign *m, int32_t output, int64_t n, mlc_error *err)
{
    const int64_t at = count_nodes(m), n_trees = m->n_trees + 1;
    int64_t capacity = m->tree_capacity;
    MLCI_TRY(mlci_poll(m->call, err));
    if (n < 1)
        return mlci_foreign_fail(m, err, "trees", "tree %lld is empty", (long long)m->n_trees);
    if (n_trees > m->settings->max_trees)
        return refuse_size(m, err, "max_trees", "trees or more", n_trees, m->settings->max_trees);
    if (n > m->settings->max_nodes - at)
        return refuse_size(m, err, "max_nodes", "nodes or more", at + n, m->settings->max_nodes);
    MLCI_TRY(make_room(m, &m->first_node, sizeof *m->first_node, n_trees, &capacity, err));
    MLCI_TRY(make_room(m, &m->output, sizeof *m->output, n_trees, &m->tree_capacity, err));
    m->first_node[m->n_trees] = at;
    m->first_node[n_trees] = at + n;
    m->output[m->n_trees] = output;
    m->n_trees = n_trees;
    return MLC_OK;
}

mlc_status mlci_foreign_make_nodes(mlci_foreign *m, mlc_error *err)
{
    const int64_t n = count_nodes(m);
    if (m->nodes == NULL) {
        m->nodes = mlci_alloc_stream(m->root, n, sizeof *m->nodes);
        if (m->nodes == NULL) return mlci_fail_memory(err, n, sizeof *m->nodes);
        m->node_capacity = n;
    }
    return make_room(m, &m->nodes, sizeof *m->nodes, n, &m->node_capacity, err);
}

void mlci_foreign_clear_nodes(int64_t n, mlci_foreign_node *nodes)
{
    for (int64_t i = 0; i < n; i++)
        nodes[i] = (mlci_foreign_node){.feature = -1, .set = -1, .line = -1};
}

mlc_status mlci_foreign_add_tree(mlci_foreign *m, int32_t output, int64_t n,
                                 mlci_foreign_node **nodes, mlc_error *err)
{
    MLCI_TRY(mlci_foreign_place_tree(m, output, n, err));
    MLCI_TRY(make_room(m, &m->nodes, sizeof *m->nodes, count_nodes(m), &m->node_capacity, err));
    *nodes = m->nodes + count_nodes(m) - n;
    mlci_foreign_clear_nodes(n, *nodes);
    return MLC_OK;
}

mlc_status mlci_foreign_add_set(mlci_foreign *m, int64_t n, int32_t **members, int32_t *set,
                                mlc_error *err)
{
    const int64_t at = m->n_sets == 0 ? 0 : m->first_member[m->n_sets];
    if (m->n_sets == INT32_MAX)
        return refuse_size(m, err, "max_nodes", "sets of categories or more", m->n_sets, INT32_MAX);
    MLCI_TRY(make_room(m, &m->first_member, sizeof *m->first_member, m->n_sets + 1,
                       &m->set_capacity, err));
    MLCI_TRY(make_room(m, &m->members, sizeof *m->members, at + n, &m->member_capacity, err));
    m->first_member[m->n_sets] = at;
    m->first_member[m->n_sets + 1] = at + n;
    *members = n == 0 ? NULL : m->members + at;
    *set = (int32_t)m->n_sets++;
    return MLC_OK;
}

mlc_status mlci_foreign_add_bit_set(mlci_foreign *m, int64_t n_words, const uint32_t *words,
                                    int32_t *set, mlc_error *err)
{
    int64_t n = 0;
    int32_t *members = NULL;
    for (int64_t w = 0; w < n_words; w++)
        n += __builtin_popcount(words[w]);
    MLCI_TRY(mlci_foreign_add_set(m, n, &members, set, err));
    for (int64_t w = 0; w < n_words; w++)
        for (uint32_t bits = words[w]; bits != 0; bits &= bits - 1)
            *members++ = (int32_t)(32 * w + __builtin_ctz(bits));
    return MLC_OK;
}

mlc_status mlci_foreign_add_line(mlci_foreign *m, double intercept, int32_t n,
                                 const int32_t *features, const double *factors, int32_t *line,
                                 mlc_error *err)
{
    const int64_t at = m->n_terms;
    int64_t capacity = m->term_capacity;
    MLCI_TRY(make_room(m, &m->lines, sizeof *m->lines, m->n_lines + 1, &m->line_capacity, err));
    MLCI_TRY(make_room(m, &m->term_feature, sizeof *m->term_feature, at + n, &capacity, err));
    MLCI_TRY(make_room(m, &m->term_factor, sizeof *m->term_factor, at + n, &m->term_capacity, err));
    for (int32_t i = 0; i < n; i++) {
        m->term_feature[at + i] = features[i];
        m->term_factor[at + i] = factors[i];
    }
    m->n_terms += n;
    m->lines[m->n_lines] = (mlci_foreign_line){intercept, at, n};
    *line = (int32_t)m->n_lines++;
    return MLC_OK;
}

int mlci_foreign_has(const mlci_foreign *m, int32_t set, int32_t code)
{
    int64_t low = m->first_member[set], high = m->first_member[set + 1];
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (m->members[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->first_member[set + 1] && m->members[low] == code;
}

/* ---- thresholds --------------------------------------------------------------------------- */

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The next float below. */
static float float_below(float x)
{
    if (x == 0) return float_of_bits(0x80000001u);
    if (x < -FLT_MAX) return x;
    return float_of_bits(x > 0 ? bits_of_float(x) - 1 : bits_of_float(x) + 1);
}

static float float_above(float x)
{
    return -float_below(-x);
}

static double double_below(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = x > 0 ? bits - 1 : bits + 1;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The largest double that rounds to f: half the way to the next float, where ties go to even. */
static double largest_rounding_to(float f)
{
    if (f > FLT_MAX) return (double)f;
    if (f < -FLT_MAX) return -BEYOND_FLOATS;
    const double middle = f == FLT_MAX ? BEYOND_FLOATS : ((double)f + (double)float_above(f)) / 2;
    return (float)middle == f ? middle : double_below(middle);
}

double mlci_foreign_bound(int32_t compare, double threshold)
{
    if (compare == MLCI_COMPARE_DOUBLE || threshold != threshold) return threshold;
    float f = (float)threshold;
    if (compare == MLCI_COMPARE_FLOAT_BELOW)
        f = f < -FLT_MAX ? f : float_below(f);
    else if ((double)f > threshold)
        f = float_below(f);
    return largest_rounding_to(f);
}
