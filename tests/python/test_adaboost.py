"""adaboost_classifier and adaboost_regressor beside scikit-learn's on real data: the same weights
and errors where the trees are the same. Trees differ where splits are equal, which scikit-learn
decides by chance; in these data and rounds such splits part the rows alike."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import datasets, ensemble, model_selection, tree  # noqa: E402

# Sums of a few hundred weights in another order, over the rounds.
ROUNDING = 1e-10


def numbers(X):
    """As scikit-learn's trees see them."""
    return np.asarray(X, dtype=np.float32).astype(float)


def cancer():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    return numbers(X), y


def wine():
    frame = pd.read_csv(DATA / "wine.csv")
    label = next(c for c in frame.columns if frame[c].nunique() == 3)
    y = pd.factorize(frame.pop(label))[0]
    return numbers(frame), y


def iris():
    frame = pd.read_csv(DATA / "iris.csv")
    y = pd.factorize(frame.pop("species"))[0]
    return numbers(frame), y


def diabetes():
    X, y = datasets.load_diabetes(return_X_y=True, scaled=False)
    return numbers(X), y


def dataset(X, y, weight=None):
    columns = {f"x{j}": np.ascontiguousarray(X[:, j]) for j in range(X.shape[1])}
    roles = {} if y is None else {"target": y}
    return mlcore.Dataset.from_arrays(columns, **roles,
                                      **({} if weight is None else {"weight": weight}))


def fit(kind, X, y, weight=None, **params):
    settings = ", ".join(f"{k}={v}" for k, v in params.items())
    return mlcore.Model(f"adaboost_{kind}({settings})").fit(dataset(X, y, weight))


def estimators(model):
    table = model.table("estimators").to_pandas()
    return table["weight"].to_numpy(), table["error"].to_numpy()


@pytest.mark.parametrize("load,n", [(cancer, 50), (wine, 30), (iris, 5)])
@pytest.mark.parametrize("params,weighted", [  # without weights the first deeper splits are equal
    ({}, False), ({"learning_rate": 0.5}, False), ({}, True), ({"max_depth": 2}, True)])
def test_classes_have_the_weights_errors_and_scores_of_scikit_learn(load, n, params, weighted):
    X, y = load()
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y)) if weighted else None
    depth = params.get("max_depth", 1)
    theirs = ensemble.AdaBoostClassifier(
        tree.DecisionTreeClassifier(max_depth=depth), n_estimators=n, random_state=0,
        learning_rate=params.get("learning_rate", 1.0)).fit(X, y, sample_weight=weight)
    model = fit("classifier", X, y, weight, n_estimators=n, **params)
    weights, errors = estimators(model)
    assert len(weights) == len(theirs.estimators_)
    assert np.abs(errors - theirs.estimator_errors_[:len(errors)]).max() < ROUNDING
    assert np.allclose(weights, theirs.estimator_weights_[:len(weights)], rtol=ROUNDING)
    rows = dataset(X, None)
    assert (np.asarray(model.predict(rows)) == theirs.predict(X)).all()
    assert np.allclose(model.decision_function(rows), theirs.decision_function(X), atol=ROUNDING)
    assert np.allclose(model.predict_proba(rows), theirs.predict_proba(X), atol=ROUNDING)
    if depth == 1 and load is not iris:  # elsewhere equal splits fall to different features
        assert np.allclose(model.feature_importances_, theirs.feature_importances_, atol=ROUNDING)


def drucker(X, y, loss, depth, rate, n):
    """AdaBoost.R2 as scikit-learn has it, with trees on weights instead of on samples."""
    w, trees, weights, errors = np.full(len(y), 1 / len(y)), [], [], []
    for _ in range(n):
        t = tree.DecisionTreeRegressor(max_depth=depth, random_state=0).fit(X, y, sample_weight=w)
        off = np.abs(t.predict(X) - y)
        off = off / off.max()
        off = {"linear": off, "square": off ** 2, "exponential": 1 - np.exp(-off)}[loss]
        error = (w * off).sum()
        if error >= 0.5:
            break
        beta = error / (1 - error)
        trees.append(t)
        weights.append(rate * np.log(1 / beta))
        errors.append(error)
        w = w * beta ** ((1 - off) * rate)
        w = np.clip(w / w.sum(), np.finfo(float).eps, None)
    found = np.array([t.predict(X) for t in trees]).T
    order = np.argsort(found, axis=1)
    sums = np.cumsum(np.array(weights)[order], axis=1)
    at = (sums >= 0.5 * sums[:, -1:]).argmax(axis=1)
    rows = np.arange(len(y))
    return np.array(weights), np.array(errors), found[rows, order[rows, at]]


@pytest.mark.parametrize("loss", ["linear", "square", "exponential"])
@pytest.mark.parametrize("depth,rate,n", [(3, 1.0, 20), (1, 0.3, 30), (4, 0.5, 15)])
def test_numbers_follow_the_paper(loss, depth, rate, n):
    X, y = diabetes()
    model = fit("regressor", X, y, loss=loss, max_depth=depth, learning_rate=rate, n_estimators=n)
    weights, errors = estimators(model)
    expected = drucker(X, y, loss, depth, rate, n)
    assert len(weights) == len(expected[0])
    assert np.allclose(errors, expected[1], atol=ROUNDING)
    assert np.allclose(weights, expected[0], rtol=1e-9)
    found = np.asarray(model.predict(dataset(X, None)))
    assert np.allclose(found, expected[2], rtol=1e-9)


@pytest.mark.parametrize("loss", ["linear", "square", "exponential"])
def test_numbers_are_predicted_as_well_as_by_scikit_learn(loss):
    frame = pd.read_csv(DATA / "california_housing.csv.gz").dropna().select_dtypes("number")[::4]
    y = frame.pop("median_house_value").to_numpy(float)
    X = numbers(frame)
    train, test = model_selection.train_test_split(np.arange(len(y)), random_state=0)

    def r2(predicted):
        return 1 - ((predicted - y[test]) ** 2).sum() / ((y[test] - y[test].mean()) ** 2).sum()

    theirs = [r2(ensemble.AdaBoostRegressor(tree.DecisionTreeRegressor(max_depth=6), loss=loss,
                                            random_state=s).fit(X[train], y[train])
                 .predict(X[test])) for s in range(5)]
    model = fit("regressor", X[train], y[train], loss=loss, max_depth=6)
    ours = r2(np.asarray(model.predict(dataset(X[test], None))))
    assert ours > min(theirs) - 0.02, (ours, theirs)
