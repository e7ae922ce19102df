/* automatic: the preprocessing that a careful engineer would put before the next model, decided
 * from that model's descriptor and the schema, and then fitted like any other. */
#include <string.h>

#include "program.h"

/* What is there to prepare, and what the model needs. */
typedef struct plan {
    int32_t impute, scale, encode;
} plan;

static plan make_plan(const mlci_fitting *fitting)
{
    /* Without a model to ask: what a linear model needs. */
    int32_t can = MLCI_WANTS_SCALED;
    if (fitting->next_model != NULL) can = fitting->next_model->descriptor->capabilities;
    plan p = {0};
    for (int32_t i = 0; i < fitting->train->n_fields; i++) {
        const mlci_field *field = &fitting->train->fields[i];
        if (!mlci_field_is_feature(field)) continue;
        const int32_t takes = mlci_type_takes(field->column->type);
        if (takes == MLCI_TAKES_NUMBER) {
            /* Also where training saw nothing missing: a record in production may. */
            p.impute |= (can & MLCI_CAN_MISSING) == 0;
            p.scale |= (can & MLCI_WANTS_SCALED) != 0;
        } else if (field->column->type == MLC_TYPE_CATEGORY) {
            p.encode |= (can & MLCI_CAN_CATEGORY) == 0;
        }
    }
    return p;
}

static void write_plan(const plan *p, mlci_text *out)
{
    const char *separator = "";
    mlci_text_append_text(out, "chain(");
    if (p->impute || p->scale) {
        mlci_text_append_text(out, "on(type:number, ");
        if (p->impute && p->scale) mlci_text_append_text(out, "chain(");
        if (p->impute) mlci_text_append_text(out, "simple_imputer(strategy=median)");
        if (p->impute && p->scale) mlci_text_append_text(out, ", ");
        if (p->scale) mlci_text_append_text(out, "standard_scaler");
        if (p->impute && p->scale) mlci_text_append_text(out, ")");
        mlci_text_append_text(out, ")");
        separator = ", ";
    }
    if (p->encode) {
        mlci_text_append_text(out, separator);
        mlci_text_append_text(out, "on(type:category, one_hot_encoder(handle_unknown=ignore))");
    }
    mlci_text_append_text(out, ")");
}

/* Free text is no use to a model before somebody has chosen how to read it. */
static mlc_status drop_text(const mlci_fitting *fitting, mlci_component *fitted, mlc_error *err)
{
    const mlc_dataset *train = fitting->train;
    fitted->dropped = mlci_alloc(fitted->root, train->n_fields, sizeof *fitted->dropped);
    if (fitted->dropped == NULL) {
        return mlci_fail_memory(err, train->n_fields, sizeof *fitted->dropped);
    }
    for (int32_t i = 0; i < train->n_fields; i++) {
        const mlci_field *field = &train->fields[i];
        if (!mlci_field_is_feature(field) || field->column->type != MLC_TYPE_TEXT) continue;
        char *name = mlci_copy_text(fitted->root, field->name, (int64_t)strlen(field->name));
        if (name == NULL) return mlci_fail_memory(err, 1, 1);
        fitted->dropped[fitted->n_dropped++] = name;
        mlci_log(fitted->root, MLC_LOG_WARNING,
                 "automatic: column '%s' is free text and is left out", field->name);
    }
    return MLC_OK;
}

static mlc_status without_dropped(const mlci_component *c, const mlc_dataset *rows,
                                  mlc_dataset **out, mlc_error *err)
{
    mlci_field *fields = mlci_alloc(rows->root, rows->n_fields, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, rows->n_fields, sizeof *fields);
    if (rows->n_fields > 0) memcpy(fields, rows->fields, (size_t)rows->n_fields * sizeof *fields);
    for (int32_t k = 0; k < c->n_dropped; k++) {
        const int32_t f = mlci_dataset_find(rows, c->dropped[k]);
        if (f >= 0) fields[f].column = NULL;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < rows->n_fields; i++) {
        if (fields[i].column != NULL) fields[n++] = fields[i];
    }
    const mlc_status status = mlci_dataset_with_fields(rows, n, fields, out, err);
    mlci_free(fields);
    return status;
}

static mlc_status fit_plan(const mlci_fitting *fitting, const plan *p, mlci_component *fitted,
                           mlc_error *err)
{
    mlci_text text = mlci_text_init(fitted->root);
    mlci_recipe *recipe = NULL;
    mlci_component *chain = NULL;
    write_plan(p, &text);
    mlc_status status = mlci_text_status(&text, err);
    if (status == MLC_OK) status = mlci_recipe_parse(fitted->root, text.data, &recipe, err);
    if (status == MLC_OK) {
        status = mlci_component_create(fitted->root, MLCI_KIND_TRANSFORM, recipe, &chain, err);
    }
    if (status == MLC_OK) status = mlci_component_fit_part(fitting, chain, fitted, err);
    mlci_component_unref(chain);
    mlci_recipe_free(recipe);
    mlci_text_clear(&text);
    return status;
}

static mlc_status automatic_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                                mlci_component *fitted, mlc_error *err)
{
    (void)recipe;
    MLCI_TRY(drop_text(fitting, fitted, err));
    const plan p = make_plan(fitting);
    if (!p.impute && !p.scale && !p.encode) return MLC_OK;
    mlci_fitting inner = *fitting;
    inner.is_explicit = 0;
    mlc_dataset *kept = NULL;
    MLCI_TRY(without_dropped(fitted, fitting->train, &kept, err));
    inner.train = kept;
    const mlc_status status = fit_plan(&inner, &p, fitted, err);
    mlc_dataset_free(kept);
    return status;
}

static mlc_status automatic_apply(mlc_context *call, const mlci_component *fitted,
                                  mlc_dataset **data, mlc_error *err)
{
    mlc_dataset *kept = NULL;
    MLCI_TRY(without_dropped(fitted, *data, &kept, err));
    mlc_dataset_free(*data);
    *data = kept;
    for (int32_t i = 0; i < fitted->n_parts; i++) {
        mlc_dataset *moved = NULL;
        MLCI_TRY(mlci_component_apply(call, fitted->parts[i], *data, &moved, err));
        mlc_dataset_free(*data);
        *data = moved;
    }
    return MLC_OK;
}

static mlc_status automatic_compile(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    MLCI_TRY(mlci_frame_drop(frame, fitted->n_dropped, fitted->dropped, err));
    for (int32_t i = 0; i < fitted->n_parts; i++) {
        MLCI_TRY(mlci_frame_transform(frame, fitted->parts[i], err));
    }
    return MLC_OK;
}

extern const mlci_composition mlci_compose_automatic;
const mlci_composition mlci_compose_automatic = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_IS_COMPOSITION,
             .name = "automatic",
             .summary = "the preprocessing that the next model needs, decided from the data",
             .details = "Asks the model that follows what it can take. Numbers get the median for "
                        "missing values unless the model takes them missing, and are scaled when "
                        "the model wants that; categories are one-hot encoded (unseen ones give "
                        "all zeros) unless the model takes them as they are; free text is left "
                        "out with a warning in the log. The steps it chose are in the table "
                        "'steps' of the fitted model.",
             .since = "0.1"},
    .min_parts = 0,
    .max_parts = 0,
    .fit = automatic_fit,
    .apply = automatic_apply,
    .compile = automatic_compile,
};
