"""The problems that bench/trees.py trains on: made from a seed or real, train and held-out rows.

Real files are looked for in DATA, then in the folder that MLCORE_BENCH_DATA names: diamonds
(ggplot2), flights_200k (vega-datasets), motorcycle_insurance (insuranceData of R)."""
import dataclasses
import gzip
import os
import pathlib

import numpy as np


@dataclasses.dataclass
class Shape:
    """x is float64, row-major; columns named in `categories` hold codes, NaN where missing.
    queries: rows of each, of the training and of the held-out rows."""
    what: str
    task: str  # binary, multiclass, squared, poisson, rank
    leaves: int
    trees: int
    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    categories: tuple = ()
    queries: tuple = ()


def _split(what, task, leaves, trees, x, y, n_train, categories=()):
    return Shape(what, task, leaves, trees, np.ascontiguousarray(x[:n_train], np.float64),
                 y[:n_train].astype(float), np.ascontiguousarray(x[n_train:], np.float64),
                 y[n_train:].astype(float), categories)


def _draw(rng, score):
    return rng.random(len(score)) < 1 / (1 + np.exp(-score))


def _signal(x):
    """A smooth function of the first columns; each shows by itself, so that no library gets far by
    the luck of a first split."""
    return (np.sin(2 * x[:, 0]) + (x[:, 1] + 1) * (x[:, 2] + 1) + 0.7 * np.abs(x[:, 3])
            - 0.5 * x[:, 4] ** 2 + 0.8 * (x[:, 5] > 0.3) * (x[:, 6] + 1))


def shape_h(rng):
    """Higgs-like: momenta (skewed), angles, a few coarse columns, products of others."""
    n = 1_200_000
    x = rng.standard_normal((n, 28), np.float32)
    x[:, 7:12] = np.exp(0.5 * x[:, 7:12])
    x[:, 12:16] = np.round(x[:, 12:16])
    x[:, 21:28] = x[:, 0:7] * x[:, 7:14] + 0.3 * x[:, 21:28]
    y = _draw(rng, _signal(x) + 0.3 * x[:, 22] - 0.2 * x[:, 8])
    return _split("1M x 28, binary", "binary", 255, 40, x, y, 1_000_000)


def shape_t(rng):
    x = rng.standard_normal((5_000, 10), np.float32)
    y = _signal(x) + 0.3 * rng.standard_normal(len(x))
    return _split("1,000 x 10, regression", "squared", 31, 100, x, y, 1_000)


def shape_s(rng):
    x = rng.standard_normal((70_000, 20), np.float32)
    y = _signal(x) + 0.3 * rng.standard_normal(len(x))
    return _split("50k x 20, regression", "squared", 31, 100, x, y, 50_000)


def shape_w(rng):
    x = rng.standard_normal((60_000, 1000), np.float32)
    y = _signal(x) + x[:, 100:120].sum(axis=1) / 3 + 0.5 * rng.standard_normal(len(x))
    return _split("50k x 1,000, regression", "squared", 31, 10, x, y, 50_000)


def shape_l(rng):
    """Covertype-like: 10 numbers, two one-hot groups of 4 and 40, seven classes."""
    n = 440_000
    x = np.zeros((n, 54), np.float32)
    x[:, :10] = np.round(200 * rng.standard_normal((n, 10)))
    soil = (40 * rng.random(n) ** 2).astype(int)
    area = rng.integers(0, 4, n)
    x[np.arange(n), 10 + area] = 1
    x[np.arange(n), 14 + soil] = 1
    score = np.stack([np.sin(k + x[:, 0] / 200) * 2 + x[:, 1 + k % 9] / 200
                      + np.cos(k * soil / 7) + 0.5 * ((area + k) % 3)
                      + rng.gumbel(size=n) for k in range(7)])
    return _split("400k x 54, mostly binary, 7 classes", "multiclass", 31, 10, x,
                  score.argmax(axis=0), 400_000)


def shape_o(rng):
    """Expo-like: seven categories of 100 levels as 700 indicator columns."""
    n, levels = 120_000, 100
    x = np.zeros((n, 7 * levels), np.float32)
    score = np.zeros(n)
    for j in range(7):
        code = (levels * rng.random(n) ** 2).astype(int)
        x[np.arange(n), j * levels + code] = 1
        score += rng.standard_normal(levels)[code]
    return _split("100k x 700, one-hot (99 % zeros), binary", "binary", 255, 20, x,
                  _draw(rng, score), 100_000)


