"""The words that both languages take from tables: parts of the model, actions, titles, figures, dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Literal

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.reasons import Rating

if TYPE_CHECKING:
    from temporec_mcp.domain.ranking import Explanation

Language = Literal["en", "zh"]
Detail = Literal["brief", "full"]

TITLE_CHARACTERS: dict[Language, int] = {"en": 60, "zh": 32}
"""Titles are data of unknown length; in sentences they are cut to this."""
TITLE_WORDS = 9
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
LATER: dict[Language, dict[float, str]] = {
    "en": {0.5: "12 hours", 1.0: "a day", 7.0: "a week"},
    "zh": {0.5: "12小时", 1.0: "一天", 7.0: "一周"},
}
"""Words for the shifts in days of time effects."""
ORDINALS = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True, slots=True)
class Telling:
    """How an explanation is told."""

    language: Language = "en"
    detail: Detail = "brief"
    zone: tzinfo = UTC
    """Dates are said in it."""


PART_WORDS: dict[str, tuple[str, str]] = {
    "local ridge": ("what goes with the latest choices", "与最近选择的搭配"),
    "ridge": ("what goes with the latest choices", "与最近选择的搭配"),
    "directed ridge": ("what is chosen after such choices", "此类选择之后的习惯"),
    "root transitions": ("what usually comes next", "接连选择的规律"),
    "transitions": ("what usually comes next", "接连选择的规律"),
    "directed transitions": ("what usually comes next", "接连选择的规律"),
    "gaps": ("what usually follows after such a pause", "这样间隔后的常见选择"),
    "ease": ("what is chosen together", "常被一起选择的搭配"),
    "item knn": ("what is chosen together", "常被一起选择的搭配"),
    "recent popularity": ("its recent popularity", "近期热度"),
    "popularity": ("its overall popularity", "总体热度"),
    "text": ("the likeness of descriptions", "描述的相似"),
    "frequency": ("the habit of coming back to it", "重复选择的习惯"),
    "habit": ("the habit of coming back to it", "重复选择的习惯"),
    "basket": ("what usually is in the next basket", "下次购物的习惯"),
    "net": ("the order of the history", "历史的先后顺序"),
    "taste": ("what is chosen after such choices", "此类选择之后的习惯"),
    "query": ("the words that were asked for", "查询的词语"),
    "context": ("the occasion that was asked for", "所问的场合"),
}
MOMENT = "time of asking"
DIVERSITY = "diversity"
FILTERS = "filters"
OTHER = "other"
PART_SOURCES: dict[str, str] = {
    "local ridge": "chosen together",
    "ridge": "chosen together",
    "ease": "chosen together",
    "item knn": "chosen together",
    "directed ridge": "what usually follows",
    "root transitions": "what usually follows",
    "transitions": "what usually follows",
    "directed transitions": "what usually follows",
    "gaps": "what usually follows",
    "own transitions": "own habit",
    "context transitions": "context",
    "frequency": "own habit",
    "habit": "own habit",
    "basket": "own habit",
    "recent popularity": "recent popularity",
    "popularity": "popularity",
    "text": "text",
    "net": "sequence",
    "taste": "what usually follows",
    "query": "query",
    "context": "context",
}
"""Readable source of a score by part or family of parts."""
SOURCE_WORDS: dict[str, tuple[str, str]] = {
    "sequence": ("the order of the history", "历史的先后顺序"),
    "chosen together": ("what is chosen together", "常被一起选择的搭配"),
    "what usually follows": ("what usually follows", "接连选择的规律"),
    "own habit": ("the habit of coming back", "重复选择的习惯"),
    "text": ("the likeness of descriptions", "描述的相似"),
    "recent popularity": ("its recent popularity", "近期热度"),
    "popularity": ("its overall popularity", "总体热度"),
    "query": ("the words that were asked for", "查询的词语"),
    "context": ("the occasion that was asked for", "所问的场合"),
    MOMENT: ("the moment of asking", "提问的时刻"),
    FILTERS: ("the narrower choice", "筛选后的范围"),
    DIVERSITY: ("the variety of the list", "列表的多样性"),
    OTHER: ("other parts", "其他部分"),
}
OF_THE_PAST = frozenset({"sequence", "chosen together", "what usually follows", "own habit", "text"})
"""Sources that speak of a history; what their parts give without any is not of it."""
WHOEVER_ASKS = ("what the model gives it whoever asks", "无论谁问模型都会给的分")
PART_ENDINGS = ("popularity", "ease", "transitions", "ridge", "basket", "frequency", "net", "text", "context")
"""Families of parts that are named after their own settings."""
UNKNOWN_PART = ('a part called "{name}"', "名为“{name}”的部分")

ACTION_PHRASES_ZH: dict[str, str] = {
    "view": "浏览过{}",
    "click": "点击过{}",
    "search": "搜索过{}",
    "play": "播放过{}",
    "listen": "听过{}",
    "watch": "看过{}",
    "read": "读过{}",
    "like": "点赞过{}",
    "dislike": "不喜欢{}",
    "skip": "跳过了{}",
    "rate": "给{}评过分",
    "comment": "评论过{}",
    "share": "分享过{}",
    "save": "收藏过{}",
    "add_to_cart": "把{}加入过购物车",
    "purchase": "购买过{}",
    "dismiss": "关闭过{}",
}
ITSELF: dict[Language, tuple[str, ...]] = {"en": ("this very item", "its own past"), "zh": ("它本身",)}
"""Words that stand for the explained item among what it leans on."""
UNKNOWN_PHRASE_ZH = "与{}有过记录"
UNKNOWN_ACTION_EN = "had an event with"


def part_words(name: str, language: Language) -> str:
    """Give plain words for a part of the model; a name that is not known is quoted."""
    plain = _plain(name)
    words = PART_WORDS.get(plain) or PART_WORDS.get(_family(plain))
    english, chinese = words or tuple(template.format(name=_unquoted(name)[:40]) for template in UNKNOWN_PART)
    return english if language == "en" else chinese


def part_words_without_history(name: str, language: Language) -> str:
    """Give plain words for what a part of the model adds for somebody who has no history."""
    of_the_past = part_source(name) in OF_THE_PAST
    return WHOEVER_ASKS[0 if language == "en" else 1] if of_the_past else part_words(name, language)


def part_source(name: str) -> str:
    """Give the readable source that a part of the model belongs to."""
    plain = _plain(name)
    return PART_SOURCES.get(plain) or PART_SOURCES.get(_family(plain)) or OTHER


def source_words(source: str, language: Language) -> str:
    """Give plain words for a source of a score."""
    return SOURCE_WORDS[source][0 if language == "en" else 1]


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").replace("-", " ").strip()


def _family(plain: str) -> str:
    if "gap" in plain:
        return "gaps"
    if "popularity" in plain and plain != "popularity":
        return "recent popularity"
    return next((family for family in PART_ENDINGS if family in plain.split()), "")


def past_tense(action: str) -> str:
    """Give the English past tense of an action."""
    return (ACTIONS[action].past if action in ACTIONS else "") or UNKNOWN_ACTION_EN


def action_phrase_zh(action: str, title: str) -> str:
    """Give in Chinese that somebody did `action` with a quoted title."""
    return ACTION_PHRASES_ZH.get(action, UNKNOWN_PHRASE_ZH).format(title)


def title_or_itself(title: str, item_id: str, facts: Explanation, language: Language) -> str:
    """Give a title in quotes; of the explained item's own past, words that stand for it."""
    return ITSELF[language][0] if item_id == facts.item_id else quoted(title, language)


