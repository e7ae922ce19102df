"""Each public header compiles alone, twice over, pedantic, without a warning: as C from C89 on and
as C++ from C++11 on, with gcc and with clang where they are.

    headers.py SOURCE CC CXX
"""
import pathlib
import shutil
import subprocess
import sys

STANDARDS = {"c": ["c89", "c99", "c11", "c17"], "c++": ["c++11", "c++17", "c++20"]}
WARNINGS = ["-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]


def compilers():
    """(language, compiler): the ones of the build, and the others of their kind."""
    return sorted({(language, path) for language, names in
                   (("c", (sys.argv[2], "gcc", "clang")), ("c++", (sys.argv[3], "g++", "clang++")))
                   for path in map(shutil.which, names) if path})


def compile_unit(compiler, language, standard, text):
    done = subprocess.run([compiler, f"-std={standard}", *WARNINGS, "-fsyntax-only",
                           f"-I{source / 'include'}", "-x", language, "-"], input=text,
                          capture_output=True, text=True, check=False)
    return done.stderr if done.returncode != 0 else ""


source = pathlib.Path(sys.argv[1])
failures, n = [], 0
headers = sorted((source / "include/mlcore").glob("*.h"))
for used_language, used in compilers():
    for standard in STANDARDS[used_language]:
        for header in headers:
            twice = f"#include <mlcore/{header.name}>\n" * 2 + "int main(void) { return 0; }\n"
            said = compile_unit(used, used_language, standard, twice)
            n += 1
            if said:
                failures.append(f"{header.name} as {standard} with {used}:\n{said}")
# The marks of functions do what they say.
for mark, allow, wanted in (("MLC_EXPERIMENTAL", "", "MLC_ALLOW_EXPERIMENTAL"),
                            ("MLC_EXPERIMENTAL", "#define MLC_ALLOW_EXPERIMENTAL\n", ""),
                            ('MLC_DEPRECATED("use other")', "", "use other")):
    for used_language, used in compilers():
        unit = (f"{allow}#include <mlcore/status.h>\nMLC_API {mark} void marked(void);\n"
                "int main(void) { marked(); return 0; }\n")
        said = compile_unit(used, used_language, STANDARDS[used_language][2], unit)
        n += 1
        if (wanted not in said) or bool(said) != bool(wanted):
            failures.append(f"{mark} with {used}: wanted '{wanted}', got:\n{said}")
print("\n".join(failures) or f"{len(headers)} headers compile alone: {n} times, as "
      f"{', '.join(STANDARDS['c'] + STANDARDS['c++'])}")
sys.exit(bool(failures))
