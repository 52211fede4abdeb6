from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import Flags, Floats
from temporec_mcp.models.encoder import SentenceEncoder, load_encoder
from temporec_mcp.pipeline.encode import (
    SAVE_TEXTS,
    EncodingCancelledError,
    Names,
    Use,
    beyond_latin_share,
    choose_encoder,
    content_key,
    encode_missing,
    event_text,
    history_text,
    item_text,
    rating_top,
)
from tests.models.tiny_model import WIDTH, save_tiny_model
from tests.pipeline.logs import Row, log_of

ALIEN = Use("watch", "Alien (1979)", date(1997, 11, 2))


class Shelf:
    """Keeps vectors in memory, and the texts' keys in the order they were saved in."""

    def __init__(self) -> None:
        self.vectors: dict[tuple[str, str], Floats] = {}
        self.saved: list[str] = []

    def get(self, keys: Sequence[str], encoder: str) -> tuple[Flags, Floats]:
        found = np.array([(encoder, key) in self.vectors for key in keys], dtype=np.bool_)
        width = len(next(iter(self.vectors.values()))) if found.any() else 0
        rows = [self.vectors.get((encoder, key), np.zeros(width, dtype=np.float32)) for key in keys]
        return found, np.array(rows, dtype=np.float32).reshape(len(keys), width)

    def save(self, keys: Sequence[str], vectors: Floats, encoder: str) -> None:
        self.vectors.update({(encoder, key): vector for key, vector in zip(keys, vectors, strict=True)})
        self.saved.extend(keys)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("encode"))


@pytest.fixture
def encoder(tiny: Path) -> SentenceEncoder:
    return load_encoder(str(tiny), "cpu")


# Events and histories in words.


def test_an_event_reads_as_what_was_done_when_and_how_it_was_rated() -> None:
    rated = Use("watch", "Alien (1979)", date(1997, 11, 2), rating=5.0)

    assert event_text(rated, rating_top=5.0) == 'watched "Alien (1979)" on 1997-11-02, rated 5/5'


def test_an_event_that_only_rates_says_so() -> None:
    rated = Use("rate", "Alien (1979)", date(1997, 11, 2), rating=4.5)

    assert event_text(rated, rating_top=5.0) == 'rated "Alien (1979)" 4.5/5 on 1997-11-02'


def test_an_unknown_action_is_quoted_and_a_title_cannot_close_its_own_quotes() -> None:
    assert event_text(Use("fork", 'the "best" one', date(2026, 1, 2))) == (
        'did "fork" with "the \'best\' one" on 2026-01-02'
    )


def test_a_history_reads_oldest_first_with_the_rating_beside_its_event() -> None:
    log = log_of(
        [
            Row("a", "alien", "rate", 878_428_800.0, 5.0),
            Row("a", "alien", "watch", 878_428_860.0, 7_000.0),
            Row("a", "bread", "view", 878_600_000.0),
        ]
    )
    names = Names([f"The {item}" for item in log.item_ids], log.action_names, rating_top=5.0)

    assert history_text(log.history(0), names) == (
        'watched "The alien" on 1997-11-02, rated 5/5. viewed "The bread" on 1997-11-03'
    )


def test_a_day_is_that_of_the_users_zone() -> None:
    log = log_of([Row("a", "x", "view", 878_428_800.0 - 60)])
    names = Names(["X"], log.action_names)

    assert history_text(log.history(0), names).endswith("1997-11-01")
    assert history_text(log.history(0), Names(["X"], log.action_names, ZoneInfo("Europe/Berlin"))).endswith(
        "1997-11-02"
    )


def test_a_long_history_keeps_its_newest_events() -> None:
    log = log_of([Row("a", f"item{n:02}", "view", 1e9 + 86_400.0 * n) for n in range(30)])

    text = history_text(log.history(0), Names(log.item_ids, log.action_names), length=2)

    assert text == 'viewed "item28" on 2001-10-07. viewed "item29" on 2001-10-08'


@pytest.mark.parametrize(
    ("ratings", "top"), [([0.5, 1], 1), ([3, 4.5], 5), ([7], 10), ([80, 20], 100), ([250, 999], 999)]
)
def test_the_end_of_a_rating_scale_is_found_from_the_ratings(ratings: list[float], top: float) -> None:
    assert rating_top(np.array([*ratings, np.nan], dtype=np.float32)) == top


def test_no_ratings_have_no_scale() -> None:
    assert rating_top(np.array([np.nan], dtype=np.float32)) is None


# Items in words.


