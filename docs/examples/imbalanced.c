/* A rare class: of the people of the census data, one in 25 that earns more than 50K. The model is
 * fitted on as many rows of each class, twice: once it answers as if that were so, once by the
 * shares that there are. */
#include <mlcore/mlcore.h>
#include <stdio.h>

/* One person in 25 is rich. */
static int read_people(const char *path, mlc_dataset **train, mlc_dataset **test, mlc_error *err)
{
    mlc_dataset *all = NULL, *people = NULL, *folds = NULL;
    const int failed =
        mlc_dataset_read_csv(NULL, path, "target=income positive='>50K'", &all, err) ||
        mlc_dataset_resample(NULL, all, "random_under sampling_strategy='>50K:1548'", &people,
                             err) ||
        mlc_dataset_split(NULL, people, "hold_out test_size=0.25 stratify=true", &folds, err) ||
        mlc_dataset_fold(people, folds, 0, "train", train, err) ||
        mlc_dataset_fold(people, folds, 0, "test", test, err);
    mlc_dataset_free(folds);
    mlc_dataset_free(people);
    mlc_dataset_free(all);
    return failed;
}

/* The probability of a high income in the mean. */
static int mean_of(const mlc_dataset *predicted, double *mean, mlc_error *err)
{
    const int64_t n = mlc_dataset_n_rows(predicted);
    *mean = 0;
    for (int64_t i = 0; i < n; i++) {
        double p;
        if (mlc_dataset_real(predicted, "probability[>50K]", i, &p, err)) return 1;
        *mean += p / (double)n;
    }
    return 0;
}

static int try_recipe(const char *what, const char *text, const mlc_dataset *train,
                      const mlc_dataset *test, mlc_error *err)
{
    mlc_model *recipe = NULL, *model = NULL;
    mlc_dataset *predicted = NULL, *report = NULL;
    double mean = 0, auc = 0, loss = 0;
    const int failed =
        mlc_model_parse(NULL, text, &recipe, err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, err) ||
        mlc_model_predict(NULL, model, test, "output=probability", &predicted, err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=roc_auc,log_loss", &report, err) ||
        mlc_dataset_real(report, "value", 0, &auc, err) ||
        mlc_dataset_real(report, "value", 1, &loss, err) || mean_of(predicted, &mean, err);
    if (!failed)
        printf("%s: %.1f%% in the mean, log loss %.3f, AUC %.3f\n", what, 100 * mean, loss, auc);
    mlc_dataset_free(report);
    mlc_dataset_free(predicted);
    mlc_model_free(model);
    mlc_model_free(recipe);
    return failed;
}

#define BALANCED "pipeline(automatic, resampled(logistic_regression, resampler=random_under"

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *train = NULL, *test = NULL;
    const int failed =
        read_people(argc > 1 ? argv[1] : "tests/data/adult.csv.gz", &train, &test, &err) ||
        try_recipe("as resampled", BALANCED ", correct_prior=false))", train, test, &err) ||
        try_recipe("corrected", BALANCED "))", train, test, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    return failed != 0;
}
