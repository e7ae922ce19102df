"""Reading CSV: adult repeated to 500 MB, beside pandas, pyarrow and polars, at one and at two
threads; each in a process of its own, rounds in turn."""
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import pandas
import polars
import pyarrow

import harness

READERS = {
    "libmlcore": "import mlcore\nrun = lambda: mlcore.read_csv(path, "
                 "context=mlcore.Context(threads=threads))",
    "pandas": "import pandas\nrun = lambda: pandas.read_csv(path, na_values='?')",
    "pandas, pyarrow engine": "import pandas, pyarrow\npyarrow.set_cpu_count(threads)\n"
                              "run = lambda: pandas.read_csv(path, engine='pyarrow')",
    "pyarrow": "import pyarrow, pyarrow.csv\npyarrow.set_cpu_count(threads)\n"
               "options = pyarrow.csv.ConvertOptions(null_values=['?', ''], strings_can_be_null=True,"
               " auto_dict_encode=True)\n"
               "run = lambda: pyarrow.csv.read_csv(path, convert_options=options,"
               " read_options=pyarrow.csv.ReadOptions(use_threads=threads > 1))",
    "polars": "import polars\nrun = lambda: polars.read_csv(path, null_values=['?'])",
}
CHILD = """
import sys, time, resource
path, threads = sys.argv[1], int(sys.argv[2])
{reader}
start = time.perf_counter()
table = run()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def make_file(folder, megabytes):
    text = gzip.open("tests/data/adult.csv.gz", "rb").read()
    header, body = text.split(b"\n", 1)
    path = folder / "adult.csv"
    with open(path, "wb") as out:
        out.write(header + b"\n")
        for _ in range(max(1, megabytes * 10 ** 6 // len(body))):
            out.write(body)
    return path


def measure(name, path, threads):
    environment = dict(os.environ, POLARS_MAX_THREADS=str(threads))
    done = subprocess.run([sys.executable, "-c", CHILD.format(reader=READERS[name]), path,
                           str(threads)], check=True, text=True, capture_output=True,
                          env=environment, cwd=tempfile.gettempdir())
    return tuple(float(x) for x in done.stdout.split())


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(harness.machine(numpy, pandas, polars, pyarrow) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        path = make_file(pathlib.Path(folder), megabytes)
        size = path.stat().st_size / 1e6
        for threads in (1, 2):
            times = {name: [] for name in READERS}
            memory = dict.fromkeys(READERS, 0)
            for i in range(6):
                for name in READERS:
                    seconds, peak = measure(name, path, threads)
                    memory[name] = max(memory[name], peak)
                    if i > 0:
                        times[name].append(seconds)
            print(f"{size:.0f} MB of adult.csv, {threads} thread{'s' * (threads > 1)}\n")
            harness.table(["reader", "s, median (min to max)", "MB/s", "peak MB", "peer / ours"],
                          [[name, harness.spread(t), f"{size / sorted(t)[len(t) // 2]:.0f}",
                            f"{memory[name]:.0f}", harness.ratio(t, times['libmlcore'])]
                           for name, t in times.items()])


main()
