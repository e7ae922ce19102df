/* The fitted state of support vector machines: memory, decisions and files. */
#include "svm_state.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "checked.h"

/* ---- memory ------------------------------------------------------------------------------- */

static int allocate(mlci_root *root, mlci_svm_state *s)
{
    const int64_t n = s->points.n, p = s->points.n_features;
    int64_t n_cells, n_coefficients;
    if (!mlci_mul_size(n, p, &n_cells) || !mlci_mul_size(n, s->width, &n_coefficients)) return 0;
    s->n_support = mlci_alloc(root, s->n_classes > 0 ? s->n_classes : 1, sizeof *s->n_support);
    s->vectors = mlci_alloc(root, n_cells, sizeof *s->vectors);
    s->coefficient = mlci_alloc(root, n_coefficients, sizeof *s->coefficient);
    s->intercept = mlci_alloc(root, s->n_problems, sizeof *s->intercept);
    return s->n_support != NULL && s->vectors != NULL && s->coefficient != NULL &&
           s->intercept != NULL;
}

static void set_sizes(mlci_svm_state *s, int64_t n_classes)
{
    s->n_classes = n_classes;
    s->n_problems = n_classes > 0 ? mlci_svm_n_pairs(n_classes) : 1;
    s->width = n_classes > 0 ? n_classes - 1 : 1;
}

mlci_svm_state *mlci_svm_state_create(mlci_root *root, const mlci_svm_kernel *kernel, int64_t n,
                                      int64_t n_features, int64_t n_classes, mlc_error *err)
{
    mlci_svm_state *const s = mlci_alloc(root, 1, sizeof *s);
    if (s != NULL) {
        s->points = (mlci_svm_points){.kernel = *kernel, .n = n, .n_features = n_features};
        set_sizes(s, n_classes);
        if (allocate(root, s)) return s;
    }
    mlci_svm_state_free(s);
    mlci_fail_memory(err, n, n_features * (int64_t)sizeof(double));
    return NULL;
}

void mlci_svm_state_free(void *state)
{
    mlci_svm_state *const s = state;
    if (s == NULL) return;
    mlci_free((void *)(uintptr_t)s->points.packed);
    mlci_free(s->n_support);
    mlci_free(s->vectors);
    mlci_free(s->coefficient);
    mlci_free(s->intercept);
    mlci_free(s->slope);
    mlci_free(s->shift);
    mlci_free(s->row);
    mlci_free(s->result);
    mlci_free(s);
}

static int all_finite(const double *x, int64_t n)
{
    for (int64_t i = 0; x != NULL && i < n; i++) {
        if (!(fabs(x[i]) <= DBL_MAX)) return 0;
    }
    return 1;
}

static int is_finite(const mlci_svm_state *s)
{
    const mlci_svm_kernel *const k = &s->points.kernel;
    return all_finite(&k->gamma, 1) && all_finite(&k->coef0, 1) &&
           all_finite(s->vectors, s->points.n * s->points.n_features) &&
           all_finite(s->coefficient, s->points.n * s->width) &&
           all_finite(s->intercept, s->n_problems) && all_finite(s->slope, s->n_problems) &&
           all_finite(s->shift, s->n_problems);
}

static mlc_status pack(mlci_root *root, mlci_svm_state *s, mlc_error *err)
{
    const mlci_svm_points *const points = &s->points;
    const int64_t size = mlci_svm_packed_size(points->n, points->n_features);
    double *const packed = mlci_alloc(root, size, sizeof *packed);
    if (packed == NULL || (size == 0 && points->n > 0 && points->n_features > 0)) {
        mlci_free(packed);
        return mlci_fail_memory(err, points->n, points->n_features * (int64_t)sizeof *packed);
    }
    mlci_svm_pack(points->kernel.type, s->vectors, points->n, points->n_features, packed);
    s->points.packed = packed;
    return MLC_OK;
}

mlc_status mlci_svm_state_finish(mlci_root *root, mlci_svm_state *s, mlc_error *err)
{
    if (!is_finite(s))
        return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                         "the coefficients are not finite: values of the features or weights are "
                         "too large; scale them first");
    return pack(root, s, err);
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* Rows at once: a chunk of kernel values each, and sums of vectors of each class against each. */
#define DECISION_ROWS 64
#define MAX_SUMS (1 << 16)

static int64_t n_sums(const mlci_svm_state *s)
{
    return s->n_classes > 0 ? s->n_classes * s->width : 1;
}

static int64_t rows_at_once(const mlci_svm_state *s, int64_t n_rows)
{
    const int64_t fitting = MAX_SUMS / n_sums(s);
    const int64_t most = fitting < 1 ? 1 : fitting < DECISION_ROWS ? fitting : DECISION_ROWS;
    return n_rows < most ? n_rows : most;
}

int64_t mlci_svm_scratch_size(const mlci_svm_state *state, int64_t n_rows)
{
    return rows_at_once(state, n_rows) * (MLCI_SVM_CHUNK + n_sums(state) + state->width);
}

