/* Reads what is asked of groups: `by=`, `sort=` and calls of functions on expressions. */
#include <stdio.h>
#include <string.h>

#include "aggregate.h"
#include "number.h"
#include "scan.h"

typedef struct function {
    const char *name;
    mlci_aggregate_kind kind;
    double quantile; /* that the name says */
} function;

static const function functions[] = {
    {"count", MLCI_COUNT, 0},       {"sum", MLCI_SUM, 0},
    {"mean", MLCI_MEAN, 0},         {"std", MLCI_STD, 0},
    {"var", MLCI_VAR, 0},           {"min", MLCI_MIN, 0},
    {"max", MLCI_MAX, 0},           {"median", MLCI_QUANTILE, 0.5},
    {"quantile", MLCI_QUANTILE, 0}, {"first", MLCI_FIRST, 0},
    {"last", MLCI_LAST, 0},         {"n_distinct", MLCI_N_DISTINCT, 0},
    {"any", MLCI_ANY, 0},           {"all", MLCI_ALL, 0}};
#define N_FUNCTIONS ((int32_t)(sizeof functions / sizeof functions[0]))

static const char *next_function(const void *arg, int32_t i)
{
    return i < N_FUNCTIONS ? functions[i].name : NULL;
}

typedef struct parser {
    mlci_scan scan;
    mlci_aggregate_plan *plan;
} parser;

static mlc_status fail_unknown(parser *p, const char *at, const char *name, mlc_error *err)
{
    char message[320];
    const char *const nearest = mlci_nearest(name, next_function, NULL);
    snprintf(message, sizeof message, "no function '%s' of groups%s%s%s", name,
             nearest != NULL ? ": did you mean '" : "", nearest != NULL ? nearest : "",
             nearest != NULL ? "'?"
                             : ": count, sum, mean, std, var, min, max, median, quantile, first, "
                               "last, n_distinct, any and all");
    return mlci_scan_fail(&p->scan, at, name, message, err);
}

/* The end of a text or name in quotes that opens at `at`, or NULL. */
static const char *skip_quotes(const char *at, const char *end)
{
    for (const char *q = at + 1; q < end; q++) {
        if (*q == *at) return q + 1;
        if (*q == '\\' && *at != '`') q++;
    }
    return NULL;
}

static int is_quote(char c)
{
    return c == '\'' || c == '"' || c == '`';
}

/* Where the brackets that open before `at` close, or NULL; *comma: the last one outside of others,
 * or NULL. */
static const char *find_close(const char *at, const char *end, const char **comma)
{
    int64_t depth = 1;
    *comma = NULL;
    for (const char *q = at; q != NULL && q < end;) {
        if (is_quote(*q)) {
            q = skip_quotes(q, end);
            continue;
        }
        if (*q == ',' && depth == 1) *comma = q;
        depth += *q == '(' || *q == '[';
        depth -= *q == ')' || *q == ']';
        if (depth == 0) return q;
        q++;
    }
    return NULL;
}

static mlc_status copy(parser *p, const char *from, int64_t n, char **out, mlc_error *err)
{
    while (n > 0 && (*from == ' ' || *from == '\t' || *from == '\n')) {
        from++;
        n--;
    }
    while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\t' || from[n - 1] == '\n'))
        n--;
    *out = mlci_copy_text(p->plan->root, from, n);
    return *out != NULL ? MLC_OK : mlci_fail_memory(err, n + 1, 1);
}

static mlc_status add_item(mlci_aggregate_plan *plan, mlci_aggregation **out, mlc_error *err)
{
    if (plan->n == plan->capacity) {
        const int32_t capacity = plan->capacity > 0 ? 2 * plan->capacity : 8;
        mlci_aggregation *const more =
            mlci_realloc(plan->root, plan->items, capacity, (int64_t)sizeof *more);
        if (more == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *more);
        plan->items = more;
        plan->capacity = capacity;
    }
    *out = &plan->items[plan->n++];
    **out = (mlci_aggregation){0};
    return MLC_OK;
}

