"""Every exported function has a documentation block, and a test or example that names it. Prose
and code have no machine paths, and files stay readable in size.

    documented.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
failures = []
used = "".join(p.read_text(errors="replace") for folder in ("tests", "docs/examples", "bindings")
               for p in (source / folder).rglob("*") if p.suffix in (".c", ".h", ".py", ".hpp",
                                                                     ".java", ".cpp"))
for header in sorted((source / "include/mlcore").glob("*.h")):
    text = header.read_text()
    for match in re.finditer(r"(\*/\s*)?^MLC_API[^;]*?\b(mlc_\w+)\s*\(", text, flags=re.M):
        name = match.group(2)
        if not match.group(1):
            failures.append(f"{header.name}: {name} has no documentation block")
        if not re.search(rf"\b{name}\b", used):
            failures.append(f"{name} is not named in any test, example or binding")

for path in sorted((source / "lib").rglob("*.[ch]")):
    n = len(path.read_text().splitlines())
    generated = "generated" in path.read_text()[:400].lower()
    if n > 700 and not generated:
        failures.append(f"{path.relative_to(source)} has {n} lines")
print("\n".join(failures) or "every function is documented and used")
sys.exit(bool(failures))
