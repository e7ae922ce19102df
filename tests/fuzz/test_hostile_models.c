/* Models that other libraries were hurt by: one row for each published report, by its number. The
 * state is changed in memory and saved as it is, or a number of it is changed in the file, under
 * checksums that fit. Each is refused with the section, and the tree and node where there is one,
 * or predicts what its nodes say. All of it runs on a small stack: nothing recurses on input.
 *
 * llama.cpp's reports are of sizes that wrap when multiplied, added or rounded up; here such sizes
 * go into the shapes of a linear model and of clusters. */
#include <math.h>
#include <pthread.h>
#include <unistd.h>

#include "artifact/artifacts.h"
#include "check_suite.h"
#include "container_edit.h"
#include "record.h"
#include "tree/ensemble.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES (1024 << 10) /* frames with guards around each variable */
#else
#define STACK_BYTES (128 << 10)
#endif

/* ---- a state as a file --------------------------------------------------------------------- */

typedef struct new_states {
    edit_container *file;
    mlci_writer current;
    char name[256];
} new_states;

static void put_state(new_states *n)
{
    edit_section *s = n->name[0] != '\0' ? edit_find(n->file, n->name) : NULL;
    if (s != NULL) edit_replace(s, n->current.data, n->current.length);
    mlci_writer_clear(&n->current);
}

static mlci_writer *open_state(void *user, const char *name)
{
    new_states *n = user;
    put_state(n);
    snprintf(n->name, sizeof n->name, "%s", name);
    mlci_writer_init(&n->current, NULL);
    return &n->current;
}

/* The file of a model whose state may be nonsense: saving it would predict golden rows. */
static artifact_bytes file_of(const artifact_bytes *good, const mlci_component *component)
{
    edit_container file = {0};
    artifact_bytes a = {NULL, 0};
    ck_assert(edit_open(&file, good->data, good->n));
    new_states n = {.file = &file};
    const mlci_section_sink sink = {&n, open_state};
    ck_assert_int_eq(mlci_component_save(component, &sink, NULL), MLC_OK);
    put_state(&n);
    a.data = edit_write(&file, 0, &a.n);
    edit_close(&file);
    return a;
}

static mlc_model *fitted(const char *recipe, const char *roles)
{
    mlc_dataset *rows = composing_rows(120, roles);
    mlc_model *model = transforming_model(recipe, rows);
    mlc_dataset_free(rows);
    return model;
}

/* ---- on a small stack ---------------------------------------------------------------------- */

typedef struct attempt {
    const artifact_bytes *file;
    const char *settings;
    mlc_status status;
    mlc_error err;
    double prediction; /* of the last row, when it loads */
} attempt;

static mlc_status use(attempt *a, mlc_model *model)
{
    mlc_dataset *rows = composing_rows(20, NULL), *out = NULL;
    mlc_predictor *p = NULL;
    mlc_status status =
        mlc_model_predict(NULL, model, rows, "output=class,raw,leaf", &out, &a->err);
    if (status == MLC_ERROR_UNSUPPORTED) /* linear models have no leaves */
        status = mlc_model_predict(NULL, model, rows, NULL, &out, &a->err);
    const int32_t column = mlc_dataset_find(out, "prediction");
    if (status == MLC_OK && mlc_dataset_column_type(out, column) == MLC_TYPE_FLOAT64)
        status = mlc_dataset_real(out, "prediction", 19, &a->prediction, &a->err);
    mlc_dataset_free(out);
    if (status == MLC_OK) status = mlc_predictor_create(NULL, model, NULL, &p, &a->err);
    mlc_predictor_free(p);
    mlc_dataset_free(rows);
    return status;
}

static void *load_and_use(void *arg)
{
    attempt *a = arg;
    mlc_model *model = NULL;
    a->status =
        mlc_model_load_memory(NULL, a->file->data, a->file->n, a->settings, &model, &a->err);
    if (a->status == MLC_OK) a->status = use(a, model);
    mlc_model_free(model);
    return NULL;
}

