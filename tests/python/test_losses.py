"""Losses of boosted trees against LightGBM at the same settings: held-out loss on real data, both
fitted now."""
import gzip

import numpy as np
import pytest

import mlcore
from conftest import DATA

lightgbm = pytest.importorskip("lightgbm")
pd = pytest.importorskip("pandas")
from sklearn import datasets, metrics  # noqa: E402

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


@pytest.mark.parametrize("step", [0.7, 2])
def test_poisson_comes_as_close_to_the_rows_it_has(housing, step):
    X, y, test = housing
    a = mlcore.GradientBoostingRegressor(loss="poisson", poisson_max_delta_step=step, **SETTINGS)
    b = lightgbm.LGBMRegressor(objective="poisson", poisson_max_delta_step=step, **THEIRS)
    mine, reference = (deviance(1)(y[~test], m.fit(X[~test], y[~test]).predict(X[~test]))
                       for m in (a, b))
    assert mine == pytest.approx(reference, rel=NOISE)


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


def test_classifier_whose_classes_share_their_splits_is_as_good(digits):
    X, y, test = digits
    a = mlcore.GradientBoostingClassifier(multi_strategy="multi_output_tree", **SETTINGS)
    a.fit(X[~test], y[~test])
    b = lightgbm.LGBMClassifier(**THEIRS).fit(X[~test], y[~test])
    mine, reference = (metrics.log_loss(y[test], m.predict_proba(X[test])) for m in (a, b))
    assert mine <= reference * (1 + NOISE), (mine, reference)


# Of the squared error of a target, for splits that are chosen for another target as well.
SHARED = 0.1


@pytest.mark.parametrize("strategy, most", [("one_output_per_tree", NOISE),
                                            ("multi_output_tree", SHARED)])
def test_targets_in_one_model_are_as_good_as_a_model_each(housing, strategy, most):
    X, y, test = housing
    both = np.column_stack([y, np.log(y)])
    model = mlcore.GradientBoostingRegressor(multi_strategy=strategy, **SETTINGS)
    found = np.asarray(model.fit(X[~test], both[~test]).predict(X[test]))
    for k in range(2):
        theirs = lightgbm.LGBMRegressor(**THEIRS).fit(X[~test], both[~test, k]).predict(X[test])
        mine, reference = (metrics.mean_squared_error(both[test, k], p)
                           for p in (found[:, k], theirs))
        assert mine <= reference * (1 + most), (k, mine, reference)


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


# ---- rankings -------------------------------------------------------------------------------

# LightGBM's metric sums discounts from a table of floats made as doubles: the same terms.
ROUNDING = 1e-12


def queries(part):
    with gzip.open(DATA / f"rank.{part}.gz") as file:
        X, y = datasets.load_svmlight_file(file, n_features=301)
    sizes = np.loadtxt(DATA / f"rank.{part}.query", dtype=int)
    return X.toarray(), y, np.repeat(np.arange(len(sizes)), sizes)


@pytest.fixture(scope="module")
def ranking():
    """All documents; group numbers of the test file follow those of the training file."""
    parts = [queries("train"), queries("test")]
    parts[1][2][:] += parts[0][2].max() + 1
    return [np.concatenate(arrays) for arrays in zip(*parts)]


def sizes_of(group):
    return np.unique(group, return_counts=True)[1]


def ranker_of_lightgbm(X, y, group, **settings):
    return lightgbm.LGBMRanker(**{**THEIRS, "n_estimators": 50, **settings}).fit(
        X, y, group=sizes_of(group))


def test_metrics_of_rankings_are_those_of_lightgbm(ranking):
    X, y, group = ranking
    train = group < 201
    history = {}
    data = lightgbm.Dataset(X[train], y[train], group=sizes_of(group[train]),
                            free_raw_data=False)
    valid = data.create_valid(X[~train], y[~train], group=sizes_of(group[~train]))
    booster = lightgbm.train({"objective": "lambdarank", "metric": ["ndcg", "map"],
                              "eval_at": [1, 3, 5, 10], "verbose": -1, "num_threads": 1}, data, 3,
                             valid_sets=[valid], valid_names=["v"],
                             callbacks=[lightgbm.record_evaluation(history)])
    truth = mlcore.Dataset({"relevance": y[~train], "query": group[~train]}, target="relevance",
                           group="query")
    for trees in (1, 3):  # with few trees many scores are equal
        scores = mlcore.Dataset({"prediction": booster.predict(X[~train], num_iteration=trees)})
        for name in ("ndcg", "map"):
            for k in (1, 3, 5, 10):
                found = mlcore.evaluate(mlcore.Metric(name, k=k, ties="row_order"), truth, scores)
                assert found.items("value")[0] == pytest.approx(
                    history["v"][f"{name}@{k}"][trees - 1], rel=0, abs=ROUNDING), (name, k)


def mean_ndcg(y, p, group):
    """NDCG@5 with LightGBM's gain, by scikit-learn."""
    return np.mean([metrics.ndcg_score([2 ** y[group == g] - 1], [p[group == g]], k=5)
                    if (group == g).sum() > 1 and y[group == g].any() else 1
                    for g in np.unique(group)])


def test_ranker_is_as_good(ranking):
    """Five folds of 251 queries: NDCG@5 of the two differs by 0.008 in the standard error."""
    X, y, group = ranking
    fold = np.random.default_rng(0).permutation(group.max() + 1)[group] % 5
    difference = []
    for k in range(5):
        train, test = fold != k, fold == k
        ours = mlcore.GradientBoostingRanker(**{**SETTINGS, "n_estimators": 50})
        ours.fit(X[train], y[train], group=group[train])
        theirs = ranker_of_lightgbm(X[train], y[train], group[train])
        difference.append(mean_ndcg(y[test], np.asarray(ours.predict(X[test])), group[test]) -
                          mean_ndcg(y[test], theirs.predict(X[test]), group[test]))
    assert np.mean(difference) > -0.025, difference


