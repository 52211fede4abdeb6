"""Keyed hashes in place of user ids, so that a stolen database names nobody; the key lies outside the home."""

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from temporec_mcp.errors import InvalidInputError, StoreDamagedError
from temporec_mcp.store.files import PRIVATE_FILE, PRIVATE_FOLDER

KEY_FOLDER_VARIABLE = "TEMPOREC_KEYS"
KEY_BYTES = 32
PSEUDONYM_DIGITS = 32
"""Hexadecimal digits of a pseudonym: 128 bits."""
_CHECKED = b"temporec-mcp"
_PSEUDONYM = re.compile(rf"p-[0-9a-f]{{{PSEUDONYM_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """How user ids are kept: as they are, or as HMAC-SHA256 under the home's key (RFC 2104)."""

    key: bytes | None = None

    def of(self, user_id: str) -> str:
        """Give what is kept for a user id; a pseudonym stays itself."""
        if self.key is None or _PSEUDONYM.fullmatch(user_id):
            return user_id
        return _pseudonym(self.key, user_id)


PLAIN = Pseudonyms()


def key_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of keys: TEMPOREC_KEYS, else in the account's own configuration."""
    from platformdirs import user_config_path

    given = environment.get(KEY_FOLDER_VARIABLE)
    return Path(given).expanduser() if given else user_config_path("temporec-mcp", appauthor=False) / "keys"


def new_key(home: Path) -> tuple[str, bytes]:
    """Make a key outside `home`, readable by this account only; give its name and the key.

    Raises:
        InvalidInputError: the folder of keys lies inside the home, or cannot be written.
    """
    folder = key_folder()
    if folder.resolve().is_relative_to(home.resolve()):
        raise InvalidInputError(
            f"The folder of keys {folder} lies inside the home, where a thief of the home would find it.",
            f"Set {KEY_FOLDER_VARIABLE} to a folder elsewhere.",
        )
    name, key = secrets.token_hex(8), secrets.token_bytes(KEY_BYTES)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(key_file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    except OSError as error:
        raise InvalidInputError(
            f"{folder} cannot be written: {error.strerror}.", "Mend that, then try again."
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return name, key


def load_pseudonyms(key_name: str | None, check: str | None) -> Pseudonyms:
    """Give how a home keeps user ids.

    Raises:
        StoreDamagedError: its key is not there, or is another one.
    """
    if key_name is None:
        return PLAIN
    try:
        key = key_file(key_name).read_bytes()
    except OSError:
        raise StoreDamagedError(
            f"This home keeps pseudonyms, and the key {key_file(key_name)} is not there.",
            f"Put the key back, or set {KEY_FOLDER_VARIABLE} to the folder where it is; without it nobody is known.",
        ) from None
    if key_check(key) != check:
        raise StoreDamagedError(
            f"The key {key_file(key_name)} is not the one of this home.", "Put the right key in its place."
        )
    return Pseudonyms(key)


def key_check(key: bytes) -> str:
    """Give what tells the right key from others, and nothing more."""
    return hmac.digest(key, _CHECKED, "sha256").hex()


def key_file(name: str) -> Path:
    """Give where the key of that name lies."""
    return key_folder() / f"{name}.key"


@lru_cache(maxsize=100_000)
def _pseudonym(key: bytes, user_id: str) -> str:
    return f"p-{hmac.digest(key, user_id.encode(errors='surrogatepass'), 'sha256').hex()[:PSEUDONYM_DIGITS]}"
