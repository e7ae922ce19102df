"""Each registered transform, model and composition stands in a golden artifact, and the golden
artifacts of each release are there in full.

    golden.py SOURCE
"""
import json
import pathlib
import re
import struct
import sys
import zlib

source = pathlib.Path(sys.argv[1])
golden = source / "tests/golden"


def info_of(path):
    """The notes of an artifact: its first section, which may be deflated."""
    file = path.read_bytes()
    flags, = struct.unpack_from("<H", file, 96 + 10)
    offset, stored = struct.unpack_from("<QQ", file, 96 + 16)
    content = file[offset:offset + stored]
    return json.loads(zlib.decompress(content) if flags & 2 else content)


def ids_of(step):
    """The components of a recipe: a name, or an object with steps."""
    if isinstance(step, str):
        return {step}
    return {step["id"]}.union(*[ids_of(part) for part in step.get("steps", [])])


components = json.loads((source / "docs/catalog.json").read_text(encoding="utf-8"))["components"]
wanted = {c["name"] for c in components if c["kind"] in ("transform", "model")}
releases = sorted(p for p in golden.iterdir() if re.fullmatch(r"\d+\.\d+", p.name))
cases = [line.split("|")[0].strip() for line in (golden / "cases.txt").read_text().splitlines()
         if not line.startswith("#")]
failures, found = [], set()
for release in releases:
    names = {p.stem for p in release.glob("*.mlcore")}
    for name in sorted(names ^ {p.stem for p in release.glob("*.txt")}):
        failures.append(f"{release.name}/{name}: an artifact without its predictions, or these "
                        "without it")
    for name in sorted(names):
        found |= ids_of(info_of(release / (name + ".mlcore"))["recipe"])
for name in cases:
    if not any((release / (name + ".mlcore")).exists() for release in releases):
        failures.append(f"{name}: a line in cases.txt without an artifact: run ninja golden")
for name in sorted(wanted - found):
    failures.append(f"{name}: in no golden artifact: add a line to tests/golden/cases.txt and run "
                    "ninja golden")
for failure in failures:
    print(failure)
print(f"{len(wanted)} components, {len(found)} in golden artifacts of {len(releases)} releases")
sys.exit(len(failures) > 0 or not wanted)
