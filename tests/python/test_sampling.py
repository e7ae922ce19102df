"""Samples, weights and fingerprints: the chances by counting, and against NumPy and scikit-learn."""
import functools
import hashlib
import struct

import numpy as np
import pytest

import mlcore
from mlcore import Dataset

stats = pytest.importorskip("scipy.stats")
class_weight = pytest.importorskip("sklearn.utils.class_weight")

UNLIKELY = 1e-4  # chance of a true hypothesis to be refused; all draws are fixed by random_state


def numbered(n, **columns):
    return Dataset({"row": np.arange(n), **columns})


def rows_of(sample):
    return sample["row"]


# ---- uniform ----------------------------------------------------------------------------------


def test_uniform_rows_are_distinct_ascending_and_equally_likely():
    data, counts = numbered(20), np.zeros(20)
    for seed in range(2000):
        rows = rows_of(data.sample(n=5, random_state=seed))
        assert len(rows) == 5 and (np.diff(rows) > 0).all()
        counts[rows] += 1
    assert stats.chisquare(counts).pvalue > UNLIKELY


def test_larger_samples_add_rows_to_smaller_ones():
    data = numbered(1000)
    found = [set(rows_of(data.sample(n=n))) for n in (0, 1, 10, 500, 1000)]
    for smaller, larger in zip(found, found[1:]):
        assert smaller < larger


def test_the_first_rows_of_longer_data_have_the_same_keys():
    """What a reservoir over batches needs: a row's key depends on its number alone."""
    short, long = (set(rows_of(numbered(n).sample(n=100))) for n in (1000, 1500))
    assert {row for row in long if row < 1000} <= short


def test_share_is_rounded_to_the_nearest_number_of_rows():
    data = numbered(11)
    assert [len(data.sample(share=s)) for s in (0, 0.04, 0.05, 0.5, 1)] == [0, 0, 1, 6, 11]
    assert len(data.sample()) == 1


def test_a_reservoir_is_a_uniform_sample_or_all_rows_where_there_are_fewer():
    data = numbered(1000)
    for n in (0, 1, 70, 1000):
        assert rows_of(data.sample("reservoir", n=n, random_state=8)).tolist() == \
            rows_of(data.sample("uniform", n=n, random_state=8)).tolist()
    assert rows_of(data.sample("reservoir", n=1001)).tolist() == list(range(1000))
    assert len(numbered(0).sample("reservoir")) == 0
    with pytest.raises(mlcore.DataError, match="take fewer"):
        data.sample("uniform", n=1001)


def test_shuffle_is_a_permutation_in_random_order():
    data = numbered(3)
    seen = [tuple(rows_of(data.sample(share=1, shuffle=True, random_state=s)))
            for s in range(3000)]
    orders, counts = np.unique(seen, axis=0, return_counts=True)
    assert len(orders) == 6
    assert stats.chisquare(counts).pvalue > UNLIKELY


def test_with_replacement_draws_are_independent():
    rows = rows_of(numbered(10).sample(n=20000, replace=True))
    assert (np.diff(rows) >= 0).all()
    assert stats.chisquare(np.bincount(rows, minlength=10)).pvalue > UNLIKELY
    drawn = rows_of(numbered(10).sample(n=20000, replace=True, shuffle=True))
    pairs = np.bincount(drawn[:-1] * 10 + drawn[1:], minlength=100)
    assert stats.chisquare(pairs).pvalue > UNLIKELY
    assert len(numbered(3).sample(share=2.5, replace=True)) == 8


# ---- weighted ---------------------------------------------------------------------------------


def inclusion(weights, n):
    """The chance of each row to be among n drawn one by one by weight, exactly."""
    chances = np.zeros(len(weights))

    def draw(left, taken, chance):
        if len(taken) == n:
            chances[list(taken)] += chance
            return
        total = sum(weights[i] for i in left)
        for i in left:
            draw(left - {i}, taken | {i}, chance * weights[i] / total)

    draw(frozenset(range(len(weights))), frozenset(), 1.0)
    return chances


