/* Data files and models as the command names them; "-" is standard input. */
#ifndef CLI_DATA_H
#define CLI_DATA_H

#include "session.h"

/* The settings of --read; NULL when there are none. */
const char *data_settings(const session *s);
/* Reads a file of any format with those settings, the rows of --where, and the types of other rows
 * (NULL: as they look). */
mlc_status data_read(session *s, const char *path, const mlc_dataset *like, mlc_dataset **out);
mlc_status data_read_with(session *s, const char *path, const char *settings,
                          const mlc_dataset *like, mlc_dataset **out);
/* Parts of it, for those who read otherwise: rows that --read on_error=collect left out are
 * counted, then warned of once. */
typedef struct data_left_out {
    int64_t n;
    char *line, *message; /* of the first; given up with the warning */
} data_left_out;
mlc_status data_count_left_out(session *s, const mlc_dataset *data, data_left_out *sum);
void data_warn_left_out(session *s, const char *path, data_left_out *sum);
/* Leaves the rows for which the condition of --where holds. */
mlc_status data_choose_rows(session *s, mlc_dataset **data);
/* Has the last call failed since the ending tells no format? Such a file is delimited text, as most
 * are. */
int data_is_unknown_ending(const session *s);
/* The same with the role of --target, where it was given. */
mlc_status data_read_target(session *s, const char *path, const mlc_dataset *like,
                            mlc_dataset **out);
/* The bytes of a file, with a NUL after them, to be freed. */
mlc_status data_read_bytes(session *s, const char *path, char **out, int64_t *n_bytes);
/* Reads rows for a model, with the types that it knows. */
mlc_status data_read_for(session *s, const char *path, const mlc_model *model, mlc_dataset **out);
mlc_status data_load_model(session *s, const char *path, mlc_model **out);
/* All of standard input, to be freed; an interrupt ends the wait. */
mlc_status data_read_input(session *s, char **out, int64_t *n_bytes);
/* "42 rows, 5 columns", to be freed. */
char *data_size(const mlc_dataset *data);
char *data_size_of(int64_t n_rows, int32_t n_columns);
/* The last part of a path; "standard input" for "-". */
const char *data_name(const char *path);
/* The name of an MLC_TYPE_. */
const char *data_type_name(int32_t type);

/* Whether a file can be made at the path, found out without making it: CLI_OK, or complains. */
int data_check_output(session *s, const char *path);
/* Are both there, and one? */
int data_is_same_file(const char *a, const char *b);

#endif
