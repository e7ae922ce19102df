/* How long until a disease comes back? Patients of a study (German Breast Cancer Study Group 2),
 * many of whom left it before that was known: their time has a lower bound but no upper one. */
#include <mlcore/mlcore.h>
#include <stdio.h>

/* Columns lower and upper are days: the same number where the disease came back, no upper one
 * where the patient was last seen well. Both have the role target. */
#define TARGETS "target=lower,upper"

static int print_patients(const mlc_dataset *patients, const mlc_dataset *predicted, mlc_error *err)
{
    for (int64_t i = 0; i < 4; i++) {
        double age, nodes, seen, ended, days;
        if (mlc_dataset_real(patients, "age", i, &age, err) ||
            mlc_dataset_real(patients, "pnodes", i, &nodes, err) ||
            mlc_dataset_real(patients, "lower", i, &seen, err) ||
            mlc_dataset_real(patients, "upper", i, &ended, err) || /* NaN where it is missing */
            mlc_dataset_real(predicted, "prediction", i, &days, err))
            return 1;
        printf("  aged %.0f, %.0f positive nodes: expected after %.0f days; %s %.0f\n", age, nodes,
               days, ended == seen ? "it came back after" : "it had not come back by day", seen);
    }
    return 0;
}

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL;
    mlc_dataset *report = NULL, *predicted = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double concordance = 0;
    /* aft: accelerated failure time, which predicts times; scale is the spread of log(time). */
    const int failed =
        mlc_dataset_read_csv(NULL, argc > 1 ? argv[1] : "tests/data/gbsg2.csv", TARGETS, &data,
                             &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL,
                        "gradient_boosting_survival(loss=aft, scale=0.8, n_estimators=60,"
                        "                           learning_rate=0.05, max_leaf_nodes=8)",
                        &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=concordance_index", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &concordance, &err) ||
        mlc_model_predict(NULL, model, test, NULL, &predicted, &err) ||
        print_patients(test, predicted, &err);
    if (failed)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("Of two unseen patients the model says who stays well longer: right in %.0f%% of "
               "the pairs\n(a coin would be in 50%%).\n",
               100 * concordance);
    mlc_dataset_free(predicted);
    mlc_dataset_free(report);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return failed != 0;
}
