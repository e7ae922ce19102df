/* Accelerated failure time: log(time) = score + scale x noise, with a time that is known by a lower
 * and an upper bound (equal: an event was seen; no upper bound: it had not come yet). With
 * a, b = (log(bound) - s) / scale and F, f the distribution and density of the noise:
 *
 *   event      -log f(a) + log(scale x time)
 *   otherwise  -log D, D = F(b) - F(a)
 *
 * Derivatives by s come from r = (f(b) - f(a)) / D: g = r / scale and
 * h = (r^2 - (f'(b) - f'(a)) / D) / scale^2, of an event likewise from (log f)'. As XGBoost has it
 * (Barnwal, Cho, Hocking 2022), g is cut to [-15, 15] and h to [1e-16, 15].
 *
 * Delicate: D vanishes in the tails. Each distribution gives log D and the ratios A = f(a) / D and
 * B = f(b) / D in forms that neither cancel nor overflow; f' is f times (log f)'. */
#include <math.h>

#include "erfcx.h"
#include "loss_start.h"
#include "target.h"

#define MOST_GRADIENT 15
#define LEAST_HESSIAN 1e-16
#define SQRT_HALF 0.7071067811865476
#define LOG_SQRT_2PI 0.9189385332046728
#define DENSITY_AT_0 0.3989422804014327 /* 1 / sqrt(2 pi) */
#define NARROW 1e-6                     /* an interval whose density is that of its middle */
#define MOST_Z 1e150                    /* whose square is a number */
#define LEAST_Z (-1e4)
#define SMALL 1e-20

/* What is known of an interval. */
typedef struct interval {
    double log_d, at_a, at_b; /* log D, A, B */
} interval;

/* A distribution of the noise; a may be -INFINITY, b INFINITY, not both. */
typedef struct distribution {
    double (*log_density)(double z);
    double (*slope)(double z);     /* of the log density */
    double (*curvature)(double z); /* minus its second derivative */
    interval (*between)(double a, double b);
    double most; /* derivatives are taken at z from LEAST_Z to this: beyond, they are cut anyway */
} distribution;

/* ---- normal ------------------------------------------------------------------------------- */

static double normal_log_density(double z)
{
    return -0.5 * z * z - LOG_SQRT_2PI;
}

static double normal_slope(double z)
{
    return -z;
}

static double normal_curvature(double z)
{
    return 1;
}

/* The upper tail over its density at x >= 0, times 1 / sqrt(2 pi). */
static double scaled_tail(double x)
{
    return 0.5 * mlci_erfcx(x * SQRT_HALF);
}

/* 0 <= a < b: both in the upper tail, whose common factor exp(-a^2 / 2) is kept apart. */
static interval normal_upper(double a, double b)
{
    const double ratio = isinf(b) ? 0 : mlci_exp(0.5 * (a - b) * (a + b));
    const double e = scaled_tail(a) - (ratio > 0 ? ratio * scaled_tail(b) : 0);
    return (interval){mlci_ln(e) - 0.5 * a * a, DENSITY_AT_0 / e, DENSITY_AT_0 * ratio / e};
}

static interval normal_between(double a, double b)
{
    if (a >= 0) return normal_upper(a, b);
    if (b <= 0) {
        const interval mirrored = normal_upper(-b, -a);
        return (interval){mirrored.log_d, mirrored.at_b, mirrored.at_a};
    }
    const double of_a = isinf(a) ? 0 : mlci_exp(-0.5 * a * a);
    const double of_b = isinf(b) ? 0 : mlci_exp(-0.5 * b * b);
    const double d =
        1 - (of_a > 0 ? of_a * scaled_tail(-a) : 0) - (of_b > 0 ? of_b * scaled_tail(b) : 0);
    return (interval){mlci_ln(d), DENSITY_AT_0 * of_a / d, DENSITY_AT_0 * of_b / d};
}

/* ---- logistic ----------------------------------------------------------------------------- */

