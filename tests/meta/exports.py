"""The version script, the public headers and the shared library name the same functions.

    exports.py SOURCE LIBRARY
"""
import pathlib
import re
import subprocess
import sys

source, library = pathlib.Path(sys.argv[1]), sys.argv[2]
headers = "".join(p.read_text() for p in sorted((source / "include/mlcore").glob("*.h")))
headers = re.sub(r"/\*.*?\*/", "", headers, flags=re.S)
declared = set(re.findall(r"MLC_API[^;]*?\b(mlc_\w+)\s*\(", headers))
functions = set(re.findall(r"^(?:MLC_API\s)?[^#\n;{}]*?\b(mlc_[a-z]\w*)\(", headers, flags=re.M))
script = set(re.findall(r"^\s+(mlc_\w+);", (source / "lib/libmlcore.map").read_text(), flags=re.M))
table = subprocess.run(["nm", "-D", "--defined-only", library], check=True, text=True,
                       capture_output=True).stdout
exported = {line.split()[-1].split("@")[0] for line in table.splitlines()
            if line.split()[-2] not in "Aa"}

failures = []
for what, names in [("in the headers without MLC_API", functions - declared),
                    ("in the headers but not in libmlcore.map", declared - script),
                    ("in libmlcore.map but not in the headers", script - declared),
                    ("in libmlcore.map but not exported", script - exported),
                    ("exported but not in libmlcore.map", exported - script)]:
    failures += [f"{name}: {what}" for name in sorted(names)]
print("\n".join(failures) or f"{len(script)} functions: headers, version script and library agree")
sys.exit(bool(failures))
