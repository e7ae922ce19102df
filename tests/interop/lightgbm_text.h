/* A text model of LightGBM for tests: two trees of three features, of which the last is a category,
 * and changes to it. */
#ifndef MLCI_TEST_LIGHTGBM_TEXT_H
#define MLCI_TEST_LIGHTGBM_TEXT_H

#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "data/making.h"

static const char lightgbm_model[] = "tree\n"
                                     "version=v4\n"
                                     "num_class=1\n"
                                     "num_tree_per_iteration=1\n"
                                     "label_index=0\n"
                                     "max_feature_idx=2\n"
                                     "objective=binary sigmoid:1\n"
                                     "feature_names=age height city\n"
                                     "feature_infos=[0:90] [1:2] 0:1:2:33\n"
                                     "tree_sizes=400 300\n"
                                     "\n"
                                     "Tree=0\n"
                                     "num_leaves=4\n"
                                     "num_cat=1\n"
                                     "split_feature=0 1 2\n"
                                     "split_gain=5 3 1\n"
                                     "threshold=40.5 1.7000000000000002 0\n"
                                     "decision_type=2 8 1\n"
                                     "left_child=1 -1 -3\n"
                                     "right_child=2 -2 -4\n"
                                     "leaf_value=0.10000000000000001 0.20000000000000001 -0.3 0.4\n"
                                     "leaf_weight=1 2 3 4\n"
                                     "leaf_count=10 20 30 40\n"
                                     "internal_value=0 0 0\n"
                                     "internal_weight=0 0 0\n"
                                     "internal_count=100 30 70\n"
                                     "cat_boundaries=0 2\n"
                                     "cat_threshold=5 2\n"
                                     "is_linear=0\n"
                                     "shrinkage=0.1\n"
                                     "\n"
                                     "\n"
                                     "Tree=1\n"
                                     "num_leaves=1\n"
                                     "num_cat=0\n"
                                     "split_feature=\n"
                                     "split_gain=\n"
                                     "threshold=\n"
                                     "decision_type=\n"
                                     "left_child=\n"
                                     "right_child=\n"
                                     "leaf_value=0.5\n"
                                     "leaf_weight=\n"
                                     "leaf_count=\n"
                                     "internal_value=\n"
                                     "internal_weight=\n"
                                     "internal_count=\n"
                                     "is_linear=0\n"
                                     "shrinkage=1\n"
                                     "\n"
                                     "\n"
                                     "end of trees\n"
                                     "\n"
                                     "feature_importances:\n"
                                     "age=1\n"
                                     "\n"
                                     "parameters:\n"
                                     "[boosting: gbdt]\n"
                                     "[learning_rate: 0.05]\n"
                                     "[num_leaves: 17]\n"
                                     "[max_depth: -1]\n"
                                     "end of parameters\n"
                                     "\n"
                                     "pandas_categorical:null\n";

/* The text with the first `from` replaced; the caller frees it. */
static inline char *lightgbm_changed(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);
    ck_assert_msg(at != NULL, "'%s' is not in the model", from);
    char *const out = malloc(strlen(text) + strlen(to) + 1);
    const size_t before = (size_t)(at - text);
    memcpy(out, text, before);
    strcpy(out + before, to);
    strcat(out, at + strlen(from));
    return out;
}

static inline mlc_status lightgbm_import(const char *text, const char *settings, mlc_model **out,
                                         mlc_error *err)
{
    return mlc_model_import_memory(NULL, text, (int64_t)strlen(text), NULL, settings, out, err);
}

static inline mlc_model *lightgbm_imported(const char *text, const char *settings)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status = lightgbm_import(text, settings, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return model;
}

/* Rows of age, height, and city as numbers. */
static inline mlc_dataset *lightgbm_rows(int64_t n, const double *age, const double *height,
                                         const double *city)
{
    const mlc_array arrays[] = {making_real("age", n, age), making_real("height", n, height),
                                making_real("city", n, city)};
    return making_dataset(arrays, 3, NULL);
}

#endif