def test_weighted_rows_have_the_chances_of_drawing_one_by_one():
    weights = np.array([1, 2, 3, 4, 10, 0.5])
    data, counts, n = numbered(6, w=weights), np.zeros(6), 6000
    for seed in range(n):
        rows = rows_of(data.sample("weighted", n=3, weight="w", random_state=seed))
        counts[rows] += 1
    expected = inclusion(weights, 3)
    error = (counts / n - expected) / np.sqrt(expected * (1 - expected) / n)
    assert np.abs(error).max() < 4.5


def test_weighted_with_replacement_is_by_weight():
    weights = np.array([0, 1, 2, 0, 5, 0])
    rows = rows_of(numbered(6, w=weights).with_roles(weight="w").sample(
        "weighted", n=50000, replace=True))
    counts = np.bincount(rows, minlength=6)
    assert (counts[weights == 0] == 0).all()
    assert stats.chisquare(counts[weights > 0],
                           50000 * weights[weights > 0] / 8).pvalue > UNLIKELY


def test_rows_of_weight_0_are_never_drawn():
    weights = np.arange(100) % 3 == 0
    data = numbered(100, w=weights.astype(float))
    assert np.array_equal(rows_of(data.sample("weighted", n=34, weight="w")),
                          np.flatnonzero(weights))
    with pytest.raises(mlcore.MlcoreError, match="35 rows are wanted, and 34 have a weight above 0"):
        data.sample("weighted", n=35, weight="w")


# ---- stratified -------------------------------------------------------------------------------


def test_stratified_shares_are_those_of_largest_remainders():
    strata = np.repeat(["a", "b", "c"], [70, 20, 10])
    data = numbered(100, s=strata)
    for n, expected in ((10, [7, 2, 1]), (5, [4, 1, 0]), (7, [5, 1, 1]), (100, [70, 20, 10])):
        found = data.sample("stratified", n=n, by="s", random_state=n)
        assert [int((found["s"] == k).sum()) for k in "abc"] == expected
        assert (np.diff(rows_of(found)) > 0).all()


def test_stratified_equal_shares_take_what_small_strata_lack_from_the_others():
    data = numbered(100, s=np.repeat(["a", "b", "c"], [70, 27, 3]))
    for n, expected in ((9, [3, 3, 3]), (30, [14, 13, 3]), (90, [60, 27, 3])):
        found = data.sample("stratified", n=n, by="s", allocation="equal")
        assert [int((found["s"] == k).sum()) for k in "abc"] == expected


def test_stratified_rows_of_a_stratum_are_equally_likely():
    data, counts = numbered(12, s=np.repeat([0, 1], 6)), np.zeros(12)
    for seed in range(3000):
        counts[rows_of(data.sample("stratified", n=4, by="s", random_state=seed))] += 1
    assert stats.chisquare(counts).pvalue > UNLIKELY


# ---- bottom_k ---------------------------------------------------------------------------------


def key_hash(text):
    h, mask = 0xcbf29ce484222325, 2 ** 64 - 1
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001b3 & mask
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9 & mask
    h = (h ^ h >> 27) * 0x94d049bb133111eb & mask
    return h ^ h >> 31


def test_bottom_k_takes_all_rows_of_the_keys_with_the_smallest_hashes():
    rng = np.random.default_rng(0)
    keys = rng.integers(300, size=2000)
    data = Dataset({"row": np.arange(2000), "key": keys}, key="key")
    chosen = set(sorted(set(keys.tolist()), key=lambda k: key_hash(str(k)))[:40])
    found = data.sample("bottom_k", n=40)
    assert np.array_equal(rows_of(found), np.flatnonzero([k in chosen for k in keys]))
    # Another table, another order, other keys besides: the same of those that it has.
    more = np.concatenate([rng.permutation(keys), np.arange(1000, 1040)])
    other = set(Dataset({"key": more}, key="key").sample("bottom_k", n=40)["key"].tolist())
    assert len(other & chosen) > 25 and {k for k in other if k < 1000} <= chosen
    assert len(data.sample("bottom_k", n=5000)) == 2000
    assert len(data.sample("bottom_k", n=0)) == 0


