/* What the tests of a good guest share: how much to do, what /proc says about this process, and
 * outputs of a model as doubles without asserting, so that any thread may ask.
 *
 * Each program runs in seconds; MLC_LONG=1 in the environment makes it run its long form. */
#ifndef MLCI_GUEST_H
#define MLCI_GUEST_H

#include <dirent.h>
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sanitizers make everything slower and keep memory and threads of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GUEST_SANITIZER 1
#else
#define GUEST_SANITIZER 0
#endif

static inline int guest_is_long(void)
{
    const char *value = getenv("MLC_LONG");
    return value != NULL && value[0] == '1';
}

static inline int64_t guest_amount(int64_t per_change, int64_t long_form)
{
    return guest_is_long() ? long_form : per_change;
}

/* Entries of a folder such as /proc/self/fd, less the one that reading it takes. */
static inline int guest_count_entries(const char *path, int own)
{
    DIR *const folder = opendir(path);
    int n = 0;
    if (folder == NULL) return -1;
    for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        n += e->d_name[0] != '.';
    }
    closedir(folder);
    return n - own;
}

static inline int guest_count_files(void)
{
    return guest_count_entries("/proc/self/fd", 1);
}

static inline int guest_count_threads(void)
{
    return guest_count_entries("/proc/self/task", 0);
}

/* Resident bytes of this process. */
static inline int64_t guest_resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *const in = fopen("/proc/self/statm", "r");
    if (in == NULL) return -1;
    const int n = fscanf(in, "%ld %ld", &pages, &resident);
    fclose(in);
    return n == 2 ? (int64_t)resident * sysconf(_SC_PAGESIZE) : -1;
}

/* Doubles that guest_outputs() needs. */
static inline int64_t guest_n_outputs(const mlc_dataset *out)
{
    int64_t n = 0;
    for (int32_t j = 0; j < mlc_dataset_n_columns(out); j++) {
        n += mlc_dataset_n_rows(out) * mlc_dataset_column_width(out, j);
    }
    return n;
}

/* Every column of a result, one after the other; texts by their lengths. */
static inline mlc_status guest_outputs(const mlc_dataset *out, double *values, mlc_error *err)
{
    mlc_status status = MLC_OK;
    const int64_t n = mlc_dataset_n_rows(out);
    for (int32_t j = 0; j < mlc_dataset_n_columns(out) && status == MLC_OK; j++) {
        const char *const name = mlc_dataset_column_name(out, j);
        const int64_t width = mlc_dataset_column_width(out, j);
        if (mlc_dataset_column_type(out, j) != MLC_TYPE_TEXT) {
            status = mlc_dataset_copy_real(out, name, values, n * width, err);
        }
        for (int64_t i = 0; mlc_dataset_column_type(out, j) == MLC_TYPE_TEXT && i < n; i++) {
            const char *text = NULL;
            int64_t length = 0;
            status = mlc_dataset_text(out, name, i, &text, &length, err);
            values[i] = (double)length;
            if (status != MLC_OK) break;
        }
        values += n * width;
    }
    return status;
}

/* Predicts and compares bits with what is expected: MLC_OK, the status of a failure, or
 * MLC_ERROR_INTERNAL for other bits. */
static inline mlc_status guest_predicts(mlc_context *ctx, const mlc_model *model,
                                        const mlc_dataset *rows, const double *expected,
                                        int64_t n_expected)
{
    mlc_dataset *out = NULL;
    double *values = NULL;
    mlc_status status = mlc_model_predict(ctx, model, rows, NULL, &out, NULL);
    if (status == MLC_OK) {
        const int64_t n = guest_n_outputs(out);
        values = malloc((size_t)(n + 1) * sizeof *values);
        status = values == NULL ? MLC_ERROR_NO_MEMORY : guest_outputs(out, values, NULL);
        if (status == MLC_OK &&
            (n != n_expected || memcmp(values, expected, (size_t)n * sizeof *values) != 0)) {
            status = MLC_ERROR_INTERNAL;
        }
    }
    free(values);
    mlc_dataset_free(out);
    return status;
}

#endif
