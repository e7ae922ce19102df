"""Every source file of the library has a file of tests named after it, and every file of tests
stands for a source file or header.

    tested.py SOURCE
"""
import pathlib
import sys

# Sources whose test is another program, with the reason.
PARAMETERS = ("base/test_param.c", "one table is read, formatted and checked together")
VALIDATION = ("data/test_dataset_validate.c", "rules are looked at as findings in a table")
RECIPES = ("base/test_recipe.c", "what is parsed is formatted and parsed again")
RIDGE = ("model/test_model_ridge.c", "a solver of ridge, chosen by its parameter")
LOGISTIC = ("model/test_model_logistic_regression.c", "a solver, chosen by its parameter")
LOSS = ("model/test_loss.c", "all losses go through the same checks")
SUPPORT = ("model/test_model_support_vector_classifier.c", "what the classifier is made of")
RANKING = ("model/test_rank_pairs.c", "ranking losses are measures of the same pairs")
BOOSTED_GROWTH = ("model/test_grow.c", "a step of growing a tree")
PRODUCTS = ("kernel/test_products.c", "part of the kernel table of each instruction set")
STORES = ("model/test_forest_store.c", "trees of forests and boosted ones, saved and loaded")
GROWTH = ("model/test_cart_grow.c", "what a growing tree is made of")
KERNELS = ("kernel/test_kernels.c", "a kernel table, compared with the others")
XGBOOST = ("interop/test_import_xgboost.c", "a part of reading XGBoost's documents")
EXCHANGE = ("interop/test_import_sklearn.c", "a part of reading exchange documents")
ONNX_OUT = ("interop/test_export_onnx.c", "a part of writing graphs of ONNX")
ONNX_IN = ("interop/test_import_onnx.c", "a part of reading graphs of ONNX")
GENERATORS = ("python/test_generators.py", "against scikit-learn's, by formula and distribution")
RESAMPLERS = ("python/test_resampling.py", "against imbalanced-learn")
SAMPLERS = ("python/test_sampling.py", "chances are counted, weights those of scikit-learn")
ELSEWHERE = {
    **{f"data/generator_{name}.c": GENERATORS for name in (
        "blobs", "circles", "classification", "friedman1", "friedman2", "friedman3", "iris",
        "moons", "penguins", "regression", "swiss_roll", "wine")},
    **{f"data/resampler_{name}.c": RESAMPLERS for name in (
        "random_over", "random_under", "smote", "smote_nc")},
    **{f"data/sampler_{name}.c": SAMPLERS for name in (
        "bottom_k", "reservoir", "stratified", "uniform", "weighted")},
    **{f"data/weighting_{name}.c": SAMPLERS for name in (
        "balanced", "class_weight", "time_decay")},
    "data/fold.c": ("data/test_split.c", "folds are what splits are made of"),
    "data/key_hash.c": ("data/test_splitter_hash.c", "the hash is that of the split"),
    "data/sample_set.c": GENERATORS,
    "base/param_format.c": PARAMETERS,
    "base/param_read.c": PARAMETERS,
    "base/public_layout.c": ("abi/test_structs.c", "assertions that the compiler checks"),
    "base/recipe_format.c": RECIPES,
    "base/recipe_parse.c": RECIPES,
    "base/settings_parse.c": ("base/test_settings.c", "settings are read through their parser"),
    **{f"data/csv_{part}.c": (f"data/test_csv_{test}.c", what) for part, test, what in (
        ("cut", "scan", "regions are of the records that scanning defines"),
        ("header", "infer", "what the header is inferred from"),
        ("problems", "read", "messages of files that are read"),
        ("region", "parse", "cells of all types, in their places"),
        ("run", "read", "any cut, any windows, any threads"),
        ("store", "column", "columns before they are whole"),
        ("text", "column", "cells of the columns that they end in"))},
    "data/format_csv.c": ("data/test_format.c", "a row of the formats"),
    "data/format_sqlite.c": ("data/test_format.c", "a row of the formats, also without SQLite"),
    **{f"data/{name}.c": ("data/test_format_batches.c", "formats a batch at a time")
       for name in ("jsonl_batches", "libsvm_batches")},
    "data/jsonl_parse.c": ("data/test_jsonl_read.c", "lines are looked at as columns"),
    "data/jsonl_settings.c": ("data/test_jsonl_read.c", "settings are told by what they read"),
    "data/line_sink.c": ("data/test_reader_write.c", "the lines of all formats go through it"),
    "data/libsvm_parse.c": ("data/test_libsvm_read.c", "lines are looked at as columns"),
    "data/sqlite_batches.c": ("data/test_sqlite_read.c", "rows of files a batch at a time"),
    "data/sqlite_file.c": ("data/test_sqlite_read.c", "connections are made to read"),
    "data/conform_cast.c": ("data/test_conform.c", "casts are what conforming does first"),
    "data/findings.c": VALIDATION,
    "data/validate_column.c": VALIDATION,
    "data/validate_order.c": VALIDATION,
    **{f"data/hints_{part}.c": ("data/test_hints.c", "a kind of hints") for part in (
        "shared", "target")},
    "data/pattern_parse.c": ("data/test_pattern.c", "what is parsed is matched"),
    **{f"data/profile_{part}.c": ("data/test_profile.c", "a part of making or reading profiles")
       for part in ("column", "columns", "statistics", "table")},
    "data/profile_format.c": ("data/test_profile_parse.c", "what is written is read again"),
    "data/profile_members.c": ("data/test_profile_parse.c", "members are read for profiles alone"),
    "data/schema_infer.c": ("data/test_schema_parse.c", "what is inferred is parsed again"),
    "explain/contribution_table.c": ("explain/test_contributions.c",
                                     "contributions are looked at as a dataset"),
    "interop/document.c": XGBOOST,
    **{f"interop/xgboost_{part}.c": XGBOOST for part in (
        "inputs", "linear", "objective", "tree")},
    "interop/catboost_info.c": ("interop/test_import_catboost.c", "an object of the file"),
    **{f"interop/exchange_{name}.c": EXCHANGE for name in (
        "columns", "document", "model", "steps", "vectors")},
    "interop/foreign_bins.c": ("interop/test_foreign_ensemble.c", "bins of sets that trees ask"),
    "interop/json_fields.c": EXCHANGE,
    **{f"interop/onnx_{part}.c": ONNX_OUT for part in ("graph", "model", "transform", "trees")},
    **{f"interop/onnx_{part}.c": ONNX_IN for part in (
        "boosted_lines", "columns", "document", "document_rows", "features", "file", "inputs", "labels",
        "linear", "maps", "outputs", "read_trees", "scores", "source", "tree_list",
        "tree_questions")},
    "transform/numeric_columns.c": ("transform/test_transform_standard_scaler.c",
                                    "what transforms of numbers keep of their columns"),
    "kernel/blis/blis_memory.c": ("faults/test_blis.c", "needs a malloc that fails"),
    "kernel/blis/blis_none.c": ("kernel/test_products.c", "says no, so every product is ours"),
    "kernel/simd/elementary.inc.c": ("kernel/test_elementary.c", "of each instruction set"),
    "kernel/simd/gram.inc.c": PRODUCTS,
    "kernel/simd/kernels_avx2.c": KERNELS,
    "kernel/simd/kernels_avx512.c": KERNELS,
    "kernel/simd/kernels_avx512vbmi.c": ("kernel/test_score_kernels.c", "of each instruction set"),
    "kernel/simd/kernels_reference.c": KERNELS,
    "kernel/exp_table.c": ("kernel/test_libm_exp.c", "what exp() is made of"),
    "kernel/simd/lanes.inc.c": ("kernel/test_tree_kernels.c", "of each instruction set"),
    "kernel/simd/libm_exp.inc.c": ("kernel/test_libm_exp.c", "of each instruction set"),
    "kernel/simd/moments.inc.c": ("kernel/test_moments.c", "of each instruction set"),
    "kernel/simd/nearest.inc.c": ("kernel/test_nearest.c", "of each instruction set"),
    "kernel/simd/screen.inc.c": ("kernel/test_screen.c", "of each instruction set"),
    "kernel/simd/bits.inc.c": ("kernel/test_bits.c", "of each instruction set"),
    "kernel/simd/hash.inc.c": ("kernel/test_hash_mix.c", "of each instruction set"),
    "kernel/simd/products.inc.c": PRODUCTS,
    "kernel/simd/rows.inc.c": ("kernel/test_row_kernels.c", "of each instruction set"),
    "kernel/simd/scan.inc.c": ("kernel/test_scan_kernels.c", "of each instruction set"),
    "kernel/simd/score.inc.c": ("kernel/test_score_kernels.c", "of each instruction set"),
    "kernel/simd/shap.inc.c": ("kernel/test_shap_kernels.c", "of each instruction set"),
    "kernel/simd/share.inc.c": ("kernel/test_share_kernels.c", "of each instruction set"),
    "kernel/simd/softmax.inc.c": ("kernel/test_softmax.c", "of each instruction set"),
    "kernel/simd/sums.inc.c": ("kernel/test_sums.c", "of each instruction set"),
    "kernel/simd/table.inc.c": KERNELS,
    "kernel/simd/tree.inc.c": ("kernel/test_tree_kernels.c", "of each instruction set"),
    **{f"interop/export_c_{name}.c": ("python/test_interop_export.py",
                                      "what is written is compiled, and its bits compared")
       for name in ("math", "scores", "steps", "trees")},
    "interop/export_c_prior.c": ("python/test_resampled.py",
                                 "what is written is compiled, and its bits compared"),
    "interop/onnx_parts.c": ("python/test_interop_onnx.py", "graphs of ours, read again"),
    "interop/parity_rows.c": ("interop/test_parity.c", "rows that the trees are compared on"),
    **{f"interop/lightgbm_{name}.c": ("interop/test_import_lightgbm.c", "a part of that reader")
       for name in ("labels", "objective", "text", "tree")},
    "model/tree/bin_column.c": ("model/test_binning.c", "tables are binned column by column"),
    "model/linear/centred_block.c": ("model/test_model_ridge.c", "rows of each linear solver"),
    "model/linear/conjugate_gradient.c": RIDGE,
    "model/linear/dual_equations.c": RIDGE,
    "model/linear/linear_state.c": ("model/test_model_ridge.c", "what linear models learn"),
    "model/linear/logistic_lbfgs.c": LOGISTIC,
    "model/linear/newton.c": LOGISTIC,
    "model/linear/normal_equations.c": RIDGE,
    **{f"model/tree/loss_{name}.c": RANKING for name in ("lambdarank", "map", "pairwise")},
    **{f"model/svm/svm_{name}.c": SUPPORT for name in ("classes", "pair", "params", "table")},
    "model/tree/valid_score.c": ("model/test_stopping.c", "what early stopping looks at"),
    "model/tree/grow_level.c": BOOSTED_GROWTH,
    "model/tree/grow_split.c": BOOSTED_GROWTH,
    **{f"model/tree/loss_{name}.c": LOSS for name in (
        "absolute_error", "cross_entropy", "gamma", "huber", "logistic", "one_vs_all", "poisson",
        "quantile", "softmax", "squared_error", "tweedie")},
    "model/tree/cart_node.c": GROWTH,
    "model/tree/cart_tree.c": GROWTH,
    "model/tree/forest.c": STORES,
    "model/tree/node_store.c": STORES,
    "model/feature_names.c": ("model/test_ensemble_table.c", "columns of tables of trees"),
    "model/tree/node_table.c": ("model/test_ensemble_table.c", "columns of tables of trees"),
}
# Layers that the conformance tests hold so far, file by file as tests of their own arrive.
BY_CONFORMANCE = {"artifact", "compose", "serve", "transform"}

