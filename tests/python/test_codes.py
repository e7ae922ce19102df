"""Categories of both widths of codes: as many texts as short codes have, and one more.

What is expected comes from pandas on the same rows."""
import numpy
import pandas
import pyarrow
import pytest

import mlcore

SHORT = 32768  # texts that codes of 16 bits tell apart


@pytest.fixture(scope="module", params=[3, SHORT, SHORT + 1])
def table(request):
    """Texts come back late, so that a file's first windows have few of them."""
    n, rng = request.param, numpy.random.default_rng(request.param)
    number = numpy.concatenate([rng.integers(0, max(n // 8, 1), 60000), rng.permutation(n),
                                rng.integers(0, n, 20000)])
    texts = numpy.array(["a text of some length %05d" % (k * 7919 % n) for k in range(n)])
    rows = pandas.DataFrame({"c": texts[number], "i": rng.integers(0, 50, len(number))})
    rows.loc[rng.random(len(number)) < 0.05, "c"] = None
    rows.loc[60000:60000 + n - 1, "c"] = texts[number[60000:60000 + n]]
    return n, rows


@pytest.fixture(scope="module", params=["csv", "batches", "pandas", "arrow"])
def data(request, table, tmp_path_factory):
    n, rows = table
    if request.param == "pandas":
        return mlcore.Dataset(rows)
    if request.param == "arrow":
        return mlcore.Dataset.from_arrow(
            pyarrow.table({"c": pyarrow.array(rows["c"]).dictionary_encode(), "i": rows["i"]}))
    path = tmp_path_factory.mktemp("codes") / "rows.csv"
    rows.to_csv(path, index=False)
    if request.param == "csv":
        return mlcore.read_csv(path, types={"c": "category"},
                               context=mlcore.Context(threads=2))
    with mlcore.Reader.open(path, types={"c": "category"}) as batches:
        return mlcore.concat(list(batches))


def texts_of(column):
    return [None if pandas.isna(text) else text for text in column]


def test_texts_are_those_that_went_in(table, data):
    n, rows = table
    assert data.types["c"] == "category" and len(data.categories("c")) == n
    assert data.items("c") == texts_of(rows["c"])


def test_codes_are_lent_and_copied_alike(table, data):
    codes = data.codes("c")
    texts = data.categories("c")
    assert codes.dtype == numpy.int32 and (numpy.sort(numpy.array(texts)) == texts).all()
    assert [None if k < 0 else texts[k] for k in codes] == texts_of(table[1]["c"])
    assert (data[::3].codes("c") == codes[::3]).all() and (data[7:].codes("c") == codes[7:]).all()


def test_rows_that_are_taken_keep_their_texts(table, data):
    _, rows = table
    some = numpy.random.default_rng(5).permutation(len(rows))[:5000]
    taken = data[some]
    assert taken.items("c") == texts_of(rows["c"].iloc[some])
    joined = mlcore.concat([taken, data[:10], taken.cast({"c": "text"})])
    assert joined.items("c") == taken.items("c") + data[:10].items("c") + taken.items("c")
    alike = mlcore.concat([taken, data[:10], taken])  # of one dictionary
    assert alike.items("c") == joined.items("c")


def test_order_filter_and_expressions_are_those_of_pandas(table, data):
    _, rows = table
    ordered = rows.sort_values("c", kind="stable", na_position="last")
    by_text = data.sort("c")
    assert by_text.items("c") == texts_of(ordered["c"]) and (by_text["i"] == ordered["i"]).all()
    wanted = rows[rows["c"] > "a text of some length 00001"]
    assert data.filter('c > "a text of some length 00001"').items("c") == texts_of(wanted["c"])
    there = rows.dropna()
    found = mlcore.Dataset(there).filter('c > "a text of some length 00001"')
    assert found.items("c") == texts_of(wanted["c"])
    longer = data.with_column("d", 'concat(c, "!")')
    assert longer.types["d"] == "category"
    assert longer.items("d") == [None if t is None else t + "!" for t in texts_of(rows["c"])]


def test_groups_joins_and_distinct_rows_are_those_of_pandas(table, data):
    n, rows = table
    sums = rows.groupby("c")["i"].sum()
    ours = data.aggregate("sum(i)", "count()", by="c", sort=True).filter("c == c")
    assert ours.items("c") == list(sums.index) and ours.items(ours.columns[1]) == list(sums)
    pairs = rows.groupby(["c", "i"], dropna=False).size()
    assert len(data.distinct(["c", "i"])) == len(pairs)
    assert len(data.aggregate("count()", by=["c", "i"])) == len(pairs)
    wide = mlcore.Dataset({"c": ["a text of some length %05d" % k for k in range(SHORT + 1)],
                           "k": list(range(SHORT + 1))})
    joined = data.join(wide, on="c")
    assert joined.items("k") == [int(text[-5:]) for text in rows["c"].dropna()]


def test_arrow_has_indices_of_that_width_and_comes_back(table, data):
    n, rows = table
    column = pyarrow.table(data)["c"]
    assert column.type.index_type == (pyarrow.int16() if n <= SHORT else pyarrow.int32())
    assert column.to_pylist() == texts_of(rows["c"])
    assert mlcore.Dataset.from_arrow(pyarrow.table(data)).items("c") == texts_of(rows["c"])


def test_files_profiles_and_fingerprints_do_not_depend_on_it(table, data, tmp_path):
    n, rows = table
    data.write_csv(tmp_path / "again.csv")
    again = mlcore.read_csv(tmp_path / "again.csv", types={"c": "category"})
    assert again.items("c") == texts_of(rows["c"])
    assert again.fingerprint() == data.fingerprint()
    assert data.profile() == again.profile()


def test_encoders_and_imputers_see_the_same_texts(table, data):
    n, rows = table
    column = data.select("c")
    imputer = mlcore.on("c", mlcore.SimpleImputer(strategy="most_frequent"))
    filled = imputer.fit(column).transform(column)
    most = rows["c"].mode().min()
    assert filled.items(filled.columns[0]) == [most if t is None else t
                                               for t in texts_of(rows["c"])]
    ranks = mlcore.OrdinalEncoder().fit(column).transform(column)
    codes = data.codes("c").astype(float)
    codes[codes < 0] = numpy.nan
    assert numpy.array_equal(numpy.ravel(ranks[ranks.columns[0]]), codes, equal_nan=True)
