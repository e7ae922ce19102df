/* C source: a .c file with the model in arrays and a loop, and a .h file that says how to call it.
 * C99 without anything but its standard headers and without memory of its own; the results are
 * those of mlc_model_predict() bit for bit (export_c_math.c says how exp() gets there).
 *
 * The .c file has the text of the .h file in it, so that it compiles whatever the two are called.
 */
#include <string.h>

#include "export.h"
#include "export_c_math.h"
#include "export_c_prior.h"
#include "export_c_scores.h"
#include "export_c_steps.h"

typedef struct writer {
    mlci_export *e;
    const mlci_component *model;
    const mlci_features *inputs; /* what the functions are given */
    mlci_c_outputs outputs;
    mlci_c_steps steps;
    int32_t has_steps; /* before the model */
    int32_t has_raw;   /* @_raw() */
    int32_t n_corrections;
    int32_t wants_finite; /* the model refuses numbers that are not */
    mlci_c_source header, source;
} writer;

/* ---- name --------------------------------------------------------------------------------- */

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static mlc_status check_name(const char *name, mlc_error *err)
{
    int is_name = is_letter(name[0]);
    for (const char *at = name; *at != '\0'; at++)
        is_name &= is_letter(*at) || (*at >= '0' && *at <= '9');
    if (is_name) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "name",
                     "name = '%s': functions in C begin with it, so it has letters, digits and _, "
                     "and no digit first",
                     name);
}

static mlc_status capitals(mlci_root *root, const char *name, char **out, mlc_error *err)
{
    *out = mlci_copy_text(root, name, (int64_t)strlen(name));
    if (*out == NULL) return mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1);
    for (char *at = *out; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
    return MLC_OK;
}

/* ---- header ------------------------------------------------------------------------------- */

static const mlci_dictionary *labels_of(const mlci_features *inputs, int64_t j)
{
    return inputs->inputs[mlci_features_input(inputs, j)].dictionary;
}

static int has_labels(const mlci_features *inputs)
{
    for (int32_t i = 0; i < inputs->n_inputs; i++)
        if (inputs->inputs[i].dictionary != NULL) return 1;
    return 0;
}

static void put_input_names(writer *w)
{
    mlci_text *const out = w->header.out;
    mlci_text name = mlci_text_init(w->e->root);
    for (int64_t j = 0; j < w->inputs->n_features; j++) {
        const mlci_dictionary *const labels = labels_of(w->inputs, j);
        name.length = 0;
        mlci_features_name(w->inputs, j, &name);
        out->failed |= name.failed;
        mlci_text_append_format(out, " *   %lld ", (long long)j);
        mlci_c_append_quoted(out, name.data == NULL ? "" : name.data, name.length);
        if (labels != NULL) mlci_text_append_format(out, ": one of %d categories", (int)labels->n);
        mlci_text_append_char(out, '\n');
    }
    mlci_text_clear(&name);
}

static int can_refuse(const writer *w)
{
    return w->wants_finite || (w->has_steps && w->steps.may_refuse);
}

static void put_inputs(writer *w)
{
    mlci_c_source *const h = &w->header;
    mlci_c_put(h, "/* x: $_N_FEATURES numbers, NAN where one is missing");
    if (w->model->features->zero_is_missing && w->inputs == w->model->features)
        mlci_c_put(h, " (0 is a missing one, too)");
    mlci_c_put(h, ":\n");
    put_input_names(w);
    if (can_refuse(w)) mlci_c_put(h, " * Results are NAN where the library refuses a row.\n");
    mlci_c_put(h, " */\n");
    mlci_c_define(h, "N_FEATURES", w->inputs->n_features);
    if (!has_labels(w->inputs)) return;
    mlci_c_put(h,
               "\n/* What stands in x for a category: the code of its label, -1 for one that the "
               "model does not\n"
               " * know, NAN for NULL. */\n"
               "double @_code_of(int feature, const char *label);\n");
}

