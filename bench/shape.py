"""Shaping: filter, sort, join and aggregate of flights drawn to 5 million rows, beside polars, pandas
and DuckDB, at one and at two threads; each thread count in a process of its own, rounds in turn. With
a part of a task's name only such tasks are run: 10 million rows take 4 GB and minutes a thread count.

    sh bench/run.sh shape [millions of rows] [task]
"""
import os
import subprocess
import sys

import duckdb
import numpy
import pandas
import polars

import harness


def make_columns(n):
    """Columns as the flights have them: delays, 16 carriers, 4,000 planes, days of a year, a key."""
    draw = numpy.random.default_rng(0)
    carriers = numpy.array("9E AA AS B6 DL EV F9 FL HA MQ OO UA US VX WN YV".split())
    return {
        "carrier": carriers[draw.integers(0, 16, n)],
        "plane": draw.integers(0, 4000, n),
        "day": draw.integers(0, 365, n),
        "key": draw.permutation(n) * 7919,
        "delay": numpy.round(draw.gamma(1.0, 25.0, n) - 15),
        "distance": draw.random(n) * 3000,
    }


def contests(n, threads):
    """The same work for each, on its own kind of table; functions by task and name."""
    import mlcore
    columns = make_columns(n)
    draw = numpy.random.default_rng(1)
    planes = {"plane": numpy.arange(4000), "year": draw.integers(1970, 2013, 4000)}
    keys = {"key": draw.permutation(2 * n)[: n // 5] * 7919, "seats": draw.integers(2, 400, n // 5)}
    context = mlcore.Context(threads=threads)
    ours, our_planes, our_keys = (mlcore.Dataset.from_arrays(c, text="category")
                                  for c in (columns, planes, keys))
    frame, frame_planes, frame_keys = (pandas.DataFrame(c) for c in (columns, planes, keys))
    frame["carrier"] = frame["carrier"].astype("category")
    lazy, lazy_planes, lazy_keys = (polars.DataFrame(c) for c in (columns, planes, keys))
    lazy = lazy.with_columns(polars.col("carrier").cast(polars.Categorical))
    db = duckdb.connect(config={"threads": threads})
    for name, table in (("flights", frame), ("planes", frame_planes), ("keys", frame_keys)):
        db.register("source", table)
        db.execute(f"create table {name} as select * from source")
    sql = lambda query: lambda: db.execute(f"create or replace table result as {query}")
    c = polars.col
    late = "delay > 15 and carrier in ('AA', 'UA', 'DL') or distance / 60 < 2"
    return {
        "filter, rows gathered": {
            "libmlcore": lambda: ours.filter(late, context=context).with_column(
                "x", "delay", context=context),
            "polars": lambda: lazy.filter(((c("delay") > 15) & c("carrier").is_in(
                ["AA", "UA", "DL"])) | (c("distance") / 60 < 2)),
            "pandas": lambda: frame[((frame.delay > 15) & frame.carrier.isin(
                ["AA", "UA", "DL"])) | (frame.distance / 60 < 2)],
            "DuckDB": sql(f"select * from flights where {late}")},
        "filter, a view": {
            "libmlcore": lambda: ours.filter(late, context=context)},
        "computed column": {
            "libmlcore": lambda: ours.with_column(
                "x", "if(delay > 0, delay * 60 / (distance + 1), 0)", context=context),
            "polars": lambda: lazy.with_columns(x=polars.when(c("delay") > 0).then(
                c("delay") * 60 / (c("distance") + 1)).otherwise(0)),
            "pandas": lambda: frame.assign(x=numpy.where(
                frame.delay > 0, frame.delay * 60 / (frame.distance + 1), 0)),
            "DuckDB": sql("select *, case when delay > 0 then delay * 60 / (distance + 1) else 0 "
                          "end as x from flights")},
        "sort by a real, view (others gather)": {
            "libmlcore": lambda: ours.sort("distance", context=context),
            "polars": lambda: lazy.sort("distance", maintain_order=True),
            "pandas": lambda: frame.sort_values("distance", kind="stable"),
            "DuckDB": sql("select * from flights order by distance")},
        "join with 4,000 rows, left": {
            "libmlcore": lambda: ours.join(our_planes, on="plane", how="left", context=context),
            "polars": lambda: lazy.join(lazy_planes, on="plane", how="left",
                                        maintain_order="left_right"),
            "pandas": lambda: frame.merge(frame_planes, on="plane", how="left"),
            "DuckDB": sql("select * from flights left join planes using (plane)")},
        "join with a fifth as many keys, inner": {
            "libmlcore": lambda: ours.join(our_keys, on="key", context=context),
            "polars": lambda: lazy.join(lazy_keys, on="key", maintain_order="left_right"),
            "pandas": lambda: frame.merge(frame_keys, on="key"),
            "DuckDB": sql("select * from flights join keys using (key)")},
        "join with a fifth as many keys, left": {
            "libmlcore": lambda: ours.join(our_keys, on="key", how="left", context=context),
            "polars": lambda: lazy.join(lazy_keys, on="key", how="left",
                                        maintain_order="left_right"),
            "pandas": lambda: frame.merge(frame_keys, on="key", how="left"),
            "DuckDB": sql("select * from flights left join keys using (key)")},
        "aggregate by carrier": {
            "libmlcore": lambda: ours.aggregate("count()", "mean(delay)", "max(distance)",
                                                "std(delay)", by="carrier", context=context),
            "polars": lambda: lazy.group_by("carrier", maintain_order=True).agg(
                polars.len(), c("delay").mean(), c("distance").max(), sd=c("delay").std()),
            "pandas": lambda: frame.groupby("carrier", observed=True).agg(
                n=("delay", "size"), m=("delay", "mean"), x=("distance", "max"),
                s=("delay", "std")),
            "DuckDB": sql("select carrier, count(*) n, avg(delay) m, max(distance) x, "
                          "stddev(delay) s from flights group by carrier")},
        "aggregate by plane and day": {
            "libmlcore": lambda: ours.aggregate("count()", "mean(delay)", by=["plane", "day"],
                                                context=context),
            "polars": lambda: lazy.group_by("plane", "day", maintain_order=True).agg(
                polars.len(), c("delay").mean()),
            "pandas": lambda: frame.groupby(["plane", "day"], sort=False).agg(
                n=("delay", "size"), m=("delay", "mean")),
            "DuckDB": sql("select plane, day, count(*) n, avg(delay) m from flights "
                          "group by plane, day")},
    }


def measure(n, threads, only):
    rows = []
    for task, contestants in contests(n, threads).items():
        if only not in task:
            continue
        times = harness.rounds(contestants, n=3)
        ours = times["libmlcore"]
        best = min((t for name, t in times.items() if name != "libmlcore"), key=sorted,
                   default=None)
        cells = [harness.spread(times[name], 1000) if name in times else "-"
                 for name in ("libmlcore", "polars", "pandas", "DuckDB")]
        rows.append([task] + cells + [harness.ratio(best, ours) if best else "-"])
    print(f"\n{threads} thread{'s' if threads > 1 else ''}, milliseconds:\n")
    harness.table(["", "libmlcore", "polars", "pandas", "DuckDB", "fastest of them / ours"], rows)


def main():
    n = int(float(sys.argv[1]) * 10 ** 6) if len(sys.argv) > 1 else 5 * 10 ** 6
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    if len(sys.argv) > 3:
        return measure(n, int(sys.argv[3]), only)
    print(harness.machine(numpy, pandas, polars, duckdb))
    print(f"{n:,} rows")
    for threads in (1, 2):
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, str(n / 10 ** 6), only, str(threads)],
                       check=True, env=dict(os.environ, POLARS_MAX_THREADS=str(threads)))
    return None


if __name__ == "__main__":
    main()
