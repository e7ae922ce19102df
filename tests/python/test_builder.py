"""Builders: rows and batches in the order of their numbers, whichever thread was first."""
import datetime
import gc
import threading

import numpy as np
import pandas as pd
import pytest

import mlcore

COLUMNS = {"age": "int64", "city": "category"}


def build(columns=None, *pushes, **roles):
    with mlcore.Builder(columns, **roles) as builder:
        for push in pushes:
            builder.push(push)
        return builder.finish()


# ---- rows -------------------------------------------------------------------------------------


def test_rows_of_all_kinds_become_columns():
    data = build(COLUMNS, {"age": 39, "city": "Oslo"}, (25, "Bern"), [(None, "Rome"), [7, None]],
                 [{"city": "Oslo"}], {})
    assert data.to_dict() == {"age": [39, 25, None, 7, None, None],
                              "city": ["Oslo", "Bern", "Rome", None, "Oslo", None]}
    assert data.types == COLUMNS


def test_cells_of_each_type_keep_their_values():
    when = datetime.datetime(2024, 2, 29, 12, 30, 0, 250)
    columns = {"b": "bool", "i": "int64", "s": "float32", "d": "float64", "c": "category",
               "t": "text", "at": "timestamp"}
    rows = [{"b": True, "i": -2 ** 63, "s": 0.1, "d": 0.1, "c": "x", "t": "ä\U0001f600", "at": when},
            {"b": np.bool_(False), "i": np.int64(2 ** 63 - 1), "s": np.float32(0.5), "d": 3,
             "c": np.str_("y"), "t": "", "at": pd.Timestamp(when)},
            {"b": 1, "i": 4.0, "s": 2, "d": float("inf"), "c": None, "t": pd.NA,
             "at": np.datetime64(when, "ns")},
            {"at": datetime.date(2024, 2, 29)}, {"at": "2024-02-29T12:30:00.000250Z"}]
    data = build(columns, rows)
    assert data.types == columns
    assert data.items("b") == [True, False, True, None, None]
    assert data.items("i") == [-2 ** 63, 2 ** 63 - 1, 4, None, None]
    assert data.items("s") == [float(np.float32(0.1)), 0.5, 2.0, None, None]
    assert data.items("d") == [0.1, 3.0, float("inf"), None, None]
    assert data.items("c") == ["x", "y", None, None, None]
    assert data.items("t") == ["ä\U0001f600", "", None, None, None]
    expected = pd.to_datetime([when, when, when, datetime.date(2024, 2, 29), when])
    assert (data["at"] == expected.to_numpy()).all()


def test_columns_with_odd_names_are_declared():
    columns = {"a,b": "int64", "it's": "float64", "c:d": "text", "e\\f": "bool", "*": "int64"}
    data = build(columns, (1, 2.5, "x", True, 3))
    assert data.types == columns
    assert data[0] == {"a,b": 1, "it's": 2.5, "c:d": "x", "e\\f": True, "*": 3}


def test_roles_are_those_declared():
    data = build({"w": "float64", "y": "category", "x": "int64"}, [(1, "no", 3), (2, "yes", 4)],
                 weight="w", target="y", positive="no")
    assert data.roles == {"w": "weight", "y": "target", "x": "feature"}
    assert mlcore.LogisticRegression().fit(data).predict_table(data).columns


# ---- datasets ---------------------------------------------------------------------------------


def test_batches_are_those_of_pandas_concat():
    rng = np.random.default_rng(0)
    frames = [pd.DataFrame({"x": rng.normal(size=n), "k": rng.integers(0, 9, n),
                            "c": rng.choice(list("abcdef"), n)}) for n in (5, 0, 300, 1)]
    whole = pd.concat(frames, ignore_index=True)
    found = build(None, *frames[:1], *frames[2:], target="k").to_pandas()
    pd.testing.assert_frame_equal(found.astype({"c": str}), whole.astype({"c": str}))


def test_types_widen_as_pandas_widens_them():
    frames = [pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [0.5]})]
    found = build(None, *frames).to_pandas()
    pd.testing.assert_frame_equal(found, pd.concat(frames, ignore_index=True))


def test_batches_and_rows_mix_and_many_texts_stay_categories():
    texts = [f"t{i}" for i in range(100)]  # so many distinct ones would else be free texts
    data = build(COLUMNS, {"age": list(range(100)), "city": texts}, (100, "t0"),
                 mlcore.Dataset({"city": ["t1"], "age": [101]}))
    assert data.types == COLUMNS and len(data) == 102
    assert data.items("city") == [*texts, "t0", "t1"]


def test_sequence_numbers_decide_not_the_order_of_calls():
    with mlcore.Builder(COLUMNS) as builder:
        builder.push((2, "c"), sequence=2)
        builder.push({"age": [0], "city": ["a"]}, sequence=0)
        builder.push((3, "d"))
        builder.push((1, "b"), sequence=1)
        assert len(builder) == 4
        assert builder.finish().items("age") == [0, 1, 2, 3]
        assert len(builder) == 0
        builder.push((9, "z"))  # it goes on
        assert builder.finish().to_dict() == {"age": [9], "city": ["z"]}


