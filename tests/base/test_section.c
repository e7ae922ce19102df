/* The layout is spelled out byte by byte; the rest is round trips and damage. */
#include "section.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "failing_host.h"

static const double reals[] = {1.5, -0.0, INFINITY, 5e-324};
static const int32_t int32s[] = {INT32_MIN, 0, 7};
static const int64_t int64s[] = {INT64_MIN, INT64_MAX};
static const uint8_t uint8s[] = {0, 255, 3, 4, 5};

static void write_everything(mlci_writer *w)
{
    mlci_write_int32(w, -2);
    mlci_write_int64(w, -(INT64_C(3) << 40));
    mlci_write_real(w, 0.1);
    mlci_write_text(w, "h\xc3\xa9llo", -1);
    mlci_write_text(w, NULL, -1);
    mlci_write_text(w, "abcdef", 3);
    mlci_write_reals(w, reals, 4);
    mlci_write_int32s(w, int32s, 3);
    mlci_write_int64s(w, int64s, 2);
    mlci_write_uint8s(w, uint8s, 5);
    mlci_write_uint8s(w, NULL, 0);
}

typedef struct everything {
    char *texts[3];
    double *reals;
    int32_t *int32s;
    int64_t *int64s;
    uint8_t *uint8s, *nothing;
    int64_t lengths[3], n_int32s, n_uint8s;
} everything;

static mlc_status read_everything(mlci_reader *r, everything *e, mlc_error *err)
{
    memset(e, 0, sizeof *e);
    const int32_t a = mlci_read_int32(r);
    const int64_t b = mlci_read_int64(r);
    const double c = mlci_read_real(r);
    for (int i = 0; i < 3; i++)
        e->texts[i] = mlci_read_text(r, &e->lengths[i]);
    e->reals = mlci_read_reals(r, 4, NULL);
    e->int32s = mlci_read_int32s(r, -1, &e->n_int32s);
    e->int64s = mlci_read_int64s(r, 2, NULL);
    e->uint8s = mlci_read_uint8s(r, -1, &e->n_uint8s);
    e->nothing = mlci_read_uint8s(r, 0, NULL);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK) {
        ck_assert_int_eq(a, -2);
        ck_assert_int_eq(b, -(INT64_C(3) << 40));
        ck_assert_double_eq(c, 0.1);
    }
    return status;
}

static void clear_everything(everything *e)
{
    for (int i = 0; i < 3; i++)
        mlci_free(e->texts[i]);
    mlci_free(e->reals);
    mlci_free(e->int32s);
    mlci_free(e->int64s);
    mlci_free(e->uint8s);
    mlci_free(e->nothing);
}

static void check_bytes(const mlci_writer *w, const void *expected, int64_t n)
{
    ck_assert_int_eq(mlci_writer_status(w, NULL), MLC_OK);
    ck_assert_int_eq(w->length, n);
    ck_assert_int_eq(memcmp(w->data, expected, (size_t)n), 0);
}

static void check_refused(mlci_reader *r, const char *message)
{
    mlc_error err;
    ck_assert_int_eq(mlci_reader_finish(r, &err), MLC_ERROR_FORMAT);
    ck_assert_str_eq(err.name, "ridge");
    ck_assert_str_eq(err.message, message);
}

START_TEST(test_writer_of_each_field_is_little_endian)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_write_int32(&w, 0x01020304);
    mlci_write_real(&w, 1.0);
    mlci_write_text(&w, "ab", 2);
    mlci_write_text(&w, NULL, 0);
    mlci_write_int32s(&w, (const int32_t[]){-1, 2}, 2);
    mlci_write_bytes(&w, "xyz", 3);
    check_bytes(&w,
                "\4\3\2\1"
                "\0\0\0\0\0\0\xf0\x3f"
                "\2\0\0\0\0\0\0\0ab"
                "\xff\xff\xff\xff\xff\xff\xff\xff"
                "\2\0\0\0\0\0\0\0\xff\xff\xff\xff\2\0\0\0"
                "xyz",
                4 + 8 + 10 + 8 + 16 + 3);
    mlci_writer_clear(&w);
    ck_assert_int_eq(w.length, 0);
}
END_TEST

START_TEST(test_writer_of_any_nan_writes_one_pattern)
{
    const uint64_t patterns[] = {UINT64_C(0x7ff0000000000001), UINT64_C(0xfff8000000000000),
                                 UINT64_C(0x7fffffffffffffff)};
    for (int i = 0; i < 3; i++) {
        double value;
        mlci_writer w;
        memcpy(&value, &patterns[i], sizeof value);
        mlci_writer_init(&w, NULL);
        mlci_write_real(&w, value);
        mlci_write_reals(&w, &value, 1);
        check_bytes(&w, "\0\0\0\0\0\0\xf8\x7f\1\0\0\0\0\0\0\0\0\0\0\0\0\0\xf8\x7f", 24);
        mlci_writer_clear(&w);
    }
}
END_TEST

