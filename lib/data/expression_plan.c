/* From the instructions of an expression to steps for the rows at hand.
 *
 * What a part of the expression gives can often be told without going through the rows: a part
 * without columns has one value, and a part whose only column is one of categories has a value a
 * category (and one for missing rows). Such a part is run over the dictionary instead of the rows,
 * once, and a table takes its place: `lower(trim(name)) in ('a', 'b')` costs a look-up a row. */
#include <string.h>

#include "expression_impl.h"

typedef struct planner {
    mlc_context *call;
    const mlci_expression *e;
    const mlc_dataset *rows;
    int32_t *fields;    /* of the columns of the expression */
    int32_t *only;      /* by instruction: the one column of its part; NO_COLUMN, SEVERAL */
    int32_t *stack;     /* registers of operands */
    int32_t *free_list; /* registers that nothing holds */
} planner;

#define NO_COLUMN (-1)
#define SEVERAL (-2)

/* ---- columns ------------------------------------------------------------------------------ */

static int is_alike(int32_t a, int32_t b)
{
    const int a_text = a == MLC_TYPE_TEXT || a == MLC_TYPE_CATEGORY;
    const int b_text = b == MLC_TYPE_TEXT || b == MLC_TYPE_CATEGORY;
    const int a_real = a == MLC_TYPE_FLOAT32 || a == MLC_TYPE_FLOAT64;
    const int b_real = b == MLC_TYPE_FLOAT32 || b == MLC_TYPE_FLOAT64;
    return a == b || (a_text && b_text) || (a_real && b_real);
}

static mlc_status find_columns(planner *p, mlc_error *err)
{
    for (int32_t i = 0; i < p->e->n_columns; i++) {
        const mlci_expression_column_use *const use = &p->e->columns[i];
        MLCI_TRY(mlci_dataset_get(p->rows, use->name, &p->fields[i], err));
        const int32_t type = p->rows->fields[p->fields[i]].column->type;
        if (is_alike(type, use->type)) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, use->name,
                         "column '%s' is %s here; the expression was made for %s", use->name,
                         mlci_type_name(type), mlci_type_name(use->type));
    }
    return MLC_OK;
}

static const mlci_column *column_of(const planner *p, const mlci_instruction *load)
{
    return p->rows->fields[p->fields[load->column]].column;
}

/* Vectors of this dataset may be narrower than those that the expression was parsed for. */
static mlc_status check_components(const planner *p, mlc_error *err)
{
    for (int32_t i = 0; i < p->e->n; i++) {
        const mlci_instruction *const load = &p->e->instructions[i];
        if (load->kind != MLCI_COLUMN || load->component < column_of(p, load)->width) continue;
        const char *const name = p->e->columns[load->column].name;
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "vector '%s' has no component %lld here",
                         name, (long long)load->component);
    }
    return MLC_OK;
}

/* For each instruction the only column of its part. */
static void find_only(planner *p)
{
    for (int32_t i = 0; i < p->e->n; i++) {
        const mlci_instruction *const it = &p->e->instructions[i];
        p->only[i] = it->kind == MLCI_COLUMN ? it->column : NO_COLUMN;
        int32_t root = i - 1;
        for (int32_t k = 0; k < it->n_arguments; k++) {
            const int32_t own = p->only[root];
            if (p->only[i] == NO_COLUMN) p->only[i] = own;
            if (own != NO_COLUMN && own != p->only[i]) p->only[i] = SEVERAL;
            root -= p->e->instructions[root].size;
        }
    }
}

/* May the part that ends at i be a table? */
static int is_tabled(const planner *p, int32_t i)
{
    if (p->e->instructions[i].size == 1 || p->only[i] == SEVERAL) return 0;
    if (p->only[i] == NO_COLUMN) return 1;
    const mlci_column *const column = p->rows->fields[p->fields[p->only[i]]].column;
    return column->type == MLC_TYPE_CATEGORY && column->dictionary->n <= p->rows->n_rows;
}

/* ---- steps -------------------------------------------------------------------------------- */

static mlc_status open_program(const planner *p, int32_t n, mlci_program *program, mlc_error *err)
{
    int64_t n_arguments = 0;
    for (int32_t i = 0; i < p->e->n; i++)
        n_arguments += p->e->instructions[i].n_arguments;
    program->steps = mlci_alloc(program->root, n, (int64_t)sizeof *program->steps);
    program->arguments =
        mlci_alloc(program->root, n_arguments, (int64_t)sizeof *program->arguments);
    if (program->steps != NULL && program->arguments != NULL) return MLC_OK;
    return mlci_fail_memory(err, n, (int64_t)sizeof *program->steps);
}

