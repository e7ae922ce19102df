/* Faults in words: what is wrong, where, and what would be right. Lines are counted from where the
 * window starts, so that each window speaks for itself. */
#include "csv.h"

#include <string.h>

#define FIRST_CELL_BYTES 60 /* of a cell that a message quotes */

/* A type for a cell that contradicts the type of the rows before. */
static int32_t wider_type(const mlci_csv_reader *reader, const mlci_csv_fault *fault)
{
    const mlci_csv_cell cell = {reader->source.bytes + fault->at, fault->length, 0};
    const int32_t type = mlci_csv_type_of(mlci_csv_classify(reader, &cell));
    const int is_real = type == MLC_TYPE_INT64 || type == MLC_TYPE_FLOAT64;
    return is_real && reader->columns[fault->column].type == MLC_TYPE_INT64 ? MLC_TYPE_FLOAT64
                                                                            : MLC_TYPE_TEXT;
}

static void describe_bad_type(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                              mlc_error *message)
{
    const mlci_csv_column *const column = &reader->columns[fault->column];
    int64_t shown = fault->length < FIRST_CELL_BYTES ? fault->length : FIRST_CELL_BYTES;
    const char *const text = reader->source.bytes + fault->at;
    while (shown > 0 && shown < fault->length && ((unsigned char)text[shown] & 0xc0) == 0x80) {
        shown--;
    }
    const char *const article = column->type == MLC_TYPE_INT64 ? "an" : "a";
    const char *const type = mlci_type_name(column->type);
    const char *const dots = shown < fault->length ? "..." : "";
    if (column->is_settled) {
        mlci_fail(message, MLC_ERROR_FORMAT, column->name,
                  "'%.*s%s' in column '%s' is not %s %s as in the first rows, which settle the "
                  "types of all batches: give the column's type, as in types='%s:%s'",
                  (int)shown, text, dots, column->name, article, type, column->name,
                  mlci_type_name(wider_type(reader, fault)));
        return;
    }
    mlci_fail(message, MLC_ERROR_FORMAT, column->name,
              "'%.*s%s' in column '%s' is not %s %s, which %s", (int)shown, text, dots,
              column->name, article, type,
              column->is_like ? "the column is expected to be" : "types= asks for");
}

static int64_t line_of(const mlci_csv_source *source, int64_t at, int64_t *start)
{
    *start = 0;
    return mlci_csv_line(source, 0, source->line == 0 ? 1 : source->line, at, start);
}

static void describe_quote(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                           mlc_error *message)
{
    int64_t start;
    if (fault->kind == MLCI_CSV_QUOTE_INSIDE) {
        mlci_fail(message, MLC_ERROR_FORMAT, NULL,
                  "quote in an unquoted field: quote the whole field and double the quotes in "
                  "it, or read with quote=none");
    } else if (fault->kind == MLCI_CSV_AFTER_QUOTE) {
        mlci_fail(message, MLC_ERROR_FORMAT, NULL,
                  "text after the closing quote of a field: quotes inside a quoted field have "
                  "to be doubled");
    } else {
        mlci_fail(message, MLC_ERROR_FORMAT, NULL, "quote not closed (opened at line %lld)",
                  (long long)line_of(&reader->source, fault->opened, &start));
    }
}

/* The message alone, without the place, in message->message. */
static void describe(const mlci_csv_reader *reader, const mlci_csv_fault *fault, mlc_error *message)
{
    switch (fault->kind) {
    case MLCI_CSV_QUOTE_INSIDE:
    case MLCI_CSV_AFTER_QUOTE:
    case MLCI_CSV_NOT_CLOSED:
        describe_quote(reader, fault, message);
        break;
    case MLCI_CSV_FIELDS:
        mlci_fail(message, MLC_ERROR_FORMAT, NULL, "%lld field%s where %d %s expected",
                  (long long)fault->n_fields, fault->n_fields == 1 ? "" : "s", reader->n_columns,
                  reader->n_columns == 1 ? "was" : "were");
        break;
    case MLCI_CSV_BAD_UTF8:
        mlci_fail(message, MLC_ERROR_FORMAT, NULL,
                  "byte 0x%02X is not UTF-8: read with the file's encoding, as in "
                  "encoding=latin-1",
                  (unsigned)(unsigned char)reader->source.bytes[fault->at]);
        break;
    case MLCI_CSV_NUL:
        mlci_fail(message, MLC_ERROR_FORMAT, NULL, "a NUL byte: this is not text in UTF-8");
        break;
    case MLCI_CSV_BAD_TYPE:
        describe_bad_type(reader, fault, message);
        break;
    case MLCI_CSV_TOO_LONG:
        mlci_fail(message, MLC_ERROR_LIMIT, NULL, "a record of 2 GB or more");
        break;
    default:
        mlci_fail(message, MLC_ERROR_INTERNAL, NULL, "no fault");
        break;
    }
}

