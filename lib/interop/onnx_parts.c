/* Chains of ONNX nodes that say one thing together, as this library writes them: the probabilities
 * of classes that were told one from the rest, softmax(-softplus(-score)); zeros that count as
 * missing, Where(|x| <= 1e-35, NaN, x); and the middle of quantiles, the mean of the one or two
 * numbers in the middle of sorted scores. */
#include <math.h>

#include "matrix.h"
#include "onnx_reading.h"

/* What a chain has come to. */
enum {
    PART_NONE,
    PART_SCORES, /* a form of that kind */
    PART_COLUMNS,
    PART_CONSTANT,
    PART_NEGATIVE, /* -score */
    PART_SIZE,     /* |score| */
    PART_MINUS_SIZE,
    PART_POWER,    /* exp(-|score|) */
    PART_ONE_MORE, /* 1 + that */
    PART_REST,     /* log of that */
    PART_TOP,      /* max(-score, 0) */
    PART_SOFTPLUS,
    PART_LOG_SIGMOID,
    PART_MAGNITUDE, /* of columns */
    PART_IS_ZERO,
    PART_SORTED, /* scores of a row, ascending */
    PART_LOW,    /* the one in the middle, or the lower of two */
    PART_HIGH,   /* the higher one */
    PART_HALF_LOW,
    PART_HALF_HIGH
};

typedef struct rule {
    const char *op;
    int32_t first, second;
    double number; /* of a second that is a constant */
    int32_t out;
} rule;

static const rule rules[] = {
    {"Neg", PART_SCORES, PART_NONE, 0, PART_NEGATIVE},
    {"Abs", PART_NEGATIVE, PART_NONE, 0, PART_SIZE},
    {"Neg", PART_SIZE, PART_NONE, 0, PART_MINUS_SIZE},
    {"Exp", PART_MINUS_SIZE, PART_NONE, 0, PART_POWER},
    {"Add", PART_POWER, PART_CONSTANT, 1, PART_ONE_MORE},
    {"Log", PART_ONE_MORE, PART_NONE, 0, PART_REST},
    {"Max", PART_NEGATIVE, PART_CONSTANT, 0, PART_TOP},
    {"Add", PART_TOP, PART_REST, 0, PART_SOFTPLUS},
    {"Neg", PART_SOFTPLUS, PART_NONE, 0, PART_LOG_SIGMOID},
    {"Abs", PART_COLUMNS, PART_NONE, 0, PART_MAGNITUDE},
    {"LessOrEqual", PART_MAGNITUDE, PART_CONSTANT, MLCI_NEAR_ZERO, PART_IS_ZERO},
    {"Mul", PART_LOW, PART_CONSTANT, 0.5, PART_HALF_LOW},
    {"Mul", PART_HIGH, PART_CONSTANT, 0.5, PART_HALF_HIGH},
};

static int32_t part_of(const mlci_onnx_form *f)
{
    if (f == NULL) return PART_NONE;
    switch (f->kind) {
    case MLCI_FORM_SCORES:
        return PART_SCORES;
    case MLCI_FORM_COLUMNS:
        return PART_COLUMNS;
    case MLCI_FORM_CONSTANT:
        return PART_CONSTANT;
    case MLCI_FORM_PART:
        return f->part;
    default:
        return -1;
    }
}

/* Is the constant that one number, or NaN as that is? */
static mlc_status is_number(const mlci_onnx_step *s, double number, int *out, mlc_error *err)
{
    mlci_onnx_numbers list;
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[1], &list, err));
    *out = list.n == 1 && (list.values[0] == number || (isnan(number) && isnan(list.values[0])));
    mlci_free(list.values);
    return MLC_OK;
}

/* Shares of logistic probabilities in their sum. */
static mlc_status share(const mlci_onnx_step *s, int *is_part, mlc_error *err)
{
    int64_t axis = 1;
    if (!mlci_span_is(s->op->name, "Softmax") || part_of(s->in[0]) != PART_LOG_SIGMOID)
        return MLC_OK;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 1, &axis, err));
    if (axis != 1 && axis != -1) return mlci_onnx_refuse_place(s, err);
    *is_part = 1;
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_LINKED;
    s->out->scores.link = MLCI_LINK_ONE_VS_ALL;
    s->out->scores.is_total_one = 1;
    s->g->is_class = 1;
    return MLC_OK;
}

