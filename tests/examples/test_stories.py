"""Each story starts the installed command as a chat app would, and asserts along the way."""

import anyio
import pytest

from examples import film_story, ide_story, netflix_story, shop_story, survival_story
from examples.movielens import movielens_100k


def test_an_ide_agent_is_told_what_comes_next_in_each_project(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(ide_story.main)
    assert "make fix" in capsys.readouterr().out


def test_a_shop_logs_in_batches_lists_for_all_and_erases_one(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(shop_story.main)
    assert "is erased" in capsys.readouterr().out


def test_a_netflix_list_finds_its_films_in_a_catalogue_and_is_answered_with_new_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    anyio.run(netflix_story.main)
    assert "10 of 13 titles found" in " ".join(capsys.readouterr().out.split())


def test_three_clients_survive_two_kills_of_their_owner(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(survival_story.main)
    told = capsys.readouterr().out
    assert told.count("SIGKILL") == 2
    assert "none lost, none doubled" in told


def test_the_film_story_holds_on_real_ratings(capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(film_story.main, movielens_100k())
    told = capsys.readouterr().out
    assert "100,000 were kept" in told
    assert "Nothing left this machine" in told
