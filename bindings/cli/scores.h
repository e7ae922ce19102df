/* Scores for people. */
#ifndef CLI_SCORES_H
#define CLI_SCORES_H

#include "session.h"

/* Prints what mlc_model_evaluate() gives: metric, class, group, value, n, and a confusion matrix
 * as a matrix. */
mlc_status scores_print(session *s, const mlc_dataset *scores);

#endif
