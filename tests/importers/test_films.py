"""RecBole and MovieLens."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from temporec_mcp.errors import InvalidInputError
from tests.importers.conftest import FIXTURES, read, write


def test_a_recbole_folder_gives_ratings_and_its_catalogue_and_leaves_the_rest(films: Path) -> None:
    history = read(films)
    assert history.format == "recbole"
    first = history.events[0]
    assert (first.user_id, first.item_id, first.action, first.value) == ("196", "242", "rate", 3.0)
    assert first.time == datetime.fromtimestamp(881250949, UTC)
    assert "Not read: films.kg, films.link, films.user." in history.notes


def test_recbole_titles_get_their_year_and_genres_become_categories(films: Path) -> None:
    kolya, best, gold = read(films).items
    assert (kolya.title, kolya.categories, kolya.is_catalogue) == ("Kolya (1996)", ("Comedy", "Children's"), True)
    assert best.title == 'The "Best" Film (1997)', "quotes are characters in atomic files"
    assert (gold.title, gold.categories) == ("Ulee's Gold", ("Drama",))


def test_an_unreadable_time_in_a_recbole_file_is_dropped_and_counted(films: Path) -> None:
    history = read(films)
    assert (history.row_count, len(history.events), history.dropped) == (3, 2, {"bad_time": 1})


def test_a_recbole_file_alone_has_events_and_no_catalogue() -> None:
    history = read(FIXTURES / "recbole_toy.inter")
    assert (len(history.events), history.items) == (1, [])


def test_a_recbole_file_without_events_or_items_is_refused_with_the_file_to_name(films: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"films\.user.*Name the \.inter file"):
        read(films / "films.user")
    assert len(read(films / "films.item").items) == 3


def test_a_catalogue_may_lie_elsewhere(films: Path) -> None:
    history = read(FIXTURES / "recbole_toy.inter", items_path=films / "films.item")
    assert len(history.items) == 3


def test_an_items_path_without_items_is_refused(films: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"films\.user holds no list of items"):
        read(films / "films.inter", items_path=films / "films.user")


@pytest.mark.parametrize("name", ["movielens_ratings.csv", "movielens_ratings.dat", "movielens_u.data"])
def test_movielens_ratings_are_found_in_each_form(name: str) -> None:
    history = read(FIXTURES / name)
    assert history.format == "movielens"
    [event] = history.events
    assert event.action == "rate" and event.value in (3.0, 4.0, 5.0) and event.time.year in (1997, 2000)


OLD_LINE = "1|{}|01-Jan-1995||http://us.imdb.com/M|" + "|".join("1" if n in (3, 4, 5) else "0" for n in range(19))


@pytest.mark.parametrize(
    ("ratings", "name", "lines", "encoding"),
    [
        (
            "movielens_ratings.csv",
            "movies.csv",
            [
                "movieId,title,genres",
                '1,"Amélie, a Film (1995)",Animation|Children\'s|Comedy',
                "2,None,(no genres listed)",
            ],
            "utf-8",
        ),
        (
            "movielens_ratings.dat",
            "movies.dat",
            ["1::Amélie, a Film (1995)::Animation|Children's|Comedy", "2::None::(no genres listed)"],
            "latin-1",
        ),
        (
            "movielens_u.data",
            "u.item",
            [OLD_LINE.format("Amélie, a Film (1995)"), "2|None|||" + "|1" + "|0" * 18],
            "latin-1",
        ),
    ],
)
def test_movielens_films_become_the_catalogue_in_each_form(
    tmp_path: Path, ratings: str, name: str, lines: list[str], encoding: str
) -> None:
    (tmp_path / ratings).write_bytes((FIXTURES / ratings).read_bytes())
    write(tmp_path / name, lines, encoding)
    write(tmp_path / "tags.csv", ["userId,movieId,tag,timestamp", "2,60756,funny,1445714994"])
    history = read(tmp_path)
    film, other = history.items
    assert (film.title, film.categories) == ("Amélie, a Film (1995)", ("Animation", "Children's", "Comedy"))
    assert film.is_catalogue and other.categories == ()
    assert len(history.events) == 1


def test_a_list_of_films_alone_is_a_catalogue_whose_rows_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "movies.csv", ["movieId,title,genres", "1,Toy Story (1995),Comedy", ",Nameless,Comedy"])
    history = read(path)
    assert (history.format, history.row_count, history.dropped) == ("movielens", 2, {"bad_id": 1})
    assert [item.title for item in history.items] == ["Toy Story (1995)"] and history.items[0].is_catalogue
    assert not history.events