/* The share behind the comma of quantile(). */
static mlc_status read_share(parser *p, const char *at, const char *close, double *out,
                             mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    s->at = at;
    mlci_scan_space(s);
    const char *end = close;
    while (end > s->at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n'))
        end--;
    if (mlci_real_parse(s->at, end - s->at, out) && *out >= 0 && *out <= 1) return MLC_OK;
    return mlci_scan_fail(s, s->at, "quantile", "the share of a quantile is a number from 0 to 1",
                          err);
}

/* Behind "name(": the argument, up to its bracket. from: where the call begins. */
static mlc_status parse_call(parser *p, const char *from, const function *f, char **name,
                             mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const open = s->at, *comma = NULL;
    const char *const close = find_close(open, s->end, &comma);
    mlci_aggregation *item = NULL;
    if (close == NULL) {
        return mlci_scan_fail(s, open - 1, NULL, "this '(' is not closed", err);
    }
    MLCI_TRY(add_item(p->plan, &item, err));
    item->kind = f->kind;
    item->quantile = f->quantile;
    item->name = *name;
    *name = NULL;
    const char *end = close;
    if (strcmp(f->name, "quantile") == 0) {
        if (comma == NULL) {
            return mlci_scan_fail(s, close, "quantile", "quantile takes a share: quantile(x, 0.9)",
                                  err);
        }
        MLCI_TRY(read_share(p, comma + 1, close, &item->quantile, err));
        end = comma;
    }
    MLCI_TRY(copy(p, open, end - open, &item->argument, err));
    if (item->name == NULL) MLCI_TRY(copy(p, from, close + 1 - from, &item->name, err));
    s->at = close + 1;
    if (*item->argument != '\0') return MLC_OK;
    if (f->kind != MLCI_COUNT) {
        return mlci_scan_fail(s, open, f->name, "a column or an expression is missing here", err);
    }
    item->kind = MLCI_COUNT_ROWS;
    return MLC_OK;
}

/* Selectors behind `by=`, up to white space outside of quotes. */
static mlc_status parse_by(parser *p, const char *name_at, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const from = s->at;
    if (p->plan->by != NULL) return mlci_scan_fail(s, name_at, "by", "by is given twice", err);
    while (s->at < s->end && strchr(" \t\n\r", *s->at) == NULL) {
        if (!is_quote(*s->at)) {
            s->at++;
            continue;
        }
        const char *const behind = skip_quotes(s->at, s->end);
        if (behind == NULL) return mlci_scan_fail(s, s->at, "by", "this quote is not closed", err);
        s->at = behind;
    }
    if (s->at > from && s->at[-1] == ',') s->at--; /* it separates from what follows */
    if (s->at == from) return mlci_scan_expected(s, "columns, as in by=a,b", err);
    return copy(p, from, s->at - from, &p->plan->by, err);
}

static mlc_status parse_sort(parser *p, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const int64_t n = mlci_scan_name(s);
    p->plan->sort = mlci_word_equal(s->at, n, "true");
    if (!p->plan->sort && !mlci_word_equal(s->at, n, "false")) {
        return mlci_scan_expected(s, "true or false", err);
    }
    s->at += n;
    return MLC_OK;
}

/* The call of a function. name: of the column, taken over, or NULL. */
static mlc_status parse_function(parser *p, char **name, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    char word[MLCI_NAME_MAX + 1] = "";
    const char *const at = s->at;
    const int64_t n = mlci_scan_name(s);
    if (n == 0 || n > MLCI_NAME_MAX) {
        return mlci_scan_expected(s, "a function of groups, as in mean(x)", err);
    }
    memcpy(word, at, (size_t)n);
    s->at += n;
    mlci_scan_space(s);
    if (!mlci_scan_take(s, '(')) return mlci_scan_expected(s, "'(' behind the function", err);
    for (int32_t i = 0; i < N_FUNCTIONS; i++) {
        if (strcmp(functions[i].name, word) == 0)
            return parse_call(p, at, &functions[i], name, err);
    }
    return fail_unknown(p, at, word, err);
}

/* The name before "=", also in quotes; *out NULL: there is none. */
static mlc_status parse_name(parser *p, char **out, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    mlci_text text = mlci_text_init(p->plan->root);
    mlc_status status = MLC_OK;
    *out = NULL;
    if (mlci_scan_is_pair(s)) {
        mlci_text_append(&text, s->at, mlci_scan_name(s));
        s->at += mlci_scan_name(s);
    } else if (s->at < s->end && (*s->at == '\'' || *s->at == '"')) {
        status = mlci_scan_quoted(s, &text, err);
        if (status == MLC_OK && text.length == 0) {
            status = mlci_scan_expected(s, "a name in the quotes", err);
        }
    } else {
        return MLC_OK;
    }
    mlci_scan_space(s);
    if (status == MLC_OK && !mlci_scan_take(s, '=')) {
        status = mlci_scan_expected(s, "'=' behind the name", err);
    }
    mlci_scan_space(s);
    if (status == MLC_OK) status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

static mlc_status parse_item(parser *p, mlc_error *err)
{
    char *name = NULL;
    const char *const at = p->scan.at;
    MLCI_TRY(parse_name(p, &name, err));
    mlc_status status;
    if (name != NULL && strcmp(name, "by") == 0) {
        status = parse_by(p, at, err);
    } else if (name != NULL && strcmp(name, "sort") == 0) {
        status = parse_sort(p, err);
    } else {
        status = parse_function(p, &name, err);
    }
    mlci_free(name);
    return status;
}

mlc_status mlci_aggregate_parse(mlci_root *root, const char *text, mlci_aggregate_plan *out,
                                mlc_error *err)
{
    mlci_aggregate_plan plan = {.root = root};
    parser p = {.plan = &plan};
    MLCI_TRY(mlci_scan_open(&p.scan, root, "aggregate", text, err));
    mlc_status status = MLC_OK;
    mlci_scan_space(&p.scan);
    while (status == MLC_OK && p.scan.at < p.scan.end) {
        status = parse_item(&p, err);
        mlci_scan_space(&p.scan);
        if (status == MLC_OK && mlci_scan_take(&p.scan, ',')) mlci_scan_space(&p.scan);
    }
    if (status == MLC_OK && plan.by == NULL && plan.n == 0) {
        status = mlci_scan_expected(&p.scan, "by= or a function of groups, as in mean(x)", err);
    }
    if (status != MLC_OK) {
        mlci_aggregate_clear(&plan);
        return status;
    }
    *out = plan;
    return MLC_OK;
}

void mlci_aggregate_clear(mlci_aggregate_plan *plan)
{
    for (int32_t i = 0; i < plan->n; i++) {
        mlci_free(plan->items[i].name);
        mlci_free(plan->items[i].argument);
    }
    mlci_free(plan->items);
    mlci_free(plan->by);
    *plan = (mlci_aggregate_plan){0};
}
