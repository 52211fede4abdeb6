"""Safety copies as a person makes them and puts them back."""

import json
from pathlib import Path

import pytest

from tests.cli.test_command import alone, history, home, main, printed

__all__ = ["history", "home"]


def test_a_copy_that_was_made_is_put_back_over_later_changes(
    home: Path, history: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", history)
    made = printed(capsys, "backup", str(tmp_path / "copy.duckdb"))
    assert made["path"] == str(tmp_path / "copy.duckdb")
    printed(capsys, "forget", "ann", "--yes")
    assert main(["restore", str(tmp_path / "copy.duckdb"), "--json"]) == 0
    restored = json.loads(capsys.readouterr().out)
    assert restored["events"] == 5
    assert Path(restored["replaced"]).parent == home
    assert printed(capsys, "status")["events"] == 5


def test_a_home_without_copies_tells_what_to_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore"]) == 1
    assert "safety copy" in capsys.readouterr().err
    assert alone("backup", str(home / "no" / "folder" / "yet")) == 0
