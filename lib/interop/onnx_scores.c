/* Operators of ONNX after a model: what is added to its scores, links, probabilities, classes. */
#include <math.h>

#include "onnx_reading.h"

int mlci_onnx_is_scores(const mlci_onnx_form *f)
{
    return f != NULL && (f->kind == MLCI_FORM_SCORES || f->kind == MLCI_FORM_LINKED);
}

mlci_onnx_form mlci_onnx_new_scores(const mlci_onnx_reading *g, int32_t post)
{
    mlci_onnx_form out = {.kind = MLCI_FORM_SCORES};
    out.scores = (mlci_onnx_scores){.start = -1, .factor = 1, .divisor = g->model->rule.divisor};
    out.scores.link = MLCI_LINK_IDENTITY;
    if (post == MLCI_ONNX_NO_POST) return out;
    out.kind = MLCI_FORM_LINKED;
    out.scores.link = post == MLCI_ONNX_SOFTMAX ? MLCI_LINK_SOFTMAX : MLCI_LINK_LOGIT;
    return out;
}

/* A constant of one number. */
static mlc_status constant_number(const mlci_onnx_step *s, const mlci_onnx_form *f, double *out,
                                  mlc_error *err)
{
    mlci_onnx_numbers list;
    MLCI_TRY(mlci_onnx_constant_numbers(s, f, &list, err));
    *out = list.n == 1 ? list.values[0] : (double)NAN;
    mlci_free(list.values);
    return list.n == 1 ? MLC_OK
                       : mlci_onnx_refuse_step(
                             s, "has a constant of more than one number: one would be right", err);
}

mlc_status mlci_onnx_pass(const mlci_onnx_step *s, mlc_error *err)
{
    if (s->in[0] == NULL || s->in[0]->kind == MLCI_FORM_NONE) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    return MLC_OK;
}

mlc_status mlci_onnx_add(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_numbers list;
    const int64_t n = g->model->n_outputs;
    if (!mlci_form_is(s->in[0], MLCI_FORM_SCORES) || s->in[0]->scores.start >= 0 ||
        s->in[0]->scores.factor != 1 || s->in[0]->scores.divisor != 1)
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_constant_row(s, s->in[1], &list, err));
    double *const grown =
        mlci_realloc(g->model->root, g->starts, (g->n_starts + 1) * n, sizeof *grown);
    mlc_status status =
        grown == NULL ? mlci_fail_memory(err, n, sizeof *grown)
        : list.n != n && list.n != 1
            ? mlci_onnx_refuse_step(
                  s, "adds not one number an output: one, or one for all, would be right", err)
            : MLC_OK;
    if (grown != NULL) g->starts = grown;
    for (int64_t k = 0; k < n && status == MLC_OK; k++)
        g->starts[g->n_starts * n + k] = list.values[list.n == 1 ? 0 : k];
    mlci_free(list.values);
    if (status != MLC_OK) return status;
    *s->out = *s->in[0];
    s->out->scores.start = g->n_starts++;
    return MLC_OK;
}

/* Probabilities by their sum. */
static mlc_status share(const mlci_onnx_step *s, mlc_error *err)
{
    if (!mlci_form_is(s->in[0], MLCI_FORM_LINKED)) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->scores.is_total_one = 1;
    s->g->is_class = 1;
    return MLC_OK;
}

mlc_status mlci_onnx_scale(const mlci_onnx_step *s, mlc_error *err)
{
    const int is_division = mlci_span_is(s->op->name, "Div");
    double number = 0;
    if (is_division && mlci_form_is(s->in[1], MLCI_FORM_TOTAL)) return share(s, err);
    if (!mlci_form_is(s->in[0], MLCI_FORM_SCORES) || s->in[0]->scores.factor != 1 ||
        (is_division && s->in[0]->scores.divisor != 1))
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[1], &number, err));
    *s->out = *s->in[0];
    if (number == -1 && !is_division) {
        s->out->kind = MLCI_FORM_NEGATIVE;
        return MLC_OK;
    }
    if (!(number > 0 && number < 1e300))
        return mlci_onnx_refuse_step(
            s, "scales by what is not above 0: a finite number above it would be right", err);
    *(is_division ? &s->out->scores.divisor : &s->out->scores.factor) = number;
    return MLC_OK;
}

/* 1 - p. */
mlc_status mlci_onnx_subtract(const mlci_onnx_step *s, mlc_error *err)
{
    double number = 0;
    if (!mlci_onnx_is_scores(s->in[1]) || s->g->model->n_outputs != 1)
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[0], &number, err));
    if (number != 1) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[1];
    s->out->kind = MLCI_FORM_SECOND;
    return MLC_OK;
}

