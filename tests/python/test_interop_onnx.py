"""Models as ONNX graphs: what ONNX Runtime makes of exported ones, and what imported ones give."""
import pathlib
import tempfile

import numpy as np
import pytest

import mlcore
from conftest import DATA

onnxruntime = pytest.importorskip("onnxruntime")

# Sums in another order, and exp() of another library.
CLOSE = 1e-12
# float32: leaves and sums are rounded.
FLOAT_CLOSE = 2e-5


def export(model, **options):
    """The bytes of the file, and the report as (step, subject, effect)."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.onnx"
        report = model.export(path, **options)
        return path.read_bytes(), [(row["step"], row["subject"], row["effect"]) for row in report]


def session(data):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def feeds(run, rows):
    """Columns of a dataset as the inputs of a graph: missing texts are empty."""
    made = {}
    for field in run.get_inputs():
        if field.type == "tensor(string)":
            values = ["" if v is None else v for v in rows.items(field.name)]
            made[field.name] = np.array(values, dtype=object).reshape(-1, 1)
            continue
        kind = np.float64 if field.type == "tensor(double)" else np.float32
        values = rows.items(field.name)
        values = [np.nan if v is None else v for v in values]
        made[field.name] = np.asarray(values, dtype=kind).reshape(len(rows), -1)
    return made


def run_graph(data, rows):
    run = session(data)
    names = [field.name for field in run.get_outputs()]
    return dict(zip(names, run.run(None, feeds(run, rows))))


def floats(rows):
    """The same rows with numbers that are floats, so that both sides see the same."""
    made = {}
    for name in rows.columns:
        values = rows.items(name)
        if rows.types[name] in ("float64", "float32"):
            values = np.array([np.nan if v is None else v for v in values],
                              dtype=np.float32).astype(np.float64)
        made[name] = values
    return mlcore.Dataset(made, **{role: name for name, role in rows.roles.items()
                                   if role == "target"})


def compare(model, rows, opset, **options):
    """Runs the graph, and compares all that it gives with the model's own."""
    data, losses = export(model, opset=opset, **options)
    given = run_graph(data, rows)
    close = CLOSE if opset == 5 else FLOAT_CLOSE
    if "label" in given:
        probabilities = np.asarray(model.predict_proba(rows))
        np.testing.assert_allclose(given["probabilities"], probabilities, rtol=0, atol=close)
        assert [str(v) for v in given["label"]] == [str(v) for v in model.predict(rows)]
    else:
        expected = np.asarray(model.predict(rows)).reshape(len(rows), -1)
        size = np.abs(expected).max()
        np.testing.assert_allclose(given["prediction"], expected, rtol=0, atol=close * size)
    if "raw" in given and "label" in given:
        raw = np.asarray(model.decision_function(rows)).reshape(len(rows), -1)
        np.testing.assert_allclose(given["raw"], raw, rtol=0,
                                   atol=close * max(1, np.abs(raw).max()))
    return data, losses


@pytest.fixture(scope="module")
def housing():
    return floats(mlcore.read_csv(DATA / "california_housing.csv.gz",
                                  target="median_house_value")[:4000])


@pytest.fixture(scope="module")
def adult():
    return floats(mlcore.read_csv(DATA / "adult.csv.gz", target="income")[:3000])


@pytest.fixture(scope="module")
def penguins():
    return floats(mlcore.read_csv(DATA / "penguins.csv", target="species", null="NA"))


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("recipe", [
    "gradient_boosting_regressor(n_estimators=60)",
    "gradient_boosting_regressor(n_estimators=20, loss=poisson)",
    "random_forest_regressor(n_estimators=20)",
    "extra_trees_regressor(n_estimators=10, max_depth=8)",
    "decision_tree_regressor(max_depth=6)",
    "pipeline(simple_imputer, gradient_boosting_regressor(n_estimators=20))",
    "pipeline(one_hot_encoder, simple_imputer(add_indicator=true), ridge)",
])
def test_regressors_of_housing(housing, recipe, opset):
    compare(mlcore.Model(recipe).fit(housing), housing, opset)


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("recipe", [
    "gradient_boosting_classifier(n_estimators=40)",
    "random_forest_classifier(n_estimators=20)",
    "decision_tree_classifier(max_depth=5)",
    "pipeline(one_hot_encoder(handle_unknown=ignore), standard_scaler, logistic_regression)",
    "pipeline(ordinal_encoder, gradient_boosting_classifier(n_estimators=10))",
    "pipeline(on('workclass', simple_imputer(strategy=most_frequent)), "
    "one_hot_encoder(min_frequency=0.02, handle_unknown=infrequent_if_exist), "
    "gradient_boosting_classifier(n_estimators=10))",
    "pipeline(automatic, logistic_regression)",
])
def test_classifiers_of_adult(adult, recipe, opset):
    compare(mlcore.Model(recipe).fit(adult), adult, opset)


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("recipe", [
    "gradient_boosting_classifier(n_estimators=20)",
    "gradient_boosting_classifier(n_estimators=20, loss=one_vs_all)",
    "random_forest_classifier(n_estimators=20)",
    "random_forest_classifier(n_estimators=20, max_depth=2)",
    "extra_trees_classifier(n_estimators=20)",
    "pipeline(automatic, logistic_regression)",
])
def test_classes_of_penguins(penguins, recipe, opset):
    compare(mlcore.Model(recipe).fit(penguins), penguins, opset)


