/* Types that columns of a file must have, because a model or other rows have them: a file whose
 * zip codes all look like numbers is still read as categories where those are expected. */
#ifndef CLI_COLUMN_TYPES_H
#define CLI_COLUMN_TYPES_H

#include "session.h"

typedef struct column_types {
    int32_t n;
    char **names, **types;
} column_types;

/* The inputs of a model, or the columns of other rows. */
mlc_status column_types_of_model(session *s, const mlc_model *model, column_types *out);
void column_types_of_data(const mlc_dataset *data, column_types *out);
void column_types_clear(column_types *types);

/* The setting `types=[...]` for those columns of the data that were read as another kind, to be
 * freed; NULL when all are as expected. */
char *column_types_differ(const column_types *expected, const mlc_dataset *data);

#endif
