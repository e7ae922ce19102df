/* Reads lists of name:number and of a number a feature. Names may have colons of their own; a
 * column's name stands for all its components. */
#include "feature_numbers.h"

#include "number.h"
#include "settings.h"

typedef struct read_job {
    const mlci_feature_numbers *kind;
    const mlci_features *features; /* NULL: the syntax alone */
    double *numbers;
    uint8_t *is_set;
    int64_t n_items, n_pairs;
} read_job;

static int parse_number(const read_job *job, const char *text, int64_t length, double *x)
{
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    return mlci_real_parse(text, length, x) && job->kind->is_possible(*x);
}

static mlc_status refuse_item(const read_job *job, const char *item, int64_t length, mlc_error *err)
{
    const char *const name = job->kind->parameter;
    return mlci_fail(err, MLC_ERROR_SETTING, name, "%s: '%.*s' must be %s", name,
                     (int)(length < 200 ? length : 200), item, job->kind->wants);
}

static mlc_status refuse_both(const read_job *job, const char *feature, double a, double b,
                              mlc_error *err)
{
    const char *const name = job->kind->parameter;
    mlci_text both = mlci_text_init(job->features->root);
    mlci_text_append_real(&both, a);
    mlci_text_append_text(&both, " and ");
    mlci_text_append_real(&both, b);
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_SETTING, name, "%s: feature '%.200s' is given both %s", name,
                  feature, both.failed ? "of two numbers" : both.data);
    mlci_text_clear(&both);
    return status;
}

static mlc_status set_number(const read_job *job, int64_t j, double x, mlc_error *err)
{
    const mlci_feature *const f = &job->features->inputs[mlci_features_input(job->features, j)];
    const char *const name = job->kind->parameter;
    if (job->is_set[j] && job->numbers[j] != x)
        return refuse_both(job, f->name, job->numbers[j], x, err);
    if (x != 0 && job->kind->is_ordered && f->dictionary != NULL)
        return mlci_fail(err, MLC_ERROR_SETTING, name,
                         "%s: feature '%.200s' holds categories, which have no order", name,
                         f->name);
    job->numbers[j] = x;
    job->is_set[j] = 1;
    return MLC_OK;
}

static mlc_status read_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    read_job *const job = arg;
    const int64_t at = job->n_items++;
    int64_t colon = length - 1, first = at, n = 1;
    double x;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon == 0 || !parse_number(job, item + colon + 1, length - colon - 1, &x))
        return refuse_item(job, item, length, err);
    job->n_pairs += colon > 0;
    if (job->features == NULL) return MLC_OK;
    if (colon > 0) {
        n = mlci_features_find(job->features, item, colon, &first);
        if (n == 0)
            return mlci_features_refuse(job->features, job->kind->parameter, item, colon, err);
    } else if (at >= job->features->n_features) {
        return MLC_OK; /* counted, refused by the caller */
    }
    for (int64_t j = first; j < first + n; j++)
        MLCI_TRY(set_number(job, j, x, err));
    return MLC_OK;
}

mlc_status mlci_feature_numbers_check(const mlci_feature_numbers *kind, const char *text,
                                      mlc_error *err)
{
    read_job job = {.kind = kind};
    if (text == NULL) return MLC_OK;
    MLCI_TRY(mlci_list_each(text, read_item, &job, err));
    if (job.n_pairs == 0 || job.n_pairs == job.n_items) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, kind->parameter,
                     "%s = '%.200s': features by name or a number a feature, not both",
                     kind->parameter, text);
}

mlc_status mlci_feature_numbers_read(const mlci_feature_numbers *kind, mlci_root *root,
                                     const char *text, const mlci_features *features,
                                     double *numbers, mlc_error *err)
{
    const int64_t n = features->n_features;
    read_job job = {.kind = kind, .features = features, .numbers = numbers};
    job.is_set = mlci_alloc(root, n, 1);
    if (job.is_set == NULL) return mlci_fail_memory(err, n, 1);
    mlc_status status = mlci_list_each(text, read_item, &job, err);
    if (status == MLC_OK && job.n_pairs == 0 && job.n_items > 0 && job.n_items != n)
        status = mlci_fail(err, MLC_ERROR_SETTING, kind->parameter,
                           "%s has %lld numbers; the model has %lld features", kind->parameter,
                           (long long)job.n_items, (long long)n);
    mlci_free(job.is_set);
    return status;
}
