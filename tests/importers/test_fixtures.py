"""Every form that has a fixture: known by its content, counted by reason, and never harmful when it is damaged."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temporec_mcp.errors import InvalidInputError
from tests.importers.conftest import FIXTURES, read


class Counts(NamedTuple):
    name: str
    format: str
    rows: int
    events: int
    dropped: dict[str, int]


COUNTS = [
    Counts("chrome_takeout_History.json", "chrome", 1, 1, {}),
    Counts("cloudevents.jsonl", "cloudevents", 1, 1, {}),
    Counts("fish_history", "shell", 1, 1, {}),
    Counts("ga4_bigquery_export.jsonl", "ga4", 1, 1, {}),
    Counts("goodreads_library_export.csv", "goodreads", 2, 3, {}),
    Counts("kindle_Kindle.Devices.ReadingSession.csv", "kindle", 2, 2, {}),
    Counts("lastfm_mainstream_recenttracks.csv", "lastfm", 2, 1, {"no_item": 1}),
    Counts("lastfm_to_csv_headerless.csv", "lastfm", 1, 1, {}),
    Counts("letterboxd_diary.csv", "letterboxd", 2, 3, {}),
    Counts("letterboxd_ratings.csv", "letterboxd", 1, 1, {}),
    Counts("letterboxd_watched.csv", "letterboxd", 1, 1, {}),
    Counts("letterboxd_watchlist.csv", "letterboxd", 1, 1, {}),
    Counts("movielens_ratings.csv", "movielens", 1, 1, {}),
    Counts("movielens_ratings.dat", "movielens", 1, 1, {}),
    Counts("movielens_u.data", "movielens", 1, 1, {}),
    Counts("netflix_rich_ViewingActivity.csv", "netflix", 4, 3, {"trailer": 1}),
    Counts("netflix_slim_NetflixViewingHistory.csv", "netflix", 4, 3, {"no_title": 1}),
    Counts("netflix_slim_daymonth.csv", "netflix", 2, 2, {}),
    Counts("personalize_interactions.csv", "personalize", 1, 1, {}),
    Counts("recbole_toy.inter", "recbole", 1, 1, {}),
    Counts("retailrocket_events.csv", "retailrocket", 3, 3, {}),
    Counts("segment_track.jsonl", "segment", 1, 1, {}),
    Counts("spotify_account_StreamingHistory_music_0.json", "spotify", 2, 2, {}),
    Counts("spotify_extended_Streaming_History_Audio_2026_0.json", "spotify", 3, 3, {}),
    Counts("steam_GetOwnedGames.json", "steam", 2, 1, {"never_played": 1}),
    Counts("xapi.jsonl", "xapi", 1, 1, {}),
    Counts("youtube_takeout_watch-history.json", "youtube", 5, 2, {"ad": 1, "removed": 1, "community_post": 1}),
    Counts("zsh_history", "shell", 2, 2, {}),
]


@pytest.mark.parametrize("counts", COUNTS, ids=lambda counts: counts.name)
def test_a_form_is_known_by_its_content_and_counted(tmp_path: Path, counts: Counts) -> None:
    path = FIXTURES / counts.name
    if counts.format != "letterboxd":  # whose lists only their names tell apart
        path = tmp_path / "unnamed"
        path.write_bytes((FIXTURES / counts.name).read_bytes())
    history = read(path)
    found = Counts(counts.name, history.format, history.row_count, len(history.events), dict(history.dropped))
    assert found == counts and not history.questions
    assert not any(item.is_catalogue for item in history.items)


junk = st.sampled_from(
    [b'"', b",", b"\n", b"\0", b"\xff", b"{", b"]", b"\\", b"9" * 30, b"null", b"[[", b"://[", b"-1"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([name for name, *_ in COUNTS]), st.data())
def test_a_damaged_file_is_refused_or_its_rows_are_all_accounted_for(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    content = bytearray((FIXTURES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 12))] = data.draw(junk)
    path = tmp_path / name
    path.write_bytes(content)
    try:
        read(path)  # which checks the accounting of each batch
    except InvalidInputError as error:
        assert len(str(error)) < 1500
