/* Decomposition of the dual of support vector machines: rounds of steps on a working set (Joachims
 * 1998; the rounds are those of ThunderSVM, Wen et al. 2018).
 *
 * A round takes the variables that violate the optimality conditions most, half from either side,
 * beside those that came in with the round before; computes the rows of the kernel that are not
 * kept; steps on the working set alone (svm_steps.c) until its violation is a tenth of what it was;
 * and adds what changed to the gradient of all rows. Problems no larger than a working set are
 * solved in one round. Cost: n n_features for each row of the kernel that is computed, n a row that
 * changed in a round, twice the working set for each step. Everything is in double, and what
 * is summed over rows is summed in their order. */
#include "svm_problem.h"

#include <math.h>
#include <string.h>

#include "order.h"
#include "svm_rows.h"
#include "svm_steps.h"

#define WORKING_SET 512
#define LEAST_WORKING_SET 32
#define INNER_SHARE 0.1 /* of the violation of a round, that may be left in its working set */
#define UPDATE_ROWS 2048

/* How a variable came into the working set. */
#define IS_OUT 0
#define IS_KEPT 1
#define IS_FRESH 2

typedef struct solver {
    const mlci_svm_problem *problem;
    const mlci_kernels *kernels;
    mlci_svm_rows rows;
    double *sum;          /* by row: sum of coefficient K */
    uint8_t *member;      /* by variable: IS_... */
    mlci_order_key *keys; /* 2 n: of candidates, and to sort them */
    int64_t size;         /* most variables of a working set */
    int64_t n;            /* those it has */
    int64_t *set;         /* the variables, ascending; by_sign: those of y = 1 first */
    int64_t n_first;      /* of those, how many pairs may be among; n where pairs are free */
    int64_t *wanted;      /* rows of the set, each once */
    double *change;       /* of their coefficients */
    int64_t n_wanted;
    double *block;   /* kernel of the set: size x size */
    double *numbers; /* 6 x size: bound, alpha, score, work of the steps */
    int8_t *sign;    /* of the set */
} solver;

/* ---- scores ------------------------------------------------------------------------------- */

static inline int64_t row_of(const mlci_svm_problem *p, int64_t t)
{
    return t < p->n_rows ? t : t - p->n_rows;
}

static inline double score_of(const solver *s, int64_t t)
{
    const mlci_svm_problem *const p = s->problem;
    const double linear = p->linear == NULL ? 0 : p->linear[t];
    return s->sum[row_of(p, t)] + p->sign[t] * linear;
}

static inline int has_room_up(const mlci_svm_problem *p, int64_t t)
{
    return mlci_svm_room_up(p->sign[t], p->alpha[t], p->bound[t]) > 0;
}

static inline int has_room_down(const mlci_svm_problem *p, int64_t t)
{
    return mlci_svm_room_down(p->sign[t], p->alpha[t], p->bound[t]) > 0;
}

/* A pair may be made of any variables, or of those of one sign. */
static inline int is_of(const mlci_svm_problem *p, int64_t t, int32_t sign)
{
    return sign == 0 || p->sign[t] == sign;
}

/* The lowest score with room above and the highest with room below. */
typedef struct extremes {
    double low, high;
} extremes;

static extremes find_extremes(const solver *s, int32_t sign)
{
    const mlci_svm_problem *const p = s->problem;
    extremes e = {.low = INFINITY, .high = -INFINITY};
    for (int64_t t = 0; t < p->n; t++) {
        if (!is_of(p, t, sign)) continue;
        const double score = score_of(s, t);
        if (score < e.low && has_room_up(p, t)) e.low = score;
        if (score > e.high && has_room_down(p, t)) e.high = score;
    }
    return e;
}

static double find_gap(const solver *s)
{
    const int32_t by_sign = s->problem->by_sign;
    const extremes e = find_extremes(s, by_sign ? 1 : 0);
    const double gap = e.high - e.low;
    if (!by_sign) return gap;
    const extremes other = find_extremes(s, -1);
    return other.high - other.low > gap ? other.high - other.low : gap;
}

/* ---- the working set ---------------------------------------------------------------------- */

/* Takes in up to n more: those of the lowest scores with room above (from 1), or of the highest
 * with room below (from -1), that violate the conditions with the best of the other side. */
