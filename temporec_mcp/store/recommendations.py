"""Answers as they were given, so that each can be explained later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation, Strategy
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.behind import WriteBehind
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.documents import from_json, to_json
from temporec_mcp.store.duck import Database
from temporec_mcp.store.pseudonyms import Pseudonyms


class _Answer(NamedTuple):
    request: str
    model_id: str | None
    strategy: Strategy
    is_personalised: bool
    last_seq: int


class _Place(NamedTuple):
    rank: int
    item_id: str
    title: str
    score: float
    because: list[str]
    leading_part: str

    def ranked_item(self) -> RankedItem:
        return RankedItem(self.rank, self.item_id, self.title, self.score, tuple(self.because), self.leading_part)


class _Given(NamedTuple):
    answer: Recommendation
    answered_at: datetime


class RecommendationStore:
    """Keeps answers; each is written a moment after it was given, so that nobody waits for the disk."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database
        self._behind = WriteBehind(database, _write)

    def add(self, recommendation: Recommendation, now: datetime) -> None:
        """Keep an answer that was given now; whoever asks for it finds it at once."""
        self._behind.add(_Given(recommendation, now))

    def flush(self) -> None:
        """Return when all answers that were added are on disk."""
        self._behind.flush()

    def drop(self, user_id: str) -> None:
        """Forget the answers to a user that are not written yet, for whoever erases in the writer's turn."""
        names = (user_id, self._database.pseudonyms.of(user_id))
        of = self._database.pseudonyms.of
        self._behind.drop(lambda given: of(given.answer.request.user_id or "") in names)

    def close(self) -> None:
        """Write what is not written yet."""
        self._behind.close()

    def get(self, recommendation_id: str) -> Recommendation:
        """Give an answer as it was given, with the history that it rested on as it was.

        Raises:
            NotFoundError: there is no such answer (any more), or its history has been corrected since.
        """
        answer = self.given(recommendation_id)
        with self._database.reading() as cursor:
            is_outdated = cursor.rows("recommendations/is_outdated", bool, recommendation_id=recommendation_id)[0]
        if is_outdated:
            raise NotFoundError(
                f"The history that the recommendation {recommendation_id!r} rested on has been corrected since.",
                "Ask for a new recommendation, which follows the corrections.",
            )
        return answer

    def given(self, recommendation_id: str) -> Recommendation:
        """Give an answer as it was given, whatever became of the history.

        Raises:
            NotFoundError: there is no such answer (any more).
        """
        self.flush()
        with self._database.reading() as cursor:
            answers = cursor.rows("recommendations/get", _Answer, recommendation_id=recommendation_id)
            places = cursor.rows("recommendations/items", _Place, recommendation_id=recommendation_id)
        if not answers:
            raise NotFoundError(
                f"There is no recommendation {recommendation_id!r}: it was never given or has been erased.",
                "Ask for a new recommendation and use its id.",
            )
        answer = answers[0]
        return Recommendation(
            recommendation_id=recommendation_id,
            request=from_json(RankRequest, answer.request),
            model_id=answer.model_id,
            strategy=answer.strategy,
            is_personalised=answer.is_personalised,
            items=tuple(place.ranked_item() for place in places),
            last_seq=answer.last_seq,
        )


def _kept(answer: Recommendation, pseudonyms: Pseudonyms) -> Recommendation:
    """Give an answer with the user id that is kept."""
    user_id = answer.request.user_id
    if user_id is None:
        return answer
    return replace(answer, request=replace(answer.request, user_id=pseudonyms.of(user_id)))


def _write(cursor: Cursor, given: Sequence[_Given]) -> None:
    answers = [_kept(one.answer, cursor.pseudonyms) for one in given]
    cursor.run(
        "recommendations/add",
        recommendation_id=[answer.recommendation_id for answer in answers],
        user_id=[answer.request.user_id for answer in answers],
        answered_at=[one.answered_at for one in given],
        request=[to_json(answer.request) for answer in answers],
        model_id=[answer.model_id for answer in answers],
        strategy=[answer.strategy for answer in answers],
        is_personalised=[answer.is_personalised for answer in answers],
        last_seq=[answer.last_seq for answer in answers],
    )
    places = [(answer.recommendation_id, place) for answer in answers for place in answer.items]
    if places:
        cursor.run(
            "recommendations/add_items",
            recommendation_id=[recommendation_id for recommendation_id, _ in places],
            rank=[place.rank for _, place in places],
            item_id=[place.item_id for _, place in places],
            title=[place.title for _, place in places],
            score=[place.score for _, place in places],
            because=[list(place.because) for _, place in places],
            leading_part=[place.leading_part for _, place in places],
        )