# ---- weights ----------------------------------------------------------------------------------


def test_balanced_weights_are_those_of_scikit_learn():
    y = np.repeat(["a", "b", "c"], [50, 7, 23])
    data = Dataset({"x": np.arange(80.0), "y": y}, target="y").with_weights("balanced")
    assert data.roles["weight"] == "weight"
    expected = class_weight.compute_sample_weight("balanced", y)
    assert np.allclose(data["weight"], expected, rtol=1e-15)
    mapped = Dataset({"x": np.arange(80.0), "y": y}, target="y").with_weights(
        "class_weight", weights={"a": 0.5, "c": 3}, name="w")
    assert np.array_equal(mapped["w"], class_weight.compute_sample_weight(
        {"a": 0.5, "b": 1, "c": 3}, y))


def test_weights_are_multiplied_and_weight_2_is_the_row_twice():
    y, w = np.array(["a", "a", "b", "b", "b"]), np.array([2.0, 1, 1, 3, 1])
    data = Dataset({"y": y, "w": w}, target="y", weight="w").with_weights("balanced")
    again = Dataset({"y": np.repeat(y, w.astype(int))}, target="y").with_weights("balanced")
    assert data.roles["w"] == "ignore" and data.roles["weight"] == "weight"
    assert np.allclose(data["weight"] / w, [again["weight"][0]] * 2 + [again["weight"][-1]] * 3)


def test_weights_of_views_are_those_of_their_rows():
    data = Dataset({"row": np.arange(10), "y": ["a", "b"] * 5}, target="y")
    view = data[[9, 0, 2, 2, 4]]
    copy = Dataset({"row": view["row"], "y": view["y"]}, target="y")
    found, expected = (d.with_weights("balanced") for d in (view, copy))
    assert np.array_equal(found["weight"], expected["weight"])
    assert np.array_equal(found["row"], view["row"])


def test_time_decay_halves_a_weight_with_each_half_life():
    days = np.array([0, 30, 60, 45, 15.5])
    when = np.datetime64("2024-01-01", "us") + (days * 86400e6).astype("timedelta64[us]")
    expected = 2.0 ** ((days - 60) / 30)
    data = Dataset({"t": when}, time="t")
    for half_life in ("30d", "2592000s", "43200min", "720h"):
        assert np.allclose(data.with_weights("time_decay", half_life=half_life)["weight"], expected,
                           rtol=1e-14)
    numbers = Dataset({"t": days}).with_weights("time_decay", column="t", half_life="30")
    assert np.allclose(numbers["weight"], expected, rtol=1e-14)


# ---- fingerprints -----------------------------------------------------------------------------


# The hashes as their definition at the top of lib/data/dataset_fingerprint.c says.

MASK = 2 ** 64 - 1
BEGIN = 0x243f6a8885a308d3, 0x13198a2e03707344


def mixed(x, shifts, factors):
    for shift, factor in zip(shifts, factors + (1,)):
        x = (x ^ x >> shift) * factor & MASK
    return x


def take_up(pair, kind, u, v=None):
    """The pair after (u, v), or the word u, of that kind."""
    a, b = pair
    v = u if v is None else v
    a ^= u & MASK ^ kind * 0x9e3779b97f4a7c15 & MASK
    b = b + v + kind * 0xd1342543de82ef95 & MASK
    return (mixed(a, (30, 27, 31), (0xbf58476d1ce4e5b9, 0x94d049bb133111eb)),
            mixed(b, (33, 33, 33), (0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53)))


