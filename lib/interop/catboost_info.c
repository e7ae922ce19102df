/* What CatBoost notes about a model: loss, version, names of classes. */
#include "catboost_info.h"

#include <stdio.h>
#include <string.h>

#include "foreign_levels.h"

typedef struct info_reader {
    mlci_foreign *model;
    mlci_json_file file;
} info_reader;

/* ---- objective ---------------------------------------------------------------------------- */

typedef struct objective {
    const char *name, *component, *loss; /* loss NULL: the component's own */
    int32_t link;
    int32_t n_classes; /* -1: one a score */
} objective;

#define REGRESSOR "gradient_boosting_regressor"
#define CLASSIFIER "gradient_boosting_classifier"
#define RANKER "gradient_boosting_ranker"

static const objective objectives[] = {
    {"RMSE", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"MultiRMSE", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"MultiRMSEWithMissingValues", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"MAE", REGRESSOR, "absolute_error", MLCI_LINK_IDENTITY, 0},
    {"Quantile", REGRESSOR, "quantile", MLCI_LINK_IDENTITY, 0},
    {"MultiQuantile", REGRESSOR, "quantile", MLCI_LINK_IDENTITY, 0},
    {"Huber", REGRESSOR, "huber", MLCI_LINK_IDENTITY, 0},
    {"MAPE", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"Expectile", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"LogCosh", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"Lq", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"LogLinQuantile", REGRESSOR, NULL, MLCI_LINK_IDENTITY, 0},
    {"Poisson", REGRESSOR, "poisson", MLCI_LINK_LOG, 0},
    {"Tweedie", REGRESSOR, "tweedie", MLCI_LINK_LOG, 0},
    {"Logloss", CLASSIFIER, NULL, MLCI_LINK_LOGIT, 2},
    {"CrossEntropy", REGRESSOR, "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"MultiLogloss", REGRESSOR, "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"MultiCrossEntropy", REGRESSOR, "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"Focal", CLASSIFIER, NULL, MLCI_LINK_LOGIT, 2},
    {"MultiClass", CLASSIFIER, NULL, MLCI_LINK_SOFTMAX, -1},
    {"MultiClassOneVsAll", CLASSIFIER, "one_vs_all", MLCI_LINK_EACH, -1},
    {"YetiRank", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"YetiRankPairwise", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"LambdaMart", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"StochasticRank", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"PairLogit", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"PairLogitPairwise", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"QueryRMSE", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"QuerySoftMax", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
    {"QueryCrossEntropy", RANKER, NULL, MLCI_LINK_IDENTITY, 0},
};

static void add_setting(mlci_foreign *m, const char *name, const char *text, double number)
{
    if (m->recipe.length > 0) mlci_text_append_text(&m->recipe, ", ");
    mlci_text_append_format(&m->recipe, "%s=", name);
    if (text != NULL)
        mlci_text_append_text(&m->recipe, text);
    else
        mlci_text_append_real(&m->recipe, number);
}

static mlc_status set_objective(info_reader *r, const char *name, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    const objective *found = NULL;
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        if (strcmp(name, objectives[i].name) == 0) found = &objectives[i];
    if (found == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "loss_function",
                                   "the loss function '%.64s' has no counterpart here", name);
    mlci_cut_text(m->objective, sizeof m->objective,
                  snprintf(m->objective, sizeof m->objective, "%s", name));
    m->component = found->component;
    m->link = found->link;
    m->n_classes = found->n_classes < 0 ? m->n_outputs : found->n_classes;
    m->has_rule = m->link == MLCI_LINK_EACH;
    if (found->loss != NULL) add_setting(m, "loss", found->loss, 0);
    return MLC_OK;
}

/* "alpha=0.3" or "alpha=0.1,0.9" of a loss of quantiles: a text or a number. */
static mlc_status read_levels(const info_reader *r, mlci_json_span params, mlc_error *err)
{
    static const char *const fields[] = {"alpha", NULL};
    mlci_json_span field[1];
    char *list = NULL;
    if (strcmp(r->model->objective, "Quantile") != 0 &&
        strcmp(r->model->objective, "MultiQuantile") != 0)
        return MLC_OK;
    if (params.at != NULL)
        MLCI_TRY(mlci_json_fields(&r->file, params, "params", fields, field, err));
    if (params.at == NULL || field[0].at == NULL)
        return r->model->n_outputs == 1
                   ? MLC_OK
                   : mlci_foreign_fail(r->model, err, "alpha", "it does not say which levels");
    if (mlci_json_is(field[0], '"')) {
        MLCI_TRY(mlci_json_text(&r->file, field[0], "alpha", &list, err));
    } else {
        list = mlci_copy_text(r->model->root, field[0].at, field[0].end - field[0].at);
        if (list == NULL) return mlci_fail_memory(err, field[0].end - field[0].at + 1, 1);
    }
    const mlc_status status = mlci_foreign_set_levels(r->model, "alpha", list, err);
    mlci_free(list);
    return status;
}

static mlc_status read_params(info_reader *r, mlci_json_span params, mlc_error *err)
{
    enum { LOSS, BOOSTING };
    enum { TYPE, PARAMS };
    static const char *const fields[] = {"loss_function", "boosting_options", NULL};
    static const char *const loss_fields[] = {"type", "params", NULL};
    static const char *const boosting_fields[] = {"learning_rate", NULL};
    mlci_json_span field[2], loss[2], rate[1];
    char *name = NULL;
    double learning_rate = 0;
    MLCI_TRY(mlci_json_fields(&r->file, params, "params", fields, field, err));
    MLCI_TRY(mlci_json_fields(&r->file, field[LOSS], "loss_function", loss_fields, loss, err));
    MLCI_TRY(mlci_json_text(&r->file, loss[TYPE], "loss_function", &name, err));
    const mlc_status status = set_objective(r, name, err);
    mlci_free(name);
    if (status != MLC_OK) return status;
    MLCI_TRY(read_levels(r, loss[PARAMS], err));
    if (!mlci_json_is(field[BOOSTING], '{')) return MLC_OK;
    MLCI_TRY(mlci_json_fields(&r->file, field[BOOSTING], "boosting_options", boosting_fields, rate,
                              err));
    if (mlci_json_is_none(rate[0])) return MLC_OK;
    MLCI_TRY(mlci_json_real(&r->file, rate[0], "learning_rate", &learning_rate, err));
    if (learning_rate > 0 && learning_rate < 1e300)
        add_setting(r->model, "learning_rate", NULL, learning_rate);
    return MLC_OK;
}

/* "... CatBoost release 1.2.10. commit_hash ..."; 1.2.8 has "Release", 1.2.3 nothing. */
static mlc_status read_version(info_reader *r, mlci_json_span value, mlc_error *err)
{
    static const char before[] = "elease ";
    mlci_foreign *const m = r->model;
    char *text = NULL;
    if (value.at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_text(&r->file, value, "catboost_version_info", &text, err));
    const char *const at = strstr(text, before);
    if (at != NULL) {
        size_t n = strspn(at + sizeof before - 1, "0123456789.");
        while (n > 0 && at[sizeof before - 2 + n] == '.')
            n--;
        if (n >= sizeof m->version) n = sizeof m->version - 1;
        memcpy(m->version, at + sizeof before - 1, n);
        m->version[n] = '\0';
    }
    mlci_free(text);
    return MLC_OK;
}

/* ---- classes ------------------------------------------------------------------------------ */

static mlc_status label_column(const info_reader *r, mlci_json_span value, const mlci_json_texts *t,
                               mlci_column **out, mlc_error *err)
{
    double *numbers = NULL;
    const char first = mlci_json_first(value);
    if (first == '"')
        return mlci_column_create_text(r->model->root, t->n, (const char *const *)t->texts,
                                       t->lengths, out, err);
    if (first == 'f' && t->n == 2 && strcmp(t->texts[1], "true") == 0) {
        MLCI_TRY(mlci_column_create(r->model->root, MLC_TYPE_BOOL, 2, 1, 0, out, err));
        *(uint8_t *)mlci_column_data(*out) = 2;
        return MLC_OK;
    }
    MLCI_TRY(mlci_json_reals(&r->file, value, "class_names", t->n, &numbers, NULL, err));
    int are_whole = 1;
    for (int64_t i = 0; i < t->n; i++)
        are_whole &= mlci_class_number_valid(numbers[i]);
    const mlc_status status =
        are_whole ? mlci_column_create(r->model->root, MLC_TYPE_INT64, t->n, 1, 0, out, err)
                  : mlci_json_refuse(&r->file, value, "class_names",
                                     "a class is no whole number: give classes= in the import "
                                     "settings",
                                     err);
    for (int64_t i = 0; status == MLC_OK && i < t->n; i++)
        ((int64_t *)mlci_column_data(*out))[i] = (int64_t)numbers[i];
    mlci_free(numbers);
    return status;
}

/* Classes keep the order of the file: that of their values, or one that is listed. */
static mlc_status fit_labels(info_reader *r, const mlci_json_texts *t, const mlci_column *column,
                             mlc_error *err)
{
    mlci_foreign *const m = r->model;
    const mlci_import_settings *const s = m->settings;
    mlci_text list = mlci_text_init(m->root);
    int ascends = 1;
    for (int64_t i = 0; i < t->n; i++) {
        if (i > 0) mlci_text_append_char(&list, ',');
        mlci_text_append(&list, t->texts[i], t->lengths[i]);
        if (i == 0) continue;
        ascends &=
            column->type == MLC_TYPE_BOOL ? 1
            : column->type == MLC_TYPE_INT64
                ? ((const int64_t *)column->values)[i - 1] < ((const int64_t *)column->values)[i]
                : mlci_text_compare(t->texts[i - 1], t->lengths[i - 1], t->texts[i],
                                    t->lengths[i]) < 0;
    }
    mlc_status status = mlci_text_status(&list, err);
    if (status == MLC_OK)
        status = mlci_classes_fit(m->root, column, s->target, ascends ? NULL : list.data,
                                  s->positive, &m->classes, err);
    mlci_text_clear(&list);
    return status;
}

static mlc_status read_classes(info_reader *r, mlci_json_span class_params, mlc_error *err)
{
    static const char *const fields[] = {"class_names", NULL};
    mlci_foreign *const m = r->model;
    mlci_json_span field[1];
    mlci_json_texts t;
    mlci_column *column = NULL;
    if (m->n_classes == 0 || m->settings->classes != NULL || !mlci_json_is(class_params, '{'))
        return MLC_OK;
    MLCI_TRY(mlci_json_fields(&r->file, class_params, "class_params", fields, field, err));
    if (field[0].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_read_texts(&r->file, field[0], "class_names", &t, err));
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < t.n && status == MLC_OK; i++)
        if (t.texts[i] == NULL)
            status =
                mlci_json_refuse(&r->file, field[0], "class_names", "a class has no name", err);
    if (status == MLC_OK && t.n != m->n_classes)
        status = mlci_json_refuse(&r->file, field[0], "class_names", "not a name a class", err);
    if (status == MLC_OK) status = label_column(r, field[0], &t, &column, err);
    if (status == MLC_OK) status = fit_labels(r, &t, column, err);
    mlci_column_unref(column);
    mlci_json_texts_clear(&t);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

mlc_status mlci_catboost_info(mlci_foreign *model, const mlci_json_file *file,
                              mlci_json_span model_info, mlc_error *err)
{
    enum { PARAMS, CLASS_PARAMS, VERSION };
    static const char *const fields[] = {"params", "class_params", "catboost_version_info", NULL};
    info_reader reader = {model, *file}, *const r = &reader;
    mlci_json_span field[3];
    MLCI_TRY(mlci_json_fields(&r->file, model_info, "model_info", fields, field, err));
    MLCI_TRY(read_version(r, field[VERSION], err));
    MLCI_TRY(read_params(r, field[PARAMS], err));
    return read_classes(r, field[CLASS_PARAMS], err);
}
