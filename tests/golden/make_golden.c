/* Makes the golden artifacts that are not there yet; what is there is never touched.
 *
 *     make_golden DATA_FOLDER GOLDEN_FOLDER
 *
 * Each line of cases.txt gives VERSION/NAME.mlcore and VERSION/NAME.txt, in the folder of this
 * release: the model and what it predicts for VERSION/ROWS_rows.csv, one row a line, each number
 * as the 16 hexadecimal digits of its bits. income.mlcore is a larger one, of the census data. The
 * files are committed. Tests in each language load them and compare bits, so that every later
 * library still predicts what this one did. */
#include "golden_case.h"

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

static int is_there(const char *path)
{
    FILE *const file = fopen(path, "rb");
    if (file != NULL) fclose(file);
    return file != NULL;
}

/* Training rows are in tests/data, or beside the golden files. */
static mlc_status train_case(const golden_case *c, const char *data_folder, const char *folder,
                             mlc_model **out, mlc_error *err)
{
    char path[GOLDEN_PATH];
    mlc_dataset *rows = NULL;
    mlc_model *recipe = NULL;
    if (!is_there(golden_path(path, data_folder, c->rows, ".csv"))) {
        golden_path(path, folder, c->rows, ".csv");
    }
    mlc_status status = mlc_dataset_read_csv(NULL, path, c->roles, &rows, err);
    if (status == MLC_OK) status = mlc_model_parse(NULL, c->recipe, &recipe, err);
    if (status == MLC_OK) status = mlc_model_fit(NULL, recipe, rows, NULL, out, err);
    mlc_model_free(recipe);
    mlc_dataset_free(rows);
    return status;
}

static mlc_status make_case(const golden_case *c, const char *data_folder, const char *folder,
                            mlc_error *err)
{
    char artifact[GOLDEN_PATH], rows[GOLDEN_PATH], expected[GOLDEN_PATH];
    mlc_model *model = NULL;
    char *bits = NULL;
    golden_path(artifact, folder, c->name, ".mlcore");
    golden_path(rows, folder, c->rows, "_rows.csv");
    golden_path(expected, folder, c->name, ".txt");
    if (is_there(artifact)) return MLC_OK;
    mlc_status status = train_case(c, data_folder, folder, &model, err);
    if (status == MLC_OK) status = golden_predict(model, rows, c->output, &bits, err);
    if (status == MLC_OK) status = mlc_model_save(model, artifact, c->save, err);
    FILE *const out = status == MLC_OK ? fopen(expected, "w") : NULL;
    if (out != NULL) {
        fputs(bits, out);
        if (fclose(out) != 0) status = MLC_ERROR_IO;
        printf("made %s\n", artifact);
    } else if (status == MLC_OK) {
        snprintf(err->message, sizeof err->message, "cannot write %.800s", expected);
        status = MLC_ERROR_IO;
    }
    free(bits);
    mlc_model_free(model);
    return status;
}

static mlc_status make_cases(const char *data_folder, const char *golden_folder, mlc_error *err)
{
    char path[GOLDEN_PATH], folder[GOLDEN_PATH];
    int32_t major = 0, minor = 0;
    golden_case c;
    FILE *const cases = fopen(golden_path(path, golden_folder, "cases", ".txt"), "r");
    if (cases == NULL) {
        snprintf(err->message, sizeof err->message, "cannot read %.800s", path);
        return MLC_ERROR_IO;
    }
    mlc_version(&major, &minor, NULL);
    snprintf(folder, sizeof folder, "%.1900s/%d.%d", golden_folder, (int)major, (int)minor);
    mlc_status status = MLC_OK;
    while (status == MLC_OK && golden_next(cases, &c)) {
        status = make_case(&c, data_folder, folder, err);
        if (status != MLC_OK) fprintf(stderr, "make_golden: %s\n", c.name);
    }
    fclose(cases);
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
    char income[GOLDEN_PATH];
    const int has_income = is_there(golden_path(income, argv[2], "income", ".mlcore"));
    if ((!has_income && make(argv[1], argv[2], &err) != MLC_OK) ||
        make_cases(argv[1], argv[2], &err) != MLC_OK) {
        fprintf(stderr, "make_golden: %s\n", err.message);
        return 1;
    }
    return 0;
}
