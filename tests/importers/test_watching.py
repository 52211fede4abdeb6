"""Netflix, YouTube, Letterboxd, IMDb and Apple TV."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.importers.conftest import FIXTURES, History, read, write

LISTED = "Date,Name,Year,Letterboxd URI"
CAPTION = "mdl-typography--caption"


def told(history: History) -> list[tuple[str | None, str, float | None]]:
    return [(event.item_id, event.action, event.value) for event in history.events]


def test_netflix_profiles_are_users_and_trailers_are_no_viewing() -> None:
    history = read(FIXTURES / "netflix_rich_ViewingActivity.csv", timezone="Asia/Tokyo")
    assert history.dropped == {"trailer": 1}
    assert [event.user_id for event in history.events] == ["Ann", "Ann", "Bob"]
    assert history.events[0].time == datetime(2026, 1, 31, 19, tzinfo=UTC), "the activity's times are UTC"
    assert "Profiles are users; events of each: Ann (2), Bob (1)." in history.notes


def test_netflix_short_plays_are_skips_unless_they_go_on_further_in() -> None:
    history = read(FIXTURES / "netflix_rich_ViewingActivity.csv")
    assert told(history)[2] == ("Dark: Season 1: Secrets", "skip", None)
    assert told(history)[1] == ("Inception", "watch", 6000.0)


def rich(path: Path, *rows: str) -> Path:
    header = (FIXTURES / "netflix_rich_ViewingActivity.csv").read_text().splitlines()[0]
    return write(path, [header, *rows])


def test_netflix_previews_that_nobody_chose_and_hidden_titles_are_dropped_by_name(tmp_path: Path) -> None:
    rows = {
        'A,2026-01-01 10:00:00,00:30:00,"Autoplayed: user action: None; ",X,,TV,00:30:00,,US': "autoplayed",
        "A,2026-01-01 11:00:00,00:30:00,View was hidden; ,X,,TV,00:30:00,,US": "hidden",
        "A,2026-01-01 12:00:00,00:30:00,,,,TV,00:30:00,,US": "no_title",
        "A,2026-01-01 13:00:00,00:00:40,,The End,,TV,01:50:00,,US": None,
        ",2026-01-01 14:00:00,00:50:00,,X,,TV,00:50:00,,US": "no_user",
    }
    history = read(rich(tmp_path / "ViewingActivity.csv", *rows))
    assert history.dropped == {reason: 1 for reason in rows.values() if reason}
    assert told(history) == [("The End", "watch", 40.0)], "the last seconds of a long film are no skip"


def test_a_netflix_row_may_repeat_truly_and_has_no_hour() -> None:
    history = read(FIXTURES / "netflix_slim_NetflixViewingHistory.csv")
    assert [event.item_id for event in history.events] == ["Dark: Season 1: Secrets"] * 2 + ["Arrival"]
    assert all(event.is_date_only and event.action == "watch" for event in history.events)
    assert history.dropped == {"no_title": 1}
    assert [item.is_catalogue for item in history.items] == [False, False]


def test_both_netflix_forms_name_an_episode_alike() -> None:
    names = "netflix_rich_ViewingActivity.csv", "netflix_slim_NetflixViewingHistory.csv"
    rich_items, slim_items = ({item.item_id: item for item in read(FIXTURES / name).items} for name in names)
    episode = "Dark: Season 1: Secrets"
    assert rich_items[episode] == slim_items[episode] and slim_items[episode].attributes["series"] == "Dark"


def test_youtube_ads_removed_videos_and_posts_are_dropped_by_name() -> None:
    history = read(FIXTURES / "youtube_takeout_watch-history.json")
    assert history.dropped == {"ad": 1, "removed": 1, "community_post": 1}
    assert told(history) == [("youtube:rtTWtzWav8I", "watch", None), ("youtube:rtTWtzWav8I", "listen", None)]
    assert [(item.title, item.creators) for item in history.items] == [("An Addictive Alternative", ("Benn Jordan",))]
    assert not history.events[0].is_date_only


def entry(title: str, address: str | None, **more: object) -> dict[str, object]:
    return {"header": "YouTube", "title": title, "titleUrl": address, "time": "2026-06-04T04:07:59.107Z", **more}


TITLES = [
    "Watched pots",
    "Why cats purr",
    "10 ways",
    "Ep. 1",
    "Ep. 2",
    "(Live)",
    "Bread",
    "Rain",
    "猫",
    "Jazz",
    "Go",
    "O",
]


@pytest.mark.parametrize("form", ["Watched {}", "„{}“ angesehen", "Hai guardato {}"])
@pytest.mark.parametrize("count", [1, len(TITLES)])
def test_youtube_titles_lose_the_sentence_around_them(tmp_path: Path, form: str, count: int) -> None:
    path = tmp_path / "watch-history.json"
    entries = [
        entry(form.format(title), f"https://www.youtube.com/watch?v=id{n}", subtitles=[{"name": f"channel {n}"}])
        for n, title in enumerate(TITLES[:count])
    ]
    path.write_text(json.dumps(entries), encoding="utf-8")
    is_known = count > 1 or form.startswith("Watched")
    assert [item.title for item in read(path).items] == (TITLES[:count] if is_known else [form.format(TITLES[0])])


def test_what_all_titles_of_one_youtube_channel_share_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "watch-history.json"
    titles = [f"Let's play {n} | Ann" for n in range(40)]
    address = "https://www.youtube.com/watch?v=id{}"
    path.write_text(json.dumps([entry(f"Watched {title}", address.format(n)) for n, title in enumerate(titles)]))
    assert [item.title for item in read(path).items] == titles


def test_youtube_searches_are_kept_with_their_words_and_private_videos_are_not(tmp_path: Path) -> None:
    path = tmp_path / "search-history.json"
    address = "https://www.youtube.com/watch?v=gone"
    path.write_text(
        json.dumps(
            [
                entry("Searched for cats", "https://www.youtube.com/results?search_query=fat+cats%21"),
                entry(f"Watched {address}", address),
                entry("Visited a channel", "https://www.youtube.com/channel/UC1"),
                entry("Watched elsewhere", "https://example.com/watch?v=x"),
            ]
        )
    )
    history = read(path)
    assert [(event.action, event.text, event.item_id) for event in history.events] == [("search", "fat cats!", None)]
    assert history.dropped == {"removed": 1, "no_video": 2}


def cell(body: str, caption: str = "") -> str:
    return (
        '<div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell mdl-cell">'
        '<p class="mdl-typography--title">YouTube<br></p></div>'
        f'<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">{body}<br></div>'
        f'<div class="content-cell mdl-cell {CAPTION}">{caption}</div></div></div>'
    )


VIDEO = (
    'Watched <a href="https://www.youtube.com/watch?v=abc">Cats &amp; Dogs</a><br>'
    '<a href="https://www.youtube.com/channel/UC1">Pets</a><br>'
)


@pytest.mark.parametrize(
    "when",
    ["Jun 4, 2026, 4:07:59\u202fAM CEST", "4 Jun 2026, 04:07:59 GMT+02:00", "04.06.2026, 02:07:59 UTC"],
)
def test_a_youtube_page_gives_what_its_json_would(tmp_path: Path, when: str) -> None:
    cells = [
        cell(VIDEO + when),
        cell(VIDEO + when, "<b>Details:</b><br>&emsp;From Google Ads<br>"),
        cell(f"Watched a video that has been removed<br>{when}"),
        '<div class="outer-cell mdl-cell">cut',
    ]
    style = f"<style>{'.x{}' * 50_000}</style>"
    path = write(tmp_path / "watch-history.html", [f"<html><head>{style}</head><body>{''.join(cells)}"])
    history = read(path, date_order="dmy")
    assert history.format == "youtube" and history.dropped == {"ad": 1, "removed": 1, "bad_row": 1}
    [event], [item] = history.events, history.items
    assert event.time == datetime(2026, 6, 4, 2, 7, 59, tzinfo=UTC) and event.item_id == "youtube:abc"
    assert (item.title, item.creators) == ("Cats & Dogs", ("Pets",))


def letterboxd(folder: Path) -> Path:
    for name in ("diary", "ratings", "watched", "watchlist"):
        write(folder / f"{name}.csv", (FIXTURES / f"letterboxd_{name}.csv").read_text().splitlines())
    shawshank = "2026-01-15,The Shawshank Redemption,1994,https://boxd.it/s"
    with (folder / "ratings.csv").open("a") as ratings, (folder / "watched.csv").open("a") as marked:
        ratings.write(f"{shawshank},4.5\n")
        marked.write("2026-01-18,Dune,2021,https://boxd.it/d\n2026-01-18,Heat,1995,https://boxd.it/h\n")
    write(folder / "likes" / "films.csv", [LISTED, "2026-01-16,Arrival,2016,https://boxd.it/a"])
    write(
        folder / "reviews.csv",
        [
            f"{LISTED},Rating,Rewatch,Review,Tags,Watched Date",
            "2026-01-16,Arrival,2016,https://boxd.it/r1,,Yes,Slow and great.,,2026-01-16",
            "2026-01-18,Dune,2021,https://boxd.it/r2,4,,,,2026-01-17",
        ],
    )
    write(folder / "deleted" / "diary.csv", [f"{LISTED},Watched Date", "2026-01-01,Gone,2000,x,2026-01-01"])
    write(folder / "lists" / "best.csv", [LISTED, "2026-01-01,Best,2000,x"])
    return folder


def zipped(folder: Path, path: Path) -> Path:
    with ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.csv")):
            archive.write(file, file.relative_to(folder.parent).as_posix())
    return path


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_letterboxd_export_tells_each_watching_and_rating_once(tmp_path: Path, is_zip: bool) -> None:
    folder = letterboxd(tmp_path / "export")
    history = read(zipped(folder, tmp_path / "letterboxd.zip") if is_zip else folder)
    assert told(history) == [
        ("The Shawshank Redemption (1994)", "watch", None),
        ("The Shawshank Redemption (1994)", "rate", 4.5),
        ("Arrival (2016)", "watch", None),
        ("Arrival (2016)", "comment", None),
        ("Dune (2021)", "watch", None),
        ("Dune (2021)", "rate", 4.0),
        ("Arrival (2016)", "rate", 4.5),
        ("Heat (1995)", "watch", None),
        ("Arrival (2016)", "like", None),
        ("Pulp Fiction (1994)", "save", None),
    ]
    assert history.dropped == {"in_diary": 3}
    assert history.events[0].time.date().isoformat() == "2025-12-20", "watched before it was written down"
    assert history.events[0].context == "favorite, prison-drama"
    assert all(event.is_date_only for event in history.events)
    assert not any(item.is_catalogue or item.url or item.tags for item in history.items)


@pytest.mark.parametrize(("name", "action"), [("watched", "watch"), ("watchlist", "save")])
def test_the_name_tells_two_letterboxd_lists_with_the_same_header_apart(name: str, action: str) -> None:
    assert [event.action for event in read(FIXTURES / f"letterboxd_{name}.csv").events] == [action]


def test_a_letterboxd_list_of_unknown_name_is_asked_about_and_the_answer_is_a_format(tmp_path: Path) -> None:
    path = write(tmp_path / "films.csv", [LISTED, "2026-01-15,Arrival,2016,https://boxd.it/a"])
    [question] = read(path).questions
    assert "films.csv" in question
    actions = {"watched": "watch", "watchlist": "save", "likes": "like"}
    for name, action in actions.items():
        chosen = f"letterboxd_{name}"
        history = read(path, format=chosen)
        assert chosen in question and not history.questions
        assert [event.action for event in history.events] == [action]


def test_imdb_ratings_and_lists_are_read(tmp_path: Path) -> None:
    film = 'Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,170,1995,"Crime, Drama",800000,1995-12-15,Mann'
    columns = "Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors"
    ratings = write(tmp_path / "a.csv", [f"Const,Your Rating,Date Rated,{columns}", f"tt0113277,9,2026-01-05,{film}"])
    listed = write(
        tmp_path / "b.csv",
        [
            f"Position,Const,Created,Modified,Description,{columns},Your Rating,Date Rated",
            f"1,tt0113277,2026-01-02,2026-01-02,my secret note,{film},9,2026-01-05",
            f"2,tt0113278,,,,{film},,",
        ],
    )
    assert told(read(ratings)) == [("tt0113277", "rate", 9.0)]
    history = read(listed)
    assert told(history) == [("tt0113277", "save", None), ("tt0113277", "rate", 9.0)]
    assert [event.time.day for event in history.events] == [2, 5]
    assert history.dropped == {"no_time": 1}
    assert (history.items[0].title, history.items[0].categories) == ("Heat (1995)", ("Crime", "Drama"))
    assert "secret" not in repr((history.events, history.items))


def test_apple_tv_activity_names_episodes(tmp_path: Path) -> None:
    description = "Severance (Episode Title [Good News], Episode Number [1.0], Season Number [1.0])"
    events = [
        {
            "event_interpretation": {"human_readable_media_description": text},
            "stored_event": {"timestamp": 1767622991000, "play_cursor_in_milliseconds": 5},
        }
        for text in (description, "CODA", None)
    ]
    path = tmp_path / "TV App Favorites and Activity.json"
    path.write_text(json.dumps({"header": {}, "events": events}, indent=2))
    history = read(path)
    assert [event.item_id for event in history.events] == ["Severance: Season 1: Good News", "CODA"]
    assert history.events[0].time == datetime(2026, 1, 5, 14, 23, 11, tzinfo=UTC)
    assert history.dropped == {"no_title": 1}
