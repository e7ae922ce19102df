"""Generators against scikit-learn's: the formulae exactly, what is drawn by its distribution."""
import numpy as np
import pytest

import mlcore
from mlcore import Dataset

datasets = pytest.importorskip("sklearn.datasets")
stats = pytest.importorskip("scipy.stats")

# Two formulae with sine and cosine within an ulp or two of each other, scaled by the largest value.
ROUNDING = 1e-14
# Chance of a true hypothesis to be refused; all draws are fixed by random_state.
UNLIKELY = 1e-4


def matrix(data):
    return np.column_stack([data[name] for name in data.columns if data.roles[name] == "feature"])


def assert_uniform(values, low, high):
    assert values.min() >= low and values.max() < high
    assert stats.kstest(values, "uniform", args=(low, high - low)).pvalue > UNLIKELY


def assert_normal(values, scale=1.0):
    assert stats.kstest(values, "norm", args=(0, scale)).pvalue > UNLIKELY


@pytest.mark.parametrize("n", [1, 2, 3, 7, 100, 1001])
def test_moons_and_circles_without_noise_are_those_of_scikit_learn(n):
    for name, ours, theirs in (
            ("moons", {}, datasets.make_moons(n, shuffle=False)),
            ("circles", {"factor": 0.3}, datasets.make_circles(n, shuffle=False, factor=0.3))):
        data = Dataset.generate(name, n_rows=n, shuffle=False, **ours)
        assert np.abs(matrix(data) - theirs[0]).max() <= ROUNDING
        assert np.array_equal(data["y"], theirs[1])


def test_shuffled_rows_are_the_same_rows_in_another_order():
    plain, mixed = (Dataset.generate("moons", n_rows=500, noise=0.1, shuffle=s)
                    for s in (False, True))
    rows = [sorted(zip(d["x0"], d["x1"], d["y"])) for d in (plain, mixed)]
    assert rows[0] == rows[1]
    assert not np.array_equal(plain["y"], mixed["y"])


def test_noise_is_normal():
    plain, noisy = (Dataset.generate("moons", n_rows=20000, noise=s, shuffle=False)
                    for s in (0, 0.25))
    noise = (matrix(noisy) - matrix(plain)) / 0.25
    for column in noise.T:
        assert_normal(column)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.03


def friedman(name, x):
    if name == "friedman1":
        return (10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3]
                + 5 * x[:, 4])
    wave = x[:, 1] * x[:, 2] - 1 / (x[:, 1] * x[:, 3])
    return np.sqrt(x[:, 0] ** 2 + wave ** 2) if name == "friedman2" else np.arctan(wave / x[:, 0])


@pytest.mark.parametrize("name", ["friedman1", "friedman2", "friedman3"])
def test_friedman_targets_are_those_formulae_of_uniform_features(name):
    theirs_x, theirs_y = getattr(datasets, "make_" + name)(200, random_state=1)
    assert np.allclose(friedman(name, theirs_x), theirs_y, rtol=1e-13)  # what is checked below
    data = Dataset.generate(name, n_rows=20000, random_state=5)
    x = matrix(data)
    assert x.shape[1] == theirs_x.shape[1]
    error = np.abs(data["y"] - friedman(name, x))
    assert error.max() <= ROUNDING * np.abs(data["y"]).max()
    bounds = ([(0, 1)] * 10 if name == "friedman1" else
              [(0, 100), (40 * np.pi, 560 * np.pi), (0, 1), (1, 11)])
    for column, (low, high) in zip(x.T, bounds):
        assert_uniform(column, low, high)
    noisy = Dataset.generate(name, n_rows=20000, random_state=5, noise=2.0)
    assert np.array_equal(matrix(noisy), x)
    assert_normal(noisy["y"] - data["y"], 2.0)


