"""The report: one HTML page that needs nothing else, runs nothing, and holds every text as text."""

from temporec_mcp.domain.timeline import Change, Timeline, rounded_rate
from temporec_mcp.domain.training import ListCharacter, Privacy, Quality
from temporec_mcp.pages import model_charts, reason_charts, timeline_charts
from temporec_mcp.pages.apps import asset, digest
from temporec_mcp.pages.calendar_chart import calendar
from temporec_mcp.pages.contents import Behind, Contents, Offer, Past, ToldPlace
from temporec_mcp.pages.data_words import data_name, data_value
from temporec_mcp.pages.html import Content, Html, element, escaped, joined, table
from temporec_mcp.pages.words import Language, cycle_words, day_words, kind_words, known_words, local_day, named, say


def report(contents: Contents) -> str:
    """Give the whole document."""
    style = asset("report.css")
    policy = f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    title = say(contents.language, "report", contents.past.timeline.user_id)
    body = element("main", *_sections(contents, title)).text
    return (
        f'<!doctype html>\n<html lang="{contents.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _sections(contents: Contents, title: str) -> list[Html]:
    language = contents.language
    made = say(language, "made", day_words(local_day(contents.made_at, contents.zone), language), contents.version)
    return [
        _head(contents, title),
        _section(say(language, "rhythm"), _rhythm(contents.past, language)),
        _section(say(language, "interests"), _interests(contents.past.timeline, language)),
        _section(say(language, "days"), _days(contents.past, language)),
        _section(say(language, "list"), _list(contents)),
        _section(say(language, "model"), _model(contents.behind, contents)),
        element("footer", made),
    ]


def _section(title: str, *pieces: Content) -> Html:
    return element("section", element("h2", title), *pieces)


def _card(*pieces: Content) -> Html:
    return element("div", *pieces, class_="card")


def _bullets(sentences: list[str]) -> Html:
    return element("ul", *(element("li", sentence) for sentence in sentences))


def _head(contents: Contents, title: str) -> Html:
    timeline, language = contents.past.timeline, contents.language
    first, last = (day_words(local_day(moment, contents.zone), language) for moment in (timeline.first, timeline.last))
    facts = (
        say(language, "events", timeline.event_count),
        say(language, "active_days", timeline.active_day_count),
        say(language, "sessions", timeline.session_count),
        f"{first} – {last}",
        say(language, "zone", timeline.timezone),
    )
    return element(
        "header",
        element("h1", title),
        element("p", contents.past.summary, class_="lead"),
        element("div", *(element("span", fact) for fact in facts), class_="facts"),
    )


def _rhythm(past: Past, language: Language) -> Html:
    timeline = past.timeline
    streak = timeline.rhythm.streak
    periods = timeline.rhythm.periods
    said = [say(language, "repeats", cycle_words(period.days, language), period.strength) for period in periods]
    if streak is not None and streak.days > 1:
        said.append(say(language, "streak", streak.days, day_words(streak.first, language)))
    if streak is not None and streak.current > 1:
        said.append(say(language, "running", streak.current))
    if past.outlook:
        said.append(past.outlook)
    below = element("div", _bullets(said), class_="card across") if said else None
    pair = (timeline_charts.rhythm(timeline, language), timeline_charts.pauses(timeline, language))
    return element("div", *pair, below, class_="pair" if pair[1] else None)


def _interests(timeline: Timeline, language: Language) -> Html:
    drawn = timeline_charts.stream(timeline, language)
    if drawn is None:
        return _card(element("p", say(language, "no_interests")))
    knows_lately = any(entry.recent is not None for entry in timeline.interests)
    rows: list[tuple[Content, ...]] = []
    for entry in timeline.interests:
        lately = ("" if entry.recent is None else f"{entry.recent:.0%}",) if knows_lately else ()
        rows.append((entry.label, f"{entry.share:.0%}", *lately, say(language, entry.trend)))
    heads = ("interest", "share", *(("lately",) if knows_lately else ()), "trend")
    changes = element("ol", *(element("li", change_words(change, language)) for change in timeline.changes))
    return element(
        "div",
        drawn,
        _card(table(tuple(say(language, head) for head in heads), rows)),
        _card(changes) if timeline.changes else None,
    )


def change_words(change: Change, language: Language) -> str:
    """Give a change with its figures."""
    when = day_words(change.date, language)
    if change.until is not None:
        when = say(language, "interval", when, day_words(change.until, language))
    if change.weekly is not None:
        return say(language, "activity", when, *map(rounded_rate, change.weekly))
    said = [say(language, "change" if change.until is None else "drift", when, change.before, change.after)]
    for label, pair in ((change.before, change.fell), (change.after, change.rose)):
        if pair is not None:
            said.append(say(language, "shares", label, *pair))
    return ("；" if language == "zh" else "; ").join(said)


def _days(past: Past, language: Language) -> Html:
    found = [
        f"{kind_words(entry.kind, language)}: {sentence}"
        for entry, sentence in zip(past.timeline.anomalies, past.anomalies, strict=True)
    ]
    told = _bullets(found) if found else element("p", say(language, "no_anomalies"))
    return element("div", calendar(past.timeline, language), _card(told))


def _list(contents: Contents) -> Html:
    language, offer = contents.language, contents.offer
    if offer is None:
        return _card(element("p", say(language, "no_list", contents.no_offer)))
    asked = day_words(local_day(offer.recommendation.request.as_of, contents.zone), language)
    said = element("p", say(language, "list_said", asked), class_="facts")
    places = [
        _place(item.rank, item.title, why) for item, why in zip(offer.recommendation.items, offer.whys, strict=True)
    ]
    return joined(_card(said, element("ol", *places, class_="list")), *_told(offer, contents))


def _place(rank: int, title: str, why: str) -> Html:
    shown = element("span", title, element("span", why, class_="why"))
    return element("li", element("span", str(rank), class_="rank"), shown)


def _told(offer: Offer, contents: Contents) -> list[Html]:
    return [_explained(place, contents) for place in offer.told]


def _explained(place: ToldPlace, contents: Contents) -> Html:
    language, found = contents.language, place.explanation
    drawn = reason_charts.reasons(found, language, contents.zone)
    bars = drawn or element("p", say(language, "no_reasons"))
    past = reason_charts.history(found, language, contents.zone) if drawn else None
    return element(
        "article",
        element("div", element("h3", f"{found.rank}. {found.title}"), element("p", place.summary), class_="across"),
        bars,
        reason_charts.parts(found, place.part_words, language),
        element("div", past, class_="across") if past else None,
        class_="pair",
    )


def _model(behind: Behind | None, contents: Contents) -> Html:
    language = contents.language
    if behind is None:
        return _card(element("p", say(language, "no_model")))
    record = behind.record
    quality = model_charts.quality(record, language)
    measured = quality or _card(element("p", say(language, "no_quality")))
    worse = None if record.quality is None else model_charts.slices(record.quality, language)
    return element(
        "div",
        element("div", _origin(behind, contents), class_="card across"),
        element("div", model_charts.weights(behind.parts, language), _deciding(behind, language), class_="stack"),
        element("div", measured, worse, model_charts.curve(record, language), class_="stack"),
        _verdict(behind, language),
        class_="pair",
    )


def _deciding(behind: Behind, language: Language) -> Html | None:
    return None if behind.view is None else model_charts.deciding(behind.view, language)


def _origin(behind: Behind, contents: Contents) -> Html:
    record, language = behind.record, contents.language
    days = (record.created_at, record.trained_from, record.trained_to)
    created, first, last = (day_words(local_day(day, contents.zone), language) for day in days)
    horizon = say(language, record.request.horizon)
    said = say(
        language,
        "model_said",
        record.model_id,
        created,
        named("preset", record.request.preset, language),
        horizon,
        record.request.seed,
        first,
        last,
    )
    rows: list[tuple[Content, ...]] = [
        (data_name(name, language), data_value(value, language)) for name, value in record.data.items()
    ]
    rows.append((say(language, "encoder"), record.encoder))
    heads = (say(language, "data_item"), say(language, "data_value"))
    promised = _promised(record.privacy, language)
    return joined(element("p", said), promised, element("h3", say(language, "data")), table(heads, rows))


def _promised(privacy: Privacy | None, language: Language) -> Html | None:
    if privacy is None:
        return None
    figures = (privacy.epsilon, privacy.delta, privacy.trainings, privacy.total_epsilon)
    return element("p", say(language, "privacy_said", *figures))


def _verdict(behind: Behind, language: Language) -> Html | None:
    """Give whether it is better than the best baseline, for whom it is worse, and what its lists are like."""
    quality = behind.record.quality
    if quality is None:
        return None
    baseline = named("baseline", quality.best_baseline, language)
    said = [say(language, f"verdict_{quality.verdict}", baseline)]
    if quality.best_baseline in quality.leads:
        said.append(say(language, "lead_said", model_charts.lead_words(quality.leads[quality.best_baseline], language)))
    if quality.slices:
        said += _for_whom(quality, language)
    characters = {say(language, "recipe"): quality.character} | {
        named("baseline", name, language): found for name, found in quality.baseline_characters.items()
    }
    measures = ("recall", "novelty", "diversity", "calibration")
    rows: list[tuple[Content, ...]] = [
        (name, *(_measure(found, measure) for measure in measures)) for name, found in characters.items()
    ]
    heads = ("", *(say(language, measure) for measure in measures))
    character = joined(element("h3", say(language, "character")), table(heads, rows))
    return element("div", element("p", " ".join(said)), character, class_="card across")


def _for_whom(quality: Quality, language: Language) -> list[str]:
    worse = [known_words(entry.name, language) for entry in quality.slices if entry.lead.high < 0]
    unsure = [known_words(entry.name, language) for entry in quality.slices if entry.lead.low <= 0 <= entry.lead.high]
    separator = "、" if language == "zh" else ", "
    said = [say(language, "worse_for", separator.join(worse)) if worse else say(language, "worse_none")]
    return [*said, say(language, "unsure_for", separator.join(unsure))] if unsure else said


def _measure(found: ListCharacter, name: str) -> str:
    value = {
        "recall": found.recall,
        "novelty": found.novelty,
        "diversity": found.diversity,
        "calibration": found.calibration,
    }[name]
    return "" if value is None else f"{value:.3f}"
