"""Erase a user: first a preview with a token, then everything that is the user's or learnt from the user."""

from dataclasses import dataclass

from temporec_mcp.app.catalogues import Catalogues
from temporec_mcp.app.leftovers import await_end_of_measuring, clear_output, clear_unregistered
from temporec_mcp.app.serving import ModelShelf
from temporec_mcp.app.tokens import LIFETIME, Confirmations
from temporec_mcp.app.training import Trainer
from temporec_mcp.domain.requests import ForgetPreview, ForgetReceipt
from temporec_mcp.domain.training import ModelRecord, TrainRequest
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store

DESTROYED = "destroyed: it had learnt from this user"
REFIT = "the closed-form parts are being fitted again to what is left"


@dataclass(frozen=True, slots=True)
class Made:
    """What is made from the store's events, and must follow when some are erased."""

    catalogues: Catalogues
    models: ModelShelf
    trainer: Trainer


class Eraser:
    """Gives previews with tokens, and erases on a token."""

    def __init__(self, store: Store, settings: Settings, made: Made, tokens: Confirmations) -> None:
        """Remember the store, what is made from it, and what tokens are given and known by."""
        self._store = store
        self._settings = settings
        self._made = made
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
        with self._made.trainer.erasing():
            served = self._store.models.active()
            learnt = self._store.models.learnt_from(user_id)
            for model_id in learnt:
                self._destroy(model_id)
            clear_unregistered(self._settings, self._store)
            removed = self._store.users.forget(user_id)
            vectors = self._made.catalogues.prune()
            clear_output(self._settings)
        await_end_of_measuring(self._settings)
        job_id = self._refit(served) if served is not None and served.model_id in learnt else None
        outcome = DESTROYED if job_id is None else f"{DESTROYED}; {REFIT}"
        outcomes = tuple((model_id, outcome) for model_id in learnt)
        return ForgetReceipt(user_id, {**removed, "vectors": vectors}, outcomes, job_id)

    def _refit(self, destroyed: ModelRecord) -> str | None:
        """Train the closed-form parts anew without the user, weights and all; give the job, None without need.

        The weights of the destroyed model were chosen on cases of the user too, so they go with it.
        """
        if self._made.trainer.has_work() or not self._store.events.counts()["events"]:
            return None
        old = destroyed.request
        return self._made.trainer.start(TrainRequest("quick", horizon=old.horizon, seed=old.seed)).job_id

    def _counts(self, user_id: str) -> dict[str, int]:
        if not self._store.users.has_traces(user_id):
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

    def _destroy(self, model_id: str) -> None:
        """Take a model out of service first, then remove its files."""
        self._store.models.remove(model_id)
        self._made.models.destroy(model_id)