@pytest.mark.parametrize("hole", [False, True])
def test_swiss_roll_is_a_rolled_up_plane(hole):
    data = Dataset.generate("swiss_roll", n_rows=20000, hole=hole)
    x, t = matrix(data), data["y"]
    assert np.abs(x[:, 0] - t * np.cos(t)).max() <= ROUNDING * 15
    assert np.abs(x[:, 2] - t * np.sin(t)).max() <= ROUNDING * 15
    theirs, theirs_t = datasets.make_swiss_roll(20000, random_state=0, hole=hole)
    assert stats.ks_2samp(t, theirs_t).pvalue > UNLIKELY
    assert stats.ks_2samp(x[:, 1], theirs[:, 1]).pvalue > UNLIKELY
    tile = (t / np.pi - 1.5).astype(int) * 3 + (x[:, 1] / 7).astype(int)
    counts = np.bincount(tile, minlength=9)
    assert (counts[4] == 0) == hole
    assert stats.chisquare(counts[counts > 0]).pvalue > UNLIKELY


def test_blobs_are_normal_around_uniform_centres():
    data = Dataset.generate("blobs", n_rows=9002, centers=3, n_features=2, cluster_std=0.5,
                            shuffle=False)
    x, y = matrix(data), data["y"]
    theirs = datasets.make_blobs(9002, centers=3, shuffle=False)[1]
    assert np.array_equal(y, theirs)
    for k in range(3):
        for column in x[y == k].T:
            assert_normal(column - column.mean(), 0.5)
            assert -10 <= column.mean() < 10
    many = Dataset.generate("blobs", n_rows=4000, centers=4000, n_features=1, cluster_std=0,
                            center_box=[3, 5])
    assert_uniform(many["x0"], 3, 5)


def test_regression_is_linear_in_the_informative_features():
    data = Dataset.generate("regression", n_rows=500, n_features=20, n_informative=5, bias=7)
    x, y = matrix(data), data["y"]
    solved, _, rank, _ = np.linalg.lstsq(np.column_stack([x, np.ones(500)]), y, rcond=None)
    assert rank == 21
    assert abs(solved[-1] - 7) < 1e-9
    assert (np.abs(solved[:-1]) > 1e-9).sum() == 5
    assert solved[:-1].min() > -1e-9 and solved[:-1].max() < 100
    for column in matrix(Dataset.generate("regression", n_rows=20000, n_features=3)).T:
        assert_normal(column)
    slopes = Dataset.generate("regression", n_rows=330, n_features=300, n_informative=300)
    found = np.linalg.lstsq(matrix(slopes), slopes["y"], rcond=None)[0]
    assert_uniform(found, 0, 100)
    several = Dataset.generate("regression", n_rows=10, n_targets=3, n_features=4)
    assert [n for n, role in several.roles.items() if role == "target"] == ["y0", "y1", "y2"]


def test_classification_has_the_shape_that_its_parameters_say():
    data = Dataset.generate("classification", n_rows=8000, n_features=10, n_informative=3,
                            n_redundant=2, n_repeated=1, shuffle=False, flip_y=0, class_sep=20)
    x, y = matrix(data), data["y"]
    theirs = datasets.make_classification(8000, 10, n_informative=3, n_redundant=2, n_repeated=1,
                                          shuffle=False, flip_y=0)[1]
    assert np.array_equal(y, theirs)
    assert np.linalg.matrix_rank(x[:, :6]) == 3  # redundant and repeated ones add nothing
    assert any(np.array_equal(x[:, 5], x[:, j]) for j in range(5))
    for column in x[:, 6:].T:
        assert_normal(column)
    centres = np.array([x[k * 2000:(k + 1) * 2000, :3].mean(axis=0) for k in range(4)])
    assert np.abs(np.abs(centres) - 20).max() < 0.2
    assert len({tuple(corner) for corner in np.sign(centres)}) == 4


@pytest.mark.parametrize("weights", [None, [0.9], [0.2, 0.3, 0.5]])
def test_classification_sizes_are_those_of_scikit_learn(weights):
    n_classes = 3 if weights and len(weights) == 3 else 2
    theirs = datasets.make_classification(997, weights=weights, n_classes=n_classes, flip_y=0,
                                          n_informative=4, shuffle=False)[1]
    ours = Dataset.generate("classification", n_rows=997, weights=weights, n_classes=n_classes,
                            flip_y=0, n_informative=4, shuffle=False)["y"]
    assert np.array_equal(ours, theirs)


