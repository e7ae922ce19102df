"""Support vector machines of scikit-learn and of ONNX graphs beside the models that they become."""
import json

import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import datasets, pipeline, preprocessing, svm  # noqa: E402

SUMS = 1e-12  # of products and exponentials, in another order, as a share of the largest
KERNELS = [{"kernel": "rbf"}, {"kernel": "linear"}, {"kernel": "poly", "coef0": 0.5, "degree": 2},
           {"kernel": "sigmoid", "gamma": 0.01, "coef0": -0.2}]


@pytest.fixture(scope="module")
def wine():
    X, y = datasets.load_wine(return_X_y=True)
    return preprocessing.StandardScaler().fit_transform(X), y


def far(ours, theirs):
    return np.abs(np.asarray(ours) - theirs).max() / max(1, np.abs(theirs).max())


def take(source, X):
    """The model, which is the same after it was saved and loaded."""
    model = mlcore.from_sklearn(source, X)
    loaded = mlcore.loads(model.dumps())
    assert (np.asarray(loaded.predict(X)) == np.asarray(model.predict(X))).all()
    return loaded


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("source", [
    svm.SVC(), svm.SVC(decision_function_shape="ovo"), svm.SVC(break_ties=True),
    svm.NuSVC(nu=0.3)])
def test_classifiers_decide_alike(wine, kernel, source):
    X, y = wine
    names = np.array(["Barolo", "Grignolino", "Barbera"])
    for labels in (y, y > 0, names[y]):
        source.set_params(**kernel)
        if len(np.unique(labels)) == 2 and source.decision_function_shape == "ovo":
            continue
        source.fit(X, labels)
        ours = take(source, X)
        assert far(ours.decision_function(X), source.decision_function(X)) < SUMS
        assert (np.asarray(ours.predict(X)) == source.predict(X)).all()


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_probabilities_of_pairs_are_coupled_alike(wine):
    X, y = wine
    for labels in (y, y == 1):
        source = svm.SVC(probability=True, random_state=0).fit(X, labels)
        ours = take(source, X)
        # with two classes libsvm couples as well, and stops at 0.0025
        room = 1e-9 if len(source.classes_) > 2 else 0.005
        assert far(ours.predict_proba(X), source.predict_proba(X)) < room


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("source", [svm.SVR(epsilon=0.05), svm.NuSVR(nu=0.4),
                                    svm.OneClassSVM(nu=0.1)])
def test_numbers_and_anomalies_are_alike(wine, kernel, source):
    X, y = wine
    source.set_params(**kernel).fit(X, y)
    ours = take(source, X)
    is_anomaly = isinstance(source, svm.OneClassSVM)
    expected = source.decision_function(X) if is_anomaly else source.predict(X)
    assert far(ours.decision_function(X), expected) < SUMS
    if is_anomaly:
        sure = np.abs(expected) > 1e-9
        assert (np.asarray(ours.predict(X)) == source.predict(X))[sure].all()


def test_linear_machines_are_linear_models(wine):
    X, y = wine
    for labels in (y, y > 0):
        source = svm.LinearSVC().fit(X, labels)
        ours = take(source, X)
        assert far(ours.decision_function(X), source.decision_function(X)) < SUMS
        assert (np.asarray(ours.predict(X)) == source.predict(X)).all()
    source = svm.LinearSVR().fit(X, y)
    assert far(take(source, X).predict(X), source.predict(X)) < SUMS


