/* Loads the artifact and predicts one raw record: no allocation, no lock, any thread. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    mlc_error err;
    mlc_model *model = NULL;
    mlc_predictor *p = NULL;
    int32_t age, work;
    double out[2];
    if (mlc_model_load(NULL, "income.mlcore", NULL, &model, &err) ||
        mlc_predictor_create(NULL, model, "output=probability", &p, &err) ||
        mlc_predictor_input(p, "age", &age, &err) || mlc_predictor_input(p, "workclass", &work, &err))
        return fprintf(stderr, "%s\n", err.message), 1;
    mlc_value *row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row); /* zero: missing */
    size_t n = (size_t)mlc_predictor_scratch_bytes(p);
    void *scratch = aligned_alloc(64, n);
    *(uint64_t *)scratch = 0;                              /* fresh scratch, one a thread */
    row[age] = (mlc_value){.kind = MLC_REAL, .real = 39};
    row[work] = (mlc_value){.kind = MLC_TEXT, .length = 9, .text = "State-gov"};
    if (mlc_predictor_run(p, row, scratch, out, NULL, &err)) return fprintf(stderr, "%s\n", err.message), 1;
    printf("P(%s) = %.4f\n", mlc_predictor_label(p, 1), out[1]);
    free(scratch); free(row); mlc_predictor_free(p); mlc_model_free(model);
    return 0;
}
