"""The summary of `what_if`, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporec_mcp.domain.actions import means_rating
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.tools.words import SUMMARY_WORDS, counted, joined, sentences

if TYPE_CHECKING:
    from temporec_mcp.domain.what_if import Left, Moved, Supposed, WhatIf
    from temporec_mcp.explain.words import Language

TITLES_SAID: dict[Language, int] = {"en": 3, "zh": 2}
"""Titles of a kind that the summary names; more are counted."""
CHARACTER_LIMIT = 250
"""Of a summary in Chinese."""


def summary_of(found: WhatIf, language: Language) -> str:
    """Say what was supposed and how the list would move."""
    return _chinese(found) if language == "zh" else _english(found)


def _changes(found: WhatIf) -> tuple[list[Moved], list[Moved]]:
    """Give what would be new on the list, and what would have another place on it."""
    entering = [item for item in found.items if item.rank_before is None or item.rank_before > found.k]
    return entering, [item for item in found.items if item not in entering and item.rank_before != item.rank]


def _english(found: WhatIf) -> str:
    entering, moving = _changes(found)
    lead = joined(_supposed(found))
    lead = f"{lead[:1].upper()}{lead[1:]}, the list of {found.k} would"
    if not (entering or moving or found.left):
        return sentences(f"{lead} stay as it is.")
    changes = [
        _said("new on it", [_entry(item) for item in entering]),
        _said("off it", [_exit(item) for item in found.left]),
        _said("moved", [f"{_quoted(item.title)} from {item.rank_before} to {item.rank}" for item in moving]),
    ]
    told = f"{lead} change"
    for change in filter(None, changes):
        longer = f"{told}; {change}" if told != f"{lead} change" else f"{told}. {change[:1].upper()}{change[1:]}"
        told = longer if len(longer.split()) <= SUMMARY_WORDS else told
    return f"{told}."


def _supposed(found: WhatIf) -> list[str]:
    from temporec_mcp.explain.words import past_tense

    who = "you" if found.user_id in (None, DEFAULT_USER) else "the user"
    supposed: list[str] = []
    if found.removed:
        events = counted(sum(entry.event_count for entry in found.removed), "event")
        supposed.append(f"without {events} with {_named([_quoted(entry.title) for entry in found.removed])}")
    if found.added:
        done = [
            f"{past_tense(event.action)} {_quoted(event.title)}{_rated(event, ' at {:g}')}" for event in found.added
        ]
        supposed.append(f"if {who} also {_named(done)}")
    if found.later_days:
        days = "a day" if found.later_days == 1 else f"{found.later_days:g} days"
        supposed.append(f"asked {days} later")
    return supposed


def _rated(event: Supposed, words: str) -> str:
    """Give the rating that was supposed, in these words; nothing for other events."""
    return "" if event.value is None or not means_rating(event.action) else words.format(event.value)


def _said(what: str, entries: list[str]) -> str:
    return f"{what}: {_named(entries)}" if entries else ""


def _named(entries: list[str]) -> str:
    more = len(entries) - TITLES_SAID["en"]
    return joined([*entries[: TITLES_SAID["en"]], *([f"{more} more"] if more > 0 else [])])


def _entry(item: Moved) -> str:
    before = " (was no candidate)" if item.rank_before is None else f" (was {item.rank_before})"
    return f"{_quoted(item.title)} at {item.rank}{before}"


def _exit(item: Left) -> str:
    after = "no candidate any more" if item.rank_after is None else f"now {item.rank_after}"
    return f"{_quoted(item.title)} (was {item.rank_before}, {after})"


def _quoted(title: str, language: Language = "en") -> str:
    from temporec_mcp.explain.words import quoted

    return quoted(title, language)


def _chinese(found: WhatIf) -> str:
    entering, moving = _changes(found)
    lead = f"{'，'.join(_supposed_zh(found))}，前{found.k}名"
    if not (entering or moving or found.left):
        return f"{lead}不变。"
    changes = [
        _said_zh("新进入", [_entry_zh(item) for item in entering]),
        _said_zh("离开", [_exit_zh(item) for item in found.left]),
        _said_zh("移动", [_move_zh(item) for item in moving]),
    ]
    told = f"{lead}会变化。"
    for change in filter(None, changes):
        told += change if len(told) + len(change) <= CHARACTER_LIMIT else ""
    return told


def _supposed_zh(found: WhatIf) -> list[str]:
    from temporec_mcp.explain.words import action_phrase_zh

    supposed: list[str] = []
    if found.removed:
        count = sum(entry.event_count for entry in found.removed)
        titles = [_quoted(entry.title, "zh") for entry in found.removed]
        supposed.append(f"去掉关于{_named_zh(titles)}的{count}条记录")
    if found.added:
        who = "您" if found.user_id in (None, DEFAULT_USER) else "该用户"
        done = [
            action_phrase_zh(event.action, _quoted(event.title, "zh")) + _rated(event, "（{:g}分）")
            for event in found.added
        ]
        supposed.append(f"假设{who}另外{_named_zh(done)}")
    if found.later_days:
        supposed.append(f"晚{found.later_days:g}天再问")
    return supposed


def _said_zh(what: str, entries: list[str]) -> str:
    return f"{what}：{_named_zh(entries)}。" if entries else ""


def _named_zh(entries: list[str]) -> str:
    more = len(entries) - TITLES_SAID["zh"]
    return "、".join(entries[: TITLES_SAID["zh"]]) + (f"及另外{more}项" if more > 0 else "")


def _entry_zh(item: Moved) -> str:
    before = "原不在候选之列" if item.rank_before is None else f"原第{item.rank_before}位"
    return f"{_quoted(item.title, 'zh')}第{item.rank}位（{before}）"


def _move_zh(item: Moved) -> str:
    return f"{_quoted(item.title, 'zh')}从第{item.rank_before}位到第{item.rank}位"


def _exit_zh(item: Left) -> str:
    after = "不再是候选" if item.rank_after is None else f"现第{item.rank_after}位"
    return f"{_quoted(item.title, 'zh')}（原第{item.rank_before}位，{after}）"
