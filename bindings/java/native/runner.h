/* A predictor with the memory its calls need: one block a running call, kept for the next. */
#ifndef MLCORE_JNI_RUNNER_H
#define MLCORE_JNI_RUNNER_H

#include <mlcore/mlcore.h>

/* What one call works in: scratch of the predictor, a record, or as many of numbers as it predicts
 * at a time, and their results. */
struct run_memory {
    void *scratch;
    mlc_value *row;
    double *reals;
    double *out;
    int64_t *flags;
};

struct runner;

/* Takes the predictor over; NULL when memory is out, and then it is still the caller's. */
struct runner *runner_create(mlc_predictor *predictor);
const mlc_predictor *runner_predictor(const struct runner *runner);
int32_t runner_n_inputs(const struct runner *runner);
int32_t runner_n_outputs(const struct runner *runner);
int64_t runner_n_rows(const struct runner *runner);

/* Memory for one call, to be given back; NULL when memory is out. Any thread. */
struct run_memory *runner_take(struct runner *runner);
void runner_give_back(struct runner *runner, struct run_memory *memory);

/* No call is running any more. */
void runner_free(struct runner *runner);

#endif
