"""The pictures of a model: what it weighs, how good it is, for whom it is better or worse, how it learnt."""

# pyright: reportUnknownMemberType=false
# Altair's encodings are typed as far as its schema is.

import re

import altair as alt

from temporec_mcp.domain.model_view import ModelView
from temporec_mcp.domain.training import CaseSlice, Interval, Metrics, ModelRecord, Quality
from temporec_mcp.pages.charts import HALF, KINDS, Caption, Chart, Row, chart, colour, draw, figure, layered
from temporec_mcp.pages.contents import ModelPart
from temporec_mcp.pages.html import Content, Html, element, folded, table
from temporec_mcp.pages.reason_charts import Bar, signed, signed_bars
from temporec_mcp.pages.words import Language, known_words, named, say

MOST_PARTS = 12
LEAST_WEIGHT = 0.0005
ROW = 30
RULE = re.compile(r"(\s*)(?:score ([+-][\d.]+)|(.+) (up to|above) (-?[\d.]+):)")
"""A line of the tree that imitates a model."""


def weights(parts: tuple[ModelPart, ...], language: Language) -> Html:
    """Give what each part of the model counts."""
    ordered = sorted(parts, key=lambda part: -abs(part.weight))
    caption = Caption(say(language, "weights"), say(language, "weights_said"))
    bars = [
        Bar(f"{named('part', part.name, language)}: {part.words}", part.weight)
        for part in ordered
        if abs(part.weight) >= LEAST_WEIGHT
    ]
    rows: list[tuple[Content, ...]] = [
        (named("part", part.name, language), part.words, signed(part.weight)) for part in ordered
    ]
    heads = (say(language, "part"), "", say(language, "weight"))
    below = folded(say(language, "numbers"), table(heads, rows))
    return figure([signed_bars(bars[:MOST_PARTS], caption)], caption, below)


def quality(record: ModelRecord, language: Language) -> Html | None:
    """Give the model's ranking quality beside the baselines'; None where it could not be measured."""
    if record.metrics is None or not record.metrics.cases:
        return None
    ours = say(language, "recipe")
    measured = {named("baseline", name, language): found for name, found in record.baselines.items()}
    ordered = sorted({ours: record.metrics, **measured}.items(), key=lambda pair: -pair[1].ndcg_at_10)
    caption = Caption(say(language, "quality"), say(language, "quality_said", record.metrics.cases))
    numbers: list[tuple[Content, ...]] = [
        (
            name,
            *(f"{value:.4f}" for value in (found.ndcg_at_10, found.hit_rate_at_10)),
            *(f"{value:.4f}" for value in (found.mrr_at_10, found.coverage_at_10)),
        )
        for name, found in ordered
    ]
    heads = ("", "NDCG@10", say(language, "hit rate@10"), "MRR@10", say(language, "coverage@10"))
    below = folded(say(language, "numbers"), table(heads, numbers))
    return figure([draw(_quality_bars(ordered, ours), caption)], caption, below)


def _quality_bars(ordered: list[tuple[str, Metrics]], ours: str) -> Chart:
    rows: list[Row] = [
        {
            "name": name,
            "value": found.ndcg_at_10,
            "said": f"{found.ndcg_at_10:.4f}",
            "is_ours": name == ours,
            "told": f"{name}: {found.ndcg_at_10:.4f}",
        }
        for name, found in ordered
    ]
    sort = [name for name, _ in ordered]
    base = chart(rows, HALF - 10, ROW * len(rows)).encode(y=alt.Y("name:N", sort=sort, axis=None))
    bars = base.mark_bar(height=8, yOffset=8).encode(
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False)),
        color=alt.condition("datum.is_ours", alt.value(colour("c0")), alt.value(colour("other"))),
        description="told:N",
    )
    names = base.mark_text(align="left", dy=-5, fontSize=12).encode(x=alt.value(0), text="name:N")
    values = base.mark_text(align="right", dy=-5, fontSize=12).encode(x=alt.value(HALF - 10), text="said:N")
    return layered(bars, names, values)


def slices(found: Quality, language: Language) -> Html | None:
    """Give the lead over the best baseline by kind of case, with its uncertainty; None where there are no kinds."""
    if not found.slices:
        return None
    baseline = named("baseline", found.best_baseline, language)
    caption = Caption(say(language, "slices"), say(language, "slices_said", baseline))
    numbers: list[tuple[Content, ...]] = [
        (
            known_words(entry.name, language),
            f"{entry.metrics.cases:,}",
            *(f"{value:.4f}" for value in (entry.metrics.ndcg_at_10, entry.baseline_ndcg_at_10)),
            lead_words(entry.lead, language),
        )
        for entry in found.slices
    ]
    who, cases, ours, lead = (say(language, name) for name in ("who", "cases", "recipe", "lead"))
    below = folded(say(language, "numbers"), table((who, cases, ours, baseline, lead), numbers))
    return figure([draw(_leads(found.slices, language), caption)], caption, below)


