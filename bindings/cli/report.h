/* What goes to standard output: sentences, tables, JSON. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "session.h"

/* A sentence for people: nothing with --json or --quiet. */
void report_say(session *s, const char *format, ...) CLI_PRINTF(2, 3);
/* A heading of a part of the output. */
void report_heading(session *s, const char *text);
/* A dataset as a table of all rows; columns: a selector, or NULL for those that hold
 * something. */
mlc_status report_table(session *s, const mlc_dataset *table, const char *columns);
/* A dataset as JSON, without a line end. */
mlc_status report_json(session *s, const mlc_dataset *table);
/* A dataset as CSV on standard output, in parts of bounded size. */
mlc_status report_csv(session *s, const mlc_dataset *table);
/* The same of rows that follow others, without a header unless they are the first. */
mlc_status report_csv_part(session *s, const mlc_dataset *table, int is_first);
/* 1 when nothing gets to standard output any more. */
int report_is_broken(void);

/* errno of the first write to standard output by the above that failed; 0: none known. */
int report_output_error(void);

/* One cell as a new text: "" when missing. */
char *report_cell(const mlc_dataset *table, const char *column, int64_t row);
/* 1 when a column is there and holds a value. */
int report_has_values(const mlc_dataset *table, const char *column);
/* 1 when a column is there and says the same in every row. */
int report_is_same(const mlc_dataset *table, const char *column);

#endif
