"""Prediction by the same boosted trees, trained in LightGBM: libmlcore beside LightGBM, tl2cgen,
lleaves and ONNX Runtime.

    sh bench/run.sh tree_prediction [--models 100x31,500x255] [--compiled 100x31] [--rounds 5]

One thread, raw scores of rows of doubles (ONNX Runtime: floats, its only type for trees), whose sum
must be LightGBM's to the last bit. libmlcore, LightGBM and tl2cgen are called through their C
functions by bench/tree_prediction.c, the others from Python, whose call is part of their single
rows. What tl2cgen and lleaves compile is compiled only for the models named; the time that this
takes is printed apart."""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import harness
import tree_shapes

SIZES = (1, 16, 256, 65536)
TRAINED_ROWS = 200_000
SAME = {"onnxruntime": 1e-4}  # of the sum; it adds floats


def train(folder, n_trees, n_leaves, shape):
    import lightgbm
    import mlcore
    x, y = shape.x[:TRAINED_ROWS], shape.y[:TRAINED_ROWS]
    booster = lightgbm.train({"num_leaves": n_leaves, "verbose": -1, "num_threads": 1},
                             lightgbm.Dataset(x, y), n_trees)
    path = folder / f"{n_trees}x{n_leaves}.txt"
    booster.save_model(path)
    mlcore.import_model(path).save(path.with_suffix(".mlcore.matrix"))
    names = ",".join(f"x{j}" for j in range(x.shape[1]))
    mlcore.import_model(path, names=names).save(path.with_suffix(".mlcore"))
    return booster, path


# ---- contestants: a function that gives {"one": (median, p99), size: ns a row, "sum": ...} ------

def program_of(folder):
    program = folder / "tree_prediction"
    library = pathlib.Path("build-bench/lib").resolve()
    subprocess.run(["cc", "-O2", "-Iinclude", "bench/tree_prediction.c", "-o", program,
                    f"-L{library}", "-lmlcore", "-ldl", f"-Wl,-rpath,{library}"], check=True)
    return program


def run(*words):
    """What the program prints; times in nanoseconds."""
    text = subprocess.run(["taskset", "-c", "1", *map(str, words)], check=True,
                          capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        name, *values = line.split()
        if name == "batch":
            found[int(values[0])] = float(values[1])
        else:
            found[name] = tuple(map(float, values)) if name == "one" else float(values[0])
    return found


def time_python(predict, rows):
    """The same figures for a function of Python."""
    def spent(x, n_times):
        times = []
        for i in range(n_times):
            part = x[i % len(x)] if isinstance(x, list) else x
            start = time.perf_counter_ns()
            predict(part)
            times.append(time.perf_counter_ns() - start)
        return times
    single = [rows[i:i + 1] for i in range(2000)]
    spent(single, 200)
    one = spent(single, 2000)
    found = {"one": (statistics.median(one), float(np.quantile(one, 0.99)))}
    for size in SIZES:
        if size > 1:
            times = spent(rows[:size], 200 if size < 65536 else 3)
            found[size] = statistics.median(times) / size
    found[1], found["sum"] = found["one"][0], float(np.sum(predict(rows), dtype=float))
    return found


def compile_tl2cgen(folder, path):
    """The library that it makes of a LightGBM model."""
    import tl2cgen
    import treelite
    start = time.perf_counter()
    library = folder / f"{path.stem}.so"
    tl2cgen.export_lib(treelite.frontend.load_lightgbm_model(path), toolchain="gcc",
                       libpath=library, params={"parallel_comp": 2})
    print(f"tl2cgen compiled {path.stem} in {time.perf_counter() - start:.0f} s")
    return library


def compile_lleaves(path):
    """A function of rows, from a LightGBM model."""
    sys.path.insert(0, str(pathlib.Path(sys.prefix) / "lleaves"))
    import lleaves
    start = time.perf_counter()
    model = lleaves.Model(model_file=str(path))
    model.compile()
    print(f"lleaves compiled {path.stem} in {time.perf_counter() - start:.0f} s")
    return lambda x: model.predict(x, n_jobs=1)


def open_onnxruntime(convert, booster, n_columns):
    """A function of rows of floats; `convert` is one of onnxmltools."""
    import onnxruntime
    from onnxmltools.convert.common.data_types import FloatTensorType
    graph = convert(booster, initial_types=[("x", FloatTensorType([None, n_columns]))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x})[0]


def contestants_of(folder, booster, path, rows, is_compiled):
    program, n = program_of(folder), rows.shape[1]
    data = folder / "rows"
    rows.tofile(data)
    import lightgbm
    import onnxmltools
    library = next(pathlib.Path(lightgbm.__file__).parent.rglob("lib_lightgbm.so"))
    ours = path.with_suffix(".mlcore")
    found = {"libmlcore": lambda: run(program, "mlcore", ours, data, n),
             "libmlcore, AVX2": lambda: run(program, "mlcore", ours, data, n, "avx2"),
             "lightgbm": lambda: run(program, "lightgbm", library, path, data, n)}
    singles = rows.astype(np.float32)
    session = open_onnxruntime(onnxmltools.convert_lightgbm, booster, n)
    found["onnxruntime"] = lambda: time_python(session, singles)
    if is_compiled:
        compiled, model = compile_tl2cgen(folder, path), compile_lleaves(path)
        found["tl2cgen"] = lambda: run(program, "tl2cgen", compiled, data, n)
        found["lleaves"] = lambda: time_python(model, rows)
    return found


def check_sums(name, rounds):
    """All of them predict the same: a run that does not is no measurement."""
    wanted = rounds["lightgbm"][0]["sum"]
    for peer, results in rounds.items():
        off = abs(results[0]["sum"] - wanted)
        if off > SAME.get(peer, 1e-9 if peer in ("tl2cgen", "lleaves") else 0) * abs(wanted):
            sys.exit(f"{name}: {peer} adds up to {results[0]['sum']!r}, LightGBM to {wanted!r}")


def report(name, rounds):
    ours, rows = rounds["libmlcore"], []
    for peer, results in rounds.items():
        cells = [peer]
        for of in [lambda r: r["one"][0], lambda r: r["one"][1]] + [
                lambda r, size=size: r[size] for size in SIZES[1:]]:
            values, own = [of(r) for r in results], [of(r) for r in ours]
            cells.append(f"{statistics.median(values):.4g} ns"
                         + (f" ({harness.ratio(values, own)})" if peer != "libmlcore" else ""))
        rows.append(cells)
    print(f"{name}, one thread: nanoseconds a row (peer / ours, median, min to max)\n")
    harness.table(["", "single row", "its p99", *(f"batch of {s:,}" for s in SIZES[1:])], rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="100x31,500x255")
    parser.add_argument("--compiled", default="100x31")
    parser.add_argument("--rounds", type=int, default=5)
    o = parser.parse_args()
    shape = tree_shapes.make("H")
    rows = np.ascontiguousarray(shape.test_x[:2 * SIZES[-1]])
    import lightgbm
    import onnxruntime
    print(harness.machine(lightgbm, onnxruntime, np) + "\n")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for model in o.models.split(","):
            booster, path = train(folder, *map(int, model.split("x")), shape)
            contestants = contestants_of(folder, booster, path, rows,
                                         model in o.compiled.split(","))
            rounds = {peer: [] for peer in contestants}
            for _ in range(o.rounds):
                for peer, measure in contestants.items():
                    rounds[peer].append(measure())
            check_sums(model, rounds)
            report(model, rounds)


if __name__ == "__main__":
    main()
