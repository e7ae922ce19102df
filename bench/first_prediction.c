/* Loads an artifact and predicts one raw adult record; with a count, then times that many records
 * one by one and prints the median and the 99th percentile in microseconds. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct cell {
    const char *name;
    double number;
    const char *text;
} cell;

static const cell record[] = {
    {"age", 39, NULL},           {"workclass", 0, "State-gov"},
    {"fnlwgt", 77516, NULL},     {"education", 0, "Bachelors"},
    {"education-num", 13, NULL}, {"marital-status", 0, "Never-married"},
    {"occupation", 0, "Adm-clerical"}, {"relationship", 0, "Not-in-family"},
    {"race", 0, "White"},        {"sex", 0, "Male"},
    {"capital-gain", 2174, NULL}, {"capital-loss", 0, NULL},
    {"hours-per-week", 40, NULL}, {"native-country", 0, "United-States"},
};
#define N_CELLS ((int)(sizeof record / sizeof record[0]))

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_model *model = NULL;
    mlc_predictor *p = NULL;
    if (argc < 2 || mlc_model_load(NULL, argv[1], NULL, &model, &err) ||
        mlc_predictor_create(NULL, model, NULL, &p, &err)) {
        return fprintf(stderr, "%s\n", argc < 2 ? "usage: ARTIFACT [N]" : err.message), 1;
    }
    mlc_value *row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row);
    double *out = calloc((size_t)mlc_predictor_n_outputs(p), sizeof *out);
    void *scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(p));
    memset(scratch, 0, 64);
    int32_t age = 0, hours = 0;
    for (int i = 0; i < N_CELLS; i++) {
        int32_t j;
        if (mlc_predictor_input(p, record[i].name, &j, &err)) return puts(err.message), 1;
        if (i == 0) age = j;
        if (i == 12) hours = j;
        row[j] = record[i].text == NULL
                     ? (mlc_value){.kind = MLC_REAL, .real = record[i].number}
                     : (mlc_value){.kind = MLC_TEXT, .length = (int32_t)strlen(record[i].text),
                                   .text = record[i].text};
    }
    if (mlc_predictor_run(p, row, scratch, out, NULL, &err)) return puts(err.message), 1;
    printf("%.6f\n", out[1]);
    const int n = argc > 2 ? atoi(argv[2]) : 0;
    double *times = calloc((size_t)n + 1, sizeof *times);
    for (int i = 0; i < n; i++) {
        row[age].real = 17 + i * 7919 % 74; /* distinct rows: no branch learns them by heart */
        row[hours].real = 1 + i * 104729 % 99;
        const double start = now();
        if (mlc_predictor_run(p, row, scratch, out, NULL, &err)) return puts(err.message), 1;
        times[i] = now() - start;
    }
    if (n > 0) {
        qsort(times, (size_t)n, sizeof *times, ascending);
        printf("%.3f %.3f\n", times[n / 2], times[(int)(n * 0.99)]);
    }
    free(times);
    free(scratch);
    free(out);
    free(row);
    mlc_predictor_free(p);
    mlc_model_free(model);
    return 0;
}
