"""The settings that hold for a home: what the owner was started with, else what the home keeps."""

import json
import os
from collections.abc import Mapping

from temporec_mcp.relay.place import Place
from temporec_mcp.settings import CHOICES, KEPT, Settings, kept_choices, load_settings

UNFINISHED = "settings.part"
PRIVATE_FILE = 0o600


def home_settings(place: Place, typed: Mapping[str, str]) -> Settings:
    """Give the settings, and keep those that can be chosen for the next owner.

    Raises:
        InvalidInputError: a value that cannot be used, named with its variable.
    """
    settings = load_settings(kept_choices(place.home) | dict(os.environ), home=place.home, **typed)
    _keep(place, {name: getattr(settings, name) for name in CHOICES})
    return settings


def _keep(place: Place, choices: Mapping[str, object]) -> None:
    unfinished = place.within(UNFINISHED)
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(file, "w", encoding="utf-8") as writer:
        json.dump(choices, writer)
    os.replace(unfinished, place.within(KEPT))  # noqa: PTH105 (as in the rest of a place)
