/* Samples of readers: equal to those of the collected rows for any batches and threads, with equal
 * chances, in bounded memory, and what is refused. Chi-square must lie between its values at 1e-6
 * on each side (Wilson and Hilferty 1931); the draws have fixed seeds. */
#include <mlcore/reader.h>
#include <mlcore/sampling.h>
#include <stdio.h>

#include "check_suite.h"
#include "chosen.h"
#include "making.h"
#include "sample.h"
#include "torture.h"

#define N_ROWS 3000
#define Z_1E6 4.7534 /* of the normal distribution */

/* Yields rows of a dataset, sizes[0], sizes[1] ... at a time, over and over. */
typedef struct dealer {
    const mlc_dataset *rows;
    int64_t next;
    const int64_t *sizes;
    int32_t n_sizes, n_calls, fail_at;
} dealer;

static mlc_status deal(void *user, mlc_dataset **out, mlc_error *err)
{
    dealer *const d = user;
    const int64_t left = mlc_dataset_n_rows(d->rows) - d->next;
    const int64_t size = d->sizes[d->n_calls % d->n_sizes], first = d->next;
    if (++d->n_calls == d->fail_at) {
        strcpy(err->message, "the line was cut");
        return MLC_ERROR_IO;
    }
    if (left == 0) return MLC_END;
    d->next += size < left ? size : left;
    return mlc_dataset_rows(NULL, d->rows, NULL, first, d->next - first, out, err);
}

static mlc_reader *open_reader(mlc_context *ctx, dealer *d)
{
    const mlc_source source = {sizeof source, d, deal, NULL};
    mlc_reader *reader = NULL;
    ck_assert_int_eq(mlc_reader_from_source(ctx, &source, NULL, &reader, NULL), MLC_OK);
    return reader;
}

/* Every role and type that a sampler looks at. */
static mlc_dataset *make_rows(int64_t n)
{
    static double weight[N_ROWS], real[N_ROWS];
    static int64_t number[N_ROWS], key[N_ROWS];
    static char texts[N_ROWS][16];
    static const char *word[N_ROWS], *class[N_ROWS], *text[N_ROWS];
    static const char *const words[] = {"red", "green", "blue", NULL, "gold"};
    for (int64_t i = 0; i < n; i++) {
        number[i] = i;
        real[i] = (double)(i * i % 1009) / 8;
        weight[i] = (double)(i % 5);
        key[i] = i * i % 701;
        (void)snprintf(texts[i], sizeof texts[i], "t%d", (int)(i * 31 % 997));
        text[i] = texts[i];
        word[i] = words[i % 7 % 5];
        class[i] = i % 11 == 3 ? "yes" : i < 40 ? "early" : "no";
    }
    mlc_array arrays[] = {making_integer("number", n, number), making_real("real", n, real),
                          making_real("weight", n, weight),    making_integer("key", n, key),
                          making_text("text", n, text),        making_category("word", n, word),
                          making_category("class", n, class)};
    return making_dataset(arrays, 7, "weight=weight key=key target=class");
}

static mlc_buffer *text_of(const mlc_dataset *rows)
{
    mlc_buffer *text = NULL;
    ck_assert_int_eq(mlc_dataset_format(rows, "format=json", &text, NULL), MLC_OK);
    return text;
}

static void assert_same_rows(const mlc_dataset *a, const mlc_dataset *b, const char *what)
{
    mlc_buffer *x = text_of(a), *y = text_of(b);
    ck_assert_int_eq(mlc_dataset_n_columns(a), mlc_dataset_n_columns(b));
    for (int32_t j = 0; j < mlc_dataset_n_columns(a); j++) {
        ck_assert_str_eq(mlc_dataset_column_role(a, j), mlc_dataset_column_role(b, j));
        ck_assert_int_eq(mlc_dataset_column_type(a, j), mlc_dataset_column_type(b, j));
    }
    ck_assert_msg(mlc_buffer_size(x) == mlc_buffer_size(y) &&
                      memcmp(mlc_buffer_data(x), mlc_buffer_data(y), (size_t)mlc_buffer_size(x)) ==
                          0,
                  "%s: other rows", what);
    mlc_buffer_free(x);
    mlc_buffer_free(y);
}

