/* Reads the settings of a join and finds its key columns. */
#include <string.h>

#include "join.h"
#include "param.h"

static const mlci_choice how_choices[] = {
    {"inner", MLCI_JOIN_INNER, "rows that have partners"},
    {"left", MLCI_JOIN_LEFT, "all left rows; without a partner what is right of them is missing"},
    {"semi", MLCI_JOIN_SEMI, "left rows that have a partner, once, without its columns"},
    {"anti", MLCI_JOIN_ANTI, "left rows that have none"},
    {NULL, 0, NULL}};

static const mlci_choice validate_choices[] = {
    {"none", 0, "keys may repeat"},
    {"one_to_one", MLCI_JOIN_ONE_LEFT | MLCI_JOIN_ONE_RIGHT, "keys are distinct on both sides"},
    {"one_to_many", MLCI_JOIN_ONE_LEFT, "keys are distinct on the left"},
    {"many_to_one", MLCI_JOIN_ONE_RIGHT, "keys are distinct on the right"},
    {NULL, 0, NULL}};

#define COLUMNS MLCI_PARAM_LIST | MLCI_PARAM_NONE

static const mlci_param table[] = {
    MLCI_CHOICE(mlci_join_settings, how, MLCI_JOIN_INNER, how_choices, "which rows there are",
                .since = "0.1"),
    MLCI_STRING(mlci_join_settings, on, NULL, "key columns of both sides", .flags = COLUMNS,
                .since = "0.1"),
    MLCI_STRING(mlci_join_settings, left_on, NULL, "key columns of the left side", .flags = COLUMNS,
                .since = "0.1"),
    MLCI_STRING(mlci_join_settings, right_on, NULL, "key columns of the right side, in that order",
                .flags = COLUMNS, .since = "0.1"),
    MLCI_STRING(mlci_join_settings, suffix, "_right",
                "what is added to names of the right side that the left one has too",
                .since = "0.1"),
    MLCI_CHOICE(mlci_join_settings, validate, 0, validate_choices,
                "keys that must be distinct; others are an error", .since = "0.1"),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const mlci_join_settings *const s = values;
    if ((s->left_on == NULL) != (s->right_on == NULL)) {
        const char *const lone = s->left_on != NULL ? "left_on" : "right_on";
        return mlci_fail(err, MLC_ERROR_SETTING, lone, "%s alone: left_on and right_on go together",
                         lone);
    }
    if (s->on == NULL || s->left_on == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "on",
                     "on and left_on: name the keys by on, or by left_on and right_on");
}

/* The columns that both sides have. */
static void find_common(const mlc_dataset *left, const mlc_dataset *right, mlci_join_settings *s)
{
    for (int32_t i = 0; i < left->n_fields; i++) {
        const int32_t k = mlci_dataset_find(right, left->fields[i].name);
        if (k < 0) continue;
        s->left_fields[s->n_fields] = i;
        s->right_fields[s->n_fields++] = k;
    }
}

/* mlci_dataset_get() says which column there is not; here also on which side. */
static mlc_status on_side(mlc_status status, const char *side, mlc_error *err)
{
    if (status == MLC_OK || err == NULL || status == MLC_ERROR_NO_MEMORY) return status;
    const mlc_error why = *err;
    return mlci_fail(err, status, why.name, "%s dataset: %s", side, why.message);
}

static mlc_status find_keys(const mlc_dataset *left, const mlc_dataset *right,
                            mlci_join_settings *s, mlc_error *err)
{
    if (s->on == NULL && s->left_on == NULL) {
        find_common(left, right, s);
        if (s->n_fields > 0) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_SETTING, "on",
                         "the datasets have no column in common: name the keys by on, or by "
                         "left_on and right_on");
    }
    const char *const left_keys = s->on != NULL ? s->on : s->left_on;
    const char *const right_keys = s->on != NULL ? s->on : s->right_on;
    int32_t n = 0;
    MLCI_TRY(on_side(mlci_dataset_pick_order(left, left_keys, 0, s->left_fields, &s->n_fields, err),
                     "left", err));
    MLCI_TRY(on_side(mlci_dataset_pick_order(right, right_keys, 0, s->right_fields, &n, err),
                     "right", err));
    if (n == s->n_fields && n > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, s->on != NULL ? "on" : "right_on",
                     "%d key columns on the left and %d on the right: they go in pairs",
                     (int)s->n_fields, (int)n);
}

mlc_status mlci_join_settings_read(mlci_root *root, const char *text, const mlc_dataset *left,
                                   const mlc_dataset *right, mlci_join_settings *out,
                                   mlc_error *err)
{
    mlci_join_settings s = {0};
    MLCI_TRY(mlci_params_from_text(root, "join", table, check, text, &s, err));
    s.left_fields = mlci_alloc(root, left->n_fields, (int64_t)sizeof *s.left_fields);
    s.right_fields = mlci_alloc(root, (int64_t)left->n_fields + right->n_fields,
                                (int64_t)sizeof *s.right_fields);
    mlc_status status = MLC_OK;
    if (s.left_fields == NULL || s.right_fields == NULL) {
        status = mlci_fail_memory(err, left->n_fields, (int64_t)sizeof *s.left_fields);
    }
    if (status == MLC_OK) status = find_keys(left, right, &s, err);
    if (status != MLC_OK) {
        mlci_join_settings_clear(&s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

void mlci_join_settings_clear(mlci_join_settings *settings)
{
    mlci_params_clear(table, settings);
    mlci_free(settings->left_fields);
    mlci_free(settings->right_fields);
}
