/* Record batches as datasets: who owns them when, names, roles, rows that are null as a whole. */
#include <pthread.h>

#include "arrow_making.h"
#include "arrow_metadata.h"
#include "check_suite.h"
#include "torture.h"

static const double reals[] = {1, 2, 3};
static const int32_t offsets[] = {0, 1, 2, 3};

static mlc_dataset *import(const arrow_field *batch, const char *settings, struct ArrowArray *array,
                           struct ArrowSchema *schema)
{
    static int marker;
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    *schema = arrow_schema(batch);
    *array = arrow_array(batch);
    schema->private_data = array->private_data = &marker; /* to be counted */
    ck_assert_msg(mlc_dataset_from_arrow(NULL, array, schema, settings, &d, &err) == MLC_OK, "%s",
                  err.message);
    return d;
}

START_TEST(test_batch_when_lent_is_released_once_with_the_last_column)
{
    arrow_reset();
    const arrow_field x = arrow_values("g", "x", 3, reals), t = arrow_texts("t", 3, offsets, "abc");
    const arrow_field batch = arrow_batch(&x, &t);
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *d = import(&batch, NULL, &array, &schema), *numbers = NULL;
    ck_assert_ptr_null(array.release);
    ck_assert_ptr_null(schema.release);
    ck_assert_int_eq(arrow_n_schemas, 1);
    ck_assert_ptr_eq(d->fields[0].column->values, reals);
    ck_assert_int_eq(mlc_dataset_select(NULL, d, "x", &numbers, NULL), MLC_OK);
    mlc_dataset_free(d);
    ck_assert_int_eq(arrow_n_arrays, 0);
    mlc_dataset_free(numbers);
    ck_assert_int_eq(arrow_n_arrays, 1);
}
END_TEST

START_TEST(test_batch_when_nothing_is_lent_is_released_before_returning)
{
    arrow_reset();
    const int32_t numbers[] = {1, 2, 3};
    const arrow_field x = arrow_values("i", "x", 3, numbers), batch = arrow_batch(&x, NULL);
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *d = import(&batch, NULL, &array, &schema);
    ck_assert_int_eq(arrow_n_arrays, 1);
    ck_assert_double_eq(making_cell(d, "x", 2), 3);
    mlc_dataset_free(d);
    ck_assert_int_eq(arrow_n_arrays, 1);
}
END_TEST

static void *free_dataset(void *dataset)
{
    mlc_dataset_free(dataset);
    return NULL;
}

START_TEST(test_batch_when_freed_by_other_threads_is_released_once)
{
    arrow_reset();
    const arrow_field x = arrow_values("g", "x", 3, reals), y = arrow_values("g", "y", 3, reals);
    const arrow_field batch = arrow_batch(&x, &y);
    for (int i = 0; i < 50; i++) {
        struct ArrowArray array;
        struct ArrowSchema schema;
        pthread_t threads[2];
        mlc_dataset *d = import(&batch, NULL, &array, &schema), *part[2] = {NULL, NULL};
        ck_assert_int_eq(mlc_dataset_select(NULL, d, "x", &part[0], NULL), MLC_OK);
        ck_assert_int_eq(mlc_dataset_select(NULL, d, "y", &part[1], NULL), MLC_OK);
        mlc_dataset_free(d);
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(pthread_create(&threads[k], NULL, free_dataset, part[k]), 0);
        for (int k = 0; k < 2; k++)
            pthread_join(threads[k], NULL);
        ck_assert_int_eq(arrow_n_arrays, i + 1);
    }
}
END_TEST

START_TEST(test_rows_when_null_in_the_struct_are_missing_in_every_column)
{
    const uint8_t rows = 0x05 << 1;
    const arrow_field t = arrow_texts("t", 4, (const int32_t[]){0, 1, 2, 3, 4}, "abcd");
    arrow_field x = arrow_values("g", "x", 4, (const double[]){0, 1, 2, 3});
    arrow_field batch = arrow_batch(&x, &t);
    batch.length = 3;
    batch.offset = 1;
    batch.buffers[0] = &rows;
    batch.null_count = -1;
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *d = import(&batch, NULL, &array, &schema);
    ck_assert_double_eq(making_cell(d, "x", 0), 1);
    ck_assert(isnan(making_cell(d, "x", 1)));
    making_assert_text(d, "t", 1, NULL);
    making_assert_text(d, "t", 2, "d");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_roles_when_in_the_metadata_are_kept_and_settings_go_over_them)
{
    char *target = NULL, *classes = NULL;
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    mlci_arrow_metadata_add(&m, "other", "1");
    mlci_arrow_metadata_add(&m, MLCI_ARROW_ROLE, "target");
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &target, NULL), MLC_OK);
    mlci_arrow_metadata_add(&m, MLCI_ARROW_CLASSES, "b,a");
    mlci_arrow_metadata_add(&m, MLCI_ARROW_POSITIVE, "a");
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &classes, NULL), MLC_OK);
    arrow_field x = arrow_values("g", "x", 3, reals), t = arrow_texts("t", 3, offsets, "aba");
    t.metadata = target;
    arrow_field batch = arrow_batch(&x, &t);
    batch.metadata = classes;
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *d = import(&batch, "weight=x", &array, &schema);
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "weight");
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "target");
    ck_assert_str_eq(d->classes, "b,a");
    ck_assert_str_eq(d->positive, "a");
    mlc_dataset_free(d);
    d = import(&batch, "feature=t classes='a,b'", &array, &schema);
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "feature");
    ck_assert_str_eq(d->classes, "a,b");
    mlc_dataset_free(d);
    mlci_arrow_metadata_add(&m, MLCI_ARROW_ROLE, "hero");
    char *bad = NULL;
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &bad, NULL), MLC_OK);
    t.metadata = bad;
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), MLC_ERROR_ROLE,
                        "no role 'hero'");
    mlci_free(target);
    mlci_free(classes);
    mlci_free(bad);
}
END_TEST