static mlc_context *context_of(int32_t n_threads, int64_t limit)
{
    const mlc_host host = {
        .size = sizeof host, .n_threads = n_threads, .memory_limit_bytes = limit};
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    return ctx;
}

static const char *const samplers[] = {"reservoir n=100 random_state=7",
                                       "reservoir n=0",
                                       "reservoir n=5000",
                                       "uniform",
                                       "uniform n=700 random_state=-3",
                                       "uniform n=50 shuffle=true",
                                       "uniform share=0.25 random_state=1",
                                       "uniform share=0.3 shuffle=true",
                                       "uniform share=0",
                                       "uniform share=1",
                                       "weighted n=200 random_state=2",
                                       "weighted n=10 weight=real",
                                       "weighted n=2400",
                                       "bottom_k n=20",
                                       "bottom_k n=0",
                                       "bottom_k n=100000",
                                       "stratified n=30",
                                       "stratified n=500 by=word random_state=4",
                                       "stratified n=77 by=class allocation=equal",
                                       "stratified n=0",
                                       "stratified n=9 by=real"};

START_TEST(test_sample_of_a_reader_is_that_of_the_rows_for_any_batches_and_threads)
{
    static const int64_t sizes[][3] = {
        {1, 1, 20}, {3000, 1, 1}, {7, 1000, 2}, {0, 1100, 900}, {64, 0, 64}};
    mlc_dataset *rows = make_rows(N_ROWS);
    for (size_t k = 0; k < sizeof samplers / sizeof *samplers; k++) {
        mlc_dataset *whole = NULL;
        ck_assert_int_eq(mlc_dataset_sample(NULL, rows, samplers[k], &whole, NULL), MLC_OK);
        for (int32_t b = 0; b < 5; b++) {
            dealer d = {.rows = rows, .sizes = sizes[b], .n_sizes = 3};
            mlc_context *ctx = context_of(1 + b % 3, 0);
            mlc_reader *reader = open_reader(ctx, &d);
            mlc_dataset *sample = NULL;
            mlc_error err = {0};
            ck_assert_msg(mlc_reader_sample(ctx, reader, samplers[k], &sample, &err) == MLC_OK,
                          "%s: %s", samplers[k], err.message);
            ck_assert_int_eq(mlc_reader_n_rows(reader), N_ROWS);
            assert_same_rows(whole, sample, samplers[k]);
            mlc_reader_close(reader);
            mlc_dataset_free(sample);
            mlc_context_close(ctx);
        }
        mlc_dataset_free(whole);
    }
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_sample_begins_with_the_rows_that_are_left)
{
    static const int64_t size = 300;
    mlc_dataset *rows = make_rows(1000), *rest = NULL, *first = NULL, *a = NULL, *b = NULL;
    dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1};
    mlc_reader *reader = open_reader(NULL, &d);
    ck_assert_int_eq(mlc_reader_next(NULL, reader, &first, NULL), MLC_OK);
    ck_assert_int_eq(mlc_reader_sample(NULL, reader, "reservoir n=40", &a, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_rows(NULL, rows, NULL, 300, 700, &rest, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_sample(NULL, rest, "reservoir n=40", &b, NULL), MLC_OK);
    assert_same_rows(a, b, "rest");
    ck_assert_int_eq(mlc_reader_sample(NULL, reader, "reservoir", &a, NULL), MLC_END);
    mlc_reader_close(reader);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
    mlc_dataset_free(rest);
    mlc_dataset_free(first);
    mlc_dataset_free(rows);
}
END_TEST

/* ---- chances -------------------------------------------------------------------------------- */

/* The value of chi-square of so many degrees that is as likely as z of the normal distribution. */
static double critical(double degrees, double z)
{
    const double part = 2 / (9 * degrees);
    const double root = 1 - part + z * sqrt(part);
    return degrees * root * root * root;
}

#define N_DRAWN 40
#define N_TAKEN 10
#define N_DRAWS 1500

/* Numbers of rows that `sampler` with seed k draws of 40. */
static void draw(const mlc_dataset *rows, const char *sampler, int k, int64_t *drawn)
{
    static const int64_t sizes[] = {3, 0, 11};
    char settings[80];
    mlc_dataset *sample = NULL;
    dealer d = {.rows = rows, .sizes = sizes, .n_sizes = 3};
    mlc_reader *reader = open_reader(NULL, &d);
    (void)snprintf(settings, sizeof settings, "%s n=%d random_state=%d", sampler, N_TAKEN, k);
    ck_assert_int_eq(mlc_reader_sample(NULL, reader, settings, &sample, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(sample), N_TAKEN);
    for (int64_t i = 0; i < N_TAKEN; i++)
        drawn[i] = (int64_t)making_cell(sample, "number", i);
    mlc_dataset_free(sample);
    mlc_reader_close(reader);
}

/* How many of the draws had a row, and a pair of rows. */
typedef struct counts {
    double row[N_DRAWN], pair[N_DRAWN][N_DRAWN];
} counts;

static void count_draws(const mlc_dataset *rows, const char *sampler, counts *c)
{
    memset(c, 0, sizeof *c);
    for (int k = 0; k < N_DRAWS; k++) {
        int64_t drawn[N_TAKEN];
        draw(rows, sampler, k, drawn);
        for (int i = 0; i < N_TAKEN; i++) {
            c->row[drawn[i]]++;
            for (int j = 0; j < N_TAKEN; j++)
                c->pair[drawn[i]][drawn[j]] += i != j;
        }
    }
}

/* Of n rows of N drawn without replacement the counts of rows have the variance p (1 - p) N / (N -
 * 1) a draw on N - 1 dimensions, p = n / N. */
static void assert_rows_are_equally_likely(const counts *c, const char *what)
{
    const double n = N_TAKEN, all = N_DRAWN, p = n / all;
    double sum = 0;
    for (int i = 0; i < N_DRAWN; i++)
        sum += (c->row[i] - N_DRAWS * p) * (c->row[i] - N_DRAWS * p);
    const double statistic = sum / (N_DRAWS * p * (1 - p) * all / (all - 1));
    ck_assert_msg(statistic < critical(all - 1, Z_1E6) && statistic > critical(all - 1, -Z_1E6),
                  "%s: rows: %g", what, statistic);
}

/* What counts of rows do not explain of the counts of pairs is the eigenspace of the Johnson scheme
 * of N (N - 3) / 2 dimensions, on which the variance is p2 - 2 p3 + p4 a draw; pk is the chance of
 * k given rows. */
static void assert_pairs_are_equally_likely(const counts *c, const char *what)
{
    const double n = N_TAKEN, all = N_DRAWN, degrees = all * (all - 3) / 2;
    const double p2 = n / all * (n - 1) / (all - 1), p3 = p2 * (n - 2) / (all - 2);
    const double p4 = p3 * (n - 3) / (all - 3);
    double of_row[N_DRAWN] = {0}, sum = 0;
    for (int i = 0; i < N_DRAWN; i++) {
        for (int j = 0; j < N_DRAWN; j++)
            of_row[i] += i == j ? 0 : (c->pair[i][j] - N_DRAWS * p2) / (all - 2);
    }
    for (int i = 0; i < N_DRAWN; i++) {
        for (int j = 0; j < i; j++) {
            const double rest = c->pair[i][j] - N_DRAWS * p2 - of_row[i] - of_row[j];
            sum += rest * rest;
        }
    }
    const double statistic = sum / (N_DRAWS * (p2 - 2 * p3 + p4));
    ck_assert_msg(statistic < critical(degrees, Z_1E6) && statistic > critical(degrees, -Z_1E6),
                  "%s: pairs: %g", what, statistic);
}

START_TEST(test_rows_and_pairs_of_rows_are_equally_likely)
{
    static const char *const equal[] = {"reservoir", "uniform", "weighted weight=one",
                                        "stratified by=one"};
    static counts c;
    double one[N_DRAWN];
    int64_t number[N_DRAWN];
    for (int64_t i = 0; i < N_DRAWN; i++) {
        one[i] = 1;
        number[i] = i;
    }
    mlc_array arrays[] = {making_integer("number", N_DRAWN, number),
                          making_real("one", N_DRAWN, one)};
    mlc_dataset *rows = making_dataset(arrays, 2, NULL);
    for (int s = 0; s < 4; s++) {
        count_draws(rows, equal[s], &c);
        assert_rows_are_equally_likely(&c, equal[s]);
        assert_pairs_are_equally_likely(&c, equal[s]);
    }
    mlc_dataset_free(rows);
}
END_TEST

/* Of two rows drawn in turn by weight 1, 2, 3, 4: the chance of each pair in closed form. */
START_TEST(test_weighted_pairs_have_the_chances_of_draws_in_turn)
{
    static const double weight[] = {1, 2, 3, 4};
    static const int64_t number[] = {0, 1, 2, 3}, size = 1;
    double count[4][4] = {{0}}, statistic = 0;
    mlc_array arrays[] = {making_integer("number", 4, number), making_real("w", 4, weight)};
    mlc_dataset *rows = making_dataset(arrays, 2, "weight=w");
    for (int k = 0; k < N_DRAWS; k++) {
        char settings[64];
        mlc_dataset *sample = NULL;
        dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1};
        mlc_reader *reader = open_reader(NULL, &d);
        (void)snprintf(settings, sizeof settings, "weighted n=2 random_state=%d", k);
        ck_assert_int_eq(mlc_reader_sample(NULL, reader, settings, &sample, NULL), MLC_OK);
        count[(int)making_cell(sample, "number", 0)][(int)making_cell(sample, "number", 1)]++;
        mlc_dataset_free(sample);
        mlc_reader_close(reader);
    }
    for (int i = 0; i < 4; i++) {
        for (int j = i + 1; j < 4; j++) {
            const double chance =
                weight[i] * weight[j] / 10 * (1 / (10 - weight[i]) + 1 / (10 - weight[j]));
            const double d = count[i][j] - N_DRAWS * chance;
            statistic += d * d / (N_DRAWS * chance);
        }
    }
    ck_assert_msg(statistic < critical(5, Z_1E6), "chi-square %g", statistic);
    mlc_dataset_free(rows);
}
END_TEST

/* ---- memory --------------------------------------------------------------------------------- */

/* Batches of 4,000 rows, each text of which is in one row only. */
static mlc_status yield_words(void *user, mlc_dataset **out, mlc_error *err)
{
    int64_t *const batch = user;
    static char words[4000][24];
    static const char *texts[4000];
    if (*batch == 500) return MLC_END;
    for (int64_t i = 0; i < 4000; i++) {
        (void)snprintf(words[i], sizeof words[i], "word %09d", (int)(*batch * 4000 + i));
        texts[i] = words[i];
    }
    ++*batch;
    const mlc_array array = making_category("word", 4000, texts);
    return mlc_dataset_from_arrays(NULL, &array, 1, NULL, out, err);
}

/* Two million categories have 40 MB; a batch, which is not counted here, 80 kB. */
START_TEST(test_memory_is_that_of_the_sample_also_for_categories)
{
    mlc_context *ctx = context_of(1, 2000000);
    int64_t batch = 0;
    const mlc_source source = {sizeof source, &batch, yield_words, NULL};
    mlc_reader *reader = NULL;
    mlc_dataset *sample = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlc_reader_from_source(ctx, &source, NULL, &reader, NULL), MLC_OK);
    ck_assert_msg(mlc_reader_sample(ctx, reader, "reservoir n=500", &sample, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(sample), 500);
    mlc_dataset_free(sample);
    mlc_reader_close(reader);
    mlc_context_close(ctx);
}
END_TEST

/* ---- what fails ----------------------------------------------------------------------------- */

static void assert_refused(const char *sampler, mlc_status status, const char *says)
{
    static const int64_t size = 500;
    mlc_dataset *rows = make_rows(2000), *out = NULL;
    dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1};
    mlc_reader *reader = open_reader(NULL, &d);
    mlc_error err = {0};
    const mlc_status found = mlc_reader_sample(NULL, reader, sampler, &out, &err);
    ck_assert_msg(found == status && strstr(err.message, says) != NULL, "%s: %d: %s", sampler,
                  (int)found, err.message);
    ck_assert_ptr_null(out);
    mlc_reader_close(reader);
    mlc_dataset_free(rows);
}

