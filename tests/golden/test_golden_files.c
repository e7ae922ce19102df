/* Every golden artifact of every release loads, holds, and predicts the bits that were recorded;
 * in a batch, row by row, and after it was saved again. */
#include "golden_case.h"

#include "check_suite.h"

static const char *const releases[] = {"0.1"};

static char *whole_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    char *const text = calloc(1, 1 << 20);
    ck_assert_uint_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return text;
}

static void check_bits(const mlc_model *model, const char *rows, const golden_case *c,
                       const char *expected)
{
    char *bits = NULL;
    mlc_error err = {0};
    const mlc_status status = golden_predict(model, rows, c->output, &bits, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", c->name, err.message);
    ck_assert_msg(strcmp(bits, expected) == 0, "%s: the bits are others:\n%s", c->name, bits);
    free(bits);
}

static void check_case(const golden_case *c, const char *folder)
{
    char path[GOLDEN_PATH], rows[GOLDEN_PATH];
    mlc_model *model = NULL, *again = NULL;
    mlc_dataset *parts = NULL;
    mlc_buffer *bytes = NULL;
    mlc_error err = {0};
    char *const expected = whole_file(golden_path(path, folder, c->name, ".txt"));
    golden_path(rows, folder, c->rows, "_rows.csv");
    golden_path(path, folder, c->name, ".mlcore");
    ck_assert_msg(mlc_model_validate(NULL, path, NULL, &parts, &err) == MLC_OK, "%s", err.message);
    ck_assert_msg(mlc_model_load(NULL, path, NULL, &model, &err) == MLC_OK, "%s", err.message);
    check_bits(model, rows, c, expected);
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &bytes, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_load_memory(NULL, mlc_buffer_data(bytes), mlc_buffer_size(bytes),
                                           NULL, &again, &err),
                     MLC_OK);
    check_bits(again, rows, c, expected);
    mlc_buffer_free(bytes);
    mlc_model_free(again);
    mlc_model_free(model);
    mlc_dataset_free(parts);
    free(expected);
}

START_TEST(test_golden_files_predict_the_recorded_bits)
{
    char path[GOLDEN_PATH], folder[GOLDEN_PATH];
    const char *const golden = getenv("MLC_GOLDEN");
    for (size_t r = 0; r < sizeof releases / sizeof releases[0]; r++) {
        FILE *const cases = fopen(golden_path(path, golden, "cases", ".txt"), "r");
        golden_case c;
        int n = 0;
        ck_assert_ptr_nonnull(cases);
        snprintf(folder, sizeof folder, "%.1900s/%s", golden, releases[r]);
        while (golden_next(cases, &c)) {
            check_case(&c, folder);
            n++;
        }
        fclose(cases);
        ck_assert_int_ge(n, 15);
    }
}
END_TEST

MLCI_CHECK_SUITE("golden_files", test_golden_files_predict_the_recorded_bits)
