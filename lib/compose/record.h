/* What a fitted model remembers of its training rows beside its components: which raw columns
 * it takes, which columns had which role, and the classes of the target. */
#ifndef MLCI_RECORD_H
#define MLCI_RECORD_H

#include <mlcore/metric.h>
#include <mlcore/model.h>

#include "component.h"

typedef struct mlci_known_role {
    char *name;
    int32_t role;
} mlci_known_role;

typedef struct mlci_record {
    int32_t n_references;  /* atomic */
    mlci_root *root;       /* reference */
    mlci_features *inputs; /* raw features: names, types, ranges, dictionaries */
    int32_t n_roles, role_capacity;
    mlci_known_role *roles; /* columns that were not plain features */
    int64_t n_rows;         /* training rows that counted */
    char *origin;           /* JSON: the library that the model came from; NULL: this one */
} mlci_record;

/* train: contiguous, as the caller gave it. */
mlc_status mlci_record_create(mlc_context *call, const mlc_dataset *train, mlci_record **out,
                              mlc_error *err);
/* Of a model that no rows here have made: those inputs, and a target of that name. */
mlc_status mlci_record_open(mlci_root *root, const mlci_features *inputs, const char *target,
                            mlci_record **out, mlc_error *err);
mlci_record *mlci_record_ref(const mlci_record *record);
void mlci_record_unref(mlci_record *record);
void mlci_record_save(const mlci_record *record, mlci_writer *w);
mlci_record *mlci_record_load(mlci_reader *r); /* NULL on failure, reader marked */
/* The dataset with the roles of the record for columns that it has as plain features, and with the
 * vectors of the record that it has as a column a component. */
mlc_status mlci_record_bind(mlc_context *call, const mlci_record *record, const mlc_dataset *rows,
                            mlc_dataset **out, mlc_error *err);
/* Name of the column that had the role; NULL when none had. */
const char *mlci_record_role(const mlci_record *record, int32_t role);

/* Rows to learn from or to measure beside those of the record: bound to it, without those of weight
 * 0. MLC_ERROR_ROLE where the model has a target and they have none. */
mlc_status mlci_record_rows(mlc_context *call, const mlci_record *record,
                            const mlci_component *model, const mlc_dataset *rows, mlc_dataset **out,
                            mlc_error *err);
/* The first n_rounds rounds of a fitted model: see mlc_model_update(). */
mlc_status mlci_component_truncate(mlc_context *call, const mlci_component *model, int64_t n_rounds,
                                   mlci_component **out, mlc_error *err);

/* Weight 0 is absence: the rows that count, whole. Itself (referenced) when all do. */
mlc_status mlci_dataset_without_weightless(mlc_context *call, const mlc_dataset *rows,
                                           mlc_dataset **out, mlc_error *err);

/* The public handles. */
struct mlc_transform {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    mlci_component *component;
    mlci_record *record; /* when fitted */
};

struct mlc_model {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    mlci_component *component;
    mlci_record *record; /* when fitted */
    mlc_dataset *golden; /* a few training rows, for the artifact; when fitted */
};

/* Takes the references over, also on failure. */
mlc_status mlci_model_wrap(mlci_root *root, mlci_component *component, mlci_record *record,
                           mlc_dataset *golden, mlc_model **out, mlc_error *err);
mlc_status mlci_transform_wrap(mlci_root *root, mlci_component *component, mlci_record *record,
                               mlc_transform **out, mlc_error *err);
mlc_status mlci_model_require_fitted(const mlc_model *model, mlc_error *err);

/* "output=class,probability" as MLCI_OUTPUT_ bits and flags. */
#define MLCI_OUTPUT_FLAGS 256
mlc_status mlci_outputs_parse(const char *list, int32_t *out, mlc_error *err);
enum { MLCI_ON_INVALID_FLAG, MLCI_ON_INVALID_FAIL, MLCI_ON_INVALID_MISSING };
extern const mlci_choice mlci_on_invalid_choices[];
/* What on_invalid=fail refuses. */
#define MLCI_FLAGS_REFUSED (MLC_FLAG_UNSEEN | MLC_FLAG_WRONG_KIND)
/* MLC_ERROR_INVALID_VALUE that names the column whose value has such a flag. */
mlc_status mlci_flags_refuse(int64_t flags, int64_t row, const char *column, mlc_error *err);

/* Predictions of raw rows in one call: see mlc_model_predict(). */
mlc_status mlci_model_predict_call(mlc_context *call, const mlc_model *model,
                                   const mlc_dataset *rows, const char *settings, mlc_dataset **out,
                                   mlc_error *err);
/* Measures of raw rows in one call: see mlc_model_evaluate(). */
mlc_status mlci_model_evaluate_call(mlc_context *call, const mlc_model *model,
                                    const mlc_dataset *rows, const char *settings,
                                    mlc_dataset **out, mlc_error *err);

/* Evaluation (evaluate.c), for models and for metrics alone. */
typedef struct mlci_scored {
    mlci_target *y;       /* truth */
    double *prediction;   /* class index, value or cluster label; block */
    double *probability;  /* n_rows x n_classes; block or NULL */
    double *weight;       /* block or NULL */
    const mlci_matrix *x; /* or NULL */
    int32_t *group;       /* block or NULL */
    int32_t are_bounds;   /* two targets are the bounds of one */
    int32_t are_labels;   /* predictions are numbers of clusters, not classes of the truth */
    int32_t are_scores;   /* probability has scores, of which the order alone counts ... */
    int32_t anomaly;      /* ... and the class that is asked for is this */
} mlci_scored;
void mlci_scored_clear(mlci_scored *scored);

/* Does a model of anomalies meet labels of two classes? (anomaly_scores.c) */
int mlci_scores_anomalies(const mlci_component *model, const mlci_target *y);
/* Then makes classes of scored->prediction and scores of its raw output. model: the whole one. */
mlc_status mlci_anomaly_scores(mlc_context *call, const mlci_component *model, const mlc_dataset *rows,
                               mlci_scored *scored, mlc_error *err);

struct mlc_metric {
    int32_t n_references;                     /* atomic */
    mlci_root *root;                          /* reference */
    const mlci_metric_descriptor *descriptor; /* NULL for a metric of the host */
    char *name;
    const mlc_metric_hooks *hooks; /* of the host; live as long as the root */
    void *params;
};
/* rows gives the groups of `by` (NULL: none). */
mlc_status mlci_evaluate(mlc_context *call, const mlc_metric *const *metrics, int32_t n_metrics,
                         const mlci_scored *scored, const mlc_dataset *rows, const char *by,
                         mlc_dataset **out, mlc_error *err);

#endif