/* Adds vectors first .. last of one class, all in a chunk: to the sums of that class. */
static void add_vectors(const mlci_svm_state *s, const mlci_kernels *kernels,
                        const mlci_row_block *values, int64_t first, double *part, double *sums)
{
    const int64_t stride = n_sums(s);
    kernels->linear(values, s->coefficient + first * s->width, s->width, NULL, part);
    for (int64_t i = 0; i < values->n_rows; i++) {
        for (int64_t j = 0; j < s->width; j++)
            sums[i * stride + j] += part[i * s->width + j];
    }
}

static void sum_chunk(const mlci_svm_state *s, const mlci_kernels *kernels, int64_t chunk,
                      const mlci_row_block *rows, double *scratch)
{
    const int64_t size = mlci_svm_chunk_size(&s->points, chunk), first = chunk * MLCI_SVM_CHUNK;
    double *const values = scratch, *const sums = values + rows->n_rows * MLCI_SVM_CHUNK;
    double *const part = sums + rows->n_rows * n_sums(s);
    mlci_svm_kernel_chunk(kernels, &s->points, chunk, rows, values);
    int64_t class_first = 0;
    for (int64_t c = 0; c < (s->n_classes > 0 ? s->n_classes : 1); c++) {
        const int64_t class_last = class_first + s->n_support[c];
        const int64_t from = class_first > first ? class_first : first;
        const int64_t to = class_last < first + size ? class_last : first + size;
        const mlci_row_block block = {.x = values + (from - first),
                                      .n_rows = rows->n_rows,
                                      .n_columns = to - from,
                                      .stride = size};
        if (from < to) add_vectors(s, kernels, &block, from, part, sums + c * s->width);
        class_first = class_last;
    }
}

static void decide_row(const mlci_svm_state *s, const double *sums, double *out)
{
    const int64_t k = s->n_classes, width = s->width;
    if (k == 0) *out = sums[0] + s->intercept[0];
    for (int64_t i = 0, pair = 0; i < k; i++) {
        for (int64_t j = i + 1; j < k; j++, pair++)
            out[pair] = sums[i * width + j - 1] + sums[j * width + i] + s->intercept[pair];
    }
}

void mlci_svm_decide(const mlci_svm_state *state, int32_t isa, const double *x, int64_t n_rows,
                     double *scratch, double *out)
{
    const mlci_kernels *const kernels = mlci_kernels_of(isa);
    const int64_t p = state->points.n_features, most = rows_at_once(state, n_rows);
    const int64_t n_chunks = (state->points.n + MLCI_SVM_CHUNK - 1) / MLCI_SVM_CHUNK;
    for (int64_t first = 0; first < n_rows; first += most) {
        const int64_t n = n_rows - first < most ? n_rows - first : most;
        const mlci_row_block rows = {.x = x + first * p, .n_rows = n, .n_columns = p, .stride = p};
        double *const sums = scratch + n * MLCI_SVM_CHUNK;
        memset(sums, 0, (size_t)(n * n_sums(state)) * sizeof *sums);
        for (int64_t c = 0; c < n_chunks; c++)
            sum_chunk(state, kernels, c, &rows, scratch);
        for (int64_t i = 0; i < n; i++)
            decide_row(state, sums + i * n_sums(state), out + (first + i) * state->n_problems);
    }
}

/* ---- files -------------------------------------------------------------------------------- */

void mlci_svm_state_save(const void *params, const void *state, mlci_writer *w)
{
    const mlci_svm_state *const s = state;
    const mlci_svm_kernel *const k = &s->points.kernel;
    mlci_write_int32(w, k->type);
    mlci_write_int64(w, k->degree);
    mlci_write_real(w, k->gamma);
    mlci_write_real(w, k->coef0);
    mlci_write_int64(w, s->points.n_features);
    mlci_write_int64s(w, s->n_support, s->n_classes > 0 ? s->n_classes : 1);
    mlci_write_reals(w, s->vectors, s->points.n * s->points.n_features);
    mlci_write_reals(w, s->coefficient, s->points.n * s->width);
    mlci_write_reals(w, s->intercept, s->n_problems);
    mlci_write_reals(w, s->slope, s->slope == NULL ? 0 : s->n_problems);
    mlci_write_reals(w, s->shift, s->shift == NULL ? 0 : s->n_problems);
    mlci_write_int64s(w, s->row, s->row == NULL ? 0 : s->points.n);
    mlci_write_int64(w, s->result == NULL ? 0 : s->n_problems);
    for (int64_t i = 0; s->result != NULL && i < s->n_problems; i++) {
        mlci_write_real(w, s->result[i].objective);
        mlci_write_real(w, s->result[i].gap);
        mlci_write_int64(w, s->result[i].n_iter);
    }
}

