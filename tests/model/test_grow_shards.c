/* Trees over rows in several places against trees over all rows in one: the same bytes, however the
 * rows are dealt and in whatever order they come. */
#include "tree/grow_shards.h"

#include "growing.h"
#include "torture.h"
#include "tree/row_weight.h"

enum { N = 3000, F = 14, ROUNDS = 3, MOST = 13, LEAVES = 24 };

typedef struct rows_of_all {
    double x[N * F], y[N], weight[N];
    int64_t fixed[N], index[N];
    double unit;
} rows_of_all;

/* Numbers, one with missing values, one of few values, and indicators that share bundles or are
 * listed; a target of two classes. */
static rows_of_all *make_rows(void)
{
    static rows_of_all r;
    for (int64_t i = 0; i < N; i++) {
        double *const x = r.x + i * F;
        for (int64_t j = 0; j < F; j++)
            x[j] = j < 3 ? 4 * test_unit((uint32_t)j, i) : i % 17 == j;
        if (i % 5 == 0) x[1] = NAN;
        x[2] = floor(3 * x[2]);
        r.y[i] = x[0] * x[0] + 4 * (x[2] > 5) + 6 * x[4] + 8 * test_unit(20, i) > 10;
        r.weight[i] = i % 11 == 0 ? 9 : 0.25 + (double)(i % 4);
        r.index[i] = i;
    }
    ck_assert_int_eq(mlci_fix_weights(r.weight, N, r.fixed, &r.unit, NULL), MLC_OK);
    return &r;
}

/* The rows of one place. */
typedef struct place {
    int64_t n;
    uint32_t *rows;
    double *y, *weight, *raw;
    int64_t *fixed, *index;
    mlci_gradients *gradients;
    mlci_shard *shard;
} place;

typedef struct training {
    mlc_context *call;
    const rows_of_all *all;
    mlci_binned *binned;
    int32_t n_places; /* 0: all rows here */
    place places[MOST];
    mlci_grower *grower;
    mlci_tree *trees[ROUNDS];
} training;

/* Rows are dealt by chance and come in an order of their own. */
static mlc_status open_place(training *t, int32_t k, mlc_error *err)
{
    const rows_of_all *const all = t->all;
    const int32_t n_places = t->n_places == 0 ? 1 : t->n_places;
    place *const p = &t->places[k];
    p->rows = calloc(N, sizeof *p->rows);
    p->y = calloc(N, sizeof *p->y);
    p->weight = calloc(N, sizeof *p->weight);
    p->raw = calloc(N, sizeof *p->raw);
    p->fixed = calloc(N, sizeof *p->fixed);
    p->index = calloc(N, sizeof *p->index);
    for (int64_t i = 0; i < N; i++) {
        const int64_t row = t->n_places == 0 ? i : i * 1009 % N;
        if ((int32_t)(test_unit(40, row) * n_places) != k) continue;
        p->rows[p->n] = (uint32_t)row;
        p->y[p->n] = all->y[row];
        p->raw[p->n] = 2 * all->x[row * F] - 4; /* rows differ much in their hessians */
        p->weight[p->n] = all->weight[row];
        p->fixed[p->n] = all->fixed[row];
        p->index[p->n++] = row;
    }
    MLCI_TRY(mlci_gradients_create(mlci_context_root(t->call), p->n, 0, &p->gradients, err));
    if (t->n_places == 0) return MLC_OK;
    return mlci_shard_open(t->call, t->binned, p->rows, p->n, p->gradients, p->fixed, LEAVES,
                           &p->shard, err);
}

static void close_place(place *p)
{
    mlci_shard_close(p->shard);
    mlci_gradients_free(p->gradients);
    free(p->rows);
    free(p->y);
    free(p->weight);
    free(p->raw);
    free(p->fixed);
    free(p->index);
}

