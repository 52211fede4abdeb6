from dataclasses import replace
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.domain.requests import ImportReport, ImportRequest, MatchReport
from temporec_mcp.domain.seeing import Edit
from temporec_mcp.errors import NotFoundError
from temporec_mcp.tools.matches import match_sentence
from tests.app.conftest import NOW, never, no_progress

WATCHED = """Title,Date
"The Matrix","1/31/26"
"Dark: Season 1: Secrets","1/30/26"
"Dark: Season 1: Lies","1/29/26"
"Pinocchio","1/28/26"
"Home video","1/27/26"
"""
FILMS = """movieId,title,genres
1,"Matrix, The (1999)",Action|Sci-Fi
2,Dark,TV Series
4,Pinocchio (1940),Animation
5,Pinocchio (2022),Animation
6,Arrival (2016),Sci-Fi
"""
FOUND = MatchReport(5, 3, 1, 1, ("Pinocchio",), ("Home video",))


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    path = tmp_path / "NetflixViewingHistory.csv"
    path.write_text(WATCHED)
    return path


@pytest.fixture
def films(tmp_path: Path) -> Path:
    path = tmp_path / "films.csv"
    path.write_text(FILMS)
    return path


def bring(app: App, path: Path, **choices: object) -> ImportReport:
    request = ImportRequest(str(path), is_dry_run=False, is_trusted=True)
    return app.import_history(replace(request, **choices), no_progress, never)  # type: ignore[arg-type]


def listed(app: App, *, include_seen: bool) -> dict[str, str]:
    request = RankRequest(user_id="me", recent_items=(), k=9, as_of=NOW, include_seen=include_seen)
    return {item.item_id: item.title for item in app.recommend(request, no_progress).items}


def check_joined(app: App) -> None:
    assert listed(app, include_seen=True).keys() == {"1", "2", "4", "5", "6", "Pinocchio", "Home video"}
    assert listed(app, include_seen=False).keys() == {"4", "5", "6"}
    interests = {interest.label for interest in app.timeline("me", None, None, None).interests}
    assert interests <= {"Action", "Sci-Fi", "TV Series"}


def test_a_history_with_its_catalogue_is_one(app: App, watched: Path, films: Path) -> None:
    tried = bring(app, watched, items_path=str(films), is_dry_run=True)
    report = bring(app, watched, items_path=str(films))
    assert tried.matches == report.matches == FOUND
    assert (report.rows, report.kept) == (5, 5)
    check_joined(app)


def test_a_catalogue_that_comes_later_finds_the_history(app: App, watched: Path, films: Path) -> None:
    alone = bring(app, watched)
    assert alone.matches is not None and alone.matches.catalogue_items == 0
    assert "items_path" in match_sentence(alone.matches)
    later = bring(app, films)
    assert (later.rows, later.kept, later.events, later.matches) == (5, 5, 0, FOUND)
    check_joined(app)


def test_a_history_that_comes_later_finds_the_catalogue_and_comes_again_without_a_change(
    app: App, watched: Path, films: Path
) -> None:
    bring(app, films)
    assert bring(app, watched).matches == FOUND
    again = bring(app, watched)
    assert (again.kept, again.duplicates) == (0, 5)
    check_joined(app)


def test_what_is_erased_leaves_the_catalogue_as_it_was(app: App, watched: Path, films: Path) -> None:
    bring(app, watched, items_path=str(films))
    app.forget("me", None)
    assert listed(app, include_seen=True).keys() == {"1", "2", "4", "5", "6"}


def test_nobody_finds_out_which_titles_a_history_has(app: App, watched: Path, films: Path) -> None:
    bring(app, watched, items_path=str(films))
    for title in ("The Matrix", "Home video", "Never heard of"):
        with pytest.raises(NotFoundError, match="not known to everybody"):
            app.recommend(RankRequest(user_id=None, recent_items=(title,), k=9, as_of=NOW), no_progress)


def test_what_is_removed_by_the_catalogue_s_id_is_gone_from_the_history(app: App, watched: Path, films: Path) -> None:
    bring(app, watched, items_path=str(films))
    outcome = app.edit_events("me", [(0, Edit("remove", item_id="2"))], NOW)
    assert outcome.done == {"remove": 2}
    assert "2" in listed(app, include_seen=False)
