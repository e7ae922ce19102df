"""Shaping beside pandas, polars and DuckDB: random rows with missing and repeated keys, categories,
empty sides; and flights with their airlines, planes and weather."""
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

import mlcore
from conftest import DATA

SIZES = [0, 1, 7, 500, 70000]


def frame_of(n, seed, keys=40):
    """Rows with keys of every type, some missing and many repeated."""
    draw = np.random.default_rng(seed)
    hole = lambda values, kind: pd.Series(values, dtype=kind).mask(draw.random(n) < 0.1)
    names = np.array(["k%02d" % k for k in range(keys)], dtype=object)
    return pd.DataFrame({
        "text": hole(names[draw.integers(0, keys, n)], "object"),
        "whole": hole(draw.integers(0, keys, n), "Int64"),
        "large": pd.Series(draw.integers(0, keys, n) + 2 ** 60, dtype="int64"),
        "real": hole(draw.integers(0, keys, n) / 4, "float64"),
        "flag": hole(draw.random(n) < 0.5, "boolean"),
        "when": pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, keys, n), "h"),
                          dtype="datetime64[us]"),
        "x": hole(draw.normal(size=n), "float64"),
        "row": pd.Series(np.arange(n), dtype="int64"),
    })


def dataset_of(frame, text="category"):
    columns = {}
    for name in frame:
        values = frame[name]
        if values.dtype == object:
            columns[name] = [None if v is None or v != v else v for v in values]
        elif str(values.dtype) in ("Int64", "boolean"):
            columns[name] = [None if v is pd.NA else v for v in values.tolist()]
        else:
            columns[name] = values.to_numpy()
    if len(frame):
        return mlcore.Dataset.from_arrays(columns, text=text)
    # what has no rows gets its types from a row that is left out again
    return dataset_of(frame_of(3, 0)[list(frame)], text)[0:0]


def items(data):
    """Rows with None for what is missing."""
    return list(zip(*(plain(data.items(name)) for name in data.columns)))


def plain(values):
    out = []
    for v in values:
        v = v.item() if isinstance(v, (np.generic, np.ndarray)) else v
        out.append(None if v is None or v is pd.NaT or v != v else
                   pd.Timestamp(v).isoformat() if isinstance(v, pd.Timestamp) or
                   hasattr(v, "isoformat") else v)
    return out


def frame_items(frame):
    columns = []
    for name in frame:
        values = frame[name].astype(object)
        columns.append(plain(None if v is pd.NA else v for v in values))
    return list(zip(*columns))


# ---- rows -------------------------------------------------------------------------------------

@pytest.mark.parametrize("n", SIZES)
def test_filter_keeps_the_rows_that_pandas_keeps(n):
    frame = frame_of(n, 1)
    data = dataset_of(frame)
    kept = data.filter("x > 0.5 and whole < 20 or text in ('k03', 'k07') and flag")
    mask = (((frame.x > 0.5) & (frame.whole < 20).fillna(False)) |
            (frame.text.isin(["k03", "k07"]) & frame.flag.fillna(False)))
    assert list(kept.items("row")) == frame.row[mask.astype(bool)].tolist()
    again = kept.filter("row % 2 == 0")
    assert list(again.items("row")) == [r for r in kept.items("row") if r % 2 == 0]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("by, descending", [(["text"], [False]), (["real", "large"], [True, False]),
                                            (["flag", "whole", "text"], [False, True, True]),
                                            (["when", "x"], [True, True]), (["large"], [True])])
@pytest.mark.parametrize("missing", ["first", "last"])
def test_sort_is_the_stable_order_of_polars(n, by, descending, missing):
    frame = frame_of(n, 2)
    order = pl.from_pandas(frame.astype({"text": "string"})).sort(
        by, descending=descending, nulls_last=missing == "last", maintain_order=True)
    for text in ("category", "text"):
        data = dataset_of(frame, text).sort(by, descending=descending, missing=missing)
        assert list(data.items("row")) == order["row"].to_list()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("columns", [["text"], ["whole", "flag"], ["real"], ["large", "when"],
                                     ["text", "real", "whole"], ["x"]])
def test_distinct_keeps_the_first_of_each_as_pandas_does(n, columns):
    frame = frame_of(n, 3)
    expected = frame.drop_duplicates(columns).row.tolist()
    assert list(dataset_of(frame).distinct(columns).items("row")) == expected
    assert list(dataset_of(frame, "text").distinct(columns).items("row")) == expected


def test_distinct_of_all_columns():
    data = mlcore.Dataset.parse_csv("a,b\n1,x\n1,x\nNA,\nNA,\n1,y\n")
    assert items(data.distinct()) == [(1, "x"), (None, None), (1, "y")]


# ---- joins ------------------------------------------------------------------------------------

