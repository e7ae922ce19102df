/* The settings of the CSV reader. They share one text with roles. */
#include "csv.h"

#include <string.h>

#include "role_settings.h"
#include "typed_name.h"

static const mlci_choice header_choices[] = {
    {"auto", MLCI_CSV_HEADER_AUTO, "a first row of distinct texts, none of them a number"},
    {"true", MLCI_CSV_HEADER_TRUE, "the first row names the columns"},
    {"false", MLCI_CSV_HEADER_FALSE, "columns are named column_1, column_2 ..."},
    {NULL, 0, NULL}};

static const mlci_choice text_choices[] = {
    {"auto", MLCI_CSV_TEXT_AUTO, "category while at most half of the values differ"},
    {"category", MLCI_CSV_TEXT_CATEGORY, "always category"},
    {"text", MLCI_CSV_TEXT_TEXT, "always text"},
    {NULL, 0, NULL}};

static const mlci_choice error_choices[] = {
    {"fail", MLCI_CSV_FAIL, "stop at the first"},
    {"skip", MLCI_CSV_SKIP, "leave such rows out"},
    {"collect", MLCI_CSV_COLLECT, "leave them out and list them as problems"},
    {NULL, 0, NULL}};

static const mlci_choice encoding_choices[] = {
    {"utf-8", MLCI_ENCODING_UTF8, "checked"},
    {"latin-1", MLCI_ENCODING_LATIN1, "ISO 8859-1: a byte a character"},
    {"utf-16", MLCI_ENCODING_UTF16, "by its byte-order mark, little-endian without one"},
    {"utf-16-le", MLCI_ENCODING_UTF16_LE, "little-endian"},
    {"utf-16-be", MLCI_ENCODING_UTF16_BE, "big-endian"},
    {NULL, 0, NULL}};

#define LONGEST_NULL 4
#define DEFAULT_NULLS "NA,N/A,n/a,<NA>,#N/A,NaN,nan,NAN,-nan,-NaN,null,Null,NULL,None,NaT,?"

