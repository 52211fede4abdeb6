"""What users see of their own history, and how they correct it: the next list follows at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from temporec_mcp.app.home import Home
from temporec_mcp.app.tokens import LIFETIME
from temporec_mcp.domain.events import Event
from temporec_mcp.domain.seeing import (
    Edit,
    EditKind,
    EditOutcome,
    EventPage,
    EventQuestion,
    UndoPreview,
    UndoReceipt,
)
from temporec_mcp.errors import InvalidInputError, NotFoundError

HIDING = "dismiss"
"""The action by which an item is hidden from its user; it also speaks against what resembles it."""
NOT_YOURS = "There is no such event of this user: call list_events for event_ref."


def list_events(home: Home, question: EventQuestion) -> EventPage:
    """Give a page of a user's events, newest first.

    Raises:
        NotFoundError: there is no such answer of this user.
    """
    if question.recommendation_id is None:
        return home.store.seen.page(question)
    answer = home.store.recommendations.given(question.recommendation_id)
    if answer.request.user_id != home.store.users.kept_as(question.user_id):
        raise NotFoundError(
            f"There is no recommendation {question.recommendation_id!r} of {question.user_id!r}.",
            "Give the user_id that it was asked for.",
        )
    until = min(question.until or answer.request.as_of, answer.request.as_of)
    return home.store.seen.page(replace(question, until=until), answer.last_seq)


@dataclass(slots=True)
class _Plan:
    """What the edits of one call come to, place by place."""

    user_id: str
    there: frozenset[int]
    """Events that the user has, of those that are named."""
    gone: frozenset[int]
    """Those of them that the user has removed already."""
    corrections: list[Edit] = field(default_factory=list[Edit])
    removals: set[int] = field(default_factory=set[int])
    hidden: list[str] = field(default_factory=list[str])
    deleted: list[str] = field(default_factory=list[str])
    done: dict[EditKind, int] = field(default_factory=dict[EditKind, int])
    rejections: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def count(self, kind: EditKind, count: int = 1) -> None:
        self.done[kind] = self.done.get(kind, 0) + count


def edit_events(home: Home, user_id: str, edits: Sequence[tuple[int, Edit]], now: datetime) -> EditOutcome:
    """Do what each edit says, and tell by its place why one could not be done. The same call again changes nothing.

    Args:
        home: where.
        user_id: whose events they are.
        edits: each with its place in the caller's list.
        now: when the call came; no other call's, and the same when it is sent again.
    """
    named = [edit.event_seq for _, edit in edits if edit.event_seq is not None]
    plan = _Plan(user_id, *home.store.corrections.known(user_id, named))
    for place, edit in edits:
        refusal = _PLANNERS[edit.kind](home, plan, edit)
        if refusal is not None:
            plan.rejections.append((place, refusal))
    return _carry_out(home, plan, now)


def _carry_out(home: Home, plan: _Plan, now: datetime) -> EditOutcome:
    store, done_at = home.store, home.clock()
    models = [*store.corrections.correct(plan.corrections, done_at)]
    removed = store.corrections.remove(sorted(plan.removals), done_at)
    models += removed.models
    if plan.hidden:
        store.events.add([Event(plan.user_id, item_id, HIDING, now) for item_id in dict.fromkeys(plan.hidden)], now)
    for item_id in plan.deleted:
        store.corrections.delete_item(plan.user_id, item_id)
    if removed.items or plan.deleted:
        home.catalogues.prune()
    return EditOutcome(plan.done, tuple(sorted(plan.rejections)), tuple(dict.fromkeys(models)))


def _plan_correction(home: Home, plan: _Plan, edit: Edit) -> str | None:
    del home
    if edit.event_seq not in plan.there:
        return NOT_YOURS
    plan.corrections.append(edit)
    plan.count("correct")
    return None


def _plan_removal(home: Home, plan: _Plan, edit: Edit) -> str | None:
    if edit.item_id is not None:
        names = home.catalogues.current().known_as(edit.item_id)
        found = {seq for name in names for seq in home.store.corrections.of_item(plan.user_id, name)}
        if not found:
            return f"This user has no event with {edit.item_id!r}: there never was one, or it is removed already."
        plan.count("remove", len(found - plan.removals))
        plan.removals |= found
        return None
    if edit.event_seq not in plan.there | plan.gone:
        return NOT_YOURS
    if edit.event_seq not in plan.removals:
        plan.count("remove")
    plan.removals |= {edit.event_seq} & plan.there
    return None


def _plan_hiding(home: Home, plan: _Plan, edit: Edit) -> str | None:
    item_id = edit.item_id or ""
    newest = home.store.seen.page(EventQuestion(plan.user_id, item_id=item_id, limit=1)).events
    if not newest and not _is_public(home, item_id):
        return f"There is no item {item_id!r} for this user."
    plan.count("hide")
    if not newest or newest[0].action != HIDING:
        plan.hidden.append(item_id)
    return None


def _plan_showing(home: Home, plan: _Plan, edit: Edit) -> str | None:
    item_id = edit.item_id or ""
    if not home.store.corrections.of_item(plan.user_id, item_id) and not _is_public(home, item_id):
        return f"There is no item {item_id!r} for this user."
    plan.removals.update(home.store.corrections.of_item(plan.user_id, item_id, HIDING))
    plan.count("show")
    return None


def _plan_deletion(home: Home, plan: _Plan, edit: Edit) -> str | None:
    item_id = edit.item_id or ""
    own = home.store.corrections.of_item(plan.user_id, item_id)
    if not own and not _is_public(home, item_id):
        return f"There is no item {item_id!r} for this user: it never was, or it is deleted already."
    if home.store.corrections.is_used_by_others(plan.user_id, item_id):
        return f"Others use {item_id!r}, so it stays: hide keeps it away from this user."
    plan.removals.update(own)
    plan.deleted.append(item_id)
    plan.count("delete_item")
    return None


def _is_public(home: Home, item_id: str) -> bool:
    state = home.catalogues.current()
    number = state.numbers.get(item_id)
    return number is not None and bool(state.catalogue.public_V[number])


_PLANNERS: dict[EditKind, Callable[[Home, _Plan, Edit], str | None]] = {
    "correct": _plan_correction,
    "remove": _plan_removal,
    "hide": _plan_hiding,
    "show": _plan_showing,
    "delete_item": _plan_deletion,
}


def preview_undo(home: Home, import_id: int) -> UndoPreview:
    """Count what undoing an import would remove, and give the token that confirms it.

    Raises:
        NotFoundError: there is no such import (any more).
    """
    found = home.store.corrections.find_import(import_id)
    counts = {"events": found.events, "items": found.items}
    token = home.tokens.give(_confirmed_name(import_id))
    return UndoPreview(import_id, found.source, found.users, counts, token, found.corrections)


def undo_import(home: Home, import_id: int, confirm: str) -> UndoReceipt:
    """Remove everything that an import brought and take back what it corrected.

    A confirmed call that comes again finds nothing left and says so.

    Raises:
        InvalidInputError: the token is unknown, too old or another import's.
    """
    if not home.tokens.holds(_confirmed_name(import_id), confirm):
        raise InvalidInputError(
            f"The confirmation {confirm!r} does not hold for the import i{import_id}: it is unknown, or older than "
            f"{LIFETIME.seconds // 60} minutes.",
            "Call undo_import without `confirm` to see what would go and get a new one.",
        )
    removed = home.store.corrections.undo_import(import_id, home.clock())
    vectors = home.catalogues.prune()
    counts = {"events": removed.events, "items": removed.items, "vectors": vectors}
    return UndoReceipt(import_id, counts, removed.models, removed.restored)


def _confirmed_name(import_id: int) -> str:
    """Give what a token for an import is given for; no id of a user can have this control character."""
    return f"\x00import {import_id}"
