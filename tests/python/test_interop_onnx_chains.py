"""Graphs of scikit-learn's chains: preprocessing before trees and linear models, as skl2onnx and
onnxmltools write them, imported beside ONNX Runtime; and what is exported here and comes back."""
import warnings

import numpy as np
import pytest

import mlcore
from conftest import DATA
from test_interop_onnx import export, floats, run_graph, session

skl2onnx = pytest.importorskip("skl2onnx")
from skl2onnx.common.data_types import (  # noqa: E402
    DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType)
from sklearn import (  # noqa: E402
    compose, ensemble, impute, linear_model, multiclass, pipeline, preprocessing, svm, tree)

# The runtime rounds columns, products and sums to float32: about a unit of the last place of the
# largest number that is added up.
FLOAT = 2.0 ** -23
# Sums of doubles in another order.
DOUBLE = 2.0 ** -48


def to_onnx(model, types, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return skl2onnx.convert_sklearn(model, initial_types=types, options=options or None)


def numbers(n, kind=FloatTensorType):
    return [("X", kind([None, n]))]


def dataset(X, own):
    """The rows as the imported model names its inputs: one vector, or a column each."""
    X = np.asarray(X, dtype=np.float64)
    if list(own.feature_names_in_) == ["x"]:
        return mlcore.Dataset({"x": X})
    return mlcore.Dataset({f"x{i}": X[:, i] for i in range(X.shape[1])})


def same_floats(own, given):
    np.testing.assert_array_equal(np.asarray(own).ravel().astype(np.float32), given.ravel())


@pytest.fixture(scope="module")
def housing():
    rows = mlcore.read_csv(DATA / "california_housing.csv.gz", target="median_house_value")[:1500]
    names = [name for name in rows.columns
             if name != "median_house_value" and rows.types[name] != "category"]
    X = np.column_stack([np.array([np.nan if v is None else v for v in rows.items(name)],
                                  dtype=np.float32) for name in names])
    return X, np.array(rows.items("median_house_value")) / 1e5


@pytest.fixture(scope="module")
def full(housing):
    X, y = housing
    rows = ~np.isnan(X).any(axis=1)
    return X[rows], y[rows]


SCALERS = [
    preprocessing.StandardScaler(), preprocessing.StandardScaler(with_mean=False),
    preprocessing.MinMaxScaler(), preprocessing.RobustScaler(), preprocessing.MaxAbsScaler(),
    pipeline.make_pipeline(preprocessing.StandardScaler(), preprocessing.MinMaxScaler((-3, 7))),
]


# ---- before trees -------------------------------------------------------------------------------


def near_thresholds(own, X):
    """The rows, and others with each number that the trees ask for, and those next to it."""
    cuts = own.table("trees")
    rows = [X]
    for j in range(X.shape[1]):
        asked = [t for t, f in zip(cuts["threshold"], cuts.items("feature"))
                 if f in (f"x[{j}]", f"x{j}", str(j)) and np.isfinite(t)]
        values = np.array(asked, dtype=np.float32)
        for tried in (values, np.nextafter(values, np.float32(-np.inf)),
                      np.nextafter(values, np.float32(np.inf))):
            some = X[np.arange(len(tried)) % len(X)].copy()
            some[:, j] = tried
            rows.append(some)
    return np.vstack(rows)


@pytest.mark.parametrize("scaler", SCALERS + [preprocessing.MinMaxScaler(clip=True)], ids=str)
@pytest.mark.parametrize("model", [
    tree.DecisionTreeRegressor(max_depth=7, random_state=0),
    ensemble.RandomForestRegressor(5, max_depth=6, random_state=0),
    ensemble.GradientBoostingRegressor(n_estimators=10, random_state=0)],
    ids=lambda m: type(m).__name__)
def test_trees_after_a_scaler_have_the_bits_of_the_runtime(full, scaler, model):
    X, y = full
    proto = to_onnx(pipeline.make_pipeline(scaler, model).fit(X, y), numbers(X.shape[1]))
    own = mlcore.from_onnx(proto)
    rows = near_thresholds(own, X)
    assert len(rows) > len(X) + 30
    given = session(proto.SerializeToString()).run(None, {"X": rows})[0]
    same_floats(own.predict(dataset(rows, own)), given)


def test_doubles_after_a_scaler_are_scaled_in_double(full):
    X, y = full
    X = X.astype(np.float64) * (1 + 1e-10)
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                   tree.DecisionTreeRegressor(max_depth=7, random_state=0))
    proto = to_onnx(chain.fit(X, y), numbers(X.shape[1], DoubleTensorType))
    proto.graph.output[0].type.tensor_type.elem_type = 1  # whatever it takes, it gives floats
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0]
    same_floats(own.predict(dataset(X, own)), given)


