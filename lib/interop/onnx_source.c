/* Columns as functions of their inputs. */
#include "onnx_source.h"

#include <math.h>

#define LEAST_INTEGER (-0x1p63) /* what NaN and numbers beyond int64 are as one */

/* Operations on floats are right when they are done in double and rounded once more. */
static double apply(const mlci_onnx_change *c, double x)
{
    double y = x;
    switch (c->op) {
    case MLCI_ONNX_ADD:
        y = x + c->a;
        break;
    case MLCI_ONNX_SUBTRACT:
        y = x - c->a;
        break;
    case MLCI_ONNX_MULTIPLY:
        y = x * c->a;
        break;
    case MLCI_ONNX_DIVIDE:
        y = x / c->a;
        break;
    case MLCI_ONNX_CLIP:
        y = x < c->a ? c->a : x > c->b ? c->b : x;
        break;
    case MLCI_ONNX_REPLACE:
        y = x == c->a || (x != x && c->a != c->a) ? c->b : x;
        break;
    case MLCI_ONNX_TRUNCATE:
        y = fabs(x) < 0x1p63 ? trunc(x) : LEAST_INTEGER;
        break;
    case MLCI_ONNX_EQUALS:
        y = x == c->a;
        break;
    case MLCI_ONNX_IS_NAN:
        y = x != x;
        break;
    default:
        break;
    }
    return c->is_float ? (double)(float)y : y;
}

static double value_after(const mlci_onnx_changes *c, int64_t change, double x)
{
    return change < 0 ? x : apply(&c->list[change], value_after(c, c->list[change].before, x));
}

static double start_of(const mlci_onnx_source *s, double x)
{
    return s->is_float && s->map == NULL ? (double)(float)x : x;
}

double mlci_onnx_value(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x)
{
    return value_after(c, s->change, start_of(s, x));
}

static double size_after(const mlci_onnx_changes *c, int64_t change, double x)
{
    if (change < 0) return fabs(x);
    const mlci_onnx_change *const last = &c->list[change];
    const double size = size_after(c, last->before, x);
    const double value = fabs(value_after(c, change, x));
    switch (last->op) {
    case MLCI_ONNX_ADD:
    case MLCI_ONNX_SUBTRACT:
        return size + fabs(last->a);
    case MLCI_ONNX_MULTIPLY:
        return size * fabs(last->a);
    case MLCI_ONNX_DIVIDE:
        return size / fabs(last->a);
    case MLCI_ONNX_ROUND:
        return size;
    case MLCI_ONNX_EQUALS:
    case MLCI_ONNX_IS_NAN:
        return value;
    default:
        return size >= value ? size : value; /* also of a NaN that was replaced */
    }
}

double mlci_onnx_size(const mlci_onnx_changes *c, const mlci_onnx_source *s, double x)
{
    return size_after(c, s->change, start_of(s, x));
}

/* ---- columns that are functions of a few values ------------------------------------------- */

static int keeps_codes(const mlci_onnx_change *c)
{
    return c->op == MLCI_ONNX_TRUNCATE || c->op == MLCI_ONNX_ROUND ||
           (c->op == MLCI_ONNX_REPLACE && c->a != c->a);
}

/* The first question for a number, before which nothing makes it another one; NULL: there is none.
 * is_cut: its fraction is cut off before. */
static const mlci_onnx_change *find_code(const mlci_onnx_changes *c, const mlci_onnx_source *s,
                                         int *is_cut)
{
    const mlci_onnx_change *found = NULL;
    *is_cut = 0;
    for (int64_t i = s->change; i >= 0; i = c->list[i].before) {
        if (c->list[i].op == MLCI_ONNX_EQUALS) {
            found = &c->list[i];
            *is_cut = 0;
        } else if (found != NULL && !keeps_codes(&c->list[i])) {
            return NULL;
        }
        *is_cut |= c->list[i].op == MLCI_ONNX_TRUNCATE;
    }
    return found;
}

int mlci_onnx_is_code(const mlci_onnx_changes *c, const mlci_onnx_source *s)
{
    int is_cut;
    return s->map != NULL ? s->map->keys.numbers != NULL : find_code(c, s, &is_cut) != NULL;
}

