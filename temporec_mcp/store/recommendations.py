"""Answers as they were given, so that each can be explained later."""

from datetime import datetime
from typing import NamedTuple

from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation, Strategy
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.documents import from_json, to_json
from temporec_mcp.store.duck import Database


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


class RecommendationStore:
    """Keeps answers."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def add(self, recommendation: Recommendation, now: datetime) -> None:
        """Keep an answer that was given now."""
        with self._database.writing() as cursor:
            cursor.run(
                "recommendations/add",
                recommendation_id=recommendation.recommendation_id,
                user_id=recommendation.request.user_id,
                answered_at=now,
                request=to_json(recommendation.request),
                model_id=recommendation.model_id,
                strategy=recommendation.strategy,
                is_personalised=recommendation.is_personalised,
                last_seq=recommendation.last_seq,
            )
            if recommendation.items:
                cursor.run(
                    "recommendations/add_items",
                    recommendation_id=recommendation.recommendation_id,
                    rank=[place.rank for place in recommendation.items],
                    item_id=[place.item_id for place in recommendation.items],
                    title=[place.title for place in recommendation.items],
                    score=[place.score for place in recommendation.items],
                    because=[list(place.because) for place in recommendation.items],
                    leading_part=[place.leading_part for place in recommendation.items],
                )

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
