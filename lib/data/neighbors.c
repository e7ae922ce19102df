/* Rows are put in the order of a tree, whose leaves are compared with each other, nearest ones
 * first, until the gap between boxes is larger than every distance that has been found. Two leaves
 * are first compared in floats, with an error that is bounded; only pairs that may be near get
 * their distance, from a kernel with one accumulator a pair that never falls. So neither the tree
 * nor the floats show in the result: neighbours are ordered by (distance, row).
 *
 * The bound. Numbers are taken from the centre of a group of 16 leaves, multiplied by a power of
 * two such that none is above 1, and rounded: each is off by less than 2^-23 of itself, or by an
 * underflow. Let h be half the diagonal of the group's box, all in these units. If x of a leaf and
 * y of the group are at a distance of at most r, then |y| <= h, |x| <= r + h, so the images are at
 * most r + 2^-23 (r + 2 h) apart, and their computed squared distance is at most the square of this
 * but for a rounding a term. Pairs beyond that are not nearer than r. What underflows is covered by
 * TINY, far below any float's square that matters. */
#include "neighbors.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "error.h"
#include "kernels.h"
#include "row_tree.h"

#define LEAF MLCI_TREE_LEAF
#define GROUP 16               /* leaves with a centre in common */
#define MANY (LEAF * LEAF / 8) /* pairs that may be near: all distances at once are quicker */
#define ROUNDING 0x1p-23
#define TINY 0x1p-120
#define WIDEST 0x1p1000     /* numbers further apart than that overflow: all distances */
#define WIDTH_MAX (1 << 22) /* of roundings that the bound is for */

_Static_assert(LEAF == MLCI_FLOAT_TILE, "a leaf is a tile of the kernel");

typedef struct search {
    mlci_neighbor_rows rows; /* in the order of the tree */
    mlci_row_tree tree;
    double *numbers; /* of rows */
    int32_t *codes;
    float *tiles;   /* of each leaf */
    double *centre; /* of each group, and half the diagonal of its box */
    double scale;   /* 0: not in floats */
    const mlci_kernels *kernels;
    int64_t k, width; /* floats of a row: numbers and codes */
    char *scratch;    /* of each slot */
    int64_t scratch_size;
    int64_t *out;
} search;

/* A leaf on its way through the tree. */
typedef struct query {
    const search *s;
    mlci_tree_node leaf;
    const double *box;
    int64_t first, n; /* places */
    int64_t group;    /* that the floats are taken from the centre of, or -1 */
    double farthest;  /* the largest distance that is still near for a row */
    double *nearest;  /* LEAF x k distances found so far, ascending */
    double *reach;    /* of each row: root of the last of them, scaled */
    double *distance; /* LEAF x LEAF */
    double *packed;
    float *x; /* LEAF x width */
    float *limit;
    uint64_t *bits;
} query;

/* ---- floats --------------------------------------------------------------------------------- */

static int64_t rows_of_leaf(const search *s, int64_t leaf)
{
    const int64_t left = s->rows.n - leaf * LEAF;
    return left < LEAF ? left : LEAF;
}

/* The row at a place from a centre on, as floats `step` apart. */
static void to_floats(const search *s, int64_t place, const double *centre, float *out,
                      int64_t step)
{
    const int64_t p = s->rows.n_numbers;
    const double *const x = s->numbers + place * p;
    for (int64_t k = 0; k < p; k++)
        out[k * step] = (float)((x[k] - centre[k]) * s->scale);
    for (int64_t c = 0; c < s->rows.n_codes; c++) /* codes beyond 2^24 may meet: only nearer */
        out[(p + c) * step] = (float)s->codes[c * s->rows.n + place];
}

static const double *centre_of(const search *s, int64_t group)
{
    return s->centre + group * (s->rows.n_numbers + 1);
}

/* The box around the leaves of a group. */
static void find_centre(search *s, int64_t group, mlci_tree_node node)
{
    if (node.n > GROUP) {
        const mlci_tree_node left = mlci_tree_left(node), right = mlci_tree_right(node);
        find_centre(s, group, group * GROUP < right.first ? left : right);
        return;
    }
    const int64_t p = s->rows.n_numbers;
    const double *const low = mlci_tree_box(&s->tree, node), *const high = low + p;
    double *const centre = s->centre + group * (p + 1), squares = 0;
    for (int64_t k = 0; k < p; k++) {
        centre[k] = low[k] / 2 + high[k] / 2;
        const double half = fmax(high[k] - centre[k], centre[k] - low[k]) * s->scale;
        squares += half * half;
    }
    centre[p] = sqrt(squares);
}