def hash_of_text(value):
    value = value.encode()
    pair = take_up(BEGIN, 0, len(value))
    for i in range(0, len(value), 8):
        pair = take_up(pair, 0, int.from_bytes(value[i:i + 8], "little"))
    return pair


def real(value):
    return struct.unpack("<Q", struct.pack("<d", value + 0.0))[0]


def hash_of_vector(value):
    pair = take_up(BEGIN, 0, len(value))
    for i, component in enumerate(value):
        if component != 0:
            pair = take_up(pair, i + 1, real(component) if component == component
                           else 0x7ff8000000000000)
    return pair


def add_cell(pair, value):
    if value is None or isinstance(value, float) and value != value:
        return take_up(pair, 0, 0)
    if isinstance(value, bool):
        return take_up(pair, 1, value)
    if isinstance(value, int):
        return take_up(pair, 2, value)
    if isinstance(value, float):
        return take_up(pair, 3, real(value))
    if isinstance(value, str):
        return take_up(pair, 4, *hash_of_text(value))
    if isinstance(value, np.datetime64):
        return take_up(pair, 5, int(value.astype("M8[us]").astype("i8")))
    return take_up(pair, 6, *hash_of_vector(value))


def text(value):
    return word(len(value.encode())) + value.encode()


def word(n):
    return struct.pack("<Q", n & MASK)


def content(columns):
    names = sorted(columns, key=str.encode)
    rows = list(zip(*(columns[name] for name in names)))
    hashes = [functools.reduce(add_cell, row, BEGIN) for row in rows]
    whole = text("mlcore content 1") + b"".join(map(text, names)) + word(len(rows))
    return hashlib.sha256(whole + word(sum(a for a, _ in hashes)) +
                          word(sum(b for _, b in hashes))).hexdigest()


COLUMNS = {"b": [True, False, None, True], "n": [1, -5, 2 ** 62, None],
           "x": [0.5, -0.0, None, 1e300], "name": ["", "a", None, "\u00e9a"]}