static double logistic_log_density(double z)
{
    return z - 2 * mlci_softplus(z);
}

static double logistic_slope(double z)
{
    return -mlci_tanh(0.5 * z);
}

static double logistic_curvature(double z)
{
    const double e = mlci_exp(-fabs(z));
    return 2 * e / ((1 + e) * (1 + e));
}

/* D = F(b) (1 - F(a)) (1 - exp(a - b)). */
static interval logistic_between(double a, double b)
{
    if (isinf(b)) return (interval){-mlci_softplus(a), mlci_sigmoid(a), 0};
    if (isinf(a)) return (interval){-mlci_softplus(-b), 0, mlci_sigmoid(-b)};
    const double rest = -mlci_expm1(a - b);
    return (interval){-mlci_softplus(-b) - mlci_softplus(a) + mlci_ln(rest),
                      mlci_exp(mlci_softplus(-b) - mlci_softplus(-a)) / rest,
                      mlci_exp(mlci_softplus(a) - mlci_softplus(b)) / rest};
}

/* ---- extreme ------------------------------------------------------------------------------ */

/* Of the least of many (Gumbel): F = 1 - exp(-w), w = exp(z); times are Weibull. */
static double extreme_log_density(double z)
{
    return z - mlci_exp(z);
}

static double extreme_slope(double z)
{
    return 1 - mlci_exp(z);
}

static double extreme_curvature(double z)
{
    return mlci_exp(z);
}

static interval extreme_between(double a, double b)
{
    const double w_a = isinf(a) ? 0 : mlci_exp(a), w_b = mlci_exp(b);
    if (isinf(w_b)) return (interval){-w_a, w_a, 0};
    if (w_b < SMALL) { /* F = w to the last bit, and w may be 0 */
        if (isinf(a)) return (interval){b, 0, 1};
        const double part = -mlci_expm1(a - b);
        return (interval){b + mlci_ln(part), 1 / mlci_expm1(b - a), 1 / part};
    }
    const double gap = w_b - w_a;
    const double rest = -mlci_expm1(-gap), back = mlci_expm1(gap);
    return (interval){-w_a + mlci_ln(rest), w_a / rest, isinf(back) ? 0 : w_b / back};
}

/* ------------------------------------------------------------------------------------------- */

static const distribution distributions[] = {
    [MLCI_AFT_NORMAL] = {normal_log_density, normal_slope, normal_curvature, normal_between, 1e4},
    [MLCI_AFT_LOGISTIC] = {logistic_log_density, logistic_slope, logistic_curvature,
                           logistic_between, 1e4},
    [MLCI_AFT_EXTREME] = {extreme_log_density, extreme_slope, extreme_curvature, extreme_between,
                          25}};

static double within(double z, double least, double most)
{
    return z > most ? most : z < least ? least : z;
}