def test_missing_numbers_before_trees_go_where_the_runtime_sends_them(housing):
    X, y = housing
    X = X.copy()
    X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    for steps in ([impute.SimpleImputer()],
                  [impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler()],
                  [preprocessing.StandardScaler(), impute.SimpleImputer()]):
        for model in (tree.DecisionTreeRegressor(max_depth=7, random_state=0),
                      ensemble.GradientBoostingRegressor(n_estimators=8, random_state=0)):
            proto = to_onnx(pipeline.make_pipeline(*steps, model).fit(X, y), numbers(X.shape[1]))
            given = session(proto.SerializeToString()).run(None, {"X": X})[0]
            own = mlcore.from_onnx(proto)
            same_floats(own.predict(dataset(X, own)), given)


def random_chain(rng, kind):
    """A graph of an input of two columns, some operations on it, and trees of a question each."""
    onnx = pytest.importorskip("onnx")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    types = {"float": onnx.TensorProto.FLOAT, "double": onnx.TensorProto.DOUBLE,
             "int64": onnx.TensorProto.INT64}
    nodes, constants = [], []

    def number(kind):
        value = np.float32(rng.normal() * 10.0 ** rng.integers(-2, 3))
        return value if kind == "float" else np.float64(value) * (1 + 1e-9)

    def add(op, inputs, domain="", **options):
        nodes.append(helper.make_node(op, inputs, [f"v{len(nodes)}"], domain=domain, **options))
        return nodes[-1].output[0]

    def constant(value):
        constants.append(numpy_helper.from_array(value, f"c{len(constants)}"))
        return constants[-1].name

    value, now = "X", kind
    for _ in range(rng.integers(1, 5)):
        op = rng.choice(["Scaler", "Imputer", "arithmetic", "arithmetic", "Clip", "Cast", "Gather"])
        if op == "Scaler":
            value = add("Scaler", [value], "ai.onnx.ml", offset=[float(number("float"))] * 2,
                        scale=[float(number("float")) for _ in range(2)])
            now = "float"
        elif op == "Imputer" and now == "float":
            value = add("Imputer", [value], "ai.onnx.ml", replaced_value_float=np.nan,
                        imputed_value_floats=[float(number("float")) for _ in range(2)])
        elif op == "arithmetic" and now != "int64":
            dtype = np.float32 if now == "float" else np.float64
            some = np.array([number(now) for _ in range(rng.integers(1, 3))], dtype=dtype)
            value = add(rng.choice(["Add", "Sub", "Mul", "Div"]), [value, constant(some)])
        elif op == "Clip" and now != "int64":
            low, high = sorted(number(now) for _ in range(2))
            value = add("Clip", [value, constant(np.asarray(low)), constant(np.asarray(high))])
        elif op == "Cast":
            now = rng.choice(["float", "double"])
            value = add("Cast", [value], to=types[now])
        elif op == "Gather":
            value = add("Gather", [value, constant(np.array([1, 0]))], axis=1)
    if now == "int64":  # of which the runtime has no trees
        value = add("Cast", [value], to=types["float"])
    lists = {f"nodes_{name}": [] for name in (
        "treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
        "missing_value_tracks_true")}
    for t in range(6):
        mode = rng.choice(["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"])
        for row in ((t, 0, t % 2, mode, float(number("float")), 1, 2, int(rng.integers(2))),
                    (t, 1, 0, "LEAF", 0.0, 0, 0, 0), (t, 2, 0, "LEAF", 0.0, 0, 0, 0)):
            for name, item in zip(lists, row):
                lists[name].append(item)
    trees = np.repeat(np.arange(6), 2).tolist()
    nodes.append(helper.make_node(
        "TreeEnsembleRegressor", [value], ["y"], domain="ai.onnx.ml", n_targets=1,
        target_treeids=trees, target_nodeids=[1, 2] * 6, target_ids=[0] * 12,
        target_weights=[float(2 ** (i // 2) * (i % 2)) for i in range(12)], **lists))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("X", types[kind], ["N", 2])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)], constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)])


@pytest.mark.parametrize("kind", ["float", "double", "int64"])
def test_whatever_is_before_trees_they_answer_as_in_the_runtime(kind):
    dtype = {"float": np.float32, "double": np.float64, "int64": np.int64}[kind]
    rng = np.random.default_rng(7)
    n_taken = 0
    for _ in range(150):
        proto = random_chain(rng, kind)
        own = mlcore.from_onnx(proto)
        cuts = own.table("trees")
        asked = np.array([t for t in cuts["threshold"] if np.isfinite(t) and abs(t) < 1e30])
        if kind != "int64":
            near = asked.astype(dtype)
            asked = np.concatenate([near, np.nextafter(near, dtype(-np.inf)),
                                    np.nextafter(near, dtype(np.inf)), [np.nan, 0]]).astype(dtype)
        else:
            asked = np.concatenate([np.floor(asked), np.floor(asked) + 1, [0]])
            asked = asked[np.abs(asked) < 2 ** 53].astype(dtype)
        X = np.column_stack([asked, rng.permutation(asked)])
        given = session(proto.SerializeToString()).run(None, {"X": X})[0]
        same_floats(own.predict(mlcore.Dataset({"x": X.astype(np.float64)})), given)
        n_taken += len(asked) > 4
    assert n_taken > 100


@pytest.fixture(scope="module")
def adult():
    """Floats with missing ones, whole numbers and texts, and whether the income is high."""
    rows = mlcore.read_csv(DATA / "adult.csv.gz", target="income")[:2000]
    rng = np.random.default_rng(1)
    columns = {"age": np.array(rows.items("age"), dtype=np.float32),
               "hours": np.array(rows.items("hours-per-week"), dtype=np.float32),
               "education": np.array(rows.items("education-num"), dtype=np.int64)}
    columns["age"][rng.random(len(rows)) < 0.1] = np.nan
    for name in ("workclass", "sex", "race"):
        columns[name] = np.array(["?" if v is None else v for v in rows.items(name)], dtype=object)
    return columns, np.array([str(v) == ">50K" for v in rows.items("income")]) * 1


TYPES = [("age", FloatTensorType([None, 1])), ("hours", FloatTensorType([None, 1])),
         ("education", Int64TensorType([None, 1])), ("workclass", StringTensorType([None, 1])),
         ("sex", StringTensorType([None, 1])), ("race", StringTensorType([None, 1]))]


def frame_chain(encoder, model, columns, y):
    pandas = pytest.importorskip("pandas")
    numeric = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    step = compose.ColumnTransformer(
        [("numbers", numeric, ["age", "hours"]),
         ("texts", encoder, ["workclass", "sex", "race", "education"])], sparse_threshold=0)
    return pipeline.make_pipeline(step, model).fit(pandas.DataFrame(columns), y)


def feed(columns):
    return {name: values.reshape(-1, 1) for name, values in columns.items()}


def with_others(columns):
    """The rows, then the same with texts and numbers that were never seen."""
    made = {name: np.concatenate([values, values]) for name, values in columns.items()}
    n = len(columns["age"])
    made["workclass"][n::2] = "never seen"
    made["education"][n::3] = 99
    return made


ENCODERS = [preprocessing.OneHotEncoder(handle_unknown="ignore"), preprocessing.OneHotEncoder(),
            preprocessing.OneHotEncoder(drop="first"), preprocessing.OrdinalEncoder()]


@pytest.mark.parametrize("encoder", ENCODERS, ids=str)
@pytest.mark.parametrize("model", [
    tree.DecisionTreeClassifier(max_depth=6, random_state=0),
    ensemble.RandomForestClassifier(6, max_depth=6, random_state=0),
    ensemble.GradientBoostingClassifier(n_estimators=8, random_state=0)],
    ids=lambda m: type(m).__name__)
def test_trees_after_encoders_are_those_of_the_runtime(adult, encoder, model):
    columns, y = adult
    proto = to_onnx(frame_chain(encoder, model, columns, y), TYPES, zipmap=False)
    own = mlcore.from_onnx(proto)
    rows = with_others(columns) if encoder.handle_unknown == "ignore" else columns
    labels, shares = session(proto.SerializeToString()).run(None, feed(rows))
    data = mlcore.Dataset(rows)
    assert np.asarray(own.predict(data)).tolist() == labels.tolist()
    np.testing.assert_allclose(own.predict_proba(data), shares, rtol=0, atol=FLOAT)


# ---- linear models ------------------------------------------------------------------------------


def sizes(chain, X):
    """What is added up for a row: the sizes of its products and of the intercept."""
    columns = X if len(chain) == 1 else chain[:-1].transform(X)
    columns = columns.toarray() if hasattr(columns, "toarray") else columns
    return np.abs(columns) @ np.abs(np.atleast_2d(chain[-1].coef_)).T + np.abs(chain[-1].intercept_)


REGRESSORS = [linear_model.LinearRegression(), linear_model.Ridge(), linear_model.Lasso(0.01),
              svm.LinearSVR(max_iter=200)]


@pytest.mark.parametrize("scaler", SCALERS, ids=str)
@pytest.mark.parametrize("kind", [FloatTensorType, DoubleTensorType])
def test_linear_regressions_after_a_scaler(full, scaler, kind):
    X, y = full
    X = X if kind is FloatTensorType else X.astype(np.float64)
    close = FLOAT if kind is FloatTensorType else DOUBLE
    for model in REGRESSORS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chain = pipeline.make_pipeline(scaler, model).fit(X, y)
        proto = to_onnx(chain, numbers(X.shape[1], kind))
        own = mlcore.from_onnx(proto)
        assert str(own.recipe) == "pipeline(standard_scaler, ridge)"
        given = session(proto.SerializeToString()).run(None, {"X": X})[0].ravel()
        difference = np.abs(np.asarray(own.predict(dataset(X, own))) - given)
        # The scaled numbers were rounded too, before they were weighed.
        bound = sizes(chain, X)[:, 0] + np.abs(X / X.std(axis=0)) @ np.abs(chain[-1].coef_.ravel())
        assert (difference <= close * bound).all()


def test_several_targets_of_a_linear_regression(full):
    X, y = full
    model = linear_model.LinearRegression().fit(X, np.column_stack([y, X[:, 0]]))
    proto = to_onnx(model, numbers(X.shape[1]))
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0]
    expected = np.asarray(own.predict(dataset(X, own))).reshape(given.shape)
    np.testing.assert_allclose(expected, given, rtol=0,
                               atol=FLOAT * sizes(pipeline.make_pipeline(model), X).max())


@pytest.mark.parametrize("labels", ["numbers", "texts"])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("kind", [FloatTensorType, DoubleTensorType])
def test_logistic_regressions(full, labels, n_classes, kind):
    X, y = full
    X = X if kind is FloatTensorType else X.astype(np.float64)
    code = np.digitize(y, np.quantile(y, [0.3, 0.7] if n_classes == 3 else [0.5]))
    target = code if labels == "numbers" else np.array(["low", "high", "middle"])[code]
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                   linear_model.LogisticRegression(max_iter=1000)).fit(X, target)
    # The runtime has no maps of doubles.
    for zipmap in (False, True) if kind is FloatTensorType else (False,):
        proto = to_onnx(chain, numbers(X.shape[1], kind), zipmap=zipmap)
        own = mlcore.from_onnx(proto)
        assert str(own.recipe) == "pipeline(standard_scaler, logistic_regression)"
        given, shares = session(proto.SerializeToString()).run(None, {"X": X})
        if zipmap:
            shares = np.array([[row[k] for k in sorted(row)] for row in shares])
        data = dataset(X, own)
        assert [str(v) for v in own.predict(data)] == [str(v) for v in given]
        close = 16 * FLOAT if kind is FloatTensorType else DOUBLE
        np.testing.assert_allclose(own.predict_proba(data), shares, rtol=0, atol=close)


@pytest.mark.parametrize("encoder", [None] + ENCODERS, ids=str)
def test_classes_that_were_told_one_from_the_rest(full, adult, encoder):
    onnx = pytest.importorskip("onnx")
    if encoder is None:
        X, y = full
        chain = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                       linear_model.LogisticRegression(max_iter=1000))
        chain.fit(X, np.array(["low", "high", "middle"])[np.digitize(y, [1.2, 2])])
        types, rows = numbers(X.shape[1]), {"X": X}
        data = mlcore.Dataset({"x": X.astype(np.float64)})
    else:
        rows, _ = adult
        y = np.digitize(rows["hours"], [35, 45])
        chain = frame_chain(encoder, linear_model.LogisticRegression(max_iter=1000), rows, y)
        types, data = TYPES, mlcore.Dataset(rows)
        rows = feed(rows)
    proto = to_onnx(chain, types, zipmap=False)
    node = next(n for n in proto.graph.node if n.op_type == "LinearClassifier")
    post = next(a for a in node.attribute if a.name == "post_transform")
    post.CopyFrom(onnx.helper.make_attribute("post_transform", "LOGISTIC"))
    own = mlcore.from_onnx(proto)
    labels, shares = session(proto.SerializeToString()).run(None, rows)
    assert [str(v) for v in own.predict(data)] == [str(v) for v in labels]
    np.testing.assert_allclose(own.predict_proba(data), shares, rtol=0, atol=16 * FLOAT)


@pytest.mark.parametrize("model", [
    linear_model.RidgeClassifier(), linear_model.SGDClassifier(loss="log_loss", random_state=0),
    linear_model.Perceptron(random_state=0), svm.SVC(kernel="linear")],
    ids=lambda m: type(m).__name__)
def test_classes_of_other_linear_classifiers(full, model):
    X, y = full
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(), model).fit(X, y > np.median(y))
    proto = to_onnx(chain, numbers(X.shape[1]))
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0]
    data = dataset(X, own)
    assert np.asarray(own.predict(data)).astype(bool).tolist() == given.astype(bool).tolist()
    score = chain.decision_function(X)
    bound = 4 * FLOAT * (np.abs(chain[0].transform(X)) @ np.abs(np.ravel(model.coef_)) + 1)
    rows = np.abs(np.asarray(own.decision_function(data)) - score) <= bound + 1e-5 * isinstance(
        model, svm.SVC)  # its weights are sums over many support vectors, in floats
    assert rows.all()


