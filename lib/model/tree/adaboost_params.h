/* Rows of the parameter table that AdaBoost of classes and of numbers have; included inside it.
 * ADABOOST_DEPTH: the default of max_depth. */
#define PARAMS mlci_adaboost_params

MLCI_INTEGER(PARAMS, n_estimators, 50, 1, 1 << 20, "most trees",
             .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE, .search_low = 20,
             .search_high = 500, .aliases = "num_trees,n_trees", .since = "0.1"),
MLCI_REAL(PARAMS, learning_rate, 1, 0, INFINITY, "factor of the weight of each tree",
          .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE,
          .search_low = 0.01, .search_high = 2, .aliases = "eta,shrinkage", .since = "0.1"),
MLCI_INTEGER(PARAMS, max_depth, ADABOOST_DEPTH, 1, INT64_MAX,
             "most splits from root to leaf of a tree; none: 4096",
             .flags = MLCI_PARAM_NONE | MLCI_PARAM_TUNABLE, .search_low = 1, .search_high = 8,
             .since = "0.1"),
MLCI_INTEGER(PARAMS, max_leaf_nodes, MLCI_NONE_INTEGER, 2, INT32_MAX / 4,
             "most leaves of a tree, grown best split first; none: no limit",
             .flags = MLCI_PARAM_NONE, .aliases = "max_leaves,num_leaves", .since = "0.1"),
MLCI_REAL(PARAMS, min_weight_fraction_leaf, 0, 0, 0.5,
          "least share of the weight of all rows in a leaf", .since = "0.1"),

#undef PARAMS
