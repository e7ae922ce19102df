"""Programs that misuse the Java binding or repeat themselves, with nothing but a JDK.

    stress.py SOURCE_ROOT JAR misuse ROUNDS
    stress.py SOURCE_ROOT JAR models|handles CYCLES

misuse runs under -Xcheck:jni, and a word of it on standard error is a failure, as is a crash.
models and handles must leave the process as large as it was. The virtual machine itself moves by
some hundred kilobytes: compiled code and its tables.
"""
import pathlib
import subprocess
import sys
import tempfile

RESIDENT = 2 << 20  # bytes; 10,000 forgotten blocks of 400 bytes are 4 MB
HEAP = 256 << 10

source, jar, what, number = sys.argv[1:]
tests = pathlib.Path(source) / "tests"
# The heap is touched in whole at the start, so that what grows is not of Java; compiled by the
# quick compiler alone, which is done sooner.
steady = ["-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1"]


def run(work: str, options: list, program: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["java", *options, f"-XX:ErrorFile={work}/hs_err.log", "-cp", f"{jar}:{work}",
         f"org.mlcore.{program}", *arguments], cwd=work, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, errors="replace", check=False)


def misuse(work: str) -> int:
    done = run(work, ["-Xcheck:jni", "-Xmx512m"], "Stress", str(tests / "data"), number)
    print(done.stdout, done.stderr, sep="")
    # The checker also speaks on standard output.
    told = [line for line in (done.stdout + done.stderr).splitlines()
            if "WARNING" in line or "FATAL" in line]
    left = [path.name for path in pathlib.Path(work).iterdir() if path.suffix != ".class"
            and path.name != "org"]
    if left:
        print(f"left behind: {', '.join(left)}")
    return bool(done.returncode or done.stderr or told or left)


def growth(work: str) -> int:
    done = run(work, steady, "Growth", what, str(tests / "data"), number)
    print(done.stdout, done.stderr, sep="")
    if done.returncode != 0:
        return 1
    grown = {name: int(n) for name, n in map(str.split, done.stdout.splitlines())}
    limits = {"handles": 0, "heap": HEAP, "resident": RESIDENT, "files": 0, "threads": 0}
    return any(grown[name] > limit for name, limit in limits.items())


with tempfile.TemporaryDirectory() as folder:
    programs = sorted(map(str, (tests / "java/org/mlcore").glob("*.java")))
    subprocess.run(["javac", "-Xlint:all", "-Werror", "-cp", jar, "-d", folder, *programs],
                   check=True)
    sys.exit(misuse(folder) if what == "misuse" else growth(folder))
