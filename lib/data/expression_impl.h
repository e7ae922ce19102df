/* Expressions from the inside: instructions in post-order, and kernels over vectors of rows.
 *
 * The parser writes instructions of a stack machine: operands, then what is done with them. The
 * instructions of a part of the expression are neighbours, which makes it easy to evaluate a part
 * on its own (expression_plan.c). A kernel works on up to MLCI_VECTOR_ROWS rows at once.
 *
 * Missing values have a byte a row beside the values. A NaN is a missing value, whichever column or
 * operation it comes from. What is not there is missing: nothing fails while rows are evaluated,
 * except for want of memory. */
#ifndef MLCI_EXPRESSION_IMPL_H
#define MLCI_EXPRESSION_IMPL_H

#include "expression.h"
#include "kernels.h"
#include "row_kernels.h"
#include "scan.h"

#define MLCI_VECTOR_ROWS 4096
#define MLCI_EXPRESSION_BYTES 65536 /* of the text */
#define MLCI_EXPRESSION_DEPTH 100   /* of brackets, signs and the like */
#define MLCI_EXPRESSION_INSTRUCTIONS 16384
#define MLCI_EXPRESSION_ARGUMENTS 64  /* of a function */
#define MLCI_EXPRESSION_REGISTERS 256 /* vectors in use at once */
#define MLCI_EXPRESSION_KEPT 16       /* constants that are not written again for each vector */

/* Letters of types in signatures. */
#define MLCI_LETTERS "birts" /* BOOL, INT64, FLOAT64, TEXT, TIMESTAMP; 'm' is missing */

typedef struct mlci_span {
    const char *text; /* never NULL */
    int64_t length;
} mlci_span;

/* Memory for texts that kernels make. It remembers that it failed. */
typedef struct mlci_arena {
    mlci_root *root;
    struct mlci_arena_chunk *chunks; /* the newest first */
    int64_t used;                    /* bytes of the newest chunk */
    int64_t total;                   /* bytes of all texts, at most MLCI_ARENA_BYTES */
    mlc_status status;
} mlci_arena;

#define MLCI_ARENA_BYTES ((int64_t)1 << 30)

/* n bytes, or NULL. */
char *mlci_arena_take(mlci_arena *arena, int64_t n);
void mlci_arena_clear(mlci_arena *arena);
/* MLC_OK, or why a text could not be made. */
mlc_status mlci_arena_status(const mlci_arena *arena, mlc_error *err);

/* Rows of an argument: a byte a row for BOOL, int64_t for INT64 and TIMESTAMP, double, mlci_span.
 * Values of missing rows are anything that can be computed with. */
typedef struct mlci_vector {
    int32_t type;
    const uint8_t *valid; /* a byte a row, 0 missing; NULL: none is */
    const void *values;
} mlci_vector;

/* One instruction at work on n rows. */
typedef struct mlci_kernel_call {
    int64_t n;
    int32_t n_arguments;
    const mlci_vector *arguments;
    const struct mlci_instruction *instruction;
    void *values;        /* out */
    uint8_t *valid;      /* out, if has_missing */
    int32_t has_missing; /* comes set from the arguments, unless the kernel sees missing values */
    mlci_arena *arena;
    const mlci_kernels *math;
    const mlci_row_kernels *rows;
} mlci_kernel_call;

typedef void (*mlci_kernel)(mlci_kernel_call *call);

/* Marks a row of the result as missing. */
void mlci_kernel_missing(mlci_kernel_call *call, int64_t i);

/* All arguments one after the other; also `+` of texts. */
void mlci_kernel_concat(mlci_kernel_call *call);

/* One meaning of an operator or function. Rows of a name are neighbours, narrow types first: the
 * first whose arguments fit is taken, with bool to int64 to float64 where needed. */
typedef struct mlci_overload {
    const char *name;      /* NULL ends a table */
    const char *arguments; /* letters; a '*' repeats the one before it once or more */
    char result;           /* letter */
    int32_t sees_missing;  /* 0: a row with a missing argument is missing, whatever run writes */
    mlci_kernel run;
    int32_t variant; /* for kernels of several rows */
} mlci_overload;

extern const mlci_overload mlci_overloads_arithmetic[], mlci_overloads_compare[],
    mlci_overloads_logic[], mlci_overloads_text[], mlci_overloads_time[], mlci_overloads_cast[];

typedef enum mlci_instruction_kind { MLCI_CONSTANT, MLCI_COLUMN, MLCI_CALL } mlci_instruction_kind;

typedef struct mlci_instruction {
    mlci_instruction_kind kind;
    int32_t type; /* 0: a missing value of any type */
    int32_t size; /* instructions of this part, itself included */
    int32_t n_arguments;
    const char *at; /* place in the text, while that is parsed */
    const mlci_overload *overload;
    /* CONSTANT */
    int32_t is_missing;
    int64_t integer; /* also bool and timestamp */
    double real;
    mlci_span text;
    /* COLUMN */
    int32_t column;    /* into the expression's columns */
    int64_t component; /* of a vector; -1: the column is none */
    /* CALL of `in`: the list, ascending, values as in a vector */
    void *items; /* owned */
    int64_t n_items;
} mlci_instruction;

typedef struct mlci_expression_column_use {
    const char *name;
    int32_t type; /* of the column that the expression was parsed for */
} mlci_expression_column_use;

