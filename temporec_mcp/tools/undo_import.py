"""undo_import: first what would go, then, with the token, the import goes as a whole."""

from pydantic import Field

from temporec_mcp.domain.seeing import UndoPreview, UndoReceipt
from temporec_mcp.tools.base import About, Call, Reply, Request, make_tool
from temporec_mcp.tools.edit_events import still_serving
from temporec_mcp.tools.forget import ModelOutcome, kinds
from temporec_mcp.tools.references import import_id_of, import_ref
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, sentences


class UndoRequest(Request):
    """Which import, and whether it is meant."""

    import_ref: str = Field(description="From list_events with imports=true, or import_history")
    confirm: str | None = Field(default=None, description="Token of the first call, good for ten minutes")


class UndoReply(Reply):
    """What would go, or what went."""

    would_remove: dict[str, int] | None = None
    confirm: str | None = None
    removed: dict[str, int] | None = None
    models: tuple[ModelOutcome, ...] | None = None

    def lines(self) -> list[str]:
        """Give the token, or a line per model."""
        models = [f"model_id {entry.model_id}: {entry.outcome}" for entry in self.models or ()]
        return [f"confirm {self.confirm}"] if self.confirm is not None else models


def undo_import(app: UseCases, request: UndoRequest, call: Call) -> UndoReply:
    """Count first; take the import back when the token of that count is given."""
    del call
    import_id = import_id_of(request.import_ref)
    if request.confirm is None:
        return _preview(app.preview_undo(import_id))
    return _receipt(app.undo_import(import_id, request.confirm))


def _preview(preview: UndoPreview) -> UndoReply:
    return UndoReply(
        summary=sentences(
            f"Undoing {import_ref(preview.import_id)} ({preview.source}) would remove {kinds(preview.would_remove)} of "
            f"{counted(preview.user_count, 'user')}. Nothing is removed yet.",
            _would_restore(preview.corrections),
            "If the person agrees, call undo_import again with confirm within ten minutes.",
        ),
        would_remove=preview.would_remove,
        confirm=preview.confirm,
    )


def _receipt(receipt: UndoReceipt) -> UndoReply:
    return UndoReply(
        summary=sentences(
            f"The import {import_ref(receipt.import_id)} is undone: {kinds(receipt.removed)} removed. The file may be "
            "imported again.",
            _restored(receipt.restored),
            f"{counted(len(receipt.models), 'model')} had learnt from it, see models." if receipt.models else "",
        ),
        removed=receipt.removed,
        models=still_serving(receipt.models),
    )


def _would_restore(count: int) -> str:
    return f"It also corrected {counted(count, 'earlier event')}, as before once it is undone." if count else ""


def _restored(count: int) -> str:
    return (
        f"{counted(count, 'event')} that it had corrected {'is' if count == 1 else 'are'} as before." if count else ""
    )


TOOL = make_tool(
    About(
        name="undo_import",
        title="Undo an import",
        description="Remove everything that one import brought. The first call only counts and gives a token.",
        is_destructive=True,
        is_idempotent=True,
    ),
    UndoRequest,
    UndoReply,
    undo_import,
)
