"""A scratch copy of the tree, for programs that change the code on purpose."""

import pathlib
import shutil
import subprocess
import sys


def copy(root: pathlib.Path, tree: pathlib.Path):
    """Makes `tree` hold what git does not ignore of `root`, as it is now. Files that did not change
    keep their time, for the compiler; what was built in the copy stays."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    wanted = {name for name in files if name and (root / name).is_file()}
    for name in wanted:
        source, target = root / name, tree / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for target in [path for path in tree.rglob("*") if path.is_file()]:
        if str(target.relative_to(tree)) not in wanted and "target" not in target.parts[len(tree.parts):]:
            target.unlink()


def hiredis(root: pathlib.Path, tree: pathlib.Path):
    """Brings the sources of the peer in C, which git ignores, and shows them to the copy."""
    subprocess.run([root / "benches" / "fetch-hiredis"], check=True)
    shown, sources = tree / "benches" / "hiredis", root / "benches" / "hiredis"
    if not shown.is_symlink() or shown.readlink() != sources:
        # What is there is a copy of earlier ones, or what is left of it.
        shutil.rmtree(shown, ignore_errors=True)
        shown.unlink(missing_ok=True)
        shown.symlink_to(sources)
        # They are older than a build that went without them.
        (tree / "benches" / "hiredis-reader" / "build.rs").touch()


def patch(tree: pathlib.Path, name: str, text: str):
    """Applies a patch to the copy."""
    command = ["patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch"]
    done = subprocess.run(command, cwd=tree, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name}: the patch does not apply any more\n{done.stdout}{done.stderr}")
