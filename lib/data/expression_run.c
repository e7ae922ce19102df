/* Runs a program on a few rows at a time, so that what steps leave to each other stays in cache. */
#include <math.h>
#include <string.h>

#include "cell.h"
#include "checked.h"
#include "expression_impl.h"

/* ---- texts -------------------------------------------------------------------------------- */

#define CHUNK_BYTES ((int64_t)65536)

typedef struct mlci_arena_chunk {
    struct mlci_arena_chunk *next;
    int64_t capacity;
    char *bytes;
} chunk;

char *mlci_arena_take(mlci_arena *arena, int64_t n)
{
    if (arena->status != MLC_OK) return NULL;
    if (n > MLCI_ARENA_BYTES - arena->total) {
        arena->status = MLC_ERROR_LIMIT;
        return NULL;
    }
    if (arena->chunks == NULL || n > arena->chunks->capacity - arena->used) {
        const int64_t capacity = n < CHUNK_BYTES ? CHUNK_BYTES : n;
        chunk *const c = mlci_alloc_raw(arena->root, (int64_t)sizeof *c + capacity, 1);
        if (c == NULL) {
            arena->status = MLC_ERROR_NO_MEMORY;
            return NULL;
        }
        *c = (chunk){.next = arena->chunks, .capacity = capacity, .bytes = (char *)(c + 1)};
        arena->chunks = c;
        arena->used = 0;
    }
    char *const bytes = arena->chunks->bytes + arena->used;
    arena->used += n;
    arena->total += n;
    return bytes;
}

void mlci_arena_clear(mlci_arena *arena)
{
    while (arena->chunks != NULL) {
        chunk *const c = arena->chunks;
        arena->chunks = c->next;
        mlci_free(c);
    }
    *arena = (mlci_arena){.root = arena->root};
}

mlc_status mlci_arena_status(const mlci_arena *arena, mlc_error *err)
{
    if (arena->status == MLC_ERROR_LIMIT) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "the expression makes texts of more than %lld bytes for %d rows",
                         (long long)MLCI_ARENA_BYTES, MLCI_VECTOR_ROWS);
    }
    return arena->status == MLC_OK ? MLC_OK : mlci_fail_memory(err, CHUNK_BYTES, 1);
}

/* All but the newest chunk is given back: the next vector needs about as much. */
static void reuse(mlci_arena *arena)
{
    if (arena->chunks != NULL && arena->chunks->next != NULL) mlci_arena_clear(arena);
    arena->used = arena->total = 0;
}

/* ---- columns ------------------------------------------------------------------------------ */

/* Rows first .. first + n of a dataset as rows of its columns, to be stepped through. */
typedef struct row_range {
    const int64_t *row; /* or NULL: from .. from + n */
    int64_t from, n;
} row_range;

static inline int64_t row_at(const row_range *r, int64_t i)
{
    return r->row != NULL ? r->row[i] : r->from + i;
}

static row_range range_of(const mlc_dataset *d, int64_t first, int64_t n)
{
    if (d->rows != NULL) return (row_range){d->rows->row + first, 0, n};
    return (row_range){NULL, d->first + first, n};
}

/* Bits as bytes of 0 and 1, eight at a time: each byte keeps its own bit, and carries it up. Room
 * for a multiple of eight. */