/* A power of two that makes the largest range at most 1. */
static double find_scale(const search *s)
{
    const int64_t p = s->rows.n_numbers;
    const double *const low = mlci_tree_box(&s->tree, mlci_tree_root(&s->tree));
    double range = 0;
    int exponent = 0;
    for (int64_t k = 0; k < p; k++)
        range = fmax(range, low[p + k] - low[k]);
    if (!(range < WIDEST) || s->width > WIDTH_MAX) return 0;
    frexp(fmax(range, 1 / WIDEST), &exponent);
    return ldexp(1, -exponent);
}

static mlc_status make_tiles(void *arg, int64_t group, int32_t slot, mlc_error *err)
{
    search *const s = arg;
    const int64_t end =
        (group + 1) * GROUP < s->tree.n_leaves ? (group + 1) * GROUP : s->tree.n_leaves;
    (void)slot;
    (void)err;
    find_centre(s, group, mlci_tree_root(&s->tree));
    for (int64_t leaf = group * GROUP; leaf < end; leaf++) {
        float *const tile = s->tiles + leaf * LEAF * s->width;
        for (int64_t i = 0; i < LEAF * s->width; i++)
            tile[i] = NAN;
        for (int64_t i = 0; i < rows_of_leaf(s, leaf); i++)
            to_floats(s, leaf * LEAF + i, centre_of(s, group), tile + i, LEAF);
    }
    return MLC_OK;
}

/* ---- two leaves ----------------------------------------------------------------------------- */

/* Puts a row at distance d among the nearest so far, which are sorted. */
static void offer(double *nearest, int64_t *neighbor, int64_t k, double d, int64_t row)
{
    if (!(d < nearest[k - 1]) && !(d == nearest[k - 1] && row < neighbor[k - 1])) return;
    int64_t at = k - 1;
    for (; at > 0 && (nearest[at - 1] > d || (nearest[at - 1] == d && neighbor[at - 1] > row));
         at--) {
        nearest[at] = nearest[at - 1];
        neighbor[at] = neighbor[at - 1];
    }
    nearest[at] = d;
    neighbor[at] = row;
}

/* Offers the row at a place, whose numbers are at distance d, to row i of the query. */
static void offer_place(const query *q, int64_t i, int64_t place, double d)
{
    const search *const s = q->s;
    const mlci_neighbor_rows *const rows = &s->rows;
    const int64_t own = q->first + i;
    if (place == own) return;
    for (int64_t c = 0; c < rows->n_codes; c++) {
        const int32_t *const column = rows->codes + c * rows->n;
        d += column[place] != column[own] ? rows->mismatch : 0;
    }
    offer(q->nearest + i * s->k, s->out + s->tree.order[own] * s->k, s->k, d, s->tree.order[place]);
}

/* How far rows can be from row i and still be near. A sum that underflowed may be of rows DBL_MIN
 * apart. */
static void update_reach(query *q, int64_t i)
{
    const search *const s = q->s;
    const double last = q->nearest[(i + 1) * s->k - 1] + (double)s->width * DBL_MIN;
    q->reach[i] = s->scale * sqrt(last);
}

static void compare_all(query *q, int64_t leaf)
{
    const search *const s = q->s;
    const int64_t p = s->rows.n_numbers, first = leaf * LEAF, n = rows_of_leaf(s, leaf);
    const mlci_row_block x = {s->numbers + q->first * p, q->n, p, p};
    const mlci_row_block y = {s->numbers + first * p, n, p, p};
    const mlci_centres centres = {n, p, q->packed};
    mlci_centres_pack(&y, q->packed);
    s->kernels->distances(&x, &centres, q->distance);
    for (int64_t i = 0; i < q->n; i++) {
        for (int64_t j = 0; j < n; j++) {
            if (q->distance[i * n + j] > q->nearest[(i + 1) * s->k - 1]) continue;
            offer_place(q, i, first + j, q->distance[i * n + j]);
        }
        update_reach(q, i);
    }
}

/* A bound as a float that is not below it but for its rounding. */
static float float_bound(double x)
{
    return x > (double)FLT_MAX ? INFINITY : (float)x;
}