def test_the_mixing_is_that_of_splitmix64_and_murmurhash3():
    """First outputs of SplitMix64 for the seed 1234567 (Rosetta Code), and the finaliser of
    MurmurHash3 of 1 (its reference implementation)."""
    state, seen = 1234567, []
    for _ in range(3):
        state = state + 0x9e3779b97f4a7c15 & MASK
        seen.append(mixed(state, (30, 27, 31), (0xbf58476d1ce4e5b9, 0x94d049bb133111eb)))
    assert seen == [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert mixed(1, (33, 33, 33), (0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53)) == 0xb456bcfc34c2cb2c


def test_content_hash_is_its_definition():
    data = Dataset.from_arrays(COLUMNS, text="text")
    found = data.fingerprint()
    assert found["content"] == content(COLUMNS)
    assert (found["rows"], found["columns"]) == (4, 4)
    assert Dataset.from_arrays(COLUMNS, text="category").fingerprint()["content"] == found["content"]
    assert Dataset.from_arrays(COLUMNS, text="category").fingerprint()["schema"] != found["schema"]


def test_content_hash_of_many_rows_vectors_times_and_long_texts_is_its_definition():
    rng = np.random.default_rng(3)
    n = 1200  # more than two blocks
    vectors = rng.normal(size=(n, 5)) * (rng.random((n, 5)) < 0.5)
    vectors[7, 2] = np.nan
    times = np.datetime64("2020-01-01", "us") + rng.integers(-10 ** 15, 10 ** 15, n)
    words = ["word " * int(k) for k in rng.integers(0, 9, n)]
    x = rng.normal(size=n).astype("f4")
    x[::7] = np.nan
    data = Dataset({"v": vectors, "t": times, "w": words, "x": x, "i": rng.integers(-9, 9, n)})
    columns = {"v": vectors.tolist(), "t": list(times), "w": words,
               "x": x.astype(float).tolist(), "i": data["i"].tolist()}
    assert data.fingerprint()["content"] == content(columns)
    rows = rng.permutation(n)[:700].tolist() + [3, 3, 3]
    assert data[rows].fingerprint()["content"] == content(
        {name: [values[i] for i in rows] for name, values in columns.items()})


def test_swapped_cells_show():
    """Rows with two cells exchanged among them have all cells of the others in every column."""
    one = Dataset({"a": [1.0, 2.0], "b": [3.0, 4.0]}).fingerprint()["content"]
    assert one != Dataset({"a": [1.0, 2.0], "b": [4.0, 3.0]}).fingerprint()["content"]
    assert one != Dataset({"a": [3.0, 4.0], "b": [1.0, 2.0]}).fingerprint()["content"]


def test_a_value_of_another_type_is_another_value():
    seen = {Dataset({"x": np.array([1], dtype=kind)}).fingerprint()["content"]
            for kind in ("i8", "f8", "?")}
    seen.add(Dataset({"x": ["1"]}).fingerprint()["content"])
    seen.add(Dataset({"x": np.array([1], dtype="M8[us]")}).fingerprint()["content"])
    assert len(seen) == 5


def test_small_numbers_have_no_hash_in_common_and_their_bits_are_even():
    """Each row is hashed alone: no two of 3,000 rows of small numbers agree in either half, and
    of each bit of the halves' sums close to half are set (six standard deviations)."""
    rows = [(float(i), float(j), k) for i in range(20) for j in range(15) for k in range(10)]
    hashes = [functools.reduce(add_cell, row, BEGIN) for row in rows]
    for half in (0, 1):
        assert len({pair[half] for pair in hashes}) == len(rows)
        for bit in range(64):
            n_set = sum(pair[half] >> bit & 1 for pair in hashes)
            assert abs(n_set - len(rows) / 2) < 6 * (len(rows) / 4) ** 0.5


def test_order_of_rows_and_columns_roles_and_views_do_not_matter():
    data = Dataset.generate("penguins")
    expected = data.fingerprint()
    assert data[::-1].fingerprint() == expected
    assert data.sample(share=1, shuffle=True).fingerprint() == expected
    assert data.select(list(reversed(data.columns))).fingerprint() == expected
    assert data.with_roles(feature="species").fingerprint() == expected
    part = data[50:120]
    assert Dataset.from_arrays({name: part.items(name) for name in part.columns},
                               text="category").fingerprint() == part.fingerprint()


def test_rows_that_repeat_count_and_any_change_shows():
    data = numbered(50, x=np.linspace(0, 1, 50))
    seen = {data[rows].fingerprint()["content"] for rows in (
        list(range(50)), list(range(49)), list(range(50)) + [7], list(range(50)) + [7, 7],
        list(range(50)) + [8])}
    seen.add(numbered(50, x=np.append(np.linspace(0, 1, 50)[:-1],
                                      1 + 2.0 ** -52)).fingerprint()["content"])
    seen.add(numbered(50, z=np.linspace(0, 1, 50)).fingerprint()["content"])
    assert len(seen) == 7


def test_float32_and_dense_vectors_agree_with_what_they_equal():
    x = np.array([0.5, 1.25, -3], dtype="float32")
    assert (Dataset({"x": x}).fingerprint()["content"] ==
            Dataset({"x": x.astype("float64")}).fingerprint()["content"])


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_results_do_not_depend_on_threads(threads):
    context = mlcore.Context(threads=threads)
    data = Dataset.generate("classification", n_rows=30000, n_features=5, context=context)
    one = mlcore.Context(threads=1)
    again = Dataset.generate("classification", n_rows=30000, n_features=5, context=one)
    assert data.fingerprint(context=context) == again.fingerprint(context=one)
    for sampler in ("uniform", "stratified"):
        found, expected = (d.sample(sampler, n=7000, context=c)
                           for d, c in ((data, context), (again, one)))
        for name in data.columns:
            assert np.array_equal(found[name], expected[name])