def test_classification_flips_the_share_of_labels():
    kept, flipped = (Dataset.generate("classification", n_rows=20000, shuffle=False, flip_y=f)["y"]
                     for f in (0, 0.4))
    assert abs((kept != flipped).mean() - 0.2) < 0.015  # half of what is drawn is as it was


def test_classification_shifts_and_scales_after_all_else():
    plain, moved = (matrix(Dataset.generate("classification", n_rows=50, shuffle=False, **p))
                    for p in ({}, {"shift": 3, "scale": 2}))
    assert np.allclose((plain + 3) * 2, moved, rtol=1e-15)
    drawn = matrix(Dataset.generate("classification", n_rows=50, shuffle=False, shift=None,
                                    scale=None))
    for before, after in zip(plain.T, drawn.T):
        slope, intercept = np.polyfit(before, after, 1)
        assert np.allclose(slope * before + intercept, after, atol=1e-9)
        assert 1 <= slope < 101 and abs(intercept / slope) <= 1 + 1e-9


def test_corners_are_distinct_when_all_are_taken():
    data = Dataset.generate("classification", n_rows=6400, n_features=6, n_informative=6,
                            n_redundant=0, n_classes=64, n_clusters_per_class=1, flip_y=0,
                            class_sep=50, shuffle=False)
    x = np.sign(matrix(data).reshape(64, 100, 6).mean(axis=1))
    assert len({tuple(corner) for corner in x}) == 64


def test_random_state_and_rows_are_all_that_a_dataset_depends_on():
    for name in ("moons", "classification", "regression", "friedman1"):
        options = {} if name == "classification" else {"noise": 0.5}
        first, again, other = (Dataset.generate(name, n_rows=50, random_state=s, **options)
                               for s in (1, 1, 2))
        assert first.fingerprint() == again.fingerprint() != other.fingerprint()


@pytest.mark.parametrize("name, load", [("iris", "load_iris"), ("wine", "load_wine")])
def test_sample_sets_are_those_of_scikit_learn(name, load):
    theirs = getattr(datasets, load)()
    data = Dataset.generate(name)
    x = matrix(data)
    # scikit-learn's iris has the two rows corrected that the repository has wrong; its wine is
    # the same.
    different = (x != theirs.data).any(axis=1)
    assert different.sum() <= 2 and x.shape == theirs.data.shape
    target = next(n for n, role in data.roles.items() if role == "target")
    assert np.array_equal(np.unique(data[target], return_inverse=True)[1], theirs.target)


def test_penguins_have_missing_values_and_three_species():
    data = Dataset.generate("penguins")
    assert data.shape == (344, 8) and data.roles["species"] == "target"
    assert data.categories("species") == ["Adelie", "Chinstrap", "Gentoo"]
    assert sum(value is None for value in data.items("sex")) == 11


@pytest.mark.parametrize("name, options, message", [
    ("mons", {}, "no generator 'mons'; did you mean 'moons'?"),
    ("moons", {"n_row": 3}, "n_row: no such parameter of 'moons'; did you mean 'n_rows'?"),
    ("moons", {"n_rows": 0}, "n_rows = 0: must be from 1 to 1099511627776"),
    ("circles", {"factor": 1}, "factor = 1: must be at least 0 and below 1"),
    ("classification", {"n_features": 3}, "n_features = 3: must be at least n_informative + "
     "n_redundant + n_repeated, 4"),
    ("classification", {"n_classes": 3}, "n_informative = 2: n_classes * n_clusters_per_class, 6, "
     "must not exceed 2^n_informative"),
    ("classification", {"weights": [0.5, 0.6]}, "weights = 0.5,0.6: must be 1 or 2 shares that add "
     "up to no more than 1"),
    ("blobs", {"center_box": [1]}, "center_box = 1: must be two numbers, the lower one first"),
    ("k_fold", {}, "'k_fold' is a splitter, not a generator"),
])
def test_wrong_settings_are_named(name, options, message):
    with pytest.raises(mlcore.MlcoreError) as caught:
        Dataset.generate(name, **options)
    assert str(caught.value) == message