START_TEST(test_names_when_absent_are_positions_and_when_broken_refused)
{
    arrow_field x = arrow_values("g", NULL, 3, reals), y = arrow_values("g", "", 3, reals);
    const arrow_field batch = arrow_batch(&x, &y);
    struct ArrowArray array;
    struct ArrowSchema schema;
    mlc_dataset *d = import(&batch, NULL, &array, &schema);
    ck_assert_str_eq(mlc_dataset_column_name(d, 0), "column_1");
    ck_assert_str_eq(mlc_dataset_column_name(d, 1), "column_2");
    mlc_dataset_free(d);
    x.name = "\xFF";
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "the name of column 1 is not valid UTF-8");
    x.name = y.name = "same";
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), MLC_ERROR_COLUMN,
                        "both named 'same'");
}
END_TEST

START_TEST(test_arguments_when_wrong_are_refused_and_nothing_is_taken)
{
    const arrow_field x = arrow_values("g", "x", 3, reals), batch = arrow_batch(&x, NULL);
    struct ArrowSchema schema = arrow_schema(&batch), flat = arrow_schema(&x);
    struct ArrowArray array = arrow_array(&batch), column = arrow_array(&x);
    mlc_dataset *d = NULL;
    making_assert_fails(mlc_dataset_from_arrow(NULL, NULL, &schema, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "array is NULL");
    making_assert_fails(mlc_dataset_from_arrow(NULL, &array, NULL, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "schema is NULL");
    making_assert_fails(mlc_dataset_from_arrow(NULL, &array, &schema, NULL, NULL, err),
                        MLC_ERROR_ARGUMENT, "out is NULL");
    making_assert_fails(mlc_dataset_from_arrow(NULL, &column, &flat, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "the Arrow format is 'g': must be '+s'");
    making_assert_fails(mlc_dataset_from_arrow(NULL, &array, &schema, "weight=z", &d, err),
                        MLC_ERROR_COLUMN, "no column 'z'");
    struct ArrowArray *child = array.children[0];
    child->release(child);
    making_assert_fails(mlc_dataset_from_arrow(NULL, &array, &schema, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "column 'x': its Arrow array is released already");
    array.release(&array);
    making_assert_fails(mlc_dataset_from_arrow(NULL, &array, &schema, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "array is released already");
    schema.release(&schema);
    flat.release(&flat);
    column.release(&column);
    ck_assert_ptr_null(d);
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = NULL;
    const arrow_field *const batch = arg;
    struct ArrowSchema schema = arrow_schema(batch);
    struct ArrowArray array = arrow_array(batch);
    const int before = arrow_n_arrays;
    array.private_data = &array;
    const mlc_status status = mlc_dataset_from_arrow(ctx, &array, &schema, "target=k", &d, err);
    if (status == MLC_OK) {
        const double cell = making_cell(d, "v[1]", 2);
        mlci_torture_answer(&cell, sizeof cell);
        mlc_dataset_free(d);
    } else { /* nothing was taken */
        ck_assert_ptr_nonnull(array.release);
        ck_assert_ptr_nonnull(schema.release);
        ck_assert_int_eq(arrow_n_arrays, before);
        array.release(&array);
        schema.release(&schema);
    }
    ck_assert_int_eq(arrow_n_arrays, before + 1);
    return status;
}

START_TEST(test_import_when_memory_fails_takes_nothing_and_leaks_nothing)
{
    const int8_t codes[] = {1, 0, 1};
    const uint8_t first_two = 3;
    const double six[] = {1, 2, 3, 4, 5, 6};
    const arrow_field words = arrow_texts("", 2, offsets, "ba");
    const arrow_field items = arrow_values("g", "item", 6, six);
    arrow_field kind = arrow_values("c", "k", 3, codes);
    kind.dictionary = &words;
    kind.buffers[0] = &first_two;
    kind.null_count = 1;
    arrow_field vector = {.format = "+w:2",
                          .name = "v",
                          .length = 3,
                          .n_buffers = 1,
                          .n_children = 1,
                          .children = {&items}};
    arrow_field text = arrow_texts("t", 3, offsets, "abc");
    arrow_field batch = arrow_batch(&kind, &vector);
    batch.n_children = 3;
    batch.children[2] = &text;
    mlci_torture(import_and_free, &batch);
}
END_TEST

MLCI_CHECK_SUITE("arrow_batch", test_batch_when_lent_is_released_once_with_the_last_column,
                 test_batch_when_nothing_is_lent_is_released_before_returning,
                 test_batch_when_freed_by_other_threads_is_released_once,
                 test_rows_when_null_in_the_struct_are_missing_in_every_column,
                 test_roles_when_in_the_metadata_are_kept_and_settings_go_over_them,
                 test_names_when_absent_are_positions_and_when_broken_refused,
                 test_arguments_when_wrong_are_refused_and_nothing_is_taken,
                 test_import_when_memory_fails_takes_nothing_and_leaks_nothing)
