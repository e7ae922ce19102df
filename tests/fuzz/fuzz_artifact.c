/* Artifacts: what loads predicts rows and golden rows, answers its tables, serves single records
 * and saves to the same bytes again. The mutator takes containers apart and changes sections under
 * checksums that fit, since checksums stop nearly every other change. */
#define FUZZ_HAS_MUTATOR
#include "artifact/artifacts.h"
#include "container_edit.h"
#include "fuzz_main.h"
#include "fuzz_people.h"
#include "record.h"

#define N_ROWS 4
/* The inflated section, and what is made of it: less than its size again. */
#define PER_BYTE INT64_C(1100)
#define PER_BYTE_DEFLATED INT64_C(4000)

static const mlc_dataset *people(void)
{
    static mlc_dataset *rows;
    if (rows == NULL) rows = fuzz_people(N_ROWS, NULL);
    return rows;
}

/* ---- a model in use ------------------------------------------------------------------------ */

static void read_tables(mlc_context *ctx, const mlc_model *model)
{
    static const char *const names[] = {"steps",      "inputs",  "classes", "importance",
                                        "history",    "trees",   "centers", "coefficients",
                                        "categories", "columns", "ports",   "iterations"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        mlc_dataset *table = NULL;
        mlc_error err;
        const mlc_status status = mlc_model_table(ctx, model, names[i], &table, &err);
        fuzz_status(status, &err);
        if (status == MLC_OK) mlc_dataset_free(table);
    }
}

/* Records of any kind of cell: what they are is drawn from the state. */
static void run_records(const mlc_predictor *p, uint64_t state)
{
    static const char *const texts[] = {"cook", "Rome", "12.5", "", "no such word", "1e999"};
    const int32_t n = mlc_predictor_n_inputs(p);
    const size_t n_scratch = (size_t)mlc_predictor_scratch_bytes(p);
    void *scratch = NULL;
    FUZZ_CHECK(posix_memalign(&scratch, 64, n_scratch + 64) == 0);
    memset(scratch, 0, n_scratch);
    mlc_value *row = calloc((size_t)n + 1, sizeof *row);
    double *out = malloc(((size_t)mlc_predictor_n_outputs(p) + 1) * sizeof *out);
    for (int k = 0; k < 4; k++) {
        for (int32_t j = 0; j < n; j++) {
            const char *text = texts[mutate_below(&state, 6)];
            row[j] = (mlc_value){.kind = (int32_t)mutate_below(&state, 4),
                                 .integer = (int64_t)mutate_below(&state, 100) - 50,
                                 .real = (double)mutate_below(&state, 1000) / 8 - 20,
                                 .text = text,
                                 .length = (int32_t)strlen(text)};
        }
        mlc_error err;
        fuzz_status(mlc_predictor_run(p, row, scratch, out, NULL, &err), &err);
    }
    free(out);
    free(row);
    free(scratch);
}

static void predict(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                    const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_predict(ctx, model, rows, settings, &out, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) FUZZ_CHECK(mlc_dataset_n_rows(out) == mlc_dataset_n_rows(rows));
    mlc_dataset_free(out);
}

