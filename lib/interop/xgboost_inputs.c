/* The features of an XGBoost document: names, which are categories, and the labels of those, which
 * releases from 3.1 on keep. */
#include <string.h>

#include "xgboost.h"

/* The codes of categories are floats to XGBoost, which takes none from here on. */
#define MOST_LABELS (1 << 24)

/* Types of integer labels, XGBoost's Value::ValueKind; those without a sign are stored as if they
 * had one. */
enum { LABEL_TEXT = 0, LABEL_UINT8 = 10, LABEL_UINT16 = 12, LABEL_UINT32 = 14, LABEL_UINT64 = 16 };

/* ---- names and types ---------------------------------------------------------------------- */

/* Calls take() for each text of an array, which a null stands for as well when it is empty. */
static mlc_status read_texts(mlci_xgboost *x, const char *field,
                             mlc_status (*take)(mlci_xgboost *, mlc_error *), mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_next(d, err));
    if (d->event == MLCI_JSON_NULL) return MLC_OK;
    if (d->event != MLCI_JSON_ARRAY)
        return mlci_document_fail(d, err, field, "it is no array of texts");
    for (;;) {
        MLCI_TRY(mlci_document_next(d, err));
        if (d->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (d->event != MLCI_JSON_TEXT)
            return mlci_document_fail(d, err, field, "it has an element that is no text");
        MLCI_TRY(take(x, err));
    }
}

static mlc_status take_name(mlci_xgboost *x, mlc_error *err)
{
    mlci_text_append(&x->names, x->document.text, x->document.length);
    MLCI_TRY(mlci_text_status(&x->names, err));
    return mlci_document_add_integer(&x->document, &x->name_ends, x->names.length, err);
}

static mlc_status take_type(mlci_xgboost *x, mlc_error *err)
{
    const int is_category =
        mlci_document_is(&x->document, "c") || mlci_document_is(&x->document, "categorical");
    mlci_text_append_char(&x->types, is_category ? 'c' : 'q');
    return mlci_text_status(&x->types, err);
}

mlc_status mlci_xgboost_read_names(mlci_xgboost *x, mlc_error *err)
{
    mlci_text_clear(&x->names);
    x->names = mlci_text_init(x->model->root);
    x->name_ends.n = 0;
    return read_texts(x, "feature_names", take_name, err);
}

mlc_status mlci_xgboost_read_types(mlci_xgboost *x, mlc_error *err)
{
    mlci_text_clear(&x->types);
    x->types = mlci_text_init(x->model->root);
    return read_texts(x, "feature_types", take_type, err);
}

/* ---- labels ------------------------------------------------------------------------------- */

/* Texts: bytes, and where each starts; integers: their type. */
typedef struct encoding {
    mlci_integers offsets, values;
    int64_t type;
    int32_t has_offsets;
} encoding;

static mlc_status read_encoding(mlci_xgboost *x, encoding *e, mlc_error *err)
{
    mlci_document *const d = &x->document;
    int more = 0;
    for (;;) {
        MLCI_TRY(mlci_document_key(d, &more, err));
        if (!more) return MLC_OK;
        if (mlci_document_is(d, "offsets")) {
            e->has_offsets = 1;
            MLCI_TRY(mlci_document_integers(d, "offsets", &e->offsets, err));
        } else if (mlci_document_is(d, "values")) {
            MLCI_TRY(mlci_document_integers(d, "values", &e->values, err));
        } else if (mlci_document_is(d, "type")) {
            MLCI_TRY(mlci_document_integer(d, "type", &e->type, err));
        } else {
            MLCI_TRY(mlci_document_skip(d, err));
        }
    }
}

static mlc_status end_label(mlci_xgboost *x, mlc_error *err)
{
    MLCI_TRY(mlci_text_status(&x->labels, err));
    return mlci_document_add_integer(&x->document, &x->label_ends, x->labels.length, err);
}

static mlc_status take_texts(mlci_xgboost *x, const encoding *e, int64_t *n, mlc_error *err)
{
    const mlci_integers *const offsets = &e->offsets;
    *n = offsets->n > 0 ? offsets->n - 1 : 0;
    for (int64_t i = 0; i < *n; i++) {
        const int64_t first = offsets->at[i], end = offsets->at[i + 1];
        if (first < 0 || end < first || end > e->values.n)
            return mlci_document_fail(&x->document, err, "offsets",
                                      "they do not ascend within the bytes of the categories");
        for (int64_t k = first; k < end; k++)
            mlci_text_append_char(&x->labels, (char)(unsigned char)(e->values.at[k] & 255));
        MLCI_TRY(end_label(x, err));
    }
    return MLC_OK;
}

static void append_number(mlci_text *out, int64_t type, int64_t value)
{
    const uint64_t bits = (uint64_t)value;
    if (type == LABEL_UINT8)
        mlci_text_append_integer(out, (int64_t)(bits & 0xFF));
    else if (type == LABEL_UINT16)
        mlci_text_append_integer(out, (int64_t)(bits & 0xFFFF));
    else if (type == LABEL_UINT32)
        mlci_text_append_integer(out, (int64_t)(bits & 0xFFFFFFFF));
    else if (type == LABEL_UINT64)
        mlci_text_append_format(out, "%llu", (unsigned long long)bits);
    else
        mlci_text_append_integer(out, value);
}

static mlc_status take_numbers(mlci_xgboost *x, const encoding *e, int64_t *n, mlc_error *err)
{
    *n = e->values.n;
    for (int64_t i = 0; i < *n; i++) {
        append_number(&x->labels, e->type, e->values.at[i]);
        MLCI_TRY(end_label(x, err));
    }
    return MLC_OK;
}