START_TEST(test_sample_when_settings_are_wrong_says_so)
{
    assert_refused(NULL, MLC_ERROR_COMPONENT, "as in `reservoir n=1000`");
    assert_refused("reservoirs", MLC_ERROR_COMPONENT, "reservoir");
    assert_refused("reservoir n=-1", MLC_ERROR_SETTING, "n = -1");
    assert_refused("reservoir k=5", MLC_ERROR_SETTING, "k");
    assert_refused("uniform n=2001", MLC_ERROR_DATA, "2001 rows are wanted of 2000: take fewer");
    assert_refused("uniform share=1.5", MLC_ERROR_DATA, "3000 rows are wanted of 2000");
    assert_refused("uniform n=5 replace=true", MLC_ERROR_SETTING, "replacement need all rows");
    assert_refused("weighted share=0.5", MLC_ERROR_SETTING, "share needs all rows at once");
    assert_refused("weighted n=5 replace=true", MLC_ERROR_SETTING, "replace needs all rows");
    assert_refused("weighted n=5 weight=wait", MLC_ERROR_COLUMN, "no column 'wait'");
    assert_refused("weighted n=1601", MLC_ERROR_DATA, "1601 rows are wanted, and 1600 have");
    assert_refused("stratified share=0.5", MLC_ERROR_SETTING, "share needs all rows at once");
    assert_refused("stratified n=5 by=nothing", MLC_ERROR_COLUMN, "nothing");
}
END_TEST

