"""forget_user: first what would go, then, with the token, the erasure and its receipt."""

from pydantic import Field

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.requests import ForgetPreview, ForgetReceipt
from temporec_mcp.domain.text import check_id
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences

COPIES = "safety_copies"


class ForgetRequest(Request):
    """Whom, and whether it is meant."""

    user_id: str | None = Field(default=None, description="Whom to erase; me when left out")
    confirm: str | None = Field(default=None, description="Token of the first call, good for ten minutes")


class ModelOutcome(Part):
    """What became of a model that had learnt from the user."""

    model_id: str
    outcome: str


class ForgetReply(Reply):
    """What would go, or what went."""

    would_remove: dict[str, int] | None = Field(default=None, description="First call: entries that would go, by kind")
    confirm: str | None = Field(default=None, description="First call: the token for the second")
    removed: dict[str, int] | None = Field(default=None, description="Second call: entries that went, by kind")
    models: tuple[ModelOutcome, ...] | None = Field(default=None, description="Second call: models that learnt from it")
    job_id: str | None = Field(default=None, description="Second call: the training that makes up for one that served")

    def lines(self) -> list[str]:
        """Give the token, or a line per kind and model."""
        if self.confirm is not None:
            return [f"confirm {self.confirm}", *_counts("would remove", self.would_remove)]
        models = [f"model_id {entry.model_id}: {entry.outcome}" for entry in self.models or ()]
        job = [f"job_id {self.job_id}"] if self.job_id else []
        return [*_counts("removed", self.removed), *models, *job]


def forget_user(app: UseCases, request: ForgetRequest, call: Call) -> ForgetReply:
    """Count first; erase when the token of that count is given."""
    del call
    user_id = checked_user(request.user_id)
    if request.confirm is None:
        return preview_reply(app.preview_forget(user_id))
    return receipt_reply(app.forget(user_id, request.confirm))


def checked_user(user_id: str | None) -> str:
    """Give the cleaned id of whom to erase."""
    return DEFAULT_USER if user_id is None else check_id(user_id, "user_id")


def preview_reply(preview: ForgetPreview) -> ForgetReply:
    """Give the fields of a first call."""
    return ForgetReply(
        summary=sentences(
            f"Erasing {preview.user_id} would remove {kinds(preview.would_remove)} for good. Nothing is removed yet.",
            "If the person agrees, call forget_user again with confirm within ten minutes.",
        ),
        would_remove=preview.would_remove,
        confirm=preview.confirm,
    )


def receipt_reply(receipt: ForgetReceipt) -> ForgetReply:
    """Give the fields of a second call."""
    models = tuple(ModelOutcome(model_id=model_id, outcome=outcome) for model_id, outcome in receipt.models)
    return ForgetReply(
        summary=sentences(
            f"{receipt.user_id} is erased: {kinds(receipt.removed)} removed.",
            f"{counted(len(models), 'model')} had learnt from it and {'is' if len(models) == 1 else 'are'} destroyed."
            if models
            else "",
            f"A new one is being trained from what is left: {receipt.job_id}." if receipt.job_id else "",
            "Copies outside the home, such as exports and backups put elsewhere, are not reached.",
        ),
        removed=receipt.removed,
        models=models,
        job_id=receipt.job_id,
    )


def kinds(counts: dict[str, int]) -> str:
    """Give counts by kind in words."""
    return joined(_kind(kind, count) for kind, count in counts.items() if count) or "nothing"


def _kind(kind: str, count: int) -> str:
    return counted(count, kind.replace("_", " ").removesuffix("s")) if kind != COPIES else _copies(count)


def _copies(count: int) -> str:
    return f"{count:,} safety copy" if count == 1 else f"{count:,} safety copies"


def _counts(what: str, counts: dict[str, int] | None) -> list[str]:
    return [f"{what}: {_kind(kind, count)}" for kind, count in (counts or {}).items()]


TOOL = make_tool(
    About(
        name="forget_user",
        title="Forget a user",
        description="Erase everything stored of a user, for good. The first call only counts and gives a token; ask "
        "the person, then call again with confirm.",
        is_destructive=True,
        is_idempotent=True,
    ),
    ForgetRequest,
    ForgetReply,
    forget_user,
)
