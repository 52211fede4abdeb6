"""`report` as a person types it, over a real home."""

import json
import stat
from pathlib import Path

import pytest

from temporec_mcp.cli import main

ROWS = [f"ann,{n % 6},view,{1_760_000_000 + n * 50_000}" for n in range(40)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A home with forty views of six items that have no names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPOREC_HOME", str(tmp_path / "home"))
    history = tmp_path / "history.csv"
    history.write_text("\n".join(["user_id,item_id,action,timestamp", *ROWS]) + "\n", encoding="utf-8")
    assert main(["--standalone", "import", str(history)]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_report_is_one_private_file_whose_size_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--standalone", "report", "ann", "--output", "ann.html", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)
    file = home / "ann.html"
    assert set(fields) == {"summary", "output", "bytes"}
    assert (fields["output"], fields["bytes"]) == (str(file), file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Report for ann" in file.read_text(encoding="utf-8") and str(file) in fields["summary"]
    assert list(home.glob("*.part")) == list(home.glob(".*.part")) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ann", "--output", "nowhere/ann.html"], 2, "nowhere"),
        (["ann", "--output", "home"], 2, "is a folder"),
        (["bob", "--output", "bob.html"], 1, "bob"),
    ],
)
def test_a_report_that_cannot_be_written_leaves_nothing(
    home: Path, arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--standalone", "report", *arguments]) == code
    output = capsys.readouterr()
    assert words in output.err and output.out == ""
    assert list(home.glob("*.html")) == []