START_TEST(test_settings_that_are_refused_leave_the_reader_as_it_was)
{
    static const int64_t size = 5;
    mlc_dataset *rows = make_rows(20), *out = NULL;
    dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1};
    mlc_reader *reader = open_reader(NULL, &d);
    ck_assert_int_eq(mlc_reader_sample(NULL, reader, "uniform n=5 replace=true", &out, NULL),
                     MLC_ERROR_SETTING);
    ck_assert_int_eq(d.n_calls, 0);
    ck_assert_int_eq(mlc_reader_sample(NULL, reader, "uniform n=5", &out, NULL), MLC_OK);
    mlc_dataset_free(out);
    mlc_reader_close(reader);
    mlc_dataset_free(rows);
    mlc_dataset *none = NULL;
    making_assert_fails(mlc_reader_sample(NULL, NULL, "uniform", &none, err), MLC_ERROR_ARGUMENT,
                        "reader is NULL");
}
END_TEST

START_TEST(test_numbers_of_many_values_are_no_strata_of_a_reader)
{
    static const int64_t size = 600;
    double y[1200];
    for (int i = 0; i < 1200; i++)
        y[i] = i;
    const mlc_array array = making_real("y", 1200, y);
    mlc_dataset *rows = making_dataset(&array, 1, "target=y"), *out = NULL;
    dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1};
    mlc_reader *reader = open_reader(NULL, &d);
    making_assert_fails(mlc_reader_sample(NULL, reader, "stratified n=5", &out, err),
                        MLC_ERROR_DATA, "say by=column, or collect the rows first");
    mlc_reader_close(reader);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_sample_when_the_source_fails_has_its_message_and_the_reader_has_failed)
{
    static const int64_t size = 500;
    for (int32_t at = 1; at <= 5; at++) {
        mlc_dataset *rows = make_rows(2000), *out = NULL;
        dealer d = {.rows = rows, .sizes = &size, .n_sizes = 1, .fail_at = at};
        mlc_reader *reader = open_reader(NULL, &d);
        for (int again = 0; again < 2; again++) {
            making_assert_fails(mlc_reader_sample(NULL, reader, "reservoir n=9", &out, err),
                                MLC_ERROR_CALLBACK, "the line was cut");
        }
        making_assert_fails(mlc_reader_next(NULL, reader, &out, err), MLC_ERROR_CALLBACK,
                            "the line was cut");
        ck_assert_int_eq(d.n_calls, at);
        ck_assert_ptr_null(out);
        mlc_reader_close(reader);
        mlc_dataset_free(rows);
    }
}
END_TEST

