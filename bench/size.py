"""Size of the stripped shared library, with and without BLIS."""
import pathlib
import subprocess
import tempfile

rows = []
for label, option in (("with BLIS", "enabled"), ("without BLIS", "disabled")):
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["meson", "setup", folder, ".", "--buildtype=release", f"-Dblis={option}",
                        "-Dtests=disabled", "-Djava=disabled", "-Ddocs=disabled"], **quiet)
        subprocess.run(["ninja", "-C", folder], **quiet)
        library = pathlib.Path(folder) / "lib/libmlcore.so"
        stripped = pathlib.Path(folder) / "stripped.so"
        subprocess.run(["strip", "-o", stripped, library], check=True)
        rows.append((label, stripped.stat().st_size))
print("| build | stripped libmlcore.so |")
print("|---|---|")
for label, size in rows:
    print(f"| {label} | {size / 1e6:.2f} MB |")