/* Gives the steps their registers, as few as the order of the steps allows. */
static mlc_status give_registers(const planner *p, mlci_program *program, mlc_error *err)
{
    int32_t depth = 0, n_free = 0, n_arguments = 0;
    for (int32_t i = 0; i < program->n_steps; i++) {
        mlci_step *const step = &program->steps[i];
        const int32_t n = step->kind == MLCI_STEP_CALL ? step->instruction->n_arguments : 0;
        step->out = n_free > 0 ? p->free_list[--n_free] : program->n_registers++;
        step->first_argument = n_arguments;
        depth -= n;
        for (int32_t k = 0; k < n; k++) {
            program->arguments[n_arguments++] = p->stack[depth + k];
            p->free_list[n_free++] = p->stack[depth + k];
        }
        p->stack[depth++] = step->out;
    }
    if (program->n_registers <= MLCI_EXPRESSION_REGISTERS) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                     "the expression needs %d intermediate columns at once: at most %d are "
                     "possible; make it of several columns",
                     (int)program->n_registers, MLCI_EXPRESSION_REGISTERS);
}

static mlci_step plain_step(const planner *p, const mlci_instruction *it)
{
    static const mlci_step_kind kinds[] = {[MLCI_CONSTANT] = MLCI_STEP_CONSTANT,
                                           [MLCI_COLUMN] = MLCI_STEP_LOAD,
                                           [MLCI_CALL] = MLCI_STEP_CALL};
    return (mlci_step){.kind = kinds[it->kind],
                       .instruction = it,
                       .column = it->kind == MLCI_COLUMN ? column_of(p, it) : NULL};
}

/* ---- tables ------------------------------------------------------------------------------- */

static int64_t value_size(int32_t type)
{
    return type == MLC_TYPE_BOOL ? 1 : type == MLC_TYPE_TEXT ? (int64_t)sizeof(mlci_span) : 8;
}

/* Texts of a machine live until its next run: those of a table are copied. */
static mlc_status keep_texts(mlci_arena *arena, mlci_span *texts, int64_t n, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        char *const copy = mlci_arena_take(arena, texts[i].length);
        if (copy == NULL) return mlci_arena_status(arena, err);
        memcpy(copy, texts[i].text, (size_t)texts[i].length);
        texts[i].text = copy;
    }
    return MLC_OK;
}

/* Runs a program over its rows and keeps the values, with a validity of their own. */
static mlc_status fill_table(mlc_context *call, const mlci_program *part, mlci_arena *arena,
                             mlci_vector *table, mlc_error *err)
{
    mlci_machine machine;
    const int64_t size = value_size(table->type);
    char *const values = mlci_alloc(part->root, part->n_rows, size);
    uint8_t *const valid = mlci_alloc(part->root, part->n_rows, 1);
    table->values = values;
    table->valid = valid;
    if (values == NULL || valid == NULL) return mlci_fail_memory(err, part->n_rows, size);
    MLCI_TRY(mlci_machine_open(part, &machine, err));
    mlc_status status = MLC_OK;
    for (int64_t first = 0; first < part->n_rows && status == MLC_OK; first += MLCI_VECTOR_ROWS) {
        const int64_t left = part->n_rows - first;
        const int64_t n = left < MLCI_VECTOR_ROWS ? left : MLCI_VECTOR_ROWS;
        mlci_vector rows;
        status = mlci_poll(call, err);
        if (status == MLC_OK) status = mlci_machine_run(&machine, first, n, &rows, err);
        if (status != MLC_OK) break;
        memcpy(values + first * size, rows.values, (size_t)(n * size));
        if (rows.valid != NULL) {
            memcpy(valid + first, rows.valid, (size_t)n);
        } else {
            memset(valid + first, 1, (size_t)n);
        }
        if (table->type == MLC_TYPE_TEXT) {
            status = keep_texts(arena, (mlci_span *)(void *)values + first, n, err);
        }
    }
    mlci_machine_close(&machine);
    return status;
}

