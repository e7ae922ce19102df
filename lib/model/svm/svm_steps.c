/* Steps of sequential minimal optimisation: the pair is the variable that violates the optimality
 * conditions most and the one with which the objective falls most, by its second-order model (Fan,
 * Chen, Lin 2005, working set selection 2; ties go to the lowest index). A step costs two passes
 * over the variables. Where a variable reaches a bound it is set to it exactly. */
#include "svm_steps.h"

#include <math.h>

#include "error.h"

#define TAU 1e-12 /* curvature of a pair whose own is not positive */
#define POLL_STEPS 1024

typedef struct pair {
    int64_t i, j; /* -1: none */
    double gain;  /* twice what the objective falls by, were there no bounds */
    double gap;   /* by how much the conditions are violated */
    double step;
} pair;

/* The variable of first .. last with room above and the lowest score; -1: none. */
static int64_t lowest(const mlci_svm_steps *s, int64_t first, int64_t last)
{
    int64_t best = -1;
    double score = INFINITY;
    for (int64_t t = first; t < last; t++) {
        if (s->up[t] > 0 && s->score[t] < score) {
            score = s->score[t];
            best = t;
        }
    }
    return best;
}

/* The best partner among first .. last for the lowest of them, if that is better than the pair. */
static void improve(const mlci_svm_steps *s, int64_t first, int64_t last, pair *best)
{
    const int64_t i = lowest(s, first, last);
    if (i < 0) return;
    const double *const row = s->kernel + i * s->n;
    const double low = s->score[i];
    for (int64_t t = first; t < last; t++) {
        if (!(s->down[t] > 0)) continue;
        const double above = s->score[t] - low;
        if (above > best->gap) best->gap = above;
        if (!(above > 0)) continue;
        const double curvature = s->self[i] + s->self[t] - 2 * row[t];
        const double divisor = curvature > TAU ? curvature : TAU;
        const double gain = above * above / divisor;
        if (gain > best->gain)
            *best = (pair){.i = i, .j = t, .gain = gain, .gap = best->gap, .step = above / divisor};
    }
}

/* y a of variable t goes up by step (down where it is negative), which is at most its room. */
static void move(mlci_svm_steps *s, int64_t t, double step)
{
    const double room = step > 0 ? s->up[t] : s->down[t];
    const int rises = (step > 0) == (s->sign[t] > 0); /* does a itself rise? */
    const double moved = rises ? s->alpha[t] + fabs(step) : s->alpha[t] - fabs(step);
    const int at_bound = fabs(step) >= room || moved <= 0 || moved >= s->bound[t];
    s->alpha[t] = !at_bound ? moved : rises ? s->bound[t] : 0;
    s->up[t] = mlci_svm_room_up(s->sign[t], s->alpha[t], s->bound[t]);
    s->down[t] = mlci_svm_room_down(s->sign[t], s->alpha[t], s->bound[t]);
}

/* Does anything move? */
static int make_step(mlci_svm_steps *s, const pair *p)
{
    double step = p->step;
    const double before_i = s->alpha[p->i], before_j = s->alpha[p->j];
    if (s->up[p->i] < step) step = s->up[p->i];
    if (s->down[p->j] < step) step = s->down[p->j];
    const double *const plus = s->kernel + p->i * s->n, *const minus = s->kernel + p->j * s->n;
    move(s, p->i, step);
    move(s, p->j, -step);
    for (int64_t t = 0; t < s->n; t++)
        s->score[t] += step * (plus[t] - minus[t]);
    return s->alpha[p->i] != before_i || s->alpha[p->j] != before_j;
}

mlc_status mlci_svm_steps_run(mlci_svm_steps *s, mlc_error *err)
{
    s->up = s->work;
    s->down = s->up + s->n;
    s->self = s->down + s->n;
    for (int64_t t = 0; t < s->n; t++) {
        s->up[t] = mlci_svm_room_up(s->sign[t], s->alpha[t], s->bound[t]);
        s->down[t] = mlci_svm_room_down(s->sign[t], s->alpha[t], s->bound[t]);
        s->self[t] = s->kernel[t * s->n + t];
    }
    for (s->n_steps = 0; s->n_steps < s->max_steps; s->n_steps++) {
        pair best = {.i = -1, .j = -1};
        if (s->n_steps % POLL_STEPS == 0) MLCI_TRY(mlci_poll(s->call, err));
        improve(s, 0, s->n_first, &best);
        improve(s, s->n_first, s->n, &best);
        if (best.i < 0 || best.gap < s->tol) return MLC_OK;
        if (!make_step(s, &best)) return MLC_OK;
    }
    return MLC_OK;
}
