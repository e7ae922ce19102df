"""A copy of the source tree without what builds leave behind."""
import pathlib
import shutil
import subprocess


def copy_tree(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copies the tracked and the new files; all but build folders where there is no git."""
    listed = subprocess.run(["git", "-C", source, "ls-files", "-z", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True,
                        ignore=shutil.ignore_patterns("build*", ".git", "__pycache__"))
        return
    for name in filter(None, listed.stdout.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
