/* Arrays of a dataset's rows: whose memory they are, children that are moved out, nulls. */
#include <pthread.h>
#include <stdlib.h>

#include "arrow_export.h"
#include "arrow_rows.h"
#include "check_suite.h"
#include "torture.h"

START_TEST(test_array_when_of_a_range_lends_the_columns)
{
    mlc_dataset *d = NULL;
    struct ArrowArray a;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_rows(NULL, d, 3, 5, &a, NULL), MLC_OK);
    ck_assert_int_eq(a.length, 5);
    ck_assert_int_eq(a.n_children, 8);
    for (int i = 0; i < 8; i++) {
        const mlci_column *const c = d->fields[i].column;
        ck_assert_int_eq(a.children[i]->offset, 3);
        ck_assert_int_eq(a.children[i]->length, 5);
        if (i < 4 || i == 6) ck_assert_ptr_eq(a.children[i]->buffers[1], c->values);
        ck_assert_ptr_eq(a.children[i]->buffers[0], c->n_missing > 0 ? c->valid : NULL);
        ck_assert_int_eq(a.children[i]->null_count, c->n_missing > 0 ? -1 : 0);
    }
    ck_assert_ptr_eq(a.children[5]->buffers[1], d->fields[5].column->offsets);
    ck_assert_ptr_eq(a.children[7]->children[0]->buffers[1], d->fields[7].column->values);
    ck_assert_int_eq(a.children[7]->children[0]->length, 16);
    a.release(&a);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_dictionary_when_written_has_texts_without_what_is_between_them)
{
    mlc_dataset *d = NULL;
    struct ArrowArray a;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_rows(NULL, d, 0, ARROW_ROWS, &a, NULL), MLC_OK);
    const struct ArrowArray *const words = a.children[4]->dictionary;
    const int32_t expected[] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 9};
    ck_assert_int_eq(words->length, 9);
    ck_assert_int_eq(memcmp(words->buffers[1], expected, sizeof expected), 0);
    ck_assert_int_eq(memcmp(words->buffers[2], "acdefgh\xC3\xA9", 9), 0);
    ck_assert_int_eq(a.children[4]->null_count, 1);
    a.release(&a);
    mlc_dataset_free(d);
}
END_TEST

static void *release_array(void *array)
{
    struct ArrowArray *const a = array;
    a->release(a);
    return NULL;
}

START_TEST(test_child_when_moved_out_outlives_parent_and_dataset)
{
    mlc_dataset *d = NULL;
    struct ArrowArray a, text;
    pthread_t thread;
    ck_assert_int_eq(arrow_rows(NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_rows(NULL, d, 0, ARROW_ROWS, &a, NULL), MLC_OK);
    text = *a.children[5];
    a.children[5]->release = NULL;
    mlc_dataset_free(d);
    a.release(&a);
    ck_assert_ptr_null(a.release);
    ck_assert_int_eq(((const int64_t *)text.buffers[1])[ARROW_ROWS], 9);
    ck_assert_int_eq(((const char *)text.buffers[2])[8], 'h');
    ck_assert_int_eq(pthread_create(&thread, NULL, release_array, &text), 0);
    pthread_join(thread, NULL);
    ck_assert_ptr_null(text.release);
}
END_TEST

START_TEST(test_sparse_when_exported_is_its_entries)
{
    mlci_column *c = NULL;
    int64_t *offsets = mlci_alloc(NULL, 4, sizeof *offsets);
    int32_t *indices = mlci_alloc(NULL, 2, sizeof *indices);
    double *values = mlci_alloc(NULL, 2, sizeof *values);
    mlc_dataset *d = NULL;
    struct ArrowArray a;
    offsets[1] = offsets[2] = 1;
    offsets[3] = 2;
    indices[0] = 4;
    ck_assert_int_eq(mlci_column_create_sparse(NULL, 3, 5, offsets, indices, values, &c, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_dataset_create(NULL, 1, (const char *const[]){"v"}, &c, NULL, &d, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlci_arrow_export_rows(NULL, d, 1, 2, &a, NULL), MLC_OK);
    const struct ArrowArray *const pairs = a.children[0]->children[0];
    ck_assert_ptr_eq(a.children[0]->buffers[1], offsets);
    ck_assert_int_eq(pairs->length, 2);
    ck_assert_ptr_eq(pairs->children[0]->buffers[1], indices);
    ck_assert_ptr_eq(pairs->children[1]->buffers[1], values);
    a.release(&a);
    mlc_dataset_free(d);
    mlci_column_unref(c);
}
END_TEST

MLCI_CHECK_SUITE("arrow_export_array", test_array_when_of_a_range_lends_the_columns,
                 test_dictionary_when_written_has_texts_without_what_is_between_them,
                 test_child_when_moved_out_outlives_parent_and_dataset,
                 test_sparse_when_exported_is_its_entries)
