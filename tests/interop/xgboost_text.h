/* Small documents written by hand after XGBoost's own, in JSON and in UBJSON. */
#ifndef MLCI_XGBOOST_TEXT_H
#define MLCI_XGBOOST_TEXT_H

#include <mlcore/model.h>
#include <string.h>

#include "check_suite.h"
#include "text.h"
#include "ubjson_writing.h"

/* x0 < 1.5: -0.25, else (missing as well) 0.5. */
#define NUMBER_TREE                                                                                \
    "{\"base_weights\":[0,-2.5E-1,5E-1],\"categories\":[],\"categories_nodes\":[],"                \
    "\"categories_segments\":[],\"categories_sizes\":[],\"default_left\":[0,0,0],\"id\":0,"        \
    "\"left_children\":[1,-1,-1],\"loss_changes\":[3E0,0E0,0E0],\"parents\":[2147483647,0,0],"     \
    "\"right_children\":[2,-1,-1],\"split_conditions\":[1.5E0,-2.5E-1,5E-1],"                      \
    "\"split_indices\":[0,0,0],\"split_type\":[0,0,0],\"sum_hessian\":[4E0,1E0,3E0],"              \
    "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"2\",\"num_nodes\":\"3\","             \
    "\"size_leaf_vector\":\"1\"}}"

/* x1 among 1 and 3: 0.0625, else (missing as well) -1. Node 3 was deleted. */
#define CATEGORY_TREE                                                                              \
    "{\"base_weights\":[0,0,0,0],\"categories\":[1,3],\"categories_nodes\":[0],"                   \
    "\"categories_segments\":[0],\"categories_sizes\":[2],\"default_left\":[true,false,false,"     \
    "true],\"id\":1,\"left_children\":[1,-1,-1,-1],\"loss_changes\":[2E0,0E0,0E0,0E0],"            \
    "\"right_children\":[2,-1,-1,-1],\"split_conditions\":[NaN,-1E0,6.25E-2,NaN],"                 \
    "\"split_indices\":[1,0,0,2147483647],\"split_type\":[1,0,0,0],"                               \
    "\"sum_hessian\":[4E0,2E0,2E0,0E0],\"tree_param\":{\"num_nodes\":\"4\"}}"

/* Leaves of two values: x0 < 1.5: 1 and 2, else 3 and 4. */
#define VECTOR_TREE                                                                                \
    "{\"base_weights\":[0,0,0,0,0,0],\"leaf_weights\":[1E0,2E0,3E0,4E0],"                          \
    "\"default_left\":[0,0,0],\"left_children\":[1,-1,-1],\"right_children\":[2,0,1],"             \
    "\"split_conditions\":[1.5E0,0,0],\"split_indices\":[0,0,0],\"loss_changes\":[1,0,0],"         \
    "\"tree_param\":{\"num_nodes\":\"3\",\"size_leaf_vector\":\"2\"}}"

#define TREES "\"tree_info\":[0,0],\"trees\":[" NUMBER_TREE "," CATEGORY_TREE "]"
#define LEARNER                                                                                    \
    "{\"attributes\":{\"best_iteration\":\"0\"},\"feature_names\":[\"age\",\"job\"],"              \
    "\"feature_types\":[\"float\",\"c\"],\"gradient_booster\":{\"model\":{\"gbtree_model_param\":" \
    "{\"num_parallel_tree\":\"1\",\"num_trees\":\"2\",\"size_leaf_vector\":\"0\"}," TREES          \
    "},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\"," \
    "\"num_feature\":\"2\",\"num_target\":\"1\"},\"objective\":{\"name\":\"reg:squarederror\"}}"
#define MODEL "{\"learner\":" LEARNER ",\"version\":[1,7,4]}"