def test_missing_and_unseen_categories_go_where_the_model_sends_them(adult):
    model = mlcore.Model("gradient_boosting_classifier(n_estimators=30)").fit(adult)
    columns = {name: adult.items(name) for name in adult.columns}
    rng = np.random.default_rng(0)
    for name in columns:
        if adult.types[name] == "category" and name != "income":
            columns[name] = [v if draw > 0.4 else None if draw > 0.2 else "never seen"
                             for v, draw in zip(columns[name], rng.random(len(adult)))]
        elif name != "income":
            columns[name] = np.where(rng.random(len(adult)) < 0.2, np.nan, columns[name])
    rows = mlcore.Dataset(columns, target="income")
    for opset in (3, 5):
        compare(model, rows, opset)


def test_many_categories_and_levels_that_are_joined():
    rng = np.random.default_rng(1)
    code = rng.integers(0, 600, 6000)
    y = np.sin(code) + 0.1 * rng.normal(size=6000)
    rows = mlcore.Dataset({"code": [f"c{c}" for c in code], "x": rng.normal(size=6000), "y": y},
                          target="y")
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=20)").fit(rows)
    for opset in (3, 5):
        compare(model, floats(rows), opset)


@pytest.mark.parametrize("opset", [3, 5])
def test_vector_of_numbers_is_one_input(points, opset):
    X = points[0].astype(np.float32).astype(np.float64)
    X[::7, 1] = np.nan
    rows = mlcore.Dataset({"x": X, "y": points[1]}, target="y")
    model = mlcore.Model("gradient_boosting_classifier(n_estimators=10)").fit(rows)
    run = session(export(model, opset=opset)[0])
    assert [field.shape for field in run.get_inputs()] == [["N", 4]]
    kind = np.float64 if opset == 5 else np.float32
    label, probabilities, raw = run.run(None, {run.get_inputs()[0].name: X.astype(kind)})
    assert label.tolist() == np.asarray(model.predict(rows)).tolist()
    np.testing.assert_allclose(probabilities, model.predict_proba(rows), atol=1e-6)
    np.testing.assert_allclose(raw[:, 0], model.decision_function(rows), atol=1e-5)


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("recipe", [
    "gradient_boosting_regressor(n_estimators=10, loss=quantile, quantile='0.1,0.5,0.6,0.9')",
    "gradient_boosting_regressor(n_estimators=10, zero_as_missing=true)",
])
def test_links_and_zeros(housing, recipe, opset):
    columns = {name: housing.items(name) for name in housing.columns}
    columns["latitude"] = np.where(np.arange(len(housing)) % 3 == 0, 0.0, columns["latitude"])
    rows = mlcore.Dataset(columns, target="median_house_value")
    compare(mlcore.Model(recipe).fit(rows), rows, opset)


