/* Every parameter: documented, its default in range, wrong names, types and ranges refused by
 * name. */
#include "conformance.h"

#include <stdio.h>

/* What works on rows: settings are read before the rows are looked at. */
static mlc_status make(const mlci_descriptor *d, const char *settings, mlc_error *err)
{
    mlc_dataset *rows = conformance_rows(&(rows_options){.n_rows = 20}), *out = NULL;
    mlc_status status = MLC_OK;
    char text[512];
    snprintf(text, sizeof text, "%s %s", d->name, settings == NULL ? "" : settings);
    if (d->kind == MLCI_KIND_SPLITTER) {
        status = mlc_dataset_split(NULL, rows, text, &out, err);
    } else if (d->kind == MLCI_KIND_GENERATOR) {
        status = mlc_dataset_generate(NULL, text, &out, err);
    } else if (d->kind == MLCI_KIND_SAMPLER) {
        status = mlc_dataset_sample(NULL, rows, text, &out, err);
    } else if (d->kind == MLCI_KIND_RESAMPLER) {
        status = mlc_dataset_resample(NULL, rows, text, &out, err);
    } else {
        status = mlc_dataset_with_weights(NULL, rows, text, &out, err);
    }
    mlc_dataset_free(out);
    mlc_dataset_free(rows);
    return status;
}

static mlc_status create(const mlci_descriptor *d, const char *settings, mlc_error *err)
{
    mlc_status status = MLC_OK;
    mlc_transform *transform = NULL;
    mlc_model *model = NULL;
    mlc_metric *metric = NULL;
    if (d->kind == MLCI_KIND_TRANSFORM) {
        status = mlc_transform_create(NULL, d->name, settings, &transform, err);
    } else if (d->kind == MLCI_KIND_MODEL) {
        status = mlc_model_create(NULL, d->name, settings, &model, err);
    } else if (d->kind == MLCI_KIND_METRIC) {
        status = mlc_metric_create(NULL, d->name, settings, &metric, err);
    } else {
        status = make(d, settings, err);
    }
    mlc_transform_free(transform);
    mlc_model_free(model);
    mlc_metric_free(metric);
    return status;
}

/* Compositions need steps before their settings are looked at. */
static int can_create(const mlci_descriptor *d)
{
    return !(d->capabilities & MLCI_IS_COMPOSITION);
}

static void assert_refused(const mlci_descriptor *d, const char *settings, const char *name)
{
    mlc_error err;
    const mlc_status status = create(d, settings, &err);
    ck_assert_msg(status == MLC_ERROR_SETTING, "%s(%s) gave status %d", d->name, settings,
                  (int)status);
    ck_assert_msg(strcmp(err.name, name) == 0, "%s(%s) named '%s'", d->name, settings, err.name);
    ck_assert_msg(strstr(err.message, name) != NULL, "%s(%s) said: %s", d->name, settings,
                  err.message);
}