static void take_violators(solver *s, int32_t from, int32_t sign, const extremes *e, int64_t n)
{
    const mlci_svm_problem *const p = s->problem;
    int64_t n_keys = 0;
    for (int64_t t = 0; t < p->n; t++) {
        if (s->member[t] != IS_OUT || !is_of(p, t, sign)) continue;
        const double score = score_of(s, t);
        const int violates =
            from > 0 ? score < e->high && has_room_up(p, t) : score > e->low && has_room_down(p, t);
        if (violates) s->keys[n_keys++] = (mlci_order_key){mlci_order_of_real(from * score), t};
    }
    (void)mlci_order_sort(NULL, s->keys, s->keys + n_keys, n_keys, NULL);
    for (int64_t i = 0; i < n_keys && i < n; i++) {
        s->member[s->keys[i].row] = IS_FRESH;
        s->n++;
    }
}

static void take_both_sides(solver *s, int32_t sign, int64_t n)
{
    const extremes e = find_extremes(s, sign);
    take_violators(s, 1, sign, &e, (n + 1) / 2);
    take_violators(s, -1, sign, &e, n / 2);
}

/* Marks the members: those that came in last, and new ones. */
static void choose_members(solver *s)
{
    const mlci_svm_problem *const p = s->problem;
    s->n = 0;
    if (p->n <= s->size) {
        s->n = p->n;
        memset(s->member, IS_KEPT, (size_t)p->n);
        return;
    }
    for (int64_t t = 0; t < p->n; t++) {
        s->member[t] = s->member[t] == IS_FRESH ? IS_KEPT : IS_OUT;
        s->n += s->member[t] != IS_OUT;
    }
    const int64_t n_fresh = s->size / 2;
    if (!p->by_sign) {
        take_both_sides(s, 0, n_fresh);
    } else {
        take_both_sides(s, 1, n_fresh / 2);
        take_both_sides(s, -1, n_fresh / 2);
    }
}

/* Members of one sign, or all, from place n of the set on; returns where they end. */
static int64_t list_of(solver *s, int32_t sign, int64_t n)
{
    const mlci_svm_problem *const p = s->problem;
    for (int64_t t = 0; t < p->n; t++) {
        if (s->member[t] != IS_OUT && is_of(p, t, sign)) s->set[n++] = t;
    }
    return n;
}

static void list_members(solver *s)
{
    const int32_t by_sign = s->problem->by_sign;
    s->n_first = list_of(s, by_sign ? 1 : 0, 0);
    if (by_sign) (void)list_of(s, -1, s->n_first);
}

/* The rows of the set, each once: ascending variables of a row are n_rows apart. */
static void list_rows(solver *s)
{
    const mlci_svm_problem *const p = s->problem;
    s->n_wanted = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t t = s->set[i];
        const int is_second = t >= p->n_rows && s->member[t - p->n_rows] != IS_OUT;
        if (!is_second) s->wanted[s->n_wanted++] = row_of(p, t);
    }
}

/* ---- a round ------------------------------------------------------------------------------ */

static mlc_status step_on_set(solver *s, double tol, int64_t max_steps, int64_t *n_steps,
                              mlc_error *err)
{
    const mlci_svm_problem *const p = s->problem;
    const int64_t n = s->n;
    double *const bound = s->numbers, *const alpha = bound + s->size;
    double *const score = alpha + s->size;
    for (int64_t i = 0; i < n; i++) {
        const int64_t t = s->set[i];
        const double *const row = mlci_svm_row(&s->rows, row_of(p, t));
        for (int64_t j = 0; j < n; j++)
            s->block[i * n + j] = row[row_of(p, s->set[j])];
        s->sign[i] = p->sign[t];
        bound[i] = p->bound[t];
        alpha[i] = p->alpha[t];
        score[i] = score_of(s, t);
    }
    mlci_svm_steps steps = {.call = p->call,
                            .n = n,
                            .n_first = s->n_first,
                            .tol = tol,
                            .max_steps = max_steps,
                            .kernel = s->block,
                            .sign = s->sign,
                            .bound = bound,
                            .alpha = alpha,
                            .score = score,
                            .work = score + s->size};
    MLCI_TRY(mlci_svm_steps_run(&steps, err));
    *n_steps += steps.n_steps;
    return MLC_OK;
}

