/* Fixed-size lists as vectors, and sparse vectors as lists of their entries. */
#include "arrow_making.h"
#include "arrow_metadata.h"
#include "check_suite.h"

static const double reals[] = {1, 2, 3, 4, 5, 6, 7, 8};

static arrow_field vectors(int64_t n, const arrow_field *child)
{
    return (arrow_field){.format = "+w:2",
                         .name = "v",
                         .length = n,
                         .n_buffers = 1,
                         .n_children = 1,
                         .children = {child}};
}

START_TEST(test_dense_when_of_float64_is_lent_from_its_offset)
{
    const arrow_field child = arrow_values("g", "item", 8, reals);
    arrow_field f = vectors(2, &child);
    f.offset = 1;
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert_ptr_eq(d->fields[0].column->values, reals + 2);
    ck_assert_double_eq(making_cell(d, "v[v1]", 1), 6);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_dense_when_the_child_has_an_offset_and_nulls_gives_nan)
{
    const int16_t small[] = {9, 1, 2, 3, 4};
    const uint8_t valid = 0x1B, rows = 2;
    arrow_field child = arrow_values("s", "item", 4, small);
    child.offset = 1;
    child.buffers[0] = &valid;
    child.null_count = 1;
    arrow_field f = vectors(2, &child);
    f.buffers[0] = &rows;
    f.null_count = 1;
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert(isnan(making_cell(d, "v[0]", 0)));
    ck_assert_double_eq(making_cell(d, "v[0]", 1), 3);
    ck_assert_int_eq(d->fields[0].column->n_missing, 1);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_dense_when_wrong_is_refused)
{
    const int32_t offsets[] = {0, 0, 0, 0, 0};
    const arrow_field texts = arrow_texts("item", 4, offsets, ""),
                      few = arrow_values("g", "", 3, reals);
    arrow_field f = vectors(2, &texts);
    arrow_assert_refused(&f, MLC_ERROR_UNSUPPORTED, "column 'v' is a fixed-size list of 'u'");
    f = vectors(2, &few);
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "its Arrow array has 3 rows");
    f = vectors(2, &few);
    f.format = "+w:0";
    arrow_assert_refused(&f, MLC_ERROR_LIMIT, "vectors have 1 to 1000000 components");
}
END_TEST

/* Rows {1: 1.0, 4: 2.0}, {}, {0: 3.0} of width 5. */
static const int32_t index_values[] = {1, 4, 0};
static const int64_t row_offsets[] = {0, 2, 2, 3};

typedef struct sparse {
    arrow_field index, value, pairs, list;
    char *metadata;
} sparse;

static void make_sparse(sparse *s, const char *width)
{
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    mlci_arrow_metadata_add(&m, MLCI_ARROW_WIDTH, width);
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &s->metadata, NULL), MLC_OK);
    s->index = arrow_values("i", "index", 3, index_values);
    s->value = arrow_values("g", "value", 3, reals);
    s->pairs = (arrow_field){.format = "+s",
                             .name = "item",
                             .length = 3,
                             .n_buffers = 1,
                             .n_children = 2,
                             .children = {&s->index, &s->value}};
    s->list = (arrow_field){.format = "+L",
                            .name = "v",
                            .metadata = s->metadata,
                            .length = 3,
                            .n_buffers = 2,
                            .buffers = {NULL, row_offsets},
                            .n_children = 1,
                            .children = {&s->pairs}};
}

START_TEST(test_sparse_when_written_as_entries_is_read)
{
    sparse s;
    make_sparse(&s, "5");
    mlc_dataset *d = arrow_column(&s.list, NULL);
    double got[15];
    const double expected[] = {0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0};
    ck_assert_int_eq(mlc_dataset_copy_real(d, "v", got, 15, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(got, expected, sizeof got), 0);
    ck_assert_ptr_nonnull(d->fields[0].column->indices);
    mlc_dataset_free(d);
    s.list.offset = 1;
    s.list.length = 2;
    d = arrow_column(&s.list, NULL);
    ck_assert_double_eq(making_cell(d, "v[0]", 1), 3);
    ck_assert_int_eq(d->fields[0].column->offsets[2], 1);
    mlc_dataset_free(d);
    mlci_free(s.metadata);
}
END_TEST

START_TEST(test_sparse_when_wrong_is_refused)
{
    sparse s;
    const int64_t down[] = {0, 2, 1, 3}, over[] = {0, 2, 5, 3};
    make_sparse(&s, "4");
    arrow_assert_refused(&s.list, MLC_ERROR_DATA, "index 4 in row 1 must be");
    s.list.metadata = NULL;
    arrow_assert_refused(&s.list, MLC_ERROR_UNSUPPORTED, "column 'v' is a large list");
    mlci_free(s.metadata);
    make_sparse(&s, "5");
    s.list.buffers[1] = down;
    arrow_assert_refused(&s.list, MLC_ERROR_DATA, "offsets must ascend");
    s.list.buffers[1] = over;
    arrow_assert_refused(&s.list, MLC_ERROR_DATA, "offsets must ascend");
    mlci_free(s.metadata);
    make_sparse(&s, "5");
    const int32_t twice[] = {4, 4, 0};
    const uint8_t bits = 5;
    s.index.buffers[1] = twice;
    arrow_assert_refused(&s.list, MLC_ERROR_DATA, "index 4 in row 1 must be above the one before");
    s.index.buffers[1] = index_values;
    s.value.buffers[0] = &bits;
    s.value.null_count = 1;
    arrow_assert_refused(&s.list, MLC_ERROR_DATA, "entries of a sparse vector must not be null");
    mlci_free(s.metadata);
}
END_TEST

MLCI_CHECK_SUITE("arrow_vectors", test_dense_when_of_float64_is_lent_from_its_offset,
                 test_dense_when_the_child_has_an_offset_and_nulls_gives_nan,
                 test_dense_when_wrong_is_refused, test_sparse_when_written_as_entries_is_read,
                 test_sparse_when_wrong_is_refused)
