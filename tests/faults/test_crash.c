/* A save over an artifact is cut off: by SIGKILL before and after each call to the system, and by
 * a crash that loses or reorders what was not synced (crash_model.h). What is found afterwards is
 * the old artifact or the new one, to the byte, and at most one temporary file beside it, under
 * the documented name. */
#include <dirent.h>
#include <sys/wait.h>

#include "check_suite.h"
#include "context_impl.h"
#include "crash_model.h"
#include "fault_system.h"
#include "scene.h"

/* Three artifacts, and what each is saved over. */
static const struct {
    const char *before, *after, *settings;
} saves[] = {
    {"pipeline(automatic, logistic_regression)", "pipeline(automatic, logistic_regression(C=9))",
     NULL},
    {"gradient_boosting_classifier(n_estimators=3)", "gradient_boosting_classifier(n_estimators=9)",
     "compress=true"},
    {"kmeans", "pipeline(automatic, gradient_boosting_classifier(n_estimators=4))", NULL},
};
#define N_SAVES ((int)(sizeof saves / sizeof saves[0]))

typedef struct target {
    mlc_context *ctx;
    const char *settings;
    mlc_model *before, *after;
    mlc_buffer *old, *new;
    char folder[64], path[80];
} target;

static mlc_model *fitted_in(mlc_context *ctx, const char *recipe, const mlc_dataset *rows)
{
    mlc_model *parsed = NULL, *model = NULL;
    mlc_error err = {0};
    scene_ok(mlc_model_parse(ctx, recipe, &parsed, &err), &err);
    scene_ok(mlc_model_fit(ctx, parsed, rows, NULL, &model, &err), &err);
    mlc_model_free(parsed);
    return model;
}

static void open_target(target *t, int which)
{
    mlc_error err = {0};
    const mlc_host host = {.size = sizeof host, .n_threads = 1};
    scene_ok(mlc_context_create(&host, &t->ctx, &err), &err);
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES), *numbers = NULL;
    scene_ok(mlc_dataset_select(NULL, rows, "income,spent", &numbers, &err), &err);
    const int is_kmeans = strcmp(saves[which].before, "kmeans") == 0;
    t->before = fitted_in(t->ctx, saves[which].before, is_kmeans ? numbers : rows);
    t->after = fitted_in(t->ctx, saves[which].after, rows);
    t->settings = saves[which].settings;
    scene_ok(mlc_model_save_memory(NULL, t->before, t->settings, &t->old, &err), &err);
    scene_ok(mlc_model_save_memory(NULL, t->after, t->settings, &t->new, &err), &err);
    snprintf(t->folder, sizeof t->folder, "%s/mlcore-faults-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(t->folder));
    snprintf(t->path, sizeof t->path, "%s/m.mlcore", t->folder);
    mlc_dataset_free(numbers);
    mlc_dataset_free(rows);
}

static void close_target(target *t)
{
    unlink(t->path);
    ck_assert_int_eq(rmdir(t->folder), 0);
    mlc_buffer_free(t->old);
    mlc_buffer_free(t->new);
    mlc_model_free(t->before);
    mlc_model_free(t->after);
    mlc_context_close(t->ctx);
}

static int is_bytes(const char *bytes, int64_t n, const mlc_buffer *of)
{
    return n == mlc_buffer_size(of) && memcmp(bytes, mlc_buffer_data(of), (size_t)n) == 0;
}

/* `.NAME.mlc-XXXXXXXX` with hexadecimal digits. */
static int is_temporary_name(const char *name)
{
    static const char start[] = ".m.mlcore.mlc-";
    const size_t n = sizeof start - 1;
    return strncmp(name, start, n) == 0 && strlen(name) == n + 8 &&
           strspn(name + n, "0123456789abcdef") == 8;
}

