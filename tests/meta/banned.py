"""A library is a guest: it calls nothing that ends the process, prints, depends on the locale or
changes the process.

    banned.py SOURCE SHARED_LIBRARY LAYER_ARCHIVES...

Reads the undefined symbols of our own layers, then those of the shared library, where BLIS is
linked in: what it asks for beyond the layers stands in a list, with the reason why it is never
reached. Greps the sources for calls that are allowed in the base layer only.
"""
import pathlib
import re
import subprocess
import sys

EVERYWHERE = """abort exit _exit quick_exit __assert_fail raise kill signal sigaction printf vprintf
puts putchar fprintf vfprintf fputs fputc perror strtod strtof strtold atof setlocale uselocale
rand srand random drand48 system popen fork execve dlopen gets sprintf strtok getenv setenv putenv
fesetround fesetenv chdir umask alarm sleep usleep longjmp setjmp siglongjmp _longjmp vfork
posix_spawn execv execvp execl killpg pthread_kill pthread_exit thrd_exit atexit on_exit
at_quick_exit pthread_atfork dlsym newlocale tmpnam mktemp dup2 setrlimit setitimer
sigaltstack psignal errx warn warnx syslog openlog closelog fwrite putc fputwc
stdout stderr stdin fflush setvbuf setbuf""".split()
ABOVE_BASE = """malloc calloc realloc free posix_memalign aligned_alloc strdup pthread_create open
read write close fopen exp log pow sin cos tanh expf logf powf lgamma tgamma erf""".split()
# Where a banned name is right, and why.
ALLOWED = {("base", "fesetenv"): "pool workers take over the rounding mode of the calling thread"}
CHECKS = "reached by failing checks of arguments: they are off, and ours come first (blis_gemm.c)"
PRINTS = "printing of matrices and of what it runs on: nothing calls it, or only its own checks do"
BLIS = {"abort": CHECKS, "fprintf": CHECKS, "vfprintf": CHECKS, "stderr": CHECKS, "fflush": CHECKS,
        "printf": PRINTS, "stdout": PRINTS, "putchar": PRINTS, "puts": PRINTS,
        "fputs": PRINTS, "fputc": PRINTS, "fwrite": PRINTS, "putc": PRINTS,
        "rand": "filling of matrices for its own tests, which nothing calls"}


CALLS = re.compile(rf"(?<![\w.>])({'|'.join(EVERYWHERE)})\s*\(")


def undefined(path, *options):
    """Undefined symbols: without versions, and `printf` for what fortified headers make of it."""
    table = subprocess.run(["nm", *options, path], check=True, text=True, capture_output=True)
    names = {line.split()[-1].split("@")[0] for line in table.stdout.splitlines() if " U " in line}
    return names | {re.sub(r"^__(\w+)_chk$", r"\1", name) for name in names}


source = pathlib.Path(sys.argv[1])
failures = []
for archive in sys.argv[3:]:
    banned = set(EVERYWHERE)
    if "mlcore_base" not in archive:
        banned |= set(ABOVE_BASE)
    failures += [f"{pathlib.Path(archive).name} calls {name}"
                 for name in sorted(undefined(archive, "-u") & banned)
                 if not any(layer in archive and name == what for layer, what in ALLOWED)]

ours = {name for _, name in ALLOWED}
failures += [f"the shared library calls {name}"
             for name in sorted(undefined(sys.argv[2], "-D", "-u") & set(EVERYWHERE))
             if name not in BLIS and name not in ours]

for path in sorted((source / "lib").rglob("*.[ch]")):
    text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', "", path.read_text(), flags=re.S)
    layer = path.relative_to(source / "lib").parts[0]
    failures += [f"{path.relative_to(source)} calls {name}"
                 for name in sorted(set(CALLS.findall(text))) if (layer, name) not in ALLOWED]
print("\n".join(failures) or "nothing banned is called")
sys.exit(bool(failures))
