"""One version everywhere: headers, build, version script and bindings; and the bindings refuse a
library that is older than what they were made for.

    versions.py SOURCE
"""
import pathlib
import re
import sys

from declarations import read_header, read_map

source = pathlib.Path(sys.argv[1])
numbers = read_header(source / "include/mlcore/status.h").numbers
MAJOR, MINOR, PATCH = (int(numbers[f"MLC_VERSION_{part}"]) for part in ("MAJOR", "MINOR", "PATCH"))
RELEASE, SERIES = f"{MAJOR}.{MINOR}.{PATCH}", f"{MAJOR}.{MINOR}"

# file, the pattern that finds the version in it, what it must be
PLACES = [
    ("meson.build", r"^\s*version: '([\d.]+)'", RELEASE),
    ("meson.build", r"^soversion = '(\d+)", str(MAJOR)),
    ("bindings/python/meson.build", r"project\(.*?version: '([\d.]+)'", RELEASE),
    ("bindings/python/pyproject.toml", r'compile = \["libmlcore\.so\.(\d+)', str(MAJOR)),
    ("bindings/python/mlcore/_abi.py", r"REQUIRED_VERSION = \((\d+, \d+)\)", f"{MAJOR}, {MINOR}"),
    ("bindings/java/pom.xml", r"<artifactId>mlcore</artifactId>\s*<version>([\d.]+)</version>",
     RELEASE),
    ("bindings/java/src/main/java/org/mlcore/Version.java", r'EXPECTED = "([\d.]+)"', RELEASE),
]
failures = []
for file, pattern, wanted in PLACES:
    found = re.search(pattern, (source / file).read_text(encoding="utf-8"), flags=re.M | re.S)
    if found is None or found[1] != wanted:
        failures.append(f"{file}: {found[1] if found else 'no version'}: must be {wanted}, as in "
                        "include/mlcore/status.h")
newest = [node for node in read_map(source / "lib/libmlcore.map") if node != "MLC_EXPERIMENTAL"][-1]
if tuple(map(int, newest[4:].split("."))) > (MAJOR, MINOR):
    failures.append(f"lib/libmlcore.map: {newest} is later than {SERIES}")
print("\n".join(failures) or f"{RELEASE} in {len(PLACES)} places")
sys.exit(bool(failures))