START_TEST(test_create_when_defaults_then_works)
{
    /* What works on rows may need roles: test_makers.c, tests/data/test_split.c. */
    if (!can_create(COMPONENT) || COMPONENT->kind >= MLCI_KIND_SPLITTER) return;
    mlc_error err;
    const mlc_status status = create(COMPONENT, NULL, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", COMPONENT->name, err.message);
}
END_TEST

START_TEST(test_create_when_parameter_is_unknown_then_named)
{
    if (!can_create(COMPONENT)) return;
    assert_refused(COMPONENT, "no_such_parameter=1", "no_such_parameter");
}
END_TEST

START_TEST(test_create_when_type_is_wrong_then_named)
{
    if (!can_create(COMPONENT)) return;
    for (const mlci_param *p = COMPONENT->params; p != NULL && p->name != NULL; p++) {
        char settings[256];
        if (p->type == MLCI_PARAM_TEXT) continue;
        snprintf(settings, sizeof settings, "%s='x y'", p->name);
        assert_refused(COMPONENT, settings, p->name);
    }
}
END_TEST

START_TEST(test_create_when_out_of_range_then_named)
{
    if (!can_create(COMPONENT)) return;
    for (const mlci_param *p = COMPONENT->params; p != NULL && p->name != NULL; p++) {
        char settings[256];
        if (p->type == MLCI_PARAM_INTEGER && p->low > INT64_MIN + 1) {
            snprintf(settings, sizeof settings, "%s=%lld", p->name, (long long)p->low - 1);
            assert_refused(COMPONENT, settings, p->name);
        }
        if (p->type == MLCI_PARAM_INTEGER && p->high < INT64_MAX) {
            snprintf(settings, sizeof settings, "%s=%lld", p->name, (long long)p->high + 1);
            assert_refused(COMPONENT, settings, p->name);
        }
        if (p->type == MLCI_PARAM_REAL && p->real_low > -1e300) {
            const double below = p->flags & MLCI_PARAM_OPEN_LOW ? p->real_low : p->real_low - 1;
            snprintf(settings, sizeof settings, "%s=%.17g", p->name, below);
            assert_refused(COMPONENT, settings, p->name);
        }
        if (p->type == MLCI_PARAM_REAL && p->real_high < 1e300) {
            const double above = p->flags & MLCI_PARAM_OPEN_HIGH ? p->real_high : p->real_high + 1;
            snprintf(settings, sizeof settings, "%s=%.17g", p->name, above);
            assert_refused(COMPONENT, settings, p->name);
        }
    }
}
END_TEST

START_TEST(test_descriptor_when_read_then_documented)
{
    const mlci_descriptor *d = COMPONENT;
    ck_assert_msg(d->summary != NULL && strlen(d->summary) > 10, "%s has no summary", d->name);
    ck_assert_msg(d->summary[strlen(d->summary) - 1] != '.', "%s: dot after summary", d->name);
    ck_assert_msg(d->details != NULL && strlen(d->details) > 40, "%s has no details", d->name);
    ck_assert_msg(d->since != NULL, "%s has no since", d->name);
    for (const mlci_param *p = d->params; p != NULL && p->name != NULL; p++) {
        ck_assert_msg(p->doc != NULL && strlen(p->doc) > 8, "%s.%s has no doc", d->name, p->name);
        ck_assert_msg(p->doc[strlen(p->doc) - 1] != '.', "%s.%s: dot after doc", d->name, p->name);
        for (const mlci_choice *c = p->choices; c != NULL && c->name != NULL; c++) {
            ck_assert_msg(c->doc != NULL || mlci_choice_is_alias(p->choices, c),
                          "%s.%s: choice %s has no doc", d->name, p->name, c->name);
        }
    }
}
END_TEST

START_TEST(test_descriptor_when_read_then_required_slots_are_set)
{
    const mlci_descriptor *d = COMPONENT;
    if (d->capabilities & MLCI_IS_COMPOSITION) return;
    if (d->kind == MLCI_KIND_MODEL) {
        const mlci_model_descriptor *m = (const mlci_model_descriptor *)d;
        ck_assert_msg(m->fit && m->predict && m->n_outputs && m->save && m->load && m->free_state,
                      "%s lacks a required function", d->name);
        ck_assert_msg(m->state_version >= 1 && m->outputs != 0, "%s: version, outputs", d->name);
        ck_assert_msg((d->tables == NULL) == (m->table == NULL), "%s: tables", d->name);
    } else if (d->kind == MLCI_KIND_TRANSFORM) {
        const mlci_transform_descriptor *t = (const mlci_transform_descriptor *)d;
        ck_assert_msg(t->fit && t->apply && t->row && t->n_ports && t->port && t->save && t->load &&
                          t->free_state,
                      "%s lacks a required function", d->name);
        ck_assert_msg(t->state_version >= 1 && (t->takes & ~t->accepts) == 0, "%s: version, takes",
                      d->name);
    }
}
END_TEST

START_TEST(test_registry_when_walked_then_sorted_by_kind_and_name)
{
    if (_i == 0) return;
    const mlci_descriptor *before = mlci_registry_table[_i - 1];
    ck_assert_msg(before->kind != COMPONENT->kind || strcmp(before->name, COMPONENT->name) != 0,
                  "%s is there twice", COMPONENT->name);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "parameters", test_create_when_defaults_then_works,
                    test_create_when_parameter_is_unknown_then_named,
                    test_create_when_type_is_wrong_then_named,
                    test_create_when_out_of_range_then_named,
                    test_descriptor_when_read_then_documented,
                    test_descriptor_when_read_then_required_slots_are_set,
                    test_registry_when_walked_then_sorted_by_kind_and_name)
