/* Bytes as Google's "Protocol Buffers Encoding" page has them, and bytes that are none. */
#include "protobuf.h"

#include <string.h>

#include "check_suite.h"
#include "mutate.h"

static void holds(const mlci_text *text, const char *bytes, int64_t n)
{
    ck_assert(!text->failed);
    ck_assert_int_eq(text->length, n);
    ck_assert(memcmp(text->data, bytes, (size_t)n) == 0);
}

START_TEST(test_integer_field_is_a_tag_and_a_varint)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_proto_add_integer(&text, 1, 150);
    holds(&text, "\x08\x96\x01", 3);
    mlci_text_clear(&text);
    mlci_proto_add_integer(&text, 2, -2);
    holds(&text, "\x10\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_text_field_has_its_length_before_it)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_proto_add_text(&text, 2, "testing");
    holds(&text, "\x12\x07testing", 9);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_message_gets_its_length_when_it_is_closed)
{
    mlci_text text = mlci_text_init(NULL);
    const int64_t outer = mlci_proto_open(&text, 3);
    mlci_proto_add_integer(&text, 1, 150);
    mlci_proto_close(&text, outer);
    holds(&text, "\x1a\x03\x08\x96\x01", 5);
    mlci_text_clear(&text);
    const int64_t large = mlci_proto_open(&text, 3);
    for (int i = 0; i < 100; i++)
        mlci_proto_add_integer(&text, 1, 1);
    mlci_proto_close(&text, large);
    ck_assert_int_eq(text.length, 3 + 200);
    ck_assert(memcmp(text.data, "\x1a\xc8\x01\x08\x01", 5) == 0);
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_reals_are_little_endian)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_proto_put_float(&text, 1.5F);
    mlci_proto_put_double(&text, -2);
    holds(&text, "\x00\x00\xc0\x3f\x00\x00\x00\x00\x00\x00\x00\xc0", 12);
    mlci_text_clear(&text);
    ck_assert(mlci_proto_float(0x3fc00000) == 1.5F);
    ck_assert(mlci_proto_double(0xc000000000000000u) == -2);
}
END_TEST

START_TEST(test_fields_are_read_one_at_a_time)
{
    static const char bytes[] = "\x08\x96\x01\x12\x02hi\x1d\x00\x00\xc0\x3f"
                                "\x21\x00\x00\x00\x00\x00\x00\x00\xc0";
    mlci_proto r;
    mlci_proto_read(&r, bytes, sizeof bytes - 1);
    ck_assert(mlci_proto_next(&r));
    ck_assert(r.field == 1 && r.wire == MLCI_PROTO_VARINT && r.value == 150);
    ck_assert(mlci_proto_next(&r));
    ck_assert(r.field == 2 && r.wire == MLCI_PROTO_BYTES && r.length == 2);
    ck_assert(memcmp(r.bytes, "hi", 2) == 0);
    ck_assert(mlci_proto_next(&r));
    ck_assert(r.field == 3 && mlci_proto_float(r.value) == 1.5F);
    ck_assert(mlci_proto_next(&r));
    ck_assert(r.field == 4 && mlci_proto_double(r.value) == -2);
    ck_assert(!mlci_proto_next(&r) && r.fault == NULL);
}
END_TEST

START_TEST(test_lists_are_counted_packed_and_one_by_one)
{
    static const char bytes[] = "\x0a\x03\x03\x8e\x02\x08\x05\x12\x01z\x0a\x00";
    uint64_t out[3] = {0};
    ck_assert_int_eq(mlci_proto_count(bytes, sizeof bytes - 1, 1, MLCI_PROTO_VARINT), 3);
    mlci_proto_numbers(bytes, sizeof bytes - 1, 1, MLCI_PROTO_VARINT, out);
    ck_assert(out[0] == 3 && out[1] == 270 && out[2] == 5);
    ck_assert_int_eq(mlci_proto_count(bytes, sizeof bytes - 1, 7, MLCI_PROTO_VARINT), 0);
}
END_TEST

START_TEST(test_numbers_of_another_encoding_are_no_list)
{
    ck_assert_int_eq(mlci_proto_count("\x0d\x00\x00\xc0\x3f", 5, 1, MLCI_PROTO_VARINT), -1);
    ck_assert_int_eq(mlci_proto_count("\x08\x01", 2, 1, MLCI_PROTO_FIXED32), -1);
    ck_assert_int_eq(mlci_proto_count("\x0a\x03zzz", 5, 1, MLCI_PROTO_FIXED32), -1);
    ck_assert_int_eq(mlci_proto_count("\x0a\x01\x80", 3, 1, MLCI_PROTO_VARINT), -1);
}
END_TEST

static void has_fault(const char *bytes, int64_t n, const char *says)
{
    mlci_proto r;
    mlci_proto_read(&r, bytes, n);
    while (mlci_proto_next(&r)) {
    }
    ck_assert_ptr_nonnull(r.fault);
    ck_assert_msg(strstr(r.fault, says) != NULL, "%s", r.fault);
}

START_TEST(test_hostile_bytes_are_faults)
{
    has_fault("\x08", 1, "cut off");
    has_fault("\x09\x01\x02", 3, "cut off");
    has_fault("\x12\x07test", 6, "longer than what is left");
    has_fault("\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, "longer than what is left");
    has_fault("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, "longer than what is left");
    has_fault("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11, "more than 64 bits");
    has_fault("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, "more than 64 bits");
    has_fault("\x00\x01", 2, "no valid number");
    has_fault("\x80\x80\x80\x80\x10\x01", 6, "no valid number");
    has_fault("\x0b\x0c", 2, "encoding that is not known");
    has_fault("\x0e", 1, "encoding that is not known");
}
END_TEST

/* Exact blocks, so that a sanitizer sees each byte read behind the end. */
START_TEST(test_random_bytes_end_in_a_fault_or_at_the_end)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        const size_t n = mutate_below(&state, 40);
        char *const bytes = malloc(n + (n == 0));
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)mutate_next(&state);
        mlci_proto r;
        int fields = 0;
        mlci_proto_read(&r, bytes, (int64_t)n);
        while (mlci_proto_next(&r))
            fields++;
        ck_assert(r.at == r.end && fields <= (int)n);
        const int64_t count = mlci_proto_count(bytes, (int64_t)n, 1, MLCI_PROTO_VARINT);
        ck_assert_int_le(count, (int64_t)n);
        free(bytes);
    }
}
END_TEST

MLCI_CHECK_SUITE("protobuf", test_integer_field_is_a_tag_and_a_varint,
                 test_text_field_has_its_length_before_it,
                 test_message_gets_its_length_when_it_is_closed, test_reals_are_little_endian,
                 test_fields_are_read_one_at_a_time, test_lists_are_counted_packed_and_one_by_one,
                 test_numbers_of_another_encoding_are_no_list, test_hostile_bytes_are_faults,
                 test_random_bytes_end_in_a_fault_or_at_the_end)