/* Sets the bits of pairs that may be near; returns how many they are. */
static int64_t screen(query *q, int64_t leaf)
{
    const search *const s = q->s;
    const int64_t group = leaf / GROUP;
    const double *const centre = centre_of(s, group);
    const double off = 2 * ROUNDING * centre[s->rows.n_numbers] + (double)s->width * TINY;
    const double more = 1 + (double)(s->width + 16) * ROUNDING;
    const double root = s->scale * sqrt(s->rows.mismatch);
    const mlci_float_tile tile = {
        .n_numbers = s->rows.n_numbers,
        .n_codes = s->rows.n_codes,
        .values = s->tiles + leaf * LEAF * s->width,
        .mismatch = (float)fmin(root * root * (1 - 4 * ROUNDING), (double)FLT_MAX)};
    for (int64_t i = 0; i < q->n && group != q->group; i++)
        to_floats(s, q->first + i, centre, q->x + i * s->width, 1);
    q->group = group;
    for (int64_t i = 0; i < q->n; i++) {
        const double apart = q->reach[i] * (1 + ROUNDING) + off;
        q->limit[i] = float_bound(apart * apart * more + (double)s->width * TINY);
    }
    return s->kernels->screen(q->x, q->n, &tile, q->limit, q->bits);
}

static void compare_near(query *q, int64_t leaf)
{
    const search *const s = q->s;
    const int64_t p = s->rows.n_numbers;
    for (int64_t i = 0; i < q->n; i++) {
        const double *const x = s->numbers + (q->first + i) * p;
        if (q->bits[i] == 0) continue;
        for (uint64_t bits = q->bits[i]; bits != 0; bits &= bits - 1) {
            const int64_t place = leaf * LEAF + __builtin_ctzll(bits);
            offer_place(q, i, place, s->kernels->distance(p, x, s->numbers + place * p));
        }
        update_reach(q, i);
    }
}

static void compare(query *q, int64_t leaf)
{
    if (q->s->scale == 0 || leaf == q->leaf.first || screen(q, leaf) > MANY) {
        compare_all(q, leaf);
    } else {
        compare_near(q, leaf);
    }
    q->farthest = 0;
    for (int64_t i = 0; i < q->n; i++) {
        const double last = q->nearest[(i + 1) * q->s->k - 1];
        q->farthest = last > q->farthest ? last : q->farthest;
    }
}

/* ---- all leaves ----------------------------------------------------------------------------- */

/* Compares with the leaves of a node that may hold a neighbour, but for the own one. */
static void visit(query *q, mlci_tree_node node, double gap)
{
    const search *const s = q->s;
    if (gap > q->farthest) return;
    if (node.n == 1) {
        if (node.first != q->leaf.first) compare(q, node.first);
        return;
    }
    const mlci_tree_node left = mlci_tree_left(node), right = mlci_tree_right(node);
    const double to_left = mlci_box_gap(q->box, mlci_tree_box(&s->tree, left), s->rows.n_numbers);
    const double to_right = mlci_box_gap(q->box, mlci_tree_box(&s->tree, right), s->rows.n_numbers);
    const int is_left = to_left < to_right || (to_left == to_right && q->leaf.first < right.first);
    visit(q, is_left ? left : right, is_left ? to_left : to_right);
    visit(q, is_left ? right : left, is_left ? to_right : to_left);
}

static mlci_tree_node find_leaf(const search *s, int64_t leaf)
{
    mlci_tree_node node = mlci_tree_root(&s->tree);
    while (node.n > 1) {
        const mlci_tree_node right = mlci_tree_right(node);
        node = leaf < right.first ? mlci_tree_left(node) : right;
    }
    return node;
}

/* Bytes of a slot; with memory where each array of a query lies in it, the largest first. */
static int64_t lay_out(const search *s, query *q, char *memory)
{
    const int64_t p = s->rows.n_numbers;
    double *const doubles = (double *)(void *)memory;
    const int64_t sizes[] = {LEAF * s->k, LEAF, LEAF * LEAF, mlci_centres_packed_size(LEAF, p),
                             LEAF};
    const int64_t n_doubles = sizes[0] + sizes[1] + sizes[2] + sizes[3] + sizes[4];
    if (q != NULL) {
        q->nearest = doubles;
        q->reach = q->nearest + sizes[0];
        q->distance = q->reach + sizes[1];
        q->packed = q->distance + sizes[2];
        q->bits = (uint64_t *)(void *)(q->packed + sizes[3]);
        q->limit = (float *)(void *)(q->bits + sizes[4]);
        q->x = q->limit + LEAF;
    }
    return n_doubles * (int64_t)sizeof(double) + LEAF * (s->width + 1) * (int64_t)sizeof(float);
}

