/* Prices with a range instead of one number: the levels 0.05, 0.5 and 0.95 in one model. Of the
 * houses it has not seen, nine in ten should cost what lies between the outer two. */
#include <mlcore/mlcore.h>
#include <stdio.h>

/* How many rows lie in their range, and how wide it is in the mean. */
static int measure(const mlc_dataset *houses, const mlc_dataset *predicted, double *inside,
                   double *width, mlc_error *err)
{
    const int64_t n = mlc_dataset_n_rows(houses);
    for (int64_t i = 0; i < n; i++) {
        double price, low, high;
        if (mlc_dataset_real(houses, "median_house_value", i, &price, err) ||
            mlc_dataset_real(predicted, "lower", i, &low, err) ||
            mlc_dataset_real(predicted, "upper", i, &high, err))
            return 1;
        *inside += (low <= price && price <= high) / (double)n;
        *width += (high - low) / (double)n;
    }
    return 0;
}

static int print_houses(const mlc_dataset *houses, const mlc_dataset *predicted, mlc_error *err)
{
    for (int64_t i = 0; i < 3; i++) {
        double price, low, middle, high;
        if (mlc_dataset_real(houses, "median_house_value", i, &price, err) ||
            mlc_dataset_real(predicted, "lower", i, &low, err) ||
            mlc_dataset_real(predicted, "prediction", i, &middle, err) ||
            mlc_dataset_real(predicted, "upper", i, &high, err))
            return 1;
        printf("  from %.0f to %.0f, as likely above as below %.0f; it was %.0f\n", low, high,
               middle, price);
    }
    return 0;
}

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *predicted = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double inside = 0, width = 0;
    const int failed =
        mlc_dataset_read_csv(NULL, argc > 1 ? argv[1] : "tests/data/california_housing.csv.gz",
                             "target=median_house_value", &data, &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL,
                        "gradient_boosting_regressor(loss=quantile,"
                        "                            quantile=[0.05, 0.5, 0.95])",
                        &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_predict(NULL, model, test, "output=class,interval", &predicted, &err) ||
        print_houses(test, predicted, &err) || measure(test, predicted, &inside, &width, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.message);
    else
        printf(
            "%.0f%% of the unseen houses cost what their range said, which is %.0f dollars wide.\n",
            100 * inside, width);
    mlc_dataset_free(predicted);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return failed != 0;
}
