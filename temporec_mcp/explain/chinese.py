"""Chinese sentences."""

from itertools import pairwise

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.ranking import Counterfactual, Explanation, Reason, ReasonGroup, TimeEffect
from temporec_mcp.domain.reasons import Exclusion, Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain.statements import Against, Cause, Note, Parts, Placement, Statement, Versus, shared_day
from temporec_mcp.explain.words import (
    ITSELF,
    LATER,
    Telling,
    action_phrase_zh,
    day_of,
    days_said,
    hour_of,
    is_visible,
    month_of,
    quoted,
    rating_said,
    signed,
    title_or_itself,
    unsigned,
    weekday_of,
)

STAND_IN_REST = 0.2
"""Stand-ins are called so without a word for partly when this share of their joint effect shows one at a time."""
NAMED = 2
"""Titles of a counterfactual that are named; more are counted."""


class Chinese:
    """Says statements about one explanation."""

    def __init__(self, explanation: Explanation, telling: Telling) -> None:
        """Speak to the person when the explanation is the person's own, else of the user."""
        self._facts = explanation
        self._telling = telling
        self._you = "您" if explanation.user_id in (None, DEFAULT_USER) else "该用户"

    def say(self, statement: Statement) -> str:
        """Give the sentence, or sentences, of a statement."""
        match statement:
            case Placement():
                return self._placement(statement)
            case Counterfactual():
                return self._without(statement)
            case Parts():
                return self._parts(statement)
            case Versus():
                return self._versus(statement)
            case Against():
                return f"对它不利的是{self._you}{self._event(statement.reason)}。"
            case TimeEffect() | MomentEffect() | PeriodEffect() | Lift():
                return self.change(statement)
            case Note():
                return self._note(statement)

    def later(self, moment: TimeEffect) -> str:
        """Say what the same question gives later."""
        when = LATER["zh"][moment.shift_days]
        return f"若晚{when}再问，它会{self._rank(moment.rank_then, moment.rank_now)}。"

    def change(self, change: TimeEffect | MomentEffect | PeriodEffect | Lift) -> str:
        """Say what another moment, the lack of a period, or one more event does to the rank."""
        match change:
            case TimeEffect():
                return self.later(change)
            case Lift():
                done = action_phrase_zh(change.action, quoted(change.title, "zh"))
                more, ranks = "又" if change.is_repeat else "还", self._rank(change.rank_after, change.rank_before)
                return f"如果{self._you}{more}{done}，它会{ranks}。"
            case PeriodEffect():
                return self._period(change)
            case MomentEffect():
                return self._moment(change)

    def _moment(self, moment: MomentEffect) -> str:
        as_of, telling = self._facts.as_of, self._telling
        lead = {
            "weekday": f"提问时是{weekday_of(as_of, telling)}，这有影响：换成一周的其他日子",
            "hour": f"提问的钟点{hour_of(as_of, telling)}有影响：换成其他钟点",
            "pause": f"距上次已有{days_said(moment.pause_days)}天，这有影响：若没有这段间隔",
        }[moment.kind]
        best, worst = moment.best_then, moment.worst_then
        ranks = f"第{best}位" if best == worst else f"第{best}到{worst}位"
        return f"{lead}，它会排在{ranks}，而不是第{moment.rank_now}位（{signed(moment.effect)}）。"

    def _period(self, period: PeriodEffect) -> str:
        when = {
            "month": month_of(period.first, self._telling),
            "week": f"{day_of(period.first, self._telling)}那一周",
            "day": f"{day_of(period.first, self._telling)}当天",
        }[period.unit]
        label = quoted(period.label, "zh") if period.label else ""
        mostly = f"（主要是{label}）" if label and not period.is_return else ""
        lead = f"{self._you}在{when}又回到{label}" if period.is_return else f"{self._you}在{when}的经历有影响"
        rank = self._rank(period.rank_then, period.rank_now)
        return f"{lead}：去掉其中{period.event_count}条记录{mostly}，它会{rank}（{signed(period.effect)}）。"

    def _rank(self, then: int, now: int) -> str:
        k = self._facts.k
        where = "，离开列表" if then > k >= now else "，进入列表" if now > k >= then else ""
        return f"排在第{then}位，而不是第{now}位{where}"

    def _placement(self, said: Placement) -> str:
        place, causes = self._place(), self._causes(said.causes)
        whole = f"{place}，靠的是{self._you}的整体历史（{signed(self._facts.history_effect)}）"
        match said.basis:
            case "mostly":
                return f"{place}，主要因为{causes}。"
            case "whole":
                return f"{whole}，其中最重要的是{causes}。"
            case "small":
                return f"{whole}，其中没有哪一条记录占很大部分，最大的是{causes}。"
            case "outside":
                return self._outside(said, causes)
            case "no_history":
                part = f"，因为{_figure(said.part)}" if said.part else ""
                return f"{place}{part}；目前没有{self._you}的历史可供参考。"
            case "beyond":
                return f"{place}。{_speaking(causes)}"
            case "barred":
                return f"{self._barred()}{_speaking(causes)}"

    def _barred(self) -> str:
        bars = "，并且".join(self._bar(exclusion) for exclusion in self._facts.excluded_by)
        title = quoted(self._facts.title, "zh")
        return f"{title}不在{self._you}的列表里，因为{bars}。若允许，它会排在第{self._facts.rank}位。"

    def _bar(self, exclusion: Exclusion) -> str:
        return {
            "seen": f"{self._you}已经有过它，而列表只给新的",
            "refused": f"{self._you}最近一次表示不要它",
            "excluded": "请求排除了它",
            "category": "它不属于所问的类别",
            "unavailable": "它被标为不可用",
        }[exclusion]

    def _outside(self, said: Placement, causes: str) -> str:
        part = f"，首先是{_figure(said.part)}" if said.part else ""
        effect = self._facts.history_effect
        history = f"历史的作用是{signed(effect)}" if is_visible(effect) else "历史没有影响"
        strongest = f"，其中最重要的是{causes}" if causes and effect > 0 else ""
        return f"{self._place()}，主要原因在{self._you}的历史之外{part}；{history}{strongest}。"

    def _place(self) -> str:
        title, rank = quoted(self._facts.title, "zh"), self._facts.rank
        if rank > self._facts.k:
            return f"{title}对{self._you}排在第{rank}位，不在前{self._facts.k}名之内"
        return f"{title}排在{self._you}列表的第{rank}位"

    def _causes(self, causes: tuple[Cause, ...]) -> str:
        if not causes:
            return ""
        day = shared_day(causes, self._telling)
        phrases = [self._cause(causes[0], day)]
        for before, cause in pairwise(causes):
            phrase = self._cause(cause, day)
            is_same = isinstance(before, Reason) and isinstance(cause, Reason) and before.action == cause.action
            verb = _verb(cause.action) if is_same and isinstance(cause, Reason) else ""
            phrases.append(f"、{phrase.removeprefix(verb)}" if verb else f"，还{phrase}")
        return self._you + "".join(phrases) + (f"，都在{day}" if day else "")

    def _cause(self, cause: Cause, day: str | None) -> str:
        return self._event(cause, day) if isinstance(cause, Reason) else self._group(cause)

    def _event(self, reason: Reason, said_day: str | None = None) -> str:
        """Say an event with its day, unless that is said for all."""
        title, rating = title_or_itself(reason.title, reason.item_id, self._facts, "zh"), reason.rating
        phrase = action_phrase_zh(reason.action, title)
        if rating is not None:
            said = f"评了{rating_said(rating, 'zh')}"
            link = "虽然只" if reason.effect > 0 else "只"
            phrase = f"试过{title}，{link}{said}" if rating.is_low else f"给{title}{said}"
        day = "" if said_day else f"{day_of(reason.time, self._telling)}，"
        return f"{phrase}（{day}{signed(reason.effect)}）"

    def _group(self, group: ReasonGroup) -> str:
        pairs = zip(group.titles, group.item_ids, strict=True)
        titles = _listed([title_or_itself(title, item_id, self._facts, "zh") for title, item_id in pairs])
        if len(group.titles) == 1:
            return f"对{titles}有{group.event_count}条记录（合计{signed(group.effect)}）"
        alone = sum(abs(reason.effect) for reason in self._facts.reasons if reason.item_id in group.item_ids)
        partly = "" if alone <= STAND_IN_REST * group.effect else "部分"
        return f"的历史中有可以{partly}互相替代的{titles}（合计{signed(group.effect)}）"

    def _without(self, claim: Counterfactual) -> str:
        pairs = list(zip(claim.titles, claim.item_ids, strict=True))[:NAMED]
        own = f"{ITSELF['zh'][0]}的记录"
        titles = _listed([own if item_id == self._facts.item_id else quoted(title, "zh") for title, item_id in pairs])
        more = len(claim.titles) - NAMED
        rest = f"及另外{more}项" if more > 0 else ""
        ranks = f"排名从{claim.rank_before}到{claim.rank_after}"
        return f"如果没有{titles}{rest}，它会离开前{self._facts.k}名（{ranks}）。"

    def _versus(self, said: Versus) -> str:
        other = said.comparison
        side = "高" if other.difference > 0 else "低"
        part = f"，差别最大的是{_figure(said.part)}" if said.part else ""
        return f"它的得分比{quoted(other.title, 'zh')}（第{other.rank}位）{side}{unsigned(other.difference)}{part}。"

    def _parts(self, said: Parts) -> str:
        figures = [f"{words}{signed(value)}" for words, value in said.figures]
        rest = ["其余较小部分"] if said.has_more else []
        return f"它的得分{signed(self._facts.value)}由以下部分相加：{'、'.join([*figures, *rest])}。"

    def _note(self, note: Note) -> str:
        return {
            "stays": "没有找到五项以内、去掉后会使它离开列表的内容。",
            "untrained": "这份列表背后还没有训练好的模型。",
            "popular": f"列表只反映热门程度，没有用到{self._you}的历史。",
            "ratings": "评过分的都算用过，不论分数高低。",
            "likeness": "其中的联系主要是描述相似，而不是人们的行为。",
            "blocks": f"有{self._facts.grouped_count}条较早的记录是分块去掉的，没有逐条检验。",
            "verified": "每个数字都经重新打分核实。",
            "unfiltered": f"若不加筛选，它会排在第{self._facts.rank_unfiltered}位。",
            "figures": "带正负号的数字是得分的增减。",
            "unverified": "有的数字在重新打分时不成立，已略去。",
        }[note.kind]


def _speaking(causes: str) -> str:
    return f"最支持它的是{causes}。" if causes else "没有哪条历史记录明显支持它。"


def _figure(part: tuple[str, float]) -> str:
    return f"{part[0]}（{signed(part[1])}）"


def _verb(action: str) -> str:
    """Give what stands before the title, when nothing stands after it; else nothing."""
    phrase = action_phrase_zh(action, "{}")
    return phrase.removesuffix("{}") if phrase.endswith("{}") else ""


def _listed(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{'、'.join(phrases[:-1])}和{phrases[-1]}"
