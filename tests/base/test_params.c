/* mlc_params: text from typed values, and back through the parser to the same bits. */
#include <mlcore/params.h>

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "number.h"
#include "scan.h"
#include "settings.h"
#include "torture.h"

static mlc_error error;

static mlc_params *open_params(void)
{
    mlc_params *params = NULL;
    ck_assert_int_eq(mlc_params_open(NULL, &params, &error), MLC_OK);
    return params;
}

START_TEST(test_params_when_empty_are_the_empty_text)
{
    mlc_params *const params = open_params();
    ck_assert_str_eq(mlc_params_text(params), "");
    mlc_params_close(params);
    mlc_params_close(NULL);
}
END_TEST

START_TEST(test_params_write_each_type)
{
    mlc_params *const p = open_params();
    ck_assert_int_eq(mlc_params_set_real(p, "alpha", 0.1, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_real(p, "C", INFINITY, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_real(p, "low", -INFINITY, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_real(p, "fill", NAN, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_integer(p, "r.seed", INT64_MAX, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "strategy", "median", &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "shuffle", "true", &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "word", "none", &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "digits", "12", &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "odd", "a, 'b'\\\n", &error), MLC_OK);
    ck_assert_str_eq(mlc_params_text(p),
                     "alpha=0.1 C=inf low=-inf fill=nan r.seed=9223372036854775807 "
                     "strategy=median shuffle=true word='none' digits='12' "
                     "odd='a, \\'b\\'\\\\\\n'");
    mlc_params_close(p);
}
END_TEST

START_TEST(test_params_set_again_replaces_in_place)
{
    mlc_params *const p = open_params();
    ck_assert_int_eq(mlc_params_set_integer(p, "a", 1, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_integer(p, "b", 2, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_text(p, "a", "x y", &error), MLC_OK);
    ck_assert_str_eq(mlc_params_text(p), "a='x y' b=2");
    mlc_params_close(p);
}
END_TEST

START_TEST(test_params_refuse_bad_arguments_and_stay_as_they_are)
{
    mlc_params *const p = open_params();
    ck_assert_int_eq(mlc_params_set_integer(p, "a", 1, &error), MLC_OK);
    ck_assert_int_eq(mlc_params_set_integer(p, "a b", 1, &error), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(error.message, "'a b' is no name of a setting: letters, digits, '_' and dots");
    ck_assert_int_eq(mlc_params_set_real(p, "", 1, &error), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_params_set_real(p, NULL, 1, &error), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_params_set_real(NULL, "a", 1, &error), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_params_set_text(p, "a", NULL, &error), MLC_ERROR_ARGUMENT);
    ck_assert_int_eq(mlc_params_set_text(p, "a", "x\xff", &error), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(error.message, "a: byte 1 of the text is not UTF-8");
    ck_assert_int_eq(mlc_params_open(NULL, NULL, NULL), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(mlc_params_text(p), "a=1");
    mlc_params_close(p);
}
END_TEST

START_TEST(test_params_when_a_name_is_too_long_say_the_limit)
{
    char name[MLCI_NAME_MAX + 2];
    mlc_params *const p = open_params();
    memset(name, 'a', sizeof name);
    name[MLCI_NAME_MAX + 1] = '\0';
    ck_assert_int_eq(mlc_params_set_integer(p, name, 1, &error), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(error.message, "a name has at most 127 bytes");
    name[MLCI_NAME_MAX] = '\0';
    ck_assert_int_eq(mlc_params_set_integer(p, name, 1, &error), MLC_OK);
    mlc_params_close(p);
}
END_TEST

START_TEST(test_params_reals_read_back_to_the_same_bits)
{
    static const double reals[] = {0.0,
                                   -0.0,
                                   1.0 / 3,
                                   5e-324,
                                   1.7976931348623157e308,
                                   -1e23,
                                   2.2250738585072014e-308,
                                   9007199254740993.0,
                                   M_PI};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        mlc_params *const p = open_params();
        mlci_settings s;
        double back;
        ck_assert_int_eq(mlc_params_set_real(p, "x", reals[i], &error), MLC_OK);
        ck_assert_int_eq(mlci_settings_parse(NULL, mlc_params_text(p), 0, &s, &error), MLC_OK);
        ck_assert(mlci_real_parse(s.items[0].value, (int64_t)strlen(s.items[0].value), &back));
        ck_assert_mem_eq(&back, &reals[i], sizeof back);
        mlci_settings_clear(&s);
        mlc_params_close(p);
    }
}
END_TEST

static mlc_status fill(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_params *p = NULL;
    mlc_status status = mlc_params_open(ctx, &p, err);
    if (status != MLC_OK) return status;
    status = mlc_params_set_real(p, "alpha", 0.5, err);
    ck_assert_str_eq(mlc_params_text(p), status == MLC_OK ? "alpha=0.5" : "");
    if (status == MLC_OK) status = mlc_params_set_text(p, "b", "x, y", err);
    if (status == MLC_OK) status = mlc_params_set_integer(p, "alpha", 7, err);
    if (status == MLC_OK) ck_assert_str_eq(mlc_params_text(p), "alpha=7 b='x, y'");
    mlc_params_close(p);
    return status;
}

MLCI_TORTURE_TEST(test_params_when_memory_fails_are_as_before, fill, NULL)

MLCI_CHECK_SUITE("params", test_params_when_empty_are_the_empty_text, test_params_write_each_type,
                 test_params_set_again_replaces_in_place,
                 test_params_refuse_bad_arguments_and_stay_as_they_are,
                 test_params_when_a_name_is_too_long_say_the_limit,
                 test_params_reals_read_back_to_the_same_bits,
                 test_params_when_memory_fails_are_as_before)
