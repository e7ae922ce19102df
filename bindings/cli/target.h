/* What train finds out about the target before it chooses a model. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "session.h"

typedef struct target_facts {
    const char *name;
    int32_t type;
    int is_classes;
    int64_t n_distinct; /* classes; 0 for numbers */
} target_facts;

/* Of the first column with the role target; the name is NULL when there is none. */
mlc_status target_look(session *s, const mlc_dataset *data, target_facts *out);
/* The name of the first column with the role target; NULL when there is none. */
const char *target_find(const mlc_dataset *data, int32_t *type);
/* The rows that have a value in a column; says how many were left out. */
mlc_status target_keep_known(session *s, const mlc_dataset *data, const char *name,
                             mlc_dataset **out);

#endif
