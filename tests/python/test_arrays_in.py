"""Arrays of the program as columns: what is lent, what is converted, what is refused."""
import array
import ctypes
import datetime
import gc
import weakref

import numpy as np
import pytest

import mlcore
from mlcore import _hooks


def address(values):
    return values.__array_interface__["data"][0]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "datetime64[us]"])
def test_contiguous_array_is_lent_without_a_copy(dtype, nothing_kept):
    values = np.arange(1000).astype(dtype)
    data = mlcore.Dataset.from_arrays({"x": values})
    out = data["x"]
    assert out.dtype == values.dtype
    assert address(out) == address(values)
    assert np.array_equal(out, values)
    del data, out


def test_matrix_of_float64_is_lent_as_one_vector_column(nothing_kept):
    values = np.arange(12.0).reshape(4, 3)
    data = mlcore.Dataset.from_arrays({"x": values})
    assert data.types == {"x": "vector"}
    assert data.components("x") == ["x0", "x1", "x2"]
    assert address(data["x"]) == address(values)
    assert data["x"].shape == (4, 3)
    del data


def test_lent_array_lives_as_long_as_the_dataset_and_no_longer():
    class Owner(np.ndarray):
        pass

    values = np.arange(1000.0).view(Owner)
    gone = weakref.ref(values)
    data = mlcore.Dataset.from_arrays({"x": values})
    del values
    gc.collect()
    assert gone() is not None
    part = data[10:20]
    del data
    gc.collect()
    assert gone() is not None and part["x"].tolist() == list(range(10, 20))
    del part
    gc.collect()
    assert gone() is None


def test_lent_array_is_released_exactly_once(monkeypatch):
    values = np.arange(100.0)
    before = set(_hooks._kept)
    data = mlcore.Dataset.from_arrays({"x": values, "y": values[::-1].copy()})
    mine = set(_hooks._kept) - before
    assert len(mine) == 2
    views = [data[i:] for i in range(20)] + [data.select("x")]
    del data
    gc.collect()
    assert mine <= set(_hooks._kept)
    del views
    gc.collect()
    assert not mine & set(_hooks._kept)


def test_array_that_a_failed_call_was_given_is_released(nothing_kept):
    with pytest.raises(mlcore.DataError, match="NUL"):
        mlcore.Dataset.from_arrays({"x": np.arange(3.0), "y": ["a", "b\0", "c"]})
    with pytest.raises(mlcore.ColumnError, match="weight"):
        mlcore.Dataset.from_arrays({"x": np.arange(3.0), "y": np.arange(3.0)},
                                   weight=["x", "y"])
    with pytest.raises(mlcore.ColumnError, match="x 3, y 2"):
        mlcore.Dataset.from_arrays({"x": np.arange(3.0), "y": np.arange(2.0)})


def test_array_that_is_not_contiguous_gives_its_values():
    values = np.arange(100.0)
    data = mlcore.Dataset.from_arrays({"a": values[::3], "b": values[::-1][:34]})
    assert data["a"].tolist() == values[::3].tolist()
    assert data["b"].tolist() == values[::-1][:34].tolist()


def test_read_only_array_is_lent():
    values = np.arange(5.0)
    values.flags.writeable = False
    assert address(mlcore.Dataset.from_arrays({"x": values})["x"]) == address(values)


def test_array_that_is_not_aligned_gives_its_values():
    raw = np.zeros(8 * 5 + 1, dtype=np.uint8)
    values = np.frombuffer(raw.data, dtype=np.float64, count=5, offset=1)
    assert not values.flags.aligned
    assert mlcore.Dataset.from_arrays({"x": values})["x"].tolist() == [0.0] * 5


@pytest.mark.parametrize("dtype, column", [
    ("int8", "int64"), ("int16", "int64"), ("int32", "int64"), ("uint8", "int64"),
    ("uint32", "int64"), ("uint64", "int64"), ("float16", "float64"), ("longdouble", "float64"),
    (">f8", "float64"), (">i4", "int64"), ("bool", "bool")])
def test_other_dtypes_are_converted(dtype, column):
    values = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1]).astype(dtype)
    data = mlcore.Dataset.from_arrays({"x": values})
    assert data.types["x"] == column
    assert data["x"].tolist() == values.tolist()


def test_unsigned_number_that_does_not_fit_is_refused():
    with pytest.raises(mlcore.DataError, match="18446744073709551615 does not fit"):
        mlcore.Dataset.from_arrays({"x": np.array([2 ** 64 - 1], dtype=np.uint64)})
    with pytest.raises(mlcore.DataError, match="does not fit a 64-bit integer"):
        mlcore.Dataset.from_arrays({"x": [1, 2 ** 63]})


@pytest.mark.parametrize("values", [
    np.array([1j]), np.array([np.timedelta64(1, "s")]), np.zeros((2, 2, 2)),
    np.zeros(2, dtype=[("a", float)]), np.array(1.0), np.zeros((3, 0)),
    np.array([["a", "b"]]), "text", {1, 2}, 3.0])
def test_what_is_no_column_is_refused_by_name(values):
    with pytest.raises(mlcore.ColumnError, match="'x'"):
        mlcore.Dataset.from_arrays({"x": values})


