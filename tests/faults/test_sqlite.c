/* SQLite reaches files and memory by itself: here each of its calls to the file system, and each of
 * its allocations, fails once and from then on, in reading, reading in batches and writing. Each
 * time: a status and a message with the file, or the right rows; no memory and no file is left, and
 * the table is as it was before or as it was to be. */
#include <dirent.h>
#include <sqlite3.h>

#include "check_suite.h"
#include "scene.h"

/* ---- what fails ----------------------------------------------------------------------------- */

/* The k-th call of its kind, and those after it. */
static struct faults {
    int64_t n_calls, fail_at, n_failed;
    int from_then_on, armed;
} files, memory;

static int fails(struct faults *f)
{
    if (!f->armed) return 0;
    const int64_t k = ++f->n_calls;
    if (f->fail_at == 0 || k < f->fail_at || (k > f->fail_at && !f->from_then_on)) return 0;
    f->n_failed++;
    return 1;
}

/* A file of ours, and behind it that of the real file system. */
typedef struct shim_file {
    sqlite3_file base;
    sqlite3_file *real;
} shim_file;

static sqlite3_vfs *real_vfs;
static sqlite3_io_methods shim_methods;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((shim_file *)file)->real;
}

#define PASS(name, parameters, error, ...)                                                         \
    static int shim_##name parameters                                                              \
    {                                                                                              \
        if (fails(&files)) return error;                                                           \
        return real_of(f)->pMethods->x##name(real_of(f), __VA_ARGS__);                             \
    }

PASS(Read, (sqlite3_file * f, void *p, int n, sqlite3_int64 at), SQLITE_IOERR_READ, p, n, at)
PASS(Write, (sqlite3_file * f, const void *p, int n, sqlite3_int64 at), SQLITE_FULL, p, n, at)
PASS(Truncate, (sqlite3_file * f, sqlite3_int64 n), SQLITE_IOERR_TRUNCATE, n)
PASS(Sync, (sqlite3_file * f, int flags), SQLITE_IOERR_FSYNC, flags)
PASS(FileSize, (sqlite3_file * f, sqlite3_int64 *n), SQLITE_IOERR_FSTAT, n)
PASS(Lock, (sqlite3_file * f, int level), SQLITE_IOERR_LOCK, level)
PASS(CheckReservedLock, (sqlite3_file * f, int *out), SQLITE_IOERR_CHECKRESERVEDLOCK, out)

static int shim_Close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int shim_Unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int shim_FileControl(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_SectorSize(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int shim_DeviceCharacteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    shim_file *const f = (shim_file *)file;
    f->base.pMethods = NULL;
    if (fails(&files)) return SQLITE_CANTOPEN;
    f->real = (sqlite3_file *)(f + 1);
    const int result = real_vfs->xOpen(real_vfs, name, f->real, flags, out);
    if (result == SQLITE_OK) f->base.pMethods = &shim_methods;
    return result;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    return fails(&files) ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, name, sync);
}

static sqlite3_mem_methods real_memory;

static void *shim_malloc(int n)
{
    return fails(&memory) ? NULL : real_memory.xMalloc(n);
}

static void *shim_realloc(void *p, int n)
{
    return fails(&memory) ? NULL : real_memory.xRealloc(p, n);
}

