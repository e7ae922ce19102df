"""A function that takes another meaning under a newer symbol version, as docs/dev/abi.md says it:
a program that was linked before keeps the old meaning, one that is linked now gets the new one.

    symver_test.py CC
"""
import os
import pathlib
import subprocess
import sys
import tempfile

OLD = "int toy_answer(void);\nint toy_answer(void) { return 1; }\n"
NEW = """
int toy_answer_1_0(void);
int toy_answer_1_3(void);
__asm__(".symver toy_answer_1_0, toy_answer@TOY_1.0");
__asm__(".symver toy_answer_1_3, toy_answer@@TOY_1.3");
int toy_answer_1_0(void) { return 1; }
int toy_answer_1_3(void) { return 3; }
"""
OLD_MAP = "TOY_1.0 { global: toy_answer; local: *; };\n"
NEW_MAP = OLD_MAP + "TOY_1.3 { global: toy_answer; } TOY_1.0;\n"
PROGRAM = "int toy_answer(void);\nint main(void) { return toy_answer(); }\n"


def build_library(work, source, script):
    (work / "toy.c").write_text(source, encoding="utf-8")
    (work / "toy.map").write_text(script, encoding="utf-8")
    subprocess.run([sys.argv[1], "-g", "-fPIC", "-shared", "toy.c", "-o", "libtoy.so",
                    "-Wl,-soname,libtoy.so", "-Wl,--version-script=toy.map",
                    "-Wl,--no-undefined-version"], cwd=work, check=True)


def build_program(work, name):
    (work / "program.c").write_text(PROGRAM, encoding="utf-8")
    subprocess.run([sys.argv[1], "program.c", "-o", name, "-L.", "-ltoy"], cwd=work, check=True)


def run(work, name):
    return subprocess.run([work / name], check=False, capture_output=True, text=True,
                          env={**os.environ, "LD_LIBRARY_PATH": str(work)})


with tempfile.TemporaryDirectory() as folder:
    where = pathlib.Path(folder)
    build_library(where, OLD, OLD_MAP)
    build_program(where, "before")
    answers = [run(where, "before").returncode]
    build_library(where, NEW, NEW_MAP)
    build_program(where, "after")
    answers += [run(where, "before").returncode, run(where, "after").returncode]
    build_library(where, OLD, OLD_MAP)
    refused = run(where, "after")
print(f"answers {answers}; the older library: {refused.stderr.strip()}")
sys.exit(answers != [1, 1, 3] or refused.returncode == 0 or "TOY_1.3" not in refused.stderr)