/* The labels of a feature; none where it is not one of categories. */
static mlc_status read_feature(mlci_xgboost *x, encoding *e, mlc_error *err)
{
    int64_t n = 0;
    e->offsets.n = e->values.n = e->type = e->has_offsets = 0;
    MLCI_TRY(read_encoding(x, e, err));
    MLCI_TRY(e->has_offsets ? take_texts(x, e, &n, err) : take_numbers(x, e, &n, err));
    if (n > MOST_LABELS)
        return mlci_document_fail(&x->document, err, "cats", "a feature has too many categories");
    return mlci_document_add_integer(&x->document, &x->n_labels, n, err);
}

static mlc_status read_features(mlci_xgboost *x, encoding *e, mlc_error *err)
{
    mlci_document *const d = &x->document;
    MLCI_TRY(mlci_document_enter(d, "enc", MLCI_JSON_ARRAY, err));
    for (;;) {
        MLCI_TRY(mlci_document_next(d, err));
        if (d->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (d->event != MLCI_JSON_OBJECT)
            return mlci_document_fail(d, err, "enc", "it has an element that is no object");
        MLCI_TRY(read_feature(x, e, err));
    }
}

mlc_status mlci_xgboost_read_labels(mlci_xgboost *x, mlc_error *err)
{
    encoding e = {.type = LABEL_TEXT};
    mlci_document *const d = &x->document;
    int more = 1;
    mlci_text_clear(&x->labels);
    x->labels = mlci_text_init(x->model->root);
    x->label_ends.n = x->n_labels.n = 0;
    mlc_status status = mlci_document_enter(d, "cats", MLCI_JSON_OBJECT, err);
    while (status == MLC_OK) {
        status = mlci_document_key(d, &more, err);
        if (status != MLC_OK || !more) break;
        status =
            mlci_document_is(d, "enc") ? read_features(x, &e, err) : mlci_document_skip(d, err);
    }
    mlci_free(e.offsets.at);
    mlci_free(e.values.at);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status check_count(const mlci_xgboost *x, const char *field, int64_t n, mlc_error *err)
{
    if (n == 0 || n == x->n_features) return MLC_OK;
    return mlci_foreign_fail(x->model, err, field,
                             "%s has %lld elements, num_feature says %lld features", field,
                             (long long)n, (long long)x->n_features);
}

static mlc_status set_names(mlci_xgboost *x, mlc_error *err)
{
    for (int64_t j = 0, first = 0; j < x->name_ends.n; first = x->name_ends.at[j++])
        MLCI_TRY(mlci_foreign_name_input(x->model, j, x->names.data + first,
                                         x->name_ends.at[j] - first, err));
    return MLC_OK;
}

/* Labels at .. at + n - 1 as those of feature j. */
static mlc_status give_labels(mlci_xgboost *x, int64_t j, int64_t at, int64_t n, mlc_error *err)
{
    mlci_root *const root = x->model->root;
    const char **const texts = mlci_alloc(root, n, sizeof *texts);
    int64_t *const lengths = mlci_alloc(root, n, sizeof *lengths);
    mlc_status status =
        texts == NULL || lengths == NULL ? mlci_fail_memory(err, n, sizeof *texts) : MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        const int64_t first = at + i == 0 ? 0 : x->label_ends.at[at + i - 1];
        texts[i] = x->labels.data == NULL ? "" : x->labels.data + first;
        lengths[i] = x->label_ends.at[at + i] - first;
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(x->model, j, (int32_t)n, texts, lengths, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

/* Where labels come from pandas, releases before 3.4 count characters where bytes are meant, so
 * that labels are shifted from the first one on that is not ASCII. */
static int are_damaged(const mlci_xgboost *x, int64_t first, int64_t end)
{
    if (x->version[0] > 3 || (x->version[0] == 3 && x->version[1] >= 4)) return 0;
    for (int64_t i = first; i < end; i++)
        if ((unsigned char)x->labels.data[i] >= 0x80) return 1;
    return 0;
}

static mlc_status set_labels(mlci_xgboost *x, int64_t j, int64_t at, int64_t n, mlc_error *err)
{
    if (are_damaged(x, at == 0 ? 0 : x->label_ends.at[at - 1], x->label_ends.at[at + n - 1])) {
        if (x->model->settings->categories != NULL) return MLC_OK;
        return mlci_foreign_fail(x->model, err, "cats",
                                 "feature %lld has categories that are not ASCII, which releases "
                                 "before 3.4 do not write whole: give their labels with "
                                 "categories=",
                                 (long long)j);
    }
    return give_labels(x, j, at, n, err);
}

mlc_status mlci_xgboost_set_inputs(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    MLCI_TRY(mlci_foreign_set_inputs(m, x->n_features, err));
    MLCI_TRY(check_count(x, "feature_names", x->name_ends.n, err));
    MLCI_TRY(check_count(x, "feature_types", x->types.length, err));
    MLCI_TRY(check_count(x, "cats", x->n_labels.n, err));
    MLCI_TRY(set_names(x, err));
    for (int64_t j = 0; j < x->types.length; j++)
        m->inputs[j].is_category = x->types.data[j] == 'c';
    /* Older releases have no types: what is split by sets is categories. */
    for (int64_t i = 0; m->n_trees > 0 && i < m->first_node[m->n_trees]; i++)
        if (m->nodes[i].set >= 0 && m->nodes[i].feature < m->n_features)
            m->inputs[m->nodes[i].feature].is_category = 1;
    for (int64_t j = 0, at = 0; j < x->n_labels.n; at += x->n_labels.at[j++])
        if (x->n_labels.at[j] > 0) MLCI_TRY(set_labels(x, j, at, x->n_labels.at[j], err));
    return MLC_OK;
}