START_TEST(test_writer_of_an_impossible_count_fails)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_write_reals(&w, reals, -1);
    mlci_write_int32(&w, 1);
    ck_assert_int_eq(mlci_writer_status(&w, NULL), MLC_ERROR_NO_MEMORY);
    mlci_writer_clear(&w);
    ck_assert_int_eq(mlci_writer_status(&w, NULL), MLC_OK);
}
END_TEST

START_TEST(test_reader_of_everything_written_gives_it_back)
{
    mlci_writer w;
    mlci_reader r;
    everything e;
    mlci_writer_init(&w, NULL);
    write_everything(&w);
    mlci_reader_init(&r, NULL, "ridge", w.data, w.length);
    ck_assert_int_eq(read_everything(&r, &e, NULL), MLC_OK);
    ck_assert_str_eq(e.texts[0], "h\xc3\xa9llo");
    ck_assert_int_eq(e.lengths[0], 6);
    ck_assert_ptr_null(e.texts[1]);
    ck_assert_int_eq(e.lengths[1], -1);
    ck_assert_str_eq(e.texts[2], "abc");
    ck_assert_int_eq(memcmp(e.reals, reals, sizeof reals), 0);
    ck_assert_int_eq(e.n_int32s, 3);
    ck_assert_int_eq(memcmp(e.int32s, int32s, sizeof int32s), 0);
    ck_assert_int_eq(memcmp(e.int64s, int64s, sizeof int64s), 0);
    ck_assert_int_eq(e.n_uint8s, 5);
    ck_assert_int_eq(memcmp(e.uint8s, uint8s, sizeof uint8s), 0);
    ck_assert_ptr_nonnull(e.nothing);
    clear_everything(&e);
    mlci_writer_clear(&w);
}
END_TEST

START_TEST(test_reader_of_every_truncation_refuses)
{
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    write_everything(&w);
    for (int64_t n = 0; n < w.length; n++) {
        /* a block of its own size, so that reading past it is seen by a sanitizer */
        uint8_t *part = malloc((size_t)n + 1);
        mlci_reader r;
        mlc_error err;
        everything e;
        memcpy(part, w.data, (size_t)n);
        mlci_reader_init(&r, NULL, "ridge", part, n);
        ck_assert_int_eq(read_everything(&r, &e, &err), MLC_ERROR_FORMAT);
        clear_everything(&e);
        free(part);
    }
    mlci_writer_clear(&w);
}
END_TEST

START_TEST(test_reader_of_a_missing_field_says_where)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "\1\0\0\0\2\0", 6);
    ck_assert_int_eq(mlci_read_int32(&r), 1);
    ck_assert_int_eq(mlci_read_int32(&r), 0);
    ck_assert_int_eq(mlci_read_int64(&r), 0); /* and stays failed */
    check_refused(&r, "section 'ridge' ends at byte 6, 2 bytes short of a field at byte 4");
}
END_TEST

START_TEST(test_reader_of_a_hostile_count_refuses_before_it_allocates)
{
    mlci_reader r;
    const char huge[] = "\0\0\0\0\0\0\0\x10"
                        "12345678";
    mlci_reader_init(&r, NULL, "ridge", huge, 16);
    ck_assert_ptr_null(mlci_read_reals(&r, -1, NULL));
    check_refused(&r, "section 'ridge' claims 1152921504606846976 elements at byte 0; the 8 bytes "
                      "left hold at most 1");
    const char negative[] = "\xfe\xff\xff\xff\xff\xff\xff\xff";
    mlci_reader_init(&r, NULL, "ridge", negative, 8);
    ck_assert_ptr_null(mlci_read_uint8s(&r, -1, NULL));
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_ERROR_FORMAT);
    mlci_reader_init(&r, NULL, "ridge", negative, 8);
    ck_assert_ptr_null(mlci_read_text(&r, NULL));
    check_refused(&r, "section 'ridge' claims a text of -2 bytes at byte 0; 0 are left");
}
END_TEST

START_TEST(test_reader_of_another_count_than_asked_for_refuses)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "\2\0\0\0\0\0\0\0ab", 10);
    ck_assert_ptr_null(mlci_read_uint8s(&r, 3, NULL));
    check_refused(&r, "section 'ridge' has 2 elements at byte 0; there must be 3");
}
END_TEST

