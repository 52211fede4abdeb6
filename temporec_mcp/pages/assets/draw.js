// Elements and marks. Every text enters through textContent, so nothing that a title holds is ever read as markup.
const SVG = "http://www.w3.org/2000/svg";
const COLOURS = 6;

function add(parent, name, attributes, text) {
  const isSvg = name === "svg" || (parent.namespaceURI === SVG && name !== "div");
  const made = isSvg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = String(text);
  parent.append(made);
  return made;
}

function card(parent, title, name) {
  const section = add(parent, "section", { class: name || "" });
  add(section, "h2", {}, title);
  return section;
}

function roomOf(parent) {
  return Math.max(Math.floor(parent.clientWidth - 28), 240);
}

function picture(parent, height, label) {
  const width = roomOf(parent);
  const made = add(parent, "svg", { role: "group", viewBox: `0 0 ${width} ${height}`, height });
  made.setAttribute("aria-label", label);
  return { made, width };
}

// Lets a mark be read by pointer, finger, keyboard and screen reader; `words` is what it says.
function readable(mark, words, readout, act) {
  mark.setAttribute("tabindex", "0");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", words);
  mark.dataset.words = words;
  const tell = () => { readout.textContent = words; };
  mark.addEventListener("pointerenter", tell);
  mark.addEventListener("focus", tell);
  mark.addEventListener("click", () => { tell(); if (act) act(); });
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); mark.dispatchEvent(new Event("click")); }
  });
  return mark;
}

// Shades grow with the root of the count, so that one day out of habit does not make all others look alike.
function shade(count, most) {
  return count <= 0 ? 0 : Math.max(1, Math.ceil(5 * Math.sqrt(count / most) - 1e-9));
}

function shadeLegend(parent, fewer, more) {
  legend(parent, [["s0", "0"], ...[1, 2, 3, 4, 5].map((step) => [`s${step}`, step === 1 ? fewer : step === 5 ? more : ""])]);
}

function rectangle(parent, x, y, width, height, name) {
  const round = (value) => Math.round(value * 100) / 100;
  return add(parent, "rect", { x: round(x), y: round(y), width: round(Math.max(width, 0)), height: round(Math.max(height, 0)), class: name });
}

function label(parent, x, y, text, anchor, name) {
  const attributes = { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10, "text-anchor": anchor || "start" };
  return add(parent, "text", name ? { ...attributes, class: name } : attributes, text);
}

// Cuts a text to the room it has; the whole one stays in the mark's words.
function fitted(made, width) {
  const whole = made.textContent;
  let length = whole.length;
  while (length > 1 && made.getComputedTextLength() > width) {
    length -= Math.max(1, Math.floor(length / 12));
    made.textContent = whole.slice(0, length).trimEnd() + "…";
  }
  return made;
}

function list(parent, entries) {
  const made = add(parent, "ul");
  for (const [tag, text, bold] of entries) {
    const line = add(made, "li");
    if (tag) add(line, "span", { class: "tag" }, tag);
    if (bold) add(line, "b", {}, `${bold} `);
    add(line, "span", {}, text);
  }
  return made;
}

function numbers(parent, title, heads, rows) {
  const details = add(parent, "details");
  add(details, "summary", {}, title);
  const table = add(add(details, "div", { class: "scroll" }), "table");
  const head = add(add(table, "thead"), "tr");
  for (const text of heads) add(head, "th", { scope: "col" }, text);
  const body = add(table, "tbody");
  for (const row of rows) {
    const line = add(body, "tr");
    for (const text of row) add(line, "td", {}, text);
  }
}

function legend(parent, entries) {
  const made = add(parent, "div", { class: "legend" });
  for (const [name, text] of entries) {
    const entry = add(made, "span");
    const swatch = add(entry, "svg", { width: 10, height: 10, viewBox: "0 0 10 10", "aria-hidden": "true" });
    rectangle(swatch, 0, 0, 10, 10, name);
    add(entry, "span", {}, text);
  }
}

function dayWords(iso, language, options) {
  const day = new Date(`${iso.slice(0, 10)}T12:00:00Z`);
  const shown = options || { year: "numeric", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...shown }).format(day);
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

// Draws `show(main)` again whenever the width changes, so that letters keep their size on any screen.
function keepDrawn(show) {
  const main = document.querySelector("main");
  let width = 0;
  const redraw = () => { main.replaceChildren(); show(main); };
  new ResizeObserver(() => {
    if (Math.abs(main.clientWidth - width) > 8) { width = main.clientWidth; redraw(); }
  }).observe(main);
  return redraw;
}
