/* Look-up by kind and name, over a table of its own and over the registered components. */
#include "registry.h"

#include <string.h>

#include "check_suite.h"

static const mlci_model_descriptor ridge = {
    .base = {.kind = MLCI_KIND_MODEL, .name = "ridge", .summary = "linear"}};
static const mlci_model_descriptor lasso = {
    .base = {.kind = MLCI_KIND_MODEL, .name = "lasso", .summary = "linear"}};
static const mlci_metric_descriptor accuracy = {
    .base = {.kind = MLCI_KIND_METRIC, .name = "accuracy", .summary = "share of hits"}};
static const mlci_transform_descriptor scaler = {
    .base = {.kind = MLCI_KIND_TRANSFORM, .name = "standard_scaler", .summary = "scales"}};
static const mlci_descriptor *const table[] = {&ridge.base, &accuracy.base, &scaler.base,
                                               &lasso.base, NULL};

static mlc_error error;

START_TEST(test_get_finds_by_kind_and_name)
{
    const mlci_descriptor *found = NULL;
    ck_assert_int_eq(mlci_registry_get_from(table, MLCI_KIND_MODEL, "lasso", &found, &error),
                     MLC_OK);
    ck_assert_ptr_eq(found, &lasso.base);
    ck_assert_int_eq(mlci_registry_get_from(table, 0, "accuracy", &found, &error), MLC_OK);
    ck_assert_ptr_eq(found, &accuracy.base);
}
END_TEST

START_TEST(test_get_when_missing_says_what_was_meant)
{
    static const struct {
        int32_t kind;
        const char *name, *message;
    } cases[] = {
        {MLCI_KIND_MODEL, "rigde", "no model 'rigde'; did you mean 'ridge'?"},
        {MLCI_KIND_MODEL, "accuracy", "'accuracy' is a metric, not a model"},
        {MLCI_KIND_MODEL, "acuracy", "no model 'acuracy'; there is a metric 'accuracy'"},
        {MLCI_KIND_TRANSFORM, "xyzzy", "no transform 'xyzzy'; the catalog lists them"},
        {0, "standart_scaler", "no component 'standart_scaler'; did you mean 'standard_scaler'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mlci_descriptor *found = NULL;
        ck_assert_int_eq(
            mlci_registry_get_from(table, cases[i].kind, cases[i].name, &found, &error),
            MLC_ERROR_COMPONENT);
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_str_eq(error.name, cases[i].name);
        ck_assert_ptr_null(found);
    }
}
END_TEST

START_TEST(test_at_goes_by_kind_then_name)
{
    ck_assert_ptr_eq(mlci_registry_at_from(table, 0, 0), &scaler.base);
    ck_assert_ptr_eq(mlci_registry_at_from(table, 0, 1), &lasso.base);
    ck_assert_ptr_eq(mlci_registry_at_from(table, 0, 2), &ridge.base);
    ck_assert_ptr_eq(mlci_registry_at_from(table, 0, 3), &accuracy.base);
    ck_assert_ptr_null(mlci_registry_at_from(table, 0, 4));
    ck_assert_ptr_eq(mlci_registry_at_from(table, MLCI_KIND_MODEL, 1), &ridge.base);
    ck_assert_ptr_null(mlci_registry_at_from(table, MLCI_KIND_MODEL, 2));
    ck_assert_ptr_null(mlci_registry_at_from(table, MLCI_KIND_SPLITTER, 0));
}
END_TEST

START_TEST(test_kind_names_go_both_ways)
{
    for (int32_t kind = MLCI_KIND_TRANSFORM; kind <= MLCI_N_KINDS; kind++) {
        ck_assert_int_eq(mlci_kind_find(mlci_kind_name(kind)), kind);
    }
    ck_assert_ptr_null(mlci_kind_name(0));
    ck_assert_ptr_null(mlci_kind_name(MLCI_N_KINDS + 1));
    ck_assert_int_eq(mlci_kind_find("modle"), 0);
}
END_TEST

/* What every row promises; a lapse here would surface as a strange message or a crash later. */
static void check_row(const mlci_descriptor *d, const mlci_param *row, const char *values)
{
    ck_assert_msg(row->doc != NULL && row->doc[0] != '\0', "%s.%s has no doc", d->name, row->name);
    ck_assert_msg(row->doc[strlen(row->doc) - 1] != '.', "%s.%s: dot", d->name, row->name);
    ck_assert_msg(row->offset >= 0 && row->offset < d->params_size, "%s.%s: offset", d->name,
                  row->name);
    ck_assert_msg(row->type != MLCI_PARAM_CHOICE || row->choices != NULL, "%s.%s: choices", d->name,
                  row->name);
    ck_assert_msg(mlci_param_is_default(row, values), "%s.%s: default", d->name, row->name);
    for (const mlci_param *other = d->params; other < row; other++) {
        ck_assert_msg(strcmp(other->name, row->name) != 0, "%s.%s twice", d->name, row->name);
    }
}

START_TEST(test_registered_components_are_well_formed)
{
    const mlci_descriptor *d;
    for (int32_t i = 0; (d = mlci_registry_at(0, i)) != NULL; i++) {
        ck_assert_ptr_eq(mlci_registry_find(d->kind, d->name), d);
        ck_assert_ptr_nonnull(mlci_kind_name(d->kind));
        ck_assert_msg(d->summary != NULL && d->summary[0] != '\0', "%s: summary", d->name);
        ck_assert_msg(strchr(d->name, '.') == NULL, "%s: dots are for host components", d->name);
        if (d->params == NULL) continue;
        char *const values = mlci_alloc(NULL, d->params_size, 1);
        const mlc_status status =
            mlci_params_from_text(NULL, d->name, d->params, d->check, NULL, values, &error);
        ck_assert_msg(status == MLC_OK, "%s: %s", d->name, error.message);
        mlci_text text = mlci_text_init(NULL);
        for (const mlci_param *row = d->params; row->name != NULL; row++) {
            check_row(d, row, values);
            if (row != d->params) mlci_text_append_char(&text, ' ');
            mlci_text_append_format(&text, "%s=", row->name);
            mlci_param_format(row, values, 0, &text);
        }
        mlci_params_clear(d->params, values);
        /* The defaults written out are allowed values. */
        if (text.length > 0) {
            ck_assert_msg(mlci_params_from_text(NULL, d->name, d->params, d->check, text.data,
                                                values, &error) == MLC_OK,
                          "%s: %s", d->name, error.message);
            mlci_params_clear(d->params, values);
        }
        mlci_text_clear(&text);
        mlci_free(values);
    }
    ck_assert_ptr_null(mlci_registry_find(0, "no such component"));
}
END_TEST

MLCI_CHECK_SUITE("registry", test_get_finds_by_kind_and_name,
                 test_get_when_missing_says_what_was_meant, test_at_goes_by_kind_then_name,
                 test_kind_names_go_both_ways, test_registered_components_are_well_formed)
