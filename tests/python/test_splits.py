"""Splits fold by fold against scikit-learn's splitters, where it has them, on data of all sizes."""
import numpy as np
import pytest

import mlcore

selection = pytest.importorskip("sklearn.model_selection")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # classes with few rows


def assert_same(data, splitter, expected, **params):
    found = data.split(splitter, **params)
    assert len(found) == len(expected)
    for pair, rows in zip(found, expected):
        for part, wanted in zip(pair, rows):
            assert np.array_equal(part["row"], np.sort(wanted))


def problem(seed):
    """Groups, classes that go with them in part, times; the number of folds."""
    rng = np.random.default_rng(seed)
    n, n_groups, n_classes = rng.integers(60, 900), rng.integers(8, 60), rng.integers(2, 7)
    groups = rng.integers(n_groups, size=n)
    y = (rng.integers(n_classes, size=n) * rng.integers(2, size=n) + groups) % n_classes
    data = mlcore.Dataset({"row": np.arange(n), "g": groups, "y": np.char.add("c", y.astype(str))},
                          group="g", target="y")
    return data, y, groups, int(rng.integers(2, 7))


@pytest.mark.parametrize("seed", range(30))
def test_splits_are_those_of_scikit_learn(seed):
    data, y, groups, k = problem(seed)
    for splitter, theirs, params in (
            ("k_fold", selection.KFold(k), {"n_splits": k}),
            ("stratified_k_fold", selection.StratifiedKFold(k), {"n_splits": k}),
            ("group_k_fold", selection.GroupKFold(k), {"n_splits": k}),
            ("stratified_group_k_fold", selection.StratifiedGroupKFold(k), {"n_splits": k}),
            ("leave_one_group_out", selection.LeaveOneGroupOut(), {}),
            ("time_series", selection.TimeSeriesSplit(k, gap=3), {"n_splits": k, "gap": 3})):
        assert_same(data, splitter, list(theirs.split(y, y, groups)), **params)


def test_parts_of_grouped_folds_share_no_group():
    data, _, _, _ = problem(99)
    for splitter in ("group_k_fold", "stratified_group_k_fold", "leave_one_group_out"):
        for train, test in data.split(splitter):
            assert not set(train["g"]) & set(test["g"])
            assert len(train) + len(test) == len(data)
