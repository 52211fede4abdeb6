"""The findings in Chinese sentences."""

from collections.abc import Sequence
from datetime import date

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.domain.timeline import Anomaly, Change, Period, Timeline, rounded_rate
from temporec_mcp.timeline import phrases
from temporec_mcp.timeline.chance import MOST_RARE
from temporec_mcp.timeline.names import short

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_NOUNS = {
    "view": "浏览", "click": "点击", "search": "搜索", "play": "播放", "listen": "收听", "watch": "观看",
    "read": "阅读", "like": "点赞", "dislike": "点踩", "skip": "跳过", "rate": "评分", "comment": "评论",
    "share": "分享", "save": "收藏", "add_to_cart": "加入购物车", "purchase": "购买", "dismiss": "忽略",
}  # fmt: skip
_CYCLES = {
    3.5: "大约每半周重复一次",
    14.0: "大约每两周重复一次",
    30.44: "大约每个月重复一次",
}
_UNITS: dict[phrases.Unit, str] = {"minute": "分钟", "hour": "小时", "day": "天", "year": "年"}


class Chinese:
    """The findings in Chinese."""

    def opening(self, timeline: Timeline) -> str:
        """Say what there is: events, days, span, sessions."""
        owner = "您" if timeline.user_id == DEFAULT_USER else "这位用户"
        first, last = phrases.span(timeline)
        when = _date(first) if first == last else f"{_date(first)}和{_date(last)}"
        if timeline.active_day_count > 2:
            when = f"{_date(first)}至{_date(last)}间的{timeline.active_day_count}个活跃日里"
        sessions = f"，分属{timeline.session_count}次活动" if timeline.session_count > 1 else "，都在同一次活动中"
        return f"{owner}在{when}共有{_actions(timeline)}{sessions if timeline.event_count > 1 else ''}。"

    def session_rule(self, timeline: Timeline) -> str:
        """Say what parts sessions."""
        if timeline.session_count < 2:
            return ""
        if not any(timeline.rhythm.hours):
            return "这些记录没有时刻，每一天算作一次活动。"
        return f"停顿超过{_duration(timeline.session_gap_minutes / phrases.DAY_MINUTES)}算作新的一次活动。"

    def themes(self, timeline: Timeline) -> str:
        """Say the main interests."""
        shown = phrases.shown_interests(timeline)
        if not shown:
            return ""
        quoted = timeline.interest_source != "labels"
        names = [f"{_name(interest.label, quoted)}（{phrases.percent(interest.share)}）" for interest in shown]
        if timeline.interest_source == "words":
            # A title's words share it, so their parts say little of how many titles have one.
            return f"标题中反复出现的词是{_listed([_name(word.label, True) for word in shown])}。"
        if timeline.interest_source == "items":
            return f"出现最多的是{_listed(names)}。"
        if len(names) > 1 and phrases.is_leading(shown):
            return f"最主要的兴趣是{names[0]}，其次是{_listed(names[1:])}。"
        return f"主要兴趣是{_listed(names)}。"

    def trends(self, timeline: Timeline) -> str:
        """Say which interests rise and fade."""
        quoted = timeline.interest_source != "labels"
        parts: list[str] = []
        for trend, said in (("rising", "越来越多"), ("fading", "逐渐减少")):
            names = [_name(interest.label, quoted) for interest in timeline.interests if interest.trend == trend]
            if names:
                parts.append(f"{_listed(names)}{said}")
        return f"{'，'.join(parts)}。" if parts else ""

    def period(self, period: Period, timeline: Timeline) -> str:
        """Say a habit."""
        if period.share is not None and period.weekdays:
            names, part = _listed([_WEEKDAYS[weekday] for weekday in period.weekdays]), phrases.percent(period.share)
            said = "是稳定的习惯" if period.share >= phrases.FIRM_SHARE else "比其他日子突出"
            return f"{names}{said}：{part}的活动从这{'一' if len(period.weekdays) == 1 else '两'}天开始。"
        if period.share is not None and period.hour_from is not None:
            hours = f"{period.hour_from:02d}:00至{period.hour_to:02d}:00（{timeline.timezone}）"
            return f"最喜欢的时段是{hours}，{phrases.percent(period.share)}的活动在此时开始。"
        return f"活动{_CYCLES[period.days]}。" if period.days in _CYCLES else ""

    def change(self, change: Change) -> str:
        """Say that taste or activity changed."""
        when = f"{_date(change.date)}前后"
        if change.until is not None:
            when = f"{_date(change.date)}至{_date(change.until)}"
        if change.weekly is not None:
            old, new = (self.rate(weekly) for weekly in change.weekly)
            return f"{when}，频率从{old}变为{new}。"
        if change.rose is None or change.fell is None:
            return f"{when}，{change.after}取代{change.before}成为最主要的兴趣。"
        rise, fall = (tuple(map(phrases.percent, shares)) for shares in (change.rose, change.fell))
        return f"{when}，{change.after}的比重从{rise[0]}升到{rise[1]}，{change.before}从{fall[0]}降到{fall[1]}。"

    def rate(self, weekly: float) -> str:
        """Say how many events there are a week."""
        return f"每周{rounded_rate(weekly).replace(',', '')}次"

    def anomaly(self, anomaly: Anomaly) -> str:
        """Say what was out of habit, and how rare that is."""
        said, facts = _anomaly(anomaly), anomaly.facts
        if "one_in" not in facts:
            return f"{said}。"
        rarity = phrases.figure(facts, "one_in")
        return f"{said}（偶然的可能{'不到' if rarity >= MOST_RARE else '约为'}{rarity:.0f}分之一）。"

    def outlook(self, timeline: Timeline) -> str:
        """Say how long the user usually pauses, when the next session is likely, and what it is likely about."""
        outlook = timeline.outlook
        if outlook is None:
            return ""
        usual = f"两次活动之间通常相隔{_duration(outlook.median_gap_days)}"
        days = phrases.next_days(timeline)
        if days is None:
            low, high = _duration(outlook.low_gap_days), _duration(outlook.high_gap_days)
            if phrases.is_silent(timeline):
                return "" if low == high else f"沉寂之前，停顿十次中有八次在{low}到{high}之间。"
            return f"{usual}。" if low == high else f"{usual}，十次中有八次在{low}到{high}之间。"
        first, last = days
        when = _date(first) if first == last else f"{_date(first)}至{_date(last)}之间"
        about = ""
        if outlook.doing is not None and outlook.doing_share is not None:
            name = _name(outlook.doing, timeline.interest_source != "labels")
            chance = phrases.chance(outlook.doing_share)
            about = f"，最可能的内容是{name}{f'（{chance}）' if chance else ''}"
        return f"{usual}；下一次有八成可能在{when}开始{about}。"


