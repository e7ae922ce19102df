/* purged_k_fold: parts by hand. */
#include "splitting.h"

/* One letter a row in the order of time: test, train, none. */
static void assert_parts(const char *settings, const char *const *expected, const char *roles)
{
    mlc_dataset *d = seventeen_rows(roles), *folds = split(d, settings);
    const int is_falling = strstr(roles, "time") != NULL; /* t falls */
    for (int32_t k = 0; k < mlc_dataset_n_columns(folds); k++) {
        for (int64_t i = 0; i < 17; i++) {
            const char letter = expected[k][is_falling ? 16 - i : i];
            const char *const part = letter == 'T' ? "test" : letter == '.' ? "none" : "train";
            ck_assert_msg(is_part(folds, k, i, part), "row %d fold %d", (int)i, k);
        }
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}

START_TEST(test_rows_beside_a_test_part_are_in_no_part)
{
    static const char *const plain[] = {"TTTTTTooooooooooo", "ooooooTTTTTTooooo",
                                        "ooooooooooooTTTTT"};
    static const char *const purged[] = {"TTTTTT..ooooooooo", "oooo..TTTTTT..ooo",
                                         "oooooooooo..TTTTT"};
    static const char *const both[] = {"TTTTTT.....oooooo", "oooo..TTTTTT.....",
                                       "oooooooooo..TTTTT"};
    assert_parts("purged_k_fold n_splits=3", plain, "target=y");
    assert_parts("purged_k_fold n_splits=3 purge=2", purged, "target=y");
    assert_parts("purged_k_fold n_splits=3 purge=2 embargo=3", both, "target=y");
    assert_parts("purged_k_fold n_splits=3 purge=2 embargo=3", both, "time=t");
}
END_TEST

START_TEST(test_parts_without_rows_are_refused)
{
    mlc_dataset *d = seventeen_rows("target=y");
    split_fails(d, "purged_k_fold n_splits=2 purge=9223372036854775807", MLC_ERROR_DATA,
                "purged_k_fold leaves the train part of fold 0 without rows: the dataset has 17");
    split_fails(d, "purged_k_fold n_splits=3 embargo=9223372036854775807", MLC_ERROR_DATA,
                "purged_k_fold leaves the train part of fold 0 without rows: the dataset has 17");
    split_fails(d, "purged_k_fold n_splits=18", MLC_ERROR_DATA,
                "n_splits = 18: must not exceed the number of rows, 17");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_purged_k_fold", test_rows_beside_a_test_part_are_in_no_part,
                 test_parts_without_rows_are_refused)
