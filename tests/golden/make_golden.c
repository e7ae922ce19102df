/* Makes the golden artifact: trains on the census data, saves income.mlcore, and writes the
 * probabilities of the rows of income_rows.csv to income_expected.txt, one row a line, each
 * number as the 16 hexadecimal digits of its bits.
 *
 *     make_golden DATA_FOLDER GOLDEN_FOLDER
 *
 * The files are committed. Tests in each language load the artifact and compare bits, so that a
 * later library still predicts what this one did; they are made anew only when the meaning of a
 * model changes on purpose. */
#include <mlcore/mlcore.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define N_CLASSES 2

static const char *const recipe_text =
    "pipeline(on(type:number, simple_imputer(strategy=median)),"
    "         on([sex, race, relationship], one_hot_encoder(handle_unknown=ignore)),"
    "         gradient_boosting_classifier(n_estimators=12, max_leaf_nodes=15))";

static mlc_status train(const char *data_folder, mlc_model **out, mlc_error *err)
{
    char path[4096];
    mlc_dataset *data = NULL;
    mlc_model *recipe = NULL;
    snprintf(path, sizeof path, "%s/adult.csv.gz", data_folder);
    mlc_status status =
        mlc_dataset_read_csv(NULL, path, "target=income positive='>50K'", &data, err);
    if (status == MLC_OK) status = mlc_model_parse(NULL, recipe_text, &recipe, err);
    if (status == MLC_OK) status = mlc_model_fit(NULL, recipe, data, NULL, out, err);
    mlc_model_free(recipe);
    mlc_dataset_free(data);
    return status;
}

static mlc_status write_expected(const char *path, const mlc_dataset *predicted, mlc_error *err)
{
    static const char *const columns[N_CLASSES] = {"probability[<=50K]", "probability[>50K]"};
    FILE *const out = fopen(path, "w");
    mlc_status status = MLC_OK;
    if (out == NULL) {
        snprintf(err->message, sizeof err->message, "cannot write %.800s", path);
        return MLC_ERROR_IO;
    }
    for (int64_t i = 0; i < mlc_dataset_n_rows(predicted) && status == MLC_OK; i++) {
        for (int k = 0; k < N_CLASSES && status == MLC_OK; k++) {
            double value = 0;
            uint64_t bits = 0;
            status = mlc_dataset_real(predicted, columns[k], i, &value, err);
            memcpy(&bits, &value, sizeof bits);
            fprintf(out, "%016" PRIx64 "%c", bits, k + 1 < N_CLASSES ? ' ' : '\n');
        }
    }
    if (fclose(out) != 0 && status == MLC_OK) status = MLC_ERROR_IO;
    return status;
}

static mlc_status make(const char *data_folder, const char *golden_folder, mlc_error *err)
{
    char artifact[4096], rows_path[4096], expected[4096];
    mlc_model *model = NULL;
    mlc_dataset *rows = NULL, *predicted = NULL;
    snprintf(artifact, sizeof artifact, "%s/income.mlcore", golden_folder);
    snprintf(rows_path, sizeof rows_path, "%s/income_rows.csv", golden_folder);
    snprintf(expected, sizeof expected, "%s/income_expected.txt", golden_folder);
    mlc_status status = train(data_folder, &model, err);
    if (status == MLC_OK) status = mlc_dataset_read_csv(NULL, rows_path, NULL, &rows, err);
    if (status == MLC_OK) {
        status = mlc_model_predict(NULL, model, rows, "output=probability", &predicted, err);
    }
    if (status == MLC_OK) {
        status = mlc_model_save(model, artifact, "description='census income, 12 trees'", err);
    }
    if (status == MLC_OK) status = write_expected(expected, predicted, err);
    mlc_dataset_free(predicted);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    mlc_error err = {.message = ""};
    if (argc != 3) {
        fprintf(stderr, "usage: make_golden DATA_FOLDER GOLDEN_FOLDER\n");
        return 2;
    }
    if (make(argv[1], argv[2], &err) != MLC_OK) {
        fprintf(stderr, "make_golden: %s\n", err.message);
        return 1;
    }
    return 0;
}