def _anomaly(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    if anomaly.kind == "silence":
        return _silence(anomaly)
    if anomaly.kind == "burst":
        count, usual = phrases.figure(facts, "events"), _figure(phrases.figure(facts, "usual_events"))
        return f"{day}格外活跃：共{count:.0f}条记录，平时活跃的一天通常为{usual}条"
    if anomaly.kind == "hour":
        count = f"{phrases.figure(facts, 'sessions'):.0f}"
        return f"{day}有一次活动始于{phrases.clock(facts)}，在全部{count}次活动中时间独一无二"
    if anomaly.kind == "value":
        return _value(anomaly)
    return _unlikely(anomaly) if "place" in facts else _foreign(anomaly)


def _foreign(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    label, title = str(facts["label"]), str(facts.get("title", ""))
    shown = f"“{title}”" if title else "有一条记录"
    count, of = phrases.figure(facts, "label_events"), phrases.figure(facts, "events")
    return f"{day}{shown}不同寻常：全部{of:.0f}条记录中{label}只有{count:.0f}条"


def _unlikely(anomaly: Anomaly) -> str:
    facts = anomaly.facts
    title = f"“{facts['title']}”" if "title" in facts else "有一项"
    place, of, usual, count = (
        f"{phrases.figure(facts, name):.0f}" for name in ("place", "choices", "usual_place", "count")
    )
    return (
        f"{_date(anomaly.date)}{title}不同寻常：模型在{of}项中把它排在第{place}位，"
        f"其余{count}项有九成排在第{usual}位或更前"
    )


def _silence(anomaly: Anomaly) -> str:
    facts = anomaly.facts
    days, usual = (_duration(phrases.figure(facts, name)) for name in ("days", "usual_days"))
    if "until" not in facts:
        return f"自{_date(anomaly.date)}以来没有新的记录，至今已{days}；以往通常只相隔{usual}"
    until = _date(phrases.day_in(facts, "until"))
    return f"{_date(anomaly.date)}至{until}沉寂了{days}，平时通常只相隔{usual}"


def _value(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    action = str(facts["action"])
    meaning = ACTIONS[action].value if action in ACTIONS else None
    title = f"“{facts['title']}”" if "title" in facts else "其中一项"
    value, usual = (phrases.figure(facts, name) for name in ("value", "usual_value"))
    if meaning == "seconds":
        shown, normal = _duration(value / DAY_SECONDS), _duration(usual / DAY_SECONDS)
        return f"{day}对{title}的{_NOUNS[action]}长达{shown}，平时通常为{normal}"
    if meaning == "rating":
        return f"{day}给{title}打了{_figure(value)}分，平时通常打{_figure(usual)}分"
    return f"{day}{title}的价格为{_figure(value)}，平时通常为{_figure(usual)}"


def _actions(timeline: Timeline) -> str:
    shown, others = phrases.actions(timeline)
    parts = [f"{count}次{_NOUNS.get(action, f'“{short(action)}”')}" for action, count in shown]
    return _listed([*parts, f"{others}次其他记录"] if others else parts)


def _figure(value: float) -> str:
    return phrases.plain(value).replace(",", "")


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{'、'.join(parts[:-1])}和{parts[-1]}"


def _name(label: str, is_quoted: bool) -> str:
    return f"“{label}”" if is_quoted else label


def _date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _duration(days: float) -> str:
    amount = phrases.amount(days)
    return f"不到1{_UNITS[amount.unit]}" if amount.number == "0" else f"{amount.number}{_UNITS[amount.unit]}"