struct mlci_expression {
    mlci_root *root; /* reference */
    mlci_instruction *instructions;
    int32_t n, capacity;
    mlci_expression_column_use *columns;
    int32_t n_columns, column_capacity;
    char *texts; /* names and constants, one block */
    int64_t n_text_bytes;
};

/* ---- parsing ------------------------------------------------------------------------------ */

typedef struct mlci_expression_parser {
    mlci_scan scan;
    mlci_expression *e;
    const mlc_dataset *columns;
    int32_t depth;
} mlci_expression_parser;

/* An operand: its instructions end where the next operand's begin. */
typedef struct mlci_operand {
    int32_t first;
    const char *at;
} mlci_operand;

/* "expression:line:column: message". */
mlc_status mlci_expression_fail(mlci_expression_parser *p, const char *at, mlc_status status,
                                const char *name, mlc_error *err, const char *format, ...)
    MLCI_PRINTF(6, 7);
/* What comes next is an operand. */
mlci_operand mlci_expression_operand(mlci_expression_parser *p);
/* Takes a word of the language, in any case; 0: it is not next. */
int mlci_expression_word(mlci_expression_parser *p, const char *word);
/* Takes a mark, unless one of those characters follows; 0: it is not next. */
int mlci_expression_mark(mlci_expression_parser *p, const char *mark, const char *unless);
/* One more level of nesting; the caller takes it back. */
mlc_status mlci_expression_enter(mlci_expression_parser *p, const char *at, mlc_error *err);
/* Takes a constant without a sign where there is one: *found. */
mlc_status mlci_expression_constant(mlci_expression_parser *p, mlci_instruction *out, int *found,
                                    mlc_error *err);
/* Operators of all strengths (expression_parse.c), and what they are between. */
mlc_status mlci_expression_parse_or(mlci_expression_parser *p, mlc_error *err);
mlc_status mlci_expression_parse_atom(mlci_expression_parser *p, mlc_error *err);
mlc_status mlci_expression_push(mlci_expression_parser *p, const mlci_instruction *instruction,
                                mlc_error *err);
/* Writes the operator or function of that name behind its operands, which are converted. at: its
 * place, for messages. */
mlc_status mlci_expression_apply(mlci_expression_parser *p, const char *name, const char *at,
                                 int32_t n, mlci_operand *operands, mlc_error *err);
/* `in`: the operand is looked for among the constants that were pushed last, from first on. */
mlc_status mlci_expression_apply_in(mlci_expression_parser *p, mlci_operand *operand, int32_t first,
                                    mlc_error *err);
/* 1 when there is a function of that name; *out (may be NULL) gets the nearest one, or NULL. */
int mlci_expression_has_function(const char *name, const char **nearest);
int32_t mlci_expression_type_of(char letter);

/* ---- evaluation --------------------------------------------------------------------------- */

typedef enum mlci_step_kind {
    MLCI_STEP_CONSTANT,
    MLCI_STEP_LOAD,  /* rows of a column */
    MLCI_STEP_TEXTS, /* the texts of a dictionary as rows, and a missing one behind them */
    MLCI_STEP_TABLE, /* values by category, worked out beforehand; or one value for all rows */
    MLCI_STEP_CALL
} mlci_step_kind;

typedef struct mlci_step {
    mlci_step_kind kind;
    const mlci_instruction *instruction;
    const mlci_column *column; /* LOAD; TEXTS; TABLE by category, NULL for all rows alike */
    mlci_vector table;         /* TABLE: blocks of the program, the last entry for missing */
    int32_t has_missing;       /* TABLE by category: a row that has one may be missing */
    int32_t kept;              /* the values of all rows alike: where they are kept, 1 .. n_kept */
    int32_t out;               /* register */
    int32_t first_argument;    /* into the program's arguments */
} mlci_step;

/* Steps for the rows of a dataset. */
typedef struct mlci_program {
    mlci_root *root;
    const mlc_dataset *rows;
    int64_t n_rows;
    mlci_step *steps;
    int32_t n_steps;
    int32_t *arguments; /* registers */
    int32_t n_registers;
    int32_t n_kept;
    mlci_arena arena; /* texts of tables */
} mlci_program;

/* The expression for these rows, which must live as long. */
mlc_status mlci_program_open(mlc_context *call, const mlci_expression *e, const mlc_dataset *rows,
                             mlci_program *out, mlc_error *err);
void mlci_program_close(mlci_program *program);

/* What a thread needs to run a program. */
typedef struct mlci_machine {
    const mlci_program *program;
    char *memory; /* of the registers */
    mlci_vector *registers;
    char *kept_memory;
    mlci_vector *kept;
    mlci_vector *arguments; /* of the step at work */
    mlci_arena arena;       /* texts of the vector at hand */
    const mlci_kernels *math;
    const mlci_row_kernels *rows;
} mlci_machine;

mlc_status mlci_machine_open(const mlci_program *program, mlci_machine *out, mlc_error *err);
void mlci_machine_close(mlci_machine *machine);
/* n (up to MLCI_VECTOR_ROWS) rows from first on; *out is good until the next run. */
mlc_status mlci_machine_run(mlci_machine *machine, int64_t first, int64_t n, mlci_vector *out,
                            mlc_error *err);

#endif