def test_threads_that_push_give_what_one_gives():
    rng = np.random.default_rng(1)
    numbers = list(rng.permutation(400))
    frame = pd.DataFrame({"age": rng.integers(0, 99, 4000),
                          "city": rng.choice(["Oslo", "Bern", "Rome"], 4000)})

    def push(mine):
        for k in mine:
            part = frame.iloc[10 * k:10 * k + 10]
            rows = list(part.itertuples(index=False)) if k % 2 else part
            builder.push(rows, sequence=int(k))

    with mlcore.Builder(COLUMNS) as builder:
        threads = [threading.Thread(target=push, args=(numbers[t::4],)) for t in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = builder.finish()
    assert found.to_dict() == frame.to_dict(orient="list")
    alone = build(COLUMNS, frame)
    assert found.categories("city") == alone.categories("city")


def test_columns_that_are_lent_live_until_the_builder_is_done(nothing_kept):
    values = np.arange(50.0)
    builder = mlcore.Builder()
    builder.push({"x": values})
    del values
    gc.collect()
    assert builder.finish().items("x") == list(map(float, range(50)))
    builder.push({"x": np.zeros(3)})
    del builder  # without finish and without close


# ---- what is refused --------------------------------------------------------------------------

REFUSED = [
    (COLUMNS, {"agee": 3}, mlcore.ColumnError, "row 0 has a column 'agee': there are age, city"),
    (COLUMNS, [(1, "a"), (1,)], mlcore.ColumnError, "row 1 has 1 values for 2 columns: age, city"),
    (COLUMNS, (2.5, "a"), mlcore.DataError, "age"),
    (COLUMNS, ("x", "a"), mlcore.DataError, "age"),
    (COLUMNS, (1, 2), mlcore.DataError, "city"),
    (COLUMNS, (1, "a\0b"), mlcore.DataError, "city"),
    (COLUMNS, (1, "\ud800"), mlcore.ArgumentError, "city"),
    (COLUMNS, (2 ** 63, "a"), mlcore.ArgumentError, "age = 9223372036854775808: does not fit"),
    (COLUMNS, (1, b"a"), mlcore.ArgumentError, "city = b'a': a cell is a number, a text"),
    (COLUMNS, {"age": [1.5], "city": ["a"]}, mlcore.ColumnError, "opened with int64"),
    (COLUMNS, {"age": [1]}, mlcore.ColumnError, "no column 'city'"),
    (COLUMNS, 3, TypeError, "not iterable"),
    (COLUMNS, None, mlcore.ColumnError, "at least one column"),
    (None, {"age": 3}, mlcore.ColumnError, "column 'age' is a int"),
]


@pytest.mark.parametrize("columns, rows, error, message", REFUSED)
def test_rows_that_do_not_fit_are_refused_and_leave_no_trace(columns, rows, error, message):
    with mlcore.Builder(columns) as builder:
        builder.push({"age": [1], "city": ["a"]})
        with pytest.raises(error, match=message):
            builder.push(rows)
        assert builder.finish().to_dict() == {"age": [1], "city": ["a"]}


def test_error_names_the_row_of_a_push():
    with mlcore.Builder(COLUMNS) as builder:
        with pytest.raises(mlcore.DataError) as caught:
            builder.push([(1, "a"), (2, "b"), (0.5, "c")])
    assert (caught.value.line, caught.value.name) == (3, "age")


@pytest.mark.parametrize("columns, roles, error, message", [
    ({"a": "int"}, {}, mlcore.SettingError, "'int' is no type of a column"),
    ({}, {}, mlcore.SettingError, "columns is empty"),
    ({"a": "int64"}, {"target": "b"}, mlcore.ColumnError, "b"),
    ({"a": "int64"}, {"tarjet": "a"}, mlcore.SettingError, "target"),
    ({"a": int}, {}, mlcore.ArgumentError, "the name and the type"),
    ("a:int64", {}, mlcore.ArgumentError, "must be a dict of types"),
])
def test_declarations_are_checked_at_once(columns, roles, error, message):
    with pytest.raises(error, match=message):
        mlcore.Builder(columns, **roles)


def test_sequence_numbers_are_checked():
    with mlcore.Builder(COLUMNS) as builder:
        for wrong in (-1, -2, 2 ** 63, "1", 0.5):
            with pytest.raises(mlcore.ArgumentError, match="sequence"):
                builder.push((1, "a"), sequence=wrong)
        builder.push((1, "a"), sequence=7)
        builder.push((1, "a"), sequence=7)
        with pytest.raises(mlcore.ArgumentError, match="7"):
            builder.finish()
        assert len(builder) == 2


def test_builder_that_knows_no_columns_says_so():
    with mlcore.Builder() as builder:
        with pytest.raises(mlcore.ArgumentError, match="nothing was pushed"):
            builder.finish()


def test_closed_builder_refuses_everything_but_closing():
    builder = mlcore.Builder(COLUMNS)
    builder.close()
    builder.close()
    for use in (lambda: builder.push((1, "a")), builder.finish, lambda: len(builder)):
        with pytest.raises(mlcore.ArgumentError, match="the builder is closed"):
            use()
    assert repr(builder) == "<Builder (closed)>"


def test_builder_outlives_its_context_and_keeps_to_its_limit():
    with mlcore.Context(memory_limit=1 << 20) as context:
        builder = mlcore.Builder({"x": "float64"}, context=context)
        with pytest.raises(mlcore.NoMemoryError):
            for _ in range(100):
                builder.push([(1.0,)] * 2000)
        assert 0 < len(builder) < 200_000
    with pytest.raises(mlcore.ArgumentError, match="the context is closed"):
        builder.finish()