static void unpack_bits(const uint8_t *bits, int64_t n, uint8_t *restrict out)
{
    for (int64_t i = 0; i < n; i += 8) {
        const uint64_t each = bits[i / 8] * UINT64_C(0x0101010101010101);
        const uint64_t own = each & UINT64_C(0x8040201008040201);
        const uint64_t bytes = (own + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7;
        for (int k = 0; k < 8; k++)
            out[i + k] = bytes >> (8 * k) & 1;
    }
}

/* Bits of rows as bytes; returns how many are set. out: room for MLCI_VECTOR_ROWS. */
static int64_t load_bits(const mlci_kernels *math, const uint8_t *bits, const row_range *range,
                         uint8_t *restrict out)
{
    const row_range r = *range;
    int64_t n_set = 0;
    if (r.row == NULL) {
        uint8_t own[MLCI_VECTOR_ROWS / 8];
        if (r.n > 0) n_set = math->copy_bits(bits, r.from, r.n, own);
        unpack_bits(own, r.n, out);
        return n_set;
    }
    for (int64_t i = 0; i < r.n; i++) {
        out[i] = bits[r.row[i] >> 3] >> (r.row[i] & 7) & 1;
        n_set += out[i];
    }
    return n_set;
}

/* Marks missing rows; 0 when there are none. */
static int load_valid(const mlci_machine *m, const mlci_column *column, const row_range *r,
                      uint8_t *valid)
{
    return column->valid != NULL && load_bits(m->math, column->valid, r, valid) < r->n;
}

static void load_words(const mlci_column *column, const row_range *r, uint64_t *out)
{
    const uint64_t *const values = column->values;
    for (int64_t i = 0; i < r->n; i++)
        out[i] = values[row_at(r, i)];
}

static void load_floats(const mlci_column *column, const row_range *r, double *out)
{
    const float *const values = column->values;
    for (int64_t i = 0; i < r->n; i++)
        out[i] = values[row_at(r, i)];
}

static void load_component(const mlci_column *column, const row_range *r, int64_t component,
                           double *out)
{
    for (int64_t i = 0; i < r->n; i++)
        out[i] = mlci_cell_component(column, row_at(r, i), component);
}

static void load_texts(const mlci_column *column, const row_range *r, mlci_span *out)
{
    for (int64_t i = 0; i < r->n; i++) {
        out[i].text = mlci_column_text(column, row_at(r, i), &out[i].length);
        if (out[i].text == NULL) out[i].text = "";
    }
}

/* Values of 64 bits without gaps are used where they are. */
static const void *load_values(const mlci_machine *m, const mlci_step *step, const row_range *r,
                               void *memory)
{
    const mlci_column *const column = step->column;
    switch (column->type) {
    case MLC_TYPE_BOOL:
        load_bits(m->math, column->values, r, memory);
        return memory;
    case MLC_TYPE_FLOAT32:
        load_floats(column, r, memory);
        return memory;
    case MLC_TYPE_VECTOR:
        load_component(column, r, step->instruction->component, memory);
        return memory;
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        load_texts(column, r, memory);
        return memory;
    default:
        if (r->row == NULL) return (const uint64_t *)column->values + r->from;
        load_words(column, r, memory);
        return memory;
    }
}

/* ---- steps -------------------------------------------------------------------------------- */

void mlci_kernel_missing(mlci_kernel_call *call, int64_t i)
{
    if (!call->has_missing) memset(call->valid, 1, (size_t)call->n);
    call->has_missing = 1;
    call->valid[i] = 0;
}

/* A NaN is a missing value. valid: bytes to be set; returns whether any row is missing. */
static int find_nans(const mlci_row_kernels *rows, const double *values, int64_t n, uint8_t *valid,
                     int has_missing)
{
    if (!rows->has_nan(n, values)) return has_missing;
    if (!has_missing) memset(valid, 1, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        valid[i] &= values[i] == values[i];
    return 1;
}

static void fill_constant(const mlci_instruction *constant, int64_t n, void *values)
{
    double *const reals = values;
    int64_t *const integers = values;
    mlci_span *const texts = values;
    switch (constant->type) {
    case MLC_TYPE_BOOL:
        memset(values, (int)constant->integer, (size_t)n);
        break;
    case MLC_TYPE_TEXT:
        for (int64_t i = 0; i < n; i++)
            texts[i] = constant->text;
        break;
    case MLC_TYPE_FLOAT64:
        for (int64_t i = 0; i < n; i++)
            reals[i] = constant->real;
        break;
    default:
        for (int64_t i = 0; i < n; i++)
            integers[i] = constant->integer;
    }
}

/* The texts of a dictionary from number `first` on; behind the last one a missing row. */
static int fill_texts(const mlci_dictionary *dictionary, int64_t first, int64_t n, mlci_span *out,
                      uint8_t *valid)
{
    for (int64_t i = 0; i < n; i++) {
        out[i].text = mlci_dictionary_text(dictionary, (int32_t)(first + i), &out[i].length);
        valid[i] = out[i].text != NULL;
        if (out[i].text == NULL) out[i].text = "";
    }
    return first + n > dictionary->n;
}

/* The entry of a table that each row has: codes where they stand, or in the room. */
static const int32_t *find_entries(const mlci_column *column, const row_range *r, int32_t *room)
{
    if (column == NULL) {
        memset(room, 0, (size_t)r->n * sizeof *room);
        return room;
    }
    if (column->valid == NULL && r->row == NULL) {
        if (column->code_size == 4) return (const int32_t *)column->values + r->from;
        mlci_column_codes(column, r->from, r->n, room);
        return room;
    }
    for (int64_t i = 0; i < r->n; i++) {
        const int64_t row = row_at(r, i);
        room[i] = mlci_column_is_valid(column, row) ? mlci_column_code(column, row)
                                                    : column->dictionary->n;
    }
    return room;
}

#define SET_BITS 64

/* Bytes of 0 and 1 by entry; those of a small table are a set. */
static void look_up_bytes(const mlci_machine *m, const mlci_step *step, const uint8_t *table,
                          const int32_t *entry, int64_t n, uint8_t *restrict out)
{
    const int64_t n_entries = step->column != NULL ? (int64_t)step->column->dictionary->n + 1 : 1;
    uint64_t set = 0;
    if (n_entries > SET_BITS) {
        for (int64_t i = 0; i < n; i++)
            out[i] = table[entry[i]];
        return;
    }
    for (int64_t k = 0; k < n_entries; k++)
        set |= (uint64_t)table[k] << k;
    m->rows->test_bits(n, entry, set, out);
}

static int look_up_valid(const mlci_machine *m, const mlci_step *step, const int32_t *entry,
                         int64_t n, uint8_t *valid)
{
    if (step->column != NULL && step->column->valid == NULL && !step->has_missing) return 0;
    look_up_bytes(m, step, step->table.valid, entry, n, valid);
    return memchr(valid, 0, (size_t)n) != NULL;
}

/* Copies the entries of a table that rows have; 1: some of them are missing. */
static int look_up(const mlci_machine *m, const mlci_step *step, const row_range *r, void *values,
                   uint8_t *valid)
{
    int32_t room[MLCI_VECTOR_ROWS];
    const uint64_t *const words = step->table.values;
    const mlci_span *const texts = step->table.values;
    const int32_t *const entry = find_entries(step->column, r, room);
    if (step->table.type == MLC_TYPE_BOOL) {
        look_up_bytes(m, step, step->table.values, entry, r->n, values);
    } else if (step->table.type == MLC_TYPE_TEXT) {
        for (int64_t i = 0; i < r->n; i++)
            ((mlci_span *)values)[i] = texts[entry[i]];
    } else {
        for (int64_t i = 0; i < r->n; i++)
            ((uint64_t *)values)[i] = words[entry[i]];
    }
    return look_up_valid(m, step, entry, r->n, valid);
}

/* A row is there where it is in all arguments; 0: everywhere. */
static int join_valid(const mlci_vector *arguments, int32_t n_arguments, int64_t n, uint8_t *valid)
{
    int has_missing = 0;
    for (int32_t k = 0; k < n_arguments; k++) {
        const uint8_t *const own = arguments[k].valid;
        if (own == NULL) continue;
        for (int64_t i = 0; i < n; i++)
            valid[i] = has_missing ? valid[i] & own[i] : own[i];
        has_missing = 1;
    }
    return has_missing;
}

#define REGISTER_BYTES (MLCI_VECTOR_ROWS * ((int64_t)sizeof(mlci_span) + 1))

static int run_call(mlci_machine *m, const mlci_step *step, int64_t n, void *values, uint8_t *valid)
{
    const mlci_instruction *const it = step->instruction;
    for (int32_t k = 0; k < it->n_arguments; k++)
        m->arguments[k] = m->registers[m->program->arguments[step->first_argument + k]];
    mlci_kernel_call call = {.n = n,
                             .n_arguments = it->n_arguments,
                             .arguments = m->arguments,
                             .instruction = it,
                             .values = values,
                             .valid = valid,
                             .arena = &m->arena,
                             .math = m->math,
                             .rows = m->rows};
    if (!it->overload->sees_missing) {
        call.has_missing = join_valid(m->arguments, it->n_arguments, n, valid);
    }
    it->overload->run(&call);
    return call.has_missing;
}

/* Runs a step on rows, in the memory of a register. */
static void run_step(mlci_machine *m, const mlci_step *step, int64_t first, int64_t n, char *memory,
                     mlci_vector *out)
{
    uint8_t *const valid = (uint8_t *)memory + MLCI_VECTOR_ROWS * (int64_t)sizeof(mlci_span);
    const void *values = memory;
    int has_missing = 0;
    row_range rows;
    switch (step->kind) {
    case MLCI_STEP_CONSTANT:
        fill_constant(step->instruction, n, memory);
        has_missing = step->instruction->is_missing;
        if (has_missing) memset(valid, 0, (size_t)n);
        break;
    case MLCI_STEP_LOAD:
        rows = range_of(m->program->rows, first, n);
        has_missing = load_valid(m, step->column, &rows, valid);
        values = load_values(m, step, &rows, memory);
        break;
    case MLCI_STEP_TEXTS:
        has_missing =
            fill_texts(step->column->dictionary, first, n, (mlci_span *)(void *)memory, valid);
        break;
    case MLCI_STEP_TABLE:
        rows = range_of(m->program->rows, first, n);
        has_missing = look_up(m, step, &rows, memory, valid);
        break;
    default:
        has_missing = run_call(m, step, n, memory, valid);
    }
    const int32_t type = step->instruction->type;
    if (type == MLC_TYPE_FLOAT64) has_missing = find_nans(m->rows, values, n, valid, has_missing);
    *out = (mlci_vector){type, has_missing ? valid : NULL, values};
}

/* ---- machines ----------------------------------------------------------------------------- */

mlc_status mlci_machine_open(const mlci_program *program, mlci_machine *out, mlc_error *err)
{
    const int32_t n = program->n_registers;
    mlci_machine m = {.program = program, .arena = {.root = program->root}};
    m.math = mlci_kernels_of(mlci_root_isa(program->root));
    m.rows = mlci_row_kernels_of(mlci_root_isa(program->root));
    m.memory = mlci_alloc_raw(program->root, n, REGISTER_BYTES);
    m.registers = mlci_alloc(program->root, n, (int64_t)sizeof *m.registers);
    m.kept_memory = mlci_alloc_raw(program->root, program->n_kept, REGISTER_BYTES);
    m.kept = mlci_alloc(program->root, program->n_kept, (int64_t)sizeof *m.kept);
    m.arguments =
        mlci_alloc(program->root, MLCI_EXPRESSION_ARGUMENTS, (int64_t)sizeof *m.arguments);
    if (m.memory == NULL || m.registers == NULL || m.arguments == NULL || m.kept_memory == NULL ||
        m.kept == NULL) {
        mlci_machine_close(&m);
        return mlci_fail_memory(err, n, REGISTER_BYTES);
    }
    for (int32_t i = 0; i < program->n_steps; i++) {
        const mlci_step *const step = &program->steps[i];
        if (step->kept == 0) continue;
        run_step(&m, step, 0, MLCI_VECTOR_ROWS, m.kept_memory + (step->kept - 1) * REGISTER_BYTES,
                 &m.kept[step->kept - 1]);
    }
    *out = m;
    return MLC_OK;
}

void mlci_machine_close(mlci_machine *machine)
{
    mlci_free(machine->memory);
    mlci_free(machine->registers);
    mlci_free(machine->kept_memory);
    mlci_free(machine->kept);
    mlci_free(machine->arguments);
    mlci_arena_clear(&machine->arena);
}

mlc_status mlci_machine_run(mlci_machine *machine, int64_t first, int64_t n, mlci_vector *out,
                            mlc_error *err)
{
    const mlci_program *const program = machine->program;
    reuse(&machine->arena);
    for (int32_t i = 0; i < program->n_steps; i++) {
        const mlci_step *const step = &program->steps[i];
        if (step->kept > 0) {
            machine->registers[step->out] = machine->kept[step->kept - 1];
            continue;
        }
        run_step(machine, step, first, n, machine->memory + step->out * REGISTER_BYTES,
                 &machine->registers[step->out]);
        if (machine->arena.status != MLC_OK) return mlci_arena_status(&machine->arena, err);
    }
    *out = machine->registers[program->steps[program->n_steps - 1].out];
    return MLC_OK;
}
