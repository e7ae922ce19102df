/* The parameter engine over a table of its own: reading, refusing, defaults, and exact return. */
#include "param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "mutate.h"
#include "torture.h"

typedef struct knobs {
    double alpha, share, fill, bound;
    int64_t n_estimators, depth, random_state;
    int32_t shuffle, strategy, loss;
    char *loss_host, *path, *columns, *label;
} knobs;

static const mlci_choice strategies[] = {{"mean", 0, "the mean"},
                                         {"median", 1, "the median"},
                                         {"most_frequent", 2, "the mode"},
                                         {"constant", 5, NULL},
                                         {NULL, 0, NULL}};
static const mlci_choice losses[] = {{"squared", 0, NULL}, {"none", 1, NULL}, {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_REAL(knobs, alpha, 1.0, 0, INFINITY, "strength",
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE),
    MLCI_REAL(knobs, share, 0.5, 0, 1, "share of rows", .flags = MLCI_PARAM_OPEN_LOW),
    MLCI_REAL(knobs, fill, MLCI_NONE_REAL, -INFINITY, INFINITY, "what is filled in",
              .flags = MLCI_PARAM_NONE),
    MLCI_REAL(knobs, bound, 1.0, 0, INFINITY, "largest step",
              .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_INFINITE),
    MLCI_INTEGER(knobs, n_estimators, 100, 1, INT64_MAX, "trees", .aliases = "max_iter,n_iter"),
    MLCI_INTEGER(knobs, depth, MLCI_NONE_INTEGER, 1, 255, "depth of a tree",
                 .flags = MLCI_PARAM_NONE),
    MLCI_INTEGER(knobs, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed", .aliases = "seed"),
    MLCI_BOOL(knobs, shuffle, 1, "shuffle rows"),
    MLCI_CHOICE(knobs, strategy, 0, strategies, "what missing values become"),
    MLCI_CHOICE(knobs, loss, 0, losses, "loss", .flags = MLCI_PARAM_HOST,
                .host_offset = offsetof(knobs, loss_host)),
    MLCI_STRING(knobs, path, NULL, "file"),
    MLCI_STRING(knobs, columns, "a,b", "columns", .flags = MLCI_PARAM_LIST),
    MLCI_STRING(knobs, label, "x y", "label"),
    {.name = NULL}};

static mlc_error error;

static mlc_status alpha_below_share(const void *values, mlc_error *err)
{
    const knobs *const k = values;
    if (k->alpha < 100 * k->share) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "alpha", "alpha must be below 100 share");
}

static mlc_status read_text(const char *text, knobs *out)
{
    memset(out, 0xA5, sizeof *out);
    return mlci_params_from_text(NULL, "forest", table, alpha_below_share, text, out, &error);
}

static knobs read_good(const char *text)
{
    knobs k;
    const mlc_status status = read_text(text, &k);
    ck_assert_msg(status == MLC_OK, "%s: %s", text, error.message);
    return k;
}

static const mlci_param *row_of(const char *name)
{
    const mlci_param *row = table;
    while (strcmp(row->name, name) != 0)
        row++;
    return row;
}

START_TEST(test_defaults_fill_every_member)
{
    knobs k = read_good(NULL);
    ck_assert(k.alpha == 1.0 && k.share == 0.5 && isnan(k.fill));
    ck_assert_int_eq(k.n_estimators, 100);
    ck_assert_int_eq(k.depth, MLCI_NONE_INTEGER);
    ck_assert_int_eq(k.shuffle, 1);
    ck_assert_int_eq(k.strategy, 0);
    ck_assert_ptr_null(k.loss_host);
    ck_assert_ptr_null(k.path);
    ck_assert_str_eq(k.columns, "a,b");
    ck_assert_str_eq(k.label, "x y");
    for (const mlci_param *row = table; row->name != NULL; row++) {
        ck_assert_msg(mlci_param_is_default(row, &k), "%s", row->name);
    }
    mlci_params_clear(table, &k);
    ck_assert_ptr_null(k.label);
}
END_TEST

START_TEST(test_read_each_type)
{
    knobs k = read_good("alpha=1e-3 share=1 fill=-2.5 n_estimators=1e3 depth=200.0 shuffle=no "
                        "strategy=constant loss=acme.profit path='none' columns=[c, 'd,e'] "
                        "label=5 seed=-9223372036854775807 bound=inf");
    ck_assert(k.alpha == 1e-3 && k.share == 1.0 && k.fill == -2.5);
    ck_assert(isinf(k.bound));
    ck_assert_int_eq(k.n_estimators, 1000);
    ck_assert_int_eq(k.depth, 200);
    ck_assert_int_eq(k.random_state, -INT64_MAX);
    ck_assert_int_eq(k.shuffle, 0);
    ck_assert_int_eq(k.strategy, 5);
    ck_assert_int_eq(k.loss, MLCI_CHOICE_HOST);
    ck_assert_str_eq(k.loss_host, "acme.profit");
    ck_assert_str_eq(k.path, "none");
    ck_assert_str_eq(k.columns, "c,'d,e'");
    ck_assert_str_eq(k.label, "5");
    mlci_params_clear(table, &k);
}
END_TEST

START_TEST(test_read_none_and_null_where_allowed)
{
    knobs k = read_good("fill=none depth=None path=none loss=none");
    ck_assert(isnan(k.fill));
    ck_assert_int_eq(k.depth, MLCI_NONE_INTEGER);
    ck_assert_ptr_null(k.path);
    ck_assert_int_eq(k.loss, 1);
    mlci_params_clear(table, &k);
    k = read_good("{\"fill\": null, \"depth\": null, \"path\": null, \"loss\": null}");
    ck_assert(isnan(k.fill));
    ck_assert_int_eq(k.depth, MLCI_NONE_INTEGER);
    ck_assert_ptr_null(k.path);
    ck_assert_int_eq(k.loss, 1);
    mlci_params_clear(table, &k);
    k = read_good("fill=nan label=none");
    ck_assert(isnan(k.fill));
    ck_assert_str_eq(k.label, "none"); /* a text with a default cannot be none */
    mlci_params_clear(table, &k);
}
END_TEST

START_TEST(test_read_booleans_in_words_and_digits)
{
    static const char *const yes[] = {"true", "True", "1", "yes"}, *const no[] = {"false", "0",
                                                                                  "no", "FALSE"};
    for (size_t i = 0; i < 4; i++) {
        char text[32];
        snprintf(text, sizeof text, "shuffle=%s", yes[i]);
        knobs k = read_good(text);
        ck_assert_int_eq(k.shuffle, 1);
        mlci_params_clear(table, &k);
        snprintf(text, sizeof text, "shuffle=%s", no[i]);
        k = read_good(text);
        ck_assert_int_eq(k.shuffle, 0);
        mlci_params_clear(table, &k);
    }
}
END_TEST

START_TEST(test_read_when_refused_names_parameter_and_remedy)
{
    static const struct {
        const char *text, *name, *message;
    } cases[] = {
        {"lerning_rate=1", "lerning_rate",
         "lerning_rate: no such parameter of 'forest'; the catalog lists its 13 "
         "parameters"},
        {"n_estimatros=1", "n_estimatros",
         "n_estimatros: no such parameter of 'forest'; did you mean 'n_estimators'?"},
        {"maxiter=1", "maxiter",
         "maxiter: no such parameter of 'forest'; did you mean 'n_estimators'?"},
        {"n_estimators=many", "n_estimators", "n_estimators = 'many': must be an integer"},
        {"n_estimators=1.5", "n_estimators", "n_estimators = 1.5: must be an integer"},
        {"n_estimators=1e30", "n_estimators", "n_estimators = 1e30: must be an integer of 64 bits"},
        {"n_estimators='200'", "n_estimators",
         "n_estimators = '200': must be an integer, without quotes"},
        {"n_estimators=none", "n_estimators", "n_estimators = 'none': must be an integer"},
        {"n_estimators=-1", "n_estimators", "n_estimators = -1: must be at least 1"},
        {"max_iter=0", "max_iter", "max_iter = 0: must be at least 1"},
        {"depth=0", "depth", "depth = 0: must be from 1 to 255, or none"},
        {"depth=deep", "depth", "depth = 'deep': must be an integer or none"},
        {"random_state=-9223372036854775808", "random_state",
         "random_state = -9223372036854775808: must be an integer of 64 bits"},
        {"alpha=-0.5", "alpha", "alpha = -0.5: must be at least 0"},
        {"alpha=big", "alpha", "alpha = 'big': must be a number"},
        {"alpha=nan", "alpha", "alpha = nan: must be a number"},
        {"alpha=inf", "alpha", "alpha = inf: must be finite"},
        {"bound=0", "bound", "bound = 0: must be above 0"},
        {"share=0", "share", "share = 0: must be above 0 and at most 1"},
        {"share=1.01", "share", "share = 1.01: must be above 0 and at most 1"},
        {"shuffle=maybe", "shuffle", "shuffle = 'maybe': must be true or false"},
        {"shuffle=2", "shuffle", "shuffle = 2: must be true or false"},
        {"strategy=avg", "strategy",
         "strategy = 'avg': must be mean, median, most_frequent or constant"},
        {"strategy=medain", "strategy",
         "strategy = 'medain': must be mean, median, most_frequent or constant; did you mean "
         "'median'?"},
        {"strategy=[mean, median]", "strategy",
         "strategy = 'mean,median': must be mean, median, most_frequent or constant"},
        {"loss=a..", "loss",
         "loss = 'a..': must be squared, none or the dotted name of a host component"},
        {"max_iter=5 n_estimators=3", "n_estimators",
         "n_estimators = 3: another name of 'max_iter', which is 5; give one of them"},
        {"alpha=60", "alpha", "alpha must be below 100 share"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        knobs k;
        ck_assert_msg(read_text(cases[i].text, &k) == MLC_ERROR_SETTING, "%s", cases[i].text);
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_str_eq(error.name, cases[i].name);
    }
}
END_TEST

START_TEST(test_read_when_refused_has_the_place)
{
    knobs k;
    ck_assert_int_eq(read_text("alpha=1\n  depth=0", &k), MLC_ERROR_SETTING);
    ck_assert_int_eq(error.line, 2);
    ck_assert_int_eq(error.column, 3);
}
END_TEST

START_TEST(test_read_long_value_is_cut_in_the_message)
{
    knobs k;
    for (int shift = 0; shift < 2; shift++) {
        char text[200] = "alpha='";
        if (shift == 1) strcat(text, "e");
        for (int i = 0; i < 60; i++)
            strcat(text, "\xc3\xa9");
        strcat(text, "'");
        ck_assert_int_eq(read_text(text, &k), MLC_ERROR_SETTING);
        ck_assert_ptr_nonnull(strstr(error.message, "\xc3\xa9...': must be a number"));
        ck_assert_uint_lt(strlen(error.message), 110);
    }
}
END_TEST

START_TEST(test_read_unknown_name_of_a_small_table_lists_it)
{
    static const mlci_param none[] = {{.name = NULL}};
    static const mlci_param two[] = {
        MLCI_BOOL(knobs, shuffle, 1, ""), MLCI_REAL(knobs, alpha, 1, 0, 1, ""), {.name = NULL}};
    knobs k;
    ck_assert_int_eq(mlci_params_from_text(NULL, "two", two, NULL, "zzz=1", &k, &error),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(error.message, "zzz: no such parameter of 'two'; it has shuffle and alpha");
    ck_assert_int_eq(mlci_params_from_text(NULL, "none", none, NULL, "zzz=1", &k, &error),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(error.message, "zzz: no such parameter of 'none', which has no parameters");
    ck_assert_int_eq(mlci_params_from_text(NULL, "none", NULL, NULL, "zzz=1", NULL, &error),
                     MLC_ERROR_SETTING);
    ck_assert_int_eq(mlci_params_from_text(NULL, "none", NULL, NULL, NULL, NULL, &error), MLC_OK);
}
END_TEST

START_TEST(test_read_alias_and_name_with_equal_values_is_fine)
{
    knobs k = read_good("max_iter=50 n_estimators=5e1 n_iter=50");
    ck_assert_int_eq(k.n_estimators, 50);
    mlci_params_clear(table, &k);
}
END_TEST

START_TEST(test_read_when_a_later_setting_fails_changes_nothing)
{
    static const char *const texts[] = {"alpha=2 label=new loss=a.b path=p depth=0",
                                        "alpha=60 label=new loss=a.b path=p"};
    for (size_t i = 0; i < 2; i++) {
        mlci_settings s;
        knobs k = read_good("alpha=3 loss=c.d");
        const knobs before = k;
        ck_assert_int_eq(mlci_settings_parse(NULL, texts[i], 0, &s, &error), MLC_OK);
        ck_assert_int_eq(mlci_params_read(NULL, "forest", table, alpha_below_share, &s, &k, &error),
                         MLC_ERROR_SETTING);
        ck_assert_mem_eq(&k, &before, sizeof k);
        ck_assert_str_eq(k.label, "x y");
        ck_assert_str_eq(k.loss_host, "c.d");
        ck_assert_int_eq(s.items[0].used, 0);
        mlci_settings_clear(&s);
        mlci_params_clear(table, &k);
    }
}
END_TEST

START_TEST(test_read_leaves_used_settings_alone_and_marks_the_others)
{
    mlci_settings s;
    knobs k = read_good(NULL);
    ck_assert_int_eq(mlci_settings_parse(NULL, "remainder=drop alpha=2", 0, &s, &error), MLC_OK);
    s.items[0].used = 1;
    ck_assert_int_eq(mlci_params_read(NULL, "forest", table, NULL, &s, &k, &error), MLC_OK);
    ck_assert(k.alpha == 2.0);
    ck_assert_int_eq(s.items[1].used, 1);
    mlci_settings_clear(&s);
    mlci_params_clear(table, &k);
}
END_TEST

START_TEST(test_read_choice_from_host_to_built_in_frees_the_host_name)
{
    mlci_settings s;
    knobs k = read_good("loss=acme.profit");
    ck_assert_int_eq(mlci_settings_parse(NULL, "loss=squared", 0, &s, &error), MLC_OK);
    ck_assert_int_eq(mlci_params_read(NULL, "forest", table, NULL, &s, &k, &error), MLC_OK);
    ck_assert_int_eq(k.loss, 0);
    ck_assert_ptr_null(k.loss_host);
    mlci_settings_clear(&s);
    mlci_params_clear(table, &k);
}
END_TEST

START_TEST(test_copy_is_deep)
{
    knobs copy, k = read_good("label=mine loss=a.b");
    ck_assert_int_eq(mlci_params_copy(NULL, table, sizeof k, &k, &copy, &error), MLC_OK);
    mlci_params_clear(table, &k);
    ck_assert_str_eq(copy.label, "mine");
    ck_assert_str_eq(copy.loss_host, "a.b");
    ck_assert(!mlci_param_is_default(row_of("label"), &copy));
    mlci_params_clear(table, &copy);
}
END_TEST

/* ---- outward ------------------------------------------------------------------------------ */

static char *format_all(const knobs *k, int32_t json)
{
    char *out = NULL;
    mlci_text text = mlci_text_init(NULL);
    if (json) mlci_text_append_char(&text, '{');
    for (const mlci_param *row = table; row->name != NULL; row++) {
        if (row != table) mlci_text_append_text(&text, json ? ", " : " ");
        mlci_text_append_format(&text, json ? "\"%s\": " : "%s=", row->name);
        mlci_param_format(row, k, json, &text);
    }
    if (json) mlci_text_append_char(&text, '}');
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

START_TEST(test_format_of_defaults_is_as_people_write_them)
{
    knobs k = read_good(NULL);
    char *const text = format_all(&k, 0), *const json = format_all(&k, 1);
    ck_assert_str_eq(text, "alpha=1 share=0.5 fill=none bound=1 n_estimators=100 depth=none "
                           "random_state=0 shuffle=true strategy=mean loss=squared path=none "
                           "columns=[a,b] label='x y'");
    ck_assert_str_eq(json, "{\"alpha\": 1, \"share\": 0.5, \"fill\": null, \"bound\": 1, "
                           "\"n_estimators\": 100, \"depth\": null, \"random_state\": 0, "
                           "\"shuffle\": true, \"strategy\": \"mean\", \"loss\": \"squared\", "
                           "\"path\": null, \"columns\": [\"a\", \"b\"], \"label\": \"x y\"}");
    mlci_free(text);
    mlci_free(json);
    mlci_params_clear(table, &k);
}
END_TEST

static void assert_same(const knobs *a, const knobs *b, const char *text)
{
    ck_assert_msg(memcmp(&a->alpha, &b->alpha, sizeof(double)) == 0, "%s", text);
    ck_assert_msg(memcmp(&a->bound, &b->bound, sizeof(double)) == 0, "%s", text);
    ck_assert_msg(isnan(a->fill) == isnan(b->fill), "%s", text);
    if (!isnan(a->fill)) ck_assert_mem_eq(&a->fill, &b->fill, sizeof a->fill);
    ck_assert_int_eq(a->n_estimators, b->n_estimators);
    ck_assert_int_eq(a->depth, b->depth);
    ck_assert_int_eq(a->random_state, b->random_state);
    ck_assert_int_eq(a->shuffle, b->shuffle);
    ck_assert_int_eq(a->strategy, b->strategy);
    ck_assert_int_eq(a->loss, b->loss);
    ck_assert_pstr_eq(a->loss_host, b->loss_host);
    ck_assert_pstr_eq(a->path, b->path);
    ck_assert_pstr_eq(a->columns, b->columns);
    ck_assert_pstr_eq(a->label, b->label);
}

static double random_real(uint64_t *state)
{
    double x;
    do {
        const uint64_t bits = mutate_next(state);
        memcpy(&x, &bits, sizeof x);
    } while (!isfinite(x));
    return x;
}

/* Odd texts: quotes, commas, brackets, words with a meaning, UTF-8. */
static char *random_words(uint64_t *state)
{
    static const char *const parts[] = {"a", ",",        "'", "\"",   "\\",   " ",    "[",
                                        "]", "(",        ")", "none", "true", "1",    "\n",
                                        "=", "\xc3\xa9", "-", ".",    "x_y",  "\x01", "{"};
    mlci_text text = mlci_text_init(NULL);
    char *out = NULL;
    for (size_t n = mutate_below(state, 5); n > 0; n--) {
        mlci_text_append_text(&text, parts[mutate_below(state, sizeof parts / sizeof parts[0])]);
    }
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

START_TEST(test_format_of_random_values_reads_back_to_the_same_bits)
{
    uint64_t state = 7;
    for (int i = 0; i < 5000; i++) {
        knobs k = {.share = 1, .n_estimators = 1 + (int64_t)(mutate_next(&state) >> 1)};
        k.alpha = fabs(random_real(&state));
        k.fill = mutate_below(&state, 4) == 0 ? NAN : random_real(&state);
        k.bound = mutate_below(&state, 4) == 0 ? INFINITY : fabs(random_real(&state)) + 5e-324;
        k.depth = mutate_below(&state, 2) ? MLCI_NONE_INTEGER : 77;
        k.random_state = (int64_t)mutate_next(&state);
        if (k.random_state == INT64_MIN || k.n_estimators < 1) continue;
        k.shuffle = (int32_t)mutate_below(&state, 2);
        k.strategy = strategies[mutate_below(&state, 4)].value;
        k.path = mutate_below(&state, 4) == 0 ? NULL : random_words(&state);
        k.columns = random_words(&state);
        k.label = random_words(&state);
        for (int32_t json = 0; json < 2; json++) {
            knobs back;
            char *const text = format_all(&k, json);
            const mlc_status status =
                mlci_params_from_text(NULL, "forest", table, NULL, text, &back, &error);
            ck_assert_msg(status == MLC_OK, "%s: %s", text, error.message);
            assert_same(&k, &back, text);
            mlci_free(text);
            mlci_params_clear(table, &back);
        }
        mlci_params_clear(table, &k);
    }
}
END_TEST

START_TEST(test_format_range_reads_well)
{
    static const struct {
        const char *name, *range;
    } cases[] = {
        {"alpha", ">= 0"},
        {"share", "> 0 and <= 1"},
        {"fill", "any or none"},
        {"n_estimators", ">= 1"},
        {"depth", "1 to 255 or none"},
        {"random_state", "any"},
        {"shuffle", "true or false"},
        {"strategy", "mean, median, most_frequent or constant"},
        {"loss", "squared, none or the dotted name of a host component"},
        {"path", "text or none"},
        {"columns", "list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_text text = mlci_text_init(NULL);
        mlci_param_format_range(row_of(cases[i].name), &text);
        ck_assert_str_eq(text.data, cases[i].range);
        mlci_text_clear(&text);
    }
}
END_TEST

/* ---- hostile ------------------------------------------------------------------------------ */

static const char *const samples[] = {
    "alpha=2 share=0.5 fill=none bound=inf max_iter=100 depth=3 seed=1 shuffle=false",
    "strategy=median loss=acme.profit path='a b' columns=[a,'b c',d] label=z",
    "{\"alpha\": 2, \"depth\": null, \"columns\": [\"a\", 1], \"loss\": \"x.y\", \"fill\": 1e3}",
};

START_TEST(test_read_mutated_text_gives_values_or_an_error)
{
    uint64_t state = 3;
    int n_good = 0;
    for (int i = 0; i < 30000; i++) {
        knobs k;
        char *const text = mutate_text(&state, samples, sizeof samples / sizeof samples[0]);
        const mlc_status status = read_text(text, &k);
        ck_assert_msg(status == MLC_OK || status == MLC_ERROR_SYNTAX || status == MLC_ERROR_SETTING,
                      "%s: %s", text, error.message);
        if (status == MLC_OK) {
            n_good++;
            mlci_params_clear(table, &k);
        }
        free(text);
    }
    ck_assert_int_gt(n_good, 500);
}
END_TEST

static mlc_status read_and_copy(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(ctx);
    knobs k, copy;
    mlc_status status = mlci_params_from_text(root, "forest", table, NULL, arg, &k, err);
    if (status != MLC_OK) return status;
    status = mlci_params_copy(root, table, sizeof k, &k, &copy, err);
    if (status == MLC_OK) {
        mlci_text text = mlci_text_init(root);
        for (const mlci_param *row = table; row->name != NULL; row++) {
            mlci_param_format(row, &copy, 0, &text);
            mlci_param_describe(row, 2, &text);
        }
        status = mlci_text_status(&text, err);
        mlci_text_clear(&text);
        mlci_params_clear(table, &copy);
    }
    mlci_params_clear(table, &k);
    return status;
}

static char torture_text[] = "alpha=2 path='a b' columns=[a,'b c'] loss=acme.profit label=q";
MLCI_TORTURE_TEST(test_read_when_memory_fails_leaks_nothing, read_and_copy, torture_text)

static mlc_status refuse_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    static const char *const texts[] = {"alpha=2 label=q depth=0", "strategy=medain label=q",
                                        "label=q zzz=1"};
    for (size_t i = 0; i < 3; i++) {
        knobs k;
        const mlc_status status =
            mlci_params_from_text(mlci_context_root(ctx), "forest", table, NULL, texts[i], &k, err);
        if (status != MLC_ERROR_SETTING) return status;
    }
    return MLC_OK;
}

MLCI_TORTURE_TEST(test_refusal_when_memory_fails_leaks_nothing, refuse_all, NULL)

/* ---- lists of numbers, other names of choices ---------------------------------------------- */

typedef struct lists {
    char *levels;
    int32_t loss;
} lists;

static const mlci_choice named[] = {
    {"squared", 0, "the square"}, {"log", 1, "logs"}, {"l2", 0, NULL}, {NULL, 0, NULL}};
static const mlci_param list_table[] = {
    MLCI_STRING(lists, levels, "0.5", "levels",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NUMBERS | MLCI_PARAM_OPEN_LOW, .real_low = 0,
                .real_high = 1),
    MLCI_CHOICE(lists, loss, 1, named, "loss"),
    {.name = NULL}};

static mlc_status read_lists(const char *text, lists *out)
{
    return mlci_params_from_text(NULL, "model", list_table, NULL, text, out, &error);
}

START_TEST(test_read_list_of_numbers_checks_each)
{
    static const char *const refused[][2] = {
        {"levels=[0.5, 1.5]", "levels = '0.5,1.5': must be above 0 and at most 1"},
        {"levels=0", "levels = 0: must be above 0 and at most 1"},
        {"levels=[0.5, x]", "levels = '0.5,x': must be finite numbers, separated by commas"},
        {"levels=nan", "levels = nan: must be finite numbers, separated by commas"},
        {"levels=[]", "levels = '': must be one number at least"}};
    lists l;
    double levels[2] = {0};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_int_eq(read_lists(refused[i][0], &l), MLC_ERROR_SETTING);
        ck_assert_str_eq(error.message, refused[i][1]);
    }
    ck_assert_int_eq(read_lists("levels=[0.1, 5e-1, 1]", &l), MLC_OK);
    ck_assert_int_eq(mlci_param_numbers(l.levels, levels, 2), 3);
    ck_assert_double_eq(levels[0], 0.1);
    ck_assert_double_eq(levels[1], 0.5);
    mlci_params_clear(list_table, &l);
    ck_assert_int_eq(read_lists("{\"levels\": [0.25, 0.75]}", &l), MLC_OK);
    ck_assert_str_eq(l.levels, "0.25,0.75");
    mlci_params_clear(list_table, &l);
    ck_assert_int_eq(mlci_param_numbers(NULL, NULL, 0), 0);
}
END_TEST

static void check_format(const char *settings, int32_t json, const char *expected)
{
    lists l;
    mlci_text text = mlci_text_init(NULL);
    ck_assert_int_eq(read_lists(settings, &l), MLC_OK);
    mlci_param_format(&list_table[0], &l, json, &text);
    ck_assert_str_eq(text.data, expected);
    mlci_text_clear(&text);
    mlci_params_clear(list_table, &l);
}

START_TEST(test_format_list_of_numbers_has_no_quotes)
{
    check_format("levels=0.5", 0, "0.5");
    check_format("levels=0.5", 1, "0.5");
    check_format("levels=[0.1, 0.9]", 0, "[0.1,0.9]");
    check_format("levels=[0.1, 0.9]", 1, "[0.1, 0.9]");
    mlci_text text = mlci_text_init(NULL);
    mlci_param_format_range(&list_table[0], &text);
    ck_assert_str_eq(text.data, "list of numbers, > 0 and <= 1");
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_read_other_name_of_a_choice_is_that_choice)
{
    lists l;
    mlci_text text = mlci_text_init(NULL);
    ck_assert_int_eq(read_lists("loss=l2", &l), MLC_OK);
    mlci_param_format(&list_table[1], &l, 0, &text);
    ck_assert_str_eq(text.data, "squared");
    mlci_params_clear(list_table, &l);
    ck_assert_int_eq(read_lists("loss=l3", &l), MLC_ERROR_SETTING);
    ck_assert_str_eq(error.message, "loss = 'l3': must be squared or log; did you mean 'l2'?");
    mlci_text_clear(&text);
}
END_TEST

MLCI_CHECK_SUITE("param", test_defaults_fill_every_member, test_read_each_type,
                 test_read_none_and_null_where_allowed, test_read_booleans_in_words_and_digits,
                 test_read_when_refused_names_parameter_and_remedy,
                 test_read_when_refused_has_the_place, test_read_long_value_is_cut_in_the_message,
                 test_read_unknown_name_of_a_small_table_lists_it,
                 test_read_alias_and_name_with_equal_values_is_fine,
                 test_read_when_a_later_setting_fails_changes_nothing,
                 test_read_leaves_used_settings_alone_and_marks_the_others,
                 test_read_choice_from_host_to_built_in_frees_the_host_name, test_copy_is_deep,
                 test_format_of_defaults_is_as_people_write_them,
                 test_format_of_random_values_reads_back_to_the_same_bits,
                 test_format_range_reads_well, test_read_mutated_text_gives_values_or_an_error,
                 test_read_when_memory_fails_leaks_nothing,
                 test_refusal_when_memory_fails_leaks_nothing,
                 test_read_list_of_numbers_checks_each, test_format_list_of_numbers_has_no_quotes,
                 test_read_other_name_of_a_choice_is_that_choice)
