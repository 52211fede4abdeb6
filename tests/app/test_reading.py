"""A first list does not wait for all texts of a catalogue; the others are read in the background."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.app import App, catalogues
from temporec_mcp.app.home import open_home
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.models.encoder import load_encoder
from temporec_mcp.pipeline.encode import content_key, item_text
from temporec_mcp.pipeline.likely import likeliest_first
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS
from tests.app.conftest import NOW, START, never, no_progress, train
from tests.models.tiny_model import save_tiny_model

FILMS = 3_000
FIRST = 300
SPACE = "space voyage"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("reading"))


@pytest.fixture
def settings(tmp_path: Path, tiny: Path) -> Settings:
    return Settings(home=tmp_path / "home", encoder=str(tiny))


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Give a home of one person with a film list of which a question waits for a tenth."""
    monkeypatch.setattr(catalogues, "FIRST_TEXTS", FIRST)
    app = App(settings, lambda: NOW)
    films = [Item(f"f{n}", title=f"{SPACE if n % 100 == 0 else 'quiet village'} number {n}") for n in range(FILMS)]
    app.log_behavior([Event("me", f"f{n}00", "watch", START) for n in range(5)], films)
    yield app
    app.close()


def ask(app: App, **choices: object) -> Recommendation:
    return app.recommend(RankRequest("me", (), 5, NOW, **choices), no_progress)  # type: ignore[arg-type]


def ask_until_all_is_read(app: App) -> Recommendation:
    answer = ask(app)
    while answer.texts_read is not None:
        answer = ask(app)
    return answer


def test_the_first_list_rests_on_the_likeliest_texts_and_says_so_and_the_later_one_on_all(
    app: App, settings: Settings
) -> None:
    reply = TOOLS["recommend"].answer(app, {}, Call(NOW, no_progress, never))
    told = re.search(r"Only ([\d,]+) of 3,000 titles have been read so far", reply.text())
    assert told is not None, reply.text()
    assert FIRST <= int(told[1].replace(",", "")) < FILMS
    assert reply.fields()["strategy"] == "zero_shot"
    later = ask_until_all_is_read(app)
    assert later.strategy == "zero_shot"
    app.close()
    again = App(settings, lambda: NOW)
    assert ask(again).items == later.items
    again.close()


def test_words_that_were_asked_for_do_not_wait_for_all_texts_either(app: App) -> None:
    answer = ask(app, query="a village")
    assert answer.texts_read is not None
    assert answer.strategy == "zero_shot"


def test_a_training_reads_on_where_the_background_stopped(app: App) -> None:
    assert ask(app).texts_read is not None
    assert train(app).status == "completed"
    answer = ask(app)
    assert answer.strategy == "trained"
    assert answer.texts_read is None


def test_what_was_read_before_the_end_of_a_process_is_not_read_again(app: App, settings: Settings) -> None:
    first = ask(app).texts_read
    app.close()
    again = App(settings, lambda: NOW)
    then = ask(again).texts_read
    again.close()
    assert first is not None
    assert then is None or then[0] >= first[0]


def test_a_text_of_a_user_who_was_erased_meanwhile_is_not_read(app: App, settings: Settings) -> None:
    own = [Item(f"diary {n}", title=f"a diary of nobody else, page {n}", is_catalogue=False) for n in range(FILMS // 2)]
    app.log_behavior([Event("leaving", item.item_id, "read", START) for item in own], own)
    assert ask(app).texts_read is not None
    app.forget("leaving", None)
    ask_until_all_is_read(app)
    app.close()
    home = open_home(settings, lambda: NOW)
    found_n, _ = home.store.vectors.get(
        [content_key(item_text(item)) for item in own], load_encoder(settings.encoder).name
    )
    home.close()
    assert not found_n.any()


def test_used_texts_come_first_then_those_that_share_rare_words_with_them() -> None:
    texts = ["a red car", "a blue car", "", "a green boat", "a red boat", "a tall tree"]
    uses_V = np.array([2, 0, 5, 3, 0, 0])
    assert likeliest_first(texts, uses_V) == [3, 0, 4, 1, 5]
