"""Erase a user: first a preview with a token, then everything that is the user's or learnt from the user."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from temporec_mcp.app.catalogues import Catalogues
from temporec_mcp.app.serving import ModelShelf
from temporec_mcp.domain.requests import ForgetPreview, ForgetReceipt
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.store.database import Store

CONFIRM_MINUTES = 10
"""How long a token is good for."""
DESTROYED = "destroyed: it had learnt from this user; train a new model"


class Eraser:
    """Gives previews with tokens, and erases on a token."""

    def __init__(self, store: Store, catalogues: Catalogues, models: ModelShelf, clock: Callable[[], datetime]) -> None:
        """Remember the store, what is made from it, and the clock; tokens live in memory only."""
        self._store = store
        self._catalogues = catalogues
        self._models = models
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def preview(self, user_id: str) -> ForgetPreview:
        """Count what erasing a user would remove, and give the token that confirms it.

        Raises:
            NotFoundError: nothing of that user is stored.
        """
        counts = self._counts(user_id)
        token = secrets.token_hex(4)
        with self._lock:
            self._tokens[token] = (user_id, self._clock() + timedelta(minutes=CONFIRM_MINUTES))
        return ForgetPreview(user_id, counts, token)

    def forget(self, user_id: str, confirm: str | None) -> ForgetReceipt:
        """Erase a user; `confirm` is None only when a person has agreed on the command line.

        Raises:
            InvalidInputError: the token is unknown, too old or another user's.
            NotFoundError: nothing of that user is stored.
        """
        self._counts(user_id)
        if confirm is not None:
            self._redeem(user_id, confirm)
        outcomes = [(model_id, self._destroy(model_id)) for model_id in self._store.models.learnt_from(user_id)]
        removed = self._store.users.forget(user_id)
        vectors = self._store.vectors.prune(self._catalogues.keys())
        return ForgetReceipt(user_id, {**removed, "vectors": vectors}, tuple(outcomes))

    def _counts(self, user_id: str) -> dict[str, int]:
        if not self._store.users.exists(user_id):
            raise NotFoundError(
                f"Nothing of a user {user_id!r} is stored.", "Check the user_id; there is nothing to erase."
            )
        counts = self._store.users.would_remove(user_id)
        return {**counts, "models": len(self._store.models.learnt_from(user_id))}

    def _redeem(self, user_id: str, confirm: str) -> None:
        with self._lock:
            owner, expires = self._tokens.pop(confirm, (None, self._clock()))
        if owner != user_id or self._clock() >= expires:
            raise InvalidInputError(
                f"The confirmation {confirm!r} does not hold for {user_id!r}: it is unknown, used, or older than "
                f"{CONFIRM_MINUTES} minutes.",
                "Call forget_user without `confirm` to see what would go and get a new one.",
            )

    def _destroy(self, model_id: str) -> str:
        """Take a model out of service first, then remove its files."""
        self._store.models.remove(model_id)
        self._models.destroy(model_id)
        return DESTROYED
