"""Profiles against pandas' describe and value_counts, on data of about 500 MB.

    profiles.py [ROWS] [--rounds N]     4,500,000 rows unless told: 14 columns, 108 bytes a row

Ours make histograms as well. The share of bandwidth is that of what one thread reads of as much
memory by a sum of NumPy. Not profile.py, which would hide a module of the standard library.
"""
import argparse

import harness
import mlcore
import numpy as np
import pandas as pd


def make_frame(n):
    rng = np.random.default_rng(0)
    columns = {f"real{i}": rng.normal(i, i + 1, n) for i in range(4)}
    columns.update({f"rounded{i}": np.round(rng.gamma(2, 10, n), 1) for i in range(3)})
    columns.update({f"count{i}": rng.poisson(5 * 10 ** i, n) for i in range(3)})
    columns["id"] = rng.permutation(n)
    columns["flag"] = rng.integers(0, 2, n)
    columns["gaps"] = np.where(rng.random(n) < 0.2, np.nan, rng.random(n))
    columns["level"] = pd.Categorical.from_codes(rng.integers(0, 12, n), list("abcdefghijkl"))
    return pd.DataFrame(columns)


def with_pandas(frame):
    frame.describe(include="all")
    for name in frame:
        frame[name].value_counts()


def with_us(data, context, limit):
    profile = data.profile(context=context, max_distinct=limit)
    profile.table("columns")
    profile.table("top", top=10)
    profile.table("histogram")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=4500000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    frame = make_frame(options.rows)
    data = mlcore.Dataset.from_pandas(frame)
    n_bytes = 8 * options.rows * 13 + 4 * options.rows
    block = np.ones(n_bytes // 8)
    runs = {"pandas describe + value_counts": lambda: with_pandas(frame)}
    contexts = {threads: mlcore.Context(threads=threads) for threads in (1, 2)}
    for threads, context in contexts.items():
        for limit in (16384, None):
            runs[f"mlcore, {threads} threads, max_distinct={limit}"] = (
                lambda context=context, limit=limit: with_us(data, context, limit))
    runs["reading the memory once"] = block.sum
    times = harness.rounds(runs, n=options.rounds, warmup=1)
    print(harness.machine(np, pd), f"\n{options.rows:,} rows, {n_bytes / 1e6:.0f} MB\n")
    peer = sorted(times["pandas describe + value_counts"])[options.rounds // 2]
    bandwidth = n_bytes / sorted(times["reading the memory once"])[options.rounds // 2]
    print("| | seconds | times as fast | GB/s | share of bandwidth |\n|---|---|---|---|---|")
    for name, seconds in times.items():
        middle = sorted(seconds)[options.rounds // 2]
        rate = n_bytes / middle
        print(f"| {name} | {harness.spread(seconds)} | {peer / middle:.1f} | {rate / 1e9:.2f} "
              f"| {rate / bandwidth:.1%} |")


if __name__ == "__main__":
    main()
