"""Whatever the product writes into a home is readable by its owner only, whatever the account's umask says."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from temporec_mcp.cli import main

TRAINING_ROWS = 60


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose_umask")
def test_everything_in_a_home_is_private(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home, history = tmp_path / "home", tmp_path / "history.csv"
    rows = [f"u{n % 4},i{n % 9},view,{1_760_000_000 + 3_600 * n}" for n in range(TRAINING_ROWS)]
    history.write_text("\n".join(["user_id,item_id,action,timestamp", *rows]) + "\n", encoding="utf-8")
    for command in (["import", str(history)], ["train", "--preset", "quick"], ["backup"], ["status"]):
        assert main(["--home", str(home), "--standalone", *command]) == 0, capfd.readouterr().err
    written = [home, *home.rglob("*")]
    assert any(path.suffix == ".safetensors" for path in written)
    assert not [path for path in written if stat.S_IMODE(path.lstat().st_mode) & 0o077]