static const mlci_param table[] = {
    MLCI_STRING(mlci_csv_settings, delimiter, "auto", "byte between fields: auto, tab, or one byte",
                .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, quote, "\"", "byte around fields, or none",
                .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CHOICE(mlci_csv_settings, header, MLCI_CSV_HEADER_AUTO, header_choices,
                "whether the first row names the columns", .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, null, DEFAULT_NULLS,
                "words without quotes that mean missing, besides the empty one",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, types, NULL, "types of columns, as in age:int64,zip:category",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CHOICE(mlci_csv_settings, text, MLCI_CSV_TEXT_AUTO, text_choices,
                "what columns of texts become", .since = "0.1"),
    MLCI_CHOICE(mlci_csv_settings, on_error, MLCI_CSV_FAIL, error_choices,
                "what to do about ragged rows and bad quotes", .since = "0.1"),
    MLCI_CHOICE(mlci_csv_settings, encoding, MLCI_ENCODING_UTF8, encoding_choices,
                "how the file writes text", .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, decimal, ".", "byte before the fraction of a number",
                .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, thousands, NULL,
                "byte between the digits of large numbers, or none", .flags = MLCI_PARAM_NONE,
                .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, comment, NULL,
                "byte that lines to pass over start with, or none", .flags = MLCI_PARAM_NONE,
                .since = "0.1"),
    MLCI_STRING(mlci_csv_settings, columns, NULL, "the only columns to read",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_INTEGER(mlci_csv_settings, skip_rows, 0, 0, INT64_MAX,
                 "rows to pass over behind the header", .since = "0.1"),
    MLCI_INTEGER(mlci_csv_settings, n_rows, -1, -1, INT64_MAX, "rows to read behind those, -1: all",
                 .since = "0.1"),
    MLCI_BOOL(mlci_csv_settings, timestamps, 1,
              "columns of ISO 8601 dates and times become timestamps", .since = "0.1"),
    {.name = NULL}};

static mlc_status check_delimiter(mlci_csv_settings *s, mlc_error *err)
{
    const char *const d = s->delimiter;
    s->delimiter_byte = '\0';
    if (strcmp(d, "tab") == 0) {
        s->delimiter_byte = '\t';
    } else if (strcmp(d, "auto") != 0) {
        if (strlen(d) != 1 || *d == '\n' || *d == '\r' || (*d & 0x80) != 0) {
            return mlci_fail(err, MLC_ERROR_SETTING, "delimiter",
                             "delimiter = '%s': must be auto, tab, or one ASCII byte such as ';'",
                             d);
        }
        s->delimiter_byte = *d;
    }
    return MLC_OK;
}

/* A byte that is no blank; NULL and "none" are NUL. */
static mlc_status check_byte(const char *name, const char *text, const char *example, char *out,
                             mlc_error *err)
{
    *out = '\0';
    if (text == NULL || strcmp(text, "none") == 0) return MLC_OK;
    if (strlen(text) != 1 || mlci_csv_is_blank(*text) || (*text & 0x80) != 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, name,
                         "%s = '%s': must be none or one ASCII byte such as '%s'", name, text,
                         example);
    }
    *out = *text;
    return MLC_OK;
}

/* A mark within a number is none of the bytes that numbers are made of. */
static mlc_status check_mark(const char *name, const char *text, const char *examples, char *out,
                             mlc_error *err)
{
    *out = '\0';
    if (text == NULL || strcmp(text, "none") == 0) return MLC_OK;
    const char c = *text;
    const int is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (strlen(text) != 1 || (c & 0x80) != 0 || is_letter || strchr("0123456789+-\n\r", c)) {
        return mlci_fail(err, MLC_ERROR_SETTING, name,
                         "%s = '%s': must be one ASCII byte that is no letter, digit or sign, such "
                         "as %s",
                         name, text, examples);
    }
    *out = c;
    return MLC_OK;
}

/* Two settings that are the same byte. */
static mlc_status check_differ(const char *name, char byte, const char *other, char other_byte,
                               mlc_error *err)
{
    if (byte == '\0' || byte != other_byte) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, name, "%s and %s are both '%c': they must differ",
                     name, other, byte);
}

static mlc_status check_bytes(mlci_csv_settings *s, mlc_error *err)
{
    MLCI_TRY(check_delimiter(s, err));
    MLCI_TRY(check_byte("quote", s->quote, "\"", &s->quote_byte, err));
    MLCI_TRY(check_byte("comment", s->comment, "#", &s->comment_byte, err));
    MLCI_TRY(check_mark("decimal", s->decimal, "'.' or ','", &s->marks.decimal, err));
    MLCI_TRY(check_mark("thousands", s->thousands, "',', '.' or ' '", &s->marks.thousands, err));
    if (s->marks.decimal == '\0') s->marks.decimal = '.';
    MLCI_TRY(check_differ("quote", s->quote_byte, "delimiter", s->delimiter_byte, err));
    MLCI_TRY(check_differ("comment", s->comment_byte, "delimiter", s->delimiter_byte, err));
    MLCI_TRY(check_differ("comment", s->comment_byte, "quote", s->quote_byte, err));
    return check_differ("thousands", s->marks.thousands, "decimal", s->marks.decimal, err);
}

mlc_status mlci_csv_settings_read(mlci_root *root, const char *text, mlci_csv_settings *out,
                                  mlc_error *err)
{
    mlci_settings own = {0};
    mlci_csv_settings s = {0};
    mlc_status status =
        mlci_role_settings_split(root, text, "the CSV reader", table, &own, &s.roles, err);
    if (status == MLC_OK) status = mlci_params_defaults(root, table, &s, err);
    if (status == MLC_OK) status = mlci_params_read(root, "read_csv", table, NULL, &own, &s, err);
    if (status == MLC_OK) status = check_bytes(&s, err);
    mlci_settings_clear(&own);
    if (status != MLC_OK) {
        mlci_csv_settings_clear(&s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

int mlci_csv_is_default_null(const char *text, int64_t length)
{
    static const char words[] = "," DEFAULT_NULLS ",";
    if (length > LONGEST_NULL) return 0;
    if (length == 0 || memchr(text, ',', (size_t)length) != NULL) return length == 0;
    for (const char *at = words; at[1] != '\0'; at = strchr(at + 1, ',')) {
        if (strncmp(at + 1, text, (size_t)length) == 0 && at[1 + length] == ',') return 1;
    }
    return 0;
}

void mlci_csv_settings_clear(mlci_csv_settings *settings)
{
    mlci_params_clear(table, settings);
    mlci_free(settings->roles);
    settings->roles = NULL;
}

/* ---- types= --------------------------------------------------------------------------------- */

static const char *next_column(const void *arg, int32_t i)
{
    const mlci_csv_reader *const reader = arg;
    return i < reader->n_columns ? reader->columns[i].name : NULL;
}

void mlci_csv_be_like(mlci_csv_reader *reader, const mlc_dataset *like)
{
    for (int32_t j = 0; j < reader->n_columns && like != NULL; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        const int32_t i = mlci_dataset_find(like, column->name);
        if (i < 0 || like->fields[i].column->type == MLC_TYPE_VECTOR) continue;
        const int32_t type = like->fields[i].column->type;
        const int is_number = mlci_type_is_number(type);
        column->is_like = 1;
        column->forced = is_number ? 0 : type;
        column->if_text = !is_number ? 0 : type == MLC_TYPE_BOOL ? type : MLC_TYPE_FLOAT64;
    }
}

/* The column of that name; MLC_ERROR_COLUMN with the nearest one. */
static mlc_status find_column(const mlci_csv_reader *reader, const char *setting, const char *text,
                              int64_t length, int32_t *out, mlc_error *err)
{
    for (int32_t j = 0; j < reader->n_columns; j++) {
        if (mlci_text_equal(text, length, reader->columns[j].name)) {
            *out = j;
            return MLC_OK;
        }
    }
    char name[128];
    const int64_t n = length < (int64_t)sizeof name - 1 ? length : (int64_t)sizeof name - 1;
    memcpy(name, text, (size_t)n);
    name[n] = '\0';
    const char *const nearest = mlci_nearest(name, next_column, reader);
    if (nearest == NULL) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "%s: '%s' has no column '%s'", setting,
                         reader->source.name, name);
    }
    return mlci_fail(err, MLC_ERROR_COLUMN, name, "%s: '%s' has no column '%s'; did you mean '%s'?",
                     setting, reader->source.name, name, nearest);
}

static mlc_status force_type(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_csv_reader *const reader = arg;
    mlci_typed_name wanted;
    int32_t j = 0;
    MLCI_TRY(mlci_typed_name_parse("types", item, length, &wanted, err));
    MLCI_TRY(find_column(reader, "types", wanted.name, wanted.length, &j, err));
    reader->columns[j].forced = wanted.type;
    reader->columns[j].if_text = 0;
    reader->columns[j].is_like = 0;
    return MLC_OK;
}

mlc_status mlci_csv_force_types(mlci_csv_reader *reader, const char *types, mlc_error *err)
{
    return types == NULL ? MLC_OK : mlci_list_each(types, force_type, reader, err);
}

static mlc_status keep_column(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_csv_reader *const reader = arg;
    int32_t j = 0;
    if (length == 0) return MLC_OK;
    MLCI_TRY(find_column(reader, "columns", item, length, &j, err));
    reader->columns[j].is_left_out = 0;
    return MLC_OK;
}

mlc_status mlci_csv_keep_columns(mlci_csv_reader *reader, const char *names, mlc_error *err)
{
    if (names == NULL) return MLC_OK;
    for (int32_t j = 0; j < reader->n_columns; j++)
        reader->columns[j].is_left_out = 1;
    return mlci_list_each(names, keep_column, reader, err);
}
