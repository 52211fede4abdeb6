"""Safety copies: when they are made, what they hold, how one is put back, and that they go with a forgotten user."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.errors import InvalidInputError, NotFoundError, StoreBusyError, StoreDamagedError
from temporec_mcp.store.backups import KEPT, back_up_closed, restore
from temporec_mcp.store.copies import backups_of
from temporec_mcp.store.database import Store
from temporec_mcp.store.files import log_of
from tests.store.helpers import NOW, commit, contents, event


def close_with(path: Path, *items: str) -> None:
    store = Store.open(path)
    commit(store, [event(item=item) for item in items])
    store.close()


def items_at(path: Path) -> list[str]:
    store = Store.open(path)
    items = [row[1] for row in contents(store)]
    store.close()
    return items


def test_a_home_that_is_closed_has_a_private_copy_of_today(path: Path) -> None:
    close_with(path, "tea")
    (copy,) = backups_of(path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    close_with(path, "cake")
    assert backups_of(path) == [copy]


def test_an_empty_home_is_not_worth_a_copy(path: Path) -> None:
    Store.open(path).close()
    assert backups_of(path) == []


def test_only_the_newest_copies_are_kept(path: Path) -> None:
    close_with(path, "tea")
    first = backups_of(path)[0]
    for day in range(1, KEPT + 1):
        back_up_closed(path, datetime.now(UTC) + timedelta(days=day, minutes=day))
    assert len(backups_of(path)) == KEPT
    assert first not in backups_of(path)


def test_a_copy_is_made_while_the_store_is_used_and_holds_what_was_there(store: Store, path: Path) -> None:
    commit(store, [event(item="tea")])
    copy = store.back_up(path.parent / "mine.duckdb", NOW)
    commit(store, [event(item="cake")])
    store.close()
    restored = restore(path, copy, NOW)
    assert (restored.event_count, items_at(path)) == (1, ["tea"])
    assert restored.replaced is not None
    assert items_at(restored.replaced / path.name) == ["cake", "tea"]


def test_a_copy_replaces_no_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("photo")
    with pytest.raises(InvalidInputError, match="there already"):
        store.back_up(tmp_path / "photo.jpg", NOW)
    assert store.back_up(tmp_path, NOW).parent == tmp_path
    assert (tmp_path / "photo.jpg").read_text() == "photo"


def test_the_newest_copy_is_restored_when_none_is_named(path: Path) -> None:
    close_with(path, "tea")
    close_with(path, "cake")
    path.write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreDamagedError, match="temporec-mcp restore"):
        Store.open(path)
    assert restore(path, None, NOW).source == backups_of(path)[0]
    assert items_at(path) == ["tea"]


def test_a_home_without_copies_says_so(path: Path) -> None:
    with pytest.raises(NotFoundError, match="no safety copy"):
        restore(path, None, NOW)
    with pytest.raises(NotFoundError, match=r"no file .*elsewhere"):
        restore(path, path.parent / "elsewhere", NOW)


def test_a_copy_that_is_no_database_changes_nothing(path: Path, tmp_path: Path) -> None:
    close_with(path, "tea")
    (tmp_path / "copy.duckdb").write_text("holiday photos" * 1000)
    with pytest.raises(StoreDamagedError, match="no whole database"):
        restore(path, tmp_path / "copy.duckdb", NOW)
    assert items_at(path) == ["tea"]


def test_an_open_home_is_not_restored(path: Path) -> None:
    close_with(path, "tea")
    store = Store.open(path)
    with pytest.raises(StoreBusyError):
        restore(path, None, NOW)
    assert len(contents(store)) == 1
    store.close()


def test_copies_go_with_the_user_they_have_and_stay_for_the_others(path: Path) -> None:
    close_with(path, "tea")
    store = Store.open(path)
    commit(store, [event("bob")])
    with_bob = store.back_up(None, NOW + timedelta(days=1))
    store.recommendations.add(Recommendation("r", RankRequest("cid", (), 1, NOW), None, "popular", True, (), 1), NOW)
    with_cid = store.back_up(None, NOW + timedelta(days=2))
    assert store.users.forget("cid")["safety_copies"] == 1
    assert not with_cid.exists()
    assert with_bob.exists()
    assert store.users.forget("bob")["safety_copies"] == 1
    assert len(backups_of(path)) == 1
    store.close()


def test_the_copy_made_at_closing_has_no_traces_of_a_forgotten_user(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("temporec_mcp.store.erasure.PATIENCE_SECONDS", 0.0)
    store = Store.open(path)
    commit(store, [event("canary-5512"), event("bob")])
    with store.events.stage():
        store.users.forget("canary-5512")
    assert b"canary-5512" in path.read_bytes() + log_of(path).read_bytes()
    store.close()
    (copy,) = backups_of(path)
    assert b"canary-5512" not in copy.read_bytes()
