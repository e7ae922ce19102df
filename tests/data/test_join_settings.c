/* Which columns are keys. */
#include "join.h"
#include "shaping.h"

static void keys_are(const char *settings, int32_t n, const int32_t *left, const int32_t *right)
{
    mlc_dataset *a = parse("k,x,j\n1,2,3\n", NULL), *b = parse("j,y,k\n1,2,3\n", NULL);
    mlci_join_settings s;
    ck_assert_int_eq(mlci_join_settings_read(NULL, settings, a, b, &s, NULL), MLC_OK);
    ck_assert_int_eq(s.n_fields, n);
    ck_assert_mem_eq(s.left_fields, left, (size_t)n * sizeof *left);
    ck_assert_mem_eq(s.right_fields, right, (size_t)n * sizeof *right);
    mlci_join_settings_clear(&s);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}

START_TEST(test_keys_are_those_named_or_those_in_common)
{
    keys_are(NULL, 2, (const int32_t[]){0, 2}, (const int32_t[]){2, 0});
    keys_are("on=j", 1, (const int32_t[]){2}, (const int32_t[]){0});
    keys_are("left_on=x,k right_on=y,j", 2, (const int32_t[]){1, 0}, (const int32_t[]){1, 0});
}
END_TEST

START_TEST(test_mistakes_are_told)
{
    static const struct {
        const char *settings, *message;
        mlc_status status;
    } cases[] = {
        {"left_on=x", "left_on alone: left_on and right_on go together", MLC_ERROR_SETTING},
        {"on=k left_on=x right_on=y",
         "on and left_on: name the keys by on, or by left_on and right_on", MLC_ERROR_SETTING},
        {"on=x", "right dataset: no column 'x' among the 3 columns", MLC_ERROR_COLUMN},
        {"left_on=x,k right_on=y", "2 key columns on the left and 1 on the right: they go in pairs",
         MLC_ERROR_SETTING}};
    mlc_dataset *a = parse("k,x,j\n1,2,3\n", NULL), *b = parse("jj,y,k\n1,2,3\n", NULL);
    mlc_dataset *other = parse("q\n1\n", NULL);
    mlci_join_settings s;
    mlc_error err;
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(mlci_join_settings_read(NULL, cases[i].settings, a, b, &s, &err),
                         cases[i].status);
        ck_assert_str_eq(err.message, cases[i].message);
    }
    ck_assert_int_eq(mlci_join_settings_read(NULL, NULL, a, other, &s, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "the datasets have no column in common: name the keys by on, or "
                                  "by left_on and right_on");
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(other);
}
END_TEST

MLCI_CHECK_SUITE("join_settings", test_keys_are_those_named_or_those_in_common,
                 test_mistakes_are_told)
