/* Predicts the golden rows with the golden artifact and compares the bits, without Check, so that
 * it builds where Check is not: for 32 bits (m32.sh), for other systems.
 *
 *     golden_bits GOLDEN_FOLDER */
#include <inttypes.h>
#include <mlcore/mlcore.h>
#include <stdio.h>
#include <string.h>

#define N_CLASSES 2

static int compare_row(const mlc_dataset *predicted, int64_t row, FILE *expected)
{
    static const char *const columns[N_CLASSES] = {"probability[<=50K]", "probability[>50K]"};
    for (int k = 0; k < N_CLASSES; k++) {
        double value = 0;
        uint64_t bits = 0, wanted = 0;
        if (mlc_dataset_real(predicted, columns[k], row, &value, NULL) != MLC_OK) return 0;
        memcpy(&bits, &value, sizeof bits);
        if (fscanf(expected, "%" SCNx64, &wanted) != 1) return 0;
        if (bits == wanted) continue;
        printf("row %" PRId64 ": %016" PRIx64 " instead of %016" PRIx64 "\n", row, bits, wanted);
        return 0;
    }
    return 1;
}

static int compare(const char *folder, mlc_error *err)
{
    char path[4096];
    mlc_model *model = NULL;
    mlc_dataset *rows = NULL, *predicted = NULL;
    int64_t n_same = 0;
    snprintf(path, sizeof path, "%s/income.mlcore", folder);
    mlc_status status = mlc_model_load(NULL, path, NULL, &model, err);
    snprintf(path, sizeof path, "%s/income_rows.csv", folder);
    if (status == MLC_OK) status = mlc_dataset_read_csv(NULL, path, NULL, &rows, err);
    if (status == MLC_OK) {
        status = mlc_model_predict(NULL, model, rows, "output=probability", &predicted, err);
    }
    snprintf(path, sizeof path, "%s/income_expected.txt", folder);
    FILE *const expected = fopen(path, "r");
    const int64_t n = mlc_dataset_n_rows(predicted);
    if (status == MLC_OK && expected != NULL) {
        while (n_same < n && compare_row(predicted, n_same, expected))
            n_same++;
    }
    if (expected != NULL) fclose(expected);
    mlc_dataset_free(predicted);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    if (status == MLC_OK)
        printf("%" PRId64 " of %" PRId64 " rows have the golden bits\n", n_same, n);
    return status == MLC_OK && n > 0 && n_same == n;
}

int main(int argc, char **argv)
{
    mlc_error err = {.message = ""};
    if (argc == 2 && compare(argv[1], &err)) return 0;
    fprintf(stderr, "golden_bits: %s\n", err.message);
    return 1;
}