def test_an_item_reads_title_first_and_then_what_describes_it() -> None:
    item = Item(
        "42",
        "Alien (1979)",
        "A crew meets a stranger.",
        ("Horror", "Sci-Fi"),
        ("Ridley Scott",),
        ("space",),
        {"country": "UK"},
    )

    assert item_text(item) == "Alien (1979). Horror, Sci-Fi. Ridley Scott. space. A crew meets a stranger. country UK"


@pytest.mark.parametrize(
    ("item_id", "text"),
    [
        ("git_commit", "git commit"),
        ("numpy/array-api", "numpy array api"),
        ("牛奶", "牛奶"),
        ("8412", ""),
        ("x1", ""),
        ("a-b", ""),
        ("abc-8f21c09d77e1", ""),
        ("tt0078748", ""),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", ""),
    ],
)
def test_an_id_is_read_only_where_it_consists_of_words(item_id: str, text: str) -> None:
    assert item_text(Item(item_id)) == text


def test_a_key_is_128_bits_of_the_content() -> None:
    assert len(content_key("Alien")) == 32
    assert content_key("Alien") == content_key("Alien")
    assert content_key("Alien") != content_key("Alien ")


# One space per home.


def test_texts_in_other_scripts_are_beyond_the_english_encoder_and_accents_are_not() -> None:
    assert beyond_latin_share(["Amélie", "Die Blechtrommel", "Świat"]) == 0
    assert beyond_latin_share(["霸王别姬", "Alien"]) == 0.5
    assert beyond_latin_share(["Solaris (Солярис)", "Alien"]) == 0.5
    assert beyond_latin_share(["", "1984", "霸王别姬"]) == 1
    assert beyond_latin_share([]) == 0


def test_more_than_one_text_in_twenty_moves_the_home_to_the_multilingual_encoder() -> None:
    english = ["Alien"] * 19

    assert choose_encoder("auto", [*english, "霸王别姬"]) == "english"
    assert choose_encoder("auto", [*english[1:], "霸王别姬"]) == "multilingual"
    assert choose_encoder("some/model", ["霸王别姬"]) == "some/model"


# Each text is encoded once.


def test_vectors_come_in_the_order_of_the_texts_and_equal_ones_are_encoded_once(encoder: SentenceEncoder) -> None:
    shelf = Shelf()
    texts = ["toy story", "alien", "", "toy story"]

    vectors = encode_missing(texts, encoder, shelf)

    np.testing.assert_allclose(vectors, encoder.encode(texts), atol=1e-6)
    assert sorted(shelf.saved) == sorted({content_key("toy story"), content_key("alien")})


def test_a_known_text_is_taken_from_the_shelf(encoder: SentenceEncoder) -> None:
    shelf = Shelf()
    mark = np.full(WIDTH, 7.0, dtype=np.float32)
    shelf.save([content_key("alien")], mark[None, :], encoder.name)

    vectors = encode_missing(["toy story", "alien"], encoder, shelf)

    np.testing.assert_array_equal(vectors[1], mark)
    assert shelf.saved == [content_key("alien"), content_key("toy story")]


def test_a_vector_of_another_encoder_is_not_taken(encoder: SentenceEncoder) -> None:
    shelf = Shelf()
    shelf.save([content_key("alien")], np.full((1, 5), 7.0, dtype=np.float32), "another")

    assert encode_missing(["alien"], encoder, shelf).shape == (1, WIDTH)


def test_the_model_is_not_loaded_when_every_text_is_known() -> None:
    encoder = load_encoder("auto", "cpu")
    shelf = Shelf()
    shelf.save([content_key("alien")], np.ones((1, encoder.width), dtype=np.float32), encoder.name)

    encode_missing(["alien", ""], encoder, shelf)

    assert not encoder.is_loaded


def test_a_cancelled_run_keeps_what_it_encoded_and_goes_on_from_there(encoder: SentenceEncoder) -> None:
    shelf = Shelf()
    texts = [f"text {n}" for n in range(SAVE_TEXTS + 5)]
    seen: list[float] = []

    with pytest.raises(EncodingCancelledError, match=f"after {SAVE_TEXTS} of {len(texts)}"):
        encode_missing(texts, encoder, shelf, lambda part, _: seen.append(part), lambda: bool(shelf.saved))
    assert len(shelf.saved) == SAVE_TEXTS
    encode_missing(texts, encoder, shelf, lambda part, _: seen.append(part))

    assert sorted(shelf.saved) == sorted(map(content_key, texts))
    assert seen == [pytest.approx(SAVE_TEXTS / len(texts)), 1.0]