def joined(left, right, on, how):
    """What SQL has: missing keys have no partner, which pandas and polars see each in their way."""
    a = pl.from_pandas(left.astype({"text": "string"})).with_row_index("left_at")
    b = pl.from_pandas(right.astype({"text": "string"})).with_row_index("right_at")
    both = a.join(b, on=on, how=how, suffix="_right")
    if how in ("semi", "anti"):
        return both.sort("left_at").drop("left_at")
    return both.sort("left_at", "right_at").drop("left_at", "right_at")


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti"])
@pytest.mark.parametrize("on", [["text"], ["whole"], ["large", "flag"], ["real"],
                                ["when", "text", "flag"]])
@pytest.mark.parametrize("sizes", [(0, 5), (5, 0), (300, 40), (40, 300), (3000, 17)])
def test_join_gives_the_rows_of_polars_in_the_order_of_left_then_right(how, on, sizes):
    left, right = frame_of(sizes[0], 4), frame_of(sizes[1], 5)
    expected = joined(left, right, on, how)
    for texts in (("category", "category"), ("text", "category"), ("category", "text")):
        got = dataset_of(left, texts[0]).join(dataset_of(right, texts[1]), on=on, how=how)
        assert got.columns == expected.columns
        assert items(got) == [tuple(plain(row)) for row in expected.rows()]


@pytest.mark.parametrize("n", [70000, 200000])
def test_join_of_many_distinct_keys(n):
    draw = np.random.default_rng(6)
    left = {"k": draw.permutation(n) * 7919, "row": np.arange(n)}
    right = {"k": draw.permutation(2 * n)[:n] * 7919, "other": np.arange(n)}
    got = mlcore.Dataset.from_arrays(left).join(mlcore.Dataset.from_arrays(right), on="k")
    expected = pd.DataFrame(left).merge(pd.DataFrame(right), on="k")
    assert got["row"].tolist() == expected.row.tolist()
    assert got["other"].tolist() == expected.other.tolist()


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti"])
@pytest.mark.parametrize("step", [1, 7919, 0.5])
def test_join_of_many_rows_whose_keys_repeat_for_any_number_of_threads(how, step):
    draw = np.random.default_rng(7)
    left = {"k": draw.integers(-500, 150000, 100000) * step, "row": np.arange(100000)}
    right = {"k": draw.integers(0, 180000, 70000) * step, "other": np.arange(70000)}
    a, b = pl.DataFrame(left), pl.DataFrame(right)
    expected = a.join(b, on="k", how=how, maintain_order="left" if how in ("semi", "anti")
                      else "left_right")
    for threads in (1, 2, 3):
        got = mlcore.Dataset.from_arrays(left).join(mlcore.Dataset.from_arrays(right), on="k",
                                                    how=how, context=mlcore.Context(threads=threads))
        assert got.columns == expected.columns
        for name in expected.columns:
            assert got.items(name) == expected[name].to_list()


def test_join_of_integers_with_reals_is_exact():
    left = mlcore.Dataset.from_arrays({"k": np.array([2 ** 53 + 1, 2 ** 53, 3, 4])})
    right = mlcore.Dataset.from_arrays({"k": np.array([2.0 ** 53, 3.5, 4.0, np.nan, np.inf]),
                                        "x": np.arange(5)})
    assert items(left.join(right, on="k")) == [(2 ** 53, 0), (4, 2)]
    assert items(right.join(left, on="k")) == [(2.0 ** 53, 0), (4.0, 2)]


def test_join_by_other_names_keeps_roles_and_names_repeats():
    left = mlcore.Dataset.parse_csv("id,a,y\n1,p,0\n2,q,1\n", target="y", id="id")
    right = mlcore.Dataset.parse_csv("key,a,y\n2,Q,5\n1,P,6\n", target="y", id="key")
    both = left.join(right, left_on="id", right_on="key", suffix=".2")
    assert both.columns == ["id", "a", "y", "a.2", "y.2"]
    assert both.roles == {"id": "id", "a": "feature", "y": "target", "a.2": "feature",
                          "y.2": "ignore"}
    assert items(both) == [(1, "p", 0, "P", 6), (2, "q", 1, "Q", 5)]


def test_join_refuses_keys_that_repeat_where_they_must_not():
    left = mlcore.Dataset.parse_csv("k\n1\n2\n1\n")
    right = mlcore.Dataset.parse_csv("k,x\n1,5\n2,6\n")
    assert len(left.join(right, validate="many_to_one")) == 3
    with pytest.raises(mlcore.DataError, match="rows 0 and 2 of the left dataset have the same key"):
        left.join(right, validate="one_to_one")
    with pytest.raises(mlcore.ColumnError, match="right dataset: no column 'key'"):
        left.join(right, left_on="k", right_on="key")
    with pytest.raises(mlcore.SettingError, match="outer"):
        left.join(right, how="outer")


