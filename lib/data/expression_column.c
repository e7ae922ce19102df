/* The values of an expression as a column.
 *
 * Threads take turns at tasks of TASK_ROWS rows, a multiple of eight, so that no two share a byte
 * of bits. Texts of a task wait in a block of their own until the length of all is known. */
#include <string.h>

#include "checked.h"
#include "expression_impl.h"

#define TASK_ROWS (4 * MLCI_VECTOR_ROWS)

/* The first of eight bytes is the lowest of a word: a product can put their last bits together. */
#define BYTES_IN_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

typedef struct job {
    mlci_program program;
    mlci_column *column;
    mlci_machine *machines; /* by slot; opened at first use */
    int64_t n_tasks;
    mlci_text *texts;   /* TEXT: the bytes of each task */
    int64_t *n_missing; /* by task */
} job;

/* ---- values ------------------------------------------------------------------------------- */

/* Bytes of 0 and 1 as bits from bit `first`, a multiple of 8, on. Bits beyond are zero. */
static void pack_bits(const uint8_t *bytes, int64_t n, int64_t first, uint8_t *restrict bits)
{
    uint8_t *const restrict out = bits + first / 8;
    const int64_t n_whole = BYTES_IN_ORDER ? n & ~(int64_t)7 : 0;
    for (int64_t i = 0; i < n_whole; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        out[i / 8] = (uint8_t)(word * UINT64_C(0x0102040810204080) >> 56);
    }
    for (int64_t i = n_whole; i < n; i += 8) {
        unsigned byte = 0;
        for (int64_t k = 0; k < 8 && i + k < n; k++)
            byte |= (unsigned)bytes[i + k] << k;
        out[i / 8] = (uint8_t)byte;
    }
}

static void write_words(const mlci_vector *v, int64_t n, uint64_t *out)
{
    memcpy(out, v->values, (size_t)n * 8);
    for (int64_t i = 0; i < n && v->valid != NULL; i++)
        if (!v->valid[i]) out[i] = 0;
}

/* Values of missing rows are 0. */
static void write_bools(const mlci_vector *v, int64_t n, int64_t first, uint8_t *bits)
{
    uint8_t bytes[MLCI_VECTOR_ROWS];
    const uint8_t *const values = v->values;
    for (int64_t i = 0; i < n && v->valid != NULL; i++)
        bytes[i] = values[i] & v->valid[i];
    pack_bits(v->valid != NULL ? bytes : values, n, first, bits);
}

/* Lengths go where the offsets will be, one further on. */
static mlc_status write_texts(const mlci_vector *v, int64_t n, int64_t first, int64_t *offsets,
                              mlci_text *out, mlc_error *err)
{
    const mlci_span *const texts = v->values;
    for (int64_t i = 0; i < n; i++) {
        const int is_there = v->valid == NULL || v->valid[i];
        offsets[first + i + 1] = is_there ? texts[i].length : 0;
        if (is_there) mlci_text_append(out, texts[i].text, texts[i].length);
    }
    return mlci_text_status(out, err);
}

static mlc_status write_vector(job *j, int64_t task, const mlci_vector *v, int64_t first, int64_t n,
                               mlc_error *err)
{
    mlci_column *const column = j->column;
    if (v->valid != NULL) {
        for (int64_t i = 0; i < n; i++)
            j->n_missing[task] += v->valid[i] == 0;
        pack_bits(v->valid, n, first, (uint8_t *)column->valid);
    }
    switch (column->type) {
    case MLC_TYPE_BOOL:
        write_bools(v, n, first, mlci_column_data(column));
        return MLC_OK;
    case MLC_TYPE_TEXT:
        return write_texts(v, n, first, (int64_t *)column->offsets, &j->texts[task], err);
    default:
        write_words(v, n, (uint64_t *)mlci_column_data(column) + first);
        return MLC_OK;
    }
}

