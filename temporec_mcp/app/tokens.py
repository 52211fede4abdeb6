"""Confirmations that outlive the process that gave them: signed with a key of the home, and remembered nowhere."""

import hmac
import os
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

LIFETIME = timedelta(minutes=10)
KEY_LENGTH = 32
SIGNATURE_LENGTH = 8
PRIVATE_FILE = 0o600


class Confirmations:
    """Gives tokens for one user each, and tells later whether one still holds; for the process that owns the home."""

    def __init__(self, key_file: Path, clock: Callable[[], datetime]) -> None:
        """Sign with the key in `key_file`, which is made when it is missing."""
        self._key_file = key_file
        self._clock = clock
        self._lock = threading.Lock()

    def give(self, user_id: str) -> str:
        """Give a token for `user_id` that holds for ten minutes."""
        expires = f"{int((self._clock() + LIFETIME).timestamp()):x}"
        return f"{expires}-{self._signature(user_id, expires)}"

    def holds(self, user_id: str, token: str) -> bool:
        """Tell whether `token` was given for `user_id` less than ten minutes ago."""
        expires, _, signature = token.partition("-")
        if not hmac.compare_digest(signature.encode(), self._signature(user_id, expires).encode()):
            return False
        return self._clock().timestamp() < int(expires, 16)

    def _signature(self, user_id: str, expires: str) -> str:
        text = f"{expires}\n{user_id}".encode(errors="replace")
        return blake2b(text, key=self._key(), digest_size=SIGNATURE_LENGTH).hexdigest()

    def _key(self) -> bytes:
        with self._lock:
            if not self._key_file.exists():
                unfinished = self._key_file.with_name(f"{self._key_file.name}.part")
                file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
                with os.fdopen(file, "wb") as writer:
                    writer.write(secrets.token_bytes(KEY_LENGTH))
                unfinished.replace(self._key_file)
            return self._key_file.read_bytes()