/* The sum of the vectors of all classes. */
static void load_counts(mlci_reader *r, mlci_svm_state *s)
{
    const int64_t n_counts = s->n_classes > 0 ? s->n_classes : 1;
    s->n_support = mlci_read_int64s(r, n_counts, NULL);
    for (int64_t c = 0; r->status == MLC_OK && c < n_counts; c++) {
        if (s->n_support[c] < 0 || s->n_support[c] > r->length ||
            !mlci_add_size(s->points.n, s->n_support[c], &s->points.n))
            mlci_reader_refuse(r, "a class has more support vectors than the file could hold");
    }
}

/* n numbers, or none: a block of its own. */
static double *load_optional(mlci_reader *r, int64_t n, const char *what)
{
    int64_t n_read = 0;
    double *values = mlci_read_reals(r, -1, &n_read);
    if (r->status == MLC_OK && n_read != 0 && n_read != n) mlci_reader_refuse(r, what);
    if (n_read == 0) {
        mlci_free(values);
        values = NULL;
    }
    return values;
}

static void load_rows(mlci_reader *r, mlci_svm_state *s)
{
    int64_t n = 0;
    s->row = mlci_read_int64s(r, -1, &n);
    if (r->status == MLC_OK && n != 0 && n != s->points.n)
        mlci_reader_refuse(r, "the rows of the support vectors are not as many as these");
    for (int64_t i = 0; r->status == MLC_OK && i < n; i++) {
        if (s->row[i] < 0) mlci_reader_refuse(r, "the row of a support vector is negative");
    }
    if (n == 0) {
        mlci_free(s->row);
        s->row = NULL;
    }
}

static void load_results(mlci_reader *r, mlci_svm_state *s)
{
    const int64_t n = mlci_read_count(r, "solved problems", 0, s->n_problems);
    if (r->status != MLC_OK || n == 0) return;
    if (n != s->n_problems || n > (r->length - r->at) / (3 * 8)) {
        mlci_reader_refuse(r, "the solved problems are not as many as the intercepts");
        return;
    }
    s->result = mlci_alloc(r->root, n, sizeof *s->result);
    if (s->result == NULL) {
        r->status = mlci_fail_memory(&r->error, n, sizeof *s->result);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        s->result[i].objective = mlci_read_real(r);
        s->result[i].gap = mlci_read_real(r);
        s->result[i].n_iter = mlci_read_int64(r);
    }
}

static void load_fields(mlci_reader *r, int64_t n_features, mlci_svm_state *s)
{
    mlci_svm_kernel *const k = &s->points.kernel;
    k->type = mlci_read_int32(r);
    if (k->type < 0 || k->type >= MLCI_N_SVM_KERNELS)
        mlci_reader_refuse(r, "a kernel that there is not");
    k->degree = mlci_read_count(r, "degrees", 0, MLCI_SVM_MAX_DEGREE);
    k->gamma = mlci_read_real(r);
    k->coef0 = mlci_read_real(r);
    if (r->status == MLC_OK && !(k->gamma >= 0)) mlci_reader_refuse(r, "gamma is negative");
    s->points.n_features = mlci_read_count(r, "features", n_features, n_features);
    load_counts(r, s);
    int64_t n_cells = 0, n_coefficients = 0;
    if (r->status == MLC_OK && (!mlci_mul_size(s->points.n, n_features, &n_cells) ||
                                !mlci_mul_size(s->points.n, s->width, &n_coefficients)))
        mlci_reader_refuse(r, "more support vectors than memory could hold");
    if (r->status != MLC_OK) return;
    s->vectors = mlci_read_reals(r, n_cells, NULL);
    s->coefficient = mlci_read_reals(r, n_coefficients, NULL);
    s->intercept = mlci_read_reals(r, s->n_problems, NULL);
    s->slope = load_optional(r, s->n_problems, "the slopes are not as many as the intercepts");
    s->shift = load_optional(r, s->n_problems, "the shifts are not as many as the intercepts");
    if (r->status == MLC_OK && (s->slope == NULL) != (s->shift == NULL))
        mlci_reader_refuse(r, "there are slopes without shifts, or shifts without slopes");
    load_rows(r, s);
    load_results(r, s);
    if (r->status == MLC_OK && !is_finite(s)) mlci_reader_refuse(r, "a number is not finite");
}

static mlci_svm_state *load_state(mlci_reader *r, int64_t n_features, int64_t n_classes)
{
    mlci_svm_state *const s = mlci_alloc(r->root, 1, sizeof *s);
    if (s == NULL) {
        if (r->status == MLC_OK) r->status = mlci_fail_memory(&r->error, 1, sizeof *s);
        return NULL;
    }
    set_sizes(s, n_classes);
    load_fields(r, n_features, s);
    if (r->status == MLC_OK) r->status = pack(r->root, s, &r->error);
    return s;
}

mlc_status mlci_svm_state_load(mlci_reader *r, int64_t n_features, int64_t n_classes, void **out,
                               mlc_error *err)
{
    mlci_svm_state *const s = load_state(r, n_features, n_classes);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK)
        *out = s;
    else
        mlci_svm_state_free(s);
    return status;
}