static mlc_status run_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    job *const j = arg;
    mlci_machine *const machine = &j->machines[slot];
    if (machine->program == NULL) MLCI_TRY(mlci_machine_open(&j->program, machine, err));
    const int64_t low = task * TASK_ROWS, n_rows = j->program.n_rows;
    const int64_t high = n_rows - low < TASK_ROWS ? n_rows : low + TASK_ROWS;
    for (int64_t first = low; first < high; first += MLCI_VECTOR_ROWS) {
        const int64_t n = high - first < MLCI_VECTOR_ROWS ? high - first : MLCI_VECTOR_ROWS;
        mlci_vector rows;
        MLCI_TRY(mlci_machine_run(machine, first, n, &rows, err));
        MLCI_TRY(write_vector(j, task, &rows, first, n, err));
    }
    return MLC_OK;
}

/* ---- texts -------------------------------------------------------------------------------- */

static mlc_status copy_task(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    (void)slot;
    (void)err;
    const job *const j = arg;
    const mlci_text *const text = &j->texts[task];
    if (text->length == 0) return MLC_OK;
    memcpy((char *)j->column->values + j->column->offsets[task * TASK_ROWS], text->data,
           (size_t)text->length);
    return MLC_OK;
}

/* Lengths become offsets, and the texts of the tasks one block. */
static mlc_status join_texts(mlc_context *call, job *j, mlc_error *err)
{
    mlci_column *const column = j->column;
    int64_t *const offsets = (int64_t *)column->offsets;
    for (int64_t i = 0; i < column->n_rows; i++) {
        if (mlci_add_size(offsets[i], offsets[i + 1], &offsets[i + 1])) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a text column has too many bytes");
    }
    char *const bytes = mlci_alloc_raw(column->root, offsets[column->n_rows], 1);
    if (bytes == NULL) return mlci_fail_memory(err, offsets[column->n_rows], 1);
    mlci_free((void *)column->values);
    column->values = bytes;
    return mlci_parallel_for(call, j->n_tasks, copy_task, j, err);
}

/* ---- the column --------------------------------------------------------------------------- */

static mlc_status run(mlc_context *call, job *j, mlc_error *err)
{
    mlci_root *const root = call->root;
    const int32_t type = j->program.steps[j->program.n_steps - 1].instruction->type;
    const int32_t n_slots = mlci_n_slots(call);
    MLCI_TRY(mlci_column_create_unset(root, type, j->program.n_rows, 1, &j->column, err));
    MLCI_TRY(mlci_column_add_valid(j->column, err));
    j->n_tasks = (j->program.n_rows + TASK_ROWS - 1) / TASK_ROWS;
    j->machines = mlci_alloc(root, n_slots, (int64_t)sizeof *j->machines);
    j->texts = mlci_alloc(root, j->n_tasks, (int64_t)sizeof *j->texts);
    j->n_missing = mlci_alloc(root, j->n_tasks, (int64_t)sizeof *j->n_missing);
    if (j->machines == NULL || j->texts == NULL || j->n_missing == NULL) {
        return mlci_fail_memory(err, j->n_tasks, (int64_t)sizeof *j->texts);
    }
    for (int64_t i = 0; i < j->n_tasks; i++)
        j->texts[i] = mlci_text_init(root);
    MLCI_TRY(mlci_parallel_for(call, j->n_tasks, run_task, j, err));
    for (int64_t i = 0; i < j->n_tasks; i++)
        j->column->n_missing += j->n_missing[i];
    return type == MLC_TYPE_TEXT ? join_texts(call, j, err) : MLC_OK;
}

static void close_job(mlc_context *call, job *j)
{
    for (int32_t i = 0; j->machines != NULL && i < mlci_n_slots(call); i++)
        if (j->machines[i].program != NULL) mlci_machine_close(&j->machines[i]);
    for (int64_t i = 0; j->texts != NULL && i < j->n_tasks; i++)
        mlci_text_clear(&j->texts[i]);
    mlci_free(j->machines);
    mlci_free(j->texts);
    mlci_free(j->n_missing);
    mlci_program_close(&j->program);
}

/* A column without missing rows has no bitmap. */
static void drop_valid(mlci_column *column)
{
    if (column->n_missing > 0) return;
    mlci_free((void *)column->valid);
    column->valid = NULL;
}

