/* Trains on the census data, evaluates on rows it has not seen, saves one artifact. */
#include <mlcore/mlcore.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *report = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    double auc = 0;
    const int failed =
        mlc_dataset_read_csv(NULL, argc > 1 ? argv[1] : "tests/data/adult.csv.gz",
                             "target=income positive='>50K'", &data, &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25 stratify=true", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL, "pipeline(on(type:number, simple_imputer(strategy=median)),"
                              "         on(type:category, one_hot_encoder(handle_unknown=ignore)),"
                              "         gradient_boosting_classifier(n_estimators=200))",
                        &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=roc_auc,log_loss", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &auc, &err) ||
        mlc_model_save(model, "income.mlcore", NULL, &err);
    if (failed) fprintf(stderr, "%s\n", err.message);
    else printf("AUC %.4f, saved to income.mlcore\n", auc);
    mlc_dataset_free(report); mlc_model_free(model); mlc_model_free(recipe);
    mlc_dataset_free(test); mlc_dataset_free(train);
    mlc_dataset_free(folds); mlc_dataset_free(data);
    return failed != 0;
}
