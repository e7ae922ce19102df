"""Profiles against pandas and NumPy, and their exact merging: random partitions, merged in random
order, and any number of threads give the same bytes."""
import math
import random

import mlcore
import numpy as np
import pandas as pd
import pytest

MEAN = 1e-14  # relative: ours is rounded once, pandas' sums are not
SHAPE = 1e-9  # relative: sums of third and fourth powers


def close(ours, theirs, relative):
    return (math.isnan(ours) and math.isnan(theirs)) or ours == theirs or \
        abs(ours - theirs) <= relative * max(1.0, abs(theirs))


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(5)
    n = 30000
    x = rng.normal(3, 2, n)
    x[rng.random(n) < 0.1] = np.nan
    return pd.DataFrame({
        "x": x,
        "skewed": np.exp(rng.normal(0, 1.5, n)).astype(np.float32),
        "near": 1e9 + rng.random(n),
        "few": rng.integers(-5, 90, n),
        "large": rng.integers(-2 ** 62, 2 ** 62, n),
        "flag": rng.random(n) < 0.3,
        "word": rng.choice(["aa", "b", "", "ccc", "žluť"], n, p=[.4, .3, .1, .1, .1]),
        "text": [f"row {i * 7919 % 9000}" for i in range(n)],
        "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10 ** 9, n), "s"),
    })


@pytest.fixture(scope="module")
def data(frame):
    return mlcore.Dataset.from_pandas(frame)


def rows_of(table):
    return {row["column"]: row for row in table}


NUMBERS = ["x", "skewed", "near", "few", "flag"]


@pytest.mark.parametrize("limit", [None, 65536, 500])
def test_columns_are_as_in_pandas(frame, data, limit):
    rows = rows_of(data.profile(max_distinct=limit).table())
    for name in NUMBERS + ["large"]:
        row, series = rows[name], frame[name].dropna()
        wide = series.astype(object).map(int) if name in ("large", "few") else series.astype(float)
        assert row["n"] == len(frame) and row["missing"] == frame[name].isna().sum()
        assert row["min"] == float(series.min()) and row["max"] == float(series.max())
        exact = float(sum(wide)) / len(wide) if name in ("large", "few") else \
            math.fsum(wide) / len(wide)
        assert close(row["mean"], exact, 4e-16), name
        center = exact
        assert close(row["std"], math.sqrt(math.fsum((float(v) - center) ** 2 for v in wide) /
                                           (len(wide) - 1)), 1e-12)
        assert row["zeros"] == (series == 0).sum() and row["negative"] == (series < 0).sum()
        is_exact = limit is None or series.nunique() <= limit
        assert row["exact"] == is_exact
        if is_exact:
            assert row["distinct"] == series.nunique()
            counts = series.value_counts()
            assert row["top_n"] == counts.max()
            assert close(row["q25"], float(series.astype(float).quantile(.25)), 1e-15)
        else:
            assert abs(row["distinct"] / series.nunique() - 1) < 0.07  # four standard errors
        tolerance = SHAPE if is_exact else 1e-2
        if name != "flag":
            near_zero = series.astype(float) - (1e9 if name == "near" else 0)  # exact
            assert close(row["skewness"], float(near_zero.skew()), tolerance), name
            assert close(row["kurtosis"], float(near_zero.kurt()), 5 * tolerance), name


def test_std_of_numbers_far_from_zero_is_exact():
    values = 1e15 + np.arange(1001) * 0.125
    row = rows_of(mlcore.Dataset({"v": values}).profile(max_distinct=16).table())["v"]
    assert row["std"] == float(np.std(np.arange(1001) * 0.125, ddof=1))
    assert row["mean"] == 1e15 + 62.5


def test_texts_bools_and_times_are_as_in_pandas(frame, data):
    rows = rows_of(data.profile().table())
    for name in ("word", "text"):
        row, counts = rows[name], frame[name].value_counts()
        lengths = frame[name].str.len()
        assert row["distinct"] == frame[name].nunique() and row["top_n"] == counts.max()
        assert row["top"] == min(counts.index[counts == counts.max()], key=lambda t: t.encode())
        assert (row["shortest"], row["longest"]) == (lengths.min(), lengths.max())
        assert row["mean_length"] == lengths.mean() and row["empty"] == (frame[name] == "").sum()
    assert rows["flag"]["true_share"] == frame["flag"].mean()
    when = rows["when"]
    assert pd.Timestamp(when["earliest"]) == frame["when"].min()
    assert pd.Timestamp(when["latest"]) == frame["when"].max()


def test_quantiles_are_numpys(frame, data):
    shares = [0, 0.001, 0.1, 0.5, 0.77, 0.999, 1]
    table = data.profile(max_distinct=None).table("quantiles", quantiles=shares)
    for row in table:
        series = frame[row["column"]].dropna()
        if row["column"] == "when":
            series = series.astype("datetime64[us]").astype("int64")
        wanted = float(np.quantile(series.to_numpy().astype(float), row["share"]))
        assert close(row["value"], wanted, 1e-14), row


@pytest.mark.parametrize("limit", [1000, 4096])
def test_quantiles_of_cells_are_near(frame, data, limit):
    for row in data.profile(max_distinct=limit).table("quantiles", quantiles=[.01, .3, .5, .9]):
        if row["column"] in ("flag", "few", "when"):
            continue
        values = np.sort(frame[row["column"]].dropna().to_numpy().astype(float))
        at = np.searchsorted(values, row["value"]) / len(values)
        assert abs(at - row["share"]) < 12 / limit, row


