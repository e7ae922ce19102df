/* A component: a recipe (descriptor, parameters, parts) and, once fitted, what it learned.
 *
 * Transforms, models and compositions are all components; the public handles wrap one. A
 * component is immutable after it was made and counted, so parts are shared freely: fitting
 * makes a new tree in which a part that was fitted already stands as it is (frozen). */
#ifndef MLCI_COMPONENT_H
#define MLCI_COMPONENT_H

#include "composition.h"
#include "matrix.h"
#include "recipe.h"
#include "registry.h"
#include "target.h"

#define MLCI_COMPONENT_MAX_DEPTH MLCI_RECIPE_MAX_DEPTH

struct mlci_component {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    const mlci_descriptor *descriptor;
    mlci_transform_descriptor *host; /* of a host transform: descriptor points into it; owned */
    char *name;                      /* of the step, always set and unique among its siblings */
    int32_t is_named;                /* the name was given, not derived from the id */
    char *columns;                   /* selectors of `on`; else NULL */
    void *params;                    /* of the descriptor's table; NULL when it has none */
    int32_t n_parts;
    mlci_component **parts; /* references */

    int32_t is_fitted;
    int32_t is_product; /* fitted by the fit of its parent, so refitted with it; a part that
                           is fitted and no product is frozen */
    void *state;        /* of a leaf, or of a composition that learns */
    int32_t n_inputs;   /* leaf transform, `on`: columns it reads */
    mlci_input *inputs;
    int32_t n_dropped; /* `on`: names of columns taken away */
    char **dropped;
    mlci_features *features; /* leaf model; reference */
    mlci_classes *classes;   /* leaf model that classifies; reference */
    int32_t n_targets;       /* leaf model that regresses */
};

/* From a parsed recipe. kind is MLCI_KIND_TRANSFORM or MLCI_KIND_MODEL. */
mlc_status mlci_component_create(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                 mlci_component **out, mlc_error *err);
/* The same without parts and without the checks that are about them: for loading. */
mlc_status mlci_component_create_bare(mlci_root *root, int32_t kind, const mlci_recipe *recipe,
                                      mlci_component **out, mlc_error *err);
/* A composition of existing components (references are taken). */
mlc_status mlci_component_compose(mlci_root *root, const mlci_descriptor *descriptor,
                                  const char *columns, const char *settings,
                                  mlci_component *const *parts, int32_t n_parts,
                                  mlci_component **out, mlc_error *err);
mlci_component *mlci_component_ref(const mlci_component *component);
void mlci_component_unref(mlci_component *component);
/* An unfitted copy of one node in root with its parameters and the given parts (references
 * taken). A host transform is looked up in that root; root NULL is the component's own there. */
mlc_status mlci_component_clone(mlci_root *root, const mlci_component *component,
                                mlci_component *const *parts, int32_t n_parts, mlci_component **out,
                                mlc_error *err);
/* The tree without any state, frozen parts included. */
mlc_status mlci_component_recipe(const mlci_component *component, mlci_component **out,
                                 mlc_error *err);
/* The tree, unfitted but for frozen parts, with settings by path applied. */
mlc_status mlci_component_with(const mlci_component *component, const char *settings,
                               mlci_component **out, mlc_error *err);
/* The recipe of a component as a tree of words; with_defaults writes every parameter. */
mlc_status mlci_component_to_recipe(const mlci_component *component, int32_t with_defaults,
                                    mlci_recipe **out, mlc_error *err);
mlc_status mlci_component_format(const mlci_component *component, const char *settings,
                                 mlc_buffer **out, mlc_error *err);

static inline int mlci_is_composition(const mlci_component *c)
{
    return (c->descriptor->capabilities & MLCI_IS_COMPOSITION) != 0;
}
static inline const mlci_composition *mlci_composition_of(const mlci_component *c)
{
    return (const mlci_composition *)c->descriptor;
}
static inline const mlci_model_descriptor *mlci_model_of(const mlci_component *c)
{
    return (const mlci_model_descriptor *)c->descriptor;
}
static inline const mlci_transform_descriptor *mlci_transform_of(const mlci_component *c)
{
    return (const mlci_transform_descriptor *)c->descriptor;
}
/* The step after the last part of a fitted composition; NULL: there is none. */
static inline const mlci_finisher *mlci_finisher_of(const mlci_component *c)
{
    const mlci_composition *const d = mlci_composition_of(c);
    return d->finisher == NULL ? NULL : d->finisher(c);
}
/* The leaf model that a model ends in. */
const mlci_component *mlci_component_last(const mlci_component *model);

static inline int mlci_is_frozen(const mlci_component *part)
{
    return part->is_fitted && !part->is_product;
}

/* What a fit works on. Datasets are contiguous. */
typedef struct mlci_fitting {
    mlc_context *call;
    const mlc_dataset *train;
    const mlc_dataset *valid;         /* NULL: none */
    const mlci_component *next_model; /* for `automatic`: the model that follows; or NULL */
    int32_t is_explicit;              /* `on` chose the features: each must be taken */
} mlci_fitting;