static void put_classes(writer *w)
{
    mlci_c_source *const h = &w->header;
    const mlci_classes *const classes = w->model->classes;
    mlci_c_define(h, "N_CLASSES", w->outputs.n_classes);
    mlci_c_put(h, "\n/* The index of the class: @_class_labels[] has its label. */\n"
                  "void @_predict(const double *x, double *prediction);\n"
                  "\n/* $_N_CLASSES probabilities, of\n");
    for (int32_t k = 0; k < classes->n; k++) {
        mlci_text_append_format(h->out, " *   %d ", (int)k);
        mlci_c_append_quoted(h->out, classes->names[k], (int64_t)strlen(classes->names[k]));
        mlci_text_append_char(h->out, '\n');
    }
    mlci_c_put(h, " */\n"
                  "void @_probability(const double *x, double *probability);\n"
                  "extern const char *const @_class_labels[$_N_CLASSES];\n");
}

static void put_functions(writer *w)
{
    mlci_c_source *const h = &w->header;
    if (w->has_raw) {
        mlci_c_put(h, "\n/* $_N_OUTPUTS scores, before they become predictions. */\n");
        mlci_c_define(h, "N_OUTPUTS", w->outputs.n_raw);
        mlci_c_put(h, "void @_raw(const double *x, double *raw);\n");
    }
    mlci_c_put(h, "\n");
    mlci_c_define(h, "N_PREDICTIONS", w->outputs.n_predictions);
    if (w->outputs.n_classes > 0)
        put_classes(w);
    else
        mlci_c_put(h, "/* $_N_PREDICTIONS values. */\n"
                      "void @_predict(const double *x, double *prediction);\n");
    if (w->outputs.n_quantiles == 0) return;
    mlci_c_put(h, "\n/* $_N_QUANTILES values, ascending. */\n");
    mlci_c_define(h, "N_QUANTILES", w->outputs.n_quantiles);
    mlci_c_put(h, "void @_quantile(const double *x, double *quantile);\n");
}

static void put_header(writer *w)
{
    mlci_c_source *const h = &w->header;
    mlci_text_append_format(h->out, "/* A %s, written by libmlcore %s.\n",
                            w->model->descriptor->name, mlc_version(NULL, NULL, NULL));
    mlci_c_put(h,
               " *\n"
               " * C99 with the standard headers alone: no memory is taken, any thread may call. "
               "Results are\n"
               " * bit for bit those of the library if the compiler keeps to IEEE arithmetic: "
               "without\n"
               " * -ffast-math, and with -ffp-contract=off, which -std=c99 implies. */\n"
               "#ifndef $_H\n"
               "#define $_H\n\n"
               "#ifdef __cplusplus\n"
               "extern \"C\" {\n"
               "#endif\n\n");
    put_inputs(w);
    put_functions(w);
    mlci_c_put(h, "\n#ifdef __cplusplus\n"
                  "}\n"
                  "#endif\n\n"
                  "#endif\n");
}

/* ---- source ------------------------------------------------------------------------------- */

static const char code_of[] =
    "\ndouble @_code_of(int feature, const char *label)\n"
    "{\n"
    "    unsigned i;\n"
    "    if (label == NULL) return NAN;\n"
    "    for (i = 0; i < sizeof @_list / sizeof @_list[0]; i++) {\n"
    "        const char *const *const labels = @_label + @_list[i].first;\n"
    "        int low = 0, high = @_list[i].n - 1;\n"
    "        if (@_list[i].feature != feature) continue;\n"
    "        while (low <= high) { /* they ascend */\n"
    "            const int middle = low + (high - low) / 2, order = strcmp(label, "
    "labels[middle]);\n"
    "            if (order == 0) return middle;\n"
    "            if (order < 0)\n"
    "                high = middle - 1;\n"
    "            else\n"
    "                low = middle + 1;\n"
    "        }\n"
    "        return -1;\n"
    "    }\n"
    "    return NAN;\n"
    "}\n";

