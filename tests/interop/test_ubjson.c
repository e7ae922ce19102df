/* Verdicts after the draft 12 of the UBJSON specification. */
#include "ubjson.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "mutate.h"
#include "text.h"
#include "ubjson_writing.h"

/* The events of some bytes as one word each, or the failure. */
static void trace(const char *bytes, int64_t length, mlci_text *out)
{
    static const char *const words[] = {
        "end", "{", "}", "[", "]", "key:", "text:", "", "true", "false", "null"};
    mlci_ubjson r;
    mlc_error err;
    mlci_ubjson_open(&r, bytes, length);
    for (;;) {
        if (mlci_ubjson_next(&r, &err) != MLC_OK) {
            ck_assert_int_eq(err.status, MLC_ERROR_SYNTAX);
            mlci_text_append_text(out, err.message);
            return;
        }
        mlci_text_append_text(out, words[r.event]);
        mlci_text_append(out, r.text, r.length);
        if (r.event == MLCI_JSON_NUMBER) mlci_text_append_real(out, r.real);
        if (r.event == MLCI_JSON_NUMBER && r.is_integer) {
            ck_assert(r.real == (double)r.integer);
            mlci_text_append_char(out, 'i');
        }
        if (r.event == MLCI_JSON_END) return;
        mlci_text_append_char(out, ' ');
    }
}

static void check_bytes(const char *bytes, size_t length, const char *expected)
{
    mlci_text t = mlci_text_init(NULL);
    /* an exact copy: reading past the end is seen by a sanitizer */
    char *copy = malloc(length + (length == 0));
    memcpy(copy, bytes, length);
    trace(copy, (int64_t)length, &t);
    ck_assert_str_eq(t.data, expected);
    mlci_text_clear(&t);
    free(copy);
}

#define CHECK(bytes, expected) check_bytes(bytes, sizeof(bytes) - 1, expected)

START_TEST(test_ubjson_next_over_a_document_gives_its_events)
{
    CHECK("{i\1ai\5i\1b[TFZ]i\1c{}}", "{ key:a 5i key:b [ true false null ] key:c { } } end");
    CHECK("Si\5alone", "text:alone end");
    CHECK("NN[N[NNi\1N]N]N", "[ [ 1i ] ] end");
    CHECK("Cx", "text:x end");
}
END_TEST

START_TEST(test_ubjson_next_of_numbers_gives_their_values)
{
    CHECK("[i\377U\377I\377\1l\1\2\3\4]", "[ -1i 255i -255i 16909060i ] end");
    CHECK("[L\377\377\377\377\377\377\377\376]", "[ -2i ] end");
    CHECK("[d\77\200\0\0D\277\340\0\0\0\0\0\0]", "[ 1 -0.5 ] end");
    CHECK("[d\177\300\0\0d\377\200\0\0]", "[ nan -inf ] end");
}
END_TEST

START_TEST(test_ubjson_next_of_counted_arrays_needs_no_closing_mark)
{
    CHECK("[#i\2i\1Z", "[ 1i null ] end");
    CHECK("[#i\0", "[ ] end");
    CHECK("[$i#i\3\1\2\3", "[ 1i 2i 3i ] end");
    CHECK("[$d#L\0\0\0\0\0\0\0\1\77\200\0\0", "[ 1 ] end");
    CHECK("[$S#i\2i\1ai\2bc", "[ text:a text:bc ] end");
    CHECK("[$[#i\2]i\1]", "[ [ ] [ 1i ] ] end");
    CHECK("{#i\1i\1aT", "{ key:a true } end");
    CHECK("{$U#i\2i\1a\1i\1b\2", "{ key:a 1i key:b 2i } end");
}
END_TEST

START_TEST(test_ubjson_next_failures_say_where)
{
    CHECK("", "byte 0: the UBJSON data end too early");
    CHECK("[i\1", "[ 1i byte 3: the UBJSON data end too early");
    CHECK("{i\1a", "{ key:a byte 4: the UBJSON data end too early");
    CHECK("[?", "[ byte 1: no value starts like this");
    CHECK("H", "byte 0: numbers of any length (H) are not known");
    CHECK("[}", "[ byte 1: no value starts like this");
    CHECK("Si\377", "byte 1: a length is negative");
    CHECK("Sd\0\0\0\0", "byte 1: a length is an integer: i, U, I, l or L");
    CHECK("Si\5abc", "byte 6: the UBJSON data end too early");
    CHECK("[$i]", "byte 3: a type needs a count behind it");
    CHECK("[$T#i\5", "byte 1: arrays of that type are not known");
    CHECK("TT", "true byte 1: something follows the UBJSON value");
    CHECK("{]", "{ byte 1: a length is an integer: i, U, I, l or L");
}
END_TEST

START_TEST(test_ubjson_next_of_counts_beyond_the_data_refuses)
{
    CHECK("[$d#L\177\377\377\377\377\377\377\377\0\0\0\0",
          "byte 17: the UBJSON data end too early");
    CHECK("[#L\0\0\0\0\177\377\377\377TT", "byte 13: the UBJSON data end too early");
    CHECK("[$d#i\3\0\0\0\0\0\0\0\0\0\0\0", "byte 17: the UBJSON data end too early");
    CHECK("{#i\2i\0T", "byte 7: the UBJSON data end too early");
}
END_TEST

