"""carry: what another home learnt, for this one; each home is asked the way it is always asked."""

from pathlib import Path
from tempfile import TemporaryDirectory

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import chosen_home, open_session, show
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.settings import load_settings

OWN_CHOICES = ("device", "threads", "encoder", "narrator")
"""What was typed for this home and says nothing of the other."""


def carry(options: Options) -> int:
    """Pack the other home's model into a private folder, take it in here, and leave nothing of the folder."""
    source = _other_home(options)
    there = Options(**(vars(options) | dict.fromkeys(OWN_CHOICES) | {"home": source}))
    with TemporaryDirectory(prefix="temporec-") as folder:
        packed = {"folder": folder}
        with open_session(there) as session:
            session.answer("pack_model", packed)
        with open_session(options) as session:
            found = session.answer("carry_model", packed)
    return show(options, found)


def _other_home(options: Options) -> Path:
    settings = load_settings({}, home=options.path("source"))
    if not settings.database.is_file():
        raise InvalidInputError(
            f"{settings.home} is no home: it has no {settings.database.name}.",
            "Name the folder that the other home was given with --home or TEMPOREC_HOME.",
        )
    if settings.home == chosen_home(options):
        raise InvalidInputError(
            f"{settings.home} is this home itself.", "Name another one, or choose this one with --home."
        )
    return settings.home
