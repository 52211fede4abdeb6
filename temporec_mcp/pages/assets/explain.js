const MOST_PARTS = 8;
let language = "en";
let asked = {};
let canCall = false;
let facts = null;
let told = "";
let extra = {};
let chosen = null;
const say = (name) => WORDS[language][name];
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(Math.abs(value) < 0.095 ? 3 : 2)}`;
const named = (name) => (Object.hasOwn(say("names"), name) ? say("names")[name] : name);
const deed = (entry) => (entry.rating ? `${named(entry.action)} ${entry.rating}` : named(entry.action));
const moment = (iso) => dayWords(iso, language);

function effects() {
  const against = facts.against || extra.against || [];
  return [...facts.reasons, ...against].map((entry, place) => ({ ...entry, place }));
}

function showHead(main) {
  const head = add(main, "header");
  add(head, "h1", {}, facts.title);
  add(head, "p", { id: "summary" }, facts.summary);
  const line = add(head, "div", { class: "facts" });
  const rank = add(line, "span");
  add(rank, "span", {}, `${say("rank")} `);
  add(rank, "b", {}, facts.rank);
  add(line, "span", {}, say(facts.verified ? "checked" : "unchecked"));
  add(line, "span", {}, `${say("asked")} ${moment(facts.as_of)}`);
  if (facts.excluded_by) add(line, "b", {}, `${say("unlisted")}: ${facts.excluded_by.map(named).join(", ")}`);
  if (facts.model_id) add(line, "span", {}, `${say("model")} ${facts.model_id}`);
}

// One row an entry: its words above a bar that leaves the middle line to the right when it speaks for the item.
function signedBars(section, entries, title, act) {
  const row = 36;
  const { made, width } = picture(section, row * entries.length + 2, title);
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" }, say("touch"));
  const lowest = Math.max(...entries.map((entry) => -entry.effect), 0), highest = Math.max(...entries.map((entry) => entry.effect), 0);
  const scale = width / Math.max(lowest + highest, 1e-9), zero = lowest * scale;
  entries.forEach((entry, place) => {
    const y = place * row, size = Math.max(Math.abs(entry.effect) * scale, 1.5);
    label(made, width, y + 13, signed(entry.effect), "end", "strong value");
    fitted(label(made, 0, y + 13, entry.words, "start", "strong"), width - 60);
    const dim = chosen !== null && chosen !== entry.place && entry.place !== undefined ? " dim" : "";
    const bar = rectangle(made, entry.effect < 0 ? zero - size : zero, y + 18, size, 10, `${entry.effect < 0 ? "c4" : "c0"} effect${dim}`);
    readable(bar, `${entry.words}${entry.more || ""}: ${signed(entry.effect)}`, readout, act && (() => act(entry)));
    bar.dataset.effect = entry.effect;
    if (lowest > 0) add(made, "line", { x1: zero, x2: zero, y1: y + 16, y2: y + 30, class: "zero" });
  });
  return readout;
}

function showReasons(main, redraw) {
  const section = card(main, say("reasons"), "reasons");
  const entries = effects().map((entry, place) => ({
    place, effect: entry.effect, ref: entry.event_ref || entry.item_id, words: `${place + 1}. ${entry.title}`,
    more: `, ${deed(entry)}, ${moment(entry.timestamp)}`,
  }));
  if (!entries.length) { add(section, "p", {}, say("none")); return; }
  signedBars(section, entries, say("reasons"), (entry) => { chosen = chosen === entry.place ? null : entry.place; redraw(); });
  if (canCall && chosen !== null && entries[chosen]) showTrial(section, entries[chosen]);
}

// Asks the server, through the host, what the list would be without the chosen item.
function showTrial(section, entry) {
  const line = add(section, "div", { class: "readout" });
  const button = add(line, "button", { type: "button", class: "trial" }, `${say("try")}: − ${entry.words}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    line.replaceChildren(say("trying"));
    const { recommendation_id, user_id, at } = asked;
    const whose = recommendation_id ? { recommendation_id } : { user_id, at: at || facts.as_of };
    try {
      const result = await page.request("tools/call", { name: "what_if", arguments: { ...whose, remove: [entry.ref] } });
      line.textContent = result.isError ? result.content.map((block) => block.text).join(" ") : movedWords(result.structuredContent);
    } catch (error) {
      line.textContent = error.message;
    }
  });
}

function movedWords(moved) {
  const place = [...moved.items, ...moved.left].find((item) => item.item_id === facts.item_id);
  const rank = place ? place.rank || place.rank_after : null;
  return `${say("would")} ${rank || say("gone")} (${facts.rank}).`;
}

