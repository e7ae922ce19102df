/* Platt's sigmoid by Newton's method with halved steps (Platt 2000; Lin, Lin, Weng 2007), and the
 * coupling of pairs by Wu, Lin, Weng (2004), their second method. Sums run in the order of rows. */
#include "svm_platt.h"

#include <math.h>

#include "kernels.h"

#define MAX_ITER 100
#define LEAST_STEP 1e-10
#define RIDGE 1e-12 /* keeps the Hessian away from singular */
#define LEAST_GRADIENT 1e-5
#define LEAST_PROBABILITY 1e-7
#define COUPLING_ERROR 0.005 /* of a probability, divided by the classes */

typedef struct sigmoid_fit {
    const double *decision, *weight;
    int64_t n, n_first;
    double high, low; /* targets of the two classes */
} sigmoid_fit;

/* The negative log likelihood; exp is never taken of what is above 0. */
static double loss(const sigmoid_fit *s, double slope, double shift)
{
    double sum = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const double target = i < s->n_first ? s->high : s->low;
        const double z = s->decision[i] * slope + shift;
        const double part = z >= 0 ? target * z : (target - 1) * z;
        sum += s->weight[i] * (part + mlci_log1p(mlci_exp(-fabs(z))));
    }
    return sum;
}

typedef struct derivatives {
    double slope, shift; /* gradient */
    double aa, ab, bb;   /* Hessian */
} derivatives;

static derivatives differentiate(const sigmoid_fit *s, double slope, double shift)
{
    derivatives d = {.aa = RIDGE, .bb = RIDGE};
    for (int64_t i = 0; i < s->n; i++) {
        const double f = s->decision[i], target = i < s->n_first ? s->high : s->low;
        const double p = mlci_sigmoid(-(f * slope + shift));
        const double curvature = s->weight[i] * p * (1 - p), away = s->weight[i] * (target - p);
        d.aa += f * f * curvature;
        d.ab += f * curvature;
        d.bb += curvature;
        d.slope += f * away;
        d.shift += away;
    }
    return d;
}

void mlci_svm_platt(const double *decision, const double *weight, int64_t n, int64_t n_first,
                    double *slope, double *shift)
{
    double first = 0, second = 0;
    for (int64_t i = 0; i < n; i++)
        *(i < n_first ? &first : &second) += weight[i];
    const sigmoid_fit s = {.decision = decision,
                           .weight = weight,
                           .n = n,
                           .n_first = n_first,
                           .high = (first + 1) / (first + 2),
                           .low = 1 / (second + 2)};
    double a = 0, b = mlci_ln((second + 1) / (first + 1)), value = loss(&s, a, b);
    for (int32_t iteration = 0; iteration < MAX_ITER; iteration++) {
        const derivatives d = differentiate(&s, a, b);
        if (fabs(d.slope) < LEAST_GRADIENT && fabs(d.shift) < LEAST_GRADIENT) break;
        const double determinant = d.aa * d.bb - d.ab * d.ab;
        const double da = -(d.bb * d.slope - d.ab * d.shift) / determinant;
        const double db = -(d.aa * d.shift - d.ab * d.slope) / determinant;
        const double decrease = d.slope * da + d.shift * db;
        double step = 1;
        for (; step >= LEAST_STEP; step /= 2) {
            const double next = loss(&s, a + step * da, b + step * db);
            if (!(next < value + 1e-4 * step * decrease)) continue;
            a += step * da;
            b += step * db;
            value = next;
            break;
        }
        if (step < LEAST_STEP) break;
    }
    *slope = a;
    *shift = b;
}

double mlci_svm_sigmoid(double decision, double slope, double shift)
{
    const double p = mlci_sigmoid(-(decision * slope + shift));
    if (p < LEAST_PROBABILITY) return LEAST_PROBABILITY;
    return p > 1 - LEAST_PROBABILITY ? 1 - LEAST_PROBABILITY : p;
}

/* ---- coupling ----------------------------------------------------------------------------- */

/* Q of their equation (18): q_tt = sum of r_jt^2, q_tj = -r_jt r_tj. */
static void fill_matrix(const double *pair, int64_t n, double *q)
{
    for (int64_t t = 0; t < n; t++)
        q[t * n + t] = 0;
    for (int64_t i = 0, at = 0; i < n; i++) {
        for (int64_t j = i + 1; j < n; j++, at++) {
            const double r = pair[at], other = 1 - r;
            q[i * n + i] += other * other;
            q[j * n + j] += r * r;
            q[i * n + j] = q[j * n + i] = -r * other;
        }
    }
}

/* One class after another as it should be, the others given. */
static void sweep(const double *q, int64_t n, double *qp, double *p, double pqp)
{
    for (int64_t t = 0; t < n; t++) {
        const double change = (-qp[t] + pqp) / q[t * n + t], sum = 1 + change;
        p[t] += change;
        pqp = (pqp + change * (change * q[t * n + t] + 2 * qp[t])) / sum / sum;
        for (int64_t j = 0; j < n; j++) {
            qp[j] = (qp[j] + change * q[t * n + j]) / sum;
            p[j] /= sum;
        }
    }
}

void mlci_svm_couple(const double *pair, int64_t n_classes, double *work, double *out)
{
    const int64_t n = n_classes, most = n > MAX_ITER ? n : MAX_ITER;
    double *const q = work, *const qp = work + n * n;
    fill_matrix(pair, n, q);
    for (int64_t t = 0; t < n; t++)
        out[t] = 1 / (double)n;
    for (int64_t iteration = 0; iteration < most; iteration++) {
        double pqp = 0, error = 0;
        for (int64_t t = 0; t < n; t++) {
            qp[t] = 0;
            for (int64_t j = 0; j < n; j++)
                qp[t] += q[t * n + j] * out[j];
            pqp += out[t] * qp[t];
        }
        for (int64_t t = 0; t < n; t++)
            error = fabs(qp[t] - pqp) > error ? fabs(qp[t] - pqp) : error;
        if (error < COUPLING_ERROR / (double)n) return;
        sweep(q, n, qp, out, pqp);
    }
}