def _leads(found: tuple[CaseSlice, ...], language: Language) -> Chart:
    rows: list[Row] = [
        {
            "name": f"{known_words(entry.name, language)} ({entry.metrics.cases:,})",
            "mean": entry.lead.mean,
            "low": entry.lead.low,
            "high": entry.lead.high,
            "side": "c4" if entry.lead.high < 0 else "c0" if entry.lead.low > 0 else "other",
            "told": f"{known_words(entry.name, language)}: {lead_words(entry.lead, language)}",
        }
        for entry in found
    ]
    sides = ["c0", "c4", "other"]
    base = chart(rows, HALF - 10, ROW * len(rows)).encode(
        y=alt.Y("name:N", sort=None, axis=None),
        color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=[colour(side) for side in sides]), legend=None),
    )
    axis = alt.Axis(title=None, tickCount=4, format="+.2f", grid=False)
    x = alt.X("low:Q", scale=alt.Scale(zero=True), axis=axis)
    ink = alt.value(colour("ink"))
    return layered(
        base.mark_tick(aria=False, orient="vertical", thickness=1.2, size=13, yOffset=8).encode(
            x=alt.datum(0), color=ink
        ),
        base.mark_rule(strokeWidth=2.5, yOffset=8).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=56, opacity=1, yOffset=8).encode(x="mean:Q", description="told:N"),
        base.mark_text(align="left", dy=-5, fontSize=12).encode(x=alt.value(0), text="name:N", color=ink),
    )


def deciding(view: ModelView, language: Language) -> Html:
    """Give which readable features the scores follow, and a small tree that imitates them, with how well they do."""
    said = say(language, "deciding_said", view.copy_fidelity, view.questions)
    caption = Caption(say(language, "deciding"), said)
    shown = [(name, value) for name, value in view.importances.items() if value >= LEAST_WEIGHT]
    drawn = [signed_bars([Bar(known_words(name, language), value) for name, value in shown], caption)] if shown else []
    tree = element("pre", "\n".join(_rule(line, language) for line in view.rules))
    told = element("p", say(language, "tree_said", view.tree_fidelity))
    return figure(drawn, caption, folded(say(language, "tree"), told, tree))


def _rule(line: str, language: Language) -> str:
    """Give a line of the tree in the language; one that is not understood as it is."""
    rule = RULE.fullmatch(line)
    if rule is None:
        return line
    indent, score, name, side, limit = rule.groups()
    if score is not None:
        return indent + say(language, "rule_score", score)
    return indent + say(language, f"rule_{side}", known_words(name, language), limit)


def lead_words(lead: Interval, language: Language) -> str:
    """Give a lead with its interval."""
    return f"{lead.mean:+.4f} ({say(language, 'interval', f'{lead.low:+.4f}', f'{lead.high:+.4f}')})"


def curve(record: ModelRecord, language: Language) -> Html | None:
    """Give the loss after each pass of each net; None where there is no net."""
    if not record.curve:
        return None
    rows: list[Row] = [
        {
            "net": point.net,
            "epoch": point.epoch,
            "loss": point.loss,
            "kind": KINDS[point.net % len(KINDS)],
            "told": f"{say(language, 'net', point.net + 1)}, {say(language, 'pass')} {point.epoch}: {point.loss:.4f}",
        }
        for point in record.curve
    ]
    best = min(record.curve, key=lambda point: point.loss)
    base = chart(rows, HALF - 44, 130).encode(
        x=alt.X("epoch:Q", axis=alt.Axis(title=say(language, "pass"), grid=False, tickMinStep=1, format="d")),
        y=alt.Y("loss:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=None, tickCount=4, domain=False)),
        color=alt.Color(
            "kind:N", scale=alt.Scale(domain=list(KINDS), range=[colour(kind) for kind in KINDS]), legend=None
        ),
        detail="net:N",
    )
    lines = base.mark_line(aria=False, strokeWidth=1.8)
    points = base.mark_point(filled=True, size=28, opacity=1).encode(description="told:N")
    caption = Caption(say(language, "curve"), say(language, "curve_said", best.epoch, best.loss))
    numbers: list[tuple[Content, ...]] = [(str(p.net + 1), str(p.epoch), f"{p.loss:.4f}") for p in record.curve]
    heads = (say(language, "net", ""), say(language, "pass"), say(language, "loss"))
    return figure(
        [draw(layered(lines, points), caption)], caption, folded(say(language, "numbers"), table(heads, numbers))
    )
