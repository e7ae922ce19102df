/* Shapley values of the decisions of support vector machines, exact for the background rows.
 *
 * A decision is a sum over support vectors, and so are its values: what a vector gives each feature
 * is worked out with vectors side by side in lanes (share_kernels.h), added over background rows,
 * and only then multiplied by the vector's coefficients. K(x, z) is a product over features for
 * rbf and a power of a sum over them for the others. For a linear kernel the mean of the background
 * stands for all of it. Time, with d features in which a row and a background row differ: vectors x
 * background rows x d x d / 2 a row for rbf, x d x degree^3 / 4 or so for polynomials. Memory: a
 * copy of the vectors. */
#include "svm_shares.h"

#include <string.h>

#include "checked.h"
#include "quadrature.h"

#define TILE 64                        /* vectors at once */
#define ROWS 8                         /* that share what is found of a background row */
#define ROW_DOUBLES ((int64_t)1 << 18) /* that such rows may take */

typedef struct rule {
    int64_t n;
    double *nodes; /* then their distances from 1, weights, and for powers the spread */
} rule;

struct mlci_svm_shares {
    mlc_context *call;
    mlci_root *root;
    const mlci_kernels *kernels;
    const mlci_svm_state *state;
    mlci_svm_kernel kernel; /* a linear one is a polynomial of degree 1 */
    int64_t p;
    int64_t n_others; /* rows that stand for features that are not known */
    const double *others, *weight;
    double *mean;
    double *tiles; /* vectors feature by feature, TILE of them after TILE */
    rule *rules;   /* ascending */
    int64_t n_rules;
    double *factors; /* of powers */
};

static const double whole_weight = 1;

int32_t mlci_svm_has_shares(const mlci_svm_kernel *kernel)
{
    return kernel->type == MLCI_SVM_RBF || kernel->type == MLCI_SVM_LINEAR ||
           (kernel->type == MLCI_SVM_POLYNOMIAL && kernel->degree <= MLCI_SVM_MAX_SHARE_DEGREE);
}

/* ---- rules -------------------------------------------------------------------------------- */

/* Nodes that are exact where a row and a background row differ in so many features. */
static int64_t n_nodes(const mlci_svm_shares *s, int64_t n_apart)
{
    const int is_power = s->kernel.type != MLCI_SVM_RBF;
    return ((is_power && s->kernel.degree < n_apart ? s->kernel.degree : n_apart) + 1) / 2;
}

/* The rule after one of n nodes: there are few, of which none is an eighth longer than the last. */
static int64_t next_rule(int64_t n)
{
    return n + 1 + n / 8;
}

static const rule *find_rule(const mlci_svm_shares *s, int64_t n_apart)
{
    const int64_t n = n_nodes(s, n_apart);
    const rule *found = s->rules;
    while (found->n < n)
        found++;
    return found;
}

/* (t (1 - t)^r + (1 - t) (-t)^r) / r! */
static void fill_spread(double t, double rest, int64_t degree, double *spread)
{
    double up = t, down = rest;
    for (int64_t r = 0; r < degree; r++) {
        spread[r] = up + down;
        up *= rest / (double)(r + 1);
        down *= -t / (double)(r + 1);
    }
}

static mlc_status make_rule(const mlci_svm_shares *s, int64_t n, rule *out, mlc_error *err)
{
    const int64_t degree = s->kernel.type == MLCI_SVM_RBF ? 0 : s->kernel.degree;
    out->n = n;
    out->nodes = mlci_alloc_raw(s->root, n, (3 + degree) * (int64_t)sizeof *out->nodes);
    if (out->nodes == NULL)
        return mlci_fail_memory(err, n, (3 + degree) * (int64_t)sizeof *out->nodes);
    double *const rest = out->nodes + n, *const spread = out->nodes + 3 * n;
    mlci_gauss_legendre(n, out->nodes, rest, out->nodes + 2 * n);
    for (int64_t q = 0; q < n; q++)
        fill_spread(out->nodes[q], rest[q], degree, spread + q * degree);
    return MLC_OK;
}