static attempt try_file(const artifact_bytes *file, const char *settings)
{
    attempt a = {.file = file, .settings = settings};
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, STACK_BYTES), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, load_and_use, &a), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    return a;
}

static void refused(const char *report, const artifact_bytes *file, const char *says)
{
    const attempt a = try_file(file, "selftest=false");
    ck_assert_msg(a.status == MLC_ERROR_FORMAT || a.status == MLC_ERROR_LIMIT, "%s: status %d: %s",
                  report, (int)a.status, a.err.message);
    ck_assert_msg(strstr(a.err.message, "section 'state/") != NULL, "%s: %s", report,
                  a.err.message);
    ck_assert_msg(strstr(a.err.message, says) != NULL, "%s: %s", report, a.err.message);
}

/* ---- trees --------------------------------------------------------------------------------- */

#define BOOSTED "gradient_boosting_regressor(n_estimators=3, max_leaf_nodes=6, min_samples_leaf=5)"

static artifact_bytes good_file;
static mlc_model *tree_model;
static mlci_ensemble *trees;

static void open_trees(void)
{
    tree_model = fitted(BOOSTED, COMPOSING_NUMBERS);
    good_file = artifact_of(tree_model, NULL);
    trees = tree_model->component->state;
    ck_assert_int_eq(trees->n_trees, 3);
    for (int t = 0; t < 3; t++)
        ck_assert_int_eq(trees->first_node[t + 1] - trees->first_node[t], 11);
}

static void close_trees(void)
{
    mlc_model_free(tree_model);
    free(good_file.data);
}

/* Node i of tree 1. */
static mlci_tree_node *node(int i)
{
    return &trees->nodes[trees->first_node[1] + i];
}

/* A node of tree 1 that splits numbers (0) or categories (1). */
static mlci_tree_node *split_of(int category)
{
    for (int i = 0; i < 11; i++)
        if (node(i)->left != 0 && ((node(i)->split & MLCI_NODE_CATEGORY) != 0) == category)
            return node(i);
    ck_abort_msg("tree 1 has no such split");
    return NULL;
}

static mlci_tree_node *a_leaf(void)
{
    for (int i = 0; i < 11; i++)
        if (node(i)->left == 0) return node(i);
    ck_abort_msg("tree 1 has no leaf");
    return NULL;
}

/* An inner node of tree 1 other than its root. */
static mlci_tree_node *inner(void)
{
    for (int i = 1; i < 11; i++)
        if (node(i)->left != 0) return node(i);
    ck_abort_msg("tree 1 has a root only");
    return NULL;
}

typedef enum tree_part {
    LEFT, /* of the root of tree 1 */
    INNER_LEFT,
    FEATURE, /* of a split by numbers */
    THRESHOLD,
    CATEGORY_SET,
    NUMBER_AS_CATEGORY,
    CATEGORY_AS_NUMBER,
    LEAF_VALUE,
    LEAF_SPLIT,
    COVER, /* of node 0 of tree 1 */
    GAIN,
    START,
    FIRST_NODE, /* of tree 1 */
    FIRST_SET,
    FIRST_CODE, /* of the second feature */
} tree_part;

static void change_tree(tree_part part, double value)
{
    const int32_t whole = fabs(value) < 2147483648.0 ? (int32_t)value : 0;
    const int64_t large = fabs(value) < 0x1p63 ? (int64_t)value : value > 0 ? INT64_MAX : 0;
    switch (part) {
    case LEFT:
        node(0)->left = whole;
        break;
    case INNER_LEFT:
        inner()->left = whole;
        break;
    case FEATURE:
        node(0)->split = split_of(0)->split;
        node(0)->split = (node(0)->split & ~MLCI_NODE_FEATURE) | (uint32_t)whole;
        break;
    case THRESHOLD:
        split_of(0)->value = value;
        break;
    case CATEGORY_SET:
        split_of(1)->value = value;
        break;
    case NUMBER_AS_CATEGORY:
        split_of(0)->split |= MLCI_NODE_CATEGORY;
        break;
    case CATEGORY_AS_NUMBER:
        split_of(1)->split &= ~MLCI_NODE_CATEGORY;
        break;
    case LEAF_VALUE:
        a_leaf()->value = value;
        break;
    case LEAF_SPLIT:
        a_leaf()->split = (uint32_t)whole;
        break;
    case COVER:
        trees->cover[trees->first_node[1]] = value;
        break;
    case GAIN:
        trees->gain[trees->first_node[1]] = value;
        break;
    case START:
        trees->start[0] = value;
        break;
    case FIRST_NODE:
        trees->first_node[1] = large;
        break;
    case FIRST_SET:
        trees->first_set[1] = large;
        break;
    case FIRST_CODE:
        trees->categories.first_code[1] = large;
        break;
    }
}