def test_a_pipeline_of_columns_with_names_is_taken_over():
    frame = pd.read_csv(DATA / "penguins.csv").dropna()
    X = frame[["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]]
    source = pipeline.make_pipeline(preprocessing.StandardScaler(), svm.SVC(C=3))
    source.fit(X, frame["species"])
    ours = take(source, X)
    assert far(ours.decision_function(X), source.decision_function(X)) < SUMS


def test_a_kernel_of_someone_else_is_named(wine):
    X, y = wine
    source = svm.SVC(kernel="precomputed").fit(X @ X.T, y)
    with pytest.raises(mlcore.UnsupportedError, match="precomputed"):
        mlcore.from_sklearn(source, X @ X.T)


@pytest.mark.parametrize("field, value, words", [
    ("kernel", "cosine", "linear, poly, rbf or sigmoid"), ("degree", -1, "degree"),
    ("n_support", [1, 2], "n_support"), ("n_support", [10 ** 9, 0, 0], "n_support"),
    ("vectors", [1.0], "vectors"), ("coefficients", [1.0], "coefficients"),
    ("intercept", [1.0], "intercept"), ("gamma", -1.0, "gamma"), ("slope", [1.0], "slope"),
    ("slope", [1.0, 1.0, 1.0], "shift")])
def test_a_changed_document_does_not_become_a_model(wine, field, value, words):
    X, y = wine
    words_of = json.loads(mlcore.export_sklearn(svm.SVC().fit(X, y), X))
    words_of["model"][field] = value
    with pytest.raises(mlcore.MlcoreError, match=words):
        mlcore.import_model(json.dumps(words_of).encode())


# ---- graphs of ONNX -------------------------------------------------------------------------

FLOATS = 1e-4  # the runtime adds some hundred float32 products of up to 30 that cancel: of the largest


def run(graph, X):
    import onnxruntime

    session = onnxruntime.InferenceSession(graph.SerializeToString())
    return session.run(None, {"X": X.astype(np.float32)})


def as_graph(source, X):
    skl2onnx = pytest.importorskip("skl2onnx")
    pytest.importorskip("onnxruntime")
    options = {"zipmap": False} if hasattr(source, "classes_") else None
    return skl2onnx.to_onnx(source, X[:1].astype(np.float32), options=options,
                            target_opset={"": 18, "ai.onnx.ml": 3})


def from_graph(graph):
    model = mlcore.from_onnx(graph.SerializeToString())
    return mlcore.loads(model.dumps())


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("source", [svm.SVC(), svm.SVC(decision_function_shape="ovo"),
                                    svm.NuSVC(nu=0.3)])
def test_classifiers_of_graphs_give_the_labels_of_the_runtime(wine, kernel, source):
    X, y = wine
    X = X.astype(np.float32)
    source.set_params(**kernel).fit(X, y)
    graph = as_graph(source, X)
    ours = from_graph(graph)
    labels = run(graph, X)[0]
    assert (np.asarray(ours.predict(X)) == labels).all()
    expected = source.set_params(decision_function_shape="ovr").decision_function(X)
    assert far(ours.decision_function(X), expected) < FLOATS


def test_two_classes_and_texts_of_graphs(wine):
    X, y = wine
    X = X.astype(np.float32)
    source = svm.SVC().fit(X, np.where(y > 0, "yes", "no"))
    graph = as_graph(source, X)
    ours = from_graph(graph)
    assert (np.asarray(ours.predict(X)) == run(graph, X)[0]).all()
    assert far(ours.decision_function(X), source.decision_function(X)) < FLOATS


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_probabilities_of_graphs_are_those_of_the_runtime(wine):
    X, y = wine
    X = X.astype(np.float32)
    for labels in (y, y == 1):
        source = svm.SVC(probability=True, random_state=0).fit(X, labels.astype(int))
        graph = as_graph(source, X)
        ours = from_graph(graph)
        found, shares = run(graph, X)
        assert (np.asarray(ours.predict(X)) == found).all()
        room = 0.005 if len(source.classes_) == 2 else 1e-4  # where the coupling stops
        assert far(ours.predict_proba(X), shares) < room


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("source", [svm.SVR(epsilon=0.05), svm.NuSVR(nu=0.4),
                                    svm.OneClassSVM(nu=0.1)])
def test_numbers_and_anomalies_of_graphs(wine, kernel, source):
    X, y = wine
    X = X.astype(np.float32)
    source.set_params(**kernel).fit(X, y)
    graph = as_graph(source, X)
    ours = from_graph(graph)
    results = run(graph, X)
    is_anomaly = isinstance(source, svm.OneClassSVM)
    scores = ours.decision_function(X) if is_anomaly else ours.predict(X)
    assert far(scores, results[-1].ravel()) < FLOATS
    if is_anomaly:
        sure = np.abs(results[-1].ravel()) > 1e-3
        assert (np.asarray(ours.predict(X)) == results[0].ravel())[sure].all()


def test_steps_before_a_kernel_are_taken_over():
    X, y = datasets.load_wine(return_X_y=True)
    X = X.astype(np.float32)
    source = pipeline.make_pipeline(preprocessing.StandardScaler(), svm.SVC(C=3)).fit(X, y)
    graph = as_graph(source, X)
    ours = from_graph(graph)
    assert (np.asarray(ours.predict(X)) == run(graph, X)[0]).all()
    assert far(ours.decision_function(X), source.decision_function(X)) < 10 * FLOATS


def changed(graph, node, name, value):
    from onnx import helper

    attributes = graph.graph.node[node].attribute
    for i in [i for i, a in enumerate(attributes) if a.name == name]:
        del attributes[i]
    if value is not None:
        attributes.append(helper.make_attribute(name, value))
    return graph


@pytest.mark.parametrize("name, value, words", [
    ("kernel_type", "COSINE", "LINEAR, POLY, RBF or SIGMOID"),
    ("kernel_params", [1.0], "three numbers"),
    ("post_transform", "SOFTMAX", "NONE would be right"),
    ("vectors_per_class", [1, 1, 1], "different lengths"),
    ("vectors_per_class", [-1, 1, 1], "different lengths"),
    ("rho", [0.0], "different lengths"), ("coefficients", [1.0], "different lengths"),
    ("prob_a", [1.0], "different lengths"), ("support_vectors", None, "no support_vectors"),
    ("classlabels_ints", [2, 1, 0], "labels that ascend")])
def test_a_changed_graph_is_refused_by_name(wine, name, value, words):
    X, y = wine
    graph = changed(as_graph(svm.SVC().fit(X, y), X), 0, name, value)
    with pytest.raises(mlcore.MlcoreError, match=words):
        from_graph(graph)


def test_a_degree_that_is_not_whole_is_refused(wine):
    X, y = wine
    graph = changed(as_graph(svm.SVR(kernel="poly").fit(X, y), X), 0, "kernel_params",
                    [0.1, 0.0, 2.5])
    with pytest.raises(mlcore.UnsupportedError, match="degree that is not whole"):
        from_graph(graph)


# ---- graphs of ours -------------------------------------------------------------------------

OURS = [{"kernel": "rbf"}, {"kernel": "linear"}, {"kernel": "poly", "coef0": 0.5, "degree": 2},
        {"kernel": "sigmoid", "gamma": 0.01, "coef0": -0.2}]


def results_of(model, X, path, opset):
    onnxruntime = pytest.importorskip("onnxruntime")
    losses = model.export(path, opset=opset).to_pandas()
    session = onnxruntime.InferenceSession(str(path))
    kind = np.float64 if opset == 5 else np.float32
    columns = {f"x{j}": X[:, j:j + 1].astype(kind) for j in range(X.shape[1])}
    found = session.run(None, columns)
    return dict(zip((o.name for o in session.get_outputs()), found)), losses


@pytest.mark.parametrize("kernel", OURS)
@pytest.mark.parametrize("opset, room", [(5, 1e-10), (3, FLOATS)])
def test_exported_classifiers_answer_in_the_runtime(wine, tmp_path, kernel, opset, room):
    X, y = wine
    X = X.astype(np.float32).astype(float)
    for labels, more in ((y, {}), (y, {"decision_function_shape": "ovo"}),
                         (y, {"break_ties": True}), (y > 0, {}),
                         (np.where(y > 0, "yes", "no"), {"probability": True})):
        model = mlcore.SupportVectorClassifier(**kernel, **more).fit(X, labels)
        found, _ = results_of(model, X, tmp_path / "model.onnx", opset)
        raw = np.asarray(model.decision_function(X))
        assert far(found["raw"].reshape(raw.shape), raw) < room
        assert (found["label"] == np.asarray(model.predict(X))).all()
        if "probability" in more:
            assert np.abs(found["probabilities"] - model.predict_proba(X)).max() < 10 * room


@pytest.mark.parametrize("kernel", OURS)
@pytest.mark.parametrize("opset, room", [(5, 1e-10), (3, FLOATS)])
def test_exported_numbers_and_anomalies_answer_in_the_runtime(wine, tmp_path, kernel, opset, room):
    X, y = wine
    X = X.astype(np.float32).astype(float)
    model = mlcore.SupportVectorRegressor(**kernel).fit(X, y)
    found, _ = results_of(model, X, tmp_path / "model.onnx", opset)
    assert far(found["prediction"].ravel(), np.asarray(model.predict(X))) < room
    model = mlcore.OneClassSVM(nu=0.1, **kernel).fit(X)
    found, _ = results_of(model, X, tmp_path / "model.onnx", opset)
    raw = np.asarray(model.decision_function(X))
    assert far(found["raw"].ravel(), raw) < room
    sure = np.abs(raw) > room * np.abs(raw).max()
    assert (found["prediction"].ravel() == np.asarray(model.predict(X)))[sure].all()


def test_what_a_graph_of_ours_leaves_out_is_named(wine, tmp_path):
    X, y = wine
    model = mlcore.SupportVectorClassifier(probability=True).fit(X, y)
    found, losses = results_of(model, X, tmp_path / "model.onnx", 5)
    assert set(found) == {"label", "raw"}
    assert "probabilities" in set(losses["subject"])
    with pytest.raises(mlcore.UnsupportedError, match="support_vector_classifier"):
        model.export(tmp_path / "model.c")
