/* Corrections as C source: operation by operation what prior_shift.c does. */
#include "export_c_prior.h"

#include "prior_shift.h"

void mlci_c_append_answerer(mlci_text *out, int32_t n_corrections)
{
    mlci_text_append_text(out, n_corrections == 0 ? "model" : "corrected");
    if (n_corrections > 1) mlci_text_append_format(out, "_%d", (int)n_corrections);
}

/* `@_corrected_what`. */
static void put_name(mlci_c_source *c, int32_t n_corrections, const char *what)
{
    mlci_c_put(c, "@_");
    mlci_c_append_answerer(c->out, n_corrections);
    mlci_c_put(c, what);
}

static void open_function(mlci_c_source *c, int32_t n_corrections, const char *what)
{
    mlci_c_put(c, "\nstatic void ");
    put_name(c, n_corrections, what);
    mlci_c_put(c, "(const double *x, double *out)\n{\n");
}

/* A call of the functions that are one correction further in, or of this one. */
static void put_call(mlci_c_source *c, int32_t n_corrections, const char *what, const char *out)
{
    mlci_c_put(c, "    ");
    put_name(c, n_corrections, what);
    mlci_text_append_format(c->out, "(x, %s);\n", out);
}

/* `static const double @_corrected_what[] = {`. */
static void open_numbers(mlci_c_source *c, int32_t n_corrections, const char *what)
{
    mlci_c_put(c, "static const double ");
    put_name(c, n_corrections, what);
    mlci_c_put(c, "[] = {");
    c->is_empty = 1;
    c->line = 0;
}

/* A loop over numbers of `out`, each changed by its own. */
static void put_change(mlci_c_source *c, int32_t n_corrections, const char *loop,
                       const char *numbers)
{
    mlci_c_put(c, loop);
    put_name(c, n_corrections, numbers);
    mlci_c_put(c, "[k];\n");
}

static void put_probability(mlci_c_source *c, const mlci_prior_shift *s, int32_t n)
{
    mlci_c_put(c, "\n/* Class shares before resampling over those after it. */\n");
    open_numbers(c, n, "_factor");
    for (int32_t k = 0; k < s->n; k++)
        mlci_c_real(c, s->factor[k]);
    mlci_c_close_array(c);
    open_function(c, n, "_probability");
    mlci_c_put(c, "    double sum = 0;\n"
                  "    int k;\n");
    put_call(c, n - 1, "_probability", "out");
    put_change(c, n,
               "    for (k = 0; k < $_N_CLASSES; k++) {\n"
               "        out[k] *= ",
               "_factor");
    mlci_c_put(c, "        sum += out[k];\n"
                  "    }\n"
                  "    for (k = 0; k < $_N_CLASSES; k++)\n"
                  "        out[k] /= sum;\n"
                  "}\n");
}

static void put_raw(mlci_c_source *c, const mlci_prior_shift *s, int32_t n, int32_t n_raw)
{
    mlci_c_put(c, "\n/* The logarithms, as they move log odds. */\n");
    open_numbers(c, n, "_shift");
    for (int32_t k = 0; k < n_raw; k++)
        mlci_c_real(c, mlci_prior_shift_raw(s, n_raw, k));
    mlci_c_close_array(c);
    open_function(c, n, "_raw");
    mlci_c_put(c, "    int k;\n");
    put_call(c, n - 1, "_raw", "out");
    put_change(c, n,
               "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
               "        out[k] += ",
               "_shift");
    mlci_c_put(c, "}\n");
}

static void put_predict(mlci_c_source *c, int32_t n)
{
    open_function(c, n, "_predict");
    mlci_c_put(c, "    double p[$_N_CLASSES];\n"
                  "    int k, best = 0;\n");
    put_call(c, n, "_probability", "p");
    mlci_c_put(c, "    for (k = 1; k < $_N_CLASSES; k++)\n"
                  "        if (p[k] > p[best]) best = k;\n"
                  "    out[0] = best;\n"
                  "}\n");
}

/* From the innermost. */
static int32_t put_corrections(mlci_c_source *c, const mlci_component *model, int32_t n_raw)
{
    if (!mlci_is_composition(model)) return 0;
    const int32_t n = put_corrections(c, model->parts[model->n_parts - 1], n_raw);
    if (mlci_finisher_of(model) == NULL) return n;
    put_probability(c, model->state, n + 1);
    if (n_raw > 0) put_raw(c, model->state, n + 1, n_raw);
    return n + 1;
}

int32_t mlci_c_put_corrections(mlci_c_source *c, const mlci_component *model, int32_t n_raw)
{
    const int32_t n = put_corrections(c, model, n_raw);
    if (n > 0) put_predict(c, n);
    return n;
}
