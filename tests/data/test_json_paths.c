/* Paths of JSON: found again in any order, parsed from columns=. */
#include "check_suite.h"
#include "json_paths.h"
#include "torture.h"

START_TEST(test_json_paths_are_found_again_whatever_the_order)
{
    mlci_json_paths p;
    char key[16];
    ck_assert_int_eq(mlci_json_paths_open(NULL, &p, NULL), MLC_OK);
    for (int32_t k = 0; k < 2000; k++) {
        int32_t node = 0;
        const int n = snprintf(key, sizeof key, "%d", (int)(k * 1237 % 2000));
        ck_assert_int_eq(mlci_json_paths_add(&p, k % 2, -1, key, n, &node, NULL), MLC_OK);
        ck_assert_int_eq(node, k + 1);
    }
    int32_t deepest = 0;
    for (int32_t k = 0; k < 2000; k++) {
        const int n = snprintf(key, sizeof key, "%d", (int)(k * 1237 % 2000));
        ck_assert_int_eq(mlci_json_paths_find(&p, k % 2, -1, key, n), k + 1);
        ck_assert_int_eq(mlci_json_paths_find(&p, 1 - k % 2, -1, key, n), -1);
        if (p.nodes[k].level > deepest) deepest = p.nodes[k].level;
    }
    ck_assert_int_le(deepest, 11); /* an AA tree of 2^11 nodes has no more levels */
    mlci_json_paths_close(&p);
}
END_TEST

START_TEST(test_json_paths_guess_is_what_a_search_finds)
{
    static const char *const orders[] = {"abc", "abc", "cba", "bca", "abd", "acb"};
    mlci_json_paths p;
    int32_t node;
    ck_assert_int_eq(mlci_json_paths_open(NULL, &p, NULL), MLC_OK);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(mlci_json_paths_add(&p, 0, -1, &"abc"[i], 1, &node, NULL), MLC_OK);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        int32_t before = -1;
        for (const char *c = orders[i]; *c != '\0'; c++) {
            const int32_t found = mlci_json_paths_guess(&p, 0, before, c, 1);
            ck_assert_int_eq(found, mlci_json_paths_find(&p, 0, -1, c, 1));
            if (found >= 0) before = found;
        }
    }
    mlci_json_paths_close(&p);
}
END_TEST

START_TEST(test_json_paths_parse_names_and_paths)
{
    static const struct {
        const char *columns, *column, *path;
    } cases[] = {{"a", "a", "a"},
                 {"x:a.b", "x", "a.b"},
                 {"x:$.a[3].b", "x", "a[3].b"},
                 {"$.a", "$.a", "a"},
                 {"x:$['a.b']['c:d']", "x", "a.b.c:d"},
                 {"x:[\"k\"].l", "x", "k.l"},
                 {"'a b'", "a b", "a b"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_json_paths p;
        mlc_error err;
        mlci_text path = mlci_text_init(NULL);
        ck_assert_int_eq(mlci_json_paths_open(NULL, &p, NULL), MLC_OK);
        ck_assert_msg(mlci_json_paths_parse(&p, cases[i].columns, &err) == MLC_OK, "%s",
                      err.message);
        const int32_t last = p.n - 1;
        ck_assert_int_eq(p.nodes[last].is_column, 1);
        ck_assert_str_eq(p.nodes[last].name, cases[i].column);
        mlci_json_paths_name(&p, last, &path);
        ck_assert_str_eq(path.data, cases[i].path);
        mlci_text_clear(&path);
        mlci_json_paths_close(&p);
    }
}
END_TEST

START_TEST(test_json_paths_parse_refuses_what_is_no_path)
{
    static const char *const wrong[] = {"x:",    "$",       "a..b",   ".a",   "a.",  "a[",
                                        "a[x]",  "a[-1]",   "$a",     ":a",   "a,a", "x:a,y:a",
                                        "a['b]", "a,x:a.b", "a,a[0]", "a[1]b"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlci_json_paths p;
        mlc_error err;
        ck_assert_int_eq(mlci_json_paths_open(NULL, &p, NULL), MLC_OK);
        const mlc_status status = mlci_json_paths_parse(&p, wrong[i], &err);
        ck_assert_msg(status == MLC_ERROR_SETTING || status == MLC_ERROR_SYNTAX, "%s", wrong[i]);
        mlci_json_paths_close(&p);
    }
}
END_TEST

static mlc_status copy_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_json_paths p, copy;
    mlci_root *const root = mlci_context_root(ctx);
    mlc_status status = mlci_json_paths_open(root, &p, err);
    if (status != MLC_OK) return status;
    status = mlci_json_paths_parse(&p, "x:a.b.c,y:a[3]", err);
    if (status == MLC_OK) {
        status = mlci_json_paths_copy(&p, &copy, err);
        if (status == MLC_OK) {
            ck_assert_int_eq(copy.n, p.n);
            mlci_json_paths_close(&copy);
        }
    }
    mlci_json_paths_close(&p);
    return status;
}
MLCI_TORTURE_TEST(test_json_paths_when_memory_fails_leak_nothing, copy_and_free, NULL)

MLCI_CHECK_SUITE("json_paths", test_json_paths_are_found_again_whatever_the_order,
                 test_json_paths_guess_is_what_a_search_finds,
                 test_json_paths_parse_names_and_paths,
                 test_json_paths_parse_refuses_what_is_no_path,
                 test_json_paths_when_memory_fails_leak_nothing)
