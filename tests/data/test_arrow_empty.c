/* Arrays without rows for a schema. */
#include "arrow_empty.h"

#include "arrow_making.h"
#include "check_suite.h"
#include "torture.h"

static const arrow_field words = {.format = "u"};
static const arrow_field item = {.format = "g"};
static const arrow_field kind = {.format = "i", .name = "k", .dictionary = &words};
static const arrow_field vector = {
    .format = "+w:2", .name = "v", .n_children = 1, .children = {&item}};
static const arrow_field view = {.format = "vu", .name = "t"};
static const arrow_field rows = {
    .format = "+s", .n_children = 3, .children = {&kind, &vector, &view}};

START_TEST(test_empty_has_the_shape_of_its_schema)
{
    struct ArrowSchema schema = arrow_schema(&rows);
    struct ArrowArray array;
    ck_assert_int_eq(mlci_arrow_empty(NULL, &schema, &array, NULL), MLC_OK);
    ck_assert_int_eq(array.length, 0);
    ck_assert_int_eq(array.n_children, 3);
    ck_assert_int_eq(array.children[0]->dictionary->n_buffers, 3);
    ck_assert_int_eq(array.children[1]->children[0]->n_buffers, 2);
    ck_assert_int_eq(array.children[2]->n_buffers, 3);
    array.release(&array);
    ck_assert_ptr_null(array.release);
    schema.release(&schema);
}
END_TEST

START_TEST(test_empty_when_the_schema_is_wrong_is_refused)
{
    static const arrow_field bad = {.format = "q", .name = "x"};
    const arrow_field batch = {.format = "+s", .n_children = 2, .children = {&vector, &bad}};
    arrow_field deep[12];
    struct ArrowSchema schema = arrow_schema(&batch);
    struct ArrowArray array;
    making_assert_fails(mlci_arrow_empty(NULL, &schema, &array, err), MLC_ERROR_ARGUMENT,
                        "column 'x': 'q' is no Arrow format");
    schema.release(&schema);
    for (int i = 0; i < 12; i++)
        deep[i] =
            (arrow_field){.format = "+s", .n_children = i > 0, .children = {&deep[i - (i > 0)]}};
    schema = arrow_schema(&deep[11]);
    making_assert_fails(mlci_arrow_empty(NULL, &schema, &array, err), MLC_ERROR_ARGUMENT,
                        "nests too deeply");
    schema.release(&schema);
}
END_TEST

static mlc_status make_and_release(mlc_context *ctx, void *arg, mlc_error *err)
{
    struct ArrowSchema schema = arrow_schema(&rows);
    struct ArrowArray array;
    const mlc_status status = mlci_arrow_empty(mlci_context_root(ctx), &schema, &array, err);
    if (status == MLC_OK) array.release(&array);
    schema.release(&schema);
    (void)arg;
    return status;
}
MLCI_TORTURE_TEST(test_empty_when_memory_fails_leaks_nothing, make_and_release, NULL)

MLCI_CHECK_SUITE("arrow_empty", test_empty_has_the_shape_of_its_schema,
                 test_empty_when_the_schema_is_wrong_is_refused,
                 test_empty_when_memory_fails_leaks_nothing)
