"""A library is a guest: it calls nothing that ends the process, prints, depends on the locale or
changes the process.

    banned.py SOURCE LIBRARY NM_OF_LAYER_ARCHIVES...

Reads the undefined symbols of our own layers (BLIS's abort is walled off by the shim), and greps
the sources for calls that are allowed in the base layer only.
"""
import pathlib
import re
import subprocess
import sys

EVERYWHERE = """abort exit _exit quick_exit __assert_fail raise kill signal sigaction printf vprintf
puts putchar fprintf vfprintf fputs fputc perror strtod strtof strtold atof setlocale uselocale
rand srand random drand48 system popen fork execve dlopen gets sprintf strtok getenv setenv putenv
fesetround fesetenv chdir umask alarm sleep usleep longjmp setjmp""".split()
ABOVE_BASE = """malloc calloc realloc free posix_memalign aligned_alloc strdup pthread_create open
read write close fopen exp log pow sin cos tanh expf logf powf lgamma tgamma erf""".split()
# Where a banned name is right, and why.
ALLOWED = {("base", "fesetenv"): "pool workers take over the rounding mode of the calling thread"}

source = pathlib.Path(sys.argv[1])
failures = []
for archive in sys.argv[2:]:
    table = subprocess.run(["nm", "-u", archive], check=True, text=True,
                           capture_output=True).stdout
    undefined = {line.split()[-1].split("@")[0] for line in table.splitlines() if " U " in line}
    banned = set(EVERYWHERE)
    if "mlcore_base" not in archive:
        banned |= set(ABOVE_BASE)
    failures += [f"{pathlib.Path(archive).name} calls {name}"
                 for name in sorted(undefined & banned)
                 if not any(layer in archive and name == what for layer, what in ALLOWED)]

for path in sorted((source / "lib").rglob("*.[ch]")):
    text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', "", path.read_text(), flags=re.S)
    for name in EVERYWHERE:
        if (path.relative_to(source / "lib").parts[0], name) in ALLOWED:
            continue
        if re.search(rf"(?<![\w.>]){name}\s*\(", text):
            failures.append(f"{path.relative_to(source)} calls {name}")
print("\n".join(failures) or "nothing banned is called")
sys.exit(bool(failures))
