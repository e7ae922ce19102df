/* Factors of class shares: made, applied to answers, saved. */
#include "prior_shift.h"

#include <float.h>
#include <math.h>

#include "dataset_impl.h"
#include "kernels.h"

/* Room for n classes: one block. */
static mlci_prior_shift *allocate(mlci_root *root, int32_t n)
{
    const int64_t bytes = (int64_t)sizeof(mlci_prior_shift) + 4 * n * (int64_t)sizeof(double);
    mlci_prior_shift *const s = mlci_alloc(root, 1, bytes);
    if (s == NULL) return NULL;
    s->n = n;
    s->before = (double *)(void *)(s + 1);
    s->after = s->before + n;
    s->factor = s->after + n;
    s->shift = s->factor + n;
    return s;
}

/* Whether there are factors: numbers that neither overflow nor lose digits. */
static int fill_factors(mlci_prior_shift *s)
{
    double largest = 0;
    for (int32_t k = 0; k < s->n; k++) {
        if (!(s->before[k] > 0 && s->after[k] > 0)) return 0;
        s->factor[k] = s->before[k] / s->after[k];
        if (!isnormal(s->factor[k])) return 0;
        if (s->factor[k] > largest) largest = s->factor[k];
    }
    for (int32_t k = 0; k < s->n; k++) {
        s->factor[k] /= largest;
        if (!isnormal(s->factor[k])) return 0;
        s->shift[k] = mlci_ln(s->factor[k]);
    }
    return 1;
}

mlc_status mlci_prior_shift_create(mlci_root *root, int32_t n, const double *before,
                                   const double *after, mlci_prior_shift **out, mlc_error *err)
{
    mlci_prior_shift *const s = allocate(root, n);
    if (s == NULL) return mlci_fail_memory(err, n, 4 * (int64_t)sizeof *before);
    for (int32_t k = 0; k < n; k++) {
        s->before[k] = before[k];
        s->after[k] = after[k];
    }
    if (fill_factors(s)) {
        *out = s;
        return MLC_OK;
    }
    mlci_free(s);
    return mlci_fail(err, MLC_ERROR_DATA, NULL,
                     "the weights of the classes before and after resampling are too far apart to "
                     "correct probabilities by them");
}

void mlci_prior_shift_free(void *shift)
{
    mlci_free(shift);
}

/* ---- answers ------------------------------------------------------------------------------ */

void mlci_prior_shift_probabilities(const mlci_prior_shift *s, int64_t n_rows, double *values)
{
    for (int64_t i = 0; i < n_rows; i++) {
        double *const p = values + i * s->n;
        double sum = 0;
        for (int32_t k = 0; k < s->n; k++) {
            p[k] *= s->factor[k];
            sum += p[k];
        }
        for (int32_t k = 0; k < s->n; k++)
            p[k] /= sum;
    }
}

double mlci_prior_shift_raw(const mlci_prior_shift *s, int64_t n_outputs, int64_t k)
{
    return n_outputs == 1 ? s->shift[1] - s->shift[0] : s->shift[k];
}

/* ---- files and tables --------------------------------------------------------------------- */

void mlci_prior_shift_save(const void *shift, mlci_writer *w)
{
    const mlci_prior_shift *const s = shift;
    mlci_write_reals(w, s->before, s->n);
    mlci_write_reals(w, s->after, s->n);
}

static mlci_prior_shift *read_fields(mlci_reader *r, int32_t n)
{
    int64_t count = 0;
    mlci_prior_shift *shift = NULL;
    double *const before = mlci_read_reals(r, n, &count);
    double *const after = mlci_read_reals(r, n, &count);
    if (r->status == MLC_OK &&
        mlci_prior_shift_create(r->root, n, before, after, &shift, &r->error) != MLC_OK) {
        if (r->error.status == MLC_ERROR_NO_MEMORY)
            r->status = MLC_ERROR_NO_MEMORY;
        else
            mlci_reader_refuse(r, "weights of classes that are not positive, or too far apart");
    }
    mlci_free(after);
    mlci_free(before);
    return shift;
}

mlc_status mlci_prior_shift_load(mlci_reader *r, int32_t n, mlci_prior_shift **out, mlc_error *err)
{
    mlci_prior_shift *const shift = read_fields(r, n);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK) {
        *out = shift;
    } else {
        mlci_free(shift);
    }
    return status;
}

mlc_status mlci_prior_shift_table(mlci_root *root, const mlci_prior_shift *s,
                                  const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_texts(&table, "class", s->n, (const char *const *)classes->names);
    mlci_table_reals(&table, "before", s->n, s->before);
    mlci_table_reals(&table, "after", s->n, s->after);
    mlci_table_reals(&table, "factor", s->n, s->factor);
    return mlci_table_finish(&table, out, err);
}
