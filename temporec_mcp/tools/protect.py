"""protect: what a team chooses for its home once; for the command line only."""

from collections.abc import Mapping

from pydantic import Field, StrictBool

from temporec_mcp.domain.requests import Protected
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import sentences

UNCLEAN = " The home was being read all the time, so traces of the ids leave its file at the next `temporec-mcp stop`."


class ProtectRequest(Request):
    """What to choose; nothing only tells how it is."""

    pseudonyms: StrictBool = Field(default=False, description="true keeps keyed hashes in place of user ids, for good")
    min_users: int | None = Field(default=None, ge=2, le=1_000, description="Users an item needs to be shown to others")


class ProtectReply(Reply):
    """How the home is protected."""

    pseudonyms: bool
    min_users: int
    key: str | None = None


def protect(app: UseCases, arguments: Mapping[str, object], call: Call) -> ProtectReply:
    """Choose how the home is protected, or tell it."""
    del call
    request = read_arguments(ProtectRequest, arguments, "protect")
    found = app.protect(request.min_users, request.pseudonyms)
    return ProtectReply(
        summary=sentences(_names(found), _common(found)),
        pseudonyms=found.key_file is not None,
        min_users=found.min_users,
        key=None if found.key_file is None else str(found.key_file),
    )


def _names(found: Protected) -> str:
    if found.key_file is None:
        return "User ids are kept as they are."
    return (
        f"In place of user ids keyed hashes are kept. The key is {found.key_file}: keep a copy of it elsewhere, never "
        "beside copies of the home; without it nobody is known any more. Safety copies with plain ids in the home are "
        f"destroyed; copies elsewhere are not reached.{'' if found.is_clean else UNCLEAN}"
    )


def _common(found: Protected) -> str:
    return f"What came with no catalogue is shown to others when {found.min_users} users have it."
