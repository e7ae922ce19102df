/* Population stability index, Jensen-Shannon distance (Lin, 1991) and the greatest difference of
 * shares, over cells that the reference defines. */
#include "profile_distance.h"

#include <math.h>

#include "kernels.h"

#define FEW_VALUES 20
#define N_DECILES 10
#define EMPTY_SHARE 0.0001 /* PSI has no value where a share is 0 */

/* Sums over cells with the shares p of the column and q of the reference. */
static void add_cell(mlci_distances *d, double p, double q)
{
    const double p_filled = p > 0 ? p : EMPTY_SHARE, q_filled = q > 0 ? q : EMPTY_SHARE;
    const double middle = (p + q) / 2, ln_2 = 0.69314718055994530942;
    if (p == 0 && q == 0) return;
    d->psi += (p_filled - q_filled) * mlci_ln(p_filled / q_filled);
    if (p > 0) d->js += p * mlci_ln(p / middle) / (2 * ln_2);
    if (q > 0) d->js += q * mlci_ln(q / middle) / (2 * ln_2);
    d->l_infinity = fmax(d->l_infinity, fabs(p - q));
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Samples are compared as far as both would have kept a text. */
static void compare_texts(const mlci_text_counts *a, const mlci_text_counts *b, mlci_distances *d)
{
    const int32_t level = a->level > b->level ? a->level : b->level;
    double n_a = 0, n_b = 0;
    for (int pass = 0; pass < 2; pass++) {
        int64_t i = 0, j = 0;
        while (i < a->n || j < b->n) {
            int64_t length_a = 0, length_b = 0;
            const char *const text_a = i < a->n ? mlci_text_counts_text(a, i, &length_a) : NULL;
            const char *const text_b = j < b->n ? mlci_text_counts_text(b, j, &length_b) : NULL;
            const int order = text_a == NULL ? 1
                              : text_b == NULL
                                  ? -1
                                  : mlci_text_compare(text_a, length_a, text_b, length_b);
            const double p = order <= 0 ? (double)a->counts[i] : 0;
            const double q = order >= 0 ? (double)b->counts[j] : 0;
            const int is_kept = order <= 0 ? mlci_text_is_kept(text_a, length_a, level)
                                           : mlci_text_is_kept(text_b, length_b, level);
            i += order <= 0;
            j += order >= 0;
            if (!is_kept) continue;
            if (pass == 0) n_a += p;
            if (pass == 0) n_b += q;
            if (pass == 1) add_cell(d, p / n_a, q / n_b);
        }
        if (n_a == 0 || n_b == 0) {
            *d = (mlci_distances){(double)NAN, (double)NAN, (double)NAN};
            return;
        }
    }
}

/* ---- numbers --------------------------------------------------------------------------------- */

static int64_t count_to(const mlci_profile_column *c, double bound, int or_equal)
{
    return c->n_low + mlci_profile_count_below(c, bound, or_equal);
}

/* A cell for each value of the reference, and one for all others. */
static void compare_values(const mlci_profile_column *a, const mlci_profile_column *b,
                           mlci_distances *d)
{
    const double n_a = (double)mlci_profile_n_values(a), n_b = (double)mlci_profile_n_values(b);
    double p_left = 1, q_left = 1;
    for (int64_t i = 0; i < b->numbers.n; i++) {
        const double value = mlci_number_value(&b->numbers, b->numbers.cells[i]);
        const double p = (double)(count_to(a, value, 1) - count_to(a, value, 0)) / n_a;
        const double q = (double)mlci_number_count(&b->numbers, i) / n_b;
        add_cell(d, p, q);
        p_left -= p;
        q_left -= q;
    }
    const double tiny = 1e-12; /* what rounding leaves */
    add_cell(d, p_left > tiny ? p_left : 0, q_left > tiny ? q_left : 0);
}

/* Cells that end at the deciles of the reference, which belong to them. */
static void compare_deciles(const mlci_profile_column *a, const mlci_profile_column *b,
                            mlci_distances *d)
{
    const int64_t n_a = mlci_profile_n_values(a), n_b = mlci_profile_n_values(b);
    int64_t before_a = 0, before_b = 0;
    double before = -INFINITY;
    for (int i = 1; i <= N_DECILES; i++) {
        const double end = i == N_DECILES ? INFINITY : mlci_profile_quantile(b, i / 10.0);
        if (end == before) continue;
        const int64_t up_to_a = i == N_DECILES ? n_a : count_to(a, end, 1);
        const int64_t up_to_b = i == N_DECILES ? n_b : count_to(b, end, 1);
        add_cell(d, (double)(up_to_a - before_a) / (double)n_a,
                 (double)(up_to_b - before_b) / (double)n_b);
        before_a = up_to_a;
        before_b = up_to_b;
        before = end;
    }
}

mlc_status mlci_profile_distances(const mlci_profile_column *column,
                                  const mlci_profile_column *reference, mlci_distances *out,
                                  mlc_error *err)
{
    mlci_distances d = {0, 0, 0};
    if (column->kind != reference->kind || column->kind == MLCI_PROFILE_OPAQUE) {
        return mlci_fail(err, MLC_ERROR_COLUMN, column->name,
                         "column '%s' is %s, and %s in the reference profile: they cannot be "
                         "compared",
                         column->name, mlci_type_name(column->type),
                         mlci_type_name(reference->type));
    }
    if (column->kind == MLCI_PROFILE_TEXTS) {
        compare_texts(&column->texts, &reference->texts, &d);
    } else if (mlci_profile_n_values(column) == 0 || mlci_profile_n_values(reference) == 0) {
        d = (mlci_distances){(double)NAN, (double)NAN, (double)NAN};
    } else if (reference->numbers.shift == 0 && reference->numbers.n <= FEW_VALUES) {
        compare_values(column, reference, &d);
    } else {
        compare_deciles(column, reference, &d);
    }
    d.js = d.js > 0 ? sqrt(d.js) : d.js == 0 || isnan(d.js) ? d.js : 0;
    *out = d;
    return MLC_OK;
}