def test_support_vectors_with_a_linear_kernel_are_weights(full):
    X, y = full
    X = preprocessing.StandardScaler().fit_transform(X)[:300].astype(np.float32)
    model = svm.SVR(kernel="linear").fit(X, y[:300])
    proto = to_onnx(model, numbers(X.shape[1]))
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0].ravel()
    # A sum over all support vectors, in floats.
    size = np.abs(model.dual_coef_[0]) @ np.abs(model.support_vectors_ @ X.T)
    assert (np.abs(np.asarray(own.predict(dataset(X, own))) - given) <= 4 * FLOAT * size).all()


@pytest.mark.parametrize("encoder", ENCODERS, ids=str)
def test_linear_models_after_encoders(adult, encoder):
    columns, y = adult
    chain = frame_chain(encoder, linear_model.LogisticRegression(max_iter=1000), columns, y)
    proto = to_onnx(chain, TYPES, zipmap=False)
    own = mlcore.from_onnx(proto)
    rows = with_others(columns) if encoder.handle_unknown == "ignore" else columns
    labels, shares = session(proto.SerializeToString()).run(None, feed(rows))
    data = mlcore.Dataset(rows)
    assert np.asarray(own.predict(data)).tolist() == labels.tolist()
    np.testing.assert_allclose(own.predict_proba(data), shares, rtol=0, atol=16 * FLOAT)
    origin = " ".join(str(v) for v in own.table("origin").items("value"))
    assert "LinearClassifier logistic" in origin