#define LINEAR                                                                                     \
    "{\"learner\":{\"feature_names\":[\"age\",\"job\"],\"gradient_booster\":{\"model\":"           \
    "{\"boosted_rounds\":4,\"weights\":[1E-1,2E0,3E-1,-4E0,1.25E0,-1E0]},\"name\":\"gblinear\"},"  \
    "\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\",\"num_feature\":\"2\","  \
    "\"num_target\":\"2\"},\"objective\":{\"name\":\"reg:squarederror\"}},\"version\":[1,7,4]}"

#define CATS                                                                                       \
    "\"cats\":{\"enc\":[{\"offsets\":[],\"values\":[]},{\"offsets\":[0,4,8,12,13],\"values\":"     \
    "[99,111,111,107,109,97,110,121,97,98,99,100,122]}],\"feature_segments\":[0,0,4],"             \
    "\"sorted_idx\":[]},\"tree_info\""

#define MOST_BYTES 16384

/* text with its first `from` replaced, in one of a few buffers. */
static inline const char *edit(const char *text, const char *from, const char *to)
{
    static char buffers[8][MOST_BYTES];
    static int next;
    char *const out = buffers[next++ % 8];
    const char *const at = strstr(text, from);
    ck_assert_msg(at != NULL, "%s", from);
    ck_assert(strlen(text) + strlen(to) < MOST_BYTES);
    const size_t before = (size_t)(at - text);
    memcpy(out, text, before);
    strcpy(out + before, to);
    strcat(out, at + strlen(from));
    return out;
}

static inline mlc_status import_bytes(const char *bytes, int64_t n, const char *settings,
                                      mlc_model **out, mlc_error *err)
{
    *out = NULL;
    return mlc_model_import_memory(NULL, bytes, n, NULL, settings, out, err);
}

/* Both encodings give the same model. */
static inline mlc_model *import(const char *json, const char *settings)
{
    mlc_model *models[2] = {NULL, NULL};
    mlc_buffer *saved[2] = {NULL, NULL};
    mlci_text ubjson = ubjson_of_json(json);
    mlc_error err = {0};
    ck_assert_msg(import_bytes(json, (int64_t)strlen(json), settings, &models[0], &err) == MLC_OK,
                  "%s", err.message);
    ck_assert_msg(import_bytes(ubjson.data, ubjson.length, settings, &models[1], &err) == MLC_OK,
                  "%s", err.message);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(mlc_model_save_memory(NULL, models[i], NULL, &saved[i], NULL), MLC_OK);
    const int64_t n = mlc_buffer_size(saved[0]);
    ck_assert_int_eq(n, mlc_buffer_size(saved[1]));
    ck_assert(memcmp(mlc_buffer_data(saved[0]), mlc_buffer_data(saved[1]), (size_t)n) == 0);
    for (int i = 0; i < 2; i++)
        mlc_buffer_free(saved[i]);
    mlc_model_free(models[1]);
    mlci_text_clear(&ubjson);
    return models[0];
}

/* Both encodings fail with that status, words and name. */
static inline void fails(const char *json, mlc_status wanted, const char *says, const char *name)
{
    mlci_text ubjson = ubjson_of_json(json);
    const struct {
        const char *bytes;
        int64_t n;
    } files[] = {{json, (int64_t)strlen(json)}, {ubjson.data, ubjson.length}};
    for (int i = 0; i < 2; i++) {
        mlc_model *model = NULL;
        mlc_error err = {0};
        const mlc_status status = import_bytes(files[i].bytes, files[i].n, NULL, &model, &err);
        ck_assert_msg(status == wanted, "%s: %d: %s", says, (int)status, err.message);
        ck_assert_msg(strstr(err.message, says) != NULL, "%s: not '%s'", err.message, says);
        ck_assert_msg(strcmp(err.name, name) == 0, "%s: %s", err.message, err.name);
        ck_assert_ptr_null(model);
    }
    mlci_text_clear(&ubjson);
}

static inline void edit_fails(const char *from, const char *to, mlc_status wanted, const char *says,
                              const char *name)
{
    fails(edit(MODEL, from, to), wanted, says, name);
}

#endif
