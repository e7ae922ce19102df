/* Rows of the parameter table that all forests have next to tree_params.h; included inside it.
 * FOREST_BOOTSTRAP: the default of bootstrap. */
#define PARAMS mlci_forest_params

MLCI_INTEGER(PARAMS, n_estimators, 100, 1, 1 << 20, "number of trees",
             .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE, .search_low = 50,
             .search_high = 500, .aliases = "num_trees,n_trees", .since = "0.1"),
    MLCI_BOOL(PARAMS, bootstrap, FOREST_BOOTSTRAP,
              "grow each tree on rows drawn with replacement; else on all rows", .since = "0.1"),
    MLCI_STRING(
        PARAMS, max_samples, NULL,
        "draws a tree: a whole number, or a share of the rows; none: as many as there are rows",
        .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_BOOL(
        PARAMS, oob_score, 0,
        "predict the training rows by the trees that did not draw them: tables oob, oob_score",
        .since = "0.1"),

#undef PARAMS
