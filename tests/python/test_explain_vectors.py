"""Shapley values of support vector machines against shap, and against scikit-learn's decisions that
they add to."""
import numpy as np
import pytest

import mlcore

pytest.importorskip("sklearn")
from sklearn import compose, datasets, pipeline, preprocessing, svm  # noqa: E402

# shap sums differences of decisions of some hundred vectors over coalitions.
SAME = 1e-10
REGRESSION = 1e-8  # it solves a least squares problem over all of them
SUMS = 1e-11  # of products and exponentials, in another order, as a share of the largest
KERNELS = [{"kernel": "rbf"}, {"kernel": "linear"}, {"kernel": "poly", "coef0": 0.5, "degree": 3},
           {"kernel": "poly", "gamma": 0.1, "degree": 6},
           {"kernel": "sigmoid", "gamma": 0.02, "coef0": -0.2}]


@pytest.fixture(scope="module")
def wine():
    """Eight features: shap's exact values ask for all 256 coalitions."""
    X, y = datasets.load_wine(return_X_y=True)
    return preprocessing.StandardScaler().fit_transform(X)[:, :8], y


def values_of_shap(function, background, rows):
    shap = pytest.importorskip("shap")
    masker = shap.maskers.Independent(background, max_samples=len(background))
    found = shap.explainers.ExactExplainer(function, masker)(rows)
    return found.values, found.base_values


def assert_adds(found, name, expected):
    total = found[name + "base"] + found[name + "contribution"].sum(axis=1)
    assert np.abs(total - expected).max() < SUMS * max(1, np.abs(expected).max())


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("source", [svm.SVR(), svm.OneClassSVM(nu=0.2), svm.SVC()])
def test_values_equal_the_exact_ones_of_shap(wine, source, kernel):
    X, y = wine
    source.set_params(**kernel).fit(X, y > 0 if isinstance(source, svm.SVC) else y)
    function = source.predict if isinstance(source, svm.SVR) else source.decision_function
    rows, background = X[::40], X[5:150:6]
    found = mlcore.from_sklearn(source, X).explain(rows, background=background)
    expected, base = values_of_shap(function, background, rows)
    size = max(1, np.abs(function(X)).max())
    assert np.abs(found["contribution"] - expected).max() < SAME * size
    assert np.abs(found["base"] - base).max() < SAME * size
    assert_adds(found, "", function(rows))


@pytest.mark.parametrize("shape", ["ovr", "ovo"])
def test_each_score_of_several_classes_has_values(wine, shape):
    X, y = wine
    source = svm.SVC(C=3, decision_function_shape=shape).fit(X, np.array(["a", "b", "c"])[y])
    rows, background = X[::60], X[5:150:12]
    found = mlcore.from_sklearn(source, X).explain(rows, background=background)
    expected, base = values_of_shap(source.decision_function, background, rows)
    raw = source.decision_function(rows)
    for k, name in enumerate(["a", "b", "c"] if shape == "ovr" else ["a:b", "a:c", "b:c"]):
        assert np.abs(found[name + ".contribution"] - expected[:, :, k]).max() < SAME
        assert np.abs(found[name + ".base"] - base[:, k]).max() < SAME
        assert_adds(found, name + ".", raw[:, k])


def test_values_of_more_features_equal_those_of_shap_kernel():
    shap = pytest.importorskip("shap")
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X = preprocessing.StandardScaler().fit_transform(X)[:, :13]
    source = svm.SVC().fit(X, y)
    rows, background = X[:2], X[50:55]
    found = mlcore.from_sklearn(source, X).explain(rows, background=background)
    theirs = shap.KernelExplainer(source.decision_function, background)
    # with so many samples all coalitions, and no selection of features
    expected = theirs.shap_values(rows, nsamples=2 ** 13, l1_reg=False, silent=True)
    assert np.abs(found["contribution"] - expected).max() < REGRESSION
    assert_adds(found, "", source.decision_function(rows))


def test_columns_of_a_pipeline_share_the_decision():
    pd = pytest.importorskip("pandas")
    draw = np.random.default_rng(0)
    X = pd.DataFrame({"size": draw.normal(size=300), "age": draw.gamma(2, 10, 300),
                      "color": draw.choice(["blue", "green", "red"], 300)})
    y = (X["size"] + 0.1 * X["age"] + (X["color"] == "red") > 2.5).to_numpy()
    columns = compose.make_column_transformer(
        (preprocessing.StandardScaler(), ["size", "age"]),
        (preprocessing.OneHotEncoder(sparse_output=False), ["color"]))
    source = pipeline.make_pipeline(columns, svm.SVC()).fit(X, y)
    model = mlcore.from_sklearn(source, X)
    background = X[::15]
    found = model.explain(X[:40], background=background)
    assert found.components("contribution") == ["size", "age", "color"]
    assert_adds(found, "", source.decision_function(X[:40]))
    # What was made of a column shares apart; each row of the background, though, has one color.
    encoded = model.explain(X[:40], background=background, level="encoded")["contribution"]
    assert np.abs(encoded[:, 2:].sum(axis=1) - found["contribution"][:, 2]).max() < SUMS


@pytest.mark.parametrize("kernel", ["rbf", "poly"])
def test_any_number_of_threads_gives_the_same_bits(wine, kernel):
    X, y = wine
    model = mlcore.Model(f"support_vector_classifier(kernel={kernel}, "
                         "decision_function_shape=ovo)").fit(X, y)
    found = [model.explain(X, background=X[:20], context=mlcore.Context(threads=n))
             for n in (1, 2, 3, 7)]
    for other in found[1:]:
        for name in found[0].columns:
            assert (other[name] == found[0][name]).all()


def test_what_has_no_values_is_refused_by_name():
    X, y = datasets.load_wine(return_X_y=True)
    with pytest.raises(mlcore.UnsupportedError, match="by votes .*ovo"):
        mlcore.from_sklearn(svm.SVC().fit(X, y), X).explain(X, background=X)
    one = svm.SVR(kernel="sigmoid").fit(X, y)
    with pytest.raises(mlcore.UnsupportedError, match="13 features: with a kernel sigmoid"):
        mlcore.from_sklearn(one, X).explain(X, background=X)
    with pytest.raises(mlcore.MlcoreError, match="give background rows"):
        mlcore.from_sklearn(svm.SVR().fit(X, y), X).explain(X)
    with pytest.raises(mlcore.UnsupportedError, match="interactions"):
        mlcore.from_sklearn(svm.SVR().fit(X, y), X).explain(X, background=X,
                                                            method="interactions")
