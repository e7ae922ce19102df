"""Losses of boosted trees against LightGBM at the same settings: held-out loss on real data, both
fitted now."""
import numpy as np
import pytest

import mlcore
from conftest import DATA

lightgbm = pytest.importorskip("lightgbm")
pd = pytest.importorskip("pandas")
from sklearn import metrics  # noqa: E402

# Of the ratio of two held-out losses: over five folds of these rows ratios of one pair lie up to
# 0.025 apart.
NOISE = 0.03
SETTINGS = {"n_estimators": 100, "learning_rate": 0.1, "max_leaf_nodes": 31,
            "min_samples_leaf": 20}
THEIRS = {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 31, "min_child_samples": 20,
          "verbose": -1, "n_jobs": 1}


@pytest.fixture(scope="module")
def housing():
    """Values in units of 100,000; every fourth row tests."""
    frame = pd.read_csv(DATA / "california_housing.csv.gz").dropna().select_dtypes("number")
    X = frame.drop(columns="median_house_value").to_numpy(float)
    y = frame["median_house_value"].to_numpy(float) / 1e5
    return X, y, np.arange(len(y)) % 4 == 0


def huber(y, p, delta=0.3):
    r = np.abs(y - p)
    return np.where(r <= delta, r * r / 2, delta * (r - delta / 2)).mean()


def deviance(power):
    return lambda y, p: metrics.mean_tweedie_deviance(y, p, power=power)


def cross_entropy(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def as_share(y):
    return np.clip(y / 5.1, 0, 1)


# loss, ours, theirs, held-out loss, target. Huber's start is the constant of least loss, theirs
# the mean, which 100 steps of at most 0.03 do not make up for.
REGRESSION = [
    ("squared_error", {}, {"objective": "l2"}, metrics.mean_squared_error, None),
    ("absolute_error", {}, {"objective": "l1"}, metrics.mean_absolute_error, None),
    ("huber", {"delta": 0.3, "n_estimators": 300},
     {"objective": "huber", "alpha": 0.3, "n_estimators": 300}, huber, None),
    ("quantile", {"quantile": 0.9}, {"objective": "quantile", "alpha": 0.9},
     lambda y, p: metrics.mean_pinball_loss(y, p, alpha=0.9), None),
    ("poisson", {}, {"objective": "poisson"}, deviance(1), None),
    ("gamma", {}, {"objective": "gamma"}, deviance(2), None),
    ("tweedie", {"tweedie_variance_power": 1.3},
     {"objective": "tweedie", "tweedie_variance_power": 1.3}, deviance(1.3), None),
    ("cross_entropy", {}, {"objective": "cross_entropy"}, cross_entropy, as_share),
]


@pytest.mark.parametrize("loss, ours, theirs, score, target", REGRESSION,
                         ids=[case[0] for case in REGRESSION])
def test_regressor_is_as_good(housing, loss, ours, theirs, score, target):
    X, y, test = housing
    y = y if target is None else target(y)
    a = mlcore.GradientBoostingRegressor(loss=loss, **{**SETTINGS, **ours}).fit(X[~test], y[~test])
    b = lightgbm.LGBMRegressor(**{**THEIRS, **theirs}).fit(X[~test], y[~test])
    mine, reference = score(y[test], np.asarray(a.predict(X[test]))), score(y[test],
                                                                            b.predict(X[test]))
    assert mine <= reference * (1 + NOISE), (mine, reference)


def test_levels_in_one_model_are_as_good_as_a_model_each(housing):
    X, y, test = housing
    levels = [0.05, 0.5, 0.95]
    model = mlcore.GradientBoostingRegressor(loss="quantile", quantile=levels, **SETTINGS)
    found = model.fit(X[~test], y[~test]).predict_table(X[test], output="quantile")
    assert found.components("quantile") == ["0.05", "0.5", "0.95"]
    together = np.asarray(found["quantile"])
    assert (np.diff(together, axis=1) >= 0).all()
    for k, level in enumerate(levels):
        alone = lightgbm.LGBMRegressor(**{**THEIRS, "objective": "quantile", "alpha": level})
        theirs = alone.fit(X[~test], y[~test]).predict(X[test])
        loss = [metrics.mean_pinball_loss(y[test], p, alpha=level)
                for p in (together[:, k], theirs)]
        assert loss[0] <= loss[1] * (1 + NOISE), (level, loss)


@pytest.fixture(scope="module")
def digits():
    frame = pd.read_csv(DATA / "digits_8x8.csv.gz")
    return frame.drop(columns="digit").to_numpy(float), frame["digit"].to_numpy(), \
        np.arange(len(frame)) % 3 == 0


@pytest.mark.parametrize("loss, theirs", [("log_loss", "multiclass"),
                                          ("one_vs_all", "multiclassova")])
def test_classifier_is_as_good(digits, loss, theirs):
    X, y, test = digits
    a = mlcore.GradientBoostingClassifier(loss=loss, **SETTINGS).fit(X[~test], y[~test])
    b = lightgbm.LGBMClassifier(**THEIRS, objective=theirs).fit(X[~test], y[~test])
    p = b.predict_proba(X[test])
    reference = metrics.log_loss(y[test], p / p.sum(axis=1, keepdims=True))
    mine = metrics.log_loss(y[test], a.predict_proba(X[test]))
    assert mine <= reference * (1 + NOISE), (mine, reference)


def test_weights_of_classes_are_those_of_their_rows(digits):
    X, y, test = digits
    odd = y % 2 == 1
    settings = {**SETTINGS, "n_estimators": 10}
    by_class = mlcore.GradientBoostingClassifier(class_weight={False: 1, True: 2.5}, **settings)
    by_row = mlcore.GradientBoostingClassifier(**settings)
    by_class.fit(X[~test], odd[~test])
    by_row.fit(X[~test], odd[~test], sample_weight=np.where(odd[~test], 2.5, 1.0))
    assert np.array_equal(by_class.predict_proba(X[test]), by_row.predict_proba(X[test]))
    with pytest.raises(mlcore.MlcoreError, match="'maybe' is not one of the 2 classes"):
        mlcore.GradientBoostingClassifier(class_weight={"maybe": 2}).fit(X[~test], odd[~test])
