/* Columns: immutable, counted arrays in Arrow's layout, and the dictionaries of categories.
 *
 * A column is contiguous and starts at its memory's beginning; views exist on datasets only. */
#ifndef MLCI_COLUMN_H
#define MLCI_COLUMN_H

#include <mlcore/dataset.h>

#include "error.h"
#include "memory.h"

struct mlci_writer;
struct mlci_reader;

/* Distinct texts, in ascending order of bytes. Counted. */
typedef struct mlci_dictionary {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    int32_t n;
    int64_t *offsets; /* n + 1, into bytes; each text is followed by a NUL that is not counted:
                         text i is bytes[offsets[i] .. offsets[i + 1] - 1) */
    char *bytes;
    int32_t *slots;  /* open-addressing hash of the texts: index or -1 */
    int64_t n_slots; /* a power of two */
} mlci_dictionary;

/* A text and whose it is: what dictionaries are sorted from. */
typedef struct mlci_text_key {
    const char *text;
    int64_t length;
    int64_t index;
    uint64_t word; /* bytes of the text that it is sorted by */
} mlci_text_key;

/* By bytes, then by index. scratch: room for n. Stable, O(n log n), no allocation. */
void mlci_text_keys_sort(mlci_text_key *keys, mlci_text_key *scratch, int64_t n);
/* The same by the threads of the call. */
mlc_status mlci_text_keys_sort_parallel(struct mlc_context *call, mlci_text_key *keys,
                                        mlci_text_key *scratch, int64_t n, mlc_error *err);

/* Copies n texts, which must be ascending and distinct (MLC_ERROR_INTERNAL), of UTF-8 without a
 * NUL inside (MLC_ERROR_DATA). lengths NULL: NUL-terminated. */
mlc_status mlci_dictionary_create(mlci_root *root, int32_t n, const char *const *texts,
                                  const int64_t *lengths, mlci_dictionary **out, mlc_error *err);
/* The same for texts that are known to be all this. */
mlc_status mlci_dictionary_create_checked(mlci_root *root, int32_t n, const char *const *texts,
                                          const int64_t *lengths, mlci_dictionary **out,
                                          mlc_error *err);
mlci_dictionary *mlci_dictionary_ref(const mlci_dictionary *dictionary);
void mlci_dictionary_unref(mlci_dictionary *dictionary);
/* Index of a text, -1 when it is not there. No allocation. */
int32_t mlci_dictionary_find(const mlci_dictionary *dictionary, const char *text, int64_t length);
const char *mlci_dictionary_text(const mlci_dictionary *dictionary, int32_t i, int64_t *length);
void mlci_dictionary_save(const mlci_dictionary *dictionary, struct mlci_writer *w);
mlci_dictionary *mlci_dictionary_load(struct mlci_reader *r); /* NULL on failure, reader marked */

/* Texts of a dictionary whose codes are int16. */
#define MLCI_SHORT_CODES (INT16_MAX + 1)

/* Bytes of the codes of so many texts. */
static inline int32_t mlci_code_size(int32_t n_texts)
{
    return (int32_t)(n_texts <= MLCI_SHORT_CODES ? sizeof(int16_t) : sizeof(int32_t));
}

typedef struct mlci_column mlci_column;

struct mlci_column {
    int32_t n_references; /* atomic */
    int32_t type;         /* MLC_TYPE_ */
    mlci_root *root;      /* reference */
    int64_t n_rows;
    int64_t n_missing;
    const uint8_t *valid;        /* bitmap, 1 = there; NULL: no row is missing */
    const void *values;          /* BOOL bits, INT64, FLOAT32, FLOAT64, CATEGORY codes (0 where
                                    missing), TIMESTAMP, dense VECTOR: n_rows x width doubles
                                    row-major; TEXT: bytes */
    const int64_t *offsets;      /* TEXT: n_rows + 1; sparse VECTOR: row offsets into indices */
    const int32_t *indices;      /* sparse VECTOR: components, ascending in a row; else NULL */
    int64_t width;               /* components of a VECTOR; else 1 */
    mlci_dictionary *dictionary; /* CATEGORY; reference */
    int32_t code_size;           /* CATEGORY: bytes of a code, an int16 or int32 */
    int32_t *wide_codes; /* atomic; short codes as int32, made for hosts that ask for them */
    char **components;   /* names of a VECTOR's components (block of blocks), or NULL */
    int64_t row_stride;  /* elements a row: always the width */
    int32_t borrowed;    /* values belong to the host until release */
    void (*release)(void *user);
    void *user;
};

