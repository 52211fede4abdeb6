const ARROWS = { rising: "↗", steady: "→", fading: "↘" };
const ONE_YEAR = 371;
const DAY = 86400000;
let language = "en";
let facts = null;
let told = "";
let extra = {};
let chosen = null;
let isShare = false;
const say = (name) => WORDS[language][name];

function weekdayNames(style) {
  const format = new Intl.DateTimeFormat(language, { weekday: style, timeZone: "UTC" });
  return [5, 6, 7, 8, 9, 10, 11].map((day) => format.format(new Date(Date.UTC(2026, 0, day))));
}

function showHead(main) {
  const head = add(main, "header");
  add(head, "h1", {}, say("whose").replace("{}", () => facts.user_id));
  add(head, "p", { id: "summary" }, facts.summary);
  const line = add(head, "div", { class: "facts" });
  const entries = [["events", facts.events], ["activeDays", facts.active_days], ["sessions", facts.sessions]];
  for (const [name, count] of entries) {
    const entry = add(line, "span");
    add(entry, "b", {}, new Intl.NumberFormat(language).format(count));
    add(entry, "span", {}, ` ${say(name)}`);
  }
  add(line, "span", {}, `${dayWords(facts.from, language)} – ${dayWords(facts.to, language)}`);
  add(line, "span", {}, `${say("zone")} ${facts.timezone}`);
}