# ---- groups -----------------------------------------------------------------------------------

FUNCTIONS = {"count": "n", "sum": "sum", "mean": "mean", "std": "std", "var": "var", "min": "min",
             "max": "max", "median": "median"}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("by", [["text"], ["whole", "flag"], ["large"], ["real", "text"], ["when"]])
def test_aggregate_gives_the_groups_and_numbers_of_pandas(n, by):
    frame = frame_of(n, 7)
    groups = frame.groupby(by, sort=False, dropna=False)
    expected = groups.agg(n=("row", "size"), count=("x", "count"), sum=("x", "sum"),
                          mean=("x", "mean"), std=("x", "std"), var=("x", "var"), min=("x", "min"),
                          max=("x", "max"), median=("x", "median"), first=("x", "first"),
                          last=("x", "last"), nunique=("text", "nunique"), low=("text", "min"),
                          total=("whole", "sum")).reset_index()
    q = groups["x"].quantile(0.9).reset_index(drop=True)
    got = dataset_of(frame).aggregate(
        by=by, n="count()", count="count(x)", sum="sum(x)", mean="mean(x)", std="std(x)",
        var="var(x)", min="min(x)", max="max(x)", median="median(x)", first="first(x)",
        last="last(x)", nunique="n_distinct(text)", low="min(text)", total="sum(whole)",
        q="quantile(x, 0.9)")
    assert got.columns == list(expected.columns) + ["q"]
    close = {"sum", "mean", "std", "var", "median"}  # rounded in another order there
    for name in expected:
        theirs = frame_items(expected[[name]])
        ours = items(got.select([name]))
        if name not in close:
            assert ours == theirs, name
            continue
        for (a,), (b,) in zip(ours, theirs):
            assert (a is None) == (b is None) and (a is None or abs(a - b) <= 1e-12 * (1 + abs(b)))
    assert np.allclose([np.nan if v is None else v for v, in items(got.select(["q"]))],
                       q.to_numpy(), rtol=1e-13, atol=1e-15, equal_nan=True)


def test_sums_are_right_where_plain_ones_are_not():
    values = np.array([1e16, 1.0, -1e16, 1e-3] * 1000 + [0.1] * 10)
    data = mlcore.Dataset.from_arrays({"x": values, "g": np.zeros(len(values), dtype=np.int64)})
    exact = float(sum(Fraction(v) for v in values))
    assert data.aggregate("sum(x)")["sum(x)"][0] == pytest.approx(exact, rel=1e-15)
    assert data.aggregate("sum(x)", by="g")["sum(x)"][0] == data.aggregate("sum(x)")["sum(x)"][0]


def test_aggregate_of_conditions_expressions_and_everything():
    data = mlcore.Dataset.parse_csv("g,x,b\na,1,true\nb,2,NA\na,5,false\nb,NA,NA\n",
                                    types={"b": "bool"})
    got = data.aggregate("mean(x > 1)", by="g", any="any(b)", all="all(b)", s="sum(x * 2)")
    assert items(got) == [("a", 0.5, True, False, 12), ("b", 1.0, None, None, 4)]
    assert items(data.aggregate("count()", "sum(x)", top="max(g)")) == [(4, 8, "b")]
    assert items(data.aggregate("count()", by=["g"], sort=True)) == [("a", 2), ("b", 2)]
    assert items(data[0:0].aggregate("count()", "mean(x)", "first(g)")) == [(0, None, None)]
    assert items(data[0:0].aggregate("count()", by="g")) == []


def test_sum_of_integers_is_exact_or_missing():
    big = 2 ** 63 - 1
    data = mlcore.Dataset.from_arrays({"g": np.array([0, 0, 0, 1, 1]),
                                       "x": np.array([big, 5, -5, big, 1])})
    assert items(data.aggregate("sum(x)", by="g")) == [(0, big), (1, None)]


# ---- columns ----------------------------------------------------------------------------------

def test_cast_there_and_back_gives_the_same_values():
    frame = frame_of(500, 8)
    data = dataset_of(frame)
    texts = data.cast({name: "text" for name in data.columns})
    assert set(texts.types.values()) == {"text"}
    assert items(texts.cast(data.types)) == items(data)
    codes = texts.cast({name: "category" for name in data.columns})
    assert items(codes) == items(texts)
    assert items(codes.cast({"text": "text"}).select(["text"])) == items(data.select(["text"]))


@pytest.mark.parametrize("column, kind, message", [
    ("t", "int64", "column 't', row 1: x has no value as int64"),
    ("r", "int64", "column 'r', row 0: 0.5 has no value as int64"),
    ("i", "bool", "column 'i', row 1: 7 has no value as bool"),
    ("i", "float64", "column 'i', row 2: 9007199254740993 has no value as float64"),
    ("r", "float32", "column 'r', row 1: 1e.300 has no value as float32")])
