"""What one home learnt, carried over to another."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]

from tests.cli.test_command import alone, history, home, main, printed
from tests.models.tiny_model import save_tiny_model

__all__ = ["history", "home"]

KINDS = ("Amber Bicycle Cloud Dune Ember Fjord", "Garnet Hollow Iris Jungle Kettle Lagoon", "Mirror Nebula Onyx")
FILMS = tuple(tuple(f"{name} {ending}" for name in kind.split() for ending in ("Road", "House")) for kind in KINDS)
"""Two kinds of twelve films that few watch, and one of six that many watch."""
OWN = "user_id,item_id,title,action,timestamp\n" + "".join(
    f"quokka-4711,{item},{title},watch,{1_700_050_000 + n}\n"
    for n, (item, title) in enumerate([("100", ""), ("own-kazoo", "Kazoo Diary"), ("101", "")])
)
START = 1_700_000_000
HOUR, DAY = 3_600, 86_400


def year(kind: int) -> int:
    return 1990 + kind


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_model(tmp_path_factory.mktemp("encoder")))


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, encoder: str) -> Path:
    """A home in which whoever watches a kind stays with it, and one has a film of her own."""
    folder = tmp_path_factory.mktemp("films")
    ids = {film: str(100 + number) for number, film in enumerate(film for kind in FILMS for film in kind)}
    films = [f'{ids[film]},"{film} ({year(kind)})",Drama' for kind, of_kind in enumerate(FILMS) for film in of_kind]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    rows = ["userId,movieId,rating,timestamp"]
    for user in range(60):
        kind = FILMS[(0, 1, 2, 2)[user % 4]]
        watched = rng.permutation(len(kind))[:8]
        rows += [f"{9_000 + user},{ids[kind[n]]},5.0,{START + user * HOUR + place}" for place, n in enumerate(watched)]
    (folder / "ratings.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder.parent / "own.csv").write_text(OWN, encoding="utf-8")
    home = tmp_path_factory.mktemp("there")
    of_it = ["--home", str(home), "--encoder", encoder, "--standalone"]
    assert main([*of_it, "import", str(folder)]) == 0
    assert main([*of_it, "import", str(folder.parent / "own.csv")]) == 0
    assert main([*of_it, "train", "--preset", "quick"]) == 0
    return home


@pytest.fixture
def here(home: Path, encoder: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEMPOREC_ENCODER", encoder)
    return home


@pytest.fixture
def seen(tmp_path: Path) -> str:
    """An export of somebody who watches the second kind, by titles only."""
    path = tmp_path / "NetflixViewingHistory.csv"
    rows = [f'"{film}","{1 + n}/15/24"' for n, film in enumerate(FILMS[1][:5])]
    path.write_text("\n".join(["Title,Date", *rows]) + "\n", encoding="utf-8")
    return str(path)


def test_what_another_home_learnt_ranks_films_for_a_history_of_titles(
    here: Path, there: Path, seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", seen, "--date-order", "mdy")
    done = printed(capsys, "carry", str(there))
    assert (done["activated"], done["added_items"], done["known_items"]) == (True, 30, 30)
    assert done["carried_from"] == {"users": 61, "events": 60 * 8 - 30 * 2 + 3, "items": 30}
    assert "no catalogue; of 5 items in the events here it knows 5" in str(done["summary"])
    answer = printed(capsys, "recommend", "me", "-k", "7")
    assert (answer["model_id"], answer["strategy"]) == (done["model_id"], "trained")
    titles = [item["title"].split(" (")[0] for item in answer["items"]]  # pyright: ignore
    assert set(titles) == set(FILMS[1][5:])
    why = printed(capsys, "explain", "me", answer["items"][0]["item_id"])  # pyright: ignore
    assert why["verified"] and why["reasons"]


def test_nothing_of_the_users_there_comes_along(
    here: Path, there: Path, seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "import", seen, "--date-order", "mdy")
    carried = here / "models" / str(printed(capsys, "carry", str(there))["model_id"])
    assert {path.name for path in carried.iterdir()} == {"model.json", "model.safetensors"}
    found = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert [canary for canary in (b"quokka", b"own-kazoo", b"Kazoo Diary") if canary in found] == []
    tensors = load_file(carried / "model.safetensors")
    times = np.concatenate([value for name, value in tensors.items() if name.endswith("/times")])
    assert len(times) and np.all(times % DAY == 0)
    assert not len(tensors["held out/seqs_C"])
    card = json.loads((carried / "model.json").read_text(encoding="utf-8"))
    assert (card["learnt"], card["stage_ends"], card["last_seq"]) == ("", {}, -1)


def test_erasing_somebody_here_leaves_it_and_nothing_of_the_erased(
    here: Path, there: Path, seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(seen).open("a", encoding="utf-8") as file:
        file.write('"Tapir Wedding","6/15/24"\n')
    printed(capsys, "import", seen, "--date-order", "mdy", "--user", "wombat-7")
    carried = printed(capsys, "carry", str(there))
    assert "of 6 items in the events here it knows 5" in str(carried["summary"])
    printed(capsys, "recommend", "wombat-7")
    receipt = printed(capsys, "forget", "wombat-7", "--yes")
    assert receipt["models"] == []
    assert printed(capsys, "status")["active_model_id"] == carried["model_id"]
    found = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert [canary for canary in (b"wombat", b"Tapir Wedding") if canary in found] == []


def test_only_a_trained_home_can_be_carried_over(
    here: Path, history: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alone("carry", str(tmp_path / "nowhere")) == 1
    assert "is no home" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
    printed(capsys, "import", history)
    assert alone("carry", str(here)) == 1
    assert "this home itself" in capsys.readouterr().err
    assert main(["--home", str(tmp_path / "third"), "--standalone", "carry", str(here)]) == 1
    assert "no trained model" in capsys.readouterr().err