source = pathlib.Path(sys.argv[1])
lib, tests = source / "lib", source / "tests"
failures, waiting = [], []
layers = sorted(p.name for p in lib.iterdir() if p.is_dir())
stems = {layer: {p.name.split(".")[0] for p in (lib / layer).rglob("*.[ch]")} for layer in layers}
INCLUDES = {p.name.split(".")[0] for p in (lib / "kernel/simd").glob("*.inc.c")}

for path in sorted(lib.rglob("*.c")):
    name = path.relative_to(lib).as_posix()
    layer = name.split("/")[0]
    own = tests / layer / f"test_{path.stem}.c"
    if own.exists():
        if name in ELSEWHERE:
            failures.append(f"lib/{name} has a test of its own: take it off the list in tested.py")
    elif name in ELSEWHERE:
        if not (tests / ELSEWHERE[name][0]).exists():
            failures.append(f"lib/{name}: there is no tests/{ELSEWHERE[name][0]}")
    elif layer in BY_CONFORMANCE:
        waiting.append(name)
    else:
        failures.append(f"lib/{name} has no test: tests/{layer}/test_{path.stem}.c")
for name in ELSEWHERE:
    if not (lib / name).exists():
        failures.append(f"lib/{name} is gone: take it off the list in tested.py")
for layer in layers:
    listed = (tests / layer / "meson.build").read_text(encoding="utf-8")
    for path in sorted((tests / layer).glob("test_*.c")):
        stem = path.stem.removeprefix("test_")
        if f"'{stem}'" not in listed:
            failures.append(f"tests/{layer}/{path.name} is not in tests/{layer}/meson.build")
        if stem not in stems[layer] | INCLUDES | {"number"}:
            failures.append(f"tests/{layer}/{path.name} is named after no file of lib/{layer}")
if waiting:
    print(f"held by conformance alone: {', '.join(waiting)}")
print("\n".join(failures) or "every source file has its test")
sys.exit(bool(failures))
