/* Foreign models under construction. */
#include "foreign_trees.h"

START_TEST(test_bound_of_doubles_is_the_threshold)
{
    const double t[] = {0.1, -3, 0, INFINITY, -INFINITY};
    for (int i = 0; i < 5; i++)
        ck_assert_double_eq(mlci_foreign_bound(MLCI_COMPARE_DOUBLE, t[i]), t[i]);
}
END_TEST

/* The same question for doubles about the bound. */
static void check_bound(int32_t compare, double threshold)
{
    const double bound = mlci_foreign_bound(compare, threshold);
    const double tried[] = {bound,
                            nextafter(bound, INFINITY),
                            nextafter(bound, -INFINITY),
                            threshold,
                            nextafter(threshold, INFINITY),
                            nextafter(threshold, -INFINITY),
                            (double)nextafterf((float)threshold, INFINITY),
                            (double)nextafterf((float)threshold, -INFINITY)};
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        const double x = tried[i];
        if (isinf((float)x)) continue; /* XGBoost has none in its data */
        const int left = compare == MLCI_COMPARE_FLOAT ? (double)(float)x <= threshold
                                                       : (float)x < (float)threshold;
        ck_assert_msg((x <= bound) == left, "%a at %a, %a", threshold, bound, x);
    }
}

START_TEST(test_bound_of_floats_asks_the_same_of_each_double)
{
    const float odd[] = {0.0F,      -0.0F,           0x1p-149F,        -0x1p-149F,
                         0x1p-126F, 0x1.fffffep127F, -0x1.fffffep127F, 1.0F,
                         -1.0F,     0x1.000002p0F};
    foreign_stream = 5;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        check_bound(MLCI_COMPARE_FLOAT_BELOW, (double)odd[i]);
        check_bound(MLCI_COMPARE_FLOAT, (double)odd[i]);
    }
    for (int i = 0; i < 20000; i++) {
        const double t = ldexp(foreign_unit() * 2 - 1, foreign_below(60) - 30);
        check_bound(MLCI_COMPARE_FLOAT_BELOW, (double)(float)t);
        check_bound(MLCI_COMPARE_FLOAT, t);
    }
}
END_TEST

START_TEST(test_sets_hold_what_they_were_given)
{
    mlci_foreign m;
    int32_t set = -1;
    const uint32_t words[] = {0x80000001u, 0, 4};
    mlci_foreign_init(&m, NULL, &foreign_settings);
    ck_assert_int_eq(mlci_foreign_add_bit_set(&m, 3, words, &set, NULL), MLC_OK);
    for (int32_t code = 0; code < 100; code++)
        ck_assert_int_eq(mlci_foreign_has(&m, set, code), code == 0 || code == 31 || code == 66);
    ck_assert_int_eq(mlci_foreign_add_bit_set(&m, 0, words, &set, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_has(&m, set, 0), 0);
    mlci_foreign_clear(&m);
}
END_TEST

START_TEST(test_names_are_given_made_up_or_refused)
{
    mlci_foreign m;
    mlc_error err = {0};
    mlci_import_settings s = foreign_settings;
    mlci_foreign_init(&m, NULL, &s);
    m.library = "Test";
    ck_assert_int_eq(mlci_foreign_set_inputs(&m, 3, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_finish_inputs(&m, NULL), MLC_OK);
    ck_assert_int_eq(m.is_vector, 1);
    ck_assert_str_eq(m.inputs[2].name, "x2");
    s.names = (char *)"a, b,c";
    ck_assert_int_eq(mlci_foreign_finish_inputs(&m, NULL), MLC_OK);
    ck_assert_int_eq(m.is_vector, 0);
    ck_assert_str_eq(m.inputs[1].name, "b");
    s.names = (char *)"a,b,a";
    ck_assert_int_eq(mlci_foreign_finish_inputs(&m, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "both called 'a'"));
    s.names = (char *)"a,b";
    ck_assert_int_eq(mlci_foreign_finish_inputs(&m, &err), MLC_ERROR_SETTING);
    s.names = (char *)"a,b,c,d";
    ck_assert_int_eq(mlci_foreign_finish_inputs(&m, &err), MLC_ERROR_SETTING);
    ck_assert_int_eq(mlci_foreign_name_input(&m, 0, "", 0, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(mlci_foreign_name_input(&m, 0, "\xFF", 1, &err), MLC_ERROR_FORMAT);
    mlci_foreign_clear(&m);
}
END_TEST

START_TEST(test_labels_are_sorted_and_distinct)
{
    mlci_foreign m;
    mlc_error err = {0};
    const char *const texts[] = {"rome", "bern", "oslo"};
    const int64_t lengths[] = {4, 4, 4};
    const int64_t cut[] = {0, 4, 0};
    mlci_foreign_init(&m, NULL, &foreign_settings);
    m.library = "Test";
    ck_assert_int_eq(mlci_foreign_set_inputs(&m, 1, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_name_input(&m, 0, "city", 4, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_label_input(&m, 0, 3, texts, lengths, NULL), MLC_OK);
    ck_assert_int_eq(m.inputs[0].label_of_code[0], 2);
    ck_assert_int_eq(m.inputs[0].label_of_code[1], 0);
    ck_assert_int_eq(mlci_dictionary_find(m.inputs[0].labels, "oslo", 4), 1);
    ck_assert_int_eq(mlci_foreign_label_input(&m, 0, 3, texts, cut, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "has category '' twice"));
    mlci_foreign_clear(&m);
}
END_TEST

START_TEST(test_more_than_the_settings_allow_is_refused_by_name)
{
    mlci_foreign m;
    mlc_error err = {0};
    mlci_foreign_node *nodes = NULL;
    mlci_import_settings s = foreign_settings;
    s.max_trees = 1;
    s.max_nodes = 5;
    s.max_features = 2;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    mlci_foreign_init(&m, call, &s);
    m.library = "Test";
    ck_assert_int_eq(mlci_foreign_set_inputs(&m, 3, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.name, "max_features");
    ck_assert_int_eq(mlci_foreign_set_inputs(&m, 0, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(mlci_foreign_add_tree(&m, 0, 6, &nodes, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.name, "max_nodes");
    ck_assert_int_eq(mlci_foreign_add_tree(&m, 0, 0, &nodes, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(mlci_foreign_add_tree(&m, 0, 5, &nodes, &err), MLC_OK);
    ck_assert_int_eq(mlci_foreign_add_tree(&m, 0, 1, &nodes, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.name, "max_trees");
    mlci_foreign_clear(&m);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("foreign", test_bound_of_doubles_is_the_threshold,
                 test_bound_of_floats_asks_the_same_of_each_double,
                 test_sets_hold_what_they_were_given, test_names_are_given_made_up_or_refused,
                 test_labels_are_sorted_and_distinct,
                 test_more_than_the_settings_allow_is_refused_by_name)