/* What was loaded saves, loads again, and saves to the same bytes. */
static void save_again(mlc_context *ctx, const mlc_model *model)
{
    mlc_buffer *first = NULL, *second = NULL;
    mlc_model *loaded = NULL;
    mlc_error err;
    mlc_status status = mlc_model_save_memory(ctx, model, NULL, &first, &err);
    fuzz_status(status, &err);
    if (status != MLC_OK) return;
    status = mlc_model_load_memory(ctx, mlc_buffer_data(first), mlc_buffer_size(first), NULL,
                                   &loaded, &err);
    if (status != MLC_OK) fprintf(stderr, "%s\n", err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(mlc_model_save_memory(ctx, loaded, NULL, &second, &err) == MLC_OK);
    FUZZ_CHECK(mlc_buffer_size(first) == mlc_buffer_size(second));
    FUZZ_CHECK(memcmp(mlc_buffer_data(first), mlc_buffer_data(second),
                      (size_t)mlc_buffer_size(first)) == 0);
    mlc_buffer_free(second);
    mlc_buffer_free(first);
    mlc_model_free(loaded);
}

static void use(mlc_context *ctx, const mlc_model *model, uint64_t state)
{
    predict(ctx, model, model->golden, "output=class,flags");
    predict(ctx, model, people(), NULL);
    predict(ctx, model, people(), "output=raw,leaf,flags on_invalid=missing");
    read_tables(ctx, model);
    mlc_predictor *p = NULL;
    mlc_error err;
    const mlc_status status = mlc_predictor_create(ctx, model, NULL, &p, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK) run_records(p, state);
    mlc_predictor_free(p);
    save_again(ctx, model);
}

/* ---- inputs -------------------------------------------------------------------------------- */

static int is_deflated(const uint8_t *data, size_t size)
{
    mlci_container_in in = {0};
    mlc_error err;
    if (mlci_container_open(NULL, data, (int64_t)size, &mlci_default_limits, &in, &err) != MLC_OK)
        return 1;
    int deflated = 0;
    for (int32_t i = 0; i < in.n; i++)
        deflated |= (in.sections[i].flags & MLCI_SECTION_DEFLATE) != 0;
    mlci_container_close(&in);
    return deflated;
}

static mlc_status try_bytes(const uint8_t *data, size_t size, const char *settings)
{
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    mlc_model *model = NULL;
    mlc_error err;
    const mlc_status status =
        mlc_model_load_memory(ctx, data, (int64_t)size, settings, &model, &err);
    fuzz_status(status, &err);
    FUZZ_CHECK((status == MLC_OK) == (model != NULL));
    if (host.peak > FUZZ_BASE + PER_BYTE * (int64_t)size)
        fuzz_bound(&host, FUZZ_BASE, size, is_deflated(data, size) ? PER_BYTE_DEFLATED : PER_BYTE);
    if (status == MLC_OK) use(ctx, model, size);
    mlc_model_free(model);
    /* Validating is loading without a model. */
    const mlc_status valid =
        mlc_model_validate_memory(ctx, data, (int64_t)size, settings, NULL, &err);
    FUZZ_CHECK(status == MLC_OK || valid != MLC_OK);
    fuzz_close(&host);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    people();
    if (try_bytes(data, size, NULL) != MLC_OK) try_bytes(data, size, "selftest=false");
    return 0;
}

/* ---- changes ------------------------------------------------------------------------------- */

/* A count, an index, a length or a real where one may stand. */
static void change_number(edit_section *s, uint64_t *state)
{
    static const uint64_t odd[] = {0,
                                   1,
                                   2,
                                   0x7f,
                                   0xff,
                                   0x7fffffff,
                                   0x80000000,
                                   0xffffffff,
                                   UINT64_C(1) << 32,
                                   UINT64_C(1) << 62,
                                   UINT64_C(1) << 63,
                                   UINT64_MAX,
                                   UINT64_C(0x7ff0000000000000),
                                   UINT64_C(0xfff0000000000000),
                                   UINT64_C(0x7ff8000000000000),
                                   UINT64_C(0x7fefffffffffffff)};
    const int n = mutate_below(state, 3) == 0 ? 4 : 8;
    if (s->n < n) return;
    int64_t at = (int64_t)mutate_below(state, (size_t)(s->n - n) + 1);
    if (mutate_below(state, 2) == 0) at &= ~INT64_C(3);
    uint64_t value = artifact_get(s->raw + at, n);
    switch (mutate_below(state, 3)) {
    case 0:
        value = odd[mutate_below(state, 16)];
        break;
    case 1:
        value = value + 1 - 2 * mutate_below(state, 2);
        break;
    default: /* another number of the section */
        value = artifact_get(s->raw + mutate_below(state, (size_t)(s->n - n) + 1), n);
    }
    artifact_put(s->raw + at, value, n);
}

static void change_section(edit_section *s, uint64_t *state, size_t room)
{
    if (mutate_below(state, 2) == 0) {
        for (size_t k = 1 + mutate_below(state, 3); k > 0; k--)
            change_number(s, state);
        return;
    }
    uint8_t *bytes = edit_copy(s->raw, s->n, (int64_t)room);
    const size_t n = LLVMFuzzerMutate(bytes, (size_t)s->n, (size_t)s->n + room);
    edit_replace(s, bytes, (int64_t)n);
    free(bytes);
}

/* Sections dropped, swapped, renamed, or of another version. */
static void change_table(edit_container *e, uint64_t *state)
{
    const int32_t i = (int32_t)mutate_below(state, (size_t)e->n);
    const int32_t j = (int32_t)mutate_below(state, (size_t)e->n);
    edit_section *a = &e->sections[i], *b = &e->sections[j];
    const edit_section kept = *a;
    switch (mutate_below(state, 5)) {
    case 0:
        if (e->n > 1) edit_drop(e, i);
        break;
    case 1:
        *a = *b;
        *b = kept;
        break;
    case 2:
        if (i != j) edit_replace(a, b->raw, b->n);
        break;
    case 3:
        a->version = (int32_t)mutate_below(state, 4);
        break;
    default:
        if (a->name[0] != '\0')
            a->name[mutate_below(state, strlen(a->name))] = (char)('a' + mutate_below(state, 26));
    }
}

/* The changed container over the input, when there is room. */
static size_t put_back(const edit_container *e, uint64_t *state, uint8_t *data, size_t size,
                       size_t max_size)
{
    int64_t n = 0;
    uint8_t *bytes = edit_write(e, mutate_below(state, 8) == 0, &n);
    if (mutate_below(state, 8) == 0) { /* header and table, their checksum made to fit */
        artifact_bytes a = {bytes, n};
        const size_t n_head = (size_t)artifact_get(bytes + 12, 4);
        artifact_put(bytes + mutate_below(state, n_head), mutate_next(state), 1);
        artifact_repair(&a);
    }
    if ((size_t)n <= max_size) {
        memcpy(data, bytes, (size_t)n);
        size = (size_t)n;
    }
    free(bytes);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    uint64_t state = seed;
    edit_container e = {0};
    if (mutate_below(&state, 50) == 0 || !edit_open(&e, data, (int64_t)size))
        return LLVMFuzzerMutate(data, size, max_size);
    const size_t room = max_size > size ? max_size - size : 0;
    if (e.n > 0 && mutate_below(&state, 10) == 0) change_table(&e, &state);
    for (size_t k = 1 + mutate_below(&state, 2); e.n > 0 && k > 0; k--) {
        edit_section *s = &e.sections[mutate_below(&state, (size_t)e.n)];
        if (strcmp(s->name, "info") != 0) change_section(s, &state, room);
    }
    size = put_back(&e, &state, data, size, max_size);
    edit_close(&e);
    return size;
}