/* Before SQLite is used: all of its files and memory go through here. */
static void put_in_between(void)
{
    static sqlite3_vfs vfs;
    if (real_vfs != NULL) return;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
    sqlite3_mem_methods ours = real_memory;
    ours.xMalloc = shim_malloc;
    ours.xRealloc = shim_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
    /* Its own store of small blocks would hide allocations. */
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "shim";
    vfs.szOsFile = (int)sizeof(shim_file) + real_vfs->szOsFile;
    vfs.xOpen = shim_open;
    vfs.xDelete = shim_delete;
    shim_methods = (sqlite3_io_methods){.iVersion = 1,
                                        .xClose = shim_Close,
                                        .xRead = shim_Read,
                                        .xWrite = shim_Write,
                                        .xTruncate = shim_Truncate,
                                        .xSync = shim_Sync,
                                        .xFileSize = shim_FileSize,
                                        .xLock = shim_Lock,
                                        .xUnlock = shim_Unlock,
                                        .xCheckReservedLock = shim_CheckReservedLock,
                                        .xFileControl = shim_FileControl,
                                        .xSectorSize = shim_SectorSize,
                                        .xDeviceCharacteristics = shim_DeviceCharacteristics};
    ck_assert_int_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

/* ---- operations ------------------------------------------------------------------------------ */

typedef struct place {
    mlc_context *ctx;
    mlc_dataset *old, *fresh; /* the rows of the table, and those to be written */
    char folder[64], path[96];
} place;

static mlc_status read_table(const place *p, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_read(p->ctx, p->path, "table=data", out, err);
}

static mlc_status read_batches(const place *p, mlc_dataset **out, mlc_error *err)
{
    mlc_reader *reader = NULL;
    mlc_status status = mlc_reader_open(p->ctx, p->path, NULL, &reader, err);
    if (status == MLC_OK) status = mlc_reader_collect(p->ctx, reader, out, err);
    mlc_reader_close(reader);
    return status;
}

static mlc_status replace(const place *p, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_write(p->ctx, p->fresh, p->path, "if_exists=replace", err);
}

static mlc_status append(const place *p, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_write(p->ctx, p->fresh, p->path, "if_exists=append", err);
}

static mlc_status write_new(const place *p, mlc_dataset **out, mlc_error *err)
{
    unlink(p->path);
    return mlc_dataset_write(p->ctx, p->fresh, p->path, NULL, err);
}

typedef mlc_status (*operation_fn)(const place *p, mlc_dataset **out, mlc_error *err);

static const struct operation {
    const char *name;
    operation_fn run;
    int64_t rows_before, rows_after; /* of the table; before 0: no table */
} operations[] = {
    {"read", read_table, 300, 300},          {"read in batches", read_batches, 300, 300},
    {"replace a table", replace, 300, 200},  {"append to a table", append, 300, 500},
    {"write a new file", write_new, 0, 200},
};
#define N_OPERATIONS ((int)(sizeof operations / sizeof operations[0]))

static mlc_dataset *make_rows(int64_t n, const char *settings)
{
    char text[64];
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    snprintf(text, sizeof text, "classification n_rows=%lld %s", (long long)n, settings);
    scene_ok(mlc_dataset_generate(NULL, text, &d, &err), &err);
    return d;
}

/* Rows of the table without faults; 0: there is no table. */
static int64_t count_rows(const place *p)
{
    mlc_dataset *d = NULL;
    if (mlc_dataset_read(NULL, p->path, "table=data", &d, NULL) != MLC_OK) return 0;
    const int64_t n = mlc_dataset_n_rows(d);
    mlc_dataset_free(d);
    return n;
}

static int count_files(const char *folder)
{
    int n = 0;
    DIR *const d = opendir(folder);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* ---- one run --------------------------------------------------------------------------------- */

/* Call k of that kind fails; 0: there is none. */
static int64_t fail_call(const struct operation *o, place *p, struct faults *f, int64_t k, int from)
{
    mlc_error err = {0};
    mlc_dataset *out = NULL;
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    ck_assert_int_eq(mlc_context_create(&host, &p->ctx, NULL), MLC_OK);
    unlink(p->path);
    scene_ok(mlc_dataset_write(NULL, p->old, p->path, NULL, &err), &err);
    const sqlite3_int64 held = sqlite3_memory_used();
    *f = (struct faults){.fail_at = k, .from_then_on = from, .armed = 1};
    const mlc_status status = o->run(p, &out, &err);
    f->armed = 0;
    if (status != MLC_OK) {
        const mlc_status wanted = f == &memory ? MLC_ERROR_NO_MEMORY : MLC_ERROR_IO;
        ck_assert_msg(status == wanted, "%s, %s %lld: %d %s", o->name,
                      f == &memory ? "allocation" : "call", (long long)k, (int)status, err.message);
        ck_assert_msg(f == &memory || strstr(err.message, p->path) != NULL, "%s", err.message);
        ck_assert_ptr_null(out);
        ck_assert_int_gt(f->n_failed, 0);
    } else if (out != NULL) {
        ck_assert_int_eq(mlc_dataset_n_rows(out), o->rows_after);
    }
    mlc_dataset_free(out);
    ck_assert_int_eq(sqlite3_memory_used(), held);
    /* A journal that could not be played back or deleted waits for the next one who writes. */
    scene_ok(mlc_dataset_write(NULL, p->old, p->path, "table=next if_exists=replace", &err), &err);
    const int64_t n_rows = count_rows(p);
    ck_assert_msg(n_rows == (status == MLC_OK ? o->rows_after : o->rows_before),
                  "%s, call %lld: %s, and the table has %lld rows", o->name, (long long)k,
                  status == MLC_OK ? "done" : err.message, (long long)n_rows);
    ck_assert_msg(count_files(p->folder) == 1, "%s, call %lld: files are left", o->name,
                  (long long)k);
    mlc_context_close(p->ctx);
    ck_assert_int_eq(a.live_bytes, 0);
    return f->n_failed;
}

static void fail_each(const struct operation *o, struct faults *f)
{
    place p = {.folder = "/tmp/mlcore-sqlite-XXXXXX"};
    put_in_between();
    p.old = make_rows(300, "random_state=1");
    p.fresh = make_rows(200, "random_state=2");
    ck_assert_ptr_nonnull(mkdtemp(p.folder));
    snprintf(p.path, sizeof p.path, "%s/rows.sqlite", p.folder);
    fail_call(o, &p, f, 0, 0);
    const int64_t n_calls = f->n_calls;
    ck_assert_int_gt(n_calls, 5);
    const mlci_torture_points points = mlci_torture_choose(o->name, n_calls);
    for (int64_t i = 0; i < points.count; i++) {
        ck_assert_int_gt(fail_call(o, &p, f, mlci_torture_at(&points, i), 0), 0);
        ck_assert_int_gt(fail_call(o, &p, f, mlci_torture_at(&points, i), 1), 0);
    }
    unlink(p.path);
    ck_assert_int_eq(rmdir(p.folder), 0);
    mlc_dataset_free(p.fresh);
    mlc_dataset_free(p.old);
}

START_TEST(test_sqlite_when_calls_of_files_fail_then_a_status_and_the_table_is_whole)
{
    fail_each(&operations[_i], &files);
}
END_TEST

START_TEST(test_sqlite_when_its_memory_fails_then_a_status_and_the_table_is_whole)
{
    fail_each(&operations[_i], &memory);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "sqlite", 100);
    tcase_add_loop_test(tcase,
                        test_sqlite_when_calls_of_files_fail_then_a_status_and_the_table_is_whole,
                        0, N_OPERATIONS);
    tcase_add_loop_test(tcase,
                        test_sqlite_when_its_memory_fails_then_a_status_and_the_table_is_whole, 0,
                        N_OPERATIONS);
}

MLCI_CHECK_SUITE_OF("sqlite", fill_suite)
