/* What traced.py watches: a program over the public headers that saves or loads one artifact.
 *
 *     save_and_load save PATH RECIPE
 *     save_and_load load PATH
 *
 * The call of interest stands between two look-ups of files that are not there: "begin", "end".
 * On failure the message is printed and the exit status is 1. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_ROWS 40

static mlc_status fit(mlc_context *ctx, const char *recipe, mlc_model **out, mlc_error *err)
{
    static double x[N_ROWS], y[N_ROWS];
    for (int i = 0; i < N_ROWS; i++) {
        x[i] = i % 7;
        y[i] = 3.0 * x[i] + i % 2;
    }
    const mlc_array arrays[] = {{.size = sizeof(mlc_array),
                                 .name = "x",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = x,
                                 .n_rows = N_ROWS,
                                 .n_columns = 1},
                                {.size = sizeof(mlc_array),
                                 .name = "y",
                                 .role = "target",
                                 .type = MLC_TYPE_FLOAT64,
                                 .data = y,
                                 .n_rows = N_ROWS,
                                 .n_columns = 1}};
    mlc_dataset *rows = NULL;
    mlc_model *parsed = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, NULL, &rows, err);
    if (status == MLC_OK) status = mlc_model_parse(ctx, recipe, &parsed, err);
    if (status == MLC_OK) status = mlc_model_fit(ctx, parsed, rows, NULL, out, err);
    mlc_model_free(parsed);
    mlc_dataset_free(rows);
    return status;
}

int main(int argc, char **argv)
{
    const mlc_host host = {.size = sizeof host, .n_threads = 1};
    mlc_context *ctx = NULL;
    mlc_model *model = NULL;
    mlc_error err = {0};
    if (argc < 3) return 2;
    const int saves = strcmp(argv[1], "save") == 0;
    mlc_status status = mlc_context_create(&host, &ctx, &err);
    if (status == MLC_OK && saves) status = fit(ctx, argv[3], &model, &err);
    (void)!access("begin", F_OK);
    if (status == MLC_OK && saves) status = mlc_model_save(model, argv[2], NULL, &err);
    if (status == MLC_OK && !saves) status = mlc_model_load(NULL, argv[2], NULL, &model, &err);
    (void)!access("end", F_OK);
    mlc_model_free(model);
    mlc_context_close(ctx);
    if (status != MLC_OK) printf("%s\n", err.message);
    return status != MLC_OK;
}
