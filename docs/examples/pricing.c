/* Prices that can be defended: with more income in the neighbourhood the estimate may rise, never
 * fall. monotonic_cst says so, and the model keeps it for every input, seen or not. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>

#define FREE "gradient_boosting_regressor(n_estimators=200)"
#define BOUND "gradient_boosting_regressor(n_estimators=200, monotonic_cst=[median_income:1])"
#define N_STEPS 60

/* Raises the income of row 0 in steps and counts how often the estimate falls. */
static int count_falls(const mlc_model *model, const mlc_dataset *houses, int *falls, double *first,
                       double *last, mlc_error *err)
{
    static const char *const names[] = {"longitude",   "latitude",       "housing_median_age",
                                        "total_rooms", "total_bedrooms", "population",
                                        "households",  "median_income"};
    mlc_predictor *p = NULL;
    double before = 0, price = 0;
    int32_t at = 0, income = 0;
    if (mlc_predictor_create(NULL, model, NULL, &p, err)) return 1;
    mlc_value *const row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row); /* missing */
    void *const scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(p));
    *(uint64_t *)scratch = 0; /* fresh */
    int failed = 0;
    for (int j = 0; j < 8 && !failed; j++) {
        failed = mlc_predictor_input(p, names[j], &at, err) ||
                 mlc_dataset_real(houses, names[j], 0, &row[at].real, err);
        row[at].kind = MLC_REAL;
        income = at; /* the last name */
    }
    for (int step = 0; step < N_STEPS && !failed; step++) {
        row[income].real = 1 + 0.15 * step;
        failed = mlc_predictor_run(p, row, scratch, &price, NULL, err);
        if (step == 0) *first = price;
        *falls += step > 0 && price < before;
        *last = before = price;
    }
    free(scratch);
    free(row);
    mlc_predictor_free(p);
    return failed;
}

int main(int argc, char **argv)
{
    static const char *const recipes[] = {FREE, BOUND}, *const words[] = {"free", "bound"};
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL;
    int failed =
        mlc_dataset_read_csv(NULL, argc > 1 ? argv[1] : "tests/data/california_housing.csv.gz",
                             "target=median_house_value", &data, &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err);
    for (int k = 0; k < 2 && !failed; k++) {
        mlc_model *recipe = NULL, *model = NULL;
        mlc_dataset *report = NULL;
        double r2 = 0, first = 0, last = 0;
        int falls = 0;
        failed = mlc_model_parse(NULL, recipes[k], &recipe, &err) ||
                 mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
                 mlc_model_evaluate(NULL, model, test, "metrics=r2", &report, &err) ||
                 mlc_dataset_real(report, "value", 0, &r2, &err) ||
                 count_falls(model, test, &falls, &first, &last, &err);
        if (!failed)
            printf("%-5s R2 %.3f; income raised %d times: from %.0f to %.0f dollars, %d falls on "
                   "the way\n",
                   words[k], r2, N_STEPS - 1, first, last, falls);
        mlc_dataset_free(report);
        mlc_model_free(model);
        mlc_model_free(recipe);
    }
    if (failed) fprintf(stderr, "%s\n", err.message);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return failed != 0;
}
