/* A loss, a metric and a transform of the program's own, by name in a recipe: house prices where
 * an estimate that is too high costs three times one that is too low. */
#include <math.h>
#include <mlcore/mlcore.h>
#include <stdio.h>

#define HIGH 3.0 /* cost of an estimate that is too high, relative to one that is too low */

static double unit_cost(double target, double estimate)
{
    return estimate > target ? HIGH : 1.0;
}

/* First and second derivative of cost * (estimate - target)^2 / 2. */
static mlc_status gradients(void *user, int64_t n, const double *target, const double *raw,
                            const double *weight, double *gradient, double *hessian, mlc_error *err)
{
    (void)user;
    (void)err;
    for (int64_t i = 0; i < n; i++) {
        hessian[i] = weight[i] * unit_cost(target[i], raw[i]);
        gradient[i] = hessian[i] * (raw[i] - target[i]);
    }
    return MLC_OK;
}

static mlc_status score(void *user, int64_t n, int32_t n_classes, const double *target,
                        const double *prediction, const double *probability, const double *weight,
                        double *out, mlc_error *err)
{
    (void)user;
    (void)n_classes;
    (void)probability;
    (void)err;
    double sum = 0, total = 0;
    for (int64_t i = 0; i < n; i++) {
        const double difference = prediction[i] - target[i];
        sum += weight[i] * unit_cost(target[i], prediction[i]) * difference * difference;
        total += weight[i];
    }
    *out = sum / total;
    return MLC_OK;
}

static mlc_status root(void *user, const double *state, int64_t n, const double *values,
                       double *out, mlc_error *err)
{
    (void)user;
    (void)state;
    (void)err;
    for (int64_t i = 0; i < n; i++)
        out[i] = values[i] < 0 ? NAN : sqrt(values[i]);
    return MLC_OK;
}

static int add_components(mlc_context *ctx, mlc_error *err)
{
    const mlc_objective loss = {.size = sizeof loss, .link = "identity", .gradients = gradients};
    const mlc_metric_hooks cost = {.size = sizeof cost, .score = score};
    const mlc_transform_hooks sqrt_of = {.size = sizeof sqrt_of, .state_version = 1, .apply = root};
    return mlc_context_add_objective(ctx, "acme.asymmetric", &loss, err) ||
           mlc_context_add_metric(ctx, "acme.cost", &cost, err) ||
           mlc_context_add_transform(ctx, "acme.square_root", &sqrt_of, err);
}

int main(int argc, char **argv)
{
    const char *const path = argc > 1 ? argv[1] : "tests/data/california_housing.csv.gz";
    const char *const recipe_text =
        "pipeline(on([total_rooms, population], acme.square_root),"
        "         gradient_boosting_regressor(loss=acme.asymmetric, n_estimators=50))";
    mlc_error err;
    mlc_context *ctx = NULL;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *report = NULL;
    mlc_model *recipe = NULL, *model = NULL, *loaded = NULL;
    double cost = 0;
    const int failed =
        mlc_context_create(NULL, &ctx, &err) || add_components(ctx, &err) ||
        mlc_dataset_read_csv(ctx, path, "target=median_house_value", &data, &err) ||
        mlc_dataset_split(ctx, data, "hold_out test_size=0.25", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(ctx, recipe_text, &recipe, &err) ||
        mlc_model_fit(ctx, recipe, train, NULL, &model, &err) ||
        mlc_model_save(model, "prices.mlcore", NULL, &err) ||
        mlc_model_load(ctx, "prices.mlcore", NULL, &loaded, &err) ||
        mlc_model_evaluate(ctx, loaded, test, "metrics=acme.cost,rmse", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &cost, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("root of the mean cost: %.0f dollars\n", sqrt(cost));
    mlc_dataset_free(report);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    mlc_context_close(ctx);
    return failed != 0;
}
