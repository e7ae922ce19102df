"""Support vector machines beside scikit-learn's SVC, SVR, NuSVC, NuSVR and OneClassSVM on real data.

The dual has one value but many solutions where rows or kernels are alike, so what is compared are its
value, the decisions and the predictions. libsvm keeps its kernel in floats, and so decisions of
kernels with large values come only as near as FLOATS; how exact a solution is says the gap between
primal and dual, in doubles."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import datasets, preprocessing, svm  # noqa: E402

EXACT = 1e-6   # of kernels whose values are below 1
FLOATS = 1e-3  # of those whose values libsvm rounds at 1e-7 of up to a few hundred, times some C
USUAL = 1e-3   # of the tolerance 1e-3 that both have by default
TIGHT = {"tol": 1e-7, "max_iter": 300000}
KERNELS = [{"kernel": "rbf"}, {"kernel": "linear"}, {"kernel": "poly", "coef0": 1.0},
           {"kernel": "poly", "degree": 2, "gamma": 0.3},
           {"kernel": "sigmoid", "gamma": 0.02, "coef0": -0.3}]


def scaled(X):
    return preprocessing.StandardScaler().fit_transform(X)


@pytest.fixture(scope="module")
def iris():
    X, y = datasets.load_iris(return_X_y=True)
    return scaled(X), y


@pytest.fixture(scope="module")
def cancer():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    return scaled(X), y


@pytest.fixture(scope="module")
def digits():
    frame = pd.read_csv(DATA / "digits_8x8.csv.gz")
    y = frame.pop("digit").to_numpy()
    return frame.to_numpy(float)[:700] / 16, y[:700]


@pytest.fixture(scope="module")
def penguins():
    frame = pd.read_csv(DATA / "penguins.csv").dropna()
    X = frame[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]]
    return scaled(X.to_numpy(float)), frame["species"].to_numpy()


@pytest.fixture(scope="module")
def housing():
    frame = pd.read_csv(DATA / "california_housing.csv.gz").dropna().select_dtypes("number")
    y = frame.pop("median_house_value").to_numpy(float)[::40]
    return scaled(frame.to_numpy(float)[::40]), y / 1e5


def column(table, name):
    return np.asarray(table.to_pandas()[name])


def raw(model, X):
    return np.asarray(model.decision_function(X))


def bound(kernel):
    return EXACT if kernel["kernel"] in ("rbf", "sigmoid") else FLOATS


def far(ours, theirs):
    """The largest difference, as a share of the largest value."""
    return np.abs(np.asarray(ours) - theirs).max() / max(1, np.abs(theirs).max())


def matrix(theirs, A, B):
    """The kernel of a fitted estimator, in doubles."""
    gamma, products = theirs._gamma, A @ B.T
    return {"linear": lambda: products,
            "poly": lambda: (gamma * products + theirs.coef0) ** theirs.degree,
            "rbf": lambda: np.exp(-gamma * ((A[:, None] - B[None]) ** 2).sum(2)),
            "sigmoid": lambda: np.tanh(gamma * products + theirs.coef0)}[theirs.kernel]()


def square(theirs):
    """a'Ka of a fitted estimator of one problem."""
    a, vectors = theirs.dual_coef_[0], theirs.support_vectors_
    return a @ matrix(theirs, vectors, vectors) @ a


def solution(ours, theirs, X):
    """What the tables say: coefficients, a'Ka and the sums of coefficient K for all rows."""
    a = column(ours.table("coefficients"), "value")
    rows = column(ours.table("support_vectors"), "row")[::X.shape[1]]
    vectors = column(ours.table("support_vectors"), "value").reshape(len(a), -1)
    assert np.array_equal(vectors, X[rows])
    sums = matrix(theirs, X, vectors) @ a
    return a, sums[rows] @ a, sums, column(ours.table("problems"), "intercept")[0]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("C", [0.1, 10])
