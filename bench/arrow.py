"""Tables of Arrow in and out, beside polars, DuckDB and pandas: numbers that need no copy, texts,
dictionaries, nulls; interleaved rounds in one process.

    arrow.py [ROWS]

Each side ends with rows of its own: DuckDB in a table (its relations only point at Arrow), pandas
in a frame, polars in whole columns, with texts as categories and int32 as int64 where ours are."""
import sys

import duckdb
import numpy
import pandas
import polars
import pyarrow

import harness
import mlcore

N_COLUMNS = 20
N_CHUNKS = 10_000  # of ten rows, each with the same dictionary


def tables(n):
    """Arrow tables by what is in them. The number columns share one array of values, so that the
    largest table takes the memory of one column."""
    rng = numpy.random.default_rng(0)
    values = pyarrow.array(rng.random(n))
    gone = pyarrow.array(rng.random(n), mask=rng.random(n) < 0.1)
    words = numpy.array([f"category number {k}" for k in range(100)])
    few = pyarrow.array(words[rng.integers(0, 100, n)])
    return {
        f"{N_COLUMNS} float64": pyarrow.table({f"x{k}": values for k in range(N_COLUMNS)}),
        f"{N_COLUMNS} float64, a tenth null": pyarrow.table(
            {f"x{k}": gone for k in range(N_COLUMNS)}),
        "4 int32": pyarrow.table({f"x{k}": pyarrow.array(
            rng.integers(0, 1000, n).astype("i4")) for k in range(4)}),
        "texts, 100 distinct": pyarrow.table({"t": few}),
        "texts, all distinct": pyarrow.table({"t": pyarrow.array(
            [f"row {k}" for k in range(n // 4)])}),
        "dictionary, 100 values": pyarrow.table({"t": few.dictionary_encode()}),
        f"dictionary, {N_CHUNKS:,} chunks": pyarrow.table({"t": pyarrow.chunked_array([
            pyarrow.DictionaryArray.from_arrays(rng.integers(0, 20, 10).astype("i4"), words[:20])
            for _ in range(N_CHUNKS)])}),
    }


def to_duckdb(table, connection=duckdb.connect()):
    connection.register("source", table)
    connection.execute("create or replace table rows as from source")
    connection.unregister("source")


def to_polars(table, as_category):
    frame = polars.from_arrow(table).with_columns(polars.col(polars.Int32).cast(polars.Int64))
    return frame.with_columns(polars.col("t").cast(polars.Categorical)) if as_category else frame


def importers(table, as_category):
    return {
        "libmlcore": lambda: mlcore.Dataset.from_arrow(table),
        "polars": lambda: to_polars(table, as_category),
        "DuckDB": lambda: to_duckdb(table),
        "pandas": lambda: table.to_pandas(categories=["t"] if as_category else None),
    }


def exporters(table):
    dataset, frame = mlcore.Dataset.from_arrow(table), polars.from_arrow(table)
    plain, connection = table.to_pandas(), duckdb.connect()
    connection.register("source", table)
    connection.execute("create table rows as from source")
    return {
        "libmlcore": lambda: pyarrow.table(dataset),
        "polars": lambda: pyarrow.table(frame),
        "DuckDB": lambda: connection.sql("from rows").to_arrow_table(),
        "pandas": lambda: pyarrow.Table.from_pandas(plain, preserve_index=False),
    }


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    print(harness.machine(polars, duckdb, pandas, pyarrow) + "\n")
    rows = []
    for name, table in tables(n).items():
        jobs = [(f"{name} in", importers(table, "t" in table.column_names and
                                         "all" not in name))]
        if name.endswith("float64") or name == "dictionary, 100 values":
            jobs.append((f"{name} out", exporters(table)))
        for what, contestants in jobs:
            times = harness.rounds(contestants, n=3)
            rows.append([what, f"{len(table):,}"] + [harness.spread(times[peer], 1000)
                                                     for peer in contestants])
    harness.table(["what, ms: median (min to max)", "rows", "libmlcore", "polars", "DuckDB",
                   "pandas"], rows)


main()