def test_masked_array_is_missing_where_masked():
    values = np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])
    assert mlcore.Dataset.from_arrays({"x": values}).items("x") == [1, None, 3]


def test_datetimes_of_any_unit_become_microseconds():
    values = np.array(["2024-02-29", "NaT"], dtype="datetime64[D]")
    data = mlcore.Dataset.from_arrays({"x": values})
    assert data.types["x"] == "timestamp"
    assert data.items("x") == [datetime.datetime(2024, 2, 29), None]


@pytest.mark.parametrize("items, kind", [
    ([True, None, False], "bool"), ([1, None, -2 ** 63], "int64"), ([1, 2.5, None], "float64"),
    (["a", None, ""], "category"), ([None, None], "float64"),
    ([datetime.datetime(2020, 1, 1, 2, 3, 4, 5), None], "timestamp")])
def test_list_of_python_values_comes_back_as_it_went_in(items, kind):
    data = mlcore.Dataset.from_arrays({"x": items})
    assert data.types["x"] == kind
    assert data.items("x") == items


def test_nan_among_texts_is_missing():
    data = mlcore.Dataset.from_arrays({"x": np.array(["a", float("nan"), None], dtype=object)})
    assert data.items("x") == ["a", None, None]


def test_mixed_kinds_are_refused_with_their_row():
    with pytest.raises(mlcore.ColumnError, match="'x', row 1: 2 is int after text"):
        mlcore.Dataset.from_arrays({"x": ["a", 2]})
    with pytest.raises(mlcore.ColumnError, match=r"'x', row 0: \[1\] is a list"):
        mlcore.Dataset.from_arrays({"x": [[1]]})


def test_text_with_many_values_is_text_unless_told_otherwise():
    texts = [f"name {i} é" for i in range(40)]
    assert mlcore.Dataset.from_arrays({"x": texts}).types["x"] == "text"
    data = mlcore.Dataset.from_arrays({"x": texts}, text="category")
    assert data.types["x"] == "category"
    assert data["x"].tolist() == texts
    assert mlcore.Dataset.from_arrays({"x": ["a"]}, text="text").types["x"] == "text"


def test_text_that_is_no_unicode_is_refused_with_its_row():
    with pytest.raises(mlcore.DataError, match="'x', row 1"):
        mlcore.Dataset.from_arrays({"x": ["a", "\ud800"]})


def test_buffers_of_the_standard_library_are_columns():
    data = mlcore.Dataset.from_arrays({
        "a": array.array("d", [1.5, 2.5]), "b": array.array("f", [1, 2]),
        "c": array.array("i", [3, 4]), "d": memoryview(b"\x05\x06"), "e": range(2)})
    assert data.to_dict() == {"a": [1.5, 2.5], "b": [1.0, 2.0], "c": [3, 4], "d": [5, 6],
                              "e": [0, 1]}


def test_matrix_by_itself_becomes_columns_that_are_lent_where_possible():
    matrix = np.asfortranarray(np.arange(12.0).reshape(4, 3))
    data = mlcore.Dataset.from_arrays(matrix)
    assert data.columns == ["x0", "x1", "x2"]
    assert address(data["x1"]) == address(matrix[:, 1])
    rows = mlcore.Dataset.from_arrays(np.ascontiguousarray(matrix))
    assert rows["x2"].tolist() == matrix[:, 2].tolist()


def test_rows_as_lists_and_as_dicts_become_columns():
    assert mlcore.Dataset.from_arrays([[1, "a"], [2, "b"]]).to_dict() == {
        "x0": [1, 2], "x1": ["a", "b"]}
    assert mlcore.Dataset.from_arrays([{"a": 1}, {"a": 2, "b": "x"}]).to_dict() == {
        "a": [1, 2], "b": [None, "x"]}


def test_roles_are_names_or_columns():
    data = mlcore.Dataset.from_arrays({"a": [1, 2, 3], "y": [0, 1, 0]}, target="y",
                                      weight=[1.0, 2.0, 3.0])
    assert data.roles == {"a": "feature", "y": "target", "weight": "weight"}
    with pytest.raises(mlcore.ColumnError, match="target = 'z'"):
        mlcore.Dataset.from_arrays({"a": [1]}, target="z")
    with pytest.raises(mlcore.ArgumentError, match="no role 'goal'"):
        mlcore.Dataset.from_arrays({"a": [1]}, goal="a")


def test_empty_columns_are_a_dataset_of_no_rows():
    data = mlcore.Dataset.from_arrays({"a": np.empty(0), "b": [], "c": np.empty(0, dtype=bool)})
    assert data.shape == (0, 3)
    assert data["a"].shape == (0,)


def test_no_columns_are_refused():
    with pytest.raises(mlcore.ColumnError, match="at least one column"):
        mlcore.Dataset.from_arrays({})


def test_lent_memory_is_what_the_library_reads():
    """The address that the library was given, seen from its side."""
    values = np.arange(3.0)
    data = mlcore.Dataset.from_arrays({"x": values})
    from mlcore import _arrays_out

    lent = _arrays_out.lend(data._handle, b"x")
    assert list((ctypes.c_double * 3).from_address(lent.data)) == [0.0, 1.0, 2.0]
