/* mlc_params: settings text from typed values.
 *
 * The text is kept up to date at every change, so that asking for it cannot fail; a change that
 * runs out of memory leaves everything as it was. */
#include <mlcore/params.h>

#include <string.h>

#include "context_impl.h"
#include "number.h"
#include "scan.h"
#include "settings.h"

struct mlc_params {
    mlci_root *root; /* a reference of its own */
    mlci_settings settings;
    char *text; /* NULL while nothing is set */
};

mlc_status mlc_params_open(mlc_context *ctx, mlc_params **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlci_root *const root = mlci_context_root(ctx);
    mlc_params *const params = mlci_alloc(root, 1, sizeof *params);
    if (params == NULL) return mlci_fail_memory(err, 1, sizeof *params);
    *params = (mlc_params){.root = mlci_root_ref(root), .settings = {.root = root}};
    *out = params;
    return MLC_OK;
}

static mlc_status check_name(const mlc_params *params, const char *name, mlc_error *err)
{
    if (params == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "params", "params is NULL");
    if (name == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "name", "name is NULL");
    const int64_t length = (int64_t)strlen(name);
    if (mlci_name_valid(name, length)) return MLC_OK;
    if (length > MLCI_NAME_MAX) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "a name has at most %d bytes",
                         MLCI_NAME_MAX);
    }
    return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                     "'%s' is no name of a setting: letters, digits, '_' and dots", name);
}

/* The text of all settings, the one of this name with the value to come. */
static mlc_status format_with(const mlc_params *params, const char *name, const char *value,
                              int32_t quoted, char **out, mlc_error *err)
{
    const mlci_settings *const s = &params->settings;
    const mlci_setting *const old = mlci_settings_find(s, name);
    mlci_text text = mlci_text_init(params->root);
    for (int32_t i = 0; i < s->n + (old == NULL); i++) {
        const int is_new = i == s->n || &s->items[i] == old;
        if (i > 0) mlci_text_append_char(&text, ' ');
        mlci_text_append_text(&text, i == s->n ? name : s->items[i].name);
        mlci_text_append_char(&text, '=');
        mlci_value_format(is_new ? value : s->items[i].value, is_new ? quoted : s->items[i].quoted,
                          0, &text);
    }
    const mlc_status status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

static mlc_status set(mlc_params *params, const char *name, const char *value, int32_t quoted,
                      mlc_error *err)
{
    char *text = NULL;
    MLCI_TRY(check_name(params, name, err));
    MLCI_TRY(format_with(params, name, value, quoted, &text, err));
    const mlc_status status = mlci_settings_put(&params->settings, name, value, quoted, err);
    if (status != MLC_OK) {
        mlci_free(text);
        return status;
    }
    mlci_free(params->text);
    params->text = text;
    return MLC_OK;
}

mlc_status mlc_params_set_real(mlc_params *params, const char *name, double value, mlc_error *err)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format(value, text);
    return set(params, name, text, 0, err);
}

mlc_status mlc_params_set_integer(mlc_params *params, const char *name, int64_t value,
                                  mlc_error *err)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_integer_format(value, text);
    return set(params, name, text, 0, err);
}

/* A plain word is written bare, so that `true` and the words of choices read as such; what would
 * read as a number or as none stands in quotes. */
mlc_status mlc_params_set_text(mlc_params *params, const char *name, const char *value,
                               mlc_error *err)
{
    MLCI_TRY(check_name(params, name, err));
    if (value == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "%s: text is NULL", name);
    const int64_t length = (int64_t)strlen(value);
    int64_t bad = 0;
    if (!mlci_utf8_valid(value, length, &bad)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "%s: byte %lld of the text is not UTF-8",
                         name, (long long)bad);
    }
    const int word = mlci_is_word(value, length) && (!mlci_is_special_word(value, length) ||
                                                     mlci_word_equal(value, length, "true") ||
                                                     mlci_word_equal(value, length, "false"));
    return set(params, name, value, !word, err);
}

const char *mlc_params_text(const mlc_params *params)
{
    return params == NULL || params->text == NULL ? "" : params->text;
}

void mlc_params_close(mlc_params *params)
{
    if (params == NULL) return;
    mlci_root *const root = params->root;
    mlci_settings_clear(&params->settings);
    mlci_free(params->text);
    mlci_free(params);
    mlci_root_unref(root);
}
