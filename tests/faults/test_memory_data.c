/* Each function of dataset.h, arrow.h, read.h, shape.h, sampling.h, profile.h, reader.h and
 * builder.h that takes memory, by itself: each of its allocations fails, alone and with all after
 * it. It returns MLC_ERROR_NO_MEMORY with a message, `out` and every byte are as before the call,
 * and the next call with the same objects gives the right answer. tests/meta/tortured.py holds this
 * file against the list of exported functions. */
#include "memory_case.h"

#define SCENE_JSONL "{\"a\":1,\"b\":{\"c\":\"x\"}}\n{\"a\":\n{\"a\":2.5,\"v\":[1,2]}\n"
#define SCENE_LIBSVM "1 qid:2 1:0.5 3:2\n0 qid:2 2:1\n"

static const mlc_source a_source = {.size = sizeof a_source, .user = &batches, .next = yield_rows};

/* What goes in by Arrow is made outside of the context, anew for each call; a call that fails
 * leaves it to be released here. */
static struct ArrowArrayStream *new_stream(const scene *s)
{
    static struct ArrowArrayStream stream;
    if (stream.release != NULL) stream.release(&stream);
    ck_assert_int_eq(mlc_dataset_arrow_stream(NULL, s->rows, "batch_rows=20", &stream, NULL),
                     MLC_OK);
    return &stream;
}

static struct ArrowArray *new_array(const scene *s)
{
    static struct ArrowArray array;
    if (array.release != NULL) array.release(&array);
    ck_assert_int_eq(mlc_dataset_arrow_array(NULL, s->rows, NULL, &array, NULL), MLC_OK);
    return &array;
}

static struct ArrowSchema *new_schema(const scene *s)
{
    static struct ArrowSchema schema;
    if (schema.release != NULL) schema.release(&schema);
    ck_assert_int_eq(mlc_dataset_arrow_schema(NULL, s->rows, NULL, &schema, NULL), MLC_OK);
    return &schema;
}

CALL(builder_open, ctx, SCENE_COLUMNS, "target=c", out, err)
CALL(dataset_aggregate, ctx, s->rows, "by=city,buys mean(age) n_distinct(job) last(city)", out, err)
CALL(dataset_cast, ctx, s->rows, "age:text,city:category,buys:text", NULL, out, err)
CALL(dataset_concat, ctx, (const mlc_dataset *const[]){s->rows, s->predictions}, 2, "columns=union",
     out, err)
CALL(dataset_conform, ctx, s->rows, SCENE_SCHEMA, "policy=missing", out, err)
CALL(dataset_describe, ctx, s->rows, out, err)
CALL(dataset_distinct, ctx, s->rows, "city,age", out, err)
CALL(dataset_filter, ctx, s->rows, "age > 20 and upper(city) != 'X' or job in ('a', 'b')", out, err)
CALL(dataset_fingerprint, ctx, s->rows, out, err)
CALL(dataset_fold, s->rows, s->folds, 1, "train", out, err)
CALL(dataset_format, s->rows, NULL, out, err)
CALL(dataset_from_arrays, ctx, s->arrays, 8, "target=buys", out, err)
CALL(dataset_from_arrow, ctx, new_array(s), new_schema(s), "feature=w", out, err)
CALL(dataset_from_arrow_stream, ctx, new_stream(s), "feature=w", out, err)
CALL(dataset_generate, ctx, "classification n_rows=20", out, err)
CALL(dataset_hints, ctx, s->rows, s->rows, NULL, out, err)
CALL(dataset_join, ctx, s->rows, s->rows, "on=city,age how=left", out, err)
CALL(dataset_parse, ctx, SCENE_JSONL, (int64_t)strlen(SCENE_JSONL), "on_error=collect", out, err)
CALL(dataset_parse_csv, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), "on_error=collect", out, err)
CALL(dataset_parse_csv_like, ctx, SCENE_CSV, (int64_t)strlen(SCENE_CSV), s->read,
     "on_error=collect", out, err)
CALL(dataset_parse_like, ctx, SCENE_LIBSVM, (int64_t)strlen(SCENE_LIBSVM), s->read, "width=9", out,
     err)