static const struct {
    const char *report;
    tree_part part;
    double value;
    const char *says;
} tree_cases[] = {
    /* an index of another node used as it stands */
    {"LightGBM#7438", LEFT, 11, "tree 1, node 0: its children must come after it"},
    {"LightGBM#7438", LEFT, 1000000, "tree 1, node 0: its children"},
    {"LightGBM#7438", LEFT, INT32_MAX, "tree 1, node 0: its children"},
    /* a negative child taken for a leaf, its complement an index to write to */
    {"LightGBM#7357", LEFT, -1, "tree 1, node 0: its children"},
    {"LightGBM#7357", LEFT, -2147483647.0, "tree 1, node 0: its children"},
    {"LightGBM#7357", FEATURE, 4, "tree 1, node 0: it splits by a feature that there is not"},
    {"LightGBM#7357", FEATURE, 1073741823, "a feature that there is not"},
    /* the threshold of a category split used as an index */
    {"LightGBM#7437", CATEGORY_SET, 100, "its set of categories is not there"},
    {"LightGBM#7437", CATEGORY_SET, -1, "its set of categories"},
    {"LightGBM#7437", CATEGORY_SET, 1e300, "its set of categories"},
    {"LightGBM#7437", CATEGORY_SET, 0.5, "its set of categories"},
    {"LightGBM#7437", CATEGORY_SET, 2147483648.0, "its set of categories"},
    {"LightGBM#7437", CATEGORY_SET, 4294967296.0, "its set of categories"},
    {"LightGBM#7437", CATEGORY_SET, NAN, "its threshold is not a number"},
    {"LightGBM#7437", NUMBER_AS_CATEGORY, 0, "it splits numbers by a set of categories"},
    {"LightGBM#7437", CATEGORY_AS_NUMBER, 0, "it splits categories by a threshold"},
    /* declared counts against what is there */
    {"LightGBM#6998", FIRST_NODE, 0, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_NODE, -1, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_NODE, 34, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_NODE, 2147483648.0, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_NODE, 4294967296.0, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_NODE, 9.3e18, "the nodes are damaged"},
    {"LightGBM#6998", FIRST_SET, -1, "the category sets are damaged"},
    {"LightGBM#6998", FIRST_SET, 4294967296.0, "the category sets are damaged"},
    /* categories of large codes */
    {"LightGBM#1359", FIRST_CODE, -1, "the categories are damaged"},
    {"LightGBM#1359", FIRST_CODE, 2147483648.0, "the categories are damaged"},
    {"LightGBM#1359", FIRST_CODE, 4294967297.0, "the categories are damaged"},
    /* the right child taken to be next to the left one, which is the last node */
    {"xgboost#7903", LEFT, 10, "tree 1, node 0: its children"},
    {"xgboost#7903", INNER_LEFT, 10, "tree 1, node "},
    /* what its check of nodes asks for: later than the parent, one parent, all reached */
    {"scikit-learn#34558", INNER_LEFT, 1, "tree 1, node "}, /* a cycle, or a shared child */
    {"scikit-learn#34558", LEFT, 2, "tree 1, node 1: no split leads to it"},
    {"scikit-learn#34558", INNER_LEFT, 0, "tree 1, node "}, /* a leaf with a split */
    {"scikit-learn#34558", LEAF_SPLIT, 1, "it is a leaf with a split"},
    {"scikit-learn#34558", THRESHOLD, NAN, "its threshold is not a number"},
    {"scikit-learn#34558", COVER, -1, "tree 1, node 0: its gain or cover is negative"},
    {"scikit-learn#34558", GAIN, NAN, "tree 1, node 0: its gain or cover is negative"},
    /* not finite out of finite in */
    {"xgboost#3261", LEAF_VALUE, NAN, "its value is not finite"},
    {"xgboost#3261", LEAF_VALUE, INFINITY, "its value is not finite"},
    {"xgboost#3261", START, NAN, "a start score is not finite"},
};
#define N_TREE_CASES ((int)(sizeof tree_cases / sizeof tree_cases[0]))