def test_ranker_finds_its_groups_wherever_rows_lie(ranking):
    X, y, group = ranking
    settings = {"n_estimators": 5}
    together = mlcore.GradientBoostingRanker(**settings).fit(X, y, group=group)
    names = np.array([f"q{g:03d}" for g in group])
    apart = mlcore.GradientBoostingRanker(**settings).fit(X, y, group=names)
    assert np.array_equal(together.predict(X), apart.predict(X))
    assert together.score(X, y, group=group) > 0.75
    with pytest.raises(mlcore.MlcoreError, match="give one the role group"):
        mlcore.GradientBoostingRanker().fit(X, y)


@pytest.mark.parametrize("metric", [None, "ndcg@5"])
def test_ranker_stops_early_by_its_validation_queries(ranking, metric):
    X, y, group = ranking
    train = group < 150
    model = mlcore.GradientBoostingRanker(n_estimators=300, early_stopping_metric=metric,
                                          n_iter_no_change=5)
    model.fit(X[train], y[train], None, (X[~train], y[~train], None, group[~train]),
              group=group[train])
    rounds = model.table("history")
    assert len(rounds) < 300


# ---- early stopping --------------------------------------------------------------------------

def stop_by_lightgbm(history, larger, patience, first_only):
    """Rounds that are kept, and rounds that were run, by LightGBM's own callback."""
    callback = lightgbm.early_stopping(patience, first_metric_only=first_only, verbose=False)
    n = len(history[0])
    for i in range(n):
        results = [lightgbm.basic.EvalResult(dataset_name="valid", metric_name=f"m{k}",
                                             metric_value=values[i], maximize=larger[k])
                   for k, values in enumerate(history)]
        try:
            callback(lightgbm.callback.CallbackEnv(
                model=None, params={}, iteration=i, begin_iteration=0, end_iteration=n,
                evaluation_result_list=results))
        except lightgbm.callback.EarlyStopException as stop:
            return stop.best_iteration + 1, i + 1
    raise AssertionError("the callback ends in the last round at the latest")


@pytest.mark.parametrize("metrics, larger", [
    (["accuracy", "loss", "roc_auc"], [True, False, True]),
    (["roc_auc", "average_precision"], [True, True]),
    (["loss", "brier", "accuracy"], [False, False, True])])
@pytest.mark.parametrize("first_only", [False, True])
def test_stopping_by_several_metrics_keeps_what_lightgbm_keeps(metrics, larger, first_only):
    frame = pd.read_csv(DATA / "titanic.csv")
    X = frame[["Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked"]]
    y, valid = frame["Survived"], np.arange(len(frame)) % 3 == 0
    parts = X[~valid], y[~valid], None, (X[valid], y[valid])
    settings = {"n_estimators": 60, "tol": 0, "min_samples_leaf": 5,
                "early_stopping_metric": metrics, "first_metric_only": first_only}
    whole = mlcore.GradientBoostingClassifier(n_iter_no_change=1000, **settings).fit(*parts)
    table = whole.table("history")
    assert len(table) == 60
    history = [np.asarray(table[f"valid_{name}"]) for name in metrics]
    seen = set()
    for patience in (1, 2, 3, 5, 8, 12, 20, 30, 50, 59, 60):
        model = mlcore.GradientBoostingClassifier(n_iter_no_change=patience, **settings)
        model.fit(*parts)
        kept = int(np.max(model.table("trees")["tree"])) + 1
        found = kept, len(model.table("history"))
        assert found == stop_by_lightgbm(history, larger, patience, first_only), patience
        seen.add(found)
    assert len(seen) > 3


# ---- times until an event -------------------------------------------------------------------

@pytest.fixture(scope="module")
def recurrences():
    frame = pd.read_csv(DATA / "gbsg2.csv")
    X = frame.drop(columns=["lower", "upper"])
    return X, frame[["lower", "upper"]], np.arange(len(frame)) % 4 == 0


@pytest.mark.parametrize("settings", [{}, {"loss": "aft", "scale": 0.7}])
def test_survival_takes_bounds_as_frames_and_arrays(recurrences, settings):
    X, y, test = recurrences
    model = mlcore.GradientBoostingSurvival(n_estimators=40, learning_rate=0.05, **settings)
    model.fit(X[~test], y[~test])
    assert 0.63 < model.score(X[test], y[test]) < 0.8
    scores = model.evaluate(X[test], y[test])
    again = mlcore.GradientBoostingSurvival(n_estimators=40, learning_rate=0.05, **settings)
    upper = np.where(np.isnan(y["upper"]), np.inf, y["upper"])
    again.fit(X[~test], np.column_stack([y["lower"], upper])[~test])
    assert np.array_equal(model.predict(X[test]), again.predict(X[test]))
    names = {"metrics": scores.items("metric")}
    assert model.evaluate(X[test], y[test], **names).items("value") == scores.items("value")


def test_survival_refuses_bounds_that_are_none(recurrences):
    X, y, _ = recurrences
    wrong = y.assign(upper=y["lower"] - 1)
    with pytest.raises(mlcore.MlcoreError, match="are 1814 and 1813 in row 1"):
        mlcore.GradientBoostingSurvival(loss="aft").fit(X, wrong)
    with pytest.raises(mlcore.MlcoreError, match="'lower' is missing in row 1"):
        mlcore.GradientBoostingSurvival().fit(X, y.assign(lower=np.nan))
