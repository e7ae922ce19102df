/**
 * @file model.h
 * @brief Models: recipes and fitted values that predict. A pipeline is a model.
 *
 * A model is immutable and counted; any thread may use it, also at once from several. Fitting
 * makes a new value out of a recipe; what was handed out never changes. A recipe is text,
 * `pipeline(on(type:category, one_hot_encoder), logistic_regression(C=0.5, name=lr))`, or the
 * same as JSON. Each step has a name (`name=`, else its id, `_2` for a repeat), and `lr.C` is
 * the path of a parameter.
 */
#ifndef MLCORE_MODEL_H
#define MLCORE_MODEL_H

#include <mlcore/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A recipe, or a fitted model. */
typedef struct mlc_model mlc_model;

/**
 * @brief Makes a recipe of one model.
 * @param ctx context, or NULL
 * @param name such as "ridge"; mlc_catalog() lists them
 * @param settings its parameters, or NULL for the defaults
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_create(mlc_context *ctx, const char *name,
                                                const char *settings, mlc_model **out,
                                                mlc_error *err);

/**
 * @brief Makes a recipe from its text or JSON.
 * @param ctx context, or NULL
 * @param recipe such as `pipeline(automatic, ridge(alpha=2))`
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL; its column points into the recipe
 * @return as mlc_model_create(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_parse(mlc_context *ctx, const char *recipe,
                                               mlc_model **out, mlc_error *err);

/**
 * @brief A transform and a model as one model. A part that is fitted stays as it is (frozen).
 * @param before applied before fitting and before predicting
 * @param model what learns from the result
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_pipeline(const mlc_transform *before,
                                                  const mlc_model *model, mlc_model **out,
                                                  mlc_error *err);

/**
 * @brief The same recipe, unfitted, with other parameters.
 * @param model not NULL
 * @param settings such as `gradient_boosting_classifier.n_estimators=500`
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_with(const mlc_model *model, const char *settings,
                                              mlc_model **out, mlc_error *err);

/**
 * @brief The recipe of a model, without what it learned.
 * @param model not NULL
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_recipe(const mlc_model *model, mlc_model **out,
                                                mlc_error *err);

/**
 * @brief Fits a recipe; a fitted model is refitted from its recipe.
 * @param ctx context, or NULL
 * @param recipe not NULL
 * @param train the rows to learn from, with the roles the model needs
 * @param valid rows for early stopping, as raw as @p train; or NULL
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ROLE, #MLC_ERROR_COLUMN, #MLC_ERROR_DATA, #MLC_ERROR_NUMERIC,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE, #MLC_ERROR_CALLBACK. Since
 * 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_fit(mlc_context *ctx, const mlc_model *recipe,
                                             const mlc_dataset *train, const mlc_dataset *valid,
                                             mlc_model **out, mlc_error *err);

/**
 * @brief Makes another fitted model out of one that learned in rounds, such as boosted trees.
 *
 * `method=continue` adds n_rounds rounds that learn from @p train what the model leaves to learn
 * (init_model, xgb_model, warm_start elsewhere). On the rows of the fit the result is, byte for
 * byte, that of a fit of all rounds in one go, unless something is carried from round to round:
 * early stopping, which measures from the model it is given, and boosting=dart, which drops none of
 * the rounds that are there. `method=refit` keeps the trees and
 * moves the values of their leaves: decay_rate times what they are and the rest what the rows say.
 * `method=truncate` keeps the first n_rounds rounds; it takes no rows.
 *
 * The model at the end of a pipeline learns; transforms before it stay as they are fitted, and new
 * rows pass through them. Features, categories and classes stay: categories that the model does not
 * know count as missing, classes that it does not know are an error. The recipe of the result has
 * the rounds that it has come to. What the artifact says of training rows stays.
 *
 * @param ctx context, or NULL
 * @param model fitted; stays as it is
 * @param train rows with the target; columns have the roles of the model. NULL to truncate
 * @param valid rows for early stopping (and for the history of a refit), or NULL
 * @param settings NULL or `method=continue|refit|truncate n_rounds=100 decay_rate=0.9
 * parameters='learning_rate=0.05'`. Without n_rounds the model adds as many rounds as a fit makes.
 * parameters are those of the model at the end to go on with
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL
 * @return as mlc_model_fit(), and #MLC_ERROR_NOT_FITTED, #MLC_ERROR_SETTING,
 * #MLC_ERROR_UNSUPPORTED (the model does not learn in rounds; the message names those that do. Or a
 * `resampled` one would learn from rows whose classes have other shares). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_update(mlc_context *ctx, const mlc_model *model,
                                                const mlc_dataset *train, const mlc_dataset *valid,
                                                const char *settings, mlc_model **out,
                                                mlc_error *err);

/**
 * @brief Predicts rows, in their order.
 *
 * Columns of the result: those with the role id, then `prediction` (of the target's own type),
 * `lower` and `upper` (output=interval) and `quantile` (a vector, one component a level, ascending)
 * of models of several quantiles, `probability` (a vector, one component a class), `raw`, `leaf`,
 * `flags`, as asked. raw scores are those of the model before they become probabilities or values;
 * of a `resampled` classifier they are log odds of the probabilities that it gives, or there are
 * none.
 *
 * @param ctx context, or NULL; one thread unless it says more
 * @param model fitted
 * @param rows has the columns that were fitted, by name; others are ignored. A vector may come as a
 * column a component, called as in `x0` or `x[name]`
 * @param settings NULL or `output=class,probability,interval,quantile,raw,leaf,flags
 * on_invalid=flag|fail|missing n_rounds=50`. The default output is class and probability for
 * classifiers, else the prediction, with bounds where the model has them. Categories that training
 * did not see are predicted as such (flag), refused (fail) or taken as missing.
 * n_rounds predicts with the first rounds of a model that learns in rounds, as a model cut by
 * mlc_model_update() does
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_COLUMN, #MLC_ERROR_UNSUPPORTED,
 * #MLC_ERROR_INVALID_VALUE, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE.
 * Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_predict(mlc_context *ctx, const mlc_model *model,
                                                 const mlc_dataset *rows, const char *settings,
                                                 mlc_dataset **out, mlc_error *err);

/**
 * @brief Measures a model on rows with known targets.
 *
 * The result has a row a metric (target, class and group): metric, target, class, group, value,
 * low, high, n.
 *
 * @param ctx context, or NULL
 * @param model fitted
 * @param rows with the target; a weight column counts
 * @param settings NULL or `metrics=roc_auc,log_loss by=sex,race`; the default metrics are those
 * usual for the task
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return as mlc_model_predict(), and #MLC_ERROR_COMPONENT, #MLC_ERROR_ROLE, #MLC_ERROR_DATA.
 * Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_evaluate(mlc_context *ctx, const mlc_model *model,
                                                  const mlc_dataset *rows, const char *settings,
                                                  mlc_dataset **out, mlc_error *err);

/**
 * @brief Explains the predictions of rows, or what the model as a whole goes by.
 *
 * `method=shap` (the default) gives Shapley values: how the features of each row share in its raw
 * score, the one of `output=raw`; of decision trees and forests in the prediction, or in the
 * probability of each class (of two, the second). The result has the columns with the role id, then
 * `base`, what is predicted when nothing is known of a row, and the vector `contribution`, one
 * component a feature, named after it; base and contributions add to the raw score. With several
 * classes or targets the columns come for each, as `name.base` and `name.contribution`; of pairs of
 * classes, where raw scores are theirs, as `a:b.base`. Trees weigh what is not known by the
 * training rows that went either way (path-dependent), or take it from @p background
 * (interventional); linear models need the background, whose means count. Support vector machines
 * need it as well: kernels linear, rbf and poly (to degree 100) for any number of features, in time
 * that grows with vectors, background rows and the square of the features in which rows differ;
 * kernel=sigmoid, and scores of more than two classes that are votes (decision_function_shape=ovr),
 * for up to 12. With `top=5` there is a line for each of the five largest contributions of a row
 * instead: id columns, row (from 0), class or target if there are several, rank, feature,
 * contribution.
 *
 * `method=interactions` gives the vector `interaction`, the matrix of all pairs of features row by
 * row (components `a:b`): symmetric, a feature's own effect on the diagonal; lines of the matrix
 * add to the contributions. Of trees, without a background, and of linear models, with one.
 *
 * `method=permutation` measures how much worse each metric is when one column is shuffled over the
 * rows: feature, metric, target, class, importance (the mean over repeats), std, baseline (the
 * metric of the rows as they are) and the vector `repeats`. For any model.
 *
 * @param ctx context, or NULL; one thread unless it says more. Results do not depend on it
 * @param model fitted
 * @param rows as for mlc_model_predict(); with the target for `method=permutation`
 * @param background rows that stand for what is not known of a row: a sample of the training rows;
 * weights count. NULL: see above
 * @param settings NULL or `method=shap|interactions|permutation level=raw|encoded top=0
 * metrics=roc_auc,log_loss n_repeats=5 random_state=0`. level=raw gives the columns that the model
 * was fitted on (components of a vector apart), adding up what was made of one of them, such as
 * the columns of a one-hot encoding; columns made of several stand after them, under their own
 * names. level=encoded gives what the last step of a pipeline sees
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return as mlc_model_predict(), and #MLC_ERROR_UNSUPPORTED (the model has no Shapley values, or
 * not with so many features; the message names those that have), #MLC_ERROR_SETTING,
 * #MLC_ERROR_LIMIT (interactions of more than 2048 features), #MLC_ERROR_DATA. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_explain(mlc_context *ctx, const mlc_model *model,
                                                 const mlc_dataset *rows,
                                                 const mlc_dataset *background,
                                                 const char *settings, mlc_dataset **out,
                                                 mlc_error *err);

/**
 * @brief A table of what a model learned: "importance", "coefficients", "history", "classes",
 * "inputs", "steps", ...
 *
 * "schema" is a dataset without rows that has the columns of the training rows which the model
 * knows, with their types and roles: what mlc_dataset_read_csv_like() reads files by.
 * @param ctx context, or NULL
 * @param model fitted
 * @param table its name; `step.table` for a part; mlc_catalog() lists them
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; names the tables there are
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_UNSUPPORTED, #MLC_ERROR_NO_MEMORY. Since
 * 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_table(mlc_context *ctx, const mlc_model *model,
                                               const char *table, mlc_dataset **out,
                                               mlc_error *err);

/**
 * @brief The recipe as text or JSON, which parses back to the same recipe.
 * @param model not NULL
 * @param settings NULL or `format=text|json defaults=false`
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_format(const mlc_model *model, const char *settings,
                                                mlc_buffer **out, mlc_error *err);

/**
 * @brief Writes a fitted model as one artifact: beside the target, synced, then renamed.
 * @param model fitted
 * @param path such as "income.mlcore"
 * @param settings NULL or `sync=true compress=true description='...'`
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_SETTING, #MLC_ERROR_IO,
 * #MLC_ERROR_NO_MEMORY; on failure the old file is as it was, unless only the sync of the
 * directory failed (#MLC_ERROR_IO): then the new one is in its place. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_save(const mlc_model *model, const char *path,
                                              const char *settings, mlc_error *err);

/**
 * @brief Writes a fitted model to memory; see mlc_model_save().
 * @param ctx context, or NULL
 * @param model fitted
 * @param settings as there
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_model_save_memory(mlc_context *ctx, const mlc_model *model,
                                                     const char *settings, mlc_buffer **out,
                                                     mlc_error *err);

/**
 * @brief Loads an artifact. Checks structure and checksums and scores the golden rows again.
 * @param ctx context, or NULL
 * @param path file name
 * @param settings NULL or settings such as `max_bytes=1000000 max_trees=500 selftest=true`. Limits
 * on what the file may ask for, each refused with #MLC_ERROR_LIMIT and its name: max_bytes (of the
 * file, and unpacked; 2^30), max_header_bytes (2^20), max_sections (4096), max_name_bytes (of a
 * section; 1024), max_ratio (unpacked to stored bytes; 1040), max_info_bytes (2^20), max_steps
 * (10000), max_features (2^24), max_classes (32768), max_trees (2^20), max_nodes (2^31 - 1),
 * max_depth (of a tree; 4096), max_golden_rows (4096). `content_id=...` refuses any other artifact
 * than that of these 64 hexadecimal digits; selftest=false leaves the golden rows alone
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL; its name is the section at fault, its column the byte, from 1: of
 * the section, or of the file where header, table or checksum are at fault
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_IO, #MLC_ERROR_FORMAT, #MLC_ERROR_VERSION,
 * #MLC_ERROR_COMPONENT (a host transform that is not registered), #MLC_ERROR_LIMIT,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_load(mlc_context *ctx, const char *path,
                                              const char *settings, mlc_model **out,
                                              mlc_error *err);

/**
 * @brief Loads an artifact from memory; see mlc_model_load().
 * @param ctx,settings,out,err as there
 * @param bytes the artifact; not kept
 * @param n_bytes its length
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_model_load_memory(mlc_context *ctx, const void *bytes,
                                                     int64_t n_bytes, const char *settings,
                                                     mlc_model **out, mlc_error *err);

/**
 * @brief Checks an artifact in full without giving a model: header, table, checksums, content id,
 * limits, every field of every section, whether the steps fit each other, the golden rows, and the
 * notes. What passes loads with the same settings.
 *
 * The table has a row for the header (section "header") and one for each section, in the order of
 * the file: section, version, critical, deflated, offset, stored, bytes (unpacked), crc32 and
 * sha256 (of the unpacked bytes, hexadecimal). The sha256 of the header's row is the content id.
 *
 * @param ctx context, or NULL
 * @param path file name
 * @param settings as of mlc_model_load()
 * @param[out] out NULL, or the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; says what is wrong, where and what would be right, as of
 * mlc_model_load()
 * @return as mlc_model_load(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_validate(mlc_context *ctx, const char *path,
                                                  const char *settings, mlc_dataset **out,
                                                  mlc_error *err);

/**
 * @brief Checks an artifact in memory in full; see mlc_model_validate().
 * @param ctx,settings,out,err as there
 * @param bytes the artifact; not kept
 * @param n_bytes its length
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_model_validate_memory(mlc_context *ctx, const void *bytes,
                                                         int64_t n_bytes, const char *settings,
                                                         mlc_dataset **out, mlc_error *err);

/**
 * @brief Makes a model of a file that another library has written. The result is a model like any
 * other: it predicts, explains, saves and serves.
 *
 * Known are
 * - LightGBM's text models (save_model(); v2 to v4 of the format, LightGBM 2.0 to 4.x);
 * - XGBoost's models in JSON and UBJSON (save_model() or save_raw(); XGBoost 1.0 to 3.x): gbtree,
 *   dart, gblinear, random forests, several targets, categories. What binary:logitraw and
 *   binary:hinge predict are numbers, not classes. gblinear is a sum of leaves that are linear in
 *   one feature each. Sums are in the order of today's releases; those before 1.3 (dart: 1.4) add
 *   in another one. A cell that a sparse matrix does not have is a missing value to XGBoost;
 * - CatBoost's JSON (save_model(format="json"), with pool= where it has categories; no CTR), also
 * of several targets and of labels that do not exclude each other;
 * - scikit-learn's estimators and pipelines as documents that Python writes (docs/exchange.md).
 *
 * Several levels (XGBoost's quantile_alpha, CatBoost's MultiQuantile) make a model of quantiles:
 * raw scores stand by ascending level, output=quantile sorts them in each row. Several expectiles
 * of XGBoost predict as many numbers, each above the one before.
 *
 * Raw scores of boosted trees are the source's to the last bit, in its own type and order of
 * additions (CatBoost: where the scale is 1); predictions
 * and probabilities follow its own operations with our exp(), so that they may differ in the last
 * bit. Before the model is handed out it is compared with the trees as they stand in the file, on
 * rows that try every threshold with its neighbours; mlc_model_table(), "origin", says with which
 * version and how many rows, and the artifact keeps it.
 *
 * Also known are ONNX graphs that are one ensemble of trees (TreeEnsembleRegressor and
 * TreeEnsembleClassifier of ai.onnx.ml 1 and 3, TreeEnsemble of 5), one linear model
 * (LinearRegressor, LinearClassifier, MatMul, Gemm) or one of support vectors (SVMRegressor,
 * SVMClassifier), between inputs that are scaled, filled, encoded and put together, and outputs
 * that are scaled, shifted, linked (Sigmoid, Softmax, Exp) and labelled; docs/exchange.md lists the
 * operators. Others are refused by node, operator and what would be right, and so is data in
 * another file.
 *
 * What is before trees goes into them: the trees ask the inputs themselves. Which leaf a row
 * reaches is exactly what the graph says, each operation rounded as there: float32 inputs are
 * rounded before they are compared. Exact as well are sums of doubles; sums of floats are added one
 * by one in the order of the trees, base values last, while a runtime may add in another order, so
 * that last bits of float32 differ. Differences from the graph: where a node asks a number for its
 * value, as LightGBM's categories are, its fraction does not count; the label of two classes is
 * always the one of the larger probability, while ONNX Runtime goes by the sign of a score, or by
 * 0.5 where no weight of a leaf is negative.
 *
 * A linear model becomes a pipeline of simple_imputer, one_hot_encoder, standard_scaler and
 * normalizer, as far as the graph has use for them, and ridge or logistic_regression; one of
 * support vectors ends in support_vector_classifier, support_vector_regressor or one_class_svm. It
 * computes in double, and is compared with the graph on rows that have each category and missing
 * values. Where a linear model has scores and no probabilities of them, as support vectors of two
 * classes under a linear kernel, classes and raw scores are its own and the probabilities are what
 * a logistic function makes of those scores.
 *
 * Features have the names of the file; where it has none, they are the components x0, x1, ... of
 * one vector column `x`, which may also be given as columns of these names. Categories have the
 * labels of `categories=`, else those that the file knows (LightGBM from pandas, XGBoost from 3.1
 * on), else they are numbers: the codes. What the file does not tell can be given: the labels of
 * classes, zeros that were missing values.
 *
 * @param ctx context, or NULL; cancelling or its deadline end the import. Without a number of
 * threads all allowed cores take part, as in fitting; the model is the same for any number
 * @param path file name
 * @param check NULL, or rows with what the source library gives for them: the inputs of the model,
 * and in columns with the role target the values of `expected=`; they are predicted and compared
 * @param settings NULL or settings: format (auto, lightgbm, xgboost, sklearn, catboost, onnx);
 * rounds (0: all) or best_iteration=true; target (name, "target"); classes and positive (labels:
 * whole numbers, false and true, or texts); names (of features); categories (JSON);
 * zero_as_missing; parity_rows (10000); expected (raw, probability, prediction) and tolerance (0)
 * for `check`; limits, each refused with #MLC_ERROR_LIMIT: max_bytes (2^32), max_trees (2^20),
 * max_nodes, max_depth (4096), max_features (2^24), max_categories (2^24)
 * @param[out] out the caller frees it with mlc_model_free()
 * @param[out] err may be NULL; its name is the field of the file at fault, its line the line
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_IO, #MLC_ERROR_FORMAT (damaged, or none of the
 * formats), #MLC_ERROR_VERSION, #MLC_ERROR_UNSUPPORTED (an objective or a kind of model that is not
 * known), #MLC_ERROR_NUMERIC (`check` differs), #MLC_ERROR_LIMIT, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_import(mlc_context *ctx, const char *path,
                                                const mlc_dataset *check, const char *settings,
                                                mlc_model **out, mlc_error *err);

/**
 * @brief Imports a model from memory; see mlc_model_import().
 * @param ctx,check,settings,out,err as there
 * @param bytes the file; not kept
 * @param n_bytes its length
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_model_import_memory(mlc_context *ctx, const void *bytes,
                                                       int64_t n_bytes, const mlc_dataset *check,
                                                       const char *settings, mlc_model **out,
                                                       mlc_error *err);

/**
 * @brief Writes a fitted model as a file of another library, or as source text.
 *
 * What the target has no exact words for is in the report, a row each: step, subject, effect. What
 * it has no words for at all is #MLC_ERROR_UNSUPPORTED, which names the step.
 *
 * Formats:
 * - c (.c, with a .h beside it): C99 source without anything but standard headers, of gradient
 *   boosting, random forests, extra trees, decision trees, ridge and logistic_regression, with the
 *   transforms before them and `resampled` around them. Results are those of mlc_model_predict()
 *   bit for bit
 * - lightgbm (.txt): the text that LightGBM's Booster reads, of gradient boosting; the same raw
 *   scores
 * - xgboost (.json): the JSON that XGBoost's Booster reads, of gradient boosting; thresholds and
 *   leaves become floats, so that rows of floats go the same ways and scores are rounded
 * - onnx (.onnx): as follows
 *
 * ONNX (.onnx): a graph with an input for each raw column that the model reads, n_rows x 1, or
 * n_rows x p for a vector; numbers are doubles with opset=5 and floats with opset=3, texts are
 * strings, of which the empty one stands for a missing one, numbers are missing where they are NaN.
 * Outputs are `label` (n_rows) and `probabilities` (n_rows x classes), or `prediction` (n_rows x
 * targets), and the scores `raw` of models that have them. Models: gradient boosting without linear
 * leaves, random forests, extra trees, decision trees, ridge, logistic regression and support
 * vector machines (without probabilities of more than two classes), behind standard_scaler,
 * simple_imputer, one_hot_encoder and ordinal_encoder. With opset=5 (TreeEnsemble) a row reaches
 * the same leaves as here; with opset=3 a row of float32 does, and leaves and sums are rounded to
 * float32.
 *
 * @param ctx context, or NULL
 * @param model fitted
 * @param path file name; a second file, such as a header, lies beside it under the same name with
 * its own ending
 * @param settings NULL or settings: format (auto: by the ending of the name; c, lightgbm, xgboost),
 * name (of the model in the file, "model"; a C identifier for c), opset (of ONNX's ai.onnx.ml: 3 or
 * 5)
 * @param[out] report NULL, or the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_UNSUPPORTED,
 * #MLC_ERROR_IO, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_model_export(mlc_context *ctx, const mlc_model *model,
                                                const char *path, const char *settings,
                                                mlc_dataset **report, mlc_error *err);

/**
 * @brief Exports a model to memory; see mlc_model_export().
 * @param ctx,model,err as there
 * @param settings as there; format must be given. `part=` says what is wanted: file (the default),
 * second (the file that goes with it), or report (JSON: an array of objects with step, subject and
 * effect)
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_model_export_memory(mlc_context *ctx, const mlc_model *model,
                                                       const char *settings, mlc_buffer **out,
                                                       mlc_error *err);

/** @brief 1 when fitted, else 0. @param model may be NULL, which gives 0 */
MLC_API int32_t mlc_model_is_fitted(const mlc_model *model);

/** @brief Takes one more reference. @param model not NULL @return @p model */
MLC_API mlc_model *mlc_model_ref(const mlc_model *model);

/** @brief Gives one reference back; the last one frees. @param model may be NULL */
MLC_API void mlc_model_free(mlc_model *model);

#ifdef __cplusplus
}
#endif
#endif
