"""Resampling against imbalanced-learn: counts exactly, new rows by their definition."""
from collections import Counter

import numpy as np
import pytest

import mlcore
from mlcore import Dataset

over = pytest.importorskip("imblearn.over_sampling")
under = pytest.importorskip("imblearn.under_sampling")
neighbors = pytest.importorskip("sklearn.neighbors")
stats = pytest.importorskip("scipy.stats")

ON_THE_LINE = 1e-12  # of the length of a segment: rounding of one product and one sum
UNLIKELY = 1e-4      # chance of a true hypothesis to be refused; all draws are fixed


def problem(sizes, n_features=3, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    x = rng.normal(size=(len(y), n_features)) + y[:, None]
    return x, y


def dataset(x, y, **more):
    return Dataset({**{f"x{j}": x[:, j] for j in range(x.shape[1])}, "y": y, **more}, target="y")


def features(data):
    return np.column_stack([data[n] for n in data.columns if n.startswith("x")])


STRATEGIES = {
    "over": ["auto", "minority", "not minority", "not majority", "all", {0: 70, 2: 90}],
    "under": ["auto", "majority", "not minority", "not majority", "all", {0: 20, 1: 7}],
}


@pytest.mark.parametrize("sizes", [(60, 25, 12), (12, 60, 60), (20, 20, 20)])
@pytest.mark.parametrize("way", ["over", "under"])
def test_counts_are_those_of_imbalanced_learn(way, sizes):
    x, y = problem(sizes)
    data = dataset(x, y)
    pairs = ({"random_over": over.RandomOverSampler, "smote": over.SMOTE} if way == "over" else
             {"random_under": under.RandomUnderSampler})
    for ours, theirs in pairs.items():
        for strategy in STRATEGIES[way]:
            try:
                expected = theirs(sampling_strategy=strategy).fit_resample(x, y)[1]
            except ValueError:
                with pytest.raises(mlcore.MlcoreError, match="sampling_strategy"):
                    data.resample(ours, sampling_strategy=strategy)
                continue
            found = data.resample(ours, sampling_strategy=strategy)["y"]
            assert Counter(found.tolist()) == Counter(expected.tolist()), (ours, strategy)


@pytest.mark.parametrize("ratio", [0.25, 0.31, 0.5, 0.777, 1.0, 0.1])
def test_ratios_are_those_of_imbalanced_learn(ratio):
    x, y = problem((100, 20))
    data = dataset(x, y)
    for ours, theirs in (("random_over", over.RandomOverSampler), ("smote", over.SMOTE),
                         ("random_under", under.RandomUnderSampler)):
        try:
            expected = theirs(sampling_strategy=ratio).fit_resample(x, y)[1]
        except ValueError:
            with pytest.raises(mlcore.MlcoreError, match="ratio of the smaller to the larger"):
                data.resample(ours, sampling_strategy=ratio)
            continue
        assert Counter(data.resample(ours, sampling_strategy=ratio)["y"].tolist()) == Counter(
            expected.tolist())


def test_random_over_repeats_rows_with_equal_chances():
    x, y = problem((3000, 10))
    data = dataset(x, y, row=np.arange(3010))
    found = data.resample("random_over")
    assert np.array_equal(found["row"][:3010], np.arange(3010))
    again = found["row"][3010:]
    assert (y[again] == 1).all()
    counts = np.bincount(np.searchsorted(np.flatnonzero(y == 1), again), minlength=10)
    assert stats.chisquare(counts).pvalue > UNLIKELY


def test_random_under_leaves_out_rows_with_equal_chances():
    x, y = problem((20, 5))
    data, counts = dataset(x, y, row=np.arange(25)), np.zeros(25)
    for seed in range(2000):
        rows = data.resample("random_under", random_state=seed)["row"]
        assert (np.diff(rows) > 0).all()
        counts[rows] += 1
    assert (counts[y == 1] == 2000).all()
    assert stats.chisquare(counts[y == 0]).pvalue > UNLIKELY


def nearest(x, k):
    """Indices of the k nearest others, ties to the lowest."""
    found = neighbors.NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(x).kneighbors(
        x, return_distance=False)
    return [[j for j in row if j != i][:k] for i, row in enumerate(found)]


def segments(new, x, near):
    """The pairs of row and neighbour between which a new row lies, and where."""
    base = np.repeat(np.arange(len(x)), len(near[0]))
    other = np.concatenate(near)
    along = x[other] - x[base]
    squares = (along * along).sum(axis=1)
    t = ((new - x[base]) * along).sum(axis=1) / squares
    off = new - x[base] - t[:, None] * along
    hits = ((off * off).sum(axis=1) <= ON_THE_LINE ** 2 * squares) & (t > -1e-9) & (t < 1 + 1e-9)
    assert hits.any(), "a new row lies on no segment"
    return [(base[h], other[h], t[h]) for h in np.flatnonzero(hits)]


@pytest.mark.parametrize("k", [1, 3, 5])
def test_smote_rows_lie_between_a_row_and_one_of_its_nearest_neighbours(k):
    x, y = problem((6000, 30), n_features=4)
    found = dataset(x, y).resample("smote", k_neighbors=k)
    made = features(found)
    assert np.array_equal(made[:6030], x)
    minority = x[y == 1]
    near = nearest(minority, k)
    pairs = Counter(tuple(sorted((i, j))) for i, row in enumerate(near) for j in row)
    where = [segments(row, minority, near)[0] for row in made[6030:]]
    assert stats.kstest([t for _, _, t in where], "uniform").pvalue > UNLIKELY
    # Of two rows that are neighbours of each other either may be the base: they count twice.
    counts = Counter(tuple(sorted((i, j))) for i, j, _ in where)
    expected = np.array(list(pairs.values())) * len(where) / (30 * k)
    assert stats.chisquare([counts[p] for p in pairs], expected).pvalue > UNLIKELY


def test_smote_neighbours_are_found_across_tiles_and_threads():
    x, y = problem((3000, 1300), n_features=2)
    data = dataset(x, y)
    found = [features(data.resample("smote", k_neighbors=2, sampling_strategy={1: 1400},
                                    context=mlcore.Context(threads=t))) for t in (1, 2, 3, 7)]
    for other in found[1:]:
        assert np.array_equal(found[0], other)
    minority = x[y == 1]
    near = nearest(minority, 2)
    for row in found[0][4300:]:
        segments(row, minority, near)


def test_smote_ties_go_to_the_lowest_row():
    """Five equal rows: the neighbours of each are the first two others."""
    x = np.concatenate([np.zeros((5, 1)), [[1.0]], np.arange(20.0)[:, None]])
    y = np.repeat([1, 0], [6, 20])
    made = features(dataset(x, y).resample("smote", k_neighbors=2))[26:]
    assert ((made >= 0) & (made <= 1)).all()  # only the sixth row is not at 0


def mixed(sizes, seed=0):
    rng = np.random.default_rng(seed)
    x, y = problem(sizes, 3, seed)
    color = np.array(["red", "green", "blue"])[rng.integers(3, size=len(y))]
    shape = np.array(["round", "square"])[(x[:, 0] + rng.normal(size=len(y)) > 0.5).astype(int)]
    return x, y, color, shape


def test_smote_nc_rows_have_the_category_of_most_neighbours():
    x, y, color, shape = mixed((300, 40))
    found = dataset(x, y, color=color, shape=shape).resample("smote_nc", k_neighbors=5)
    is_minor = y == 1
    minority = x[is_minor]
    median = np.median(minority.std(axis=0))
    codes = [np.unique(c[is_minor], return_inverse=True)[1] for c in (color, shape)]
    hot = np.column_stack([minority] + [np.eye(c.max() + 1)[c] * median / np.sqrt(2)
                                        for c in codes])
    near = nearest(hot, 5)
    for i in range(340, len(found)):
        wanted = set()
        for base, _, _ in segments(features(found)[i], minority, near):
            choice = []
            for values in (color, shape):
                around = [values[is_minor][j] for j in near[base]]
                votes = Counter(around)
                # The nearest among those that are most frequent.
                choice.append(next(v for v in around if votes[v] == max(votes.values())))
            wanted.add(tuple(choice))
        assert (found["color"][i], found["shape"][i]) in wanted


def test_smote_nc_counts_and_marginals_are_those_of_imbalanced_learn():
    pandas = pytest.importorskip("pandas")
    x, y, color, shape = mixed((3000, 400))
    frame = pandas.DataFrame({"x0": x[:, 0], "x1": x[:, 1], "x2": x[:, 2],
                              "color": pandas.Categorical(color),
                              "shape": pandas.Categorical(shape)})
    theirs, labels = over.SMOTENC("auto", random_state=0).fit_resample(frame, y)
    ours = dataset(x, y, color=color, shape=shape).resample("smote_nc")
    assert Counter(ours["y"].tolist()) == Counter(labels.tolist())
    for j in range(3):
        assert stats.ks_2samp(ours[f"x{j}"][3400:], theirs[f"x{j}"][3400:]).pvalue > UNLIKELY
    squares = [(np.asarray(d["shape"])[3400:] == "square").mean() for d in (ours, theirs)]
    assert abs(squares[0] - squares[1]) < 0.06


def test_columns_keep_their_types_and_new_rows_have_no_names():
    x, y = problem((30, 10))
    data = Dataset({"x0": x[:, 0].astype("float32"), "n": np.arange(40), "v": x[:, :2], "y": y,
                    "id": np.arange(40), "w": np.arange(40) + 0.5,
                    "note": [f"r{i}" for i in range(40)]},
                   target="y", id="id", weight="w", ignore="note")
    found = data.resample("smote", k_neighbors=3)
    assert found.types == {**data.types, "n": "float64"}
    assert found.roles == data.roles
    assert found.items("id")[40:] == [None] * 20
    kept = {(w, note) for w, note in zip(data.items("w"), data.items("note"))}
    assert {(w, note) for w, note in zip(found.items("w"), found.items("note"))} <= kept
    assert np.array_equal(found["x0"][:40], data["x0"])


def test_views_are_resampled_as_their_copies():
    x, y = problem((60, 20))
    data = dataset(x, y)
    rows = np.random.default_rng(1).permutation(80)[:70]
    copy = dataset(x[rows], y[rows])
    for name in ("random_over", "random_under", "smote"):
        a, b = data[rows].resample(name), copy.resample(name)
        assert all(np.array_equal(a[c], b[c]) for c in ("x0", "x1", "y"))


@pytest.mark.parametrize("name, options, message", [
    ("smote", {"k_neighbors": 10}, "k_neighbors = 10: class '1' has 10 rows, and each needs that "
     "many others"),
    ("smote", {"sampling_strategy": "majority"}, "sampling_strategy = majority: must be auto, "
     "minority, not_minority, not_majority, all, a ratio, or rows by class as in yes:500"),
    ("random_under", {"sampling_strategy": {3: 1}}, "sampling_strategy: the target has no class "
     "'3'"),
    ("random_under", {"sampling_strategy": {1: 11}}, "sampling_strategy: class '1' has 10 rows "
     "and must get a number that is at most that"),
    ("random_over", {"sampling_strategy": 1.5}, "sampling_strategy: the ratio of the smaller to "
     "the larger class, now 10 to 30, must be above 0 and at most 1"),
    ("smot", {}, "no resampler 'smot'; did you mean 'smote'?"),
])
def test_wrong_settings_are_named(name, options, message):
    x, y = problem((30, 10))
    with pytest.raises(mlcore.MlcoreError) as caught:
        dataset(x, y).resample(name, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("columns, message", [
    ({"c": ["a"] * 40}, "column 'c' is a category, and smote needs numbers: smote_nc takes it, or "
     "set its role to ignore"),
    ({"z": [None] + [1.0] * 39}, "row 0 of column 'z' is missing: smote needs finite numbers, as "
     "simple_imputer makes them"),
])
def test_features_that_smote_cannot_use_are_named(columns, message):
    y = np.repeat([1, 0], [10, 30])
    data = Dataset({"x": np.arange(40.0), "y": y, **columns}, target="y")
    with pytest.raises(mlcore.MlcoreError) as caught:
        data.resample("smote")
    assert str(caught.value) == message
