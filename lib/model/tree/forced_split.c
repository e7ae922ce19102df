/* Reads forced_splits, which is what LightGBM has in a file: a tree of objects in JSON. Names of
 * features are wanted at fitting only, since the parameter is read before any feature is known. */
#include "forced_split.h"

#include <math.h>
#include <string.h>

#include "json.h"

#define NAME "forced_splits"
#define MOST_SPLITS 131071

typedef struct read_job {
    mlci_json json;
    mlci_root *root;
    const mlci_features *features; /* NULL: the syntax alone */
    mlci_forced_splits *out;
    int32_t capacity;
} read_job;

/* What an object has said so far. */
typedef struct node_text {
    int64_t feature; /* -1: not yet */
    int32_t has_threshold, is_category;
    double threshold;
    char *category; /* block */
    int64_t category_length;
} node_text;

/* The place of the text, then what is wrong. */
static mlc_status refuse(const read_job *job, const char *message, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_SETTING, NAME, NAME ": character %lld: %s",
                     (long long)(job->json.token - job->json.start) + 1, message);
}

static mlc_status next(read_job *job, mlc_error *err)
{
    mlc_error inner = {0};
    const mlc_status status = mlci_json_next(&job->json, &inner);
    if (status == MLC_OK || status == MLC_ERROR_NO_MEMORY) {
        if (status != MLC_OK && err != NULL) *err = inner;
        return status;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, NAME, NAME " is no JSON: %s", inner.message);
}

static mlc_status read_feature(read_job *job, node_text *node, mlc_error *err)
{
    const mlci_json *const j = &job->json;
    int64_t first = 0;
    if (j->event == MLCI_JSON_NUMBER) {
        if (!j->is_integer || j->integer < 0)
            return refuse(job, "a feature must be a name or a number from 0", err);
        if (job->features != NULL && j->integer >= job->features->n_features)
            return mlci_fail(err, MLC_ERROR_SETTING, NAME,
                             NAME ": the model has no feature %lld: it has %lld, from 0",
                             (long long)j->integer, (long long)job->features->n_features);
        node->feature = j->integer;
        return MLC_OK;
    }
    if (j->event != MLCI_JSON_TEXT)
        return refuse(job, "a feature must be a name or a number from 0", err);
    node->feature = 0;
    if (job->features == NULL) return MLC_OK;
    const int64_t n = mlci_features_find(job->features, j->text, j->length, &first);
    if (n == 0) return mlci_features_refuse(job->features, NAME, j->text, j->length, err);
    if (n > 1)
        return mlci_fail(err, MLC_ERROR_SETTING, NAME,
                         NAME ": '%.*s' has %lld components: name one of them",
                         (int)(j->length < 200 ? j->length : 200), j->text, (long long)n);
    node->feature = first;
    return MLC_OK;
}

static mlc_status read_threshold(read_job *job, node_text *node, mlc_error *err)
{
    const mlci_json *const j = &job->json;
    node->has_threshold = 1;
    node->is_category = j->event == MLCI_JSON_TEXT;
    if (j->event == MLCI_JSON_NUMBER && isfinite(j->real)) {
        node->threshold = j->real;
        return MLC_OK;
    }
    if (j->event != MLCI_JSON_TEXT)
        return refuse(job, "a threshold must be a finite number, or the text of a category", err);
    mlci_free(node->category);
    node->category = mlci_alloc(job->root, j->length + 1, 1);
    if (node->category == NULL) return mlci_fail_memory(err, j->length + 1, 1);
    memcpy(node->category, j->text, (size_t)j->length);
    node->category_length = j->length;
    return MLC_OK;
}

/* Fits the threshold to the feature. */
static mlc_status settle(const read_job *job, const node_text *node, mlci_forced_split *split,
                         mlc_error *err)
{
    split->feature = node->feature;
    split->threshold = node->threshold;
    split->category = -1;
    if (job->features == NULL) return MLC_OK;
    const mlci_feature *const f =
        &job->features->inputs[mlci_features_input(job->features, node->feature)];
    if ((f->dictionary != NULL) != node->is_category)
        return mlci_fail(err, MLC_ERROR_SETTING, NAME,
                         NAME ": feature '%.200s' holds %s: its threshold must be %s", f->name,
                         f->dictionary != NULL ? "categories" : "numbers",
                         f->dictionary != NULL ? "the text of one" : "a number");
    if (f->dictionary == NULL) return MLC_OK;
    split->category = mlci_dictionary_find(f->dictionary, node->category, node->category_length);
    if (split->category >= 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, NAME,
                     NAME ": feature '%.200s' has no category '%.200s' in the training rows",
                     f->name, node->category);
}