/* Takes over what the steps found. Did anything move? */
static int take_over(solver *s)
{
    const mlci_svm_problem *const p = s->problem;
    const double *const alpha = s->numbers + s->size;
    int moved = 0;
    for (int64_t i = 0; i < s->n_wanted; i++) {
        const int64_t t = s->wanted[i];
        s->change[i] = -p->sign[t] * p->alpha[t];
        if (p->n > p->n_rows) s->change[i] -= p->sign[t + p->n_rows] * p->alpha[t + p->n_rows];
    }
    for (int64_t i = 0; i < s->n; i++) {
        moved |= p->alpha[s->set[i]] != alpha[i];
        p->alpha[s->set[i]] = alpha[i];
    }
    for (int64_t i = 0; i < s->n_wanted; i++) {
        const int64_t t = s->wanted[i];
        s->change[i] += p->sign[t] * p->alpha[t];
        if (p->n > p->n_rows) s->change[i] += p->sign[t + p->n_rows] * p->alpha[t + p->n_rows];
    }
    return moved;
}

static mlc_status update_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const solver *const s = arg;
    const int64_t first = block * UPDATE_ROWS, left = s->problem->n_rows - first;
    const int64_t n = left < UPDATE_ROWS ? left : UPDATE_ROWS;
    for (int64_t i = 0; i < s->n_wanted; i++) {
        if (s->change[i] == 0) continue;
        s->kernels->axpy(n, s->change[i], mlci_svm_row(&s->rows, s->wanted[i]) + first,
                         s->sum + first);
    }
    return MLC_OK;
}

/* Adds the changes of the wanted rows to all sums. */
static mlc_status update_sums(solver *s, mlc_error *err)
{
    const int64_t n_blocks = (s->problem->n_rows + UPDATE_ROWS - 1) / UPDATE_ROWS;
    return mlci_parallel_for(s->problem->call, n_blocks, update_block, s, err);
}

/* The sums of a start that is not 0. */
static mlc_status start_sums(solver *s, mlc_error *err)
{
    const mlci_svm_problem *const p = s->problem;
    for (int64_t first = 0; first < p->n_rows; first += s->n_wanted) {
        const int64_t left = p->n_rows - first;
        s->n_wanted = left < s->size ? left : s->size;
        int any = 0;
        for (int64_t i = 0; i < s->n_wanted; i++) {
            const int64_t t = s->wanted[i] = first + i;
            s->change[i] = p->sign[t] * p->alpha[t];
            if (p->n > p->n_rows) s->change[i] += p->sign[t + p->n_rows] * p->alpha[t + p->n_rows];
            any |= s->change[i] != 0;
        }
        if (!any) continue;
        MLCI_TRY(mlci_svm_rows_want(&s->rows, s->wanted, s->n_wanted, err));
        MLCI_TRY(update_sums(s, err));
    }
    return MLC_OK;
}

static mlc_status run_rounds(solver *s, mlci_svm_solution *out, mlc_error *err)
{
    const mlci_svm_problem *const p = s->problem;
    out->n_steps = 0;
    for (;;) {
        MLCI_TRY(mlci_poll(p->call, err));
        const double gap = find_gap(s);
        out->gap = gap > 0 ? gap : 0; /* NaN is 0 as well: values are looked at in the end */
        out->converged = out->gap < p->tol;
        if (out->converged || out->n_steps >= p->max_steps) return MLC_OK;
        const double share = p->n <= s->size ? 0 : INNER_SHARE * out->gap;
        choose_members(s);
        list_members(s);
        list_rows(s);
        MLCI_TRY(mlci_svm_rows_want(&s->rows, s->wanted, s->n_wanted, err));
        MLCI_TRY(step_on_set(s, share > p->tol ? share : p->tol, p->max_steps - out->n_steps,
                             &out->n_steps, err));
        if (!take_over(s)) return MLC_OK;
        MLCI_TRY(update_sums(s, err));
    }
}

/* ---- the solution ------------------------------------------------------------------------- */

/* The mean score of variables within their bounds; without any the middle of what the bounds
 * allow. */