CALL(dataset_problems, s->rows, out, err)
CALL(dataset_read, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(dataset_read_csv, ctx, s->csv_path, "target=buys types='city:text'", out, err)
CALL(dataset_read_csv_like, ctx, s->csv_path, s->rows, "types='city:text'", out, err)
CALL(dataset_read_like, ctx, s->csv_path, s->rows, "format=csv types='city:text'", out, err)
CALL(dataset_rename, ctx, s->rows, "town=city", out, err)
CALL(dataset_resample, ctx, s->rows, "random_over", out, err)
CALL(dataset_rows, ctx, s->rows, (const int64_t[]){3, 1, 2}, 0, 3, out, err)
CALL(dataset_sample, ctx, s->rows, "stratified n=10", out, err)
CALL(dataset_select, ctx, s->rows, "age,income", out, err)
CALL(dataset_sort, ctx, s->rows, "by=city,age descending=false,true", out, err)
CALL(dataset_split, ctx, s->rows, "stratified_k_fold n_splits=2 shuffle=true", out, err)
CALL(dataset_validate, ctx, s->rows, SCENE_SCHEMA, s->profile, NULL, out, err)
CALL(dataset_with_column, ctx, s->rows, "label", "concat(lower(city), '-', text(age))", out, err)
CALL(dataset_with_roles, ctx, s->rows, "target=spent ignore=buys", out, err)
CALL(dataset_with_weights, ctx, s->rows, "balanced", out, err)
CALL(dataset_write, ctx, s->rows, s->out_path, "format=jsonl nan=null", err)
CALL(dataset_write_csv, s->rows, s->out_path, "delimiter=tab", err)
CALL(profile_create, ctx, s->rows, "correlation=true", out, err)
CALL(profile_format, s->profile, out, err)
CALL(profile_merge, ctx, (const mlc_profile *[]){s->profile, s->profile}, 2, NULL, out, err)
CALL(profile_parse, ctx, mlc_buffer_data(s->profile_text), mlc_buffer_size(s->profile_text), out,
     err)
CALL(profile_schema, ctx, s->profile, NULL, out, err)
CALL(profile_table, ctx, s->profile, "top", NULL, out, err)
CALL(reader_from_arrow, ctx, new_stream(s), "feature=w", out, err)
CALL(reader_from_source, ctx, &a_source, "target=spent", out, err)
CALL(reader_open, ctx, s->csv_path, "target=buys types='city:text'", out, err)

static const memory_case cases[] = {
    OF(builder_open, BUILDER),           OF(dataset_aggregate, DATASET),
    OF(dataset_cast, DATASET),           OF(dataset_concat, DATASET),
    OF(dataset_conform, DATASET),        OF(dataset_describe, DATASET),
    OF(dataset_distinct, DATASET),       OF(dataset_filter, DATASET),
    OF(dataset_fingerprint, DATASET),    OF(dataset_fold, DATASET),
    OF(dataset_format, BUFFER),          OF(dataset_from_arrays, DATASET),
    OF(dataset_from_arrow, DATASET),     OF(dataset_from_arrow_stream, DATASET),
    OF(dataset_generate, DATASET),       OF(dataset_hints, DATASET),
    OF(dataset_join, DATASET),           OF(dataset_parse, DATASET),
    OF(dataset_parse_csv, DATASET),      OF(dataset_parse_csv_like, DATASET),
    OF(dataset_parse_like, DATASET),     OF(dataset_problems, DATASET),
    OF(dataset_read, DATASET),           OF(dataset_read_csv, DATASET),
    OF(dataset_read_csv_like, DATASET),  OF(dataset_read_like, DATASET),
    OF(dataset_rename, DATASET),         OF(dataset_resample, DATASET),
    OF(dataset_rows, DATASET),           OF(dataset_sample, DATASET),
    OF(dataset_select, DATASET),         OF(dataset_sort, DATASET),
    OF(dataset_split, DATASET),          OF(dataset_validate, DATASET),
    OF(dataset_with_column, DATASET),    OF(dataset_with_roles, DATASET),
    OF(dataset_with_weights, DATASET),   OF(dataset_write, FILE_WRITTEN),
    OF(dataset_write_csv, FILE_WRITTEN), OF(profile_create, PROFILE),
    OF(profile_format, BUFFER),          OF(profile_merge, PROFILE),
    OF(profile_parse, PROFILE),          OF(profile_schema, BUFFER),
    OF(profile_table, DATASET),          OF(reader_from_arrow, READER),
    OF(reader_from_source, READER),      OF(reader_open, READER),
};

START_TEST(test_function_when_memory_fails_changes_nothing_and_works_again)
{
    run_case(&cases[_i]);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "memory_data", 100);
    tcase_add_loop_test(tcase, test_function_when_memory_fails_changes_nothing_and_works_again, 0,
                        (int)(sizeof cases / sizeof cases[0]));
}

MLCI_CHECK_SUITE_OF("memory_data", fill_suite)
