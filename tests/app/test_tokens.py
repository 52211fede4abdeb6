from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporec_mcp.app import App
from temporec_mcp.app.tokens import LIFETIME, Confirmations
from temporec_mcp.domain.events import Event
from temporec_mcp.settings import Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_token_outlives_the_process_that_gave_it_and_holds_for_its_user_only(tmp_path: Path) -> None:
    token = Confirmations(tmp_path / "key", lambda: NOW).give("ann")
    later = Confirmations(tmp_path / "key", lambda: NOW + timedelta(minutes=1))
    assert later.holds("ann", token)
    assert not later.holds("bob", token)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_token_holds_for_ten_minutes_and_cannot_be_made_to_hold_longer(tmp_path: Path) -> None:
    token = Confirmations(tmp_path / "key", lambda: NOW).give("ann")
    later = Confirmations(tmp_path / "key", lambda: NOW + LIFETIME)
    assert not later.holds("ann", token)
    expires, _, signature = token.partition("-")
    assert not later.holds("ann", f"{int(expires, 16) + 600:x}-{signature}")


def test_what_is_no_token_does_not_hold(tmp_path: Path) -> None:
    tokens = Confirmations(tmp_path / "key", lambda: NOW)
    for word in ("", "-", "zz-zz", "1234", "é-é", f"{tokens.give('ann')} "):
        assert not tokens.holds("ann", word)


def test_another_home_has_another_key(tmp_path: Path) -> None:
    token = Confirmations(tmp_path / "one", lambda: NOW).give("ann")
    assert not Confirmations(tmp_path / "two", lambda: NOW).holds("ann", token)


def test_a_confirmed_erasure_that_comes_again_finds_nothing_left(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path), lambda: NOW)
    app.log_behavior([Event("ann", "x1", "view", NOW)], [])
    token = app.preview_forget("ann").confirm
    assert app.forget("ann", token).removed["events"] == 1
    assert set(app.forget("ann", token).removed.values()) == {0}
    app.close()