static double find_offset(const solver *s, int32_t sign)
{
    const mlci_svm_problem *const p = s->problem;
    double sum = 0;
    int64_t n = 0;
    for (int64_t t = 0; t < p->n; t++) {
        if (!is_of(p, t, sign) || !has_room_up(p, t) || !has_room_down(p, t)) continue;
        sum += score_of(s, t);
        n++;
    }
    if (n > 0) return sum / (double)n;
    /* What has room below is below the offset, what has room above is above it. */
    const extremes e = find_extremes(s, sign);
    if (isfinite(e.low) && isfinite(e.high)) return (e.low + e.high) / 2;
    return isfinite(e.low) ? e.low : isfinite(e.high) ? e.high : 0;
}

static void read_solution(const solver *s, mlci_svm_solution *out)
{
    const mlci_svm_problem *const p = s->problem;
    double twice = 0;
    memset(out->coefficient, 0, (size_t)p->n_rows * sizeof *out->coefficient);
    for (int64_t t = 0; t < p->n; t++) {
        const double linear = p->linear == NULL ? 0 : p->linear[t];
        out->coefficient[row_of(p, t)] += p->sign[t] * p->alpha[t];
        twice += p->alpha[t] * (p->sign[t] * score_of(s, t) + linear);
    }
    out->objective = twice / 2;
    if (!p->by_sign) {
        out->offset = find_offset(s, 0);
        out->scale = 1;
        return;
    }
    /* Gradients are the scores of y = 1 and the negative ones of y = -1. */
    const double first = find_offset(s, 1), second = -find_offset(s, -1);
    out->offset = (first - second) / 2;
    out->scale = (first + second) / 2;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status allocate(solver *s, mlc_error *err)
{
    const mlci_svm_problem *const p = s->problem;
    mlci_root *const root = mlci_context_root(p->call);
    s->sum = mlci_alloc(root, p->n_rows, sizeof *s->sum);
    s->member = mlci_alloc(root, p->n, sizeof *s->member);
    s->keys = mlci_alloc_raw(root, p->n, 2 * (int64_t)sizeof *s->keys);
    s->set = mlci_alloc(root, s->size, sizeof *s->set);
    s->wanted = mlci_alloc(root, s->size, sizeof *s->wanted);
    s->change = mlci_alloc(root, s->size, sizeof *s->change);
    s->block = mlci_alloc_raw(root, s->size, s->size * (int64_t)sizeof *s->block);
    s->numbers = mlci_alloc(root, s->size, 6 * (int64_t)sizeof *s->numbers);
    s->sign = mlci_alloc(root, s->size, sizeof *s->sign);
    if (s->sum == NULL || s->member == NULL || s->keys == NULL || s->set == NULL ||
        s->wanted == NULL || s->change == NULL || s->block == NULL || s->numbers == NULL ||
        s->sign == NULL)
        return mlci_fail_memory(err, p->n, 2 * (int64_t)sizeof *s->keys);
    return MLC_OK;
}

/* As many variables as rows fit into the cache, within reason. */
static int64_t working_set_size(const mlci_svm_problem *p)
{
    int64_t size = p->cache_bytes / (p->n_rows * (int64_t)sizeof(double)) / 4 * 4;
    if (size > WORKING_SET) size = WORKING_SET;
    if (size < LEAST_WORKING_SET) size = LEAST_WORKING_SET;
    return p->n < size ? p->n : size;
}

mlc_status mlci_svm_solve(const mlci_svm_problem *problem, mlci_svm_solution *solution,
                          mlc_error *err)
{
    solver s = {.problem = problem,
                .kernels = mlci_kernels_of(mlci_root_isa(mlci_context_root(problem->call))),
                .size = working_set_size(problem)};
    mlc_status status = allocate(&s, err);
    if (status == MLC_OK)
        status = mlci_svm_rows_open(&s.rows, problem->call, &problem->kernel, problem->x,
                                    problem->n_rows, problem->n_features, problem->cache_bytes,
                                    s.size, err);
    if (status == MLC_OK) status = start_sums(&s, err);
    if (status == MLC_OK) status = run_rounds(&s, solution, err);
    if (status == MLC_OK) read_solution(&s, solution);
    mlci_svm_rows_close(&s.rows);
    mlci_free(s.sum);
    mlci_free(s.member);
    mlci_free(s.keys);
    mlci_free(s.set);
    mlci_free(s.wanted);
    mlci_free(s.change);
    mlci_free(s.block);
    mlci_free(s.numbers);
    mlci_free(s.sign);
    return status;
}