/* An empty column of that type with its memory (values and, if with_valid, an all-ones bitmap)
 * allocated and zeroed, to be filled before anyone else sees it. width counts for VECTOR only. A
 * TEXT column comes with empty texts, a CATEGORY one without its dictionary and with codes of four
 * bytes. */
mlc_status mlci_column_create(mlci_root *root, int32_t type, int64_t n_rows, int64_t width,
                              int32_t with_valid, mlci_column **out, mlc_error *err);
/* The same for who writes every row: values (and all offsets but the first) are whatever was there,
 * and there is no bitmap. */
mlc_status mlci_column_create_unset(mlci_root *root, int32_t type, int64_t n_rows, int64_t width,
                                    mlci_column **out, mlc_error *err);
/* A CSR vector column that takes the three blocks over (also on failure). */
mlc_status mlci_column_create_sparse(mlci_root *root, int64_t n_rows, int64_t width,
                                     int64_t *offsets, int32_t *indices, double *values,
                                     mlci_column **out, mlc_error *err);
/* A category column that takes the block of codes over (also on failure) and a reference of its
 * own on the dictionary (the caller keeps its one); code -1 is missing. Codes of few texts are made
 * short. */
mlc_status mlci_column_create_category(mlci_root *root, int64_t n_rows, int32_t *codes,
                                       mlci_dictionary *dictionary, mlci_column **out,
                                       mlc_error *err);
/* The same of codes of code_size bytes. */
mlc_status mlci_column_create_coded(mlci_root *root, int64_t n_rows, int32_t code_size, void *codes,
                                    mlci_dictionary *dictionary, mlci_column **out, mlc_error *err);
/* A category column whose codes, of that size, are whatever was there, for who writes them all. */
mlc_status mlci_column_create_codes(mlci_root *root, int64_t n_rows, int32_t code_size,
                                    const mlci_dictionary *dictionary, mlci_column **out,
                                    mlc_error *err);
/* A text column from n_rows texts (NULL missing); lengths NULL: NUL-terminated. */
mlc_status mlci_column_create_text(mlci_root *root, int64_t n_rows, const char *const *texts,
                                   const int64_t *lengths, mlci_column **out, mlc_error *err);
mlci_column *mlci_column_ref(const mlci_column *column);
void mlci_column_unref(mlci_column *column);

static inline int mlci_column_is_valid(const mlci_column *c, int64_t row)
{
    return c->valid == NULL || (c->valid[row >> 3] >> (row & 7) & 1) != 0;
}
/* The code of a row of a category column, 0 where it is missing. */
static inline int32_t mlci_column_code(const mlci_column *c, int64_t row)
{
    if (c->code_size == 2) return ((const int16_t *)c->values)[row];
    return ((const int32_t *)c->values)[row];
}
/* Those of rows first .. first + n. */
void mlci_column_codes(const mlci_column *column, int64_t first, int64_t n, int32_t *out);
/* Those of all rows where they stand, or a copy that lives as long as the column. Thread-safe. */
mlc_status mlci_column_wide_codes(const mlci_column *column, const void **out, mlc_error *err);
/* For filling a fresh column: its values, and a row marked as missing (which needs the bitmap;
 * one row at a time from one thread, as rows share bytes). */
