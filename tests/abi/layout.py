"""The assertions of lib/base/public_layout.c hold on systems that nobody here runs, as clang lays
structs out for them; and they fail when a struct is not as stated.

    layout.py SOURCE
"""
import pathlib
import shutil
import subprocess
import sys

# 64-bit; 32-bit that align int64_t to 8 bytes; 32-bit that align it to 4; and other systems.
TARGETS = ["x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu", "powerpc64le-linux-gnu",
           "s390x-linux-gnu", "arm-linux-gnueabihf", "mipsel-linux-gnu", "riscv32-linux-gnu",
           "x86_64-linux-gnux32", "i386-linux-gnu", "aarch64-apple-darwin",
           "x86_64-windows-msvc", "i386-windows-msvc", "wasm32"]
BROKEN = [("AT(mlc_host, run, 48, 40, 36)", "AT(mlc_host, run, 40, 40, 36)", "x86_64-linux-gnu"),
          ("AT(mlc_host, run, 48, 40, 36)", "AT(mlc_host, run, 48, 36, 36)", "arm-linux-gnueabihf"),
          ("AT(mlc_host, run, 48, 40, 36)", "AT(mlc_host, run, 48, 40, 40)", "i386-linux-gnu"),
          ("SIZE(mlc_error, 1024,", "SIZE(mlc_error, 1025,", "x86_64-linux-gnu")]


def compile_for(target, source, text):
    command = ["clang", f"--target={target}", "-ffreestanding", "-std=c11", "-fsyntax-only",
               "-Wall", "-Wextra", "-Werror", f"-I{source}/include", "-xc", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, check=False)


def main():
    if shutil.which("clang") is None:
        print("there is no clang to lay structs out for other systems")
        return 77
    source = pathlib.Path(sys.argv[1])
    text = (source / "lib/base/public_layout.c").read_text(encoding="utf-8")
    failures = []
    for target in TARGETS:
        done = compile_for(target, source, text)
        if done.returncode != 0:
            failures.append(f"{target}:\n{done.stderr}")
    for old, new, target in BROKEN:
        done = compile_for(target, source, text.replace(old, new))
        if old not in text or "static_assert failed" not in done.stderr.replace("_Static", "static"):
            failures.append(f"{target}: '{new}' was let through")
    print("\n".join(failures) or f"the layout is as stated on {len(TARGETS)} systems")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
