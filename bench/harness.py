"""What the benchmarks share: interleaved rounds, medians, and tables in Markdown."""
import os
import platform
import statistics
import time


def machine(*packages):
    """One line: processor, threads, versions of the named packages."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as cpu:
        for line in cpu:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    versions = ", ".join(f"{p.__name__} {p.__version__}" for p in packages)
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores; Python {platform.python_version()}, {versions}"


def rounds(contestants, n=5, warmup=1):
    """Runs the contestants in turn, A B C A B C ...; seconds of each, by name."""
    times = {name: [] for name in contestants}
    for i in range(n + warmup):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            seconds = time.perf_counter() - start
            if i >= warmup:
                times[name].append(seconds)
    return times


def spread(values, scale=1.0, digits=3):
    """Median (minimum to maximum)."""
    v = [x * scale for x in values]
    return f"{statistics.median(v):.{digits}g} ({min(v):.{digits}g} to {max(v):.{digits}g})"


def ratio(peer, ours):
    """Median of the ratios of each round, with minimum and maximum."""
    return spread([p / o for p, o in zip(peer, ours)])


def table(headings, rows):
    """Prints a Markdown table."""
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()

