/* Texts that people and programs write: settings, JSON, lists, selectors, roles, class lists,
 * timestamps, and the settings of calls. What parses is written, and that must parse to the same
 * again. The first byte says which reader gets the rest. */
#include "compose/composing.h"
#include "fuzz_bytes.h"
#include "fuzz_host.h"
#include "fuzz_main.h"
#include "fuzz_people.h"
#include "number.h"
#include "selectors.h"
#include "settings.h"
#include "timestamp.h"

#define PER_BYTE INT64_C(1100)

typedef struct text_case {
    mlc_context *ctx;
    mlci_root *root;
    const char *text;
    int64_t n;
    const mlc_dataset *people;
} text_case;

/* ---- settings ------------------------------------------------------------------------------ */

static void append_json(const mlci_settings *s, mlci_text *out)
{
    mlci_text_append_char(out, '{');
    if (s->head != NULL) {
        mlci_text_append_text(out, "\"id\": ");
        mlci_text_append_json(out, s->head, (int64_t)strlen(s->head));
    }
    for (int32_t i = 0; i < s->n; i++) {
        if (i > 0 || s->head != NULL) mlci_text_append_text(out, ", ");
        mlci_text_append_json(out, s->items[i].name, (int64_t)strlen(s->items[i].name));
        mlci_text_append_text(out, ": ");
        mlci_value_format(s->items[i].value, s->items[i].quoted, 1, out);
    }
    mlci_text_append_char(out, '}');
}

/* 1 true, 2 false, 3 none; 0 any other. */
static int special_word(const char *word)
{
    static const char *const words[] = {"true", "false", "none", "null"};
    for (int i = 0; i < 4; i++)
        if (mlci_word_equal(word, (int64_t)strlen(word), words[i])) return i == 3 ? 3 : i + 1;
    return 0;
}

static mlc_status append_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    double real = 0;
    (void)err;
    if (mlci_real_parse(item, length, &real))
        mlci_text_append_real(arg, real);
    else
        mlci_text_append(arg, item, length);
    mlci_text_append_char(arg, '\x01');
    return MLC_OK;
}

/* Items that are numbers as numbers. */
static int same_list(const char *a, const char *b)
{
    mlci_text x = mlci_text_init(NULL), y = mlci_text_init(NULL);
    const int same = mlci_list_each(a, append_item, &x, NULL) == MLC_OK &&
                     mlci_list_each(b, append_item, &y, NULL) == MLC_OK && x.length == y.length &&
                     memcmp(x.data, y.data, (size_t)x.length) == 0;
    mlci_text_clear(&x);
    mlci_text_clear(&y);
    return same;
}

/* The same word. JSON writes numbers in its own way (.25 is 0.25, beyond doubles 1e999), those that
 * it cannot spell (007, nan) as texts, and TRUE as true; null is none. */
static int same_value(const mlci_setting *a, const mlci_setting *b)
{
    double x = 0, y = 1;
    const int numbers = mlci_real_parse(a->value, (int64_t)strlen(a->value), &x) &&
                        mlci_real_parse(b->value, (int64_t)strlen(b->value), &y);
    if (strcmp(a->value, b->value) == 0) return a->quoted == b->quoted || numbers;
    if (numbers) return memcmp(&x, &y, sizeof x) == 0;
    if (a->quoted || b->quoted) return 0;
    if (special_word(a->value) != 0) return special_word(a->value) == special_word(b->value);
    return same_list(a->value, b->value);
}

/* The text reads to the same settings. */
static void reads_back(const text_case *c, const char *text, int32_t with_head,
                       const mlci_settings *wanted)
{
    mlci_settings s = {.root = c->root};
    mlc_error err;
    const mlc_status status = mlci_settings_parse(c->root, text, with_head, &s, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n%s\n", text, err.message);
    FUZZ_CHECK(status == MLC_OK && s.n == wanted->n);
    FUZZ_CHECK((s.head == NULL) == (wanted->head == NULL));
    if (s.head != NULL) FUZZ_CHECK(strcmp(s.head, wanted->head) == 0);
    for (int32_t i = 0; i < s.n; i++) {
        const mlci_setting *a = &s.items[i], *b = &wanted->items[i];
        const int same = strcmp(a->name, b->name) == 0 && same_value(a, b);
        if (!same) fprintf(stderr, "%s\n%s=%s\n", text, b->name, b->value);
        FUZZ_CHECK(same);
    }
    mlci_settings_clear(&s);
}

static void try_settings(const text_case *c, int32_t with_head)
{
    mlci_settings s = {.root = c->root};
    mlc_error err;
    const mlc_status status = mlci_settings_parse(c->root, c->text, with_head, &s, &err);
    fuzz_status(status, &err);
    FUZZ_CHECK(status == MLC_OK || (s.n == 0 && s.head == NULL));
    if (status != MLC_OK) return;
    mlci_text text = mlci_text_init(c->root), json = mlci_text_init(c->root);
    mlci_settings_format(&s, &text);
    append_json(&s, &json);
    if (text.data != NULL) {
        reads_back(c, text.data, with_head, &s);
        /* In JSON the head is the member "id". */
        if (!with_head || mlci_settings_find(&s, "id") == NULL)
            reads_back(c, json.data, with_head, &s);
    }
    mlci_text_clear(&text);
    mlci_text_clear(&json);
    mlci_settings_clear(&s);
}

static mlc_status count_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    FUZZ_CHECK(length >= 0 && (length == 0 || item != NULL));
    ++*(int64_t *)arg;
    return MLC_OK;
}