// Bars above a grid of hours and weekdays, and beside it; the bars alone where no grid came.
function showRhythm(main) {
  const section = card(main, say("when"), "rhythm");
  const { hours, weekdays, periods } = facts.rhythm;
  const hasHours = hours.some((count) => count > 0);
  const grid = hasHours && extra.grid && extra.grid.length === 7 ? extra.grid : null;
  const names = weekdayNames("short");
  const rows = 15, top = hasHours ? 44 : 4, left = language === "zh" ? 34 : 30, side = 56;
  const { made, width } = picture(section, top + 7 * rows + (hasHours ? 18 : 4), say("when"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" }, say("touch"));
  const step = (width - left - side) / 24;
  const mostHour = Math.max(...hours, 1), mostDay = Math.max(...weekdays, 1);
  hours.forEach((count, hour) => {
    if (!hasHours) return;
    const size = (34 * count) / mostHour;
    const bar = rectangle(made, left + hour * step + 0.5, top - 4 - size, step - 1, size, "c0 hour");
    readable(bar, `${hour}:00–${hour + 1}:00: ${count} ${say("events")}`, readout);
    if (hour % 6 === 0) label(made, left + hour * step, top + 7 * rows + 13, `${hour}:00`);
  });
  weekdays.forEach((count, day) => {
    label(made, left - 6, top + day * rows + 11, names[day], "end");
    const start = hasHours ? left + 24 * step + 6 : left;
    const room = hasHours ? side - 6 : width - left;
    const bar = rectangle(made, start, top + day * rows + 1, (room * count) / mostDay, rows - 2, "c0 weekday");
    readable(bar, `${names[day]}: ${count} ${say("events")}`, readout);
    if (grid) showCells(made, grid, { day, left, top, step, rows, name: names[day] }, readout);
  });
  if (hasHours && !grid) rectangle(made, left, top, 24 * step, 7 * rows, "s0");
  if (!hasHours) add(section, "p", { class: "readout" }, say("noHours"));
  for (const period of periods) {
    const every = say("cycles")[period.days] || say("cycle").replace("{}", () => period.days);
    add(section, "p", { class: "readout" }, say("every").replace("{}", () => every));
  }
}

function showCells(made, grid, place, readout) {
  const most = Math.max(...grid.flat(), 1);
  grid[place.day].forEach((count, hour) => {
    const x = place.left + hour * place.step, y = place.top + place.day * place.rows;
    const cell = rectangle(made, x + 0.5, y + 0.5, place.step - 1, place.rows - 1, `s${shade(count, most)} cell`);
    if (count > 0) readable(cell, `${place.name} ${hour}:00–${hour + 1}:00: ${count} ${say("events")}`, readout);
  });
}

function showInterests(main, redraw) {
  const section = card(main, say("what"), "interests");
  if (!facts.interests.length) { add(section, "p", {}, say("noInterests")); return; }
  const row = 34;
  const { made, width } = picture(section, row * facts.interests.length, say("what"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" }, say("touch"));
  const most = Math.max(...facts.interests.map((entry) => entry.share));
  facts.interests.forEach((entry, place) => {
    const y = place * row, shown = `${percent(entry.share)} ${ARROWS[entry.trend]}`;
    label(made, width, y + 13, shown, "end", "strong");
    fitted(label(made, 0, y + 13, entry.label, "start", "strong"), width - 80);
    const name = `c${place % COLOURS} interest${chosen !== null && chosen !== place ? " dim" : ""}`;
    const bar = rectangle(made, 0, y + 18, Math.max((width * entry.share) / most, 2), 9, name);
    const recent = (extra.recent || [])[place];
    const lately = typeof recent === "number" ? `, ${say("lately")} ${percent(recent)}` : "";
    const words = `${entry.label}: ${percent(entry.share)}${lately}, ${say(entry.trend)}`;
    readable(bar, words, readout, () => { chosen = chosen === place ? null : place; redraw(); });
  });
}

function showStream(main, redraw) {
  const stream = extra.stream;
  if (!stream || stream.starts.length < 2) return;
  const section = card(main, say("moved"), "wide stream");
  const toggle = add(section, "button", { type: "button", class: "toggle", "aria-pressed": isShare }, say("shares"));
  toggle.addEventListener("click", () => { isShare = !isShare; redraw(); });
  const rest = stream.others.some((count) => count > 0) ? [["other", say("others")]] : [];
  legend(section, [...stream.labels.map((name, place) => [`c${place % COLOURS}`, name]), ...rest]);
  const high = 150;
  const { made, width } = picture(section, high + 20, say("moved"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" }, say("touch"));
  const layers = [...stream.events.map((events, place) => [stream.labels[place], events, `c${place % COLOURS}`]), [say("others"), stream.others, "other"]];
  const totals = stream.starts.map((_, span) => layers.reduce((sum, [, events]) => sum + events[span], 0));
  const most = Math.max(...totals, 1), step = width / stream.starts.length;
  stream.starts.forEach((start, span) => {
    let base = high;
    layers.forEach(([name, events, colour], place) => {
      const size = ((high - 12) * events[span]) / (isShare ? totals[span] || 1 : most);
      if (size <= 0) return;
      base -= size;
      const dim = chosen !== null && chosen !== place ? " dim" : "";
      const bar = rectangle(made, span * step + 0.5, base, Math.max(step - 1, 0.5), size, `${colour} layer${dim}`);
      const count = `${Math.round(10 * events[span]) / 10} (${percent(events[span] / totals[span])})`;
      readable(bar, `${name}, ${say(stream.unit)} ${dayWords(start, language)}: ${count}`, readout);
    });
  });
  add(made, "line", { x1: 0, x2: width, y1: high, y2: high, class: "axis" });
  showSpanLabels(made, stream.starts, step, high, width);
  showChangeMarks(made, stream.starts, { width, high }, readout);
}

function showSpanLabels(made, starts, step, high, width) {
  let free = 0, last = "";
  starts.forEach((start, span) => {
    const x = span * step, words = dayWords(start, language, { year: "numeric", month: "short" });
    if (words !== last && x >= free && x < width - 56) {
      label(made, x, high + 14, words);
      free = x + 72;
    }
    last = words;
  });
}

function placeOf(day, starts, width) {
  const moments = starts.map((start) => Date.parse(start));
  const length = moments[moments.length - 1] - moments[moments.length - 2];
  const last = moments[moments.length - 1] + length;
  const share = (Date.parse(day) - moments[0]) / (last - moments[0]);
  return Math.max(0, Math.min(1, share)) * width;
}

function showChangeMarks(made, starts, size, readout) {
  facts.changes.forEach((change, number) => {
    const x = placeOf(change.date, starts, size.width);
    if (change.until) rectangle(made, x, 0, Math.max(placeOf(change.until, starts, size.width) - x, 3), size.high, "span");
    add(made, "line", { x1: x, x2: x, y1: 0, y2: size.high, class: "mark", "stroke-dasharray": "3 2" });
    const mark = label(made, x + 4, 10, `${number + 1}`, "start", "strong change");
    readable(mark, `${changeDays(change)}: ${changeWords(change, number)}`, readout);
  });
}

function changeWords(change, number) {
  const { fell, rose } = (extra.changes || [])[number] || {};
  const moved = (shares) => (shares ? ` (${percent(shares[0])} → ${percent(shares[1])})` : "");
  return `${change.from || "–"}${moved(fell)} → ${change.to || "–"}${moved(rose)}`;
}

function changeDays(change) {
  const day = dayWords(change.date, language);
  return change.until ? `${day} – ${dayWords(change.until, language)}` : day;
}

const kindWords = (kind) => say(kind === "hour" ? "hourKind" : kind) || kind;

function showCalendar(main) {
  const days = extra.calendar || [];
  if (!days.length) return;
  const section = card(main, say("days"), "wide calendar");
  const end = Date.parse(days[days.length - 1][0]);
  const first = Math.max(Date.parse(days[0][0]), end - ONE_YEAR * DAY);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY;
  const weeks = Math.floor((end - monday) / (7 * DAY)) + 1;
  const room = roomOf(section) - 30;
  const perRow = Math.min(weeks, Math.max(18, Math.floor(room / 11)));
  const cell = Math.min(20, room / perRow), rows = Math.ceil(weeks / perRow), block = 7 * cell + 22;
  const { made } = picture(section, rows * block, say("days"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" }, say("touch"));
  shadeLegend(section, say("fewer"), say("more"));
  const counts = new Map(days), most = Math.max(...days.map(([, count]) => count), 1);
  const odd = new Map(facts.anomalies.map((entry) => [entry.date, entry]));
  const rings = [];
  let month = "", labelled = { row: -1, x: 0 };
  for (let day = monday; day <= end; day += DAY) {
    const iso = new Date(day).toISOString().slice(0, 10);
    const week = Math.floor((day - monday) / (7 * DAY)), row = Math.floor(week / perRow);
    const x = 30 + (week % perRow) * cell, weekday = (new Date(day).getUTCDay() + 6) % 7, y = row * block + 16 + weekday * cell;
    if (iso.slice(0, 7) !== month && weekday === 0) {
      month = iso.slice(0, 7);
      const isFree = row !== labelled.row || x - labelled.x >= 32;
      if (isFree) label(made, x, row * block + 11, dayWords(iso, language, { month: "short" }));
      if (isFree) labelled = { row, x };
    }
    if (day < first) continue;
    const count = counts.get(iso) || 0, unusual = odd.get(iso);
    const mark = rectangle(made, x + 0.5, y + 0.5, cell - 1.5, cell - 1.5, `s${shade(count, most)} day`);
    const words = `${dayWords(iso, language)}: ${count} ${say("events")}${unusual ? `. ${kindWords(unusual.kind)}: ${unusual.detail}` : ""}`;
    if (unusual) rings.push({ cx: x + cell / 2 - 0.25, cy: y + cell / 2 - 0.25, r: cell / 2 + 1, class: "mark odd", "pointer-events": "none" });
    if (count || unusual) readable(mark, words, readout);
  }
  for (const ring of rings) add(made, "circle", ring);
  const names = weekdayNames("short");
  for (let row = 0; row < rows; row += 1) for (const day of [0, 2, 4]) label(made, 26, row * block + 16 + day * cell + cell - 3, names[day], "end");
}

function pauseWords(days) {
  const hours = days * 24;
  if (hours < 1) return `${Math.round(hours * 60)} ${say("minutes")}`;
  const [value, unit] = hours < 48 ? [hours, "hours"] : [days, "dayUnit"];
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${say(unit)}`;
}

function showPauses(main) {
  const pace = extra.pace;
  if (!pace || !pace.bins.length) return;
  const section = card(main, say("pauses"), "pauses");
  const high = 96;
  const { made, width } = picture(section, high + 18, say("pauses"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" },
    `${say("usual")}: ${pauseWords(pace.median)} (${pauseWords(pace.low)} – ${pauseWords(pace.high)})`);
  const most = Math.max(...pace.bins.map(([, count]) => count), 1), step = width / pace.bins.length;
  pace.bins.forEach(([edge, count], place) => {
    const size = ((high - 6) * count) / most;
    const isMedian = pace.median <= edge && (place === 0 || pace.median > pace.bins[place - 1][0]);
    const bar = rectangle(made, place * step + 1, high - size, step - 2, size, `${isMedian ? "c0" : "s2"} pause`);
    const words = edge >= 99999 ? "…" : pauseWords(edge);
    readable(bar, `${say("upTo")} ${words}: ${count} ${say("pauseCount")}`, readout);
    label(made, (place + 0.5) * step, high + 13, step < 34 && place % 2 ? "" : words, "middle");
  });
  add(made, "line", { x1: 0, x2: width, y1: high, y2: high, class: "axis" });
}

function showFindings(main) {
  const section = card(main, say("found"), "findings");
  const entries = [
    ...facts.changes.map((entry, number) => [changeDays(entry), changeWords(entry, number), `${number + 1} ${say(entry.kind === "drift" || entry.kind === "activity" ? entry.kind : "change")}`]),
    ...facts.anomalies.map((entry) => [dayWords(entry.date, language), entry.detail, kindWords(entry.kind)]),
  ];
  if (entries.length) list(section, entries);
  else add(section, "p", {}, say("noFindings"));
  if (facts.outlook) list(section, [["", facts.outlook, say("next")]]);
}

function showNumbers(main) {
  const section = add(main, "section", { class: "wide numbers" });
  const names = weekdayNames("long");
  const rows = [
    ...facts.rhythm.hours.map((count, hour) => [say("hour"), `${hour}:00`, count]),
    ...facts.rhythm.weekdays.map((count, day) => [say("weekday"), names[day], count]),
    ...facts.interests.map((entry) => [say("interest"), entry.label, `${percent(entry.share)} ${say(entry.trend)}`]),
  ];
  numbers(section, say("numbers"), ["", "", ""], rows.filter((row) => row[2] !== 0));
}

const redraw = keepDrawn((main) => {
  if (!facts) { add(add(main, "header"), "p", { role: "status" }, told || say(page.isAlone ? "alone" : "waiting")); return; }
  showHead(main);
  showRhythm(main);
  showInterests(main, () => redraw());
  showStream(main, () => redraw());
  showCalendar(main);
  showPauses(main);
  showFindings(main);
  showNumbers(main);
});

// Says one sentence where the picture would be.
function tell(text) {
  facts = null;
  told = text;
  redraw();
}

const page = connect("temporec-timeline", {
  "host-context-changed": dress,
  "tool-input": (params) => {
    language = params.arguments && params.arguments.language === "zh" ? "zh" : "en";
    document.documentElement.lang = language;
    if (!facts) tell(say("reading"));
  },
  "tool-cancelled": () => tell(say("cancelled")),
  "tool-result": (result) => {
    if (result.isError || !result.structuredContent) {
      tell((result.content || []).map((block) => block.text || "").join(" "));
      return;
    }
    facts = result.structuredContent;
    extra = (result._meta && result._meta["temporec/pictures"]) || {};
    chosen = null;
    redraw();
  },
});
