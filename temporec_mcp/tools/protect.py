"""protect: what a team chooses for its home once; for the command line only."""

from collections.abc import Mapping

from pydantic import Field, StrictBool

from temporec_mcp.domain.requests import Protected, Protecting
from temporec_mcp.domain.training import Privacy
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.promises import PrivacyFields, promise_words, spent_words
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, sentences

LEAST_EPSILON, MOST_EPSILON = 0.05, 20.0
"""Below, noise is all that is learnt; above, the promise says nothing."""
UNCLEAN = " The home was being read all the time, so traces of the ids leave its file at the next `temporec-mcp stop`."


class ProtectRequest(Request):
    """What to choose; nothing only tells how it is."""

    pseudonyms: StrictBool = Field(default=False, description="true keeps keyed hashes in place of user ids, for good")
    min_users: int | None = Field(default=None, ge=2, le=1_000, description="Users an item needs to be shown to others")
    epsilon: float | None = Field(
        default=None, ge=LEAST_EPSILON, le=MOST_EPSILON, description="Of each training, for good; 1 to 10 are usual"
    )


class ProtectReply(Reply):
    """How the home is protected."""

    pseudonyms: bool
    min_users: int
    key: str | None = None
    privacy: PrivacyFields | None = None
    """What is promised of each training, and what the trainings so far have spent."""
    destroyed: tuple[str, ...] | None = None
    """Models that went now, because they had learnt without the promise."""


def protect(app: UseCases, arguments: Mapping[str, object], call: Call) -> ProtectReply:
    """Choose how the home is protected, or tell it."""
    del call
    request = read_arguments(ProtectRequest, arguments, "protect")
    found = app.protect(Protecting(request.min_users, request.pseudonyms, request.epsilon))
    return ProtectReply(
        summary=sentences(_names(found), _common(found), _promised(found.privacy), _gone(found)),
        pseudonyms=found.key_file is not None,
        min_users=found.min_users,
        key=None if found.key_file is None else str(found.key_file),
        privacy=None if found.privacy is None else PrivacyFields.of(found.privacy),
        destroyed=found.destroyed or None,
    )


def _names(found: Protected) -> str:
    if found.key_file is None:
        return "User ids are kept as they are."
    return (
        f"In place of user ids keyed hashes are kept. The key is {found.key_file}: keep a copy of it elsewhere, never "
        "beside copies of the home; without it nobody is known any more. Safety copies with plain ids in the home are "
        f"destroyed; copies elsewhere are not reached.{'' if found.is_clean else UNCLEAN}"
    )


def _promised(privacy: Privacy | None) -> str:
    if privacy is None:
        return "What is learnt promises no differential privacy."
    return (
        f"Each training learns under differential privacy, {promise_words(privacy)}. {spent_words(privacy)} Only items "
        "of a catalogue are learnt and shown to others."
    )


def _gone(found: Protected) -> str:
    if not found.destroyed:
        return ""
    return f"{counted(len(found.destroyed), 'model')} that had learnt without it went; train a new one."


def _common(found: Protected) -> str:
    if found.privacy is not None:
        return ""
    return f"What came with no catalogue is shown to others when {found.min_users} users have it."
