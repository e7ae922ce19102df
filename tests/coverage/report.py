#!/usr/bin/env python3
"""The table of tests/coverage.sh: what gcovr counted, a layer at a time, held to a floor.

    report.py COUNTS.json FLOOR.json            the table; fails where a layer is under its floor
    report.py COUNTS.json FLOOR.json --raise    the same, and writes floors up where they rose
    report.py COUNTS.json FLOOR.json csv_read.c what is not covered in files of that name

A layer is a folder of lib/. Lines, branches and functions are those with code in them; a source
that is compiled several times (an inline function, an instruction set) counts once, covered where
any copy was. A floor is a percentage cut to one decimal. SLACK points below it still pass:
what threads and timing decide moves a count by a line or two.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

SLACK = 0.1
WORST = 4  # files shown a layer
KINDS = ("lines", "branches", "functions")


class Counted:
    """Covered and counted, of each kind, and where the uncovered ones are."""

    def __init__(self):
        self.all = dict.fromkeys(KINDS, 0)
        self.covered = dict.fromkeys(KINDS, 0)
        self.missed_lines = []
        self.missed_branches = []
        self.missed_functions = []

    def count(self, kind, covered):
        self.all[kind] += 1
        self.covered[kind] += bool(covered)

    def add(self, other):
        for kind in KINDS:
            self.all[kind] += other.all[kind]
            self.covered[kind] += other.covered[kind]

    def missed(self):
        return sum(self.all[kind] - self.covered[kind] for kind in KINDS)

    def percent(self, kind):
        """Cut, not rounded: 100.0 is said of nothing that misses one."""
        every = self.all[kind]
        return self.covered[kind] * 1000 // every / 10 if every else 100.0


def count_file(entry):
    counted = Counted()
    for line in entry["lines"]:
        if line.get("gcovr/noncode") or line.get("gcovr/excluded"):
            continue
        number = line["line_number"]
        counted.count("lines", line["count"])
        if not line["count"]:
            counted.missed_lines.append(number)
        for branch in line["branches"]:
            counted.count("branches", branch["count"])
        if line["count"] and not all(branch["count"] for branch in line["branches"]):
            counted.missed_branches.append(number)
    for function in entry["functions"]:
        counted.count("functions", function["execution_count"])
        if not function["execution_count"]:
            counted.missed_functions.append(function["name"])
    return counted


def layers_of(counts):
    """{layer: {file below the layer: Counted}}, of the files below lib/."""
    layers = defaultdict(dict)
    for entry in counts["files"]:
        path = Path(entry["file"])
        if path.parts[0] == "lib" and len(path.parts) > 2:
            layers[path.parts[1]][str(Path(*path.parts[1:]))] = count_file(entry)
    return layers


def as_ranges(numbers):
    """[3, 4, 5, 9] as '3-5 9'."""
    spans = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def show_missed(name, counted):
    print(f"    {name}: {counted.percent('lines')} % lines, "
          f"{counted.percent('branches')} % branches")
    for what, missed in (("lines", as_ranges(counted.missed_lines)),
                         ("one way only", as_ranges(counted.missed_branches)),
                         ("never called", " ".join(counted.missed_functions))):
        if missed:
            print(f"        {what}: {missed}")


def show_layer(name, files, floor):
    """Prints the layer's row and its worst files; its figures."""
    total = Counted()
    for counted in files.values():
        total.add(counted)
    figures = {kind: total.percent(kind) for kind in KINDS}
    cells = "".join(f"{figures[kind]:7.1f} ({floor.get(kind, 0.0):5.1f}) "
                    f"{total.covered[kind]:5d}/{total.all[kind]:<5d}" for kind in KINDS)
    print(f"{name:10s}{cells}")
    worst = sorted(files, key=lambda file: (-files[file].missed(), file))[:WORST]
    for file in worst:
        if files[file].missed():
            show_missed(file, files[file])
    return figures


def compare(figures, floors):
    """Sentences about what is under its floor."""
    wrong = [f"{layer}: {figures[layer][kind]} % of the {kind} are covered; the floor is {least}"
             for layer, kinds in floors.items() if layer in figures
             for kind, least in kinds.items() if figures[layer][kind] < least - SLACK - 1e-9]
    wrong += [f"{layer}: has a floor, but nothing of it was counted"
              for layer in floors if layer not in figures]
    wrong += [f"{layer}: has no floor: add it with 'sh tests/coverage.sh --raise'"
              for layer in figures if layer not in floors]
    return wrong


def raise_floors(path, figures, floors):
    raised = {layer: {kind: max(figures[layer][kind], floors.get(layer, {}).get(kind, 0.0))
                      for kind in KINDS} for layer in figures}
    rows = ",\n".join(f'  "{layer}": {json.dumps(raised[layer])}' for layer in sorted(raised))
    path.write_text("{\n" + rows + "\n}\n")
    print(f"{path}: " + ("unchanged" if raised == floors else "raised; commit it"))


def main(arguments):
    counts = json.loads(Path(arguments[0]).read_text())
    floor_path = Path(arguments[1])
    floors = json.loads(floor_path.read_text()) if floor_path.exists() else {}
    layers = layers_of(counts)
    names = [word for word in arguments[2:] if not word.startswith("--")]
    if names:
        for files in layers.values():
            for file, counted in sorted(files.items()):
                if Path(file).name in names or file.split("/")[0] in names:
                    show_missed(file, counted)
        return 0

    print("covered, in % (floor), and counted:     lines               branches"
          "               functions")
    figures = {layer: show_layer(layer, layers[layer], floors.get(layer, {}))
               for layer in sorted(layers)}
    if "--raise" in arguments:
        raise_floors(floor_path, figures, floors)
        return 0
    wrong = compare(figures, floors)
    for sentence in wrong:
        print(sentence)
    if wrong:
        print("Test what is new (the lists above say where), or remove what cannot be reached.")
        return 1
    rose = [layer for layer in figures if any(
        figures[layer][kind] > floors[layer][kind] for kind in KINDS)]
    if rose:
        print(f"Better than the floor: {', '.join(rose)}. 'sh tests/coverage.sh --raise' keeps it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