/* Once in 2^64 draws a row that was left out would be wanted; here it was said to have been. */
START_TEST(test_share_that_lacks_a_row_in_the_end_is_refused_not_wrong)
{
    mlc_context local, *call = NULL;
    mlci_chosen chosen = {0};
    mlc_dataset *rows = make_rows(60);
    uint64_t keys[60];
    int64_t stands_for[60] = {0}, *out = NULL, n = 0;
    for (int i = 0; i < 60; i++)
        keys[i] = (uint64_t)i << 58;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_chosen_read(NULL, MLCI_KIND_SAMPLER, "uniform share=0.00005", "uniform",
                                      &chosen, NULL),
                     MLC_OK);
    const mlci_sample_rule *const rule =
        ((const mlci_maker_descriptor *)(const void *)chosen.descriptor)->rule;
    mlci_candidates c = {
        .rows = rows, .keys = keys, .n_seen = 1000000, .is_end = 1, .stands_for = stands_for};
    making_assert_fails(rule->choose(call, chosen.params, &c, &out, &n, err), MLC_ERROR_LIMIT,
                        "random_state = 0: the draw is one of 2^64");
    c.n_seen = 20000; /* one row is wanted: that of key 0 */
    ck_assert_int_eq(rule->choose(call, chosen.params, &c, &out, &n, NULL), MLC_OK);
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(out[0], 0);
    mlci_free(out);
    mlci_chosen_clear(&chosen);
    mlci_call_end(call);
    mlc_dataset_free(rows);
}
END_TEST

