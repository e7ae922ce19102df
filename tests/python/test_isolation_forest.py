"""isolation_forest beside scikit-learn's IsolationForest on real data with known anomalies."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")
from sklearn import base, datasets, ensemble, metrics  # noqa: E402
from sklearn.ensemble._iforest import _average_path_length  # noqa: E402

SEEDS = range(10)
# pow() and our exp() differ in the last places of a number below 1.
ROUNDING = 1e-14


def cancer():
    """Benign tumours, and 21 malignant ones among them."""
    X, benign = datasets.load_breast_cancer(return_X_y=True)
    rows = np.concatenate([np.flatnonzero(benign == 1), np.flatnonzero(benign == 0)[::10]])
    return X[rows], benign[rows] == 0


def digits():
    """Zeros, and every twentieth of the other digits."""
    frame = pd.read_csv(DATA / "digits_8x8.csv.gz")
    y = frame.pop("digit").to_numpy()
    rows = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y != 0)[::20]])
    return frame.to_numpy(float)[rows], y[rows] != 0


def wine():
    """A kind of wine, and ten bottles of another."""
    frame = pd.read_csv(DATA / "wine.csv")
    label = next(c for c in frame.columns if frame[c].nunique() == 3)
    y = pd.factorize(frame.pop(label))[0]
    rows = np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 2)[:10]])
    return frame.to_numpy(float)[rows], y[rows] == 2


def raw(model, X):
    return np.asarray(model.decision_function(mlcore.Dataset.from_arrays(columns_of(X))))


def columns_of(X):
    return {f"x{j}": np.ascontiguousarray(X[:, j]) for j in range(X.shape[1])}


def fit(X, **params):
    settings = ", ".join(f"{k}={v}" for k, v in params.items())
    model = mlcore.Model(f"isolation_forest({settings})")
    return model.fit(mlcore.Dataset.from_arrays(columns_of(X)))


@pytest.mark.parametrize("load", [cancer, digits, wine])
@pytest.mark.parametrize("params", [
    {}, {"max_samples": 64}, {"max_samples": 0.5, "bootstrap": True}, {"max_features": 0.5}])
def test_scores_find_anomalies_as_well(load, params):
    X, odd = load()
    ours = [metrics.roc_auc_score(odd, -raw(fit(X, random_state=s, **{
        k: str(v).lower() for k, v in params.items()}), X)) for s in SEEDS]
    theirs = [metrics.roc_auc_score(odd, -ensemble.IsolationForest(
        random_state=s, **params).fit(X).decision_function(X)) for s in SEEDS]
    # Means of ten seeds: within four standard errors of their difference.
    error = np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / len(SEEDS))
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error, (np.mean(ours), np.mean(theirs))


@pytest.mark.parametrize("load", [cancer, digits, wine])
def test_planes_find_anomalies_too(load):
    X, odd = load()
    one = np.mean([metrics.roc_auc_score(odd, -raw(fit(X, random_state=s), X)) for s in SEEDS])
    for level in (1, X.shape[1] - 1):
        ours = np.mean([metrics.roc_auc_score(odd, -raw(fit(X, random_state=s,
                                                            extension_level=level), X))
                        for s in SEEDS])
        assert ours > one - 0.08, (level, ours, one)


@pytest.mark.parametrize("params", [{"max_samples": "1.0"}, {"max_samples": 100},
                                    {"max_samples": 64, "contamination": 0.1}])
def test_scores_are_those_of_a_plain_walk_and_the_formula(params):
    X, _ = wine()
    model = fit(X, n_estimators=7, **params)
    table = model.table("trees").to_pandas()
    n = len(X) if params["max_samples"] == "1.0" else min(params["max_samples"], len(X))
    paths = np.zeros(len(X))
    for _, tree in table.groupby("tree"):
        tree = tree.set_index("node")
        at_leaf = {}
        depths = {0: 0}
        for i, node in tree.iterrows():
            if node["left"] >= 0:
                depths[node["left"]] = depths[node["right"]] = depths[i] + 1
        for row, x in enumerate(X):
            i = 0
            while tree.at[i, "left"] >= 0:
                value = x[int(tree.at[i, "feature"][1:])]
                i = tree.at[i, "left" if value <= tree.at[i, "threshold"] else "right"]
            at_leaf.setdefault(i, []).append(row)
        for i, rows in at_leaf.items():
            if params["max_samples"] == "1.0":  # the sample is all rows
                expected = depths[i] + _average_path_length(np.array([len(rows)]))[0]
                assert tree.at[i, "path"] == pytest.approx(expected, rel=ROUNDING)
            paths[rows] += tree.at[i, "path"]
    scores = 2 ** -(paths / 7 / _average_path_length([n])[0])
    threshold = model.table("threshold").to_pandas()["threshold"][0]
    assert np.abs(threshold - raw(model, X) - scores).max() < ROUNDING


@pytest.mark.parametrize("contamination", [0.02, 0.1, 0.3])
def test_contamination_flags_as_many_as_scikit_learn_does(contamination):
    X, _ = digits()
    model = fit(X, contamination=contamination)
    found = np.asarray(model.predict(mlcore.Dataset.from_arrays(columns_of(X))))
    theirs = ensemble.IsolationForest(contamination=contamination, random_state=0).fit_predict(X)
    assert set(np.unique(found)) == {-1, 1}
    assert abs((found == -1).sum() - (theirs == -1).sum()) <= 1
    assert (found == np.where(raw(model, X) < 0, -1, 1)).all()


def test_scikit_learn_takes_it_for_what_it_is():
    assert base.is_outlier_detector(mlcore.IsolationForest())
    X, _ = wine()
    assert set(mlcore.IsolationForest(n_estimators=5).fit_predict(X)) <= {-1, 1}


def test_missing_values_and_categories_cost_little():
    X, odd = cancer()
    whole = metrics.roc_auc_score(odd, -raw(fit(X), X))
    holes = X.copy()
    holes[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    assert metrics.roc_auc_score(odd, -raw(fit(holes), holes)) > whole - 0.05
    levels = {name: [f"c{v}" for v in pd.qcut(x, 4, labels=False)] for name, x in
              list(columns_of(X).items())[:5]}
    data = mlcore.Dataset.from_arrays({**columns_of(X), **levels})
    model = mlcore.Model("isolation_forest").fit(data)
    assert metrics.roc_auc_score(odd, -np.asarray(model.decision_function(data))) > whole - 0.1


@pytest.mark.parametrize("load", [cancer, digits, wine])
@pytest.mark.parametrize("labels", [(1, -1), (0, 1), ("plain", "strange")])
def test_evaluate_ranks_scores_as_scikit_learn_does(load, labels):
    X, odd = load()
    rows = mlcore.Dataset.from_arrays({**columns_of(X), "label": np.where(odd, *labels[::-1])},
                                      target="label")
    model = mlcore.IsolationForest(n_estimators=30).fit(rows)
    score = -np.asarray(model.decision_function(rows))
    table = model.evaluate(rows, metrics="roc_auc,average_precision,f1")
    values = dict(zip(table.items("metric"), table.items("value")))
    assert values["roc_auc"] == pytest.approx(metrics.roc_auc_score(odd, score), rel=1e-12)
    assert values["average_precision"] == pytest.approx(
        metrics.average_precision_score(odd, score), rel=1e-12)
    assert values["f1"] == pytest.approx(metrics.f1_score(odd, score > 0), rel=1e-12)