/* Columns whose zeros are missing. */
static mlc_status hide_zeros(const mlci_onnx_step *s, int *is_part, mlc_error *err)
{
    int is_nan = 0;
    if (!mlci_span_is(s->op->name, "Where") || part_of(s->in[0]) != PART_IS_ZERO) return MLC_OK;
    const mlci_onnx_form *const from = s->in[2];
    if (part_of(s->in[1]) == PART_CONSTANT) MLCI_TRY(is_number(s, (double)NAN, &is_nan, err));
    if (!is_nan || !mlci_form_is(from, MLCI_FORM_COLUMNS) || from->first != s->in[0]->first ||
        from->n != s->in[0]->n)
        return mlci_onnx_refuse_place(s, err);
    *is_part = 1;
    *s->out = *from;
    s->out->first = s->g->n_sources;
    MLCI_TRY(mlci_onnx_copy_columns(s, from, err));
    for (int64_t i = s->out->first; i < s->g->n_sources; i++) {
        if (s->g->sources[i].map != NULL || s->g->sources[i].change >= 0)
            return mlci_onnx_refuse_place(s, err);
        s->g->sources[i].hides_zeros = 1;
    }
    return MLC_OK;
}

/* Scores in order, and those in the middle. */
static mlc_status take_middle(const mlci_onnx_step *s, int *is_part, mlc_error *err)
{
    const int32_t n = s->g->model->n_outputs;
    int64_t axis = -1, largest = 1;
    int is_low = 0, is_high = 0, has_all = 0;
    if (part_of(s->in[1]) != PART_CONSTANT) return MLC_OK;
    if (mlci_span_is(s->op->name, "TopK") && part_of(s->in[0]) == PART_SCORES) {
        MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", -1, &axis, err));
        MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "largest", 1, &largest, err));
        MLCI_TRY(is_number(s, n, &has_all, err));
        if (n < 2 || !has_all || s->g->linear.weights != NULL || largest != 0 ||
            (axis != 1 && axis != -1) || s->in[0]->scores.factor != 1 ||
            s->in[0]->scores.divisor != 1)
            return mlci_onnx_refuse_place(s, err);
        *is_part = PART_SORTED;
    }
    if (mlci_span_is(s->op->name, "Gather") && part_of(s->in[0]) == PART_SORTED) {
        MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
        MLCI_TRY(is_number(s, (n - 1) / 2, &is_low, err));
        MLCI_TRY(is_number(s, n / 2, &is_high, err));
        if (axis != 1 || (!is_low && !is_high)) return mlci_onnx_refuse_place(s, err);
        *is_part = is_low ? PART_LOW : PART_HIGH;
    }
    if (!*is_part) return MLC_OK;
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_PART;
    s->out->part = *is_part;
    return MLC_OK;
}

/* The mean of the middle: of an odd number of scores twice the same. */
static void join_halves(const mlci_onnx_step *s, int *is_part)
{
    const int32_t second = s->g->model->n_outputs % 2 == 1 ? PART_HALF_LOW : PART_HALF_HIGH;
    if (!mlci_span_is(s->op->name, "Add") || part_of(s->in[0]) != PART_HALF_LOW ||
        part_of(s->in[1]) != second || s->in[0]->scores.start != s->in[1]->scores.start)
        return;
    *is_part = 1;
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_LINKED;
    s->out->scores.link = MLCI_LINK_QUANTILES;
}

mlc_status mlci_onnx_take_part(const mlci_onnx_step *s, int *is_part, mlc_error *err)
{
    const int32_t first = part_of(s->in[0]), second = part_of(s->in[1]);
    *is_part = 0;
    MLCI_TRY(share(s, is_part, err));
    if (!*is_part) MLCI_TRY(hide_zeros(s, is_part, err));
    if (!*is_part) MLCI_TRY(take_middle(s, is_part, err));
    if (!*is_part) join_halves(s, is_part);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !*is_part; i++) {
        const rule *const r = &rules[i];
        if (!mlci_span_is(s->op->name, r->op) || first != r->first || second != r->second) continue;
        *is_part = 1;
        if (second == PART_CONSTANT) MLCI_TRY(is_number(s, r->number, is_part, err));
        *s->out = *s->in[0];
        s->out->kind = MLCI_FORM_PART;
        s->out->part = r->out;
    }
    return MLC_OK;
}
