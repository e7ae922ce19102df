#include "sha256.h"

#include "check_suite.h"
#include <string.h>

static void digest_is(const void *bytes, int64_t n, const char *wanted)
{
    mlci_sha256 sha;
    uint8_t digest[32];
    char hex[65] = "";
    mlci_sha256_init(&sha);
    mlci_sha256_add(&sha, bytes, n);
    mlci_sha256_finish(&sha, digest);
    for (int i = 0; i < 32; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    ck_assert_str_eq(hex, wanted);
}

/* NIST, FIPS 180-4 examples (CSRC "SHA256.pdf"), and the empty message. */
START_TEST(test_sha256_of_the_published_messages_is_the_published_digest)
{
    digest_is("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    static char million[1000000];
    memset(million, 'a', sizeof million);
    digest_is(million, sizeof million,
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* However the bytes are cut into pieces, around the length of a block. */
START_TEST(test_sha256_in_pieces_is_that_of_the_whole)
{
    uint8_t bytes[200], whole[32], pieces[32];
    for (int i = 0; i < 200; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (int64_t n = 50; n <= 200; n += 1) {
        mlci_sha256 sha;
        mlci_sha256_init(&sha);
        mlci_sha256_add(&sha, bytes, n);
        mlci_sha256_finish(&sha, whole);
        for (int64_t cut = 0; cut <= n; cut += 13) {
            mlci_sha256_init(&sha);
            mlci_sha256_add(&sha, bytes, cut);
            mlci_sha256_add(&sha, bytes + cut, n - cut);
            mlci_sha256_finish(&sha, pieces);
            ck_assert(memcmp(whole, pieces, 32) == 0);
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("sha256", test_sha256_of_the_published_messages_is_the_published_digest,
                 test_sha256_in_pieces_is_that_of_the_whole)
