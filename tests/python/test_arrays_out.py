"""Columns of a dataset as arrays: views where possible, copies where needed, missing kept."""
import datetime
import gc

import numpy as np
import pytest

import mlcore

CSV = """b,i,f,c,t,w,v
true,1,1.5,x,alpha beta,2024-02-29T12:00:00Z,0
,,,,,,
false,9007199254740993,-2,y,,1969-12-31T23:59:59Z,1
true,-5,0.25,x,é,2300-01-01T00:00:00.000001Z,0
"""
TYPES = {"t": "text", "w": "timestamp", "v": "float32"}


@pytest.fixture
def data():
    return mlcore.Dataset.parse_csv(CSV, types=TYPES)


def views(data):
    """The whole, a range from within a byte of bits, and chosen rows: the same three rows."""
    return [data[1:], data[[1, 2, 3]], data[[False, True, True, True]]]


def test_view_outlives_the_dataset():
    data = mlcore.Dataset.from_arrays({"x": np.arange(100000.0)})
    part = data[50000:]["x"]
    whole = data["x"]
    del data
    gc.collect()
    np.arange(200000.0)  # would take freed memory
    assert whole[99999] == 99999.0 and part[0] == 50000.0


def test_view_is_read_only():
    values = mlcore.Dataset.from_arrays({"x": np.arange(3.0)})["x"]
    with pytest.raises(ValueError):
        values[0] = 5
    with pytest.raises(ValueError):
        values.flags.writeable = True


def test_missing_values_of_each_type_are_told(data):
    assert data["f"].tolist()[0] == 1.5 and np.isnan(data["f"][1])
    assert data["i"].dtype == np.float64 and np.isnan(data["i"][1])
    assert data["b"].tolist() == [True, None, False, True]
    assert data["c"].tolist() == ["x", None, "y", "x"]
    assert data["t"].tolist() == ["alpha beta", None, None, "é"]
    assert np.isnat(data["w"][1]) and data["w"].dtype == "datetime64[us]"
    assert data["v"].dtype == np.float32


def test_items_are_exact_python_values(data):
    assert data.items("i") == [1, None, 9007199254740993, -5]
    assert data.items("w")[0] == datetime.datetime(2024, 2, 29, 12)
    assert data.items("w")[3] == datetime.datetime(2300, 1, 1, 0, 0, 0, 1)
    assert data.items("b") == [True, None, False, True]
    assert data.items("f") == [1.5, None, -2.0, 0.25]


@pytest.mark.parametrize("name", ["b", "i", "f", "c", "t", "w", "v"])
def test_every_kind_of_view_gives_the_same_values(data, name):
    expected = data.items(name)[1:]
    for view in views(data):
        assert view.items(name) == expected


def test_large_integers_in_chosen_rows_stay_exact():
    values = np.array([2 ** 53 + 1, 7, -2 ** 53 - 3])
    data = mlcore.Dataset.from_arrays({"odd, name": values})[[2, 0]]
    assert data["odd, name"].tolist() == [-2 ** 53 - 3, 2 ** 53 + 1]
    assert data["odd, name"].dtype == np.int64


def test_codes_and_categories_are_in_ascending_order(data):
    assert data.categories("c") == ["x", "y"]
    assert data.codes("c").tolist() == [0, -1, 1, 0]
    assert data[[3, 2]].codes("c").tolist() == [0, 1]


def test_codes_of_a_column_without_missing_values_are_a_view():
    data = mlcore.Dataset.from_arrays({"c": ["b", "a", "b"]})
    assert data.codes("c").tolist() == [1, 0, 1]
    assert not data.codes("c").flags.owndata


def test_vector_column_is_a_matrix_also_in_views():
    values = np.arange(30.0).reshape(10, 3)
    data = mlcore.Dataset.from_arrays({"x": values})
    assert np.array_equal(data[2:5]["x"], values[2:5])
    assert np.array_equal(data[[7, 1]]["x"], values[[7, 1]])
    assert data[[7, 1]].items("x") == values[[7, 1]].tolist()


def test_sparse_vector_column_is_a_dense_matrix():
    data = mlcore.Dataset.from_arrays({"c": ["b", "a", "b"]})
    encoded = mlcore.OneHotEncoder().fit(data).transform(data)
    assert encoded.types["c"] == "vector"
    assert encoded["c"].tolist() == [[0, 1], [1, 0], [0, 1]]
    assert encoded.components("c") == ["a", "b"]


def test_unknown_column_is_named_with_those_there_are(data):
    with pytest.raises(mlcore.ColumnError, match="no column 'z': there are b, i, f"):
        data["z"]


def test_no_rows_give_empty_arrays_of_the_type(data):
    none = data[:0]
    assert [none[n].shape for n in none.columns] == [(0,)] * 7
    assert none.to_dict() == {n: [] for n in none.columns}
