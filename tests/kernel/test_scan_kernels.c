/* The structure of text, in every table and byte by byte. */
#include "scan_kernels.h"

#include "kernel_cases.h"

static const mlci_scan_kernels *table(int t)
{
    return mlci_scan_kernels_of(case_tables[t]->isa);
}

/* Bytes that matter, and some that do not. */
static void fill(char *bytes, int64_t n, uint64_t seed)
{
    static const char some[] = "aaaa,,\n\"\r\n\"x\xc3;";
    for (int64_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        bytes[i] = some[(seed >> 33) % (sizeof some - 1)];
    }
}

/* By the definition: a quote turns what is inside, separators outside count. */
static mlci_scan_state look(const char *bytes, int64_t n, int64_t end, char quote, uint32_t *out)
{
    mlci_scan_state s = {0};
    int inside = 0;
    for (int64_t i = 0; i < end; i++) {
        const char c = bytes[i];
        const int is_line = c == '\n' || (c == '\r' && !(i + 1 < n && bytes[i + 1] == '\n'));
        if (quote != 0 && c == quote) inside = !inside;
        if (inside || !(is_line || c == ',')) continue;
        s.n_lines += is_line;
        out[s.n++] = (uint32_t)i + 1;
    }
    return s;
}

START_TEST(test_separators_then_those_outside_quotes)
{
    enum { N = 700 };
    char bytes[N];
    static uint32_t expected[N], found[N + 200];
    for (uint64_t seed = 0; seed < 200; seed++) {
        const int64_t n = N - (int64_t)seed, end = n - (int64_t)(seed % 70);
        const char quote = seed % 3 == 0 ? '\0' : '"';
        fill(bytes, n, seed);
        const mlci_scan_state by_byte = look(bytes, n, end, quote, expected);
        const mlci_scan_text text = {bytes, n, ',', quote};
        for (int t = 0; t < case_n_tables; t++) {
            mlci_scan_state s = {0};
            for (int64_t most = 5; s.at < end; most += 50)
                table(t)->separators(&text, end, most, &s, found);
            ck_assert_int_eq(s.n, by_byte.n);
            ck_assert_int_eq(s.n_lines, by_byte.n_lines);
            ck_assert_int_eq(memcmp(found, expected, (size_t)s.n * sizeof *found), 0);
        }
    }
}
END_TEST

START_TEST(test_separators_of_odd_bytes_then_said_so)
{
    static const struct {
        const char *bytes;
        int64_t n;
        int is_odd, is_text;
    } cases[] = {
        {"a,\"b\",\"c\"\"d\"\n", 14, 0, 1},
        {"a,b\"c\"\n", 7, 1, 1},
        {"a,\"b\"c\n", 7, 1, 1},
        {"a,\"b\"\r\n", 7, 0, 1},
        {"a\0b,\n", 5, 0, 0},
        {"caf\xc3\xa9,\n", 7, 0, 0},
        {"a,b\n", 4, 0, 1},
    };
    uint32_t found[300];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mlci_scan_text text = {cases[i].bytes, cases[i].n, ',', '"'};
        for (int t = 0; t < case_n_tables; t++) {
            mlci_scan_state s = {0};
            table(t)->separators(&text, text.n, 100, &s, found);
            ck_assert_int_eq(s.odd != 0, cases[i].is_odd);
            ck_assert_int_eq(s.not_text == 0, cases[i].is_text);
        }
    }
}
END_TEST

/* What pieces hold, under both assumptions, as the bytes say it. */
static mlci_scan_summary summarise(const char *bytes, int64_t begin, int64_t end, char quote)
{
    mlci_scan_summary s = {.first = {-1, -1}, .last = {-1, -1}};
    int inside = 0;
    for (int64_t i = begin; i < end; i++) {
        const char c = bytes[i], before = i > 0 ? bytes[i - 1] : 'x';
        const int is_line = c == '\n' || c == '\r';
        if (quote != 0 && c == quote) inside = !inside;
        if (!is_line) continue;
        s.n_ends += !(c == '\n' && before == '\r');
        s.n_lines[inside] += before != '\n' && before != '\r';
        if (s.first[inside] < 0) s.first[inside] = i + 1;
        s.last[inside] = i + 1;
    }
    s.odd = inside;
    return s;
}

START_TEST(test_summarise_then_lines_under_both_assumptions)
{
    enum { N = 500 };
    char bytes[N];
    for (uint64_t seed = 0; seed < 200; seed++) {
        const int64_t begin = (int64_t)(seed % 90), end = N - (int64_t)(seed * 3 % 130);
        fill(bytes, N, seed);
        const char quote = seed % 5 == 0 ? '\0' : '"';
        const mlci_scan_text text = {bytes, N, ',', quote};
        const mlci_scan_summary expected = summarise(bytes, begin, end, quote);
        for (int t = 0; t < case_n_tables; t++) {
            mlci_scan_summary s;
            table(t)->summarise(&text, begin, end, &s);
            ck_assert_int_eq(s.odd, expected.odd);
            ck_assert_int_eq(s.n_ends, expected.n_ends);
            for (int k = 0; k < 2; k++) {
                ck_assert_int_eq(s.n_lines[k], expected.n_lines[k]);
                ck_assert_int_eq(s.first[k], expected.first[k]);
                ck_assert_int_eq(s.last[k], expected.last[k]);
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("scan_kernels", test_separators_then_those_outside_quotes,
                 test_separators_of_odd_bytes_then_said_so,
                 test_summarise_then_lines_under_both_assumptions)
