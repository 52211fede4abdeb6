import pytest

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.matching import TitleIndex, is_told_by_title, match_items

FILMS = (
    Item("1", "Matrix, The (1999)", categories=("Action", "Sci-Fi")),
    Item("2", "Seven (a.k.a. Se7en) (1995)"),
    Item("3", "City of Lost Children, The (Cité des enfants perdus, La) (1995)"),
    Item("4", "Pinocchio (1940)"),
    Item("5", "Pinocchio (2022)"),
    Item("6", "Toy Story 2 (1999)"),
    Item("7", "Fargo (1996)"),
    Item("8", "Dark", categories=("TV Series",)),
    Item("9", "Spider-Man: Into the Spider-Verse (2018)"),
    Item("10", "Eternal Sunshine of the Spotless Mind (2004)"),
    Item("11", "Blade Runner", attributes={"release_year": 1982.0}),
    Item("12", "Rocky II (1979)"),
)
BOOKS = (
    Item("b1", "Dune", creators=("Frank Herbert",), attributes={"isbn13": "9780441013593"}),
    Item("b2", "Emma", creators=("Jane Austen",)),
    Item("b3", "Emma", creators=("Alexander McCall Smith",)),
    Item("b4", "Sapiens: A Brief History of Humankind", creators=("Harari, Yuval Noah",)),
)


def seen(title: str, *creators: str, item_id: str | None = None, **attributes: str) -> Item:
    return Item(item_id or title, title, creators=creators, attributes=dict(attributes), is_catalogue=False)


def found(item: Item, catalogue: tuple[Item, ...] = FILMS) -> str:
    answer = TitleIndex(catalogue).find(item)
    return catalogue[answer.places[0]].item_id if answer.verdict == "matched" else answer.verdict


@pytest.mark.parametrize(
    ("title", "item_id"),
    [
        ("The Matrix", "1"),
        ("Matrix", "1"),
        ("THE MATRIX (1999)", "1"),
        ("The Matrix (4K Ultra HD Edition)", "1"),
        ("Se7en", "2"),
        ("La Cité des Enfants perdus", "3"),
        ("The City of Lost Children", "3"),
        ("Pinocchio (1940)", "4"),
        ("Pinocchio: The Special Edition (2022)", "5"),
        ("Dark: Season 1: Secrets", "8"),
        ("Dark: Staffel 1: Geheimnisse", "8"),
        ("Spiderman - into the Spiderverse", "9"),
        ("Eternal Sunshine of the Spotles Mind", "10"),
        ("Blade Runner: The Final Cut (1982)", "11"),
        ("Rocky 2", "12"),
    ],
)
def test_the_ways_to_write_a_title_are_one(title: str, item_id: str) -> None:
    assert found(seen(title)) == item_id


def test_a_film_without_a_year_is_ambiguous_where_there_are_two_of_its_name() -> None:
    assert found(seen("Pinocchio")) == "ambiguous"


def test_another_year_is_another_film_and_the_year_beside_it_is_a_premiere() -> None:
    assert found(seen("The Matrix (2021)")) == "unmatched"
    assert found(seen("The Matrix (1998)")) == "1"


def test_a_sequel_is_no_misspelling() -> None:
    assert found(seen("Toy Story 3")) == "unmatched"
    assert found(seen("Toy Story")) == "unmatched"
    assert found(seen("Eternal Sunshine of the Spotless Mind 2")) == "unmatched"


def test_an_episode_is_not_the_film_that_has_the_name_of_its_show() -> None:
    assert found(seen("Fargo: Season 1: The Crocodile's Dilemma")) == "ambiguous"


def test_a_song_is_not_the_film_of_its_name_and_a_director_needs_the_year() -> None:
    assert found(seen("Dark", "A Band", item_id="A Band - Dark")) == "unmatched"
    assert found(seen("Fargo (1996)", "Joel Coen", item_id="tt0116282")) == "7"


@pytest.mark.parametrize(
    ("item", "item_id"),
    [
        (seen("Dune (Dune Chronicles, #1)", "Herbert, Frank", item_id="goodreads:1"), "b1"),
        (seen("Der Wüstenplanet", "Frank Herbert", item_id="goodreads:2", isbn13="9780441013593"), "b1"),
        (seen("Emma", "Jane Austen", item_id="goodreads:3"), "b2"),
        (seen("Sapiens", "Yuval Noah Harari", item_id="goodreads:4"), "b4"),
        (seen("Emma", "Charlotte Brontë", item_id="goodreads:5"), "unmatched"),
    ],
)
def test_a_book_is_known_by_its_author_or_number(item: Item, item_id: str) -> None:
    assert found(item, BOOKS) == item_id


def test_an_id_of_the_shop_that_wrote_the_catalogue_is_never_matched_by_its_title() -> None:
    mug = Item("85123A", "WHITE MUG", is_catalogue=False)
    assert not is_told_by_title(mug)
    assert match_items([mug, Item("85123B", "White mug")]).catalogue_ids == {}


def test_matches_are_counted_with_those_left() -> None:
    matches = match_items([*FILMS, seen("The Matrix"), seen("Pinocchio"), seen("Home video")])
    assert matches.catalogue_ids == {"The Matrix": "1"}
    assert matches.ambiguous == {"Pinocchio": "Pinocchio"}
    assert matches.unmatched == {"Home video": "Home video"}