mlc_status mlci_csv_fault_fail(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                               mlc_error *err)
{
    mlc_error message;
    describe(reader, fault, &message);
    int64_t start = 0;
    const int64_t line = line_of(&reader->source, fault->at, &start);
    const char *const name = message.name[0] != '\0' ? message.name : NULL;
    if (fault->kind == MLCI_CSV_FIELDS || fault->kind == MLCI_CSV_TOO_LONG) {
        return mlci_fail_at(err, message.status, line, 0, name, "%s:%lld: %s", reader->source.name,
                            (long long)line, message.message);
    }
    const int64_t column = fault->at - start + 1;
    return mlci_fail_at(err, message.status, line, column, name, "%s:%lld:%lld: %s",
                        reader->source.name, (long long)line, (long long)column, message.message);
}

/* ---- rows left out -------------------------------------------------------------------------- */

static mlc_status grow_list(mlci_root *root, mlci_csv_left_out *all, mlc_error *err)
{
    const int64_t capacity = all->capacity == 0 ? 16 : 2 * all->capacity;
    int64_t *const lines = mlci_realloc(root, all->lines, capacity, (int64_t)sizeof *lines);
    if (lines == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *lines);
    all->lines = lines;
    int64_t *const columns = mlci_realloc(root, all->columns, capacity, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *columns);
    all->columns = columns;
    char **const messages = mlci_realloc(root, all->messages, capacity, (int64_t)sizeof *messages);
    if (messages == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *messages);
    all->messages = messages;
    all->capacity = capacity;
    return MLC_OK;
}

/* Where the line of a fault was counted to: the next one is further on. */
typedef struct counted {
    int64_t at, line, start;
} counted;

static mlc_status add_left_out(mlci_csv_reader *reader, const mlci_csv_fault *fault, counted *to,
                               mlc_error *err)
{
    const mlci_csv_source *const source = &reader->source;
    mlci_csv_left_out *const all = &reader->left_out;
    if (all->n == all->capacity) MLCI_TRY(grow_list(reader->root, all, err));
    mlc_error message;
    describe(reader, fault, &message);
    /* Rows are in order but their faults may be found further on. */
    if (fault->at < to->at) *to = (counted){.line = source->line == 0 ? 1 : source->line};
    to->line = mlci_csv_line(source, to->at, to->line, fault->at, &to->start);
    to->at = fault->at;
    all->lines[all->n] = to->line;
    all->columns[all->n] = fault->kind == MLCI_CSV_FIELDS ? 0 : fault->at - to->start + 1;
    char *const text =
        mlci_copy_text(reader->root, message.message, (int64_t)strlen(message.message));
    if (text == NULL) return mlci_fail_memory(err, 1, sizeof message.message);
    all->messages[all->n++] = text;
    return MLC_OK;
}

mlc_status mlci_csv_note_left_out(mlci_csv_reader *reader, mlc_error *err)
{
    counted to = {.line = reader->source.line == 0 ? 1 : reader->source.line};
    for (int64_t c = 0; c < reader->n_regions; c++) {
        for (int64_t i = 0; i < reader->problems[c].n; i++) {
            MLCI_TRY(add_left_out(reader, &reader->problems[c].faults[i], &to, err));
        }
    }
    return MLC_OK;
}

void mlci_csv_left_out_clear(mlci_csv_left_out *left_out)
{
    for (int64_t i = 0; i < left_out->n; i++)
        mlci_free(left_out->messages[i]);
    mlci_free(left_out->messages);
    mlci_free(left_out->columns);
    mlci_free(left_out->lines);
    *left_out = (mlci_csv_left_out){0};
}

mlc_status mlci_csv_list_left_out(const mlci_csv_reader *reader, mlc_dataset **out, mlc_error *err)
{
    const mlci_csv_left_out *const all = &reader->left_out;
    mlci_table table;
    mlci_table_init(&table, reader->root);
    mlci_table_integers(&table, "line", all->n, all->lines);
    mlci_table_integers(&table, "column", all->n, all->columns);
    mlci_table_texts(&table, "message", all->n, (const char *const *)all->messages);
    return mlci_table_finish(&table, out, err);
}