int mlci_onnx_is_whole(const mlci_onnx_changes *c, const mlci_onnx_source *s)
{
    int is_cut = 0;
    if (s->is_whole || s->map != NULL) return s->is_whole;
    (void)find_code(c, s, &is_cut);
    return is_cut;
}

void mlci_onnx_codes_of(const mlci_onnx_changes *c, const mlci_onnx_source *s, mlci_onnx_codes *out)
{
    int is_cut;
    *out = s->map != NULL ? (mlci_onnx_codes){s->map->n, s->map->keys.numbers}
                          : (mlci_onnx_codes){1, &find_code(c, s, &is_cut)->a};
}

double mlci_onnx_code_value(const mlci_onnx_changes *c, const mlci_onnx_source *s, double code,
                            int64_t k)
{
    return mlci_onnx_value(c, s, s->map == NULL ? code : s->map->values[k]);
}

double mlci_onnx_unseen(const mlci_onnx_changes *c, const mlci_onnx_source *s)
{
    return mlci_onnx_value(c, s, s->map == NULL ? (double)INFINITY : s->map->unseen);
}

double mlci_onnx_missing(const mlci_onnx_changes *c, const mlci_onnx_source *s)
{
    return mlci_onnx_value(c, s, s->map == NULL ? (double)NAN : s->map->missing);
}

int mlci_onnx_are_same_texts(const mlci_onnx_keys *a, const mlci_onnx_keys *b)
{
    if (a->n != b->n) return 0;
    for (int64_t k = 0; a->texts != b->texts && k < a->n; k++)
        if (!mlci_span_same(a->texts[k], b->texts[k])) return 0;
    return 1;
}

/* ---- columns that are functions of a number ----------------------------------------------- */

const char *mlci_onnx_disorder(const mlci_onnx_changes *c, const mlci_onnx_source *s)
{
    for (int64_t i = s->change; i >= 0; i = c->list[i].before) {
        const mlci_onnx_change *const change = &c->list[i];
        if (change->op == MLCI_ONNX_REPLACE && change->a == change->a)
            return "reads numbers of which one was replaced, which is no missing one";
        if (change->op == MLCI_ONNX_EQUALS)
            return "reads whether a number that was changed before equals another";
        if (change->op == MLCI_ONNX_TRUNCATE) return "reads numbers that were made integers";
    }
    return NULL;
}

static const char *bend(const mlci_onnx_change *c, mlci_onnx_line *line)
{
    switch (c->op) {
    case MLCI_ONNX_ADD:
        line->offset += c->a;
        return NULL;
    case MLCI_ONNX_SUBTRACT:
        line->offset -= c->a;
        return NULL;
    case MLCI_ONNX_MULTIPLY:
        line->factor *= c->a;
        line->offset *= c->a;
        return NULL;
    case MLCI_ONNX_DIVIDE:
        line->factor /= c->a;
        line->offset /= c->a;
        return NULL;
    case MLCI_ONNX_ROUND:
        return NULL;
    case MLCI_ONNX_IS_NAN:
        line->factor = line->offset = 0;
        return NULL;
    case MLCI_ONNX_REPLACE:
        if (c->a == c->a) return "reads numbers of which one was replaced, which is no missing one";
        line->fill = (c->b - line->offset) / line->factor;
        return NULL;
    default:
        return "reads numbers that were clipped, made integers or compared before";
    }
}

static const char *line_after(const mlci_onnx_changes *c, int64_t change, mlci_onnx_line *line)
{
    if (change < 0) return NULL;
    const mlci_onnx_change *const last = &c->list[change];
    const char *const fault = line_after(c, last->before, line);
    if (fault != NULL) return fault;
    const int is_idle = last->op == MLCI_ONNX_REPLACE && last->a != last->a;
    if (is_idle && line->missing == line->missing) return NULL;
    const char *const own = bend(last, line);
    line->missing = apply(last, line->missing);
    return own;
}

const char *mlci_onnx_line_of(const mlci_onnx_changes *c, const mlci_onnx_source *s,
                              mlci_onnx_line *out)
{
    *out = (mlci_onnx_line){1, 0, (double)NAN, (double)NAN};
    return line_after(c, s->change, out);
}
