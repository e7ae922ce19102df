"""Held-out losses of boosted trees on real data at equal settings, over several splits.

    sh bench/run.sh tree_accuracy [--sets adult,flights] [--peers lightgbm,...] [--seeds 5]

The rows and settings are those of `trees`; a seed is another split. Losses do not depend on how busy
the machine is."""
import argparse
import statistics
import sys

import harness
import trees

SETS = ["adult", "california", "diamonds", "flights", "motorcycle", "ranking"]


def losses(name, data, seeds):
    """A loss for each seed; None where the contestant does not know the task."""
    found = []
    for seed in range(seeds):
        contestant = trees.Contestant(name, data, 1, seed)
        try:
            answer = contestant.fit(True)
        finally:
            contestant.close()
        if not answer:
            print(f"{name} does not train {data}", file=sys.stderr)
            return None
        found.append(answer["loss"])
    return found


def of_differences(a, b):
    """Mean and standard error of a / b - 1, in percent."""
    ratios = [100 * (x / y - 1) for x, y in zip(a, b)]
    error = statistics.stdev(ratios) / len(ratios) ** 0.5 if len(ratios) > 1 else float("nan")
    return f"{statistics.mean(ratios):+.2f} % (+- {error:.2f})"


def report(data, names, seeds):
    results = {name: found for name in names if (found := losses(name, data, seeds))}
    best = min((n for n in results if n != "libmlcore"), key=lambda n: sum(results[n]))
    print(f"{data}, {seeds} splits; libmlcore to the best peer: "
          f"{of_differences(results['libmlcore'], results[best])}\n")
    harness.table(["", "held-out loss, mean", "to libmlcore"],
                  [[name, f"{statistics.mean(found):.5f}",
                    "" if name == "libmlcore" else of_differences(found, results["libmlcore"])]
                   for name, found in results.items()])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--peers", default=",".join(list(trees.CONTESTANTS)[1:]))
    parser.add_argument("--seeds", type=int, default=5)
    o = parser.parse_args()
    for data in o.sets.split(","):
        report(data, ["libmlcore"] + [p for p in o.peers.split(",") if p], o.seeds)


if __name__ == "__main__":
    main()