/* Probabilities 1 - p, p of both classes, or their scores -s, s. */
mlc_status mlci_onnx_concat_scores(const mlci_onnx_step *s, mlc_error *err)
{
    const int are_scores = s->in[0]->kind == MLCI_FORM_NEGATIVE;
    if (s->op->n_inputs != 2 || !mlci_onnx_is_scores(s->in[1]) || s->g->model->n_outputs != 1 ||
        (are_scores && s->in[1]->kind != MLCI_FORM_SCORES))
        return mlci_onnx_refuse_place(s, err);
    if (!are_scores && s->in[1]->scores.link == MLCI_LINK_IDENTITY && s->g->linear.weights != NULL)
        return mlci_onnx_refuse_step(
            s, "makes probabilities of sums as they are: a Sigmoid before it would be right", err);
    *s->out = *s->in[1];
    s->out->kind = are_scores ? MLCI_FORM_SCORES : MLCI_FORM_LINKED;
    s->g->is_class = 1;
    return MLC_OK;
}

/* The second of the scores of two classes, which says as much as both. */
mlc_status mlci_onnx_second_score(const mlci_onnx_step *s, mlc_error *err)
{
    double column = 0;
    if (!mlci_onnx_is_scores(s->in[0]) || !s->g->is_class || s->g->model->n_outputs > 2)
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[1], &column, err));
    if (column != 1) return mlci_onnx_refuse_place(s, err);
    return mlci_onnx_pass(s, err);
}

static mlc_status link_by(const mlci_onnx_step *s, int32_t link, mlc_error *err)
{
    if (!mlci_form_is(s->in[0], MLCI_FORM_SCORES)) return mlci_onnx_refuse_place(s, err);
    if (link != MLCI_LINK_LOGIT && s->in[0]->scores.factor != 1)
        return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_LINKED;
    s->out->scores.link = link;
    return MLC_OK;
}

mlc_status mlci_onnx_sigmoid(const mlci_onnx_step *s, mlc_error *err)
{
    return link_by(s, MLCI_LINK_LOGIT, err);
}

mlc_status mlci_onnx_exponential(const mlci_onnx_step *s, mlc_error *err)
{
    return link_by(s, MLCI_LINK_LOG, err);
}

mlc_status mlci_onnx_softmax(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t axis = 1;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 1, &axis, err));
    if (axis != 1 && axis != -1)
        return mlci_onnx_refuse_step(s, "goes along rows: axis = 1 would be right", err);
    return link_by(s, MLCI_LINK_SOFTMAX, err);
}

/* Of probabilities by a link, which have no sign: themselves. */
mlc_status mlci_onnx_abs(const mlci_onnx_step *s, mlc_error *err)
{
    if (!mlci_form_is(s->in[0], MLCI_FORM_LINKED) || s->in[0]->scores.link == MLCI_LINK_IDENTITY)
        return mlci_onnx_refuse_place(s, err);
    return mlci_onnx_pass(s, err);
}

mlc_status mlci_onnx_reduce_sum(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers axes = {0};
    int64_t keeps = 1;
    if (!mlci_form_is(s->in[0], MLCI_FORM_LINKED) ||
        (!s->g->is_class && s->g->model->n_outputs == 1))
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "keepdims", 1, &keeps, err));
    MLCI_TRY(mlci_form_is(s->in[1], MLCI_FORM_CONSTANT)
                 ? mlci_onnx_constant_numbers(s, s->in[1], &axes, err)
                 : mlci_onnx_numbers_of(&s->g->file, s->op, "axes", &axes, err));
    const int fits = keeps == 1 && axes.n == 1 && (axes.values[0] == 1 || axes.values[0] == -1);
    mlci_free(axes.values);
    if (!fits) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_TOTAL;
    return MLC_OK;
}

mlc_status mlci_onnx_greater(const mlci_onnx_step *s, mlc_error *err)
{
    double bound = 0;
    if (!mlci_onnx_is_scores(s->in[0]) || s->g->model->n_outputs != 1)
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(constant_number(s, s->in[1], &bound, err));
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_ABOVE;
    s->out->scores.bound = bound;
    s->out->scores.has_bound = 1;
    return MLC_OK;
}

mlc_status mlci_onnx_arg_max(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t axis = 0, last = 0;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "axis", 0, &axis, err));
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "select_last_index", 0, &last, err));
    if (!mlci_onnx_is_scores(s->in[0]) || last != 0 || (axis != 1 && axis != -1))
        return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_CLASS;
    s->g->is_class = 1;
    return MLC_OK;
}

/* Probabilities, or scores, as a list of maps: nothing more than they are. */
mlc_status mlci_onnx_zip_map(const mlci_onnx_step *s, mlc_error *err)
{
    if (!mlci_onnx_is_scores(s->in[0]) || !s->g->is_class) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_MAPS;
    return MLC_OK;
}
