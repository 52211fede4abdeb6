"""The findings in English sentences."""

from collections.abc import Sequence
from datetime import date

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.domain.timeline import Anomaly, Change, Period, Timeline, rounded_rate
from temporec_mcp.timeline import phrases
from temporec_mcp.timeline.chance import MOST_RARE
from temporec_mcp.timeline.names import short

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOUNS = {
    "view": ("view", "views"), "click": ("click", "clicks"), "search": ("search", "searches"),
    "play": ("play", "plays"), "listen": ("listen", "listens"), "watch": ("viewing", "viewings"),
    "read": ("reading", "readings"), "like": ("like", "likes"), "dislike": ("dislike", "dislikes"),
    "skip": ("skip", "skips"), "rate": ("rating", "ratings"), "comment": ("comment", "comments"),
    "share": ("share", "shares"), "save": ("save", "saves"), "add_to_cart": ("cart addition", "cart additions"),
    "purchase": ("purchase", "purchases"), "dismiss": ("dismissal", "dismissals"),
}  # fmt: skip
_CYCLES = {
    3.5: "come in a rhythm of about half a week",
    14.0: "come in a rhythm of about two weeks",
    30.44: "come in a rhythm of about a month",
}


class English:
    """The findings in English."""

    def opening(self, timeline: Timeline) -> str:
        """Say what there is: events, days, span, sessions."""
        owner = "Your" if timeline.user_id == DEFAULT_USER else "This user's"
        first, last = phrases.span(timeline)
        when = f"on {_date(first)}" if first == last else f"on {_date(first)} and {_date(last)}"
        if timeline.active_day_count > 2:
            when = f"on {timeline.active_day_count:,} days between {_date(first)} and {_date(last)}"
        sessions = (
            f", in {timeline.session_count:,} sessions" if timeline.session_count > 1 else ", in a single session"
        )
        return f"{owner} timeline holds {_actions(timeline)} {when}{sessions if timeline.event_count > 1 else ''}."

    def session_rule(self, timeline: Timeline) -> str:
        """Say what parts sessions."""
        if timeline.session_count < 2:
            return ""
        if not any(timeline.rhythm.hours):
            return "No event has a time of day, so each day counts as one session."
        pause = _duration(timeline.session_gap_minutes / phrases.DAY_MINUTES)
        return f"A pause of more than {pause} starts a new session."

    def themes(self, timeline: Timeline) -> str:
        """Say the main interests."""
        shown = phrases.shown_interests(timeline)
        if not shown:
            return ""
        quoted = timeline.interest_source != "labels"
        names = [f"{_name(interest.label, quoted)} ({phrases.percent(interest.share)})" for interest in shown]
        verb = "is" if len(names) == 1 else "are"
        if timeline.interest_source == "words":
            # A title's words share it, so their parts say little of how many titles have one.
            return f"Words that keep returning in the titles: {_listed([_name(word.label, True) for word in shown])}."
        if timeline.interest_source == "items":
            return f"What comes back most {verb} {_listed(names)}."
        if len(names) > 1 and phrases.is_leading(shown):
            return f"Above all it is about {names[0]}, then {_listed(names[1:])}."
        return f"Its main theme{'' if len(names) == 1 else 's'} {verb} {_listed(names)}."

    def trends(self, timeline: Timeline) -> str:
        """Say which interests rise and fade."""
        quoted = timeline.interest_source != "labels"
        parts: list[str] = []
        for trend, said in (("rising", "on the rise"), ("fading", "fading")):
            names = [_name(interest.label, quoted) for interest in timeline.interests if interest.trend == trend]
            if names:
                parts.append(f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {said}")
        joined = ", while ".join(parts)
        return f"{joined[:1].upper()}{joined[1:]}." if joined else ""

    def period(self, period: Period, timeline: Timeline) -> str:
        """Say a habit."""
        if period.share is not None and period.weekdays:
            return _weekdays([_WEEKDAYS[weekday] for weekday in period.weekdays], period.share)
        if period.share is not None and period.hour_from is not None:
            hours = f"{period.hour_from:02d}:00 to {period.hour_to:02d}:00 ({timeline.timezone})"
            return f"The favourite hours are {hours}, when {phrases.percent(period.share)} of the sessions begin."
        return f"The sessions {_CYCLES[period.days]}." if period.days in _CYCLES else ""

    def change(self, change: Change) -> str:
        """Say that taste or activity changed."""
        when = f"Around {_date(change.date)}"
        if change.until is not None:
            when = f"Between {_date(change.date)} and {_date(change.until)}"
        if change.weekly is not None:
            old, new = (self.rate(weekly) for weekly in change.weekly)
            return f"{when}, the pace went from {old} to {new}."
        if change.rose is None or change.fell is None:
            return f"{when}, {change.after} took the lead from {change.before}."
        rise, fall = (
            f"from {phrases.percent(old)} to {phrases.percent(new)}" for old, new in (change.rose, change.fell)
        )
        return f"{when}, {change.after} rose {rise} of the events, and {change.before} fell {fall}."

    def rate(self, weekly: float) -> str:
        """Say how many events there are a week."""
        number = rounded_rate(weekly)
        return f"{number} {'event' if number == '1' else 'events'} a week"

    def anomaly(self, anomaly: Anomaly) -> str:
        """Say what was out of habit, and how rare that is."""
        said, facts = _anomaly(anomaly), anomaly.facts
        if "one_in" not in facts:
            return f"{said}."
        rarity = phrases.figure(facts, "one_in")
        chance = f"less than one in {rarity:,.0f}" if rarity >= MOST_RARE else f"about one in {rarity:,.0f}"
        return f"{said} (by chance {chance})."

    def outlook(self, timeline: Timeline) -> str:
        """Say how long the user usually pauses, when the next session is likely, and what it is likely about."""
        outlook = timeline.outlook
        if outlook is None:
            return ""
        usual = f"The usual pause between sessions is {_duration(outlook.median_gap_days)}"
        days = phrases.next_days(timeline)
        if days is None:
            low, high = _duration(outlook.low_gap_days), _duration(outlook.high_gap_days)
            if phrases.is_silent(timeline):
                return "" if low == high else f"Before the silence eight in ten pauses lasted between {low} and {high}."
            return f"{usual}." if low == high else f"{usual}; eight in ten last between {low} and {high}."
        first, last = days
        when = f"on {_date(first)}" if first == last else f"between {_date(first)} and {_date(last)}"
        about = ""
        if outlook.doing is not None and outlook.doing_share is not None:
            name = _name(outlook.doing, timeline.interest_source != "labels")
            chance = phrases.chance(outlook.doing_share)
            about = f", most likely about {name}{f' ({chance})' if chance else ''}"
        return f"{usual}; with a chance of eight in ten the next begins {when}{about}."


def _weekdays(names: Sequence[str], share: float) -> str:
    is_one, is_firm = len(names) == 1, share >= phrases.FIRM_SHARE
    firm, loose = ("is a firm habit", "stands out") if is_one else ("are a firm habit", "stand out")
    said = firm if is_firm else f"{loose} among the days"
    when = "that day" if is_one else "these days"
    return f"{_listed(names)} {said}: {phrases.percent(share)} of the sessions begin on {when}."


def _anomaly(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    if anomaly.kind == "silence":
        return _silence(anomaly)
    if anomaly.kind == "burst":
        count, usual = phrases.figure(facts, "events"), phrases.plain(phrases.figure(facts, "usual_events"))
        return f"{day} was unusually busy: {count:,.0f} events, where an active day usually has {usual}"
    if anomaly.kind == "hour":
        others = f"{phrases.figure(facts, 'sessions'):,.0f}"
        return f"On {day} a session began at {phrases.clock(facts)}, an hour unlike any other of the {others}"
    if anomaly.kind == "value":
        return _value(anomaly)
    return _unlikely(anomaly) if "place" in facts else _foreign(anomaly)


def _foreign(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    label, title = str(facts["label"]), str(facts.get("title", ""))
    count, of = phrases.figure(facts, "label_events"), phrases.figure(facts, "events")
    what = f"“{title}” was" if title else "one event was"
    return f"On {day} {what} out of the usual: {label} has {count:,.0f} of the {of:,.0f} events"


def _unlikely(anomaly: Anomaly) -> str:
    facts = anomaly.facts
    title = f"“{facts['title']}”" if "title" in facts else "one item"
    place, of, usual, count = (
        f"{phrases.figure(facts, name):,.0f}" for name in ("place", "choices", "usual_place", "count")
    )
    return (
        f"On {_date(anomaly.date)} {title} was out of the usual: the model had it at place {place} of {of}, "
        f"and nine in ten of the other {count} at place {usual} or better"
    )


def _silence(anomaly: Anomaly) -> str:
    facts = anomaly.facts
    days, usual = (_duration(phrases.figure(facts, name)) for name in ("days", "usual_days"))
    if "until" not in facts:
        return f"Nothing has come in since {_date(anomaly.date)}, {days} by now; the usual pause was {usual}"
    until = _date(phrases.day_in(facts, "until"))
    return f"From {_date(anomaly.date)} to {until} it was silent for {days}; the usual pause is {usual}"


def _value(anomaly: Anomaly) -> str:
    facts, day = anomaly.facts, _date(anomaly.date)
    action = str(facts["action"])
    meaning = ACTIONS[action].value if action in ACTIONS else None
    title = f"“{facts['title']}”" if "title" in facts else "one item"
    value, usual = (phrases.figure(facts, name) for name in ("value", "usual_value"))
    if meaning == "seconds":
        shown, normal = _duration(value / DAY_SECONDS), _duration(usual / DAY_SECONDS)
        return f"On {day} {title} was {ACTIONS[action].past} for {shown}; the usual time is {normal}"
    if meaning == "rating":
        return f"On {day} {title} was rated {phrases.plain(value)}; the usual rating is {phrases.plain(usual)}"
    return f"On {day} {title} cost {phrases.plain(value)}; the usual price is {phrases.plain(usual)}"


def _actions(timeline: Timeline) -> str:
    shown, others = phrases.actions(timeline)
    parts = [
        _counted(count, _NOUNS.get(action, (f"“{short(action)}” event", f"“{short(action)}” events")))
        for action, count in shown
    ]
    return _listed([*parts, _counted(others, ("other event", "other events"))] if others else parts)


def _counted(count: int, nouns: tuple[str, str]) -> str:
    return f"{count:,} {nouns[0] if count == 1 else nouns[1]}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _name(label: str, is_quoted: bool) -> str:
    return f"“{label}”" if is_quoted else label


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _duration(days: float) -> str:
    amount = phrases.amount(days)
    if amount.number == "0":
        return f"less than one {amount.unit}"
    return f"{amount.number} {amount.unit}{'' if amount.number == '1' else 's'}"
