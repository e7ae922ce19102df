"""Compiles the classes and packs them with the native library, with nothing but a JDK.

    jar.py JAVAC JAR SOURCES NATIVE_LIBRARY OUT
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

javac, jar, sources, library, out = sys.argv[1:]
files = sorted(str(p) for p in pathlib.Path(sources).rglob("*.java"))
with tempfile.TemporaryDirectory(dir=pathlib.Path(out).parent) as work:
    classes = pathlib.Path(work) / "classes"
    native = classes / "native" / f"linux-{os.uname().machine}"
    native.mkdir(parents=True)
    subprocess.run([javac, "--release", "17", "-Xlint:all", "-Werror", "-d", classes, *files],
                   check=True)
    shutil.copy(library, native / "libmlcore_jni.so")
    manifest = pathlib.Path(work) / "manifest"
    manifest.write_text("Automatic-Module-Name: org.mlcore\nEnable-Native-Access: ALL-UNNAMED\n")
    packed = pathlib.Path(work) / "mlcore.jar"
    subprocess.run([jar, "--create", "--file", packed, "--manifest", manifest, "-C", classes, "."],
                   check=True)
    os.replace(packed, out)