static mlc_status sample_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const int64_t size = 700;
    dealer d = {.rows = arg, .sizes = &size, .n_sizes = 1};
    const mlc_source source = {sizeof source, &d, deal, NULL};
    mlc_reader *reader = NULL;
    mlc_dataset *out = NULL;
    mlc_status status = mlc_reader_from_source(ctx, &source, NULL, &reader, err);
    if (status == MLC_OK) {
        status = mlc_reader_sample(ctx, reader, "stratified n=20 by=word", &out, err);
    }
    if (status == MLC_OK) mlci_torture_answer(&out->n_rows, (int64_t)sizeof out->n_rows);
    mlc_dataset_free(out);
    mlc_reader_close(reader);
    return status;
}

START_TEST(test_sample_when_memory_fails_anywhere_then_status_and_nothing_left)
{
    mlc_dataset *rows = make_rows(2000);
    mlci_torture(sample_and_free, rows);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("reader_sample",
                 test_sample_of_a_reader_is_that_of_the_rows_for_any_batches_and_threads,
                 test_sample_begins_with_the_rows_that_are_left,
                 test_sample_when_settings_are_wrong_says_so,
                 test_settings_that_are_refused_leave_the_reader_as_it_was,
                 test_numbers_of_many_values_are_no_strata_of_a_reader,
                 test_sample_when_the_source_fails_has_its_message_and_the_reader_has_failed,
                 test_share_that_lacks_a_row_in_the_end_is_refused_not_wrong,
                 test_sample_when_memory_fails_anywhere_then_status_and_nothing_left, MLCI_RESULTS,
                 test_rows_and_pairs_of_rows_are_equally_likely,
                 test_weighted_pairs_have_the_chances_of_draws_in_turn,
                 test_memory_is_that_of_the_sample_also_for_categories)
