/* Takes over a model that XGBoost has saved as JSON, keeps it as an artifact, and predicts rows one
 * by one with that. Where it was trained matters no more. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>

#define FOLDER "tests/data/models/xgboost-1.7.4/multi_softprob/"

static int take_over(mlc_error *err)
{
    mlc_model *model = NULL;
    mlc_dataset *origin = NULL;
    mlc_buffer *text = NULL;
    const int failed =
        mlc_model_import(NULL, FOLDER "model.json", NULL,
                         "classes=Barolo,Grignolino,Barbera target=cultivar", &model, err) ||
        mlc_model_table(NULL, model, "origin", &origin, err) ||
        mlc_dataset_format(origin, NULL, &text, err) ||
        mlc_model_save(model, "wine.mlcore", NULL, err);
    if (!failed) /* which release wrote it, and how it was compared */
        printf("%.*s\n", (int)mlc_buffer_size(text), (const char *)mlc_buffer_data(text));
    mlc_buffer_free(text);
    mlc_dataset_free(origin);
    mlc_model_free(model);
    return failed;
}

/* A row as the host has it: the cells of the predictor, by the names of its inputs. */
static int predict(const mlc_predictor *p, const mlc_dataset *rows, int64_t i, mlc_value *row,
                   void *scratch, mlc_error *err)
{
    double share[3];
    int best = 0;
    for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++) {
        row[j].kind = MLC_REAL;
        if (mlc_dataset_real(rows, mlc_predictor_input_name(p, j), i, &row[j].real, err)) return 1;
    }
    if (mlc_predictor_run(p, row, scratch, share, NULL, err)) return 1;
    for (int k = 1; k < 3; k++)
        if (share[k] > share[best]) best = k;
    printf("bottle %d: %s, %.4f\n", (int)i + 1, mlc_predictor_label(p, best), share[best]);
    return 0;
}

int main(void)
{
    mlc_error err;
    mlc_model *model = NULL;
    mlc_predictor *p = NULL;
    mlc_dataset *rows = NULL;
    mlc_value *row = NULL;
    uint64_t *scratch = NULL;
    int failed = take_over(&err) || mlc_model_load(NULL, "wine.mlcore", NULL, &model, &err) ||
                 mlc_predictor_create(NULL, model, "output=probability", &p, &err) ||
                 mlc_dataset_read_csv(NULL, FOLDER "input.csv", NULL, &rows, &err);
    if (!failed) {
        row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row);
        scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(p));
        scratch[0] = 0; /* fresh scratch, one a thread */
    }
    for (int64_t i = 0; i < 3 && !failed; i++)
        failed = predict(p, rows, i, row, scratch, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    free(scratch);
    free(row);
    mlc_dataset_free(rows);
    mlc_predictor_free(p);
    mlc_model_free(model);
    return failed != 0;
}