def test_two_classes_agree(cancer, kernel, C):
    X, y = cancer
    if kernel["kernel"] == "sigmoid":
        C /= 10  # not positive definite: with a larger one there are several optima
    theirs = svm.SVC(C=C, **TIGHT, **kernel).fit(X[::2], y[::2])
    ours = mlcore.SupportVectorClassifier(C=C, **TIGHT, **kernel).fit(X[::2], y[::2])
    expected = theirs.decision_function(X)
    assert far(raw(ours, X), expected) < bound(kernel)
    assert (ours.predict(X) == theirs.predict(X))[np.abs(expected) > bound(kernel)].all()
    value = square(theirs) / 2 - np.abs(theirs.dual_coef_).sum()
    assert abs(column(ours.table("problems"), "objective")[0] - value) < EXACT * abs(value)


@pytest.mark.parametrize("kernel", KERNELS[:4])
@pytest.mark.parametrize("C", [0.1, 10])
def test_primal_and_dual_of_classes_meet(cancer, kernel, C):
    X, y = cancer
    theirs = svm.SVC(C=C, **kernel).fit(X, y)
    ours = mlcore.SupportVectorClassifier(C=C, tol=1e-10, **kernel).fit(X, y)
    a, norm, sums, intercept = solution(ours, theirs, X)
    loss = np.maximum(0, 1 - np.where(y == 0, 1, -1) * (sums + intercept)).sum()
    primal, dual = norm / 2 + C * loss, np.abs(a).sum() - norm / 2
    assert abs(dual + column(ours.table("problems"), "objective")[0]) < 1e-9 * dual
    assert -1e-9 * dual < primal - dual < 1e-8 * dual
    assert np.abs(a).max() <= C and abs(a.sum()) < 1e-9


@pytest.mark.parametrize("kernel", KERNELS)
def test_usual_tolerance_agrees(cancer, kernel):
    X, y = cancer
    theirs = svm.SVC(**kernel).fit(X, y)
    ours = mlcore.SupportVectorClassifier(**kernel).fit(X, y)
    assert far(raw(ours, X), theirs.decision_function(X)) < 2 * USUAL
    value = square(theirs) / 2 - np.abs(theirs.dual_coef_).sum()
    assert abs(column(ours.table("problems"), "objective")[0] - value) < USUAL * abs(value)


@pytest.mark.parametrize("data", ["iris", "penguins", "digits"])
@pytest.mark.parametrize("kernel", KERNELS[:4])
def test_many_classes_agree(data, kernel, request):
    X, y = request.getfixturevalue(data)
    for shape in ("ovr", "ovo"):
        theirs = svm.SVC(decision_function_shape=shape, **TIGHT, **kernel).fit(X[::2], y[::2])
        ours = mlcore.SupportVectorClassifier(decision_function_shape=shape, **TIGHT,
                                              **kernel).fit(X[::2], y[::2])
        assert far(raw(ours, X), theirs.decision_function(X)) < bound(kernel)
        assert (ours.predict(X) == theirs.predict(X)).all()


@pytest.mark.parametrize("kernel", KERNELS[:4])
@pytest.mark.parametrize("nu", [0.3, 0.5])
def test_nu_classes_agree(iris, kernel, nu):
    X, y = iris
    theirs = svm.NuSVC(nu=nu, **TIGHT, **kernel).fit(X, y)
    ours = mlcore.SupportVectorClassifier(nu=nu, **TIGHT, **kernel).fit(X, y)
    assert far(raw(ours, X), theirs.decision_function(X)) < FLOATS
    assert (ours.predict(X) == theirs.predict(X)).all()


@pytest.mark.parametrize("kernel", KERNELS[:4])
@pytest.mark.parametrize("form", [{"epsilon": 0.1}, {"epsilon": 0.0}, {"nu": 0.3}])
def test_numbers_agree(housing, kernel, form):
    X, y = housing
    kind = svm.NuSVR if "nu" in form else svm.SVR
    theirs = kind(C=2, **TIGHT, **form, **kernel).fit(X[::2], y[::2])
    ours = mlcore.SupportVectorRegressor(C=2, **TIGHT, **form, **kernel).fit(X[::2], y[::2])
    assert far(ours.predict(X), theirs.predict(X)) < 10 * bound(kernel)