void *mlci_column_data(mlci_column *column);
void mlci_column_set_missing(mlci_column *column, int64_t row);
/* Adds a bitmap of ones where there is none. */
mlc_status mlci_column_add_valid(mlci_column *column, mlc_error *err);
/* Copies width names; NULL takes the names away. */
mlc_status mlci_column_set_components(mlci_column *column, const char *const *names,
                                      mlc_error *err);
/* Names them name0, name1 ... */
mlc_status mlci_column_number_components(mlci_column *column, const char *name, mlc_error *err);

/* Rows first .. first + n as doubles, missing NaN: numbers, bool 0 and 1, codes of categories,
 * timestamps; a vector writes width doubles a row. stride: doubles from a row to the next. Text
 * is not a number: NaN. */
void mlci_column_reals(const mlci_column *column, int64_t first, int64_t n, double *out,
                       int64_t stride);
/* A cell's text: TEXT and CATEGORY; NULL when missing. Not NUL-terminated for TEXT. */
const char *mlci_column_text(const mlci_column *column, int64_t row, int64_t *length);
/* The rows in that order as a new column (row -1: missing). rows NULL: first .. first + n. A
 * column asked for all of its rows is referenced. Rows are trusted to be in range. */
mlc_status mlci_column_take(const mlci_column *column, const int64_t *rows, int64_t first,
                            int64_t n, mlci_column **out, mlc_error *err);
/* The same of several columns, by the threads of the call. out: n_columns, set on success only. */
mlc_status mlci_columns_take(struct mlc_context *call, int64_t n_columns,
                             const mlci_column *const *columns, const int64_t *rows, int64_t first,
                             int64_t n, mlci_column **out, mlc_error *err);
/* The rows of n columns, at least one, one column after the other, in the narrowest type that holds
 * all values (bool < int64 < float64, float32 < float64, category < text); a column without a value
 * fits any type. MLC_ERROR_COLUMN where there is no such type, MLC_ERROR_DATA for an integer among
 * reals that no double holds. name is for messages. */
mlc_status mlci_column_join(mlci_root *root, const char *name, int32_t n,
                            const mlci_column *const *parts, mlci_column **out, mlc_error *err);
/* A text column as category: the dictionary sorted; a category column as it is (referenced). */
mlc_status mlci_column_to_category(const mlci_column *column, mlci_column **out, mlc_error *err);
/* The same for a text column whose distinct texts are at most 16 or half of its values: what is
 * taken for a category where nobody says. Any other column as it is (referenced). */
mlc_status mlci_column_to_likely_category(const mlci_column *column, mlci_column **out,
                                          mlc_error *err);
/* The categories that rows have, of a text or category column: a dictionary without texts that
 * are in no row. */
mlc_status mlci_column_categories(const mlci_column *column, mlci_dictionary **out, mlc_error *err);
/* A category column whose dictionary has no texts that are in no row: itself (referenced) where
 * that is so already. */
mlc_status mlci_column_drop_unused(const mlci_column *column, mlci_column **out, mlc_error *err);
/* For each code of a category column the index of its text in another dictionary, or -1; the caller
 * frees *out. */
mlc_status mlci_column_code_map(const mlci_column *column, const mlci_dictionary *dictionary,
                                int32_t **out, mlc_error *err);
/* For each row of a category or text column the index of its text in another dictionary: -1
 * unseen, -2 missing. out: n_rows. MLC_ERROR_COLUMN for other types. */
mlc_status mlci_column_codes_in(const mlci_column *column, const mlci_dictionary *dictionary,
                                int32_t *out, mlc_error *err);
/* What a column of the type is, for messages: "a number", "text", "a category", ... */
const char *mlci_type_kind(int32_t type);
int mlci_type_is_number(int32_t type);    /* BOOL, INT64, FLOAT32, FLOAT64 */
const char *mlci_type_name(int32_t type); /* "bool", "int64", ... */
int32_t mlci_type_find(const char *name); /* 0: none */

#endif