static mlc_status make_gradients(training *t, int32_t n_places, uint32_t round, mlc_error *err)
{
    const mlci_loss loss = {.kind = &mlci_loss_logistic,
                            .n_outputs = 1,
                            .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    mlci_gradients *gradients[MOST];
    for (int32_t k = 0; k < n_places; k++) {
        const place *const p = &t->places[k];
        const mlci_loss_rows rows = {
            .n_rows = p->n, .stride = p->n, .y = p->y, .weight = p->weight, .raw = p->raw};
        gradients[k] = p->gradients;
        MLCI_TRY(mlci_gradients_compute(t->call, &loss, &rows, 0, p->gradients, err));
    }
    mlci_shards_share_scales(gradients, n_places);
    for (int32_t k = 0; k < n_places; k++) {
        const mlci_rounding rounding = {5, round, t->places[k].index};
        MLCI_TRY(mlci_gradients_round(t->call, &rounding, gradients[k], err));
    }
    return MLC_OK;
}

static mlc_status train_round(training *t, uint32_t round, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(t->call);
    const int32_t n_places = t->n_places == 0 ? 1 : t->n_places;
    MLCI_TRY(make_gradients(t, n_places, round, err));
    MLCI_TRY(mlci_tree_create(root, 2 * LEAVES + 1, &t->trees[round], err));
    MLCI_TRY(mlci_grower_grow(t->call, t->grower, NULL, N, round, t->trees[round], err));
    if (t->n_places == 0)
        return mlci_grower_add_scores(t->call, t->grower, t->trees[round], t->places[0].raw, err);
    for (int32_t k = 0; k < n_places; k++)
        MLCI_TRY(mlci_tree_add_scores(t->call, &t->places[k].shard->binned, t->trees[round], NULL,
                                      0, t->places[k].n, t->places[k].raw, err));
    return MLC_OK;
}

static mlc_status train(training *t, const mlci_grow_rules *rules, mlc_error *err)
{
    const int32_t n_places = t->n_places == 0 ? 1 : t->n_places;
    const mlci_bin_rows rows = {
        .n_rows = N, .n_train = N, .weight = t->all->fixed, .unit = t->all->unit};
    mlci_shard *shards[MOST];
    mlci_matrix *x = NULL;
    MLCI_TRY(mlci_matrix_wrap(mlci_context_root(t->call), t->all->x, N, F, &x, err));
    mlc_status status = mlci_binned_fit(t->call, x, &rows, 40, &t->binned, err);
    if (status == MLC_OK) status = mlci_binned_finish(t->call, t->binned, err);
    mlci_matrix_close(x);
    for (int32_t k = 0; k < n_places && status == MLC_OK; k++) {
        status = open_place(t, k, err);
        shards[k] = t->places[k].shard;
    }
    MLCI_TRY(status);
    const mlci_shards all = {n_places, shards};
    const mlci_grow_data data = {.binned = t->binned,
                                 .gradients = t->places[0].gradients,
                                 .row_weight = t->all->fixed,
                                 .unit = t->all->unit,
                                 .shards = t->n_places == 0 ? NULL : &all};
    MLCI_TRY(mlci_grower_create(t->call, &data, rules, &t->grower, err));
    for (uint32_t round = 0; round < ROUNDS && status == MLC_OK; round++)
        status = train_round(t, round, err);
    mlci_grower_free(t->grower);
    t->grower = NULL;
    return status;
}

static void clear(training *t)
{
    for (int32_t k = 0; k < MOST; k++)
        close_place(&t->places[k]);
    for (int32_t round = 0; round < ROUNDS; round++)
        mlci_tree_free(t->trees[round]);
    mlci_binned_free(t->binned);
}

static training run(mlc_context *ctx, const rows_of_all *all, const mlci_grow_rules *rules,
                    int32_t n_places)
{
    mlc_context local;
    mlc_error err = {0};
    training t = {.all = all, .n_places = n_places};
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &t.call, NULL), MLC_OK);
    const mlc_status status = train(&t, rules, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlci_call_end(t.call);
    return t;
}

static void assert_same_tree(const mlci_tree *a, const mlci_tree *b)
{
    const size_t n = (size_t)a->n_nodes;
    ck_assert_int_eq(a->n_nodes, b->n_nodes);
    ck_assert_int_eq(memcmp(a->nodes, b->nodes, n * sizeof *a->nodes), 0);
    ck_assert_int_eq(memcmp(a->gain, b->gain, n * sizeof *a->gain), 0);
    ck_assert_int_eq(memcmp(a->cover, b->cover, n * sizeof *a->cover), 0);
    ck_assert_int_eq(memcmp(a->bin, b->bin, n * sizeof *a->bin), 0);
}

static mlci_grow_rules rules_of(int which)
{
    static const int8_t rising[F] = {1};
    mlci_grow_rules r = test_rules();
    r.max_leaf_nodes = LEAVES;
    r.learning_rate = 0.3;
    r.min_samples_leaf = which == 1 ? 150 : 20;
    if (which == 2) {
        r.policy = MLCI_GROW_DEPTH_WISE;
        r.monotone = rising;
        r.path_smooth = 3;
        r.max_features = 0.7;
    }
    if (which == 3) r.policy = MLCI_GROW_OBLIVIOUS;
    return r;
}

static void check_rules(int which)
{
    static const char *const sets[] = {"reference", "avx2", "avx512"};
    static const int32_t places[] = {1, 2, 5, 13}, threads[] = {1, 2, 3, 7};
    const rows_of_all *const all = make_rows();
    const mlci_grow_rules rules = rules_of(which);
    mlc_context *const one = test_root(1, NULL);
    training expected = run(one, all, &rules, 0);
    ck_assert_int_gt(expected.trees[ROUNDS - 1]->n_nodes, 8);
    for (int turn = 0; turn < 12; turn++) {
        if (turn % 3 > mlci_root_isa(NULL)) continue;
        mlc_context *const ctx = test_root(threads[(turn / 4 + turn) % 4], sets[turn % 3]);
        training t = run(ctx, all, &rules, places[turn % 4]);
        for (int32_t round = 0; round < ROUNDS; round++)
            assert_same_tree(t.trees[round], expected.trees[round]);
        clear(&t);
        mlc_context_close(ctx);
    }
    clear(&expected);
    mlc_context_close(one);
}

START_TEST(test_trees_over_rows_in_several_places_have_the_bytes_of_one)
{
    for (int which = 0; which < 4; which++)
        check_rules(which);
}
END_TEST

static mlc_status train_in_places(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_grow_rules rules = rules_of(0);
    mlc_context local;
    training t = {.all = arg, .n_places = 3};
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &t.call, err));
    const mlc_status status = train(&t, &rules, err);
    if (status == MLC_OK)
        mlci_torture_answer(t.trees[0]->nodes,
                            t.trees[0]->n_nodes * (int64_t)sizeof *t.trees[0]->nodes);
    clear(&t);
    mlci_call_end(t.call);
    return status;
}

START_TEST(test_places_when_memory_fails_leak_nothing)
{
    mlci_torture(train_in_places, make_rows());
}
END_TEST

MLCI_CHECK_SUITE("grow_shards", test_trees_over_rows_in_several_places_have_the_bytes_of_one,
                 test_places_when_memory_fails_leak_nothing)