@pytest.mark.parametrize("kernel", KERNELS[:2])
@pytest.mark.parametrize("epsilon", [0.0, 0.1])
def test_primal_and_dual_of_numbers_meet(housing, kernel, epsilon):
    X, y = housing
    theirs = svm.SVR(C=2, max_iter=1, **kernel).fit(X, y)
    ours = mlcore.SupportVectorRegressor(C=2, tol=1e-10, epsilon=epsilon, **kernel).fit(X, y)
    a, norm, sums, intercept = solution(ours, theirs, X)
    rows = column(ours.table("support_vectors"), "row")[::X.shape[1]]
    loss = np.maximum(0, np.abs(sums + intercept - y) - epsilon).sum()
    primal, dual = norm / 2 + 2 * loss, y[rows] @ a - epsilon * np.abs(a).sum() - norm / 2
    assert -1e-9 * dual < primal - dual < 1e-8 * dual


@pytest.mark.parametrize("kernel", KERNELS[:4])
@pytest.mark.parametrize("nu", [0.05, 0.5])
def test_one_class_agrees(penguins, kernel, nu):
    X, _ = penguins
    theirs = svm.OneClassSVM(nu=nu, **TIGHT, **kernel).fit(X)
    ours = mlcore.OneClassSVM(nu=nu, **TIGHT, **kernel).fit(X)
    expected = theirs.decision_function(X)
    assert far(raw(ours, X), expected) < bound(kernel)
    inside = np.asarray(ours.predict(X)) == theirs.predict(X)
    assert inside[np.abs(expected) > bound(kernel)].all()


@pytest.mark.parametrize("gamma", ["scale", "auto", 0.7])
def test_gamma_agrees(penguins, gamma):
    X, y = penguins
    theirs = svm.SVC(gamma=gamma, **TIGHT).fit(X * 3 + 1, y)
    ours = mlcore.SupportVectorClassifier(gamma=gamma, **TIGHT).fit(X * 3 + 1, y)
    assert far(raw(ours, X), theirs.decision_function(X)) < EXACT


def test_weights_agree(penguins):
    X, y = penguins
    weight = np.arange(len(y)) % 3 + 0.5
    sizes = {"Adelie": 3.0, "Chinstrap": 0.5, "Gentoo": 1.0}
    theirs = svm.SVC(gamma=0.3, **TIGHT, class_weight=sizes).fit(X, y, weight)
    ours = mlcore.SupportVectorClassifier(gamma=0.3, **TIGHT, class_weight=[
        f"{name}:{size}" for name, size in sizes.items()]).fit(X, y, sample_weight=weight)
    assert far(raw(ours, X), theirs.decision_function(X)) < EXACT


@pytest.mark.parametrize("cache_size", [0.05, 1000])
def test_small_cache_agrees(cancer, cache_size):
    X, y = cancer
    theirs = svm.SVC(C=3, **TIGHT).fit(X, y)
    ours = mlcore.SupportVectorClassifier(C=3, **TIGHT, cache_size=cache_size).fit(X, y)
    assert far(raw(ours, X), theirs.decision_function(X)) < EXACT


def test_many_rounds_agree(housing):
    """More rows than a working set has."""
    frame = pd.read_csv(DATA / "california_housing.csv.gz").dropna().select_dtypes("number")[::10]
    y = frame.pop("median_house_value").to_numpy(float)
    X, above = scaled(frame.to_numpy(float)), y > np.median(y)
    theirs = svm.SVC(**TIGHT).fit(X, above)
    ours = mlcore.SupportVectorClassifier(**TIGHT).fit(X, above)
    assert far(raw(ours, X), theirs.decision_function(X)) < EXACT


def test_probabilities_are_near(cancer):
    """The rows that are left out differ, so only so near."""
    X, y = cancer
    ours = mlcore.SupportVectorClassifier(probability=True).fit(X[::2], y[::2])
    p = np.asarray(ours.predict_proba(X[1::2]))
    assert np.abs(p.sum(1) - 1).max() < 1e-12
    from sklearn import metrics
    assert metrics.log_loss(y[1::2], p) < 0.12