def test_categories_that_the_runtime_refuses_are_refused(adult):
    columns, y = adult
    chain = frame_chain(preprocessing.OneHotEncoder(), linear_model.Ridge(), columns, y)
    own = mlcore.from_onnx(to_onnx(chain, TYPES))
    rows = {name: values[:5].copy() for name, values in columns.items()}
    rows["sex"][2] = "never seen"
    with pytest.raises(mlcore.MlcoreError, match="never seen"):
        own.predict(mlcore.Dataset(rows))


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_rows_that_are_normalized(full, norm):
    X, y = full
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(), preprocessing.Normalizer(norm),
                                   linear_model.Ridge()).fit(X, y)
    proto = to_onnx(chain, numbers(X.shape[1]))
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0].ravel()
    difference = np.abs(np.asarray(own.predict(dataset(X, own))) - given)
    assert (difference <= 8 * FLOAT * sizes(chain, X)[:, 0].max()).all()


def test_a_linear_model_can_be_fitted_again_and_saved(full, tmp_path):
    X, y = full
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()).fit(X, y)
    own = mlcore.from_onnx(to_onnx(chain, numbers(X.shape[1])))
    data = dataset(X, own)
    own.save(tmp_path / "model.mlcore")
    np.testing.assert_array_equal(mlcore.load(tmp_path / "model.mlcore").predict(data),
                                  own.predict(data))
    rows = mlcore.Dataset({"x": X.astype(np.float64), "y": y}, target="y")
    again = np.asarray(mlcore.Model(own.recipe).fit(rows).predict(data))
    assert np.corrcoef(again, np.asarray(own.predict(data)))[0, 1] > 0.99