/* The entries of a table of texts as a category column: each that occurs there is a category. */
static mlc_status table_categories(const mlci_program *program, mlci_column **out, mlc_error *err)
{
    const mlci_vector *const table = &program->steps[0].table;
    const mlci_span *const spans = table->values;
    const int64_t n = (int64_t)program->steps[0].column->dictionary->n + 1;
    mlci_column *column = NULL;
    const char **const texts = mlci_alloc_raw(program->root, n, (int64_t)sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(program->root, n, (int64_t)sizeof *lengths);
    mlc_status status = MLC_OK;
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *texts);
        goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        texts[i] = table->valid[i] ? spans[i].text : NULL;
        lengths[i] = spans[i].length;
    }
    status = mlci_column_create_text(program->root, n, texts, lengths, &column, err);
    if (status == MLC_OK) status = mlci_column_to_category(column, out, err);
done:
    mlci_column_unref(column);
    mlci_free((void *)texts);
    mlci_free(lengths);
    return status;
}

/* A table of texts by category makes a category column again. */
static mlc_status recode(const mlci_program *program, mlci_column **out, mlc_error *err)
{
    const mlc_dataset *const d = program->rows;
    const mlci_column *const column = program->steps[0].column;
    const int32_t n = column->dictionary->n;
    mlci_column *categories = NULL;
    MLCI_TRY(table_categories(program, &categories, err));
    int32_t *const codes = mlci_alloc_raw(program->root, d->n_rows, (int64_t)sizeof *codes);
    if (codes == NULL) {
        mlci_column_unref(categories);
        return mlci_fail_memory(err, d->n_rows, (int64_t)sizeof *codes);
    }
    for (int64_t i = 0; i < d->n_rows; i++) {
        const int64_t row = mlci_dataset_source_row(d, i);
        const int32_t k = mlci_column_is_valid(column, row) ? mlci_column_code(column, row) : n;
        codes[i] = mlci_column_is_valid(categories, k) ? mlci_column_code(categories, k) : -1;
    }
    const mlc_status status = mlci_column_create_category(program->root, d->n_rows, codes,
                                                          categories->dictionary, out, err);
    mlci_column_unref(categories);
    return status;
}

mlc_status mlci_expression_column(mlc_context *call, const mlci_expression *e,
                                  const mlc_dataset *rows, mlci_column **out, mlc_error *err)
{
    const mlci_instruction *const last = &e->instructions[e->n - 1];
    job j = {0};
    MLCI_TRY(mlci_program_open(call, e, rows, &j.program, err));
    const mlci_step *const step = &j.program.steps[0];
    const int is_table = j.program.n_steps == 1 && step->kind == MLCI_STEP_TABLE &&
                         step->column != NULL && last->type == MLC_TYPE_TEXT;
    mlc_status status = MLC_OK;
    if (last->kind == MLCI_COLUMN && last->component < 0) {
        const int32_t i = mlci_dataset_find(rows, e->columns[last->column].name);
        status = mlci_dataset_take_column(rows, i, &j.column, err);
    } else if (is_table) {
        status = recode(&j.program, &j.column, err);
    } else {
        status = run(call, &j, err);
        if (status == MLC_OK) drop_valid(j.column);
    }
    close_job(call, &j);
    if (status != MLC_OK) {
        mlci_column_unref(j.column);
        return status;
    }
    *out = j.column;
    return MLC_OK;
}

mlc_status mlci_expression_condition(mlc_context *call, const char *text, const mlc_dataset *rows,
                                     mlci_column **out, mlc_error *err)
{
    mlci_expression *e = NULL;
    MLCI_TRY(mlci_expression_parse(call->root, text, rows, &e, err));
    mlc_status status = MLC_OK;
    if (mlci_expression_type(e) != MLC_TYPE_BOOL) {
        status = mlci_fail_at(err, MLC_ERROR_SYNTAX, 1, 1, NULL,
                              "expression:1:1: a condition is needed, but this is %s: compare it "
                              "with something",
                              mlci_type_name(mlci_expression_type(e)));
    }
    if (status == MLC_OK) status = mlci_expression_column(call, e, rows, out, err);
    mlci_expression_free(e);
    return status;
}
