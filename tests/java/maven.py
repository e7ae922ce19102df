"""Builds the jar with Maven, runs its JUnit tests and closes with their count.

    maven.py MVN POM NATIVE_FOLDER BUILD_FOLDER VERSION

-Xcheck:jni watches every native call; a complaint of it fails the test, wherever it appears.
"""
import pathlib
import re
import subprocess
import sys

mvn, pom, native, build, version = sys.argv[1:]
if not re.search(rf"<artifactId>mlcore</artifactId>\s*<version>{re.escape(version)}</version>",
                 pathlib.Path(pom).read_text(encoding="utf-8")):
    sys.exit(f"{pom} does not have the version {version} of meson.build")
command = [mvn, "-B", "-ntp", "-f", pom, "verify", f"-Dmlcore.native={native}",
           f"-Dmlcore.build={build}"]
run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                     errors="replace", check=False)
count = re.findall(r"(Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+)$", run.stdout,
                   flags=re.M)
log = pathlib.Path(build) / "vm.log"
spoken = run.stdout + (log.read_text(errors="replace") if log.exists() else "")
misuse = re.findall(r"^.*(?:WARNING in native method|WARNING: JNI|FATAL ERROR in native).*$",
                    spoken, flags=re.M)
failed = run.returncode != 0 or misuse or not count
if failed:
    # Without the counts of classes and of the run, which would be taken for more tests.
    print(re.sub(r"^.*Tests run: .*$\n?", "", run.stdout, flags=re.M))
    print("\n".join(misuse))
if count:
    print(count[-1])
if failed and count and "Failures: 0, Errors: 0" in count[-1]:
    print("the tests passed, but Maven or the checker of JNI did not")
sys.exit(bool(failed))
