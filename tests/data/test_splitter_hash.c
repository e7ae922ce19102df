/* hash against the definition in dataset.h, computed in Python. */
#include "splitting.h"

START_TEST(test_hash_parts_are_those_of_the_definition)
{
    static const int texts[] = {0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    static const int numbers[] = {1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1};
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "k,n\n");
    for (int i = 0; i < 12; i++)
        mlci_text_append_format(&t, "customer-%d,%d\n", i, i - 3);
    mlc_dataset *by_text = parse(t.data, "key=k"), *by_number = parse(t.data, "key=n");
    mlc_dataset *a = split(by_text, "hash"), *b = split(by_number, "hash test_size=0.5");
    for (int64_t i = 0; i < 12; i++) {
        ck_assert(is_part(a, 0, i, texts[i] ? "test" : "train"));
        ck_assert(is_part(b, 0, i, numbers[i] ? "test" : "train"));
    }
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(by_text);
    mlc_dataset_free(by_number);
    mlci_text_clear(&t);
}
END_TEST

/* 0.2367... is the position of "true", 0.4377... of "0.1", 0.7132... of 2024-02-29T00:00:00Z. */
START_TEST(test_hash_keys_of_other_types_go_by_their_text)
{
    mlc_dataset *d =
        parse("b,r,t\ntrue,0.1,2024-02-29\nfalse,0.5,2024-03-01\n", "types='t:timestamp'");
    static const char *const roles[] = {"key=b", "key=r", "key=t"};
    static const char *const below[] = {"hash test_size=0.2367", "hash test_size=0.4377",
                                        "hash test_size=0.7132"};
    static const char *const above[] = {"hash test_size=0.2368", "hash test_size=0.4378",
                                        "hash test_size=0.7133"};
    for (int i = 0; i < 3; i++) {
        mlc_dataset *keyed = NULL;
        ck_assert_int_eq(mlc_dataset_with_roles(NULL, d, roles[i], &keyed, NULL), MLC_OK);
        mlc_dataset *a = split(keyed, below[i]), *b = split(keyed, above[i]);
        ck_assert(is_part(a, 0, 0, "train"));
        ck_assert(is_part(b, 0, 0, "test"));
        mlc_dataset_free(a);
        mlc_dataset_free(b);
        mlc_dataset_free(keyed);
    }
    mlc_dataset_free(d);
}
END_TEST

/* A float32 goes by its shortest text: 0.1, not 0.10000000149011612. */
START_TEST(test_hash_float32_keys_go_by_their_own_text)
{
    mlc_dataset *d = parse("f\n0.1\n0.5\n", "types='f:float32' key=f");
    mlc_dataset *a = split(d, "hash test_size=0.4377"), *b = split(d, "hash test_size=0.4378");
    ck_assert(is_part(a, 0, 0, "train"));
    ck_assert(is_part(b, 0, 0, "test"));
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hash_of_a_vector_key_is_refused)
{
    mlc_dataset *d = two_components("key");
    split_fails(d, "hash", MLC_ERROR_COLUMN, "column 'v' is a vector, not a key");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hash_errors_say_what_is_needed)
{
    mlc_dataset *d = parse("k,x\na,1\n,2\n", NULL), *keyed = NULL;
    split_fails(d, "hash", MLC_ERROR_ROLE,
                "the hash split needs a key: give one column the role key");
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, d, "key=k", &keyed, NULL), MLC_OK);
    split_fails(keyed, "hash", MLC_ERROR_DATA, "row 1 has no key in column 'k'");
    mlc_dataset_free(keyed);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("splitter_hash", test_hash_parts_are_those_of_the_definition,
                 test_hash_keys_of_other_types_go_by_their_text,
                 test_hash_errors_say_what_is_needed, test_hash_float32_keys_go_by_their_own_text,
                 test_hash_of_a_vector_key_is_refused)