START_TEST(test_tree_of_a_report_is_refused_where_it_is_wrong)
{
    open_trees();
    change_tree(tree_cases[_i].part, tree_cases[_i].value);
    artifact_bytes file = file_of(&good_file, tree_model->component);
    refused(tree_cases[_i].report, &file, tree_cases[_i].says);
    free(file.data);
    close_trees();
}
END_TEST

/* Unchanged it loads, so that what refuses the others is the change. */
START_TEST(test_tree_unchanged_loads_and_predicts)
{
    open_trees();
    artifact_bytes file = file_of(&good_file, tree_model->component);
    ck_assert_int_eq(file.n, good_file.n);
    ck_assert(memcmp(file.data + 48, good_file.data + 48, 32) == 0); /* content ids */
    const attempt a = try_file(&file, NULL);
    ck_assert_msg(a.status == MLC_OK, "%s", a.err.message);
    free(file.data);
    close_trees();
}
END_TEST

/* xgboost#7903: leaves in the other order are another tree, and predicted as they stand. */
START_TEST(test_tree_of_swapped_leaves_predicts_what_it_says)
{
    open_trees();
    trees->first_node[1] = 3;
    trees->first_set[1] = 0;
    trees->n_trees = 1;
    trees->start[0] = 0;
    trees->nodes[0] = (mlci_tree_node){1e6, MLCI_NODE_MISSING_LEFT, 1}; /* by age: all go left */
    trees->nodes[1] = (mlci_tree_node){-7.5, 0, 0};
    trees->nodes[2] = (mlci_tree_node){2, 0, 0};
    artifact_bytes file = file_of(&good_file, tree_model->component);
    const attempt refused_by_golden = try_file(&file, NULL);
    ck_assert_int_eq(refused_by_golden.status, MLC_ERROR_FORMAT);
    attempt a = try_file(&file, "selftest=false");
    ck_assert_msg(a.status == MLC_OK, "%s", a.err.message);
    ck_assert_double_eq(a.prediction, -7.5);
    trees->nodes[1].value = 2;
    trees->nodes[2].value = -7.5;
    free(file.data);
    file = file_of(&good_file, tree_model->component);
    a = try_file(&file, "selftest=false");
    ck_assert_double_eq(a.prediction, 2);
    free(file.data);
    close_trees();
}
END_TEST

/* A chain of splits: each left child is a leaf of value 1, the last right one of value 42. */
static void make_chain(int64_t depth)
{
    const int64_t n = 2 * depth + 1;
    mlci_free(trees->nodes);
    mlci_free(trees->gain);
    mlci_free(trees->cover);
    trees->nodes = mlci_alloc(trees->root, n, sizeof *trees->nodes);
    trees->gain = mlci_alloc(trees->root, n, sizeof *trees->gain);
    trees->cover = mlci_alloc(trees->root, n, sizeof *trees->cover);
    for (int64_t i = 0; i < depth; i++) {
        trees->nodes[2 * i] = (mlci_tree_node){-1e6, 0, (int32_t)(2 * i + 1)};
        trees->nodes[2 * i + 1].value = 1;
    }
    trees->nodes[2 * depth].value = 42;
    trees->n_trees = 1;
    trees->start[0] = 0;
    trees->first_node[1] = n;
    trees->first_set[1] = 0;
}

