"""Sparse matrices of SciPy in and out; what is expected is SciPy's own toarray()."""
import numpy as np
import pytest

import mlcore

sparse = pytest.importorskip("scipy.sparse")


def random_matrix(n=40, width=17, seed=0):
    return sparse.random(n, width, 0.2, random_state=np.random.default_rng(seed), format="csr")


@pytest.mark.parametrize("layout", ["csr", "csc", "coo", "lil", "dok", "bsr"])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "i2", "?"])
def test_matrices_of_any_layout_and_type_are_vectors(layout, dtype):
    matrix = (random_matrix() * 10).astype(dtype)
    data = mlcore.Dataset.from_arrays({"v": matrix.asformat(layout)})
    assert data.types == {"v": "vector"}
    assert np.array_equal(data["v"], matrix.toarray().astype(float))
    assert (data.sparse("v") != matrix).nnz == 0


@pytest.mark.parametrize("layout", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
@pytest.mark.parametrize("integers", ["i4", "i8"])
def test_repeated_and_unsorted_indices_are_added_as_scipy_does(layout, integers):
    rng = np.random.default_rng(1)
    offsets = np.concatenate([[0], np.cumsum(rng.integers(0, 30, 12))]).astype(integers)
    indices = rng.integers(0, 12, offsets[-1]).astype(integers)
    matrix = layout((rng.random(offsets[-1]), indices, offsets), shape=(12, 12))
    assert np.array_equal(mlcore.Dataset({"v": matrix})["v"], matrix.toarray())


def test_absent_entries_may_be_missing():
    matrix = sparse.csr_matrix(np.array([[0, 1.0], [2.0, 0]]))
    matrix[0, 0] = 0  # an entry that is 0
    data = mlcore.Dataset.from_arrays({"v": matrix}, absent="missing")
    assert np.array_equal(data["v"], [[0, 1], [2, np.nan]], equal_nan=True)
    with pytest.raises(mlcore.ArgumentError, match="absent = 'none'"):
        mlcore.Dataset.from_arrays({"v": matrix}, absent="none")


def test_views_arrow_and_other_datasets_keep_them_sparse():
    matrix = random_matrix()
    data = mlcore.Dataset.from_arrays({"v": matrix, "x": np.arange(40.0)})
    assert (data[7:31].sparse("v") != matrix[7:31]).nnz == 0
    assert (data[[5, 3, 3]].sparse("v") != matrix[[5, 3, 3]]).nnz == 0
    again = mlcore.Dataset.from_arrow(data[7:31])
    assert again.types == data.types and (again.sparse("v") != matrix[7:31]).nnz == 0
    with_target = mlcore.Dataset(data, target=np.arange(40) % 2)
    assert (with_target.sparse("v") != matrix).nnz == 0


def test_empty_matrices_and_rows_are_read():
    for shape in ((0, 3), (3, 1)):
        data = mlcore.Dataset.from_arrays({"v": sparse.csr_matrix(shape)})
        assert data["v"].shape == shape and data.sparse("v").nnz == 0


def test_wrong_matrices_are_refused():
    with pytest.raises(mlcore.ColumnError, match="complex128"):
        mlcore.Dataset.from_arrays({"v": sparse.csr_matrix(np.eye(2) * 1j)})
    matrix = sparse.csr_matrix(np.eye(3))
    matrix.indptr[3] = 9
    with pytest.raises(mlcore.DataError, match="indptr does not fit"):
        mlcore.Dataset.from_arrays({"v": matrix})
    matrix.indptr[3], matrix.indices[1] = 3, 7
    with pytest.raises(mlcore.DataError, match="index 7 in row 2: must be from 0 to 2"):
        mlcore.Dataset.from_arrays({"v": matrix})


def test_models_learn_from_sparse_matrices_what_they_learn_from_dense_ones():
    X = random_matrix(300, 8, seed=3)
    y = np.asarray(X[:, [0]].toarray()[:, 0] > X[:, [1]].toarray()[:, 0]).astype(int)
    by_sparse = mlcore.LogisticRegression().fit(X, y).predict_proba(X)
    by_dense = mlcore.LogisticRegression().fit({"x": X.toarray()}, y).predict_proba(
        {"x": X.toarray()})
    assert np.array_equal(by_sparse, by_dense)
    model = mlcore.LogisticRegression().fit(X.toarray(), y)
    with pytest.raises(mlcore.ColumnError, match=r"one vector column, but 8 columns are known"):
        model.predict(X)
