/* Interaction constraints as scikit-learn and LightGBM have them: a split may use a feature when
 * one of the sets holds it and all features of the splits above. Sets are bits; O(sets x (path +
 * features / 64)) a node. */
#include "interaction.h"

#include <string.h>

#include "settings.h"

typedef enum interaction_kind { IN_SETS, IN_PAIRS, ALONE } interaction_kind;

struct mlci_interactions {
    interaction_kind kind;
    int64_t n_features, n_words;
    int64_t n_sets;
    uint64_t *sets; /* n_words each, and room for one more */
};

static interaction_kind kind_of(const char *text)
{
    return strcmp(text, "pairwise") == 0          ? IN_PAIRS
           : strcmp(text, "no_interactions") == 0 ? ALONE
                                                  : IN_SETS;
}

static int has(const uint64_t *set, int64_t feature)
{
    return set[feature / 64] >> (feature % 64) & 1;
}

static void add(uint64_t *set, int64_t feature)
{
    set[feature / 64] |= (uint64_t)1 << (feature % 64);
}

/* ---- reading ------------------------------------------------------------------------------ */

typedef struct set_job {
    const char *text;
    const mlci_features *features; /* NULL: the syntax alone */
    mlci_interactions *out;        /* NULL: sets are counted */
    int64_t n_sets, n_names;
} set_job;

static mlc_status read_name(void *arg, const char *item, int64_t length, mlc_error *err)
{
    set_job *const job = arg;
    int64_t first = 0;
    job->n_names++;
    if (job->out == NULL) return MLC_OK;
    const int64_t n = mlci_features_find(job->features, item, length, &first);
    if (n == 0) return mlci_features_refuse(job->features, "interaction_cst", item, length, err);
    uint64_t *const set = job->out->sets + job->n_sets * job->out->n_words;
    for (int64_t j = first; j < first + n; j++)
        add(set, j);
    return MLC_OK;
}

static mlc_status read_set(void *arg, const char *item, int64_t length, mlc_error *err)
{
    set_job *const job = arg;
    job->n_names = 0;
    char *const names = mlci_copy_text(NULL, item, length);
    if (names == NULL) return mlci_fail_memory(err, length + 1, 1);
    mlc_status status = mlci_list_each(names, read_name, job, err);
    mlci_free(names);
    if (status == MLC_OK && job->n_names == 0)
        status = mlci_fail(err, MLC_ERROR_SETTING, "interaction_cst",
                           "interaction_cst = '%.200s': a set without a name", job->text);
    job->n_sets++;
    return status;
}

mlc_status mlci_interactions_check(const char *text, mlc_error *err)
{
    set_job job = {.text = text};
    if (text == NULL || kind_of(text) != IN_SETS) return MLC_OK;
    MLCI_TRY(mlci_list_each(text, read_set, &job, err));
    if (job.n_sets > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "interaction_cst",
                     "interaction_cst = '%.200s': must be pairwise, no_interactions or sets such "
                     "as [[age, income], [sex]]",
                     text);
}

/* What no set holds is a set. */
static void add_rest(mlci_interactions *x)
{
    uint64_t *const rest = x->sets + x->n_sets * x->n_words;
    int any = 0;
    for (int64_t j = 0; j < x->n_features; j++) {
        int held = 0;
        for (int64_t s = 0; s < x->n_sets && !held; s++)
            held = has(x->sets + s * x->n_words, j);
        if (!held) add(rest, j);
        any |= !held;
    }
    x->n_sets += any;
}

mlc_status mlci_interactions_create(mlci_root *root, const char *text,
                                    const mlci_features *features, mlci_interactions **out,
                                    mlc_error *err)
{
    set_job job = {.text = text, .features = features};
    *out = NULL;
    if (text == NULL) return MLC_OK;
    mlci_interactions *const x = mlci_alloc(root, 1, sizeof *x);
    if (x == NULL) return mlci_fail_memory(err, 1, sizeof *x);
    x->kind = kind_of(text);
    x->n_features = features->n_features;
    x->n_words = (features->n_features + 63) / 64;
    mlc_status status = MLC_OK;
    if (x->kind == IN_SETS) status = mlci_list_each(text, read_set, &job, err);
    if (status == MLC_OK && x->kind == IN_SETS) {
        x->sets = mlci_alloc(root, job.n_sets + 1, x->n_words * (int64_t)sizeof *x->sets);
        if (x->sets == NULL) status = mlci_fail_memory(err, job.n_sets + 1, 8 * x->n_words);
    }
    job.out = x;
    job.n_sets = 0;
    if (status == MLC_OK && x->kind == IN_SETS) status = mlci_list_each(text, read_set, &job, err);
    if (status != MLC_OK) {
        mlci_interactions_free(x);
        return status;
    }
    x->n_sets = job.n_sets;
    if (x->kind == IN_SETS) add_rest(x);
    *out = x;
    return MLC_OK;
}

void mlci_interactions_free(mlci_interactions *x)
{
    if (x == NULL) return;
    mlci_free(x->sets);
    mlci_free(x);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* The first two features of the path that differ; returns how many of them there are. */
static int32_t find_pair(int32_t n_path, const int32_t *path, int32_t pair[2])
{
    int32_t n = 0;
    for (int32_t i = 0; i < n_path && n < 2; i++)
        if (n == 0 || path[i] != pair[0]) pair[n++] = path[i];
    return n;
}

static int set_holds(const mlci_interactions *x, int64_t s, int32_t n_path, const int32_t *path)
{
    for (int32_t i = 0; i < n_path; i++)
        if (!has(x->sets + s * x->n_words, path[i])) return 0;
    return 1;
}

static void keep_in_sets(const mlci_interactions *x, int32_t n_path, const int32_t *path,
                         int32_t n_used, const int32_t *used, uint8_t *allowed)
{
    for (int32_t i = 0; i < n_used; i++)
        allowed[i] = allowed[i] ? 2 : 0;
    for (int64_t s = 0; s < x->n_sets; s++) {
        if (!set_holds(x, s, n_path, path)) continue;
        for (int32_t i = 0; i < n_used; i++)
            if (allowed[i] == 2 && has(x->sets + s * x->n_words, used[i])) allowed[i] = 1;
    }
    for (int32_t i = 0; i < n_used; i++)
        allowed[i] = allowed[i] == 1;
}

void mlci_interactions_keep(const mlci_interactions *x, int32_t n_path, const int32_t *path,
                            int32_t n_used, const int32_t *used, uint8_t *allowed)
{
    int32_t pair[2] = {-1, -1};
    if (x->kind == IN_SETS) {
        keep_in_sets(x, n_path, path, n_used, used, allowed);
        return;
    }
    const int32_t n = find_pair(n_path, path, pair);
    if (n < (x->kind == ALONE ? 1 : 2)) return;
    for (int32_t i = 0; i < n_used; i++)
        if (used[i] != pair[0] && used[i] != pair[1]) allowed[i] = 0;
}