START_TEST(test_reader_of_a_bad_text_refuses)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "\2\0\0\0\0\0\0\0a\xff", 10);
    ck_assert_ptr_null(mlci_read_text(&r, NULL));
    check_refused(&r, "section 'ridge' has a text at byte 0 that is not UTF-8 without NUL");
    mlci_reader_init(&r, NULL, "ridge", "\2\0\0\0\0\0\0\0a\0", 10);
    ck_assert_ptr_null(mlci_read_text(&r, NULL));
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_ERROR_FORMAT);
}
END_TEST

START_TEST(test_read_count_outside_its_range_names_it)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "\5\0\0\0\0\0\0\0", 8);
    ck_assert_int_eq(mlci_read_count(&r, "n_features", 5, 5), 5);
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
    mlci_reader_init(&r, NULL, "ridge", "\5\0\0\0\0\0\0\0", 8);
    ck_assert_int_eq(mlci_read_count(&r, "n_features", 1, 4), 0);
    check_refused(&r, "section 'ridge': n_features = 5 at byte 0; it must be 1 to 4");
}
END_TEST

START_TEST(test_reader_finish_with_bytes_left_refuses)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "\1\0\0\0\0", 5);
    mlci_read_int32(&r);
    check_refused(&r, "section 'ridge' has 1 bytes after its last field");
}
END_TEST

START_TEST(test_reader_refuse_keeps_the_first_message)
{
    mlci_reader r;
    mlci_reader_init(&r, NULL, "ridge", "", 0);
    mlci_reader_refuse(&r, "a node is its own child");
    mlci_reader_refuse(&r, "something else");
    check_refused(&r, "section 'ridge': a node is its own child (before byte 0)");
}
END_TEST

/* 3 trees where 2 are allowed; the column is the byte of the section, from 1. */
START_TEST(test_reader_limit_names_the_setting_and_keeps_the_first_failure)
{
    mlci_reader r;
    mlc_error err = {0};
    mlci_reader_init(&r, NULL, "trees", "\3\0\0\0\0\0\0\0", 8);
    const int64_t n = mlci_read_int64(&r);
    mlci_reader_limit(&r, "trees", n, "max_trees", 3);
    ck_assert_int_eq(r.status, MLC_OK);
    mlci_reader_limit(&r, "trees", n, "max_trees", 2);
    mlci_reader_refuse(&r, "something else");
    ck_assert_int_eq(mlci_reader_finish(&r, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.message, "section 'trees': 3 trees (before byte 8): more than "
                                  "max_trees = 2 of the load settings");
    ck_assert_str_eq(err.name, "trees");
    ck_assert_int_eq(err.column, 9);
    ck_assert_int_eq(err.line, 0);
}
END_TEST

START_TEST(test_section_when_any_allocation_fails_reports_no_memory)
{
    failing_host host = {0};
    mlc_context *ctx = failing_host_open(&host);
    mlci_root *root = mlci_context_root(ctx);
    for (int64_t i = 1;; i++) {
        mlci_writer w;
        mlci_reader r;
        everything e = {0};
        mlc_error err;
        failing_host_arm(&host, i);
        mlci_writer_init(&w, root);
        for (int k = 0; k < 3; k++)
            mlci_write_bytes(&w, (const char[999]){0}, 999);
        mlci_writer_clear(&w);
        write_everything(&w);
        mlc_status status = mlci_writer_status(&w, &err);
        if (status == MLC_OK) {
            mlci_reader_init(&r, root, "ridge", w.data, w.length);
            status = read_everything(&r, &e, &err);
        }
        clear_everything(&e);
        mlci_writer_clear(&w);
        if (!failing_host_disarm(&host)) {
            ck_assert_int_eq(status, MLC_OK);
            ck_assert_int_gt(i, 8);
            break;
        }
        if (status != MLC_OK) ck_assert_int_eq(err.status, MLC_ERROR_NO_MEMORY);
    }
    failing_host_close(&host, ctx);
}
END_TEST

MLCI_CHECK_SUITE("section", test_writer_of_each_field_is_little_endian,
                 test_writer_of_any_nan_writes_one_pattern,
                 test_writer_of_an_impossible_count_fails,
                 test_reader_of_everything_written_gives_it_back,
                 test_reader_of_every_truncation_refuses, test_reader_of_a_missing_field_says_where,
                 test_reader_of_a_hostile_count_refuses_before_it_allocates,
                 test_reader_of_another_count_than_asked_for_refuses,
                 test_reader_of_a_bad_text_refuses, test_read_count_outside_its_range_names_it,
                 test_reader_finish_with_bytes_left_refuses,
                 test_reader_refuse_keeps_the_first_message,
                 test_reader_limit_names_the_setting_and_keeps_the_first_failure,
                 test_section_when_any_allocation_fails_reports_no_memory)
