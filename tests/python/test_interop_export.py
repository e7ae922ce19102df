"""Models written as C source and as files of LightGBM and XGBoost: what those give is what the
model gives, bit for bit where the report does not say otherwise."""
import ctypes
import shutil
import subprocess

import numpy as np
import pytest

import mlcore
from conftest import DATA

COMPILER = shutil.which("cc") or shutil.which("gcc")
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow"]
REAL = ctypes.POINTER(ctypes.c_double)


class Compiled:
    """The functions of a model that was written as C."""

    def __init__(self, model, folder, flags=("-O1",), name="model"):
        if COMPILER is None:
            pytest.skip("no C compiler")
        self.name = name
        self.report = model.export(folder / "scorer.c", name=name)
        self.source = (folder / "scorer.c").read_text(encoding="utf-8")
        self.header = (folder / "scorer.h").read_text(encoding="utf-8")
        target = folder / f"scorer{len(list(folder.iterdir()))}.so"
        subprocess.run([COMPILER, *STRICT, *flags, "-shared", "-fPIC", folder / "scorer.c", "-o",
                        target, "-lm"], check=True)
        self.library = ctypes.CDLL(str(target))

    def constant(self, what):
        line = f"#define {self.name.upper()}_{what} "
        return int(self.header.split(line)[1].split()[0])

    def __call__(self, what, rows, width):
        function = getattr(self.library, f"{self.name}_{what}")
        function.restype = None
        function.argtypes = [REAL, REAL]
        rows = np.ascontiguousarray(rows, dtype=float)
        out = np.full((len(rows), width), 12345.0)
        for row, to in zip(rows, out):
            function(row.ctypes.data_as(REAL), to.ctypes.data_as(REAL))
        return out

    def code(self, feature, label):
        function = getattr(self.library, f"{self.name}_code_of")
        function.restype = ctypes.c_double
        return function(ctypes.c_int(feature), None if label is None else label.encode())


def side_by_side(model, rows, output):
    """All columns of an output, as one matrix."""
    table = model.predict_table(rows, output)
    columns = [np.asarray(table.column(name), dtype=float) for name in table.columns]
    return np.column_stack([column.reshape(len(column), -1) for column in columns])


def assert_same_bits(given, expected):
    given, expected = np.ascontiguousarray(given), np.ascontiguousarray(expected)
    assert given.shape == expected.shape
    assert np.array_equal(given.view(np.int64), expected.view(np.int64))


def check_all(model, compiled, rows, data=None):
    """Everything that the C code gives is what the model gives; data: rows for the model, if those
    of the C code are codes."""
    data = rows if data is None else data
    if hasattr(compiled.library, f"{compiled.name}_raw"):
        assert_same_bits(compiled("raw", rows, compiled.constant("N_OUTPUTS")),
                         side_by_side(model, data, "raw"))
    predicted = compiled("predict", rows, compiled.constant("N_PREDICTIONS"))
    if hasattr(compiled.library, f"{compiled.name}_probability"):
        assert_same_bits(compiled("probability", rows, compiled.constant("N_CLASSES")),
                         model.predict_proba(data))
        labels = np.asarray(model.classes_)
        assert (labels[predicted[:, 0].astype(int)] == np.asarray(model.predict(data))).all()
        names = (ctypes.c_char_p * len(labels)).in_dll(compiled.library,
                                                       f"{compiled.name}_class_labels")
        assert [name.decode() for name in names] == [str(label) for label in labels]
    else:
        expected = np.asarray(model.predict(data))
        assert_same_bits(predicted, expected.reshape(len(expected), -1))
    if hasattr(compiled.library, f"{compiled.name}_quantile"):
        assert_same_bits(compiled("quantile", rows, compiled.constant("N_QUANTILES")),
                         side_by_side(model, data, "quantile"))