START_TEST(test_ubjson_next_at_the_depth_limit_accepts_and_beyond_it_refuses)
{
    char bytes[2 * MLCI_JSON_MAX_DEPTH + 2];
    mlci_ubjson r;
    mlc_error err;
    memset(bytes, '[', MLCI_JSON_MAX_DEPTH + 1);
    memset(bytes + MLCI_JSON_MAX_DEPTH, ']', MLCI_JSON_MAX_DEPTH);
    mlci_ubjson_open(&r, bytes, 2 * MLCI_JSON_MAX_DEPTH);
    do {
        ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    } while (r.event != MLCI_JSON_END);
    bytes[MLCI_JSON_MAX_DEPTH] = '[';
    mlci_ubjson_open(&r, bytes, 2 * MLCI_JSON_MAX_DEPTH);
    for (int i = 0; i < MLCI_JSON_MAX_DEPTH; i++)
        ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(mlci_ubjson_next(&r, &err), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(err.message, "byte 64: nested deeper than 64 levels");
}
END_TEST

START_TEST(test_ubjson_skip_passes_over_the_whole_value)
{
    static const char bytes[] = "{i\1a[#i\2[$i#i\2\1\2{i\1b[]}i\1ci\7}";
    mlci_ubjson r;
    mlci_ubjson_open(&r, bytes, (int64_t)sizeof bytes - 1);
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK); /* { */
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK); /* a */
    ck_assert_int_eq(mlci_ubjson_skip(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_END_ARRAY);
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert(mlci_text_equal(r.text, r.length, "c"));
    ck_assert_int_eq(mlci_ubjson_skip(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.integer, 7);
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_END_OBJECT);
}
END_TEST

START_TEST(test_ubjson_packed_hands_out_a_whole_array_of_numbers)
{
    static const char bytes[] = "[[$I#i\2\0\1\377\377[#i\1Z]";
    mlci_ubjson r;
    char type = 0;
    const char *at = NULL;
    int64_t n = 0, integer = 0;
    double real = 0;
    mlci_ubjson_open(&r, bytes, (int64_t)sizeof bytes - 1);
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert(!mlci_ubjson_packed(&r, &type, &at, &n));
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert(mlci_ubjson_packed(&r, &type, &at, &n));
    ck_assert_int_eq(type, 'I');
    ck_assert_int_eq(n, 2);
    ck_assert_int_eq(r.event, MLCI_JSON_END_ARRAY);
    ck_assert(mlci_ubjson_number(type, at + 2, &real, &integer));
    ck_assert_int_eq(integer, -1);
    ck_assert_int_eq(mlci_ubjson_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_ARRAY);
    ck_assert(!mlci_ubjson_packed(&r, &type, &at, &n));
}
END_TEST

/* The same document gives the same events as its JSON, which another reader has read. */
START_TEST(test_ubjson_next_gives_the_events_of_the_json)
{
    static const char text[] = "{\"a\":[1,2,3],\"b\":[1.5,NaN],\"c\":[\"x\",{\"d\":null}],"
                               "\"e\":[]}";
    mlci_text bytes = ubjson_of_json(text);
    mlci_json j;
    mlci_ubjson u;
    mlci_json_open(&j, NULL, text, (int64_t)strlen(text));
    j.is_lenient = 1;
    mlci_ubjson_open(&u, bytes.data, bytes.length);
    do {
        ck_assert_int_eq(mlci_json_next(&j, NULL), MLC_OK);
        ck_assert_int_eq(mlci_ubjson_next(&u, NULL), MLC_OK);
        ck_assert_int_eq(j.event, u.event);
        if (j.event == MLCI_JSON_NUMBER) ck_assert(j.real == u.real || isnan(j.real));
        if (j.event == MLCI_JSON_KEY) ck_assert_int_eq(memcmp(j.text, u.text, (size_t)u.length), 0);
    } while (j.event != MLCI_JSON_END);
    mlci_json_close(&j);
    mlci_text_clear(&bytes);
}
END_TEST

START_TEST(test_ubjson_next_of_random_bytes_stays_in_bounds)
{
    static const char marks[] = "{}[]$#iUIlLdDSCTFZNH\0\1\2\3\377a";
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        const size_t n = 1 + mutate_below(&state, 40);
        char *bytes = malloc(n);
        for (size_t k = 0; k < n; k++)
            bytes[k] = marks[mutate_below(&state, sizeof marks - 1)];
        mlci_ubjson r;
        mlci_ubjson_open(&r, bytes, (int64_t)n);
        for (int k = 0; k < 200 && mlci_ubjson_next(&r, NULL) == MLC_OK; k++)
            if (k % 7 == 3 && mlci_ubjson_skip(&r, NULL) != MLC_OK) break;
        ck_assert(r.at <= r.end);
        free(bytes);
    }
}
END_TEST

MLCI_CHECK_SUITE("ubjson", test_ubjson_next_over_a_document_gives_its_events,
                 test_ubjson_next_of_numbers_gives_their_values,
                 test_ubjson_next_of_counted_arrays_needs_no_closing_mark,
                 test_ubjson_next_failures_say_where,
                 test_ubjson_next_of_counts_beyond_the_data_refuses,
                 test_ubjson_next_at_the_depth_limit_accepts_and_beyond_it_refuses,
                 test_ubjson_skip_passes_over_the_whole_value,
                 test_ubjson_packed_hands_out_a_whole_array_of_numbers,
                 test_ubjson_next_gives_the_events_of_the_json,
                 test_ubjson_next_of_random_bytes_stays_in_bounds)
