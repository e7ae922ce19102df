/* Text columns as they are: boosted trees take categories without encoding them, also ones that
 * were never seen or are not known, and each row says what was odd about it. */
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const occupations[] = {"Exec-managerial", "Handlers-cleaners", "Astronaut",
                                          NULL};

/* P(income above 50K) of one person, who differs by occupation only. */
static int print_people(const mlc_predictor *p, mlc_error *err)
{
    int32_t age, education, marriage, occupation;
    if (mlc_predictor_input(p, "age", &age, err) ||
        mlc_predictor_input(p, "education", &education, err) ||
        mlc_predictor_input(p, "marital-status", &marriage, err) ||
        mlc_predictor_input(p, "occupation", &occupation, err))
        return 1;
    mlc_value *const row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row); /* missing */
    void *const scratch = aligned_alloc(64, (size_t)mlc_predictor_scratch_bytes(p));
    *(uint64_t *)scratch = 0; /* fresh */
    row[age] = (mlc_value){.kind = MLC_REAL, .real = 45};
    row[education] = (mlc_value){.kind = MLC_TEXT, .length = 9, .text = "Bachelors"};
    row[marriage] = (mlc_value){.kind = MLC_TEXT, .length = 18, .text = "Married-civ-spouse"};
    int failed = 0;
    for (int k = 0; k < 4 && !failed; k++) {
        const char *const name = occupations[k];
        double probability[2];
        int64_t flags = 0;
        row[occupation] = (mlc_value){.kind = name == NULL ? MLC_MISSING : MLC_TEXT,
                                      .length = name == NULL ? 0 : (int32_t)strlen(name),
                                      .text = name};
        failed = mlc_predictor_run(p, row, scratch, probability, &flags, err);
        if (!failed)
            printf("  %-18s %.2f%s\n", name == NULL ? "(not known)" : name, probability[1],
                   flags & MLC_FLAG_UNSEEN ? "  never seen in training" : "");
    }
    free(scratch);
    free(row);
    return failed;
}

int main(int argc, char **argv)
{
    mlc_error err;
    mlc_dataset *data = NULL, *folds = NULL, *train = NULL, *test = NULL, *report = NULL;
    mlc_model *recipe = NULL, *model = NULL;
    mlc_predictor *p = NULL;
    double auc = 0;
    /* null: how this file writes what is not known. */
    int failed =
        mlc_dataset_read_csv(NULL, argc > 1 ? argv[1] : "tests/data/adult.csv.gz",
                             "target=income positive='>50K' null='?'", &data, &err) ||
        mlc_dataset_split(NULL, data, "hold_out test_size=0.25 stratify=true", &folds, &err) ||
        mlc_dataset_fold(data, folds, 0, "train", &train, &err) ||
        mlc_dataset_fold(data, folds, 0, "test", &test, &err) ||
        mlc_model_parse(NULL, "gradient_boosting_classifier", &recipe, &err) ||
        mlc_model_fit(NULL, recipe, train, NULL, &model, &err) ||
        mlc_model_evaluate(NULL, model, test, "metrics=roc_auc", &report, &err) ||
        mlc_dataset_real(report, "value", 0, &auc, &err) ||
        mlc_predictor_create(NULL, model, "output=probability", &p, &err);
    if (!failed) {
        printf("AUC %.3f with 8 columns of text, none of them encoded. P(more than 50K):\n", auc);
        failed = print_people(p, &err);
    }
    if (failed) fprintf(stderr, "%s\n", err.message);
    mlc_predictor_free(p);
    mlc_dataset_free(report);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(test);
    mlc_dataset_free(train);
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return failed != 0;
}