static void try_list(const text_case *c)
{
    int64_t n = 0;
    mlc_error err;
    fuzz_status(mlci_list_each(c->text, count_item, &n, &err), &err);
    FUZZ_CHECK(n <= c->n + 1);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void check_event(const mlci_json *r)
{
    FUZZ_CHECK(r->depth >= 0 && r->depth <= MLCI_JSON_MAX_DEPTH);
    if (r->event == MLCI_JSON_KEY || r->event == MLCI_JSON_TEXT)
        FUZZ_CHECK(mlci_utf8_valid(r->text, r->length, NULL));
    if (r->event != MLCI_JSON_NUMBER) return;
    char *text = malloc((size_t)r->length + 1);
    memcpy(text, r->text, (size_t)r->length);
    text[r->length] = '\0';
    const double theirs = strtod(text, NULL);
    FUZZ_CHECK(memcmp(&theirs, &r->real, sizeof theirs) == 0);
    if (r->is_integer) FUZZ_CHECK(strtoll(text, NULL, 10) == r->integer);
    free(text);
}

/* Event by event, and skipped in one go: both end the same. */
static void try_json(const text_case *c)
{
    char *exact = malloc((size_t)c->n > 0 ? (size_t)c->n : 1); /* no NUL behind it */
    memcpy(exact, c->text, (size_t)c->n);
    mlci_json r = {0}, skip = {0};
    mlc_error err = {0}, err_skip = {0};
    mlci_json_open(&r, c->root, exact, c->n);
    mlci_json_open(&skip, c->root, exact, c->n);
    mlc_status status;
    int64_t n = 0;
    do {
        status = mlci_json_next(&r, &err);
        if (status == MLC_OK) check_event(&r);
        FUZZ_CHECK(++n <= 2 * c->n + 2);
    } while (status == MLC_OK && r.event != MLCI_JSON_END);
    fuzz_status(status, &err);
    mlc_status skipped = mlci_json_next(&skip, &err_skip);
    if (skipped == MLC_OK) skipped = mlci_json_skip(&skip, &err_skip);
    if (skipped == MLC_OK) skipped = mlci_json_next(&skip, &err_skip);
    FUZZ_CHECK(skipped == status);
    if (status != MLC_OK) FUZZ_CHECK(strcmp(err.message, err_skip.message) == 0);
    mlci_json_close(&r);
    mlci_json_close(&skip);
    free(exact);
}

/* ---- columns, roles, classes --------------------------------------------------------------- */

static void try_selectors(const text_case *c)
{
    mlci_scan s = {0};
    mlci_text first = mlci_text_init(c->root), second = mlci_text_init(c->root);
    mlc_error err;
    mlc_status status = mlci_scan_open(&s, c->root, "columns", c->text, &err);
    if (status == MLC_OK) status = mlci_selectors_take(&s, "", &first, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK && first.data != NULL) {
        FUZZ_CHECK(mlci_scan_open(&s, c->root, "columns", first.data, &err) == MLC_OK);
        FUZZ_CHECK(mlci_selectors_take(&s, "", &second, &err) == MLC_OK);
        FUZZ_CHECK(strcmp(first.data, second.data) == 0);
    }
    mlci_text_clear(&first);
    mlci_text_clear(&second);
    mlc_dataset *picked = NULL;
    fuzz_status(mlc_dataset_select(c->ctx, c->people, c->text, &picked, &err), &err);
    mlc_dataset_free(picked);
}

static void try_roles(const text_case *c)
{
    mlc_dataset *bound = NULL, *folds = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_with_roles(c->ctx, c->people, c->text, &bound, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) {
        FUZZ_CHECK(mlc_dataset_n_columns(bound) == mlc_dataset_n_columns(c->people));
        fuzz_status(mlc_dataset_split(c->ctx, bound, "hold_out", &folds, &err), &err);
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(bound);
}

/* The text as a list of classes of a target, which a metric then orders. */
static void try_classes(const text_case *c)
{
    mlc_params *p = NULL;
    mlc_dataset *bound = NULL, *scores = NULL;
    mlc_metric *metric = NULL;
    mlc_error err;
    FUZZ_CHECK(mlc_params_open(c->ctx, &p, &err) == MLC_OK);
    FUZZ_CHECK(mlc_params_set_text(p, "target", "buys", &err) == MLC_OK);
    mlc_status status = mlc_params_set_text(p, "classes", c->text, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK)
        status = mlc_dataset_with_roles(c->ctx, c->people, mlc_params_text(p), &bound, &err);
    if (status == MLC_OK) {
        FUZZ_CHECK(mlc_metric_create(c->ctx, "accuracy", NULL, &metric, &err) == MLC_OK);
        const mlc_metric *const metrics[] = {metric};
        status = mlc_metric_evaluate(c->ctx, metrics, 1, bound, c->people, NULL, &scores, &err);
    }
    fuzz_status(status, &err);
    mlc_dataset_free(scores);
    mlc_metric_free(metric);
    mlc_dataset_free(bound);
    mlc_params_close(p);
}

/* ---- settings of calls --------------------------------------------------------------------- */

static void try_split(const text_case *c)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    fuzz_status(mlc_dataset_split(c->ctx, c->people, c->text, &out, &err), &err);
    mlc_dataset_free(out);
}

static void try_format(const text_case *c)
{
    mlc_buffer *out = NULL;
    mlc_error err;
    fuzz_status(mlc_dataset_format(c->people, c->text, &out, &err), &err);
    mlc_buffer_free(out);
}

static void try_metric(const text_case *c)
{
    static const char *const names[] = {"f1", "log_loss", "accuracy", "rmse", "roc_auc"};
    const char *const name = names[c->n % 5];
    mlc_metric *metric = NULL;
    mlc_error err;
    fuzz_status(mlc_metric_create(c->ctx, name, c->text, &metric, &err), &err);
    mlc_metric_free(metric);
    metric = NULL;
    fuzz_status(mlc_metric_create(c->ctx, c->text, NULL, &metric, &err), &err);
    mlc_metric_free(metric);
}

static void try_timestamp(const text_case *c)
{
    int64_t time = 0, again = 0;
    char text[MLCI_TIMESTAMP_SIZE];
    if (!mlci_timestamp_parse(c->text, c->n, &time)) return;
    const int32_t n = mlci_timestamp_format(time, text);
    FUZZ_CHECK(mlci_timestamp_parse(text, n, &again) && again == time);
}

/* A value of any text set by program reads back as it was. */
static void try_params(const text_case *c)
{
    mlc_params *p = NULL;
    mlci_settings s = {.root = c->root};
    mlc_error err;
    FUZZ_CHECK(mlc_params_open(c->ctx, &p, &err) == MLC_OK);
    const mlc_status status = mlc_params_set_text(p, "value", c->text, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) {
        FUZZ_CHECK(mlci_settings_parse(c->root, mlc_params_text(p), 0, &s, &err) == MLC_OK);
        FUZZ_CHECK(s.n == 1 && strcmp(s.items[0].value, c->text) == 0);
        mlci_settings_clear(&s);
    }
    mlc_params_close(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mlc_dataset *people;
    if (people == NULL) people = fuzz_people(12, NULL);
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const size_t which = fuzz_below(&in, 12);
    char *text = fuzz_rest(&in);
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    const text_case c = {ctx, mlci_context_root(ctx), text, (int64_t)strlen(text), people};
    switch (which) {
    case 0:
    case 1:
        try_settings(&c, (int32_t)which);
        break;
    case 2:
        try_json(&c);
        break;
    case 3:
        try_list(&c);
        break;
    case 4:
        try_selectors(&c);
        break;
    case 5:
        try_roles(&c);
        break;
    case 6:
        try_classes(&c);
        break;
    case 7:
        try_split(&c);
        break;
    case 8:
        try_format(&c);
        break;
    case 9:
        try_metric(&c);
        break;
    case 10:
        try_timestamp(&c);
        break;
    default:
        try_params(&c);
    }
    fuzz_bound(&host, FUZZ_BASE, size, PER_BYTE);
    fuzz_close(&host);
    free(text);
    return 0;
}