def make_rows(n=2500, seed=0):
    """Numbers with missing ones, a target that goes by some of them, and rows that try edges."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6))
    y = X[:, 0] + X[:, 1] ** 2 + 0.1 * rng.normal(size=n)
    X[rng.random(X.shape) < 0.1] = np.nan
    rows = X[:600].copy()
    rows[::7, 2] = 0
    rows[::11, 0] = np.inf
    rows[::13, 0] = -np.inf
    rows[::17, 1] = 1e-36
    rows[5] = np.nan
    return X, y, rows


TARGETS = {"number": lambda y: y, "count": lambda y: np.round(np.abs(y)),
           "share": lambda y: 1 / (1 + np.exp(-y)), "two": lambda y: (y > 1).astype(int),
           "four": lambda y: np.digitize(y, [0, 1, 2]),
           "two numbers": lambda y: np.column_stack([y, -2 * y])}
RECIPES = [
    ("gradient_boosting_regressor(n_estimators=30)", "number"),
    ("gradient_boosting_regressor(n_estimators=10)", "two numbers"),
    ("gradient_boosting_regressor(loss=poisson, n_estimators=20)", "count"),
    ("gradient_boosting_regressor(loss=cross_entropy, n_estimators=20)", "share"),
    ("gradient_boosting_regressor(linear_tree=true, n_estimators=20)", "number"),
    ("gradient_boosting_regressor(loss=quantile, quantile='0.1,0.4,0.5,0.9', n_estimators=10)",
     "number"),
    ("gradient_boosting_regressor(zero_as_missing=true, linear_tree=true, n_estimators=10)",
     "number"),
    ("gradient_boosting_regressor(boosting=dart, max_leaf_nodes=600, min_samples_leaf=1, "
     "n_estimators=3)", "number"),
    ("gradient_boosting_classifier(n_estimators=30)", "two"),
    ("gradient_boosting_classifier(n_estimators=10)", "four"),
    ("gradient_boosting_classifier(multi_strategy=multi_output_tree, n_estimators=10)", "four"),
    ("gradient_boosting_classifier(loss=one_vs_all, n_estimators=10)", "four"),
    ("random_forest_regressor(n_estimators=10)", "number"),
    ("random_forest_classifier(n_estimators=10)", "two"),
    ("extra_trees_classifier(n_estimators=10)", "four"),
    ("decision_tree_regressor(max_depth=5)", "number"),
    ("decision_tree_classifier(max_depth=3)", "four"),
    ("pipeline(simple_imputer(add_indicator=true), random_forest_classifier(n_estimators=5))",
     "two"),
    ("pipeline(standard_scaler, gradient_boosting_classifier(n_estimators=5))", "two"),
]


@pytest.mark.parametrize("recipe, target", RECIPES)
def test_c_of_each_model_gives_its_bits(recipe, target, tmp_path):
    X, y, rows = make_rows()
    model = mlcore.Model(recipe).fit(X, TARGETS[target](y))
    compiled = Compiled(model, tmp_path)
    assert len(compiled.report) == 0
    assert compiled.constant("N_FEATURES") == 6
    check_all(model, compiled, rows)


@pytest.mark.parametrize("flags", [["-O0"], ["-O3", "-std=gnu99", "-march=native"]])
@pytest.mark.parametrize("recipe, target", [RECIPES[4], RECIPES[8], RECIPES[11]])
def test_c_gives_the_same_bits_whatever_the_compiler_makes_of_it(recipe, target, flags, tmp_path):
    X, y, rows = make_rows()
    model = mlcore.Model(recipe).fit(X, TARGETS[target](y))
    check_all(model, Compiled(model, tmp_path, flags), rows)


def test_c_compiles_for_machines_with_half_precision(tmp_path):
    """Compilers say there in a way of their own that doubles are computed as they are."""
    X, y, _ = make_rows()
    compiled = Compiled(mlcore.Model("ridge").fit(np.nan_to_num(X, posinf=9, neginf=-9), y), tmp_path)
    asked = subprocess.run([COMPILER, "-std=gnu99", "-mavx512fp16", "-dM", "-E", "-include",
                            "float.h", "-"], input="", capture_output=True, text=True)
    if asked.returncode != 0 or "__FLT_EVAL_METHOD__ 16" not in asked.stdout:
        pytest.skip("the compiler knows no half precision")
    assert "FLT_EVAL_METHOD != 16" in compiled.source
    subprocess.run([COMPILER, *STRICT, "-std=gnu99", "-mavx512fp16", "-fsyntax-only",
                    tmp_path / "scorer.c"], check=True)


@pytest.mark.parametrize("recipe, target", [
    ("ridge", "number"), ("ridge", "two numbers"), ("logistic_regression", "two"),
    ("logistic_regression", "four"), ("pipeline(standard_scaler, logistic_regression)", "two"),
    ("pipeline(simple_imputer(strategy=median), standard_scaler, ridge)", "number")])
def test_c_of_linear_models_gives_their_bits(recipe, target, tmp_path):
    X, y, rows = make_rows()
    X, rows = np.nan_to_num(X), np.nan_to_num(rows, posinf=1e6, neginf=-1e-6)
    X, rows = np.tile(X, 50), np.tile(rows, 50)  # chains of 256 features
    model = mlcore.Model(recipe).fit(X + np.sin(np.arange(300)), TARGETS[target](y))
    for flags in ["-O1"], ["-O3", "-std=gnu99", "-march=native"]:
        compiled = Compiled(model, tmp_path, flags)
        check_all(model, compiled, rows)
    refused = rows[:1].copy()
    refused[0, 3] = np.nan
    if "imputer" not in recipe:
        assert np.isnan(compiled("predict", refused, compiled.constant("N_PREDICTIONS"))).all()


PIPELINES = [
    "pipeline(automatic, logistic_regression)",
    "pipeline(automatic, ridge)",
    "pipeline(on(type:category, ordinal_encoder(handle_unknown=use_encoded_value, "
    "unknown_value=-7, encoded_missing_value=-3)), random_forest_classifier(n_estimators=5))",
    "pipeline(on(type:category, simple_imputer(strategy=most_frequent)), "
    "on(type:category, one_hot_encoder(handle_unknown=infrequent_if_exist, min_frequency=30, "
    "drop=first)), on(type:number, standard_scaler), "
    "gradient_boosting_classifier(n_estimators=5))",
    "pipeline(on(type:number, simple_imputer), on([few], one_hot_encoder(drop=if_binary, "
    "handle_unknown=ignore)), gradient_boosting_classifier(n_estimators=5))",
]


@pytest.mark.parametrize("recipe", PIPELINES)
def test_c_of_pipelines_takes_the_columns_of_the_training_rows(recipe, tmp_path):
    frame, y = category_frame()
    frame["weight"] = np.where(np.arange(len(frame)) % 9 == 0, np.nan, np.arange(len(frame)) % 97)
    target = y if "ridge" in recipe else (y > 1).astype(int)
    model = mlcore.Model(recipe).fit(frame, target)
    compiled = Compiled(model, tmp_path)
    data = frame[:400].copy()
    data.loc[3, "few"] = "never seen"
    data.loc[5, "many"] = "never seen"
    names = list(model.table("inputs").column("name"))
    rows = np.empty((len(data), len(names)))
    for j, name in enumerate(names):
        rows[:, j] = data[name] if name in ("size", "weight") else [
            compiled.code(j, None if text is None or text != text else text)
            for text in data[name]]
    check_all(model, compiled, rows, data)


def test_c_gives_nothing_for_rows_that_the_library_refuses(tmp_path):
    frame, y = category_frame()
    model = mlcore.Model("pipeline(on(type:category, one_hot_encoder), "
                         "gradient_boosting_regressor(n_estimators=3))").fit(frame, y)
    compiled = Compiled(model, tmp_path)
    rows = np.array([[0, 0.5, 1], [-1, 0.5, 1], [np.nan, 0.5, 1], [0, np.nan, -1]])
    given = compiled("raw", rows, 1)[:, 0]
    assert list(np.isnan(given)) == [False, True, False, True]
    strange = frame[:1].copy()
    strange["few"] = "never seen"
    with pytest.raises(mlcore.MlcoreError):
        model.predict(strange)


def test_c_of_scores_far_out_gives_the_bits_of_each_link(tmp_path):
    """Leaves from far below 0 to far above: exp() at its ends, subnormal results, infinity."""
    scores = np.concatenate([np.linspace(-800, 800, 401), np.geomspace(1e-300, 1, 40)])
    X = np.arange(len(scores), dtype=float)[:, None]
    tree = "min_samples_leaf=1, max_leaf_nodes=1000, learning_rate=1, n_estimators=1"
    plain = mlcore.Model(f"gradient_boosting_regressor({tree}, max_bins=255)").fit(X, scores)
    lines = mlcore.Model("gradient_boosting_regressor(linear_tree=true, n_estimators=3)")
    lines.fit(X, scores)
    far = np.array([[1e300], [-1e300], [1e308], [np.nan], [np.inf]])
    check_all(lines, Compiled(lines, tmp_path), np.vstack([X, far]))
    check_all(plain, Compiled(plain, tmp_path), X)


def text_of_lightgbm(objective, values):
    """A LightGBM model of one tree that gives values[i] for x = i."""
    n = len(values)
    thresholds = " ".join(f"{i}.5" for i in range(n - 1))
    left = " ".join(str(-1 - i) for i in range(n - 1))
    right = " ".join([str(i + 1) for i in range(n - 2)] + [str(-n)])
    return "\n".join([
        "tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
        "max_feature_idx=0", f"objective={objective}", "feature_names=x", "feature_infos=[0:9]",
        "", "Tree=0", f"num_leaves={n}", "num_cat=0", "split_feature=" + " ".join("0" * (n - 1)),
        f"threshold={thresholds}", "decision_type=" + " ".join("8" * (n - 1)),
        f"left_child={left}", f"right_child={right}",
        "leaf_value=" + " ".join(repr(float(value)) for value in values), "", "",
        "end of trees", ""]).encode()


@pytest.mark.parametrize("objective", [
    "binary sigmoid:1", "binary sigmoid:0.7", "poisson", "cross_entropy", "cross_entropy_lambda",
    "regression sqrt", "regression"])
def test_c_of_links_of_another_library_gives_their_bits(objective, tmp_path):
    values = np.concatenate([np.linspace(-760, 760, 301), np.geomspace(1e-300, 30, 60),
                             -np.geomspace(1e-300, 30, 60)])
    model = mlcore.import_model(text_of_lightgbm(objective, values))
    rows = np.arange(len(values), dtype=float)[:, None]
    check_all(model, Compiled(model, tmp_path), rows)
    check_all(model, Compiled(model, tmp_path, ["-O2", "-march=native"]), rows)


def coded(compiled, model, data, n):
    """Rows as the C code takes them: labels become codes."""
    names = model.table("inputs").items("name")
    rows = np.empty((n, len(names)))
    for j, name in enumerate(names):
        values = data.column(name)[:n]
        if any(isinstance(value, str) for value in values):
            rows[:, j] = [compiled.code(j, value if isinstance(value, str) else None)
                          for value in values]
        else:
            rows[:, j] = np.asarray(values, dtype=float)
    return rows


@pytest.mark.parametrize("recipe", [
    "gradient_boosting_classifier(n_estimators=20)", "random_forest_classifier(n_estimators=5)"])
def test_c_of_categories_takes_the_codes_of_its_labels(recipe, tmp_path):
    data = mlcore.read_csv(DATA / "adult.csv.gz", target="income")[:4000]
    model = mlcore.Model(recipe).fit(data)
    compiled = Compiled(model, tmp_path, name="income")
    rows = coded(compiled, model, data, 400)
    check_all(model, compiled, rows, data[:400])
    assert compiled.code(1, "no such label") == -1
    assert np.isnan(compiled.code(1, None))


@pytest.mark.parametrize("recipe", [
    "gradient_boosting_regressor(n_estimators=100)", "random_forest_regressor(n_estimators=20)",
    "pipeline(automatic, ridge)"])
def test_c_of_houses_gives_the_bits_of_each_row(recipe, tmp_path):
    data = mlcore.read_csv(DATA / "california_housing.csv.gz", target="median_house_value")
    model = mlcore.Model(recipe).fit(data[:5000])
    compiled = Compiled(model, tmp_path, ["-O2"], name="house")
    rest = data[5000:7000]
    check_all(model, compiled, coded(compiled, model, rest, 2000), rest)


# ---- LightGBM ------------------------------------------------------------------------------------


def lightgbm_scores(path, rows):
    lightgbm = pytest.importorskip("lightgbm")
    booster = lightgbm.Booster(model_file=str(path))
    raw = booster.predict(np.asarray(rows, dtype=float), raw_score=True, num_threads=1)
    return booster, raw.reshape(len(raw), -1)


def raw_scores(model, rows):
    return side_by_side(model, rows, "raw")


BOOSTED = [entry for entry in RECIPES if entry[0].startswith("gradient") and
           "zero_as_missing" not in entry[0]]


@pytest.mark.parametrize("recipe, target", BOOSTED)
def test_lightgbm_gives_the_raw_scores_of_each_model(recipe, target, tmp_path):
    X, y, rows = make_rows()
    model = mlcore.Model(recipe).fit(X, TARGETS[target](y))
    report = model.export(tmp_path / "model.txt")
    if "linear" in recipe:
        rows = np.where(np.isinf(rows), 100, rows)
    booster, raw = lightgbm_scores(tmp_path / "model.txt", rows)
    assert_same_bits(raw, raw_scores(model, rows))
    subjects = set(report.column("subject"))
    if not subjects:
        predicted = booster.predict(rows, num_threads=1)
        expected = model.predict_proba(rows) if hasattr(model, "classes_") and \
            "classifier" in recipe else np.asarray(model.predict(rows))
        if predicted.ndim == 1 and expected.ndim == 2:
            expected = expected[:, -1]
        np.testing.assert_allclose(predicted, expected, rtol=1e-12, atol=1e-15)
    else:
        assert subjects <= {"infinite numbers", "predictions", "probabilities"}


def test_lightgbm_takes_zeros_for_missing_as_the_model_does(tmp_path):
    X, y, rows = make_rows()
    X[::3, 0] = 0
    model = mlcore.Model("gradient_boosting_regressor(zero_as_missing=true, n_estimators=20)")
    model.fit(X, y)
    assert len(model.export(tmp_path / "model.txt")) == 0
    assert_same_bits(lightgbm_scores(tmp_path / "model.txt", rows)[1], raw_scores(model, rows))


def test_lightgbm_refuses_linear_leaves_that_take_zeros_for_missing(tmp_path):
    X, y, _ = make_rows()
    model = mlcore.Model("gradient_boosting_regressor(zero_as_missing=true, linear_tree=true, "
                         "n_estimators=2)").fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="zero_as_missing"):
        model.export(tmp_path / "model.txt")
    assert not (tmp_path / "model.txt").exists()


def category_frame(n=3000, seed=1):
    """Categories, few and many, with missing ones, whose sets go both ways."""
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    few = rng.choice(["red", "green", "blue, dark", 'a "quoted" one', "é"], n).astype(object)
    many = np.array([f"c{i:03d}" for i in range(200)], dtype=object)[rng.integers(0, 200, n)]
    few[rng.random(n) < 0.2] = None
    many[rng.random(n) < 0.1] = None
    size = rng.normal(size=n)
    y = size + (few == "red") + np.array([0 if c is None else int(c[1:]) % 7 for c in many]) / 3
    y = np.where([c is None for c in few], y + rng.normal(size=n), y)
    frame = pandas.DataFrame({"few": few, "size": size, "many": many})
    return frame, y


def test_lightgbm_has_the_sets_and_labels_of_categories(tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    pandas = pytest.importorskip("pandas")
    frame, y = category_frame()
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=40, min_samples_leaf=5)")
    model.fit(frame, y)
    assert len(model.export(tmp_path / "model.txt")) == 0
    rows = frame[:500].copy()
    rows.loc[3, "few"] = "never seen"
    expected = raw_scores(model, rows)
    dtypes = {name: pandas.CategoricalDtype(sorted(frame[name].dropna().unique()))
              for name in ("few", "many")}
    booster = lightgbm.Booster(model_file=str(tmp_path / "model.txt"))
    raw = booster.predict(rows.astype(dtypes), raw_score=True, num_threads=1)
    assert_same_bits(raw.reshape(-1, 1), expected)
    again = mlcore.import_model(tmp_path / "model.txt")
    assert_same_bits(raw_scores(again, rows), expected)


@pytest.mark.parametrize("recipe, target", [RECIPES[0], RECIPES[4], RECIPES[8], RECIPES[9]])
def test_lightgbm_file_comes_back_as_the_same_model(recipe, target, tmp_path):
    X, y, rows = make_rows()
    model = mlcore.Model(recipe).fit(X, TARGETS[target](y))
    model.export(tmp_path / "model.txt")
    again = mlcore.import_model(tmp_path / "model.txt")
    names = again.table("inputs").items("name")
    data = rows if len(names) > 1 else rows
    assert_same_bits(raw_scores(again, data), raw_scores(model, rows))


@pytest.mark.parametrize("parameters", [
    {"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5},
    {"objective": "binary", "sigmoid": 0.5}, {"objective": "multiclassova", "num_class": 3},
    {"objective": "regression", "linear_tree": True}, {"objective": "poisson"}])
def test_lightgbm_model_that_was_imported_goes_back(parameters, tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    X, y, rows = make_rows()
    objective = parameters["objective"]
    target = np.digitize(y, [0, 2]) if "num_class" in parameters else y > 1 \
        if objective == "binary" else np.abs(y) if objective == "poisson" else y
    data = lightgbm.Dataset(X, target, params={"verbose": -1})
    booster = lightgbm.train({**parameters, "num_leaves": 15, "verbose": -1, "num_threads": 1},
                             data, 8)
    model = mlcore.import_model(booster.model_to_string().encode())
    report = model.export(tmp_path / "model.txt")
    assert set(report.column("subject")) <= {"infinite numbers"}
    rows = np.where(np.isinf(rows), 3, rows)
    back = lightgbm.Booster(model_file=str(tmp_path / "model.txt"))
    for raw in (True, False):
        assert_same_bits(back.predict(rows, raw_score=raw, num_threads=1),
                         booster.predict(rows, raw_score=raw, num_threads=1))


def test_lightgbm_gives_shapley_values_of_the_file(tmp_path):
    """Counts and values of nodes: contributions there add up to the score."""
    X, y, rows = make_rows()
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=10)").fit(X, y)
    model.export(tmp_path / "model.txt")
    booster, raw = lightgbm_scores(tmp_path / "model.txt", rows)
    shares = booster.predict(rows, pred_contrib=True, num_threads=1)
    np.testing.assert_allclose(shares.sum(axis=1), raw[:, 0], rtol=1e-9, atol=1e-12)


def test_files_of_incomes_give_the_scores_of_all_rows(tmp_path):
    """Categories and numbers of the adult data, through both libraries."""
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")
    pandas = pytest.importorskip("pandas")
    data = mlcore.read_csv(DATA / "adult.csv.gz", target="income")[:8000]
    model = mlcore.Model("pipeline(automatic, gradient_boosting_classifier)").fit(data)
    frame = data.to_pandas().drop(columns="income")
    texts = [name for name in frame if not pandas.api.types.is_numeric_dtype(frame[name])]
    frame = frame.astype({name: pandas.CategoricalDtype(sorted(frame[name].dropna().unique()))
                          for name in texts})
    expected = raw_scores(model, data)
    assert len(model.export(tmp_path / "income.txt")) == 0
    booster = lightgbm.Booster(model_file=str(tmp_path / "income.txt"))
    raw = booster.predict(frame, raw_score=True, num_threads=1)
    assert_same_bits(raw[:, None], expected)
    model.export(tmp_path / "income.json")
    booster = xgboost.Booster(model_file=str(tmp_path / "income.json"))
    raw = booster.predict(xgboost.DMatrix(frame, enable_categorical=True), output_margin=True)
    np.testing.assert_allclose(raw[:, None], expected, rtol=3e-5, atol=3e-6)


# ---- XGBoost -------------------------------------------------------------------------------------


def xgboost_raw(path, rows, **options):
    xgboost = pytest.importorskip("xgboost")
    booster = xgboost.Booster(model_file=str(path))
    matrix = xgboost.DMatrix(rows, nthread=1, **options)
    raw = booster.predict(matrix, output_margin=True, validate_features=False)
    return booster, raw.reshape(len(raw), -1)


def float_rows(rows):
    """Rows that are floats and finite, as XGBoost wants them."""
    return np.where(np.isinf(rows), 100, rows).astype(np.float32).astype(float)


XGBOOST = [entry for entry in BOOSTED if "linear_tree" not in entry[0]]


@pytest.mark.parametrize("recipe, target", XGBOOST)
def test_xgboost_gives_the_raw_scores_but_for_rounding_to_float(recipe, target, tmp_path):
    X, y, rows = make_rows()
    model = mlcore.Model(recipe).fit(X, TARGETS[target](y))
    report = model.export(tmp_path / "model.json")
    rows = float_rows(rows)
    booster, raw = xgboost_raw(tmp_path / "model.json", rows)
    expected = raw_scores(model, rows)
    np.testing.assert_allclose(raw, expected, rtol=3e-6, atol=3e-6)
    subjects = set(report.column("subject"))
    assert {"thresholds", "leaves"} <= subjects
    assert subjects <= {"thresholds", "leaves", "predictions", "probabilities"}
    # Every row goes the same way: the leaves are the model's own nodes.
    xgboost = pytest.importorskip("xgboost")
    leaves = booster.predict(xgboost.DMatrix(rows), pred_leaf=True, validate_features=False)
    assert np.array_equal(leaves.reshape(len(rows), -1), side_by_side(model, rows, "leaf"))
    if "predictions" not in subjects and "probabilities" not in subjects:
        predicted = booster.predict(xgboost.DMatrix(rows), validate_features=False)
        given = model.predict_proba(rows) if "classifier" in recipe else \
            np.asarray(model.predict(rows))
        if predicted.ndim == 1 and given.ndim == 2:
            given = given[:, -1]
        np.testing.assert_allclose(predicted, given, rtol=1e-5, atol=1e-6)


def test_xgboost_thresholds_part_each_float_as_the_model_does(tmp_path):
    """Floats at and on both sides of each threshold."""
    X, y, _ = make_rows()
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=5, max_bins=20)").fit(X, y)
    model.export(tmp_path / "model.json")
    thresholds = model.table("trees").column("threshold")
    near = np.asarray([t for t in thresholds if t == t], dtype=np.float32)
    near = np.concatenate([near, np.nextafter(near, np.float32(np.inf)),
                           np.nextafter(near, np.float32(-np.inf))]).astype(float)
    rows = np.column_stack([near] * 6)
    xgboost = pytest.importorskip("xgboost")
    booster = xgboost.Booster(model_file=str(tmp_path / "model.json"))
    leaves = booster.predict(xgboost.DMatrix(rows), pred_leaf=True, validate_features=False)
    assert np.array_equal(leaves.reshape(len(rows), -1), side_by_side(model, rows, "leaf"))


def test_xgboost_takes_zeros_for_missing_with_its_matrix(tmp_path):
    X, y, rows = make_rows()
    X[::3, 0] = 0
    model = mlcore.Model("gradient_boosting_regressor(zero_as_missing=true, n_estimators=20)")
    model.fit(X, y)
    assert "missing values" in model.export(tmp_path / "model.json").column("subject")
    rows = float_rows(rows)
    rows[np.abs(rows) < 1e-30] = 0
    _, raw = xgboost_raw(tmp_path / "model.json", rows, missing=0)
    np.testing.assert_allclose(raw, raw_scores(model, rows), rtol=3e-6, atol=3e-6)


def test_xgboost_has_the_sets_and_labels_of_categories(tmp_path):
    pandas = pytest.importorskip("pandas")
    xgboost = pytest.importorskip("xgboost")
    frame, y = category_frame()
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=40, min_samples_leaf=5)")
    model.fit(frame, y)
    model.export(tmp_path / "model.json")
    booster = xgboost.Booster(model_file=str(tmp_path / "model.json"))
    rows = frame[:500].copy()
    rows["size"] = rows["size"].astype(np.float32)
    expected = raw_scores(model, rows)
    # Other codes than those of the model, which has all labels in order.
    few = pandas.CategoricalDtype(["red", "green", "é", 'a "quoted" one', "blue, dark"])
    rows = rows.astype({"few": few, "many": "category"})
    matrix = xgboost.DMatrix(rows, enable_categorical=True)
    raw = booster.predict(matrix, output_margin=True)
    np.testing.assert_allclose(raw[:, None], expected, rtol=3e-6, atol=3e-6)
    codes = np.full((3, 3), 0.5)
    codes[:, 0] = [-1, 9, np.nan]
    codes[:, 2] = [5000, -1, 0]
    unknown = xgboost.DMatrix(codes, feature_types=["c", "float", "c"])
    raw = booster.predict(unknown, output_margin=True, validate_features=False)
    strange = pandas.DataFrame({"few": ["?", "?", None], "size": 0.5,
                                "many": ["?", "?", "c000"]})
    np.testing.assert_allclose(raw[:, None], raw_scores(model, strange), rtol=3e-6, atol=3e-6)


def test_labels_that_are_not_ascii_come_back_and_the_report_names_the_release(tmp_path):
    frame, y = category_frame()
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=3)").fit(frame, y)
    report = model.export(tmp_path / "model.json")
    assert "labels of categories" in report.column("subject")
    back = mlcore.import_model(tmp_path / "model.json")
    np.testing.assert_allclose(raw_scores(back, frame), raw_scores(model, frame), rtol=3e-6,
                               atol=3e-6)


def test_xgboost_refuses_what_it_has_no_words_for(tmp_path):
    X, y, _ = make_rows()
    linear = mlcore.Model("gradient_boosting_regressor(linear_tree=true, n_estimators=2)")
    with pytest.raises(mlcore.UnsupportedError, match="linear_tree"):
        linear.fit(X, y).export(tmp_path / "model.json")
    forest = mlcore.Model("random_forest_regressor(n_estimators=2)").fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="boosted trees alone"):
        forest.export(tmp_path / "model.json")
    scaled = mlcore.Model("pipeline(standard_scaler, gradient_boosting_regressor(n_estimators=2))")
    with pytest.raises(mlcore.UnsupportedError, match="standard_scaler"):
        scaled.fit(X, y).export(tmp_path / "model.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("parameters", [
    {"objective": "reg:squarederror"}, {"objective": "binary:logistic"},
    {"objective": "multi:softprob", "num_class": 3}, {"objective": "reg:gamma"},
    {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.3},
    {"objective": "binary:hinge"},
    {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]},
    {"objective": "reg:expectileerror", "expectile_alpha": [0.1, 0.5, 0.9]}])
def test_xgboost_model_that_was_imported_goes_back_and_into_c(parameters, tmp_path):
    xgboost = pytest.importorskip("xgboost")
    X, y, rows = make_rows()
    rows = float_rows(rows)
    objective = parameters["objective"]
    target = np.digitize(y, [0, 2]) if "num_class" in parameters else y > 1 \
        if objective.startswith("binary") else np.exp(y / 4) if objective == "reg:gamma" else y
    booster = xgboost.train({**parameters, "max_depth": 5, "nthread": 1},
                            xgboost.DMatrix(X, target), 10)
    booster.save_model(tmp_path / "booster.json")
    model = mlcore.import_model(tmp_path / "booster.json")
    report = model.export(tmp_path / "back.json")
    # Older releases do not sort quantiles; the levels of expectiles, which only training needs, are
    # not kept, so the way from scores to predictions has no name there.
    assert len(report) == (objective in ("reg:quantileerror", "reg:expectileerror"))
    back = xgboost.Booster(model_file=str(tmp_path / "back.json"))
    for raw in (True,) if objective == "reg:expectileerror" else (True, False):
        given, expected = (one.predict(xgboost.DMatrix(rows), output_margin=raw)
                           for one in (back, booster))
        assert np.array_equal(given.view(np.int32), expected.view(np.int32))
    near = rows + 1e-9 * np.random.default_rng(3).normal(size=rows.shape)
    check_all(model, Compiled(model, tmp_path), near)