def test_cast_that_would_lose_a_value_names_it(column, kind, message):
    data = mlcore.Dataset.parse_csv("i,r,t\n1,0.5,1\n7,1e300,x\n9007199254740993,NA,2\n",
                                    types={"t": "text"})
    with pytest.raises(mlcore.DataError, match=message):
        data.cast({column: kind})
    lost = int(message.split("row ")[1][0])
    values = data.cast({column: kind}, on_error="missing").items(column)
    assert values[lost] is None or values[lost] != values[lost]


def test_with_column_on_a_view_and_in_place_keeps_roles():
    data = mlcore.Dataset.parse_csv("a,y\n1,u\n2,v\n3,u\n", target="y", positive="v")
    view = data[[2, 0]].with_column("a", "a * 10").with_column("z", "y == 'u'")
    assert items(view) == [(30, "u", True), (10, "u", True)]
    assert view.roles == {"a": "feature", "y": "target", "z": "feature"}


def test_rename_swaps_and_refuses_what_is_not_there():
    data = mlcore.Dataset.parse_csv("a,b\n1,2\n")
    assert items(data.rename({"a": "b", "b": "a"}).select(["a", "b"])) == [(2, 1)]
    assert data.rename({"a": "it's, odd"}).columns == ["it's, odd", "b"]
    with pytest.raises(mlcore.ColumnError, match="no column 'c'"):
        data.rename({"c": "d"})
    with pytest.raises(mlcore.ColumnError, match="both named 'b'"):
        data.rename({"a": "b"})


# ---- flights ----------------------------------------------------------------------------------

def test_flights_with_airlines_planes_and_weather():
    read = lambda name, **types: (mlcore.read_csv(DATA / name, types=types),
                                  pd.read_csv(DATA / name))
    flights, f = read("nycflights_sample.csv.gz")
    airlines, a = read("nycflights13_airlines.csv")
    planes, p = read("nycflights13_planes.csv.gz")
    weather, w = read("nycflights13_weather.csv.gz")
    late = (flights.filter("dep_delay > 15 and not (month in (6, 7, 8))")
            .join(airlines, on="carrier", how="left", validate="many_to_one")
            .join(planes.rename({"year": "built"}), on="tailnum", how="left")
            .join(weather, on=["origin", "year", "month", "day", "hour"], how="inner"))
    g = (f[(f.dep_delay > 15) & ~f.month.isin([6, 7, 8])]
         .merge(a, on="carrier", how="left")
         .merge(p.rename(columns={"year": "built"}), on="tailnum", how="left")
         .merge(w, on=["origin", "year", "month", "day", "hour"], how="inner"))
    assert len(late) == len(g) and len(g) > 100
    assert [v for v, in items(late.select(["name"]))] == plain(g["name"])
    ours = late.aggregate(by=["name", "origin"], n="count()", mean="mean(dep_delay)",
                          wind="max(wind_speed)", built="min(built)", sort=True)
    theirs = g.groupby(["name", "origin"]).agg(
        n=("dep_delay", "size"), mean=("dep_delay", "mean"), wind=("wind_speed", "max"),
        built=("built", "min")).reset_index()
    assert items(ours.select(["name", "origin", "n", "wind", "built"])) == frame_items(
        theirs[["name", "origin", "n", "wind", "built"]])
    assert np.allclose(ours["mean"], theirs["mean"], rtol=1e-13)


@pytest.mark.parametrize("step", [1, 7919])
def test_join_names_the_first_row_that_repeats_among_many(step):
    keys = np.random.default_rng(8).permutation(100000) * step
    for row, other in ((20, 70000), (99000, 99999), (40000, 50000)):
        keys[other] = keys[row]
    many = mlcore.Dataset.from_arrays({"k": keys})
    with pytest.raises(mlcore.DataError, match="rows 40000 and 50000 of the right dataset"):
        many.join(many, validate="many_to_one")
    with pytest.raises(mlcore.DataError, match="rows 40000 and 50000 of the left dataset"):
        many.join(many, validate="one_to_many")


def test_results_are_the_same_for_any_number_of_threads():
    frame = frame_of(70000, 9, keys=9000)
    data, other = dataset_of(frame), dataset_of(frame_of(3000, 10, keys=9000))
    calls = [lambda c: data.filter("x > 0 or text == 'k11'", context=c),
             lambda c: data.sort(["real", "text"], descending=True, context=c),
             lambda c: data.join(other, on="text", how="left", context=c),
             lambda c: data.aggregate("sum(x)", "var(x)", by="text", context=c)]
    for call in calls:
        one = call(mlcore.Context(threads=1)).format(format="csv")
        for n in (2, 3, 7):
            assert call(mlcore.Context(threads=n)).format(format="csv") == one
