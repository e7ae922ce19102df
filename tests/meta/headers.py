"""Each public header compiles alone, as C11 and as C++17, pedantic, without a warning.

    headers.py SOURCE BUILD CC CXX
"""
import pathlib
import subprocess
import sys

source, build, cc, cxx = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), *sys.argv[3:5]
failures = []
for header in sorted((source / "include/mlcore").glob("*.h")):
    for compiler, standard, suffix in ((cc, "c11", "c"), (cxx, "c++17", "cpp")):
        unit = build / f"header_{header.stem}.{suffix}"
        unit.write_text(f"#include <mlcore/{header.name}>\n#include <mlcore/{header.name}>\n"
                        "int main(void) { return 0; }\n")
        done = subprocess.run([compiler, f"-std={standard}", "-pedantic", "-Wall", "-Wextra",
                               "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only",
                               f"-I{source / 'include'}", unit], capture_output=True, text=True)
        if done.returncode != 0:
            failures.append(f"{header.name} as {standard}:\n{done.stderr}")
print("\n".join(failures) or "every header compiles alone, as C11 and as C++17")
sys.exit(bool(failures))