/* scikit-learn#34558, treelite's and others' recursion: a million splits to the last leaf. */
START_TEST(test_tree_a_million_deep_is_refused_or_walked_on_a_small_stack)
{
    enum { DEPTH = 1000000 };
    open_trees();
    make_chain(DEPTH);
    artifact_bytes file = file_of(&good_file, tree_model->component);
    refused("scikit-learn#34558", &file, "1000000 splits from root to leaf");
    const attempt a = try_file(&file, "selftest=false max_depth=1000000");
    ck_assert_msg(a.status == MLC_OK, "%s", a.err.message);
    ck_assert_double_eq(a.prediction, 42);
    free(file.data);
    close_trees();
}
END_TEST

/* ---- numbers of the file ------------------------------------------------------------------- */

/* A number of n bytes at `at` behind the one place of a section where the bytes are those. */
typedef struct patch {
    const char *report;
    int at, n;
    uint64_t value;
    const char *says;
} patch;

static artifact_bytes patched(const artifact_bytes *good, const uint8_t *mark, size_t n_mark,
                              const patch *p)
{
    edit_container file = {0};
    artifact_bytes a = {NULL, 0};
    int found = 0;
    ck_assert(edit_open(&file, good->data, good->n));
    for (int32_t i = 0; i < file.n; i++) {
        edit_section *s = &file.sections[i];
        if (strncmp(s->name, "state/", 6) != 0) continue;
        uint8_t *at = memmem(s->raw, (size_t)s->n, mark, n_mark);
        if (at == NULL) continue;
        found++;
        artifact_put(at + p->at, p->value, p->n);
    }
    ck_assert_int_eq(found, 1);
    a.data = edit_write(&file, 0, &a.n);
    edit_close(&file);
    return a;
}

static void check_patches(const char *recipe, const char *roles, const uint8_t *mark, size_t n_mark,
                          const patch *patches, size_t n)
{
    mlc_model *model = fitted(recipe, roles);
    artifact_bytes good = artifact_of(model, NULL);
    for (size_t i = 0; i < n; i++) {
        artifact_bytes file = patched(&good, mark, n_mark, &patches[i]);
        refused(patches[i].report, &file, patches[i].says);
        free(file.data);
    }
    mlc_model_free(model);
    free(good.data);
}

#define WRAP32 (UINT64_C(1) << 32)

START_TEST(test_ensemble_of_other_shapes_is_refused)
{
    /* n_features, n_outputs, n_classes, link; then the number of start scores and the score */
    uint8_t mark[36] = {0};
    open_trees();
    artifact_put(mark, (uint64_t)trees->n_features, 8);
    artifact_put(mark + 8, 1, 4);
    artifact_put(mark + 20, 1, 8);
    memcpy(mark + 28, trees->start, 8);
    close_trees();
    static const patch patches[] = {
        {"LightGBM#6998", 0, 8, 1000000, "n_features"},
        {"LightGBM#5705", 0, 8, WRAP32 + 4, "n_features"},
        {"LightGBM#5705", 0, 8, UINT64_C(1) << 31, "n_features"},
        {"LightGBM#5705", 0, 8, UINT64_MAX, "n_features"},
        {"scikit-learn#18891", 8, 4, 1000000, "1 elements at byte 418; there must be 1000000"},
        {"scikit-learn#18891", 8, 4, 0x7fffffff,
         "1 elements at byte 418; there must be 2147483647"},
        {"scikit-learn#18891", 8, 4, 0xffffffff, "the number of outputs"},
        {"scikit-learn#18891", 8, 4, 0, "the number of outputs"},
        {"scikit-learn#18891", 12, 4, 2, "the number of outputs, classes"},
        {"llama.cpp#26690", 16, 4, 99, "the link"},
        {"llama.cpp#26690", 16, 4, 0xffffffff, "the link"},
    };
    check_patches(BOOSTED, COMPOSING_NUMBERS, mark, sizeof mark, patches,
                  sizeof patches / sizeof patches[0]);
}
END_TEST