def short_title(title: str, language: Language) -> str:
    """Give a title as sentences quote it: without quotes of its own, cut with an ellipsis."""
    words = _unquoted(title).split()
    text = " ".join(words[:TITLE_WORDS])
    limit = TITLE_CHARACTERS[language]
    if len(words) <= TITLE_WORDS and len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + "…"


def quoted(title: str, language: Language) -> str:
    """Give a title in the quotes of the language."""
    text = short_title(title, language)
    return f'"{text}"' if language == "en" else f"“{text}”"


def _unquoted(text: str) -> str:
    return text.translate(str.maketrans({'"': "'", "“": "'", "”": "'"}))


def signed(value: float) -> str:
    """Give a figure with its sign, two decimals, three where it is small."""
    return f"{value:+.2f}" if abs(value) >= 0.095 else f"{value:+.3f}"


def unsigned(value: float) -> str:
    """Give the size of a figure, two decimals, three where it is small."""
    return signed(abs(value))[1:]


def is_visible(value: float) -> bool:
    """Say whether the figure is more than a row of zeros."""
    return signed(value).strip("+-0.") != ""


def rating_said(rating: Rating, language: Language) -> str:
    """Give a rating with the end of its scale, where that is known."""
    if language == "zh":
        return f"{rating.short}分"
    return f"at {rating.short}" if rating.top is None else rating.short.replace("/", " of ")


def month_of(time: datetime, telling: Telling) -> str:
    """Give the month in the telling's zone and language."""
    local = time.astimezone(telling.zone)
    return f"{local.year}年{local.month}月" if telling.language == "zh" else f"{MONTHS[local.month - 1]} {local.year}"


def weekday_of(time: datetime, telling: Telling) -> str:
    """Give the name of the weekday in the telling's zone and language."""
    return WEEKDAYS[telling.language][time.astimezone(telling.zone).weekday()]


def hour_of(time: datetime, telling: Telling) -> str:
    """Give the hour and minute in the telling's zone."""
    return f"{time.astimezone(telling.zone):%H:%M}"


def days_said(days: float) -> str:
    """Give a number of days, with a tenth where there are few."""
    return f"{days:.0f}" if days >= 10 else f"{days:.1f}"


def day_of(time: datetime, telling: Telling) -> str:
    """Give the day in the telling's zone and language."""
    local = time.astimezone(telling.zone)
    if telling.language == "zh":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"