static mlc_status add_split(read_job *job, int32_t *index, mlc_error *err)
{
    mlci_forced_splits *const out = job->out;
    if (out->n == MOST_SPLITS) return refuse(job, "more splits than a tree can have", err);
    if (out->n == job->capacity) {
        const int32_t capacity = job->capacity == 0 ? 8 : 2 * job->capacity;
        mlci_forced_split *const splits =
            mlci_realloc(job->root, out->splits, capacity, sizeof *splits);
        if (splits == NULL) return mlci_fail_memory(err, capacity, sizeof *splits);
        out->splits = splits;
        job->capacity = capacity;
    }
    *index = out->n++;
    out->splits[*index] = (mlci_forced_split){.category = -1, .left = -1, .right = -1};
    return MLC_OK;
}

static mlc_status read_split(read_job *job, int32_t *index, mlc_error *err);

/* The value of one key, whose event is the current one. */
static mlc_status read_member(read_job *job, int32_t index, node_text *node, mlc_error *err)
{
    const mlci_json *const j = &job->json;
    static const char *const keys[] = {"feature", "threshold", "left", "right"};
    int32_t key = 0, child = -1;
    while (key < 4 && !mlci_text_equal(j->text, j->length, keys[key]))
        key++;
    if (key == 4) return refuse(job, "must be one of feature, threshold, left and right", err);
    MLCI_TRY(next(job, err));
    if (key == 0) return read_feature(job, node, err);
    if (key == 1) return read_threshold(job, node, err);
    if (j->event == MLCI_JSON_NULL) return MLC_OK;
    MLCI_TRY(read_split(job, &child, err));
    if (key == 2)
        job->out->splits[index].left = child;
    else
        job->out->splits[index].right = child;
    return MLC_OK;
}

/* An object that has begun. As deep as JSON may be nested. */
static mlc_status read_split(read_job *job, int32_t *index, mlc_error *err)
{
    node_text node = {.feature = -1};
    if (job->json.event != MLCI_JSON_OBJECT)
        return refuse(job,
                      "a split must be an object, such as {\"feature\": \"age\", "
                      "\"threshold\": 30}",
                      err);
    MLCI_TRY(add_split(job, index, err));
    mlc_status status = next(job, err);
    while (status == MLC_OK && job->json.event != MLCI_JSON_END_OBJECT) {
        status = read_member(job, *index, &node, err);
        if (status == MLC_OK) status = next(job, err);
    }
    if (status == MLC_OK && (node.feature < 0 || !node.has_threshold))
        status = refuse(job, "a split needs both feature and threshold", err);
    if (status == MLC_OK) status = settle(job, &node, &job->out->splits[*index], err);
    mlci_free(node.category);
    return status;
}

mlc_status mlci_forced_splits_read(mlci_root *root, const char *text, const mlci_features *features,
                                   mlci_forced_splits **out, mlc_error *err)
{
    read_job job = {.root = root, .features = features};
    int32_t first = 0;
    *out = NULL;
    if (text == NULL) return MLC_OK;
    job.out = mlci_alloc(root, 1, sizeof *job.out);
    if (job.out == NULL) return mlci_fail_memory(err, 1, sizeof *job.out);
    mlci_json_open(&job.json, root, text, (int64_t)strlen(text));
    mlc_status status = next(&job, err);
    if (status == MLC_OK) status = read_split(&job, &first, err);
    if (status == MLC_OK) status = next(&job, err);
    mlci_json_close(&job.json);
    if (status != MLC_OK) {
        mlci_forced_splits_free(job.out);
        return status;
    }
    *out = job.out;
    return MLC_OK;
}

mlc_status mlci_forced_splits_check(const char *text, mlc_error *err)
{
    mlci_forced_splits *splits = NULL;
    MLCI_TRY(mlci_forced_splits_read(NULL, text, NULL, &splits, err));
    mlci_forced_splits_free(splits);
    return MLC_OK;
}

void mlci_forced_splits_free(mlci_forced_splits *splits)
{
    if (splits == NULL) return;
    mlci_free(splits->splits);
    mlci_free(splits);
}