START_TEST(test_linear_model_of_other_shapes_is_refused)
{
    /* n_features, n_outputs; then the number of weights and the weights */
    uint8_t mark[24] = {0};
    artifact_put(mark, 2, 8);
    artifact_put(mark + 8, 1, 8);
    artifact_put(mark + 16, 2, 8);
    static const patch patches[] = {
        {"llama.cpp#15711", 0, 8, WRAP32, "features"},
        {"llama.cpp#15711", 8, 8, WRAP32, "outputs"},
        {"llama.cpp#18674", 0, 8, UINT64_C(1) << 63, "features"},
        {"llama.cpp#18674", 8, 8, UINT64_C(1) << 61, "outputs"},
        {"llama.cpp#14595", 8, 8, UINT64_MAX, "outputs"},
        {"llama.cpp#19856", 16, 8, UINT64_C(1) << 61, "elements"}, /* x 8 bytes wraps to 0 */
        {"llama.cpp#19856", 16, 8, (UINT64_C(1) << 61) + 2, "elements"},
        {"llama.cpp#26318", 16, 8, UINT64_MAX - 6, "elements"}, /* rounded up to 0 */
        {"LightGBM#6998", 16, 8, 1000, "elements"},
        {"LightGBM#6998", 16, 8, 1, "elements"},
        {"scikit-learn#18891", 8, 8, 1000000, "elements"},
        {"xgboost#3261", 24, 8, UINT64_C(0x7ff8000000000000), "a coefficient is not finite"},
        {"xgboost#4019", 24, 8, UINT64_C(0x7ff0000000000000), "a coefficient is not finite"},
    };
    check_patches("pipeline(on([age,income], simple_imputer, remainder=drop), ridge)",
                  COMPOSING_NUMBERS, mark, sizeof mark, patches,
                  sizeof patches / sizeof patches[0]);
}
END_TEST

START_TEST(test_clusters_of_other_shapes_are_refused)
{
    /* clusters, features; then the number of coordinates and the coordinates */
    uint8_t mark[24] = {0};
    artifact_put(mark, 3, 8);
    artifact_put(mark + 8, 2, 8);
    artifact_put(mark + 16, 6, 8);
    static const patch patches[] = {
        {"llama.cpp#15711", 0, 8, WRAP32 + 3, "clusters"},
        {"llama.cpp#18674", 0, 8, UINT64_C(1) << 63, "clusters"},
        {"llama.cpp#14595", 0, 8, (UINT64_C(1) << 63) + 3,
         "clusters"}, /* x 2 features wraps to 6 */
        {"llama.cpp#14595", 8, 8, UINT64_C(1) << 62, "features"},
        {"llama.cpp#19856", 16, 8, (UINT64_C(1) << 61) + 6, "elements"}, /* x 8 bytes wraps to 48 */
        {"scikit-learn#18891", 0, 8, 1000000, ""},
        {"scikit-learn#18891", 0, 8, 0, "clusters"},
        {"LightGBM#6998", 16, 8, 5, "elements"},
        {"xgboost#3261", 24, 8, UINT64_C(0x7ff8000000000000), "a centre is not finite"},
    };
    check_patches("pipeline(on([age,income], simple_imputer, remainder=drop), "
                  "kmeans(n_clusters=3, n_init=1, max_iter=3))",
                  COMPOSING_NUMBERS, mark, sizeof mark, patches,
                  sizeof patches / sizeof patches[0]);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "hostile_models", 120);
    tcase_add_loop_test(tcase, test_tree_of_a_report_is_refused_where_it_is_wrong, 0, N_TREE_CASES);
    tcase_add_test(tcase, test_tree_unchanged_loads_and_predicts);
    tcase_add_test(tcase, test_tree_of_swapped_leaves_predicts_what_it_says);
    tcase_add_test(tcase, test_tree_a_million_deep_is_refused_or_walked_on_a_small_stack);
    tcase_add_test(tcase, test_ensemble_of_other_shapes_is_refused);
    tcase_add_test(tcase, test_linear_model_of_other_shapes_is_refused);
    tcase_add_test(tcase, test_clusters_of_other_shapes_are_refused);
}

MLCI_CHECK_SUITE_OF("hostile_models", fill_suite)