/* The part that ends at instruction `last` as a table. */
static mlc_status make_table(const planner *p, int32_t last, mlci_program *program, mlc_error *err)
{
    const mlci_instruction *const root = &p->e->instructions[last];
    mlci_step *const step = &program->steps[program->n_steps++];
    *step = (mlci_step){.kind = MLCI_STEP_TABLE, .instruction = root};
    step->table.type = root->type;
    mlci_program part = {.root = program->root, .rows = p->rows, .n_rows = 1};
    if (p->only[last] != NO_COLUMN) {
        step->column = p->rows->fields[p->fields[p->only[last]]].column;
        part.n_rows += step->column->dictionary->n;
    }
    mlc_status status = open_program(p, root->size, &part, err);
    for (int32_t i = last - root->size + 1; i <= last && status == MLC_OK; i++) {
        mlci_step *const own = &part.steps[part.n_steps++];
        *own = plain_step(p, &p->e->instructions[i]);
        if (own->kind == MLCI_STEP_LOAD) own->kind = MLCI_STEP_TEXTS;
    }
    if (status == MLC_OK) status = give_registers(p, &part, err);
    if (status == MLC_OK) status = fill_table(p->call, &part, &program->arena, &step->table, err);
    for (int64_t i = 0; i < part.n_rows - 1 && status == MLC_OK; i++)
        step->has_missing |= !step->table.valid[i];
    mlci_program_close(&part);
    return status;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Marks the ends of the largest parts that are tables (in only: no longer needed inside them). */
static void mark_tables(const planner *p, uint8_t *is_end, int32_t *n_steps)
{
    *n_steps = 0;
    for (int32_t i = p->e->n - 1; i >= 0;) {
        is_end[i] = (uint8_t)is_tabled(p, i);
        i -= is_end[i] ? p->e->instructions[i].size : 1;
        ++*n_steps;
    }
}

/* What is the same in all rows is kept by whoever runs the program, while there is room. */
static void mark_kept(mlci_program *program)
{
    for (int32_t i = 0; i < program->n_steps && program->n_kept < MLCI_EXPRESSION_KEPT; i++) {
        mlci_step *const step = &program->steps[i];
        const int is_same = step->kind == MLCI_STEP_CONSTANT ||
                            (step->kind == MLCI_STEP_TABLE && step->column == NULL);
        if (is_same) step->kept = ++program->n_kept;
    }
}

static mlc_status make_steps(planner *p, const uint8_t *is_end, mlci_program *program,
                             mlc_error *err)
{
    /* From the back, where the ends are met before what is in the parts. */
    for (int32_t i = p->e->n - 1; i >= 0;) {
        if (is_end[i]) {
            MLCI_TRY(make_table(p, i, program, err));
            i -= p->e->instructions[i].size;
        } else {
            program->steps[program->n_steps++] = plain_step(p, &p->e->instructions[i--]);
        }
    }
    for (int32_t i = 0, j = program->n_steps - 1; i < j; i++, j--) {
        const mlci_step swap = program->steps[i];
        program->steps[i] = program->steps[j];
        program->steps[j] = swap;
    }
    mark_kept(program);
    return give_registers(p, program, err);
}

mlc_status mlci_program_open(mlc_context *call, const mlci_expression *e, const mlc_dataset *rows,
                             mlci_program *out, mlc_error *err)
{
    mlci_root *const root = call->root;
    mlci_program program = {.root = root, .rows = rows, .n_rows = rows->n_rows};
    program.arena = (mlci_arena){.root = root};
    int32_t n_steps = 0;
    mlc_status status = MLC_OK;
    planner p = {.call = call, .e = e, .rows = rows};
    p.fields = mlci_alloc(root, e->n_columns, (int64_t)sizeof *p.fields);
    p.only = mlci_alloc(root, e->n, (int64_t)sizeof *p.only);
    p.stack = mlci_alloc(root, e->n, (int64_t)sizeof *p.stack);
    p.free_list = mlci_alloc(root, e->n, (int64_t)sizeof *p.free_list);
    uint8_t *const is_end = mlci_alloc(root, e->n, 1);
    if (p.fields == NULL || p.only == NULL || p.stack == NULL || p.free_list == NULL ||
        is_end == NULL) {
        status = mlci_fail_memory(err, e->n, (int64_t)sizeof *p.only);
    }
    if (status == MLC_OK) status = find_columns(&p, err);
    if (status == MLC_OK) status = check_components(&p, err);
    if (status == MLC_OK) {
        find_only(&p);
        mark_tables(&p, is_end, &n_steps);
        status = open_program(&p, n_steps, &program, err);
    }
    if (status == MLC_OK) status = make_steps(&p, is_end, &program, err);
    mlci_free(p.fields);
    mlci_free(p.only);
    mlci_free(p.stack);
    mlci_free(p.free_list);
    mlci_free(is_end);
    if (status != MLC_OK) {
        mlci_program_close(&program);
        return status;
    }
    *out = program;
    return MLC_OK;
}

void mlci_program_close(mlci_program *program)
{
    for (int32_t i = 0; i < program->n_steps; i++) {
        mlci_free((void *)program->steps[i].table.values);
        mlci_free((void *)program->steps[i].table.valid);
    }
    mlci_free(program->steps);
    mlci_free(program->arguments);
    mlci_arena_clear(&program->arena);
}
