/* Roles: what a column is for, read from settings text such as `target=income weight=w`.
 *
 * A column has one role. Naming columns under a role gives it to them; the others keep theirs.
 * A sensitive column stays a feature (mlci_field_is_feature()). */
#include "dataset_impl.h"

#include <string.h>

#include "settings.h"
#include "text.h"

/* In the order of MLCI_ROLE_. */
static const char *const role_names[] = {"feature",   "target", "weight", "group", "offset", "time",
                                         "sensitive", "id",     "key",    "fold",  "ignore"};
#define N_ROLES ((int32_t)(sizeof role_names / sizeof role_names[0]))

#define MAX_NAME 1024 /* bytes of a column's name in roles text */

const char *mlci_role_name(int32_t role)
{
    return role >= 0 && role < N_ROLES ? role_names[role] : NULL;
}

int32_t mlci_role_find(const char *name)
{
    for (int32_t i = 0; i < N_ROLES; i++) {
        if (strcmp(name, role_names[i]) == 0) return i;
    }
    return -1;
}

static int takes_several(int32_t role)
{
    return role == MLCI_ROLE_FEATURE || role == MLCI_ROLE_TARGET || role == MLCI_ROLE_SENSITIVE ||
           role == MLCI_ROLE_ID || role == MLCI_ROLE_IGNORE;
}

static const char *next_setting(const void *arg, int32_t i)
{
    if (i < N_ROLES) return role_names[i];
    return i == N_ROLES ? "classes" : i == N_ROLES + 1 ? "positive" : NULL;
}

static mlc_status refuse_setting(const char *name, mlc_error *err)
{
    const char *const nearest = mlci_nearest(name, next_setting, NULL);
    return mlci_fail(err, MLC_ERROR_SETTING, name,
                     "'%s' is not a role: %s%s%sroles are target, weight, group, offset, time, "
                     "sensitive, id, key, fold, ignore and feature; also classes and positive",
                     name, nearest != NULL ? "did you mean '" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "'? " : "");
}

typedef struct role_job {
    mlc_dataset *dataset;
    int32_t *given; /* role that the text gave to each field, -1 none */
    int32_t role;
} role_job;

static mlc_status give_role(const role_job *job, const char *name, mlc_error *err)
{
    int32_t i = -1;
    MLCI_TRY(mlci_dataset_get(job->dataset, name, &i, err));
    if (job->given[i] >= 0 && job->given[i] != job->role) {
        return mlci_fail(err, MLC_ERROR_ROLE, name,
                         "column '%s' is given as %s and as %s: a column has one role", name,
                         role_names[job->given[i]], role_names[job->role]);
    }
    job->given[i] = job->role;
    return MLC_OK;
}

static mlc_status give_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    char name[MAX_NAME];
    if (length >= MAX_NAME) {
        return mlci_fail(err, MLC_ERROR_COLUMN, NULL,
                         "a column's name of %lld bytes: no more "
                         "than %d are looked for",
                         (long long)length, MAX_NAME - 1);
    }
    memcpy(name, item, (size_t)length);
    name[length] = '\0';
    return give_role(arg, name, err);
}

static mlc_status set_text(mlci_root *root, char **to, const char *text, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(text);
    char *const copy = mlci_copy_text(root, text, length);
    if (copy == NULL) return mlci_fail_memory(err, length + 1, 1);
    mlci_free(*to);
    *to = copy;
    return MLC_OK;
}

static mlc_status apply_setting(role_job *job, const mlci_setting *setting, mlc_error *err)
{
    mlc_dataset *const d = job->dataset;
    if (strcmp(setting->name, "classes") == 0) {
        return set_text(d->root, &d->classes, setting->value, err);
    }
    if (strcmp(setting->name, "positive") == 0) {
        return set_text(d->root, &d->positive, setting->value, err);
    }
    job->role = mlci_role_find(setting->name);
    if (job->role < 0) return refuse_setting(setting->name, err);
    /* A whole value in quotes may be the name of a column that has a comma in it. */
    if (setting->quoted && mlci_dataset_find(d, setting->value) >= 0) {
        return give_role(job, setting->value, err);
    }
    return mlci_list_each(setting->value, give_item, job, err);
}

/* Two weights are an error; two targets are not. */
static mlc_status check_single(const mlc_dataset *d, mlc_error *err)
{
    for (int32_t role = 0; role < N_ROLES; role++) {
        int32_t field = -1;
        if (takes_several(role)) continue;
        MLCI_TRY(mlci_dataset_role_field(d, role, &field, err));
    }
    return MLC_OK;
}

mlc_status mlci_dataset_apply_roles(mlc_dataset *fresh, const char *roles, mlc_error *err)
{
    mlci_settings settings = {0};
    int32_t *given = NULL;
    mlc_status status = mlci_settings_parse(fresh->root, roles, 0, &settings, err);
    if (status != MLC_OK) return status;
    given = mlci_alloc_raw(fresh->root, fresh->n_fields, sizeof *given);
    if (given == NULL) {
        status = mlci_fail_memory(err, fresh->n_fields, sizeof *given);
        goto done;
    }
    for (int32_t i = 0; i < fresh->n_fields; i++)
        given[i] = -1;
    role_job job = {.dataset = fresh, .given = given};
    for (int32_t i = 0; i < settings.n; i++) {
        status = apply_setting(&job, &settings.items[i], err);
        if (status != MLC_OK) goto done;
    }
    for (int32_t i = 0; i < fresh->n_fields; i++) {
        if (given[i] >= 0) fresh->fields[i].role = given[i];
    }
    status = check_single(fresh, err);
done:
    mlci_free(given);
    mlci_settings_clear(&settings);
    return status;
}
