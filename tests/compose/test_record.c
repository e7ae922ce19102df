#include "record.h"

#include "check_suite.h"
#include "composing.h"
#include "torture.h"

static mlci_record *record_of(const mlc_dataset *rows)
{
    mlc_context local, *call = NULL;
    mlci_record *record = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_record_create(call, rows, &record, NULL), MLC_OK);
    mlci_call_end(call);
    return record;
}

START_TEST(test_record_knows_inputs_and_other_roles)
{
    mlc_dataset *rows = composing_rows(30, "target=spent id=id weight=w ignore=buys");
    mlci_record *record = record_of(rows);
    ck_assert_int_eq(record->n_rows, 30);
    ck_assert_int_eq(record->inputs->n_inputs, 4);
    ck_assert_str_eq(mlci_record_role(record, MLCI_ROLE_TARGET), "spent");
    ck_assert_str_eq(mlci_record_role(record, MLCI_ROLE_WEIGHT), "w");
    ck_assert_ptr_null(mlci_record_role(record, MLCI_ROLE_GROUP));
    mlci_record_unref(record);
    mlc_dataset_free(rows);
}
END_TEST

/* Rows without roles, as they come in production, get those of the training rows. */
START_TEST(test_record_binds_its_roles_to_plain_features_alone)
{
    mlc_dataset *rows = composing_rows(30, "target=spent id=id weight=w ignore=buys");
    mlc_dataset *bare = composing_rows(30, "group=w"), *bound = NULL;
    mlci_record *record = record_of(rows);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_record_bind(call, record, bare, &bound, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_str_eq(mlc_dataset_column_role(bound, mlc_dataset_find(bound, "spent")), "target");
    ck_assert_str_eq(mlc_dataset_column_role(bound, mlc_dataset_find(bound, "w")), "group");
    ck_assert_str_eq(mlc_dataset_column_role(bound, mlc_dataset_find(bound, "age")), "feature");
    mlc_dataset_free(bound);
    mlci_record_unref(record);
    mlc_dataset_free(bare);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_record_saved_and_loaded_is_the_same)
{
    mlc_dataset *rows = composing_rows(30, "target=spent id=id weight=w ignore=buys");
    mlci_record *record = record_of(rows);
    mlci_writer w, again;
    mlci_writer_init(&w, NULL);
    mlci_writer_init(&again, NULL);
    mlci_record_save(record, &w);
    mlci_reader r;
    mlci_reader_init(&r, NULL, "schema", w.data, w.length);
    mlci_record *loaded = mlci_record_load(&r);
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
    mlci_record_save(loaded, &again);
    ck_assert_int_eq(w.length, again.length);
    ck_assert(memcmp(w.data, again.data, (size_t)w.length) == 0);
    for (int64_t n = 0; n < w.length; n++) { /* and cut anywhere it is refused */
        mlci_reader_init(&r, NULL, "schema", w.data, n);
        ck_assert_ptr_null(mlci_record_load(&r));
        ck_assert_int_eq(r.status, MLC_ERROR_FORMAT);
    }
    mlci_writer_clear(&w);
    mlci_writer_clear(&again);
    mlci_record_unref(loaded);
    mlci_record_unref(record);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_rows_of_weight_0_are_left_out_and_nothing_else_changes)
{
    const double x[] = {1, 2, 3}, w[] = {1, 0, 2}, full[] = {1, 2, 3};
    const mlc_array some[] = {making_real("x", 3, x), making_real("w", 3, w)};
    const mlc_array all[] = {making_real("x", 3, x), making_real("w", 3, full)};
    mlc_dataset *with = making_dataset(some, 2, "weight=w"), *out = NULL;
    mlc_dataset *whole = making_dataset(all, 2, "weight=w"), *same = NULL;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_dataset_without_weightless(call, with, &out, NULL), MLC_OK);
    ck_assert_int_eq(mlci_dataset_without_weightless(call, whole, &same, NULL), MLC_OK);
    mlci_call_end(call);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 2);
    ck_assert_double_eq(making_cell(out, "x", 1), 3);
    ck_assert_ptr_eq(same, whole);
    mlc_dataset_free(out);
    mlc_dataset_free(same);
    mlc_dataset_free(whole);
    mlc_dataset_free(with);
}
END_TEST

MLCI_CHECK_SUITE("record", test_record_knows_inputs_and_other_roles,
                 test_record_binds_its_roles_to_plain_features_alone,
                 test_record_saved_and_loaded_is_the_same,
                 test_rows_of_weight_0_are_left_out_and_nothing_else_changes)