static mlc_status search_leaf(void *arg, int64_t leaf, int32_t slot, mlc_error *err)
{
    const search *const s = arg;
    query q = {.s = s, .leaf = find_leaf(s, leaf), .group = -1, .first = leaf * LEAF};
    (void)err;
    (void)lay_out(s, &q, s->scratch + slot * s->scratch_size);
    q.box = mlci_tree_box(&s->tree, q.leaf);
    q.n = rows_of_leaf(s, leaf);
    for (int64_t i = 0; i < q.n * s->k; i++)
        q.nearest[i] = (double)INFINITY;
    compare(&q, leaf);
    visit(&q, mlci_tree_root(&s->tree), 0);
    return MLC_OK;
}

/* ---- all rows ------------------------------------------------------------------------------- */

/* A distance that overflows is no neighbour's: such rows get the first others there are. */
static void fill_gaps(int64_t n, int64_t k, int64_t *out)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t next = 0;
        for (int64_t m = 0; m < k; m++) {
            if (out[i * k + m] >= 0) continue;
            next += next == i;
            out[i * k + m] = next++;
        }
    }
}

static mlc_status allocate(mlc_context *call, search *s, mlc_error *err)
{
    mlci_root *const root = call->root;
    const int64_t n = s->rows.n, p = s->rows.n_numbers, n_leaves = s->tree.n_leaves;
    s->scratch_size = lay_out(s, NULL, NULL);
    s->numbers = mlci_alloc_raw(root, n, p * (int64_t)sizeof *s->numbers);
    s->codes = mlci_alloc_raw(root, n, (s->rows.n_codes + 1) * (int64_t)sizeof *s->codes);
    s->tiles = mlci_alloc_raw(root, n_leaves, LEAF * s->width * (int64_t)sizeof *s->tiles);
    s->centre = mlci_alloc_raw(root, n_leaves / GROUP + 1, (p + 1) * (int64_t)sizeof *s->centre);
    s->scratch = mlci_alloc_raw(root, mlci_n_slots(call), s->scratch_size);
    if (s->numbers == NULL || s->codes == NULL || s->tiles == NULL || s->centre == NULL ||
        s->scratch == NULL)
        return mlci_fail_memory(err, n, p * (int64_t)sizeof *s->numbers);
    return MLC_OK;
}

/* Rows in the order of the tree. */
static void gather_rows(search *s, const mlci_neighbor_rows *given)
{
    const int64_t n = given->n, p = given->n_numbers;
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = s->tree.order[i];
        memcpy(s->numbers + i * p, given->numbers + row * p, (size_t)p * sizeof *s->numbers);
        for (int64_t c = 0; c < given->n_codes; c++)
            s->codes[c * n + i] = given->codes[c * n + row];
    }
    s->rows.numbers = s->numbers;
    s->rows.codes = s->codes;
}

static mlc_status search_rows(mlc_context *call, search *s, mlc_error *err)
{
    const mlci_neighbor_rows given = s->rows;
    MLCI_TRY(mlci_row_tree_build(call, given.numbers, given.n, given.n_numbers, &s->tree, err));
    MLCI_TRY(allocate(call, s, err));
    gather_rows(s, &given);
    for (int64_t i = 0; i < given.n * s->k; i++)
        s->out[i] = -1;
    s->scale = find_scale(s);
    const int64_t n_groups = (s->tree.n_leaves + GROUP - 1) / GROUP;
    MLCI_TRY(mlci_parallel_for(call, n_groups, make_tiles, s, err));
    MLCI_TRY(mlci_parallel_for(call, s->tree.n_leaves, search_leaf, s, err));
    fill_gaps(given.n, s->k, s->out);
    return MLC_OK;
}

mlc_status mlci_neighbors_of_rows(mlc_context *call, const mlci_neighbor_rows *rows, int64_t k,
                                  int64_t *out, mlc_error *err)
{
    search s = {.rows = *rows,
                .kernels = mlci_kernels_of(mlci_root_isa(call->root)),
                .k = k,
                .width = rows->n_numbers + rows->n_codes,
                .out = out};
    const mlc_status status = search_rows(call, &s, err);
    mlci_free(s.scratch);
    mlci_free(s.centre);
    mlci_free(s.tiles);
    mlci_free(s.codes);
    mlci_free(s.numbers);
    mlci_row_tree_clear(&s.tree);
    return status;
}
