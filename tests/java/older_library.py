"""The Java classes refuse a native library of any other version, and say which it is.

    older_library.py JAR CC

The native library is a stand-in that only knows its version.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

NATIVE = """
#include <jni.h>
JNIEXPORT jstring JNICALL Java_org_mlcore_Native_version(JNIEnv *env, jclass native);
JNIEXPORT jstring JNICALL Java_org_mlcore_Native_version(JNIEnv *env, jclass native)
{
    (void)native;
    return (*env)->NewStringUTF(env, "0.0.9");
}
"""
PROGRAM = """
public final class Ask {
    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try {
                System.out.println("loaded " + org.mlcore.Version.version());
            } catch (LinkageError e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
"""


def main():
    jar, cc = sys.argv[1:]
    jdk = pathlib.Path(shutil.which("javac")).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "native.c").write_text(NATIVE, encoding="utf-8")
        (work / "Ask.java").write_text(PROGRAM, encoding="utf-8")
        subprocess.run([cc, "-shared", "-fPIC", f"-I{jdk}/include", f"-I{jdk}/include/linux",
                        "native.c", "-o", "libold.so"], cwd=work, check=True)
        subprocess.run(["javac", "-cp", jar, "Ask.java"], cwd=work, check=True)
        said = subprocess.run(["java", f"-Dorg.mlcore.library={work}/libold.so", "-cp",
                               f"{jar}:{work}", "Ask"], check=True, capture_output=True,
                              text=True).stdout.splitlines()
    wanted = "UnsatisfiedLinkError: the native library is libmlcore 0.0.9, these classes are of "
    if len(said) != 2 or not said[0].startswith(wanted) or not said[1].startswith(
            "NoClassDefFoundError"):
        print(f"wanted '{wanted}...', then a class that cannot be used; got {said}")
        return True
    print(said[0])
    return False


if __name__ == "__main__":
    sys.exit(main())
