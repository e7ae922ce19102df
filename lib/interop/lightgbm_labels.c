/* The labels of categories that pandas had: one list for each feature of categories, in the order
 * of the features. */
#include "json.h"
#include "lightgbm_text.h"

static mlc_status label_feature(mlci_lightgbm *r, mlci_json *json, int64_t feature, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    mlci_text bytes = mlci_text_init(m->root);
    int64_t n = 0, capacity = 0, *ends = NULL;
    mlc_status status = MLC_OK;
    while (status == MLC_OK) {
        status = mlci_json_next(json, err);
        if (status != MLC_OK || json->event == MLCI_JSON_END_ARRAY) break;
        if (json->event == MLCI_JSON_TEXT)
            mlci_text_append(&bytes, json->text, json->length);
        else if (json->event == MLCI_JSON_NUMBER)
            mlci_text_append(&bytes, json->token, json->at - json->token);
        else if (json->event == MLCI_JSON_TRUE || json->event == MLCI_JSON_FALSE)
            mlci_text_append_text(&bytes, json->event == MLCI_JSON_TRUE ? "True" : "False");
        else
            status = mlci_json_fail(json, err, "pandas_categorical", "a category is a text");
        if (n == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            int64_t *const grown = mlci_realloc(m->root, ends, capacity, sizeof *ends);
            if (grown == NULL) status = mlci_fail_memory(err, capacity, sizeof *ends);
            if (grown != NULL) ends = grown;
        }
        if (status == MLC_OK) ends[n++] = bytes.length;
        if (status == MLC_OK) status = mlci_text_status(&bytes, err);
    }
    const char **const texts = mlci_alloc(m->root, n, sizeof *texts);
    if (status == MLC_OK && texts == NULL) status = mlci_fail_memory(err, n, sizeof *texts);
    for (int64_t i = n - 1; i >= 0 && status == MLC_OK; i--) {
        const int64_t first = i == 0 ? 0 : ends[i - 1];
        texts[i] = bytes.data == NULL ? "" : bytes.data + first;
        ends[i] -= first; /* a length now; the one before is still an end */
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m, feature, (int32_t)n, texts, ends, err);
    mlci_free(texts);
    mlci_free(ends);
    mlci_text_clear(&bytes);
    return status;
}

static int64_t next_category(const mlci_foreign *m, int64_t feature)
{
    while (feature < m->n_features && !m->inputs[feature].is_category)
        feature++;
    return feature;
}

static mlc_status read_labels(mlci_lightgbm *r, mlci_json *json, mlc_error *err)
{
    const mlci_foreign *const m = r->model;
    int64_t feature = next_category(m, 0), n = 0;
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event == MLCI_JSON_NULL) return mlci_json_next(json, err);
    if (json->event != MLCI_JSON_ARRAY)
        return mlci_json_fail(json, err, "pandas_categorical", "it is a list of lists");
    for (;; n++) {
        MLCI_TRY(mlci_json_next(json, err));
        if (json->event == MLCI_JSON_END_ARRAY) break;
        if (json->event != MLCI_JSON_ARRAY)
            return mlci_json_fail(json, err, "pandas_categorical", "it is a list of lists");
        if (feature < m->n_features) {
            MLCI_TRY(label_feature(r, json, feature, err));
            feature = next_category(m, feature + 1);
        } else {
            MLCI_TRY(mlci_json_skip(json, err));
            n += m->n_features;
        }
    }
    if (n > 0 && (n > m->n_features || feature < m->n_features) && m->settings->categories == NULL)
        return mlci_foreign_fail(m, err, "pandas_categorical",
                                 "pandas_categorical has not one list for each feature of "
                                 "categories, so it is not clear whose they are: give categories= "
                                 "in the import settings");
    return mlci_json_next(json, err);
}

mlc_status mlci_lightgbm_labels(mlci_lightgbm *r, mlci_span text, mlc_error *err)
{
    mlci_json json;
    mlc_error inner;
    if (r->model->settings->categories != NULL) return MLC_OK;
    mlci_json_open(&json, r->model->root, text.at, text.length);
    const mlc_status status = read_labels(r, &json, &inner);
    mlci_json_close(&json);
    if (status == MLC_OK) return MLC_OK;
    if (status == MLC_ERROR_SYNTAX)
        return mlci_lightgbm_fail_line(r, "pandas_categorical", inner.message, err);
    if (err != NULL) *err = inner;
    return status;
}
