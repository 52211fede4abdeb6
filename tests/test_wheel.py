"""A built wheel works away from the source and puts only its own package where it is installed."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("temporec_mcp", "storage")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an environment with the wheel in it; what it depends on is lent by the one that runs the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    lent = sysconfig.get_paths()["purelib"]
    (site_packages(folder) / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return folder


def site_packages(environment: Path) -> Path:
    return next((environment / "lib").glob("python*/site-packages"))


def test_the_wheel_holds_nothing_but_the_package_and_every_sql_file(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"temporec_mcp"}
    sources = {path.relative_to(ROOT / "storage").as_posix() for path in (ROOT / "storage").rglob("*.sql")}
    shipped = {name.removeprefix("temporec_mcp/storage/") for name in names if name.endswith(".sql")}
    assert shipped == sources
    assert len(shipped) > 1


def test_the_wheel_installs_only_its_package(environment: Path) -> None:
    installed = {path.name.split("-")[0] for path in site_packages(environment).iterdir()}
    assert installed == {"temporec_mcp", "lent.pth"}


def test_the_installed_command_runs_without_the_source(environment: Path, tmp_path: Path) -> None:
    command = [str(environment / "bin" / "temporec-mcp"), "--home", str(tmp_path / "home"), "status", "--json"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, check=False, capture_output=True, cwd=tmp_path, env=clean, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"] == 0
    where = [str(environment / "bin" / "python"), "-c", "import temporec_mcp; print(temporec_mcp.__file__)"]
    found = subprocess.run(where, check=True, capture_output=True, cwd=tmp_path, env=clean, text=True)
    assert Path(found.stdout.strip()).is_relative_to(environment)