/* Fits a recipe, whatever state it has. */
mlc_status mlci_component_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                              mlci_component **fitted, mlc_error *err);
/* Fits a part of a composition and adds it to the fitted one; a frozen part is added as it is. */
mlc_status mlci_component_fit_part(const mlci_fitting *fitting, const mlci_component *part,
                                   mlci_component *fitted, mlc_error *err);
/* Does a leaf model take zeros for missing values? What its features are to say. */
int32_t mlci_component_hides_zeros(const mlci_component *model);
/* What a leaf model does with rows that were made ready for it. */
typedef mlc_status (*mlci_learn_fn)(const mlci_component *component, const mlci_model_fit *fit,
                                    const void *arg, void **state, mlc_error *err);
/* Makes the rows ready and has learn() set the state of a leaf model. Features and classes that
 * the component has already stay. */
mlc_status mlci_component_learn(const mlci_fitting *fitting, mlci_component *fitted,
                                mlci_learn_fn learn, const void *arg, mlc_error *err);
/* Records the fields that a transform reads. */
mlc_status mlci_component_keep_inputs(mlci_component *fitted, const mlc_dataset *train,
                                      const int32_t *chosen, int32_t n, mlc_error *err);
mlc_status mlci_component_apply(mlc_context *call, const mlci_component *transform,
                                const mlc_dataset *rows, mlc_dataset **out, mlc_error *err);
/* "prediction", "probability", ... of an MLCI_OUTPUT_ bit (predict.c). */
const char *mlci_output_word(int32_t output);
/* 1 when the fitted model gives that output. */
int mlci_component_has_output(const mlci_component *model, int32_t output);
/* How many rows the fitted leaf predicts at a time, at most. */
int64_t mlci_component_most_rows(const mlci_component *leaf);
/* Is each of the width doubles of an output of the leaf about the class of its place? */
int mlci_outputs_are_by_class(const mlci_component *leaf, int32_t output, int64_t width);
/* The same as an error. */
mlc_status mlci_component_require_output(const mlci_component *model, int32_t output,
                                         mlc_error *err);
/* Numbers a row of an output that it gives. */
int64_t mlci_component_n_outputs(const mlci_component *model, int32_t output);
/* n_rows x width doubles as a block; output is one of MLCI_OUTPUT_. */
mlc_status mlci_component_predict(mlc_context *call, const mlci_component *model,
                                  const mlc_dataset *rows, int32_t output, double **out,
                                  int64_t *width, mlc_error *err);
/* The same for a composition with a finisher, whose last part is given the rows as they are. */
mlc_status mlci_component_finish(mlc_context *call, const mlci_component *fitted,
                                 const mlc_dataset *rows, int32_t output, double **out,
                                 int64_t *width, mlc_error *err);
/* What the leaf model at the end sees of rows, whose features the matrix borrows.
 * MLC_ERROR_UNSUPPORTED where more than one model answers. */
mlc_status mlci_component_matrix(mlc_context *call, const mlci_component *model,
                                 const mlc_dataset *rows, mlci_matrix **out, mlc_error *err);
/* The MLCI_TAKES_ bit of a column type. */
int32_t mlci_type_takes(int32_t type);

/* A table of a fitted component or of one of its parts ("step.table"). */
mlc_status mlci_component_table(mlc_context *call, const mlci_component *component,
                                const char *table, mlc_dataset **out, mlc_error *err);

/* The fitted tree into sections and back. */
typedef struct mlci_section_sink {
    void *user;
    /* A writer for the section of that name, to be filled before the next call. */
    mlci_writer *(*open)(void *user, const char *name);
} mlci_section_sink;
typedef struct mlci_section_source {
    void *user;
    /* The bytes of a section; MLC_ERROR_FORMAT when there is none. */
    mlc_status (*find)(void *user, const char *name, const void **data, int64_t *length,
                       mlc_error *err);
    const mlci_limits *limits;
} mlci_section_source;
mlc_status mlci_component_save(const mlci_component *component, const mlci_section_sink *sink,
                               mlc_error *err);
mlc_status mlci_component_load(mlc_context *call, mlci_root *root, int32_t kind,
                               const mlci_section_source *source, mlci_component **out,
                               mlc_error *err);
/* The state of a step that nobody else sees yet and whose inputs or parts are set, from the bytes
 * of its section: for those that make a fitted component from something else than rows. */
mlc_status mlci_component_restore(mlc_context *call, mlci_component *c, mlci_reader *r,
                                  mlc_error *err);

/* The descriptor of a transform that the host has registered, made for one component. */
mlc_status mlci_host_transform_create(mlci_root *root, const char *name,
                                      mlci_transform_descriptor **out, void **params,
                                      mlc_error *err);
void mlci_host_transform_free(mlci_transform_descriptor *descriptor);

#endif
