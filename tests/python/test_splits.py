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


@pytest.mark.parametrize("seed", range(10))
def test_predefined_folds_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    fold = rng.integers(-1, 5, size=rng.integers(30, 200)) * 3
    fold[fold < 0] = -1
    data = mlcore.Dataset({"row": np.arange(len(fold)), "f": fold}, fold="f")
    assert_same(data, "predefined", list(selection.PredefinedSplit(fold).split()))
    missing = [None if f == -1 else f"part {f:02}" for f in fold.tolist()]
    data = mlcore.Dataset({"row": np.arange(len(fold)), "f": missing}, fold="f")
    assert_same(data, "predefined", list(selection.PredefinedSplit(fold).split()))


def sizes(pair):
    return [len(part) for part in pair]


@pytest.mark.parametrize("n", [10, 11, 97, 1000])
@pytest.mark.parametrize("test, train", [(0.2, None), (None, 0.6), (0.33, 0.41), (3, None), (4, 5)])
def test_hold_out_sizes_are_those_of_scikit_learn(n, test, train):
    expected = next(selection.ShuffleSplit(1, test_size=test, train_size=train).split(np.zeros(n)))
    data = mlcore.Dataset({"row": np.arange(n)})
    found = data.split(test_size=test, train_size=train)[0]
    assert sizes(found) == [len(rows) for rows in expected]


@pytest.mark.parametrize("n_groups", [7, 20, 41])
@pytest.mark.parametrize("test, train", [(0.2, None), (None, 0.6), (0.33, 0.41), (2, None)])
def test_hold_out_of_groups_is_as_group_shuffle_split(n_groups, test, train):
    groups = np.random.default_rng(n_groups).permutation(np.repeat(np.arange(n_groups), 5))
    data = mlcore.Dataset({"row": np.arange(len(groups)), "g": groups}, group="g")
    theirs = selection.GroupShuffleSplit(4, test_size=test, train_size=train)
    found = data.split(test_size=test, train_size=train, group=True, n_splits=4)
    for pair, expected in zip(found, theirs.split(groups, groups=groups)):
        assert sizes(pair) == [len(rows) for rows in expected]
        assert not set(pair[0]["g"]) & set(pair[1]["g"])
    assert len({tuple(test["row"]) for _, test in found}) == 4


def test_validation_rows_are_a_third_part_and_leave_the_test_rows_as_they_are():
    data = mlcore.Dataset({"row": np.arange(103), "y": ["a", "b", "b", "b"] * 25 + ["a"] * 3},
                          target="y")
    for options in ({}, {"stratify": True}, {"shuffle": False}):
        train, valid, test = data.split(test_size=0.2, validation_size=0.1, **options)[0]
        assert sizes((train, valid, test)) == [71, 11, 21]
        rows = np.concatenate([part["row"] for part in (train, valid, test)])
        assert np.array_equal(np.sort(rows), np.arange(103))
        if options != {"shuffle": False}:
            assert np.array_equal(test["row"], data.split(test_size=0.2, **options)[0][1]["row"])
        else:
            assert np.array_equal(rows, np.arange(103))
    train, valid, test = data.split(test_size=20, validation_size=20, train_size=20,
                                    stratify=True)[0]
    for part in (train, valid, test):
        assert (part["y"] == "a").sum() in (5, 6)  # 28 of 103 rows are 5.4 of 20
    train, valid, test = data.split(test_size=0.2, validation_size=0.2, train_size=0.6)[0]
    assert sizes((train, valid, test)) == [61, 21, 21]


def test_numbers_are_stratified_by_bins_of_equal_size():
    y = np.random.default_rng(0).lognormal(size=1000)
    data = mlcore.Dataset({"row": np.arange(1000), "y": y}, target="y")
    bins = np.argsort(np.argsort(y)) // 100
    for seed in range(5):
        train, test = data.split(test_size=0.2, stratify=True, random_state=seed)[0]
        assert (np.bincount(bins[test["row"]], minlength=10) == 20).all()
    for _, test in data.split("stratified_k_fold", n_splits=5, shuffle=True):
        assert (np.bincount(bins[test["row"]], minlength=10) == 20).all()


def test_repeats_are_other_folds_that_hold_each_row_once():
    data, y, _, _ = problem(3)
    for splitter, theirs in (("k_fold", selection.RepeatedKFold),
                             ("stratified_k_fold", selection.RepeatedStratifiedKFold)):
        folds = data.split(splitter, n_splits=4, n_repeats=3, shuffle=True)
        expected = list(theirs(n_splits=4, n_repeats=3).split(y, y))
        assert [sizes(f) for f in folds] == [[len(rows) for rows in f] for f in expected]
        for repeat in range(3):
            rows = np.concatenate([test["row"] for _, test in folds[repeat * 4:repeat * 4 + 4]])
            assert np.array_equal(np.sort(rows), np.arange(len(data)))


@pytest.mark.parametrize("splitter, options, message", [
    ("hold_out", {"validation_size": 0.9}, "103 rows cannot be split into a training part, a "
     "validation part and a test part of these sizes: each needs at least one row"),
    ("hold_out", {"test_size": 0.5, "validation_size": 0.4, "train_size": 0.2},
     "test_size, validation_size and train_size add up to more than 1"),
    ("hold_out", {"validation_size": 1.5}, "validation_size is neither a share below 1 nor a whole "
     "number of rows"),
    ("hold_out", {"group": True}, "hold_out group=true needs groups: give one column the role "
     "group"),
    ("hold_out", {"group": True, "stratify": True}, "group=true draws groups and stratify=true "
     "rows of classes: stratified_group_k_fold does both"),
    ("predefined", {}, "predefined needs folds: give one column the role fold"),
])
def test_wrong_settings_are_named(splitter, options, message):
    data = mlcore.Dataset({"row": np.arange(103)})
    with pytest.raises(mlcore.MlcoreError) as caught:
        data.split(splitter, **options)
    assert str(caught.value) == message