def with_levels(data, levels):
    """The file with other levels in its metadata, or without."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load_from_string(data)
    del graph.metadata_props[:]
    if levels is not None:
        onnx.helper.set_model_props(graph, {"other": "1", "mlcore.quantile": levels})
    return graph.SerializeToString()


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("levels", ["0.1,0.9", "0.1,0.5,0.95", "0.05,0.25,0.5,0.75"])
def test_quantiles_of_several_levels_come_back(points, levels, opset):
    X, y = points
    X = X.astype(np.float32).astype(np.float64)
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=10, loss=quantile, "
                         f"quantile='{levels}')").fit(X, X[:, 0] + y)
    data = export(model, opset=opset)[0]
    again = mlcore.loads(mlcore.from_onnx(data).dumps())
    assert f"loss=quantile, quantile='{levels}'" in again.recipe
    for output in ("prediction", "quantile", "raw"):
        ours, theirs = (np.asarray(m.predict_table(X, "class,quantile,raw").column(output))
                        for m in (model, again))
        if opset == 5:
            assert (ours == theirs).all()
        np.testing.assert_allclose(theirs, ours, rtol=FLOAT_CLOSE, atol=FLOAT_CLOSE)
    with pytest.raises(mlcore.UnsupportedError, match="no levels of quantiles: 'mlcore.quantile'"):
        mlcore.from_onnx(with_levels(data, None))
    for wrong, words in (("0.5", "1 levels, the model"), (levels + "x", "is no level"),
                         (levels.replace("0.", "1."), "is no level"), ("", "0 levels")):
        with pytest.raises(mlcore.MlcoreError, match=words):
            mlcore.from_onnx(with_levels(data, wrong))


@pytest.mark.parametrize("change", ["largest", "all", "half", "place"])
def test_another_middle_than_ours_is_refused(points, change):
    onnx = pytest.importorskip("onnx")
    X, y = points
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=3, loss=quantile, "
                         "quantile='0.1,0.5,0.7,0.9')").fit(X, X[:, 0] + y)
    graph = onnx.load_from_string(export(model)[0])
    node = next(n for n in graph.graph.node
                if n.op_type == {"largest": "TopK", "all": "TopK", "half": "Mul"}.get(change, "Gather"))
    constant = next(c for c in graph.graph.initializer if c.name == node.input[1])
    if change == "largest":
        next(a for a in node.attribute if a.name == "largest").i = 1
    elif change == "half":
        constant.CopyFrom(onnx.numpy_helper.from_array(
            (onnx.numpy_helper.to_array(constant) / 2), constant.name))
    else:
        constant.CopyFrom(onnx.numpy_helper.from_array(
            (onnx.numpy_helper.to_array(constant) * 0 + 3), constant.name))
    with pytest.raises(mlcore.UnsupportedError, match=node.op_type):
        mlcore.from_onnx(graph.SerializeToString())


@pytest.mark.parametrize("opset", [3, 5])
def test_zeros_that_are_missing_come_back(housing, opset):
    columns = {name: housing.items(name) for name in housing.columns}
    columns["latitude"] = np.where(np.arange(len(housing)) % 3 == 0, 0.0, columns["latitude"])
    rows = floats(mlcore.Dataset(columns, target="median_house_value"))
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=10, "
                         "zero_as_missing=true)").fit(rows)
    again = mlcore.from_onnx(export(model, opset=opset)[0])
    assert "zero_as_missing=true" in again.recipe
    np.testing.assert_allclose(again.predict(rows), model.predict(rows), rtol=FLOAT_CLOSE)


@pytest.mark.parametrize("opset", [3, 5])
def test_classes_told_from_the_rest_come_back(points, opset):
    X, y = points
    X = X.astype(np.float32).astype(np.float64)
    y = y + (X[:, 2] > 0.5)
    model = mlcore.Model("gradient_boosting_classifier(n_estimators=20, loss=one_vs_all)").fit(X, y)
    again = mlcore.from_onnx(export(model, opset=opset)[0])
    assert "loss=one_vs_all" in again.recipe
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), atol=FLOAT_CLOSE)
    assert list(again.predict(X)) == list(model.predict(X))


def test_zeros_that_are_missing_in_some_columns_are_refused():
    from onnx import TensorProto, helper

    def number(name, value):
        return helper.make_tensor(name, TensorProto.FLOAT, [1], [value])

    trees = dict(nodes_treeids=[0], nodes_nodeids=[0], nodes_featureids=[0], nodes_values=[0.0],
                 nodes_modes=["LEAF"], nodes_truenodeids=[0], nodes_falsenodeids=[0],
                 target_treeids=[0], target_nodeids=[0], target_ids=[0], target_weights=[1.0],
                 n_targets=1)
    nodes = [helper.make_node("Abs", ["a"], ["size"]),
             helper.make_node("LessOrEqual", ["size", "eps"], ["zero"]),
             helper.make_node("Where", ["zero", "nan", "a"], ["a1"]),
             helper.make_node("Concat", ["a1", "b"], ["x"], axis=1),
             helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", **trees)]
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 1]) for n in "ab"]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])]
    constants = [number("eps", np.float32(1e-35)), number("nan", np.nan)]
    made = helper.make_graph(nodes, "g", inputs, outputs, constants)
    graph = helper.make_model(made, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)])
    with pytest.raises(mlcore.UnsupportedError, match="zeros for missing in some columns"):
        mlcore.from_onnx(graph.SerializeToString())


@pytest.mark.parametrize("opset", [3, 5])
def test_several_targets(opset):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(800, 3)).astype(np.float32).astype(np.float64)
    rows = mlcore.Dataset({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "u": X @ [1.0, 2, 3],
                           "v": np.abs(X[:, 0])}, target=["u", "v"])
    for recipe in ("gradient_boosting_regressor(n_estimators=10)", "ridge"):
        compare(mlcore.Model(recipe).fit(rows), rows, opset)


def test_numbers_that_are_encoded(housing):
    rows = mlcore.Dataset({"k": np.arange(400) % 7 + 0.5, "x": np.arange(400) * 1.0,
                           "y": np.arange(400) % 7 * 1.0}, target="y")
    for recipe in ("pipeline(on('k', one_hot_encoder(handle_unknown=ignore)), ridge)",
                   "pipeline(on('k', ordinal_encoder(handle_unknown=use_encoded_value, "
                   "unknown_value=-0.1)), decision_tree_regressor)"):
        model = mlcore.Model(recipe).fit(rows)
        other = mlcore.Dataset({"k": [0.5, 6.5, 9.0, 3.5, 3.25], "x": np.arange(5) * 1.0})
        for opset in (3, 5):
            data, _ = export(model, opset=opset)
            np.testing.assert_allclose(run_graph(data, other)["prediction"][:, 0],
                                       model.predict(other), rtol=1e-5)


def test_doubles_decide_between_numbers_that_are_one_float():
    x = np.where(np.arange(200) % 2 == 0, 0.1, 0.1 + 1e-10)
    rows = mlcore.Dataset({"x": x, "y": np.arange(200) % 2 * 1.0}, target="y")
    model = mlcore.Model("decision_tree_regressor").fit(rows)
    data, _ = export(model, opset=5)
    assert run_graph(data, rows)["prediction"][:, 0].tolist() == rows["y"].tolist()


def test_floats_at_thresholds_go_the_way_of_the_model():
    rng = np.random.default_rng(3)
    x = rng.random(3000).astype(np.float32)
    rows = mlcore.Dataset({"x": x.astype(np.float64), "y": np.sin(40 * x.astype(np.float64))},
                          target="y")
    model = mlcore.Model("decision_tree_regressor").fit(rows)
    trees = model.table("trees")
    cuts = np.array([t for t in trees["threshold"] if t == t and np.isfinite(t)])
    near = cuts.astype(np.float32)
    tried = np.concatenate([near, np.nextafter(near, np.float32(-9)),
                            np.nextafter(near, np.float32(9))])
    other = mlcore.Dataset({"x": tried.astype(np.float64)})
    given = run_graph(export(model, opset=3)[0], other)["prediction"][:, 0]
    np.testing.assert_array_equal(given, np.asarray(model.predict(other)).astype(np.float32))


@pytest.mark.parametrize("recipe, name", [
    ("gradient_boosting_regressor(n_estimators=3, linear_tree=true)", "leaves are linear"),
    ("adaboost_regressor(n_estimators=3)", "adaboost_regressor"),
])
def test_what_has_no_words_is_refused_by_name(housing, recipe, name):
    rows = housing.select("latitude", "longitude", "median_house_value")
    rows = rows.with_roles(target="median_house_value")
    with pytest.raises(mlcore.UnsupportedError, match=name):
        export(mlcore.Model(recipe).fit(rows), opset=5)


def test_opset_4_is_refused(points):
    with pytest.raises(mlcore.MlcoreError, match="opset = 4"):
        export(mlcore.Ridge().fit(*points), opset=4)


def test_names_of_inputs_stay_apart_from_others(points):
    X, y = points
    rows = mlcore.Dataset({"label": X[:, 0], "/3": X[:, 1], "probabilities": X[:, 2], "y": y},
                          target="y")
    model = mlcore.Model("pipeline(standard_scaler, logistic_regression)").fit(rows)
    run = session(export(model, opset=5)[0])
    assert [field.name for field in run.get_outputs()] == ["label_", "probabilities_", "raw"]
    given = run.run(["label_"], feeds(run, rows))[0]
    assert given.tolist() == np.asarray(model.predict(rows)).tolist()


def test_files_are_what_the_checker_takes(adult):
    onnx = pytest.importorskip("onnx")
    for recipe in ("gradient_boosting_classifier(n_estimators=5)",
                   "pipeline(automatic, logistic_regression)"):
        model = mlcore.Model(recipe).fit(adult)
        for opset in (3, 5):
            data, _ = export(model, opset=opset, name="income")
            graph = onnx.load_from_string(data)
            onnx.checker.check_model(graph, full_check=True)
            assert graph.graph.name == "income"
            assert graph.SerializeToString() and graph.producer_name == "mlcore"


def test_report_says_what_differs(adult):
    model = mlcore.Model("pipeline(on('race', one_hot_encoder), "
                         "gradient_boosting_classifier(n_estimators=3))").fit(adult)
    steps = {(step, subject) for step, subject, _ in export(model, opset=3)[1]}
    assert steps == {
        ("inputs", "numbers"), ("one_hot_encoder", "missing texts"),
        ("one_hot_encoder", "unseen values"), ("gradient_boosting_classifier", "missing texts"),
        ("gradient_boosting_classifier", "numbers and sums"),
        ("gradient_boosting_classifier", "exp and log"), ("gradient_boosting_classifier", "label")}


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("objective", ["binary", "multiclass", "multiclassova", "regression_l2",
                                       "poisson", "cross_entropy", "cross_entropy_lambda"])
def test_models_of_lightgbm_go_on_to_onnx(objective, opset):
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(4)
    X = rng.normal(size=(600, 4)).astype(np.float32).astype(np.float64)
    X[:, 3] = rng.integers(0, 9, 600)
    y = np.digitize(X[:, 0] + np.sin(X[:, 3]), [-0.5, 0.5]) * 1.0
    if not objective.startswith("multiclass"):
        y = np.minimum(y, 1)
    params = {"objective": objective, "verbosity": -1, "num_leaves": 8, "num_threads": 1}
    if objective.startswith("multiclass"):
        params["num_class"] = 3
    booster = lightgbm.train(params, lightgbm.Dataset(X, y, categorical_feature=[3]), 8)
    model = mlcore.from_lightgbm(booster)
    run = session(export(model, opset=opset)[0])
    X[::5, 3] = np.nan
    X[1::5, 3] += 0.5
    X[2::5, 3] = 40
    kind = np.float64 if opset == 5 else np.float32
    given = run.run(["probabilities" if "class" in objective or objective == "binary"
                     else "prediction"], {"x": X.astype(kind)})[0]
    expected = booster.predict(X, num_threads=1)
    if objective == "binary":
        expected = np.stack([1 - expected, expected], axis=1)
    np.testing.assert_allclose(given, expected.reshape(given.shape), rtol=0,
                               atol=1e-14 if opset == 5 else 1e-6)


# ---- imported models -----------------------------------------------------------------------------


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("recipe", [
    "gradient_boosting_classifier(n_estimators=20)",
    "random_forest_classifier(n_estimators=10)",
    "decision_tree_classifier(max_depth=4)",
])
def test_exported_classifiers_come_back(adult, penguins, recipe, opset):
    for rows in (adult, penguins):
        model = mlcore.Model(recipe).fit(rows)
        back = mlcore.from_onnx(export(model, opset=opset)[0])
        assert [str(c) for c in back.classes_] == [str(c) for c in model.classes_]
        assert [str(c) for c in back.predict(rows)] == [str(c) for c in model.predict(rows)]
        close = 1e-6 if opset == 3 else 1e-15
        np.testing.assert_allclose(back.predict_proba(rows), model.predict_proba(rows), rtol=0,
                                   atol=close)


@pytest.mark.parametrize("recipe", [
    "gradient_boosting_regressor(n_estimators=20)",
    "gradient_boosting_regressor(n_estimators=20, loss=poisson)",
    "decision_tree_regressor(max_depth=4)",
])
def test_exported_doubles_come_back_to_the_last_bit(housing, recipe):
    model = mlcore.Model(recipe).fit(housing)
    back = mlcore.from_onnx(export(model, opset=5)[0])
    np.testing.assert_array_equal(back.predict(housing), model.predict(housing))


def test_models_of_skl2onnx_give_what_the_runtime_gives():
    skl2onnx = pytest.importorskip("skl2onnx")
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
    from sklearn import ensemble, tree
    rows = mlcore.read_csv(DATA / "iris.csv", target="species")
    X = np.column_stack([rows[name] for name in rows.columns[:4]]).astype(np.float32)
    species = np.array(rows.items("species"))
    number = X[:, 3].astype(np.float64)
    models = [
        ensemble.RandomForestClassifier(8, max_depth=3, random_state=0).fit(X, species),
        ensemble.RandomForestClassifier(8, max_depth=3, random_state=0).fit(X, species == "setosa"),
        ensemble.ExtraTreesClassifier(8, random_state=0).fit(X, species == species[-1]),
        ensemble.GradientBoostingClassifier(n_estimators=8).fit(X, species),
        ensemble.GradientBoostingClassifier(n_estimators=8).fit(X, (species == species[60]) * 1),
        tree.DecisionTreeClassifier(max_depth=3).fit(X, np.array([7, 3, 5])[np.arange(150) // 50]),
        ensemble.RandomForestRegressor(8, random_state=0).fit(X[:, :3], number),
        ensemble.GradientBoostingRegressor(n_estimators=8).fit(X[:, :3], number),
        tree.DecisionTreeRegressor(max_depth=5).fit(X[:, :3], X[:, 2:].astype(np.float64)),
    ]
    for model in models:
        n = model.n_features_in_
        for kind, dtype in ((FloatTensorType, np.float32), (DoubleTensorType, np.float64)):
            for zipmap in ([False, True] if hasattr(model, "classes_") else [None]):
                if hasattr(model, "classes_") and dtype == np.float64:
                    continue  # probabilities of double inputs are floats in some versions
                proto = skl2onnx.convert_sklearn(
                    model, initial_types=[("X", kind([None, n]))],
                    options=None if zipmap is None else {id(model): {"zipmap": zipmap}})
                if zipmap is None:  # the operator gives floats whatever it takes
                    proto.graph.output[0].type.tensor_type.elem_type = 1
                run = session(proto.SerializeToString())
                given = run.run(None, {"X": X[:, :n].astype(dtype)})
                own = mlcore.from_onnx(proto)
                data = mlcore.Dataset({"x": X[:, :n].astype(np.float64)})
                if zipmap is None:
                    expected = np.asarray(own.predict(data)).reshape(len(X), -1)
                    np.testing.assert_allclose(expected, given[0], rtol=3e-7)
                    continue
                assert [str(v) for v in own.predict(data)] == [str(v) for v in given[0]]
                if not zipmap:
                    np.testing.assert_allclose(own.predict_proba(data), given[1], atol=3e-7)


def test_models_of_onnxmltools_give_what_the_runtime_gives():
    onnxmltools = pytest.importorskip("onnxmltools")
    lightgbm = pytest.importorskip("lightgbm")
    xgboost = pytest.importorskip("xgboost")
    from onnxmltools.convert.common.data_types import FloatTensorType
    from sklearn.base import clone
    rng = np.random.default_rng(5)
    X = rng.normal(size=(500, 4)).astype(np.float32)
    X[rng.random(X.shape) < 0.1] = np.nan
    y = np.digitize(np.nan_to_num(X[:, 0] + X[:, 1]), [-0.5, 0.5])
    types = [("X", FloatTensorType([None, 4]))]
    models = [(onnxmltools.convert_lightgbm, lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)),
              (onnxmltools.convert_xgboost, xgboost.XGBClassifier(n_estimators=5)),
              (onnxmltools.convert_lightgbm, lightgbm.LGBMRegressor(n_estimators=5, verbose=-1)),
              (onnxmltools.convert_xgboost, xgboost.XGBRegressor(n_estimators=5))]
    data = mlcore.Dataset({"x": X.astype(np.float64)})
    for convert, model in models:
        for target in (y, np.minimum(y, 1)):
            proto = convert(clone(model).fit(X, target), initial_types=types)
            given = session(proto.SerializeToString()).run(None, {"X": X})
            own = mlcore.from_onnx(proto)
            if len(given) == 1:
                np.testing.assert_allclose(own.predict(data), given[0][:, 0], atol=1e-6)
                continue
            assert np.asarray(own.predict(data)).tolist() == given[0].tolist()
            shares = given[1]
            if isinstance(shares, list):
                shares = np.array([[row[k] for k in sorted(row)] for row in shares])
            np.testing.assert_allclose(own.predict_proba(data), shares, atol=1e-6)


def test_data_in_another_file_is_refused(housing, tmp_path):
    onnx = pytest.importorskip("onnx")
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=5)").fit(housing)
    graph = onnx.load_from_string(export(model, opset=5)[0])
    onnx.save_model(graph, tmp_path / "model.onnx", save_as_external_data=True, size_threshold=0,
                    convert_attribute=True, location="model.data")
    with pytest.raises(mlcore.UnsupportedError, match="another file"):
        mlcore.from_onnx(tmp_path / "model.onnx")


def test_format_is_found_by_the_first_bytes(housing, tmp_path):
    model = mlcore.Model("gradient_boosting_regressor(n_estimators=5)").fit(housing)
    data = export(model, opset=5)[0]
    (tmp_path / "model.bin").write_bytes(data)
    for source in (data, tmp_path / "model.bin"):
        back = mlcore.import_model(source)
        np.testing.assert_array_equal(back.predict(housing), model.predict(housing))
    assert back.table("origin")["value"] is not None


def hand_made(modes, values, tracks, weights, **attributes):
    """A file of trees with one question each about x, written with onnx."""
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    is_class = "classlabels_int64s" in attributes
    lists = {f"nodes_{name}": [] for name in (
        "treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
        "missing_value_tracks_true")}
    prefix = "class" if is_class else "target"
    ids = attributes.pop("ids", [0] * len(modes))
    leaves = {f"{prefix}_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}
    for tree, mode in enumerate(modes):
        rows = [(tree, 0, 0, mode, values[tree], 1, 2, tracks[tree]),
                (tree, 1, 0, "LEAF", 0.0, 0, 0, 0), (tree, 2, 0, "LEAF", 0.0, 0, 0, 0)]
        for row in rows:
            for name, value in zip(lists, row):
                lists[name].append(value)
        for node in (1, 2):
            for name, value in zip(leaves, (tree, node, ids[tree], weights[tree][node - 1])):
                leaves[name].append(value)
    outputs = ["label", "y"] if is_class else ["y"]
    node = helper.make_node("TreeEnsembleClassifier" if is_class else "TreeEnsembleRegressor",
                            ["x"], outputs, domain="ai.onnx.ml", **lists, **leaves, **attributes)
    kinds = {"label": onnx.TensorProto.INT64, "y": onnx.TensorProto.FLOAT}
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", 1])],
        [helper.make_tensor_value_info(name, kinds[name], None) for name in outputs])
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)])


@pytest.mark.parametrize("tracks", [0, 1])
@pytest.mark.parametrize("mode", ["LEQ", "LT", "GTE", "GT", "EQ", "NEQ"])
def test_modes_of_questions_are_those_of_the_runtime(mode, tracks):
    proto = hand_made([f"BRANCH_{mode}"], [2.0], [tracks], [(0.25, 4.0)], n_targets=1)
    near = np.array([2, np.nextafter(np.float32(2), np.float32(0)), 1, 3, 0, np.nan],
                    dtype=np.float32)
    if mode in ("EQ", "NEQ"):
        near[1] = 5  # a fraction does not count
    given = session(proto.SerializeToString()).run(None, {"x": near.reshape(-1, 1)})[0][:, 0]
    own = mlcore.from_onnx(proto).predict(mlcore.Dataset({"x": near.astype(np.float64)}))
    assert np.asarray(own).tolist() == given.tolist()


@pytest.mark.parametrize("post", ["NONE", "LOGISTIC", "SOFTMAX"])
@pytest.mark.parametrize("ids, weights, base", [
    ([0, 0], [(0.1, 0.7), (0.2, 0.1)], None),
    ([0, 0], [(0.1, 0.7), (0.2, 0.1)], [-1.0]),
    ([0, 0], [(-0.1, 0.7), (0.2, 0.1)], None),
    ([0, 0], [(-0.1, 0.7), (0.2, 0.1)], [-1.0]),
    ([1, 1], [(-0.1, 0.7), (0.2, 0.1)], None),
    ([0, 1], [(-0.1, 0.7), (0.2, 0.1)], None),
])
def test_two_classes_have_the_probabilities_of_the_runtime_or_are_refused(ids, weights, base, post):
    options = {} if base is None else {"base_values": base}
    proto = hand_made(["BRANCH_LEQ"] * 2, [0.5] * 2, [0] * 2, weights, ids=ids,
                      classlabels_int64s=[0, 1], post_transform=post, **options)
    x = np.array([[0.0], [1.0]], dtype=np.float32)
    is_one = ids == [0, 0]
    if is_one and (post == "SOFTMAX" or (post == "NONE" and weights[0][0] < 0)):
        with pytest.raises(mlcore.UnsupportedError, match="one score"):
            mlcore.from_onnx(proto)
        return
    given = session(proto.SerializeToString()).run(["y"], {"x": x})[0]
    own = mlcore.from_onnx(proto).predict_proba(mlcore.Dataset({"x": x[:, 0].astype(np.float64)}))
    np.testing.assert_allclose(own, given, rtol=0, atol=1e-6)


def test_base_values_are_added_last():
    proto = hand_made(["BRANCH_LEQ"] * 2, [0.5] * 2, [0] * 2, [(1.0, 1.0), (1.0, 1.0)], n_targets=1,
                      base_values=[2.0 ** 24])
    given = session(proto.SerializeToString()).run(None, {"x": np.zeros((1, 1), np.float32)})[0]
    assert given[0, 0] == 2 ** 24 + 2
    assert mlcore.from_onnx(proto).predict(mlcore.Dataset({"x": [0.0]}))[0] == 2 ** 24 + 2


def followed(proto, *nodes, outputs, constants=()):
    """The same graph with more nodes, and other outputs."""
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    graph = onnx.ModelProto()
    graph.CopyFrom(proto)
    for op, inputs, output in nodes:
        options = {"axis": 1} if op in ("ArgMax", "Softmax", "Concat") else {}
        options = {"to": onnx.TensorProto.INT64} if op == "Cast" else options
        graph.graph.node.append(helper.make_node(op, inputs, [output], **options))
    for name, value in constants:
        graph.graph.initializer.append(onnx.numpy_helper.from_array(
            np.array([[value]], dtype=np.float32), name))
    del graph.graph.output[:]
    for name in outputs:
        kind = onnx.TensorProto.INT64 if name == "class" else onnx.TensorProto.FLOAT
        graph.graph.output.append(helper.make_tensor_value_info(name, kind, None))
    return graph


def test_what_follows_the_trees_is_taken_or_refused():
    proto = hand_made(["BRANCH_LEQ"], [0.5], [0], [(-0.5, 0.75)], n_targets=1)
    x = np.array([[0.0], [1.0]], dtype=np.float32)
    rows = mlcore.Dataset({"x": x[:, 0].astype(np.float64)})
    taken = [
        ([("Mul", ["y", "a"], "z"), ("Sigmoid", ["z"], "p")], [("a", 3)]),
        ([("Div", ["y", "a"], "z"), ("Exp", ["z"], "p")], [("a", 3)]),
        ([("Add", ["y", "a"], "z"), ("Identity", ["z"], "p")], [("a", 3)]),
        ([("Add", ["y", "a"], "z"), ("Div", ["z", "a"], "p")], [("a", 3)]),
    ]
    for nodes, constants in taken:
        graph = followed(proto, *nodes, outputs=["p"], constants=constants)
        given = session(graph.SerializeToString()).run(None, {"x": x})[0][:, 0]
        np.testing.assert_allclose(mlcore.from_onnx(graph).predict(rows), given, rtol=1e-6)
    refused = [
        ([("Mul", ["y", "a"], "p")], ["p"], "Mul"),
        ([("Mul", ["y", "a"], "z"), ("Exp", ["z"], "p")], ["p"], "Exp"),
        ([("Abs", ["y"], "p")], ["p"], "Abs"),
        ([("Sub", ["y", "a"], "p")], ["p"], "Sub"),
        ([("Greater", ["y", "a"], "z"), ("Cast", ["z"], "class")], ["class"], "labels"),
        ([("Greater", ["y", "a"], "z"), ("Cast", ["z"], "class"), ("Sigmoid", ["y"], "p")],
         ["class", "p"], "larger probability"),
    ]
    for nodes, outputs, says in refused:
        with pytest.raises(mlcore.UnsupportedError, match=says):
            mlcore.from_onnx(followed(proto, *nodes, outputs=outputs, constants=[("a", 3)]))


def test_inputs_of_unknown_width_are_as_wide_as_the_trees_ask():
    proto = hand_made(["BRANCH_LEQ"], [0.5], [0], [(-0.5, 0.75)], n_targets=1)
    proto.graph.input[0].type.tensor_type.shape.dim[1].Clear()
    proto.graph.node[0].input[0] = "c"
    onnx = pytest.importorskip("onnx")
    proto.graph.node.insert(0, onnx.helper.make_node("Cast", ["x"], ["c"], to=1))
    model = mlcore.from_onnx(proto)
    rows = mlcore.Dataset({"x": np.array([[0.0], [1.0]])})
    assert np.asarray(model.predict(rows)).tolist() == [-0.5, 0.75]