/* Looks at what is left and clears it up: 0 the old file, 1 the new one. */
static int look(const target *t, const char *when)
{
    static char bytes[1 << 20];
    FILE *f = fopen(t->path, "rb");
    ck_assert_msg(f != NULL, "%s: no file", when);
    const int64_t n = (int64_t)fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    const int is_old = is_bytes(bytes, n, t->old), is_new = is_bytes(bytes, n, t->new);
    ck_assert_msg(is_old || is_new, "%s: %lld bytes, neither old nor new", when, (long long)n);
    mlc_model *model = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_model_load(NULL, t->path, NULL, &model, &err) == MLC_OK, "%s: %s", when,
                  err.message);
    mlc_model_free(model);
    int n_temporary = 0;
    DIR *d = opendir(t->folder);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (strcmp(e->d_name, "m.mlcore") == 0) continue;
        ck_assert_msg(is_temporary_name(e->d_name), "%s: left %s", when, e->d_name);
        char path[512];
        snprintf(path, sizeof path, "%s/%s", t->folder, e->d_name);
        unlink(path);
        n_temporary++;
    }
    closedir(d);
    ck_assert_msg(n_temporary <= 1, "%s: %d temporary files", when, n_temporary);
    return is_new;
}

/* Saves in a child that is killed where *f says; 1 when it was. */
static int save_and_die(const target *t, mlci_fault_system *f)
{
    mlc_error err = {0};
    mlci_root_set_system(mlci_context_root(t->ctx), &mlci_native_system);
    scene_ok(mlc_model_save(t->before, t->path, t->settings, &err), &err);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        mlci_root_set_system(mlci_context_root(t->ctx), mlci_fault_system_table(f));
        _exit(mlc_model_save(t->after, t->path, t->settings, NULL) != MLC_OK);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Kills at every call, before and after it, with that failure on the way; how many times. */
static int64_t kill_everywhere(const target *t, const mlci_fault_system *faults)
{
    int64_t n_killed = 0, n_old = 0, n_new = 0;
    for (int after = 0; after < 2; after++) {
        for (int64_t k = 1;; k++) {
            mlci_fault_system f = *faults;
            if (after)
                f.kill_after = k;
            else
                f.kill_before = k;
            const int was_killed = save_and_die(t, &f);
            char when[128];
            snprintf(when, sizeof when, "killed %s call %lld, call %lld failing with %d",
                     after ? "after" : "before", (long long)k, (long long)f.fail_at, f.error);
            const int is_new = look(t, when);
            /* A failing call has no after. */
            if (!was_killed && !(after && k == f.fail_at)) break;
            n_killed += was_killed;
            n_new += is_new;
            n_old += !is_new;
        }
    }
    ck_assert_int_gt(n_killed, 9);
    ck_assert_int_gt(n_old, 5);
    if (faults->fail_at == 0) ck_assert_int_gt(n_new, 2);
    return n_killed;
}

START_TEST(test_save_when_killed_at_each_call_leaves_old_or_new)
{
    target t;
    open_target(&t, _i);
    const int is_long = getenv("MLC_LONG") != NULL;
    static const int32_t errors[] = {ENOSPC, EIO, EINTR};
    const int64_t shorts[] = {0, mlc_buffer_size(t.new) / 3};
    int64_t n_killed = 0;
    for (int i = 0; i < 2; i++) {
        mlci_fault_system f = mlci_fault_system_init();
        f.short_bytes = shorts[i];
        n_killed += kill_everywhere(&t, &f);
        for (int e = 0; is_long && e < 3; e++) {
            f.error = errors[e];
            for (f.fail_at = 4; f.fail_at <= 12; f.fail_at++)
                n_killed += kill_everywhere(&t, &f);
            f.fail_at = 0;
        }
    }
    fprintf(stderr, "%s: killed %lld times\n", saves[_i].after, (long long)n_killed);
    close_target(&t);
}
END_TEST

/* ---- crashes of the system ---------------------------------------------------------------------
 */

typedef struct crash {
    crash_record record;
    crash_choice choice;
    crash_tally before, after; /* states before the save returned, and after it */
} crash;

static void add_up(crash *c)
{
    memset(&c->before, 0, sizeof c->before);
    memset(&c->after, 0, sizeof c->after);
    for (int n = 0; n < c->record.n_steps; n++)
        crash_states(&c->choice, n, &c->before);
    crash_states(&c->choice, c->record.n_steps, &c->after);
}

static void record_save(const target *t, const char *settings, int was_there, int64_t short_bytes,
                        crash *c)
{
    mlc_error err = {0};
    mlci_root_set_system(mlci_context_root(t->ctx), &mlci_native_system);
    unlink(t->path);
    if (was_there) scene_ok(mlc_model_save(t->before, t->path, settings, &err), &err);
    mlci_root_set_system(mlci_context_root(t->ctx), crash_table(&c->record, short_bytes));
    scene_ok(mlc_model_save(t->after, t->path, settings, &err), &err);
    mlci_root_set_system(mlci_context_root(t->ctx), &mlci_native_system);
    c->choice = (crash_choice){.r = &c->record,
                               .old = mlc_buffer_data(t->old),
                               .new = mlc_buffer_data(t->new),
                               .n_old = mlc_buffer_size(t->old),
                               .n_new = mlc_buffer_size(t->new),
                               .was_there = was_there,
                               .file = malloc((size_t)mlc_buffer_size(t->new))};
    add_up(c);
}

static void drop_all(crash *c, crash_kind kind)
{
    int n = 0;
    for (int i = 0; i < c->record.n_steps; i++) {
        c->record.steps[i].dropped = c->record.steps[i].kind == kind;
        n += c->record.steps[i].dropped;
    }
    ck_assert_int_eq(n, 1);
    add_up(c);
}

START_TEST(test_save_when_the_system_crashes_leaves_old_or_new)
{
    static crash c;
    target t;
    open_target(&t, _i);
    const int is_long = getenv("MLC_LONG") != NULL;
    int64_t n_states = 0;
    for (int64_t n_writes = 1; n_writes <= (is_long ? 6 : 3); n_writes++) {
        for (int was_there = 0; was_there < 2; was_there++) {
            const int64_t at_a_time = mlc_buffer_size(t.new) / n_writes + 1;
            record_save(&t, t.settings, was_there, at_a_time, &c);
            n_states += c.before.n_states + c.after.n_states;
            ck_assert_int_eq(c.before.n_torn, 0);
            ck_assert_int_eq(was_there ? c.before.n_absent : c.before.n_old, 0);
            ck_assert_int_gt(c.before.n_new, 0);
            ck_assert_int_le(c.before.most_temporary, 1);
            /* Once it has returned, the save is on the disk, whatever happens. */
            ck_assert_int_eq(c.after.n_new, c.after.n_states);
            ck_assert_int_eq(c.after.most_temporary, 0);
            free(c.choice.file);
            crash_clear(&c.record);
        }
    }
    fprintf(stderr, "%s: %lld states after crashes\n", saves[_i].after, (long long)n_states);
    close_target(&t);
}
END_TEST

START_TEST(test_crash_model_when_a_sync_is_left_out_finds_what_is_lost)
{
    static crash c;
    target t;
    open_target(&t, _i);
    const int64_t at_a_time = mlc_buffer_size(t.new) / 3 + 1;
    record_save(&t, t.settings, 1, at_a_time, &c);
    drop_all(&c, CRASH_SYNC);
    ck_assert_int_gt(c.before.n_torn, 0);
    drop_all(&c, CRASH_SYNC_DIRECTORY);
    ck_assert_int_eq(c.before.n_torn, 0);
    ck_assert_int_gt(c.after.n_old, 0); /* the rename may be lost */
    free(c.choice.file);
    crash_clear(&c.record);
    /* And the setting says so. */
    record_save(&t, t.settings != NULL ? "compress=true sync=false" : "sync=false", 1, at_a_time,
                &c);
    ck_assert_int_gt(c.after.n_torn, 0);
    free(c.choice.file);
    crash_clear(&c.record);
    close_target(&t);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "crash", 100);
    tcase_add_loop_test(tcase, test_save_when_killed_at_each_call_leaves_old_or_new, 0, N_SAVES);
    tcase_add_loop_test(tcase, test_save_when_the_system_crashes_leaves_old_or_new, 0, N_SAVES);
    tcase_add_loop_test(tcase, test_crash_model_when_a_sync_is_left_out_finds_what_is_lost, 0,
                        N_SAVES);
}

MLCI_CHECK_SUITE_OF("crash", fill_suite)
