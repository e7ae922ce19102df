/* Where an imported model comes from, for people. */
#ifndef CLI_ORIGIN_H
#define CLI_ORIGIN_H

#include "session.h"

/* Library, objective, rounds, inputs, classes and what was compared, a line each. */
mlc_status origin_print(session *s, const mlc_model *model);

/* Of its table "origin": library with its version, and objective. */
void origin_print_library(const mlc_dataset *origin);

#endif
