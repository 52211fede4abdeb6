"""Everything about one user on one page: the timeline, the list with its reasons, and the model behind it."""

from dataclasses import dataclass
from datetime import datetime

from temporec_mcp import __version__
from temporec_mcp.app.explaining import explain_place
from temporec_mcp.app.home import Home
from temporec_mcp.app.model_views import model_view
from temporec_mcp.app.recommending import recommend
from temporec_mcp.app.timelines import TimelineQuestion, timeline
from temporec_mcp.domain.ranking import Explanation, RankRequest, Recommendation
from temporec_mcp.domain.requests import ExplainRequest
from temporec_mcp.domain.times import zone_named
from temporec_mcp.errors import NotFoundError
from temporec_mcp.explain import Telling, narrate, why
from temporec_mcp.explain.words import part_words, source_words
from temporec_mcp.models.part import Progress
from temporec_mcp.pages.contents import Behind, Contents, ModelPart, Offer, Past, ToldPlace
from temporec_mcp.pages.report import report
from temporec_mcp.pages.words import Language
from temporec_mcp.timeline.chinese import Chinese
from temporec_mcp.timeline.english import English
from temporec_mcp.timeline.narrate import anomaly_sentence, describe

LIST_LENGTH = 10
EXPLAINED = 3
"""Places, from the first, that are explained."""


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """Whose report, as of when, in which language."""

    user_id: str
    language: Language
    at: datetime | None = None
    """Events after it are unknown; None is now."""


def make_report(home: Home, question: ReportQuestion, progress: Progress) -> str:
    """Give the report as one HTML document.

    Raises:
        NotFoundError: the user has no events.
    """
    found = timeline(home, TimelineQuestion(question.user_id, None, question.at, None))
    language = question.language
    progress(0.1, "the list and its reasons")
    offer, no_offer = _offer(home, question, Telling(language, "full", zone_named(found.timezone)), progress)
    progress(0.6, "drawing")
    contents = Contents(
        past=Past(
            timeline=found,
            summary=describe(found, language, "full"),
            anomalies=tuple(anomaly_sentence(entry, language) for entry in found.anomalies),
            outlook=(Chinese() if language == "zh" else English()).outlook(found),
        ),
        offer=offer,
        no_offer=no_offer,
        behind=_behind(home, offer, found.event_count, _Asking(language, progress)),
        made_at=home.clock(),
        version=__version__,
        language=language,
        zone=zone_named(found.timezone),
    )
    return report(contents)


def _offer(home: Home, question: ReportQuestion, telling: Telling, progress: Progress) -> tuple[Offer | None, str]:
    """Give the list, or why there is none."""
    as_of = question.at or home.clock()
    request = RankRequest(user_id=question.user_id, recent_items=(), k=LIST_LENGTH, as_of=as_of)
    try:
        answer = recommend(home, request, progress)
    except NotFoundError as error:
        return None, str(error)
    told = tuple(_told(home, answer, item.item_id, telling, progress) for item in answer.items[:EXPLAINED])
    whys = tuple(why(item.because, item.leading_part, telling.language) for item in answer.items)
    return Offer(answer, whys, told), ""


def _told(home: Home, answer: Recommendation, item_id: str, telling: Telling, progress: Progress) -> ToldPlace:
    request = ExplainRequest(item_id=item_id, recommendation_id=answer.recommendation_id)
    found = explain_place(home, request, progress)
    return ToldPlace(found, narrate(found, telling), _words(found, telling.language))


def _words(found: Explanation, language: Language) -> dict[str, str]:
    parts = {name: part_words(name, language) for name in found.contributions}
    return parts | {name: source_words(name, language) for name in found.score_parts}


@dataclass(frozen=True, slots=True)
class _Asking:
    """How what is behind a list is asked for."""

    language: Language
    progress: Progress


def _behind(home: Home, offer: Offer | None, event_count: int, asking: _Asking) -> Behind | None:
    """Give the model that made the list, and what its parts weigh for a user of so many events."""
    model_id = None if offer is None else offer.recommendation.model_id
    if model_id is None:
        return None
    served = home.models.of(model_id, home.catalogues.current(), asking.progress)
    weights = served.blend.weights_for(event_count)
    parts = tuple(ModelPart(name, part_words(name, asking.language), weight) for name, weight in weights.items())
    return Behind(home.store.models.get(model_id), parts, model_view(home, model_id, asking.progress))
