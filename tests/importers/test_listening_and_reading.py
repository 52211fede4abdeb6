"""Spotify, Last.fm, Goodreads, StoryGraph, Kindle and Steam."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.importers.conftest import FIXTURES, read, write

EXTENDED = FIXTURES / "spotify_extended_Streaming_History_Audio_2026_0.json"
GOODREADS = FIXTURES / "goodreads_library_export.csv"


def test_spotify_plays_start_at_their_end_less_what_was_played() -> None:
    history = read(FIXTURES / "spotify_account_StreamingHistory_music_0.json", timezone="Asia/Tokyo")
    played, skipped = history.events
    assert played.time == datetime(2026, 1, 5, 14, 19, 56, tzinfo=UTC), "its times are UTC"
    assert (played.action, played.value) == ("listen", 184.0)
    assert (skipped.action, skipped.value) == ("skip", None)


def test_spotify_tracks_and_episodes_are_known_by_who_made_them_in_both_forms() -> None:
    extended = read(EXTENDED)
    assert [event.item_id for event in extended.events] == [
        "X Ambassadors - Renegades",
        "X Ambassadors - Renegades",
        "A Show - Ep 1",
    ]
    assert extended.items[0].creators == ("X Ambassadors",) and extended.items[0].attributes == {"album": "VHS"}
    account = read(FIXTURES / "spotify_account_StreamingHistory_music_0.json")
    assert account.events[0].item_id == "Asake - Lonely At The Top"


def test_spotify_keeps_no_address_country_or_device() -> None:
    history = read(EXTENDED)
    kept = repr((history.events, history.items))
    assert not any(private in kept for private in ("192.0.2.1", "US", "android", "spotify:track"))
    assert any("IP addresses" in note for note in history.notes)


def test_what_spotify_played_in_private_or_not_at_all_is_dropped_by_name(tmp_path: Path) -> None:
    play = json.loads(EXTENDED.read_text())[0]
    plays = [
        play | {"incognito_mode": True},
        play | {"ms_played": 0},
        play | {"master_metadata_track_name": None},
        play | {"ms_played": "many"},
        play | {"ts": None},
        play | {"ts": "yesterday"},
        play | {"ms_played": 12_000, "reason_end": "trackdone"},
    ]
    path = tmp_path / "Streaming_History_Audio_2026_1.json"
    path.write_text(json.dumps(plays))
    history = read(path)
    assert history.dropped == {
        "private_session": 1,
        "zero_duration": 1,
        "no_item": 1,
        "bad_value": 1,
        "no_time": 1,
        "bad_time": 1,
    }
    assert [(event.action, event.value) for event in history.events] == [("listen", 12.0)], "a short track was over"


def test_of_two_spotify_forms_in_a_folder_the_one_with_more_is_read(tmp_path: Path) -> None:
    for name in (EXTENDED.name, "spotify_account_StreamingHistory_music_0.json"):
        (tmp_path / name).write_bytes((FIXTURES / name).read_bytes())
    history = read(tmp_path)
    assert len(history.events) == 3
    assert any(note.startswith("Not read: spotify_account") for note in history.notes)


@pytest.mark.parametrize(
    ("name", "song", "second"),
    [
        ("lastfm_mainstream_recenttracks.csv", "William Michael Morgan - RED", 35),
        ("lastfm_to_csv_headerless.csv", "Radiohead - Airbag", 0),
    ],
)
def test_lastfm_scrobbles_are_read_in_both_forms(name: str, song: str, second: int) -> None:
    history = read(FIXTURES / name, timezone="America/New_York")
    [event] = history.events
    assert (event.item_id, event.action) == (song, "listen")
    assert event.time == datetime(2026, 7, 21, 6, 1, second, tzinfo=UTC)
    assert history.dropped == ({"no_item": 1} if second else {})


def test_goodreads_shelves_days_and_ratings_become_events() -> None:
    history = read(GOODREADS)
    assert [(event.item_id, event.action, event.value) for event in history.events] == [
        ("goodreads:4671", "read", None),
        ("goodreads:4671", "rate", 5.0),
        ("goodreads:234225", "save", None),
    ]
    assert history.events[0].time.date().isoformat() == "2026-06-01" and history.events[0].is_date_only
    gatsby, dune = history.items
    assert gatsby.attributes["isbn13"] == "9780743273565" and "isbn13" not in dune.attributes
    assert gatsby.title == "The Great Gatsby, Annotated" and not gatsby.is_catalogue


def test_goodreads_private_notes_are_left_out_and_own_shelves_stay_with_the_event(tmp_path: Path) -> None:
    header, first, _ = GOODREADS.read_text().splitlines()
    noted = first.replace("read,,,,1,0", 'read,"Loved it",,"lent to Bob",1,0')
    history = read(write(tmp_path / "library.csv", [header, noted]))
    assert history.events[1].text == "Loved it" and history.events[0].context == "classics"
    assert "lent to Bob" not in repr((history.events, history.items))
    assert not history.items[0].categories and not history.items[0].tags
    assert any("Private notes were left out" in note for note in history.notes)


def test_lists_beside_a_persons_history_are_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "library.csv").write_bytes(GOODREADS.read_bytes())
    write(tmp_path / "wishes.csv", ["item_id,title", "1,Gift for Bob"])
    items = read(tmp_path).items
    assert len(items) == 2 and not any(item.is_catalogue for item in items)
    with_catalogue = read(tmp_path / "library.csv", items_path=tmp_path / "wishes.csv")
    assert with_catalogue.items[0].is_catalogue, "unless it is named"


@pytest.mark.parametrize(
    ("shelf", "action"),
    [("read", "read"), ("to-read", "save"), ("currently-reading", "view"), ("did-not-finish", "skip")],
)
def test_goodreads_books_without_a_day_of_reading_count_on_the_day_they_were_added(
    tmp_path: Path, shelf: str, action: str
) -> None:
    header, _, second = GOODREADS.read_text().splitlines()
    history = read(write(tmp_path / "library.csv", [header, second.replace("to-read,,", f"{shelf},,")]))
    [event] = history.events
    assert (event.action, event.time.date().isoformat()) == (action, "2026-01-03")


def test_storygraph_books_are_read_with_days_moods_and_stars(tmp_path: Path) -> None:
    header = (
        "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,"
        "Pace,Star Rating,Review,Tags,Owned?"
    )
    row = 'Piranesi,Susanna Clarke,,9781635575637,hardcover,read,2024/02/10,2024/02/20,,1,"dark, calm",slow,4.5,Tides,,'
    history = read(write(tmp_path / "library.csv", [header, row]))
    assert [(event.action, event.value, event.text) for event in history.events] == [
        ("read", None, None),
        ("rate", 4.5, "Tides"),
    ]
    assert history.items[0].categories == ("dark", "calm")
    assert history.events[0].time.date().isoformat() == "2024-02-20" and history.events[0].is_date_only


def test_a_kindle_session_without_start_starts_its_reading_time_before_its_end() -> None:
    history = read(FIXTURES / "kindle_Kindle.Devices.ReadingSession.csv", timezone="Asia/Tokyo")
    assert [(event.item_id, event.time, event.value) for event in history.events] == [
        ("B00TEST001", datetime(2026, 1, 2, 21, 0, tzinfo=UTC), 1800.0),
        ("B00TEST001", datetime(2026, 1, 3, 21, 29, tzinfo=UTC), 60.0),
    ]


def test_steam_games_are_played_on_their_last_day_and_unplayed_ones_are_not() -> None:
    history = read(FIXTURES / "steam_GetOwnedGames.json")
    [event] = history.events
    assert (event.item_id, event.action, event.value) == ("steam:620", "play", 72_000.0)
    assert event.time == datetime.fromtimestamp(1732963260, UTC)
    assert history.dropped == {"never_played": 1} and history.items[0].title == "Portal 2"


def test_a_playing_time_beyond_all_measure_is_dropped(tmp_path: Path) -> None:
    game = '{"appid": 1, "playtime_forever": 1e400, "rtime_last_played": 1732963260}'
    path = write(tmp_path / "games.json", [f'{{"response": {{"games": [{game}]}}}}'])
    assert read(path).dropped == {"bad_value": 1}
