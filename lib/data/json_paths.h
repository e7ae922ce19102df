/* The members of JSON objects that are read, as a tree of paths: a node a member or element. */
#ifndef MLCI_JSON_PATHS_H
#define MLCI_JSON_PATHS_H

#include "gather.h"

#define MLCI_JSON_ROOT 0 /* node of the object of a line */
#define MLCI_JSON_MAX_PATHS 1000000

typedef struct mlci_json_node {
    int32_t parent;
    int64_t index; /* of an element of an array; -1: a member */
    char *key;     /* of a member: a block */
    int64_t length;
    int32_t first, after;       /* guesses: the child that came first, the sibling that came next */
    int32_t left, right, level; /* of the search tree over (parent, index, key) */
    int32_t has_members, has_elements;
    int32_t is_column; /* values of this node are a column */
    int64_t last_line; /* that it was in; -1 */
    int32_t is_met;    /* in a line that was good */
    int32_t has_values;
    int32_t column; /* number among the columns: of columns=, or of a tree that is joined */
    char *name;     /* of the column: a block, or NULL when made of the path */
    mlci_gather values;
    int32_t is_open; /* values was opened */
} mlci_json_node;

typedef struct mlci_json_paths {
    mlci_root *root;
    int32_t n, capacity;
    int32_t top;       /* of the search tree, or -1 */
    int32_t n_columns; /* of columns= */
    mlci_json_node *nodes;
} mlci_json_paths;

mlc_status mlci_json_paths_open(mlci_root *root, mlci_json_paths *out, mlc_error *err);
void mlci_json_paths_close(mlci_json_paths *paths);
/* The child of a node that a member of that key is (index -1), or that element; -1: none. */
int32_t mlci_json_paths_find(const mlci_json_paths *paths, int32_t parent, int64_t index,
                             const char *key, int64_t length);
/* The member of that key, quickly where it follows `before` (-1: the first) as it did last time. */
int32_t mlci_json_paths_guess(mlci_json_paths *paths, int32_t parent, int32_t before,
                              const char *key, int64_t length);
/* The node at hand, or one made for it: MLC_ERROR_LIMIT beyond a million. */
mlc_status mlci_json_paths_add(mlci_json_paths *paths, int32_t parent, int64_t index,
                               const char *key, int64_t length, int32_t *out, mlc_error *err);
/* Appends the dotted name of a node: user.age, scores[0]. */
void mlci_json_paths_name(const mlci_json_paths *paths, int32_t node, mlci_text *out);
/* The nodes of columns=, as in `age:user.age,first:$.scores[0],odd:$["a.b"]`. */
mlc_status mlci_json_paths_parse(mlci_json_paths *paths, const char *columns, mlc_error *err);
/* A tree of the same nodes without values, with the same numbers. */
mlc_status mlci_json_paths_copy(const mlci_json_paths *paths, mlci_json_paths *out, mlc_error *err);

#endif
