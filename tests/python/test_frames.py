"""pandas frames in and out, without Arrow."""
import gc

import numpy as np
import pytest

import mlcore

pd = pytest.importorskip("pandas")


def test_frame_comes_back_with_its_types():
    frame = pd.DataFrame({
        "real": [1.5, np.nan, -2.0], "single": np.array([1, 2, 3], dtype="float32"),
        "whole": [1, 2, 3], "truth": [True, False, True],
        "kind": pd.Categorical(["b", None, "a"], categories=["a", "b"]),
        "when": pd.to_datetime(["2024-02-29", None, "1969-12-31"]).as_unit("us"),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "maybe": pd.array([True, None, False], dtype="boolean")})
    data = mlcore.Dataset.from_pandas(frame)
    assert data.types == {"real": "float64", "single": "float32", "whole": "int64",
                          "truth": "bool", "kind": "category", "when": "timestamp",
                          "nullable": "int64", "maybe": "bool"}
    pd.testing.assert_frame_equal(data.to_pandas(), frame)


@pytest.mark.parametrize("dtype", ["object", "string", "str"])
def test_texts_of_each_dtype_keep_missing_values(dtype):
    frame = pd.DataFrame({"t": pd.Series(["é", None, "b"], dtype=dtype)})
    assert mlcore.Dataset.from_pandas(frame).items("t") == ["é", None, "b"]


def test_nullable_floats_and_unsigned_are_read():
    frame = pd.DataFrame({"f": pd.array([1.5, None], dtype="Float64"),
                          "u": pd.array([None, 7], dtype="UInt8")})
    assert mlcore.Dataset.from_pandas(frame).to_dict() == {"f": [1.5, None], "u": [None, 7]}


def test_categories_that_are_no_texts_are_categories_by_their_names():
    frame = pd.DataFrame({"whole": pd.Categorical([30, None, 10]),
                          "real": pd.Categorical([30.0, None, 2.5]),
                          "flag": pd.Categorical([True, None, False]),
                          "bin": pd.cut(pd.Series([1, None, 9]), [0, 5, 10])})
    data = mlcore.Dataset.from_pandas(frame)
    assert set(data.types.values()) == {"category"}
    assert data.to_dict() == {"whole": ["30", None, "10"], "real": ["30", None, "2.5"],
                              "flag": ["True", None, "False"], "bin": ["(0, 5]", None, "(5, 10]"]}


def test_numbers_as_categories_are_split_as_names_are():
    code = np.arange(400) % 8
    y = np.isin(code, [1, 6, 3]).astype(float)
    model = mlcore.GradientBoostingRegressor(n_estimators=3, max_leaf_nodes=2)
    found = [np.asarray(model.fit(frame, y).predict(frame)) for frame in (
        pd.DataFrame({"code": pd.Categorical(code)}),
        pd.DataFrame({"code": pd.Categorical(code.astype(str))}),
        pd.DataFrame({"code": code}))]
    assert found[0].tobytes() == found[1].tobytes() != found[2].tobytes()


def test_target_of_categories_that_are_numbers_stays_numbers():
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": pd.Categorical([7, 3, 7, 3])})
    data = mlcore.Dataset.from_pandas(frame, target="y")
    assert data.items("y") == [7, 3, 7, 3]


def test_times_with_zones_become_utc():
    frame = pd.DataFrame({"t": pd.to_datetime(["2024-01-01 12:00"]).tz_localize("Asia/Tokyo")})
    data = mlcore.Dataset.from_pandas(frame)
    assert str(data["t"][0]) == "2024-01-01T03:00:00.000000"


def test_columns_of_a_frame_are_lent_and_keep_it_alive():
    frame = pd.DataFrame(np.asfortranarray(np.arange(3000.0).reshape(1000, 3)),
                         columns=list("abc"), copy=False)
    data = mlcore.Dataset.from_pandas(frame)
    assert data["b"].__array_interface__["data"][0] == \
        frame["b"].to_numpy().__array_interface__["data"][0]
    expected = frame["b"].tolist()
    del frame
    gc.collect()
    assert data["b"].tolist() == expected


def test_index_and_labels_that_are_no_text_do_not_matter():
    frame = pd.DataFrame({0: [1.0, 2.0], 1: ["a", "b"]}, index=[10, 20])
    assert mlcore.Dataset.from_pandas(frame).to_dict() == {"0": [1.0, 2.0], "1": ["a", "b"]}


def test_doubled_labels_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(mlcore.ColumnError, match="same name"):
        mlcore.Dataset.from_pandas(frame)


def test_vectors_give_a_column_a_component(points):
    X, y = points
    model = mlcore.GradientBoostingClassifier(n_estimators=3).fit(X, y)
    frame = model.predict_table(X).to_pandas()
    assert list(frame.columns) == ["prediction", "probability[0]", "probability[1]"]
    assert np.allclose(frame["probability[0]"] + frame["probability[1]"], 1)


def test_model_fits_and_predicts_frames_whatever_the_order_of_columns(points):
    X, y = points
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = mlcore.GradientBoostingClassifier(n_estimators=5).fit(frame, pd.Series(y, name="hit"))
    assert model.feature_names_in_.tolist() == list("abcd")
    assert np.array_equal(model.predict_proba(frame), model.predict_proba(frame[list("dcba")]))
    assert np.array_equal(model.predict_proba(frame), model.predict_proba(X))
    assert model.score(frame, pd.Series(y, name="hit")) == np.mean(model.predict(frame) == y)


def test_polars_frames_are_read():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"a": [1, 2, 3], "b": ["x", None, "y"], "c": [0.5, None, 1.5]})
    data = mlcore.Dataset.from_arrays(frame)
    assert data.items("a") == [1, 2, 3] and data.items("b") == ["x", None, "y"]
    assert data.items("c") == [0.5, None, 1.5]
