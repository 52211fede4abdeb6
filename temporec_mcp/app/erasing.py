"""Erase a user: first a preview with a token, then everything that is the user's or learnt from the user."""

from temporec_mcp.app.catalogues import Catalogues
from temporec_mcp.app.serving import ModelShelf
from temporec_mcp.app.tokens import LIFETIME, Confirmations
from temporec_mcp.domain.requests import ForgetPreview, ForgetReceipt
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.store.database import Store

DESTROYED = "destroyed: it had learnt from this user; train a new model"


class Eraser:
    """Gives previews with tokens, and erases on a token."""

    def __init__(self, store: Store, catalogues: Catalogues, models: ModelShelf, tokens: Confirmations) -> None:
        """Remember the store, what is made from it, and what tokens are given and known by."""
        self._store = store
        self._catalogues = catalogues
        self._models = models
        self._tokens = tokens

    def preview(self, user_id: str) -> ForgetPreview:
        """Count what erasing a user would remove, and give the token that confirms it.

        Raises:
            NotFoundError: nothing of that user is stored.
        """
        counts = self._counts(user_id)
        return ForgetPreview(user_id, counts, self._tokens.give(user_id))

    def forget(self, user_id: str, confirm: str | None) -> ForgetReceipt:
        """Erase a user; `confirm` is None only when a person has agreed on the command line.

        A confirmed erasure that comes again, because its answer was lost, finds nothing left and says so.

        Raises:
            InvalidInputError: the token is unknown, too old or another user's.
            NotFoundError: nothing of that user is stored, and nobody has confirmed.
        """
        if confirm is None:
            self._counts(user_id)
        else:
            self._check(user_id, confirm)
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

    def _check(self, user_id: str, confirm: str) -> None:
        if not self._tokens.holds(user_id, confirm):
            raise InvalidInputError(
                f"The confirmation {confirm!r} does not hold for {user_id!r}: it is unknown, or older than "
                f"{LIFETIME.seconds // 60} minutes.",
                "Call forget_user without `confirm` to see what would go and get a new one.",
            )

    def _destroy(self, model_id: str) -> str:
        """Take a model out of service first, then remove its files."""
        self._store.models.remove(model_id)
        self._models.destroy(model_id)
        return DESTROYED
