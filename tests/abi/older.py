"""The C++ wrapper refuses a library that is older than its headers, or of another major, and takes
a newer one.

    older.py SOURCE CXX

The libraries are stand-ins with every symbol, that only know their version.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from declarations import read_header, read_map

PROGRAM = """
#include <cstdio>
#include <mlcore/mlcore.hpp>

int main()
{
    try {
        mlcore::check_library();
        std::puts("taken");
    } catch (const mlcore::Error &e) {
        std::printf("%d %s\\n", int(e.status()), e.what());
        try {
            mlcore::Dataset::read_csv("rows.csv");
            std::puts("used");
        } catch (const mlcore::Error &again) {
            std::printf("%d %s\\n", int(again.status()), again.what());
        }
    }
    return 0;
}
"""


def build_library(folder, names, major, minor):
    text = "#include <stdint.h>\n" + "".join(
        f"int32_t {name}(void);\nint32_t {name}(void) {{ return -99; }}\n"
        for name in names if name != "mlc_version")
    text += (f"const char *mlc_version(int32_t *a, int32_t *b, int32_t *c);\n"
             f"const char *mlc_version(int32_t *a, int32_t *b, int32_t *c)\n"
             f"{{\n    *a = {major};\n    *b = {minor};\n    if (c) *c = 9;\n"
             f'    return "{major}.{minor}.9";\n}}\n')
    folder.mkdir()
    (folder / "library.c").write_text(text, encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "library.c", "-o", "libmlcore.so",
                    "-Wl,-soname,libmlcore.so"], cwd=folder, check=True)
    return folder


def main():
    source, cxx = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    numbers = read_header(source / "include/mlcore/status.h").numbers
    major, minor = (int(numbers[f"MLC_VERSION_{part}"]) for part in ("MAJOR", "MINOR"))
    names = [n for _, listed in read_map(source / "lib/libmlcore.map").values() for n in listed]
    cases = {(major, minor): True, (major, minor + 1): True, (major + 1, minor): False,
             (major, minor - 1): False, (major - 1, minor + 5): False}
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "program.cpp").write_text(PROGRAM, encoding="utf-8")
        for i, ((a, b), is_taken) in enumerate(cases.items()):
            if min(a, b) < 0:
                continue
            library = build_library(work / str(i), names, a, b)
            if i == 0:
                subprocess.run([cxx, "-std=c++17", "-Wall", "-Wextra", "-Werror", "program.cpp",
                                "-o", "program", f"-I{source}/include",
                                f"-I{source}/bindings/cpp/include", f"-L{library}", "-lmlcore"],
                               cwd=work, check=True)
            said = subprocess.run([work / "program"], check=True, capture_output=True, text=True,
                                  env={**os.environ, "LD_LIBRARY_PATH": str(library)}).stdout
            refusal = (f"-15 libmlcore is {a}.{b}.9; this program needs {major}.{minor} or a later "
                       f"{major}.x\n")
            if said != ("taken\n" if is_taken else 2 * refusal):
                failures.append(f"libmlcore {a}.{b}.9: {said}")
    print("\n".join(failures) or f"{len(cases)} libraries are taken or refused as they must be")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