def shape_c(rng):
    n, levels = 1_200_000, (5, 10, 20, 30, 50, 80, 120, 200, 300, 500, 1000, 2000, 4000, 7000, 10000)
    x = rng.standard_normal((n, 30), np.float32)
    score = _signal(x)
    for j, m in enumerate(levels):
        code = np.minimum((m * rng.random(n) ** 2).astype(int), m - 1)
        x[:, 15 + j] = code
        score = score + 0.4 * rng.standard_normal(m)[code]
    return _split("1M x 30, 15 categories of up to 10k levels, binary", "binary", 31, 20, x,
                  _draw(rng, score), 1_000_000, tuple(range(15, 30)))


def shape_q(rng):
    x = rng.standard_normal((600_000, 40), np.float32)
    y = _signal(x) + 0.3 * rng.standard_t(2.5, len(x))
    x[rng.random(x.shape) < 0.1] = np.nan
    return _split("500k x 40, heavy-tailed target, 10 % missing, regression", "squared", 31, 50, x,
                  y, 500_000)


def shape_r(rng):
    """5,000 queries of 100 documents, labels 0 to 4."""
    n_train, size = 5_000, 100
    n = (n_train + 1_000) * size
    x = rng.standard_normal((n, 130), np.float32)
    score = _signal(x) + 0.5 * rng.standard_normal(n)
    y = np.digitize(score, np.quantile(score[:100_000], [0.5, 0.75, 0.9, 0.97]))
    shape = _split("500k x 130, 5,000 queries", "rank", 31, 50, x, y, n_train * size)
    shape.queries = np.full(n_train, size), np.full(1_000, size)
    return shape


# ---- real data ----------------------------------------------------------------------------------

DATA = pathlib.Path(__file__).parent.parent / "tests" / "data"


def _find(name):
    for folder in (DATA, pathlib.Path(os.environ.get("MLCORE_BENCH_DATA", DATA))):
        if (folder / name).exists():
            return folder / name
    raise SystemExit(f"{name} is not in {DATA}: name a folder with it in MLCORE_BENCH_DATA")


def _real(name, target, task, rng, label=None, drop=(), text=()):
    """A fifth of the rows, drawn, is held out. text: columns of numbers that are names."""
    import pandas as pd
    frame = pd.read_csv(_find(name), na_values="?").drop(columns=list(drop))
    y = frame.pop(target)
    y = (y == label if label else y).to_numpy(float)
    categories = tuple(j for j, c in enumerate(frame)
                       if c in text or not pd.api.types.is_numeric_dtype(frame[c]))
    x = np.empty(frame.shape)
    for j, c in enumerate(frame):
        if j in categories:
            codes = pd.Categorical(frame[c]).codes.astype(float)
            x[:, j] = np.where(codes < 0, np.nan, codes)
        else:
            x[:, j] = frame[c]
    order = rng.permutation(len(y))
    n_train = len(y) * 4 // 5
    return _split(f"{name.split('.')[0]}, {n_train:,} x {x.shape[1]}", task, 31, 200, x[order],
                  y[order], n_train, categories)


def adult(rng):
    return _real("adult.csv.gz", "income", "binary", rng, label=">50K")


def california(rng):
    return _real("california_housing.csv.gz", "median_house_value", "squared", rng)


def diamonds(rng):
    return _real("diamonds.csv.gz", "price", "squared", rng)


def flights(rng):
    return _real("flights_200k.csv.gz", "delay", "squared", rng)


def motorcycle(rng):
    """Counts of claims."""
    return _real("motorcycle_insurance.csv.gz", "antskad", "poisson", rng, drop=["skadkost"])


def _svmlight(name, n_features):
    with gzip.open(_find(name), "rt") as file:
        lines = [line.split() for line in file]
    x, y = np.zeros((len(lines), n_features)), np.array([float(line[0]) for line in lines])
    for i, line in enumerate(lines):
        for cell in line[1:]:
            j, value = cell.split(":")
            x[i, int(j)] = float(value)
    return x, y


def ranking(rng):
    """The example of LightGBM, with its own held-out queries."""
    x, y = _svmlight("rank.train.gz", 301)
    test_x, test_y = _svmlight("rank.test.gz", 301)
    shape = _split("rank, 3,005 x 300, 201 queries", "rank", 31, 100, np.vstack([x, test_x]),
                   np.concatenate([y, test_y]), len(y))
    shape.queries = tuple(np.loadtxt(_find(f"rank.{part}.query"), dtype=int)
                          for part in ("train", "test"))
    return shape


SHAPES = {"H": shape_h, "T": shape_t, "S": shape_s, "W": shape_w, "L": shape_l, "O": shape_o,
          "C": shape_c, "Q": shape_q, "R": shape_r, "adult": adult, "california": california,
          "diamonds": diamonds, "flights": flights, "motorcycle": motorcycle, "ranking": ranking}


def make(name, seed=0):
    return SHAPES[name](np.random.default_rng([seed, *name.encode()]))
