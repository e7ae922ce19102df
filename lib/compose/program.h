/* A fitted model as a straight list of steps over the cells of one record, the model, and the steps
 * after it over its answers.
 *
 * Compiling follows the fields of a record through the fitted components, by name, the same way
 * a dataset would go, and leaves plain indices: running needs no look-up and no memory but the
 * caller's scratch. */
#ifndef MLCI_PROGRAM_H
#define MLCI_PROGRAM_H

#include "component.h"

typedef struct mlci_program_step {
    const mlci_component *transform; /* borrowed from the model */
    int32_t n_in;
    int32_t *in; /* cells that it reads */
    int32_t out; /* first of the cells that it writes */
} mlci_program_step;

typedef struct mlci_program {
    mlci_root *root;
    int32_t n_cells; /* the record's, then what the steps write */
    int32_t n_steps;
    mlci_program_step *steps;
    const mlci_component *model; /* leaf; borrowed */
    int32_t n_in;
    int32_t *in; /* cells that the model reads, in the order of its inputs */
    int32_t n_finishes;
    const mlci_component *
        *finishes;     /* compositions with a finisher, the innermost first; borrowed */
    int32_t max_in;    /* largest n_in of all */
    int32_t is_direct; /* the model reads the record itself, which is all numbers */
    int64_t n_rows;    /* that the scratch has room for */
    /* Places in the scratch, in bytes: cells | gathered inputs | features of the model | scratch of
     * the model | what each finisher reads. */
    int64_t gathered_at, features_at, model_at, finishes_at, finish_bytes, scratch_bytes;
} mlci_program;

/* The fields of a record at some point of a program under construction. */
typedef struct mlci_frame_field {
    char *name; /* block */
    int32_t cell;
    int32_t width;
} mlci_frame_field;

typedef struct mlci_frame {
    mlci_program *program;
    int32_t n_fields;
    mlci_frame_field *fields; /* block */
} mlci_frame;

/* Compiles a model whose record has one cell a raw input, or a component of one that is a vector.
 */
mlc_status mlci_program_compile(mlci_root *root, const mlci_component *model,
                                const mlci_features *inputs, mlci_program **out, mlc_error *err);
void mlci_program_free(mlci_program *program);
/* Adds a transform, leaf or composition, and moves the frame past it. */
mlc_status mlci_frame_transform(mlci_frame *frame, const mlci_component *transform, mlc_error *err);
/* Ends with a model, leaf or composition. */
mlc_status mlci_frame_model(mlci_frame *frame, const mlci_component *model, mlc_error *err);
/* After the model: the finisher of a composition. */
mlc_status mlci_frame_finish(mlci_frame *frame, const mlci_component *fitted, mlc_error *err);
/* The names of the fields, sorted; to be closed, and borrowed from the frame until it changes. */
mlc_status mlci_frame_names(const mlci_frame *frame, mlci_names *out, mlc_error *err);
/* Takes away the fields of these names that are there. */
mlc_status mlci_frame_drop(mlci_frame *frame, int32_t n_names, char *const *names, mlc_error *err);

/* Makes room for so many rows instead of one; scratch_bytes, a multiple of 64, is what a run needs
 * then. */
void mlci_program_set_rows(mlci_program *program, int64_t n_rows);
/* Where the numbers are that the model reads, row after row. Those of a direct program are its
 * inputs. */
double *mlci_program_features(const mlci_program *program, void *scratch);
/* Gets those of one record, into x: the cells of the inputs are set already, at the start of
 * scratch.
 */
mlc_status mlci_program_run(const mlci_program *program, void *scratch, double *x, int64_t *flags,
                            mlc_error *err);
/* The model's output of n rows from the numbers, there or elsewhere; `first` is the number of the
 * first of them. */
mlc_status mlci_program_predict(const mlci_program *program, int32_t isa, int32_t output,
                                int64_t first, int64_t n, const double *x, void *scratch,
                                double *out, mlc_error *err);

#endif