static void put_label_lists(writer *w)
{
    mlci_c_source *const c = &w->source;
    int64_t first = 0;
    mlci_c_put(c, "\n/* Labels of categories in the order of their codes, and which are whose. */\n"
                  "static const char *const @_label[] = {");
    c->is_empty = 1;
    for (int32_t i = 0; i < w->inputs->n_inputs; i++) {
        const mlci_dictionary *const labels = w->inputs->inputs[i].dictionary;
        for (int32_t k = 0; labels != NULL && k < labels->n; k++) {
            int64_t length = 0;
            const char *const text = mlci_dictionary_text(labels, k, &length);
            mlci_c_text(c, text, length);
        }
    }
    mlci_c_close_array(c);
    mlci_c_put(c, "static const struct {\n"
                  "    int feature, first, n;\n"
                  "} @_list[] = {\n");
    for (int32_t i = 0; i < w->inputs->n_inputs; i++) {
        const mlci_feature *const input = &w->inputs->inputs[i];
        if (input->dictionary == NULL) continue;
        mlci_text_append_format(c->out, "    {%lld, %lld, %d},\n", (long long)input->first,
                                (long long)first, (int)input->dictionary->n);
        first += input->dictionary->n;
    }
    mlci_c_put(c, "};\n");
    mlci_c_put(c, code_of);
}

static void put_class_labels(writer *w)
{
    mlci_c_source *const c = &w->source;
    mlci_c_put(c, "\nconst char *const @_class_labels[$_N_CLASSES] = {");
    c->is_empty = 1;
    for (int32_t k = 0; k < w->model->classes->n; k++)
        mlci_c_text(c, w->model->classes->names[k], (int64_t)strlen(w->model->classes->names[k]));
    mlci_c_put(c, "\n};\n");
}

static void put_answer(writer *w, const char *what, const char *x, const char *out)
{
    mlci_c_put(&w->source, "    @_");
    mlci_c_append_answerer(w->source.out, w->n_corrections);
    mlci_text_append_format(w->source.out, "_%s(%s, %s);\n", what, x, out);
}

static void put_public(writer *w, const char *what, const char *out, int32_t n)
{
    mlci_c_source *const c = &w->source;
    mlci_text_append_format(c->out, "\nvoid %s_%s(const double *x, double *%s)\n{\n", c->name, what,
                            out);
    if (!w->has_steps && !w->wants_finite) {
        put_answer(w, what, "x", out);
        mlci_c_put(c, "}\n");
        return;
    }
    mlci_c_put(c, "    double f[$_N_SEEN];\n"
                  "    if (@_row(x, f)) {\n    ");
    put_answer(w, what, "f", out);
    mlci_text_append_format(c->out, "        return;\n    }\n    %s_refuse(%s, %d);\n}\n", c->name,
                            out, (int)n);
}

static const char refuse[] = "\nstatic void @_refuse(double *out, int n)\n"
                             "{\n"
                             "    while (n-- > 0)\n"
                             "        out[n] = NAN;\n"
                             "}\n";

/* `static int @_row(const double *x, double *f)`: what the model sees; 0: a row to be refused. */
static void put_row(writer *w)
{
    mlci_c_source *const c = &w->source;
    if (w->has_steps)
        mlci_c_put_steps(c, &w->steps);
    else
        mlci_c_define(c, "N_SEEN", w->inputs->n_features);
    mlci_c_put(c, "\nstatic int @_row(const double *x, double *f)\n{\n");
    if (w->wants_finite) mlci_c_put(c, "    unsigned i;\n");
    mlci_c_put(c, w->has_steps ? "    if (!@_features(x, f)) return 0;\n"
                               : "    memcpy(f, x, $_N_SEEN * sizeof *x);\n");
    if (w->wants_finite)
        mlci_c_put(c, "    for (i = 0; i < $_N_SEEN; i++)\n"
                      "        if (!(f[i] >= -DBL_MAX && f[i] <= DBL_MAX)) return 0;\n");
    mlci_c_put(c, "    return 1;\n}\n");
    mlci_c_put(c, refuse);
}