def test_models_of_onnxmltools_after_a_scaler(full):
    onnxmltools = pytest.importorskip("onnxmltools")
    lightgbm = pytest.importorskip("lightgbm")
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import calculate_linear_regressor_output_shapes
    assert onnxmltools.__version__
    update_registered_converter(lightgbm.LGBMRegressor, "LightGbmLGBMRegressor",
                                calculate_linear_regressor_output_shapes, convert_lightgbm)
    X, y = full
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                   lightgbm.LGBMRegressor(n_estimators=10, verbose=-1, n_jobs=1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chain.fit(X, y)
        proto = skl2onnx.convert_sklearn(chain, initial_types=numbers(X.shape[1]),
                                         target_opset={"": 15, "ai.onnx.ml": 3})
    own = mlcore.from_onnx(proto)
    given = session(proto.SerializeToString()).run(None, {"X": X})[0]
    same_floats(own.predict(dataset(X, own)), given)


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("chain, says", [
    (linear_model.SGDClassifier(loss="log_loss"), "operator 'Exp'"),
    (multiclass.OneVsRestClassifier(linear_model.LogisticRegression()), "is one more model"),
    (pipeline.make_pipeline(preprocessing.MinMaxScaler(clip=True), linear_model.Ridge()),
     "clipped"),
    (pipeline.make_pipeline(preprocessing.Normalizer("max"), linear_model.Ridge()),
     "norm = MAX: L1 or L2 would be right"),
    (pipeline.make_pipeline(preprocessing.Normalizer(), tree.DecisionTreeRegressor()),
     "asks for columns after a Normalizer"),
    (pipeline.make_pipeline(preprocessing.Binarizer(), linear_model.LinearRegression()),
     "operator 'Binarizer' is not known; these are"),
    (pipeline.make_pipeline(preprocessing.PolynomialFeatures(), linear_model.LinearRegression()),
     "operator 'ReduceProd' is not known"),
])
def test_what_is_not_known_is_named(full, chain, says):
    X, y = full
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        proto = to_onnx(chain.fit(X[:, :3], np.digitize(y, [1, 2])), numbers(3))
    with pytest.raises(mlcore.UnsupportedError, match=says):
        mlcore.from_onnx(proto)


def test_encoded_floats_are_refused_where_fractions_would_differ(full):
    X, y = full
    whole = np.round(X[:, :2] / X[:, :2].std(axis=0))
    ignoring = preprocessing.OneHotEncoder(handle_unknown="ignore")
    for encoder, model in ((ignoring, linear_model.Ridge()),
                           (preprocessing.OrdinalEncoder(), tree.DecisionTreeRegressor())):
        chain = pipeline.make_pipeline(encoder, model).fit(whole, y)
        with pytest.raises(mlcore.UnsupportedError, match="int64 would be right"):
            mlcore.from_onnx(to_onnx(chain, numbers(2)))


# ---- exported here ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frames():
    read = mlcore.read_csv
    return {
        "housing": floats(read(DATA / "california_housing.csv.gz",
                               target="median_house_value")[:2000]),
        "adult": floats(read(DATA / "adult.csv.gz", target="income")[:2000]),
        "penguins": floats(read(DATA / "penguins.csv", target="species", null="NA"))}


@pytest.mark.parametrize("opset", [3, 5])
@pytest.mark.parametrize("name, recipe", [
    ("housing", "pipeline(one_hot_encoder, simple_imputer(add_indicator=true), ridge)"),
    ("housing", "pipeline(automatic, ridge)"),
    ("adult", "pipeline(one_hot_encoder(handle_unknown=ignore), standard_scaler, "
              "logistic_regression)"),
    ("adult", "pipeline(automatic, logistic_regression)"),
    ("adult", "pipeline(on(type:category, simple_imputer(strategy=most_frequent)), "
              "ordinal_encoder, logistic_regression)"),
    ("penguins", "pipeline(automatic, logistic_regression)"),
])
def test_exported_linear_pipelines_come_back(frames, name, recipe, opset):
    rows = frames[name]
    model = mlcore.Model(recipe).fit(rows)
    data = export(model, opset=opset)[0]
    back = mlcore.from_onnx(data)
    given = run_graph(data, rows)
    close = 16 * FLOAT if opset == 3 else 2.0 ** -40
    if "label" in given:
        assert [str(v) for v in back.predict(rows)] == [str(v) for v in model.predict(rows)]
        for shares in (model.predict_proba(rows), given["probabilities"]):
            np.testing.assert_allclose(back.predict_proba(rows), shares, rtol=0, atol=close)
    else:
        size = np.abs(model.predict(rows)).max()
        for expected in (model.predict(rows), given["prediction"][:, 0]):
            np.testing.assert_allclose(back.predict(rows), expected, rtol=0, atol=close * size)


@pytest.mark.parametrize("name, recipe", [
    ("housing", "pipeline(simple_imputer, standard_scaler, "
                "random_forest_regressor(n_estimators=5))"),
    ("housing", "pipeline(automatic, gradient_boosting_regressor(n_estimators=10))"),
    ("adult", "pipeline(ordinal_encoder, gradient_boosting_classifier(n_estimators=10))"),
    ("adult", "pipeline(automatic, gradient_boosting_classifier(n_estimators=5))"),
    ("adult", "pipeline(on('workclass', simple_imputer(strategy=most_frequent)), "
              "one_hot_encoder(min_frequency=0.02, handle_unknown=infrequent_if_exist), "
              "gradient_boosting_classifier(n_estimators=10))"),
])
def test_exported_trees_after_steps_come_back_to_the_last_bit(frames, name, recipe):
    rows = frames[name]
    model = mlcore.Model(recipe).fit(rows)
    back = mlcore.from_onnx(export(model, opset=5)[0])
    if "classifier" in recipe:
        np.testing.assert_array_equal(back.predict_proba(rows), model.predict_proba(rows))
    else:
        np.testing.assert_array_equal(back.predict(rows), model.predict(rows))


@pytest.mark.parametrize("opset", [3, 5])
def test_exported_numbers_that_are_encoded_come_back(opset):
    rows = mlcore.Dataset({"k": np.arange(400) % 7 * 3.0 - 6, "x": np.sin(np.arange(400.0)),
                           "y": np.cos(np.arange(400) % 7 * 1.0)}, target="y")
    for recipe in ("pipeline(on('k', one_hot_encoder(handle_unknown=ignore)), ridge)",
                   "pipeline(on('k', ordinal_encoder), ridge)"):
        model = mlcore.Model(recipe).fit(rows)
        back = mlcore.from_onnx(export(model, opset=opset)[0])
        np.testing.assert_allclose(back.predict(rows), model.predict(rows), rtol=0,
                                   atol=FLOAT if opset == 3 else DOUBLE)