def test_histogram_is_numpys(frame, data):
    table = data.profile().table("histogram", bins=17)
    for name in ("x", "few", "near"):
        rows = [row for row in table if row["column"] == name]
        counts, edges = np.histogram(frame[name].dropna(), bins=17)
        assert sum(row["n"] for row in rows) == frame[name].notna().sum()
        assert np.abs(np.cumsum([row["n"] for row in rows]) - np.cumsum(counts)).max() <= 2
        assert np.allclose([row["low"] for row in rows], edges[:-1], rtol=1e-12)


def test_top_is_value_counts(frame, data):
    table = data.profile().table("top", top=5)
    for name in ("word", "few", "flag", "text"):
        rows = [row for row in table if row["column"] == name]
        counts = frame[name].value_counts()
        assert [row["n"] for row in rows] == list(counts.head(5))
        for row in rows:
            key = row["value"] if name in ("word", "text") else \
                {"true": True, "false": False}[row["value"]] if name == "flag" else \
                int(row["value"])
            assert counts[key] == row["n"] and row["share"] == row["n"] / len(frame)


def test_correlation_is_as_in_pandas(frame, data):
    names = ["x", "skewed", "near", "few", "flag"]
    table = data.select(",".join(names)).profile(correlation=True).table("correlation")
    shifted = frame.assign(near=frame["near"] - 1e9)  # exact; pandas' own sums would cancel
    wanted = shifted[names].astype(float).corr()
    for row in table:
        for name in names:
            assert close(row[name], wanted.loc[row["column"], name], 1e-12)


def test_correlation_without_being_asked_for_says_how(data):
    with pytest.raises(mlcore.UnsupportedError, match="correlation=true"):
        data.profile().table("correlation")


@pytest.mark.parametrize("limit", [None, 65536, 3000, 100, 16])
def test_partitions_merged_in_any_order_give_the_same_bytes(data, limit):
    options = {"max_distinct": limit, "correlation": limit == 100}
    part_of = data.select("x,skewed,few,flag,word,text,when,large")[:6000]
    whole = part_of.profile(**options).to_json()
    rng = random.Random(limit)
    for n_parts in (2, 3, 17):
        rows = list(range(len(part_of)))
        rng.shuffle(rows)
        cuts = sorted(rng.randrange(len(rows) + 1) for _ in range(n_parts - 1))
        parts = [part_of[rows[a:b]].profile(**options)
                 for a, b in zip([0] + cuts, cuts + [len(rows)])]
        while len(parts) > 1:  # a random tree
            rng.shuffle(parts)
            parts.append(parts.pop().merge(parts.pop()))
        assert parts[0].to_json() == whole
        assert mlcore.Profile.merged(parts).to_json() == whole


def test_any_number_of_threads_gives_the_same_bytes():
    rng = np.random.default_rng(8)
    n = 300000
    data = mlcore.Dataset({"a": rng.normal(size=n), "b": rng.integers(0, 1000, n),
                           "t": [str(i % 70001) for i in range(n)]})
    texts = set()
    for threads in (1, 2, 3, 7):
        with mlcore.Context(threads=threads) as context:
            texts.add(data.profile(context=context, correlation=True).to_json())
    assert len(texts) == 1


def test_a_smaller_limit_later_is_a_smaller_limit_at_first(data):
    small = data.profile(max_distinct=200).to_json()
    assert data.profile(max_distinct=None).merge(max_distinct=200).to_json() == small
    assert data.profile(max_distinct=5000).merge(max_distinct=200).to_json() == small


@pytest.mark.parametrize("limit", [None, 100])
def test_json_comes_back(data, limit):
    profile = data[:3000].profile(max_distinct=limit, correlation=True)
    again = mlcore.Profile.from_json(profile.to_json())
    assert again == profile and again.n_rows == 3000
    assert str(again.table()) == str(profile.table())


def test_profiles_of_other_columns_do_not_merge(data):
    with pytest.raises(mlcore.ColumnError, match="'x' in one profile and 'few' in another"):
        data.select("x").profile().merge(data.select("few").profile())
    with pytest.raises(mlcore.ColumnError, match="float64 .* int64"):
        mlcore.Dataset({"a": [1.5]}).profile().merge(mlcore.Dataset({"a": [1]}).profile())


def test_describe_is_the_exact_profile(data):
    assert str(data.describe()) == str(data.profile(max_distinct=None).table())


def test_settings_and_tables_are_checked(data):
    with pytest.raises(mlcore.SettingError, match="max_distinct"):
        data.profile(max_distnct=5)
    with pytest.raises(mlcore.SettingError, match="16"):
        data.profile(max_distinct=5)
    with pytest.raises(mlcore.UnsupportedError, match="did you mean 'histogram'"):
        data.profile().table("histogramm")


def test_vectors_give_a_column_a_component():
    matrix = np.arange(12.0).reshape(4, 3)
    rows = rows_of(mlcore.Dataset({"m": matrix}).profile().table())
    assert list(rows) == ["m[m0]", "m[m1]", "m[m2]"]
    assert rows["m[m1]"]["mean"] == matrix[:, 1].mean()


def test_extremes_do_not_overflow():
    values = np.array([1e308, -1e308, 1e308, 5e-324, 0.0, -0.0, np.inf, np.nan])
    row = rows_of(mlcore.Dataset({"v": values}).profile().table())["v"]
    assert row["infinite"] == 1 and row["nan"] == 1 and row["zeros"] == 2
    assert row["distinct"] == 5 and row["negative"] == 1
    row = rows_of(mlcore.Dataset({"v": values[:6]}).profile().table())["v"]
    assert close(row["mean"], 1e308 / 6, 1e-15)
    assert close(row["std"] / 1e308, float(np.std(values[:6] / 1e308, ddof=1)), 1e-14)