static void put_source(writer *w)
{
    mlci_c_source *const c = &w->source;
    mlci_text_append(c->out, w->e->second.data, w->e->second.length);
    mlci_c_put(c, "\n#include <float.h>\n"
                  "#include <math.h>\n"
                  "#include <stdint.h>\n"
                  "#include <string.h>\n\n");
    mlci_c_put_arithmetic(c);
    if (w->outputs.n_raw > 0 && !w->has_raw) mlci_c_define(c, "N_OUTPUTS", w->outputs.n_raw);
    mlci_c_put_model(c, w->model, mlci_export_finisher(w->e) == NULL);
    w->n_corrections =
        mlci_c_put_corrections(c, w->e->model->component, w->has_raw ? w->outputs.n_raw : 0);
    if (w->has_steps || w->wants_finite) put_row(w);
    if (w->has_raw) put_public(w, "raw", "raw", w->outputs.n_raw);
    put_public(w, "predict", "prediction", w->outputs.n_predictions);
    if (w->outputs.n_classes > 0) put_public(w, "probability", "probability", w->outputs.n_classes);
    if (w->outputs.n_quantiles > 0) put_public(w, "quantile", "quantile", w->outputs.n_quantiles);
    if (w->outputs.n_classes > 0) put_class_labels(w);
    if (has_labels(w->inputs)) put_label_lists(w);
}

/* ---- together ----------------------------------------------------------------------------- */

/* C ends its texts at a NUL, so a label with one would be found by its beginning. */
static mlc_status check_labels(const mlci_features *inputs, mlc_error *err)
{
    for (int32_t i = 0; i < inputs->n_inputs; i++) {
        const mlci_dictionary *const labels = inputs->inputs[i].dictionary;
        for (int32_t k = 0; labels != NULL && k < labels->n; k++) {
            int64_t length = 0;
            const char *const text = mlci_dictionary_text(labels, k, &length);
            if (memchr(text, '\0', (size_t)length) != NULL)
                return mlci_fail(
                    err, MLC_ERROR_UNSUPPORTED, inputs->inputs[i].name,
                    "a category of '%s' has a NUL in its text, where C takes it to end",
                    inputs->inputs[i].name);
        }
    }
    return MLC_OK;
}

static mlc_status check_model(writer *w, mlc_error *err)
{
    const mlci_component *step = NULL;
    w->model = mlci_export_model(w->e, &step);
    if (step != NULL && step == w->model)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, step->name,
                         "'%s' cannot be written as C: more than one model answers", step->name);
    w->has_steps = step != NULL;
    w->inputs = w->has_steps ? w->e->model->record->inputs : w->model->features;
    w->wants_finite = (w->model->descriptor->capabilities & MLCI_CAN_MISSING) == 0;
    MLCI_TRY(mlci_c_outputs_of(w->model, &w->outputs, err));
    w->has_raw = mlci_component_has_output(w->e->model->component, MLCI_OUTPUT_RAW);
    MLCI_TRY(check_labels(w->inputs, err));
    return w->has_steps ? mlci_c_steps_open(w->e, &w->steps, err) : MLC_OK;
}

static mlc_status write_files(writer *w, mlc_error *err)
{
    mlci_export *const e = w->e;
    char *upper = NULL;
    MLCI_TRY(check_model(w, err));
    MLCI_TRY(capitals(e->root, e->settings->name, &upper, err));
    w->header = (mlci_c_source){.out = &e->second, .name = e->settings->name, .upper = upper};
    w->source = (mlci_c_source){.out = &e->out, .name = e->settings->name, .upper = upper};
    put_header(w);
    put_source(w);
    mlci_free(upper);
    return mlci_poll(e->call, err);
}

static mlc_status write_c(mlci_export *e, mlc_error *err)
{
    writer w = {.e = e};
    MLCI_TRY(check_name(e->settings->name, err));
    const mlc_status status = write_files(&w, err);
    mlci_c_steps_close(&w.steps);
    return status;
}

const mlci_export_format mlci_export_c = {"c", ".c", ".h", write_c};
