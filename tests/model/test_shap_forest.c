/* Forests against the definition: small ones that were fitted, with all coalitions of features. */
#include "explaining.h"

#include "tree/forest.h"

extern const mlci_model_descriptor mlci_model_random_forest_classifier;
extern const mlci_model_descriptor mlci_model_random_forest_regressor;

/* Rounding of sums of a few hundred terms of size 1. */
static const double close_to_exact = 1e-13;

enum { P = 5 };

typedef struct fitted {
    mlc_context *ctx, *call, local;
    const mlci_model_descriptor *model;
    _Alignas(64) char params[1024];
    mlci_forest *forest;
    mlci_matrix *x;
} fitted;

static void fit_forest(fitted *f, const test_problem *p, const char *settings)
{
    mlci_classes classes;
    mlci_target y = test_target(p, &classes);
    int32_t class_of_row[300];
    mlc_error err;
    memset(f, 0, sizeof *f);
    f->ctx = test_root(1, NULL);
    mlci_root *const root = mlci_context_root(f->ctx);
    f->model = p->n_classes > 0 ? &mlci_model_random_forest_classifier
                                : &mlci_model_random_forest_regressor;
    ck_assert_int_le(f->model->base.params_size, (int64_t)sizeof f->params);
    ck_assert_int_eq(mlci_params_from_text(root, "forest", f->model->base.params,
                                           f->model->base.check, settings, f->params, &err),
                     MLC_OK);
    ck_assert_int_eq(mlci_call_begin(f->ctx, &f->local, MLCI_FIT, &f->call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(root, p->x, p->n_rows, P, &f->x, NULL), MLC_OK);
    for (int64_t i = 0; i < p->n_rows; i++)
        class_of_row[i] = (int32_t)p->y[i];
    y.class_of_row = class_of_row;
    const mlci_model_fit fit = {
        .call = f->call, .params = f->params, .x = f->x, .y = &y, .row_index = p->row_index};
    const mlc_status status = f->model->fit(&fit, (void **)&f->forest, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
}

static void clear_forest(fitted *f)
{
    f->model->free_state(f->forest);
    mlci_matrix_close(f->x);
    mlci_params_clear(f->model->base.params, f->params);
    mlci_call_end(f->call);
    mlc_context_close(f->ctx);
}

/* One output of the forest as an ensemble of trees whose leaves have its values. */
static mlci_ensemble output_of(const mlci_forest *f, int32_t k, mlci_tree_node *nodes)
{
    static double start;
    const int64_t n = f->first_node[f->n_trees];
    memcpy(nodes, f->nodes, (size_t)n * sizeof *nodes);
    for (int64_t t = 0; t < f->n_trees; t++)
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++) {
            double sums[8] = {0};
            if (nodes[i].left != 0) continue;
            mlci_forest_add_leaf(f, t, i, sums);
            nodes[i].value = sums[k] / (double)f->n_trees;
        }
    return (mlci_ensemble){.n_features = f->n_features,
                           .n_outputs = 1,
                           .start = &start,
                           .n_trees = f->n_trees,
                           .first_node = f->first_node,
                           .nodes = nodes,
                           .cover = f->cover,
                           .first_set = f->first_set,
                           .sets = f->sets,
                           .categories = f->categories};
}

static double *explain(const fitted *f, const double *x, int64_t n, const mlci_matrix *background,
                       double *base)
{
    void *plan = NULL;
    const mlci_explain request = {.call = f->call,
                                  .name = "forest",
                                  .params = f->params,
                                  .state = f->forest,
                                  .background = background};
    const int64_t width = f->model->explainer->n_outputs(f->params, f->forest);
    double *const out = calloc((size_t)(n * width * P), sizeof *out);
    ck_assert_int_eq(f->model->explainer->open(&request, base, &plan, NULL), MLC_OK);
    ck_assert_int_eq(f->model->explainer->rows(plan, x, n, out, NULL), MLC_OK);
    f->model->explainer->close(plan);
    return out;
}

START_TEST(test_contributions_equal_their_definition)
{
    enum { ROWS = 12, OTHERS = 7 };
    const int32_t classes[] = {0, 2, 3};
    for (int c = 0; c < 6; c++) {
        test_problem p = test_problem_make(300, P, classes[c % 3]);
        mlci_matrix *others = NULL;
        double base[3];
        fitted f;
        fit_forest(&f, &p, "n_estimators=4 max_depth=5 random_state=3");
        if (c >= 3) ck_assert_int_eq(mlci_matrix_wrap(NULL, p.x, OTHERS, P, &others, NULL), MLC_OK);
        double *const got = explain(&f, p.x + 40 * P, ROWS, others, base);
        const int32_t width = mlci_forest_width(f.forest);
        ck_assert_int_eq(width, classes[c % 3] == 3 ? 3 : 1);
        mlci_tree_node *const nodes =
            calloc((size_t)f.forest->first_node[f.forest->n_trees], sizeof *nodes);
        for (int32_t k = 0; k < width; k++) {
            const mlci_ensemble e = output_of(f.forest, k, nodes);
            for (int64_t i = 0; i < ROWS; i++) {
                double expected[P] = {0}, mean = 0;
                for (int b = 0; b < (others == NULL ? 1 : OTHERS); b++) {
                    const double share = others == NULL ? 1 : 1.0 / OTHERS;
                    double *const v =
                        test_games(&e, 0, p.x + (40 + i) * P, others == NULL ? NULL : p.x + b * P);
                    test_shapley(v, P, share, expected);
                    mean += share * v[0];
                    free(v);
                }
                ck_assert_double_eq_tol(base[k], mean, close_to_exact);
                for (int j = 0; j < P; j++)
                    ck_assert_double_eq_tol(got[(i * width + k) * P + j], expected[j],
                                            close_to_exact);
            }
        }
        free(nodes);
        free(got);
        mlci_matrix_close(others);
        clear_forest(&f);
        test_problem_clear(&p);
    }
}
END_TEST

MLCI_CHECK_SUITE("shap_forest", test_contributions_equal_their_definition)