function showHistory(main, redraw) {
  const points = effects();
  const times = (extra.history || []).map((seconds) => seconds * 1000);
  const all = [...times, ...points.map((entry) => Date.parse(entry.timestamp))];
  if (!all.length) return;
  const section = card(main, say("history"), "wide history");
  const first = Math.min(...all), last = Math.max(Date.parse(facts.as_of), ...all);
  const width = roomOf(section), x = (time) => 12 + ((width - 24) * (time - first)) / Math.max(last - first, 1);
  const placed = spread(points.map((entry) => ({ entry, x: x(Date.parse(entry.timestamp)) })));
  const reach = Math.max(0, ...placed.map((dot) => Math.abs(dot.lift))) + 14, middle = reach, high = 2 * reach + 22;
  const { made } = picture(section, high, say("history"));
  const readout = add(section, "div", { class: "readout", "aria-live": "polite" },
    times.length ? `${times.length} ${say("events")}` : say("touch"));
  add(made, "line", { x1: 12, x2: width - 12, y1: middle, y2: middle, class: "axis" });
  for (const time of times) rectangle(made, x(time) - 0.5, middle - 5, 1, 10, "other past");
  const most = Math.max(...points.map((entry) => Math.abs(entry.effect)), 1e-9);
  for (const { entry, x: at, lift } of placed) {
    const dim = chosen !== null && chosen !== entry.place ? " dim" : "";
    const radius = 4 + 5 * Math.sqrt(Math.abs(entry.effect) / most);
    const dot = add(made, "circle", { cx: at, cy: middle + lift, r: radius, class: `${entry.effect < 0 ? "c4" : "c0"} dot${dim}` });
    const words = `${entry.place + 1}. ${entry.title}, ${deed(entry)}, ${moment(entry.timestamp)}: ${signed(entry.effect)}`;
    readable(dot, words, readout, () => { chosen = chosen === entry.place ? null : entry.place; redraw(); });
    const isLast = at > width - 34;
    label(made, isLast ? at - radius - 4 : at + radius + 4, middle + lift + 4, entry.place + 1, isLast ? "end" : "start", "strong");
  }
  label(made, 12, high - 4, moment(new Date(first).toISOString()));
  label(made, width - 12, high - 4, moment(new Date(last).toISOString()), "end");
}

// Lays dots that would cover each other above and below the line, the strongest on it.
function spread(dots) {
  const placed = [];
  for (const dot of dots.sort((a, b) => Math.abs(b.entry.effect) - Math.abs(a.entry.effect))) {
    const near = placed.filter((other) => Math.abs(other.x - dot.x) < 26).length;
    placed.push({ ...dot, lift: (near % 2 ? 1 : -1) * Math.ceil(near / 2) * 19 });
  }
  return placed;
}

// Parts that have the same words are one bar; all of them still add up.
function partBars(section, parts, words, title) {
  const sums = new Map();
  for (const [name, value] of Object.entries(parts)) sums.set(words[name] || name, (sums.get(words[name] || name) || 0) + value);
  const shown = [...sums].filter(([, value]) => Math.abs(value) >= 0.0005).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  signedBars(section, shown.slice(0, MOST_PARTS).map(([name, value]) => ({ effect: value, words: name })), title);
}

function showParts(main) {
  const parts = facts.sources || facts.components;
  if (!Object.keys(parts).length) return;
  const section = card(main, say("parts"), "parts");
  partBars(section, parts, facts.sources ? extra.source_words || {} : extra.part_words || {}, say("parts"));
  if (typeof facts.score === "number") add(section, "p", { class: "readout" }, `${say("sum")} ${signed(facts.score)}`);
}

// What would take it off the list, and what would bring it up.
function showWithout(main) {
  const section = card(main, say("without"), "without");
  const found = facts.counterfactual;
  if (!found) { add(section, "p", {}, say("noSet")); return; }
  const names = new Map(effects().map((entry) => [entry.item_id, entry.title]));
  const titles = extra.without || [];
  list(section, found.without.map((id, place) => ["", titles[place] || names.get(id) || id, "−"]));
  const line = add(section, "p", { class: "readout" });
  add(line, "span", {}, `${say("rank")} ${found.rank_before} ${say("becomes")} `);
  add(line, "b", {}, found.rank_after);
}

function showLift(main) {
  const lift = facts.raised_by;
  if (!lift) return;
  const section = card(main, say("lift"), "lift");
  list(section, [["", `${lift.title} (${named(lift.action)})`, "+"]]);
  add(section, "p", { class: "readout" }, `${say("rank")} ${lift.rank_before} ${say("becomes")} ${lift.rank_after}`);
}

function showMoment(main) {
  if (!facts.temporal.length) return;
  const section = card(main, say("moment"), "moment");
  list(section, facts.temporal.map((entry) => ["", entry.statement, signed(entry.effect)]));
}

function showComparison(main) {
  const other = facts.comparison;
  if (!other) return;
  const section = card(main, `${say("compared")} ${other.rank}. ${other.title}`, "compared");
  partBars(section, other.components, extra.part_words || {}, say("compared"));
  add(section, "p", { class: "readout" }, `${say("difference")} ${signed(other.difference)}`);
}

function showNumbers(main) {
  const section = add(main, "section", { class: "wide numbers" });
  const rows = effects().map((entry) => [`${entry.place + 1}. ${entry.title}`, deed(entry), moment(entry.timestamp), signed(entry.effect)]);
  numbers(section, say("numbers"), [say("event"), "", say("time"), say("effect")], rows);
}

const redraw = keepDrawn((main) => {
  if (!facts) { add(add(main, "header"), "p", { role: "status" }, told || say(page.isAlone ? "alone" : "waiting")); return; }
  showHead(main);
  showReasons(main, () => redraw());
  showParts(main);
  showHistory(main, () => redraw());
  showWithout(main);
  showLift(main);
  showMoment(main);
  showComparison(main);
  showNumbers(main);
});

// Says one sentence where the picture would be.
function tell(text) {
  facts = null;
  told = text;
  redraw();
}

const page = connect("temporec-explain", {
  host: (host) => { canCall = Boolean((host.hostCapabilities || {}).serverTools); },
  "host-context-changed": dress,
  "tool-input": (params) => {
    asked = params.arguments || {};
    language = asked.language === "zh" ? "zh" : "en";
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
