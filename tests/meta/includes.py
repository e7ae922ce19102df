"""An include may only point to the left.

    includes.py SOURCE
"""
import pathlib
import re
import sys

SEES = {"base": [], "kernel": ["base"], "data": ["base", "kernel"]}
for leaf in ("transform", "model", "metric", "search"):
    SEES[leaf] = ["base", "kernel", "data"]
SEES["compose"] = ["base", "kernel", "data"]
SEES["serve"] = SEES["compose"] + ["compose"]
SEES["explain"] = SEES["compose"] + ["compose"]
SEES["artifact"] = SEES["serve"] + ["serve"]
SEES["interop"] = SEES["compose"] + ["compose", "transform", "model"]

lib = pathlib.Path(sys.argv[1]) / "lib"
files = [p for layer in SEES for p in (lib / layer).rglob("*.[ch]")]
layer_of, failures = {}, []
for path in files:
    if path.suffix == ".h":
        name, layer = path.name, path.relative_to(lib).parts[0]
        if layer_of.setdefault(name, layer) != layer:
            failures.append(f"{name} is a header of {layer_of[name]} and of {layer}")
for path in files:
    layer = path.relative_to(lib).parts[0]
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(), flags=re.M):
        target = layer_of.get(pathlib.Path(name).name)
        if target is not None and target != layer and target not in SEES[layer]:
            failures.append(f"{path.relative_to(lib)} includes {name} of {target}")
print("\n".join(failures) or f"{len(files)} files: every include points left")
sys.exit(bool(failures))
