/* Rows of the parameter table that decision trees and forests have; included inside it. */
#define PARAMS mlci_forest_params
#define TUNED_LOG .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE

MLCI_INTEGER(PARAMS, max_depth, MLCI_NONE_INTEGER, 1, INT64_MAX,
             "most splits from root to leaf; none: 4096",
             .flags = MLCI_PARAM_NONE | MLCI_PARAM_TUNABLE, .search_low = 2, .search_high = 30,
             .since = "0.1"),
MLCI_INTEGER(PARAMS, max_leaf_nodes, MLCI_NONE_INTEGER, 2, INT32_MAX / 4,
             "most leaves of a tree, grown best split first; none: no limit",
             .flags = MLCI_PARAM_NONE, .aliases = "max_leaves,num_leaves", .since = "0.1"),
MLCI_INTEGER(PARAMS, min_samples_split, 2, 2, INT64_MAX, "least sum of weights of a node that is split",
             TUNED_LOG, .search_low = 2, .search_high = 50, .since = "0.1"),
MLCI_INTEGER(PARAMS, min_samples_leaf, 1, 1, INT64_MAX, "least sum of weights in a leaf",
             TUNED_LOG, .search_low = 1, .search_high = 50,
             .aliases = "min_data_in_leaf,min_child_samples", .since = "0.1"),
MLCI_REAL(PARAMS, min_weight_fraction_leaf, 0, 0, 0.5,
          "least share of the weight of all rows in a leaf", .since = "0.1"),
MLCI_REAL(PARAMS, min_impurity_decrease, 0, 0, INFINITY,
          "least decrease of impurity by a split, weighted by the node's share of the rows",
          .since = "0.1"),
MLCI_REAL(PARAMS, ccp_alpha, 0, 0, INFINITY,
          "cost of a leaf in cost-complexity pruning, in units of impurity",
          .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE, .search_low = 1e-5,
          .search_high = 0.1, .since = "0.1"),
MLCI_MONOTONIC_CST(PARAMS),
MLCI_INTEGER(PARAMS, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed of all random draws",
             .aliases = "seed", .since = "0.1"),

#undef PARAMS
#undef TUNED_LOG