/* The standardised bounds of a row; a <= b, infinite where there is none. */
static void standardise(const mlci_loss *loss, const mlci_loss_chunk *c, int64_t i, double *a,
                        double *b)
{
    const double lower = c->y[i], upper = c->upper[i], scale = loss->scale;
    *a = lower > 0 ? within((mlci_ln(lower) - c->s[i]) / scale, -MOST_Z, MOST_Z) : -INFINITY;
    *b = upper == lower ? *a
         : isinf(upper) ? INFINITY
                        : within((mlci_ln(upper) - c->s[i]) / scale, -MOST_Z, MOST_Z);
}

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    const distribution *const d = &distributions[loss->distribution];
    for (int64_t i = 0; i < c->n; i++) {
        double a, b, slope = 0, curvature = 0;
        standardise(loss, c, i, &a, &b);
        a = isinf(a) ? a : within(a, LEAST_Z, d->most);
        b = isinf(b) ? b : within(b, LEAST_Z, d->most);
        if (!(b - a > NARROW)) {
            const double z = a == b ? a : 0.5 * (a + b);
            slope = d->slope(z);
            curvature = d->curvature(z);
        } else if (!isinf(a) || !isinf(b)) {
            const interval in = d->between(a, b);
            const double of_a = isinf(a) ? 0 : in.at_a * d->slope(a);
            const double of_b = isinf(b) ? 0 : in.at_b * d->slope(b);
            slope = in.at_b - in.at_a;
            curvature = slope * slope - (of_b - of_a);
        }
        const double of_s = slope / loss->scale;
        const double twice = curvature / (loss->scale * loss->scale);
        g[i] = of_s > MOST_GRADIENT ? MOST_GRADIENT : of_s < -MOST_GRADIENT ? -MOST_GRADIENT : of_s;
        h[i] = twice > MOST_GRADIENT   ? MOST_GRADIENT
               : twice > LEAST_HESSIAN ? twice
                                       : LEAST_HESSIAN;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    const distribution *const d = &distributions[loss->distribution];
    for (int64_t i = 0; i < c->n; i++) {
        double a, b;
        standardise(loss, c, i, &a, &b);
        if (c->y[i] == c->upper[i])
            value[i] = mlci_ln(loss->scale) + mlci_ln(c->y[i]) - d->log_density(a);
        else if (!(b - a > NARROW))
            value[i] = -d->log_density(0.5 * (a + b)) - mlci_ln(b - a);
        else
            value[i] = isinf(a) && isinf(b) ? 0 : -d->between(a, b).log_d;
    }
}

/* ---- targets ------------------------------------------------------------------------------ */

static mlc_status check(const mlci_loss *loss, const mlci_target *y, const char *rows,
                        mlc_error *err)
{
    int64_t n_finite = 0, n_above = 0;
    for (int64_t i = 0; i < y->n_rows; i++) {
        const double *const bounds = y->value + i * y->n_outputs;
        const double upper = y->n_outputs > 1 ? bounds[1] : bounds[0];
        if (bounds[0] < 0 || (bounds[0] == 0 && upper == 0))
            return mlci_loss_refuse(y, i, rows,
                                    y->n_outputs > 1
                                        ? "aft needs times above 0, and lower bounds of at least 0"
                                        : "aft needs times above 0",
                                    err);
        n_finite += !isinf(upper);
        n_above += bounds[0] > 0;
    }
    if (n_finite > 0 && n_above > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, y->name,
                     "no %s has %s bound of its time: the best time is %s", rows,
                     n_finite == 0 ? "an upper" : "a lower", n_finite == 0 ? "infinite" : "0");
}

/* From the mean log of what is known of the times, to the constant of least loss. */
static mlc_status start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *out, mlc_error *err)
{
    double *const center = mlci_alloc_raw(mlci_context_root(call), rows->n_rows, sizeof *center);
    if (center == NULL) return mlci_fail_memory(err, rows->n_rows, sizeof *center);
    for (int64_t i = 0; i < rows->n_rows; i++) {
        const double low = rows->y[i], high = rows->upper[i];
        center[i] = isinf(high) ? (low > 0 ? mlci_ln(low) : 0)
                    : low > 0   ? 0.5 * mlci_ln(low) + 0.5 * mlci_ln(high)
                                : mlci_ln(high);
    }
    mlci_loss_rows centers = *rows;
    const mlci_loss identity = {.link = MLCI_LINK_IDENTITY};
    centers.y = center;
    mlc_status status = mlci_start_mean(&identity, call, &centers, fixed, out, err);
    mlci_free(center);
    if (status == MLC_OK) status = mlci_start_newton(loss, call, rows, 1, out, err);
    return status;
}

const mlci_loss_kind mlci_loss_aft = {.name = "aft",
                                      .progress = "train aft loss",
                                      .link = MLCI_LINK_LOG,
                                      .range = MLCI_TARGET_TIME,
                                      .check = check,
                                      .start = start,
                                      .gradients = gradients,
                                      .values = values};