static mlc_status make_rules(mlci_svm_shares *s, mlc_error *err)
{
    const int64_t most = n_nodes(s, s->p);
    int64_t n_rules = 0;
    for (int64_t n = 0; n < most; n = next_rule(n))
        n_rules++;
    s->rules = mlci_alloc(s->root, n_rules, sizeof *s->rules);
    if (s->rules == NULL) return mlci_fail_memory(err, n_rules, sizeof *s->rules);
    for (int64_t n = 0; n < most;) {
        n = next_rule(n);
        MLCI_TRY(make_rule(s, n < most ? n : most, &s->rules[s->n_rules++], err));
        MLCI_TRY(mlci_poll(s->call, err));
    }
    return MLC_OK;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int64_t tile_lanes(const mlci_svm_shares *s, int64_t first)
{
    const int64_t left = s->state->points.n - first;
    const int64_t lanes = (left + MLCI_SHARE_LANES - 1) / MLCI_SHARE_LANES * MLCI_SHARE_LANES;
    return lanes < TILE ? lanes : TILE;
}

static mlc_status lay_tiles(mlci_svm_shares *s, mlc_error *err)
{
    const int64_t n = s->state->points.n;
    int64_t n_lanes = 0;
    s->tiles = mlci_round_up_size(n, MLCI_SHARE_LANES, &n_lanes)
                   ? mlci_alloc(s->root, n_lanes, s->p * (int64_t)sizeof *s->tiles)
                   : NULL;
    if (s->tiles == NULL) return mlci_fail_memory(err, n, s->p * (int64_t)sizeof *s->tiles);
    for (int64_t i = 0; i < n; i++) {
        const int64_t first = i / TILE * TILE, lanes = tile_lanes(s, first);
        for (int64_t j = 0; j < s->p; j++)
            s->tiles[first * s->p + j * lanes + i - first] = s->state->vectors[i * s->p + j];
    }
    return MLC_OK;
}

static mlc_status take_mean(mlci_svm_shares *s, mlc_error *err)
{
    s->mean = mlci_alloc(s->root, s->p, sizeof *s->mean);
    if (s->mean == NULL) return mlci_fail_memory(err, s->p, sizeof *s->mean);
    for (int64_t i = 0; i < s->n_others; i++)
        s->kernels->axpy(s->p, s->weight[i], s->others + i * s->p, s->mean);
    s->others = s->mean;
    s->weight = &whole_weight;
    s->n_others = 1;
    return MLC_OK;
}

static mlc_status make_factors(mlci_svm_shares *s, mlc_error *err)
{
    const int64_t degree = s->kernel.degree;
    double factor = 1;
    s->factors = mlci_alloc(s->root, degree, sizeof *s->factors);
    if (s->factors == NULL) return mlci_fail_memory(err, degree, sizeof *s->factors);
    for (int64_t r = 0; r < degree; r++) {
        s->factors[r] = factor;
        factor *= (double)(degree - r);
    }
    return MLC_OK;
}

static mlc_status prepare(mlci_svm_shares *s, mlc_error *err)
{
    if (s->kernel.type == MLCI_SVM_LINEAR) {
        s->kernel = (mlci_svm_kernel){.type = MLCI_SVM_POLYNOMIAL, .degree = 1, .gamma = 1};
        MLCI_TRY(take_mean(s, err));
    }
    if (s->kernel.type == MLCI_SVM_POLYNOMIAL) MLCI_TRY(make_factors(s, err));
    MLCI_TRY(make_rules(s, err));
    return lay_tiles(s, err);
}

mlc_status mlci_svm_shares_open(mlc_context *call, const mlci_svm_state *state,
                                const mlci_background *background, mlci_svm_shares **out,
                                mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    mlci_svm_shares *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    *s = (mlci_svm_shares){.call = call,
                           .root = root,
                           .kernels = mlci_kernels_of(mlci_root_isa(root)),
                           .state = state,
                           .kernel = state->points.kernel,
                           .p = state->points.n_features,
                           .n_others = background->n_rows,
                           .others = background->x,
                           .weight = background->weight};
    const mlc_status status = prepare(s, err);
    if (status == MLC_OK)
        *out = s;
    else
        mlci_svm_shares_close(s);
    return status;
}

void mlci_svm_shares_close(mlci_svm_shares *s)
{
    if (s == NULL) return;
    for (int64_t i = 0; i < s->n_rules; i++)
        mlci_free(s->rules[i].nodes);
    mlci_free(s->rules);
    mlci_free(s->mean);
    mlci_free(s->tiles);
    mlci_free(s->factors);
    mlci_free(s);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Some rows meet a tile of vectors; columns are TILE lanes or fewer, one a feature. */
typedef struct block {
    const mlci_svm_shares *s;
    const double *x;
    int64_t n_rows, most_rows;
    int64_t first, lanes;  /* of the tile */
    const double *tile;    /* columns */
    double *shares, *with; /* columns of each row */
    double *without;       /* columns of the background row */
    double *whole;         /* a column */
    double *steps;         /* a feature */
    double *part;          /* features x coefficients of a vector */
    double *kernel_memory;
    int32_t *apart;
    double *memory;
} block;

static mlc_status open_block(const mlci_svm_shares *s, int64_t n_rows, block *b, mlc_error *err)
{
    const int is_product = s->kernel.type == MLCI_SVM_RBF;
    const int64_t fitting = ROW_DOUBLES / (TILE * (s->p + 1));
    const int64_t most = fitting < 1 ? 1 : fitting < ROWS ? fitting : ROWS;
    *b = (block){.s = s, .most_rows = n_rows < most ? n_rows : most};
    const int64_t columns = TILE * s->p, a_row = is_product ? 2 * columns : columns;
    const int64_t n_kernel = is_product ? mlci_product_share_memory(s->p)
                                        : mlci_power_share_memory(s->p, s->kernel.degree);
    const int64_t n = b->most_rows * a_row + columns + TILE + n_kernel + s->p * s->state->width;
    b->memory = mlci_alloc_raw(s->root, n + s->p, sizeof *b->memory);
    b->apart = mlci_alloc_raw(s->root, s->p, sizeof *b->apart);
    if (b->memory == NULL || b->apart == NULL)
        return mlci_fail_memory(err, n + s->p, sizeof *b->memory);
    b->kernel_memory = b->memory; /* aligned */
    b->shares = b->kernel_memory + n_kernel;
    b->with = b->shares + b->most_rows * columns;
    b->without = b->shares + b->most_rows * a_row;
    b->whole = b->without + columns;
    b->part = b->whole + TILE;
    b->steps = b->part + s->p * s->state->width;
    return MLC_OK;
}

/* exp(-gamma (x - v)^2) of each feature of a row and each vector. */
static void fill_factors(const block *b, const double *x, double *columns)
{
    const mlci_svm_shares *const s = b->s;
    for (int64_t j = 0; j < s->p; j++) {
        for (int64_t i = 0; i < b->lanes; i++) {
            const double apart = x[j] - b->tile[j * b->lanes + i];
            columns[j * b->lanes + i] = -s->kernel.gamma * (apart * apart);
        }
    }
    s->kernels->exp(s->p * b->lanes, columns, columns);
}

static void find_whole(const block *b, const double *x, const double *other, const double *with)
{
    for (int64_t i = 0; i < b->lanes; i++)
        b->whole[i] = 1;
    for (int64_t j = 0; j < b->s->p; j++) {
        if (x[j] != other[j]) continue;
        for (int64_t i = 0; i < b->lanes; i++)
            b->whole[i] *= with[j * b->lanes + i];
    }
}

/* gamma other'v + coef0. */
static void find_start(const block *b, const double *other)
{
    const mlci_svm_shares *const s = b->s;
    const mlci_row_block row = {.x = other, .n_rows = 1, .n_columns = s->p, .stride = s->p};
    s->kernels->linear(&row, b->tile, b->lanes, NULL, b->whole);
    for (int64_t i = 0; i < b->lanes; i++)
        b->whole[i] = s->kernel.gamma * b->whole[i] + s->kernel.coef0;
}

static void share_power(const block *b, const rule *exact, const mlci_share_game *game,
                        const double *x, const double *other)
{
    const mlci_svm_shares *const s = b->s;
    for (int64_t k = 0; k < game->n_apart; k++)
        b->steps[k] = s->kernel.gamma * (x[b->apart[k]] - other[b->apart[k]]);
    const mlci_power_game power = {.game = *game,
                                   .degree = (int32_t)s->kernel.degree,
                                   .start = b->whole,
                                   .points = b->tile,
                                   .steps = b->steps,
                                   .spread = exact->nodes + 3 * exact->n,
                                   .factors = s->factors};
    s->kernels->power_shares(&power);
}

/* Row r against one background row. */
static void share_row(const block *b, int64_t r, int64_t o)
{
    const mlci_svm_shares *const s = b->s;
    const int64_t columns = s->p * b->lanes;
    const double *const x = b->x + r * s->p, *const other = s->others + o * s->p;
    int64_t n_apart = 0;
    for (int64_t j = 0; j < s->p; j++)
        if (x[j] != other[j]) b->apart[n_apart++] = (int32_t)j;
    if (n_apart == 0 || n_nodes(s, n_apart) == 0) return;
    const rule *const exact = find_rule(s, n_apart);
    const mlci_share_game game = {.n_lanes = b->lanes,
                                  .n_apart = n_apart,
                                  .feature = b->apart,
                                  .n_nodes = (int32_t)exact->n,
                                  .nodes = exact->nodes,
                                  .weights = exact->nodes + 2 * exact->n,
                                  .weight = s->weight[o],
                                  .shares = b->shares + r * columns,
                                  .memory = b->kernel_memory};
    if (s->kernel.type == MLCI_SVM_RBF) {
        const double *const with = b->with + r * columns;
        find_whole(b, x, other, with);
        const mlci_product_game product = {
            .game = game, .whole = b->whole, .with = with, .without = b->without};
        s->kernels->product_shares(&product);
    } else {
        share_power(b, exact, &game, x, other);
    }
}

/* What vectors first .. last of a class have gathered, times their coefficients. */
static void give_class(const block *b, int64_t class_, int64_t first, int64_t last,
                       const double *shares, double *out)
{
    const mlci_svm_state *const state = b->s->state;
    const int64_t p = b->s->p, width = state->width;
    const mlci_row_block rows = {
        .x = shares + first - b->first, .n_rows = p, .n_columns = last - first, .stride = b->lanes};
    b->s->kernels->linear(&rows, state->coefficient + first * width, width, NULL, b->part);
    for (int64_t w = 0; w < width; w++) {
        const int64_t other = w < class_ ? w : w + 1;
        const int64_t problem =
            state->n_classes == 0 ? 0 : mlci_svm_pair_of(state->n_classes, class_, other);
        for (int64_t j = 0; j < p; j++)
            out[problem * p + j] += b->part[j * width + w];
    }
}

static void give_row(const block *b, const double *shares, double *out)
{
    const mlci_svm_state *const state = b->s->state;
    const int64_t n = state->points.n - b->first, end = b->first + (n < b->lanes ? n : b->lanes);
    int64_t class_first = 0;
    for (int64_t c = 0; c < (state->n_classes > 0 ? state->n_classes : 1); c++) {
        const int64_t class_last = class_first + state->n_support[c];
        const int64_t from = class_first > b->first ? class_first : b->first;
        const int64_t to = class_last < end ? class_last : end;
        if (from < to) give_class(b, c, from, to, shares, out);
        class_first = class_last;
    }
}

static mlc_status meet_tile(block *b, double *out, mlc_error *err)
{
    const mlci_svm_shares *const s = b->s;
    const int64_t columns = s->p * b->lanes, is_product = s->kernel.type == MLCI_SVM_RBF;
    memset(b->shares, 0, (size_t)(b->n_rows * columns) * sizeof *b->shares);
    for (int64_t r = 0; r < b->n_rows && is_product; r++)
        fill_factors(b, b->x + r * s->p, b->with + r * columns);
    for (int64_t o = 0; o < s->n_others; o++) {
        MLCI_TRY(mlci_poll(s->call, err));
        if (is_product)
            fill_factors(b, s->others + o * s->p, b->without);
        else
            find_start(b, s->others + o * s->p);
        for (int64_t r = 0; r < b->n_rows; r++)
            share_row(b, r, o);
    }
    for (int64_t r = 0; r < b->n_rows; r++)
        give_row(b, b->shares + r * columns, out + r * s->state->n_problems * s->p);
    return MLC_OK;
}

mlc_status mlci_svm_shares_rows(const mlci_svm_shares *s, const double *x, int64_t n_rows,
                                double *out, mlc_error *err)
{
    const int64_t a_row = s->state->n_problems * s->p;
    block b;
    memset(out, 0, (size_t)(n_rows * a_row) * sizeof *out);
    mlc_status status = open_block(s, n_rows, &b, err);
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i += b.most_rows) {
        b.x = x + i * s->p;
        b.n_rows = n_rows - i < b.most_rows ? n_rows - i : b.most_rows;
        for (b.first = 0; b.first < s->state->points.n && status == MLC_OK; b.first += TILE) {
            b.lanes = tile_lanes(s, b.first);
            b.tile = s->tiles + b.first * s->p;
            status = meet_tile(&b, out + i * a_row, err);
        }
    }
    mlci_free(b.memory);
    mlci_free(b.apart);
    return status;
}
