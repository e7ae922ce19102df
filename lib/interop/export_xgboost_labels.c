/* XGBoost's "cats": the bytes of all labels of a feature, where each ends, and their order as they
 * are looked up there: as signed bytes. */
#include "export_xgboost_labels.h"

#include "column.h"

static int has_labels(const mlci_exported *x, int32_t *has_other)
{
    int has_some = 0;
    *has_other = 0;
    for (int64_t j = 0; j < x->features->n_features; j++) {
        const mlci_dictionary *const labels = mlci_exported_labels(x, j);
        if (labels == NULL) continue;
        has_some = 1;
        for (int64_t i = 0; i < labels->offsets[labels->n]; i++)
            if ((unsigned char)labels->bytes[i] > 127) *has_other = 1;
    }
    return has_some;
}

static void put_texts(mlci_text *out, const mlci_dictionary *labels)
{
    mlci_text_append_text(out, "{\"offsets\":[");
    int64_t length = 0, end = 0;
    for (int32_t k = 0; labels != NULL && k < labels->n; k++) {
        if (k == 0) mlci_text_append_char(out, '0');
        (void)mlci_dictionary_text(labels, k, &length);
        end += length;
        mlci_text_append_format(out, ",%lld", (long long)end);
    }
    mlci_text_append_text(out, "],\"values\":[");
    for (int32_t k = 0, n = 0; labels != NULL && k < labels->n; k++) {
        const char *const text = mlci_dictionary_text(labels, k, &length);
        for (int64_t i = 0; i < length; i++)
            mlci_text_append_format(out, "%s%d", n++ > 0 ? "," : "", (int)(signed char)text[i]);
    }
    mlci_text_append_text(out, "]}");
}

/* keys: room for twice the labels. turned: room for their bytes, whose top bits change, so that
 * they sort as signed ones. */
static void sort(const mlci_dictionary *labels, mlci_text_key *keys, char *turned)
{
    for (int64_t i = 0; i < labels->offsets[labels->n]; i++)
        turned[i] = (char)((unsigned char)labels->bytes[i] ^ 0x80);
    for (int32_t k = 0; k < labels->n; k++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(labels, k, &length);
        keys[k] = (mlci_text_key){turned + (text - labels->bytes), length, k, 0};
    }
    mlci_text_keys_sort(keys, keys + labels->n, labels->n);
}

static mlc_status put_order(const mlci_exported *x, const mlci_dictionary *labels, mlci_text *out,
                            int64_t *at, mlc_error *err)
{
    const int64_t n = labels->n, n_bytes = labels->offsets[n];
    mlci_text_key *const keys = mlci_alloc_raw(x->e->root, 2 * n, sizeof *keys);
    char *const turned = mlci_alloc_raw(x->e->root, n_bytes, 1);
    mlc_status status = MLC_OK;
    if (keys == NULL || turned == NULL) {
        status = mlci_fail_memory(err, n, 2 * (int64_t)sizeof *keys);
    } else {
        sort(labels, keys, turned);
        for (int64_t k = 0; k < n; k++)
            mlci_text_append_format(out, "%s%lld", (*at)++ > 0 ? "," : "",
                                    (long long)keys[k].index);
    }
    mlci_free(keys);
    mlci_free(turned);
    return status;
}

mlc_status mlci_xgboost_put_labels(const mlci_exported *x, mlci_text *out, int32_t *has_other,
                                   mlc_error *err)
{
    const int64_t n = x->features->n_features;
    int64_t end = 0, at = 0;
    if (!has_labels(x, has_other)) return MLC_OK;
    mlci_text_append_text(out, "\"cats\":{\"enc\":[");
    for (int64_t j = 0; j < n; j++) {
        if (j > 0) mlci_text_append_char(out, ',');
        put_texts(out, mlci_exported_labels(x, j));
    }
    mlci_text_append_text(out, "],\"feature_segments\":[0");
    for (int64_t j = 0; j < n; j++) {
        const mlci_dictionary *const labels = mlci_exported_labels(x, j);
        end += labels == NULL ? 0 : labels->n;
        mlci_text_append_format(out, ",%lld", (long long)end);
    }
    mlci_text_append_text(out, "],\"sorted_idx\":[");
    for (int64_t j = 0; j < n; j++) {
        const mlci_dictionary *const labels = mlci_exported_labels(x, j);
        if (labels != NULL) MLCI_TRY(put_order(x, labels, out, &at, err));
    }
    mlci_text_append_text(out, "]},");
    return MLC_OK;
}
