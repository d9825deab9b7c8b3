// The value built so far, and what of it is missing.
//
// A tree of what the bytes up to this moment say: finished values, a value in the making with what
// is known of it, and an empty place for each value that was announced and has not begun. Of many
// frames the last ones are shown, of many elements the last ones and the next, of many levels the
// innermost.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const FRAMES = 6;
  const ELEMENTS = 40;
  const PLACES = 4;
  const DEPTH = 8; // levels drawn at a time

  const TEXTS = new Set([
    "simple string",
    "bulk string",
    "chunk",
    "verbatim string",
    "inline",
    "simple error",
    "bulk error",
  ]);

  function known(node, moment) {
    const at = moment.at;
    if (node.done !== null && node.done <= at) return finished(node);
    if (node.levelFrom !== null && node.levelFrom <= at) {
      if (node.count === null) return el("span", { class: "size" }, "streamed, not closed");
      const whole = node.children.filter(
        (child) => child.done !== null && child.done <= at && child.type !== "attribute",
      );
      return el("span", { class: "size" }, whole.length + " of " + resp.model.plural(node.count, "value"));
    }
    if (node.length !== undefined && node.sized <= at) {
      const here = Math.max(0, Math.min(node.length, moment.received - node.bodyStart));
      return el("span", { class: "missing" }, here + " of " + resp.model.plural(node.length, "byte") + " received");
    }
    return el("span", { class: "missing" }, "its line is not read yet");
  }

  function finished(node) {
    if (node.type === "null") return el("span", { class: "scalar" }, "null");
    if (node.value === undefined) {
      const values = node.children.filter((child) => child.type !== "attribute").length;
      const pairs = resp.model.PAIRS.has(node.type);
      if (node.type === "streamed string") return el("span", { class: "size" }, resp.model.plural(values, "chunk"));
      return el(
        "span",
        { class: "size" },
        pairs ? resp.model.plural(values / 2, "pair") : resp.model.plural(values, "element"),
      );
    }
    const text = resp.text.brief(node.value, 60);
    if (node.words) {
      const words = node.words.map((word) => "“" + word + "”").join(" ");
      return el("span", { class: "scalar text" }, words || "no words");
    }
    if (TEXTS.has(node.type)) return el("span", { class: "scalar text" }, "“" + text + "”");
    if (node.type === "boolean") return el("span", { class: "scalar" }, text === "t" ? "true" : "false");
    return el("span", { class: "scalar" }, text);
  }

  function item(node, moment, lit, role, depth) {
    const at = moment.at;
    const done = node.done !== null && node.done <= at;
    const button = el(
      "button",
      { type: "button", class: "node", "aria-pressed": String(lit.nodes.has(node.id)) },
      role ? el("span", { class: "role" }, role) : null,
      el(
        "span",
        { class: "type" },
        node.born === node.done || done || node.type !== "null" ? typeAt(node, at) : "null",
      ),
      known(node, moment),
      node.interrupts ? el("span", { class: "missing" }, "interrupts") : null,
    );
    button.classList.toggle("lit", lit.nodes.has(node.id));
    button.classList.toggle("building", !done);
    button.classList.toggle("fresh", node.done === at || (node.born === at && !done));
    button.addEventListener("click", () => resp.selection.select({ kind: "node", node: node.id }));
    const made = el("li", {}, button);
    for (const attribute of node.attributes) {
      made.prepend(el("ul", { class: "described" }, item(attribute, moment, lit, "described by", depth + 1)));
    }
    const inside = children(node, moment, lit, depth);
    if (inside) made.append(inside);
    return made;
  }

  // What a value is taken for: a `$` is a bulk string until its length says null.
  function typeAt(node, at) {
    if (node.done !== null && node.done <= at) return node.type;
    return node.levelFrom !== null && node.levelFrom <= at ? node.type : node.began;
  }

  function children(node, moment, lit, depth) {
    if (node.levelFrom === null || node.levelFrom > moment.at) return null;
    if (depth >= DEPTH) return el("ul", {}, el("li", { class: "more" }, "deeper levels are not drawn"));
    const { born, missing } = resp.model.childrenAt(node, moment.at);
    const list = el("ul", {});
    const first = Math.max(0, born.length - ELEMENTS);
    if (first > 0) list.append(el("li", { class: "more" }, resp.model.plural(first, "earlier element")));
    const pairs = resp.model.PAIRS.has(node.type);
    let values = first;
    for (const child of born.slice(first)) {
      const role = child.type === "attribute" ? "" : pairs ? (values % 2 ? "value" : "key") : String(values + 1);
      if (child.type !== "attribute") values += 1;
      list.append(item(child, moment, lit, role, depth + 1));
    }
    const done = node.done !== null && node.done <= moment.at;
    if (missing) {
      for (let at = 0; at < Math.min(missing, PLACES); at++) {
        const number = values + at;
        const role = pairs ? (number % 2 ? "value" : "key") : String(number + 1);
        list.append(el("li", { class: "place" }, el("span", { class: "role" }, role), "missing"));
      }
      if (missing > PLACES) list.append(el("li", { class: "more" }, missing - PLACES + " more are missing"));
    } else if (missing === null && !done) {
      const due = !pairs ? "more, or the end" : values % 2 ? "its value is due" : "a key is due, or the end";
      list.append(el("li", { class: "place" }, due));
    }
    return list;
  }

  const isWhole = (node, at) => node.done !== null && node.done <= at && node.type !== "attribute";

  // Frames are numbered as they are delivered: a push comes before what it interrupts.
  function numbered(node, frames, at) {
    if (!isWhole(node, at)) return "not whole";
    return "frame " + frames.filter((other) => isWhole(other, node.done)).length;
  }

  function show({ model, at, lit }) {
    const moment = model.moments[at];
    const frames = resp.model.framesAt(model, at);
    const last = frames.slice(-FRAMES);
    const hidden = frames.length - last.length;
    const rows = last.map((node) => item(node, moment, lit, frames.length > 1 ? numbered(node, frames, at) : "", 0));
    // Of deep nesting, the innermost levels: where things happen.
    const open = resp.model.levelsAt(model, at).filter((node) => node.type !== "attribute");
    if (open.length > DEPTH) {
      const root = open[open.length - DEPTH];
      rows.pop();
      rows.push(
        el("li", { class: "more" }, resp.model.plural(open.length - DEPTH, "outer level")),
        item(root, moment, lit, "", 0),
      );
    }
    if (hidden > 0) rows.unshift(el("li", { class: "more" }, resp.model.plural(hidden, "earlier frame")));
    byId("value").replaceChildren(...rows);
    byId("value-empty").hidden = rows.length > 0;
    const whole = frames.filter((node) => isWhole(node, at)).length;
    byId("frames").textContent = resp.model.plural(whole, "whole frame");
  }

  resp.valueView = { start: () => resp.store.watch(show) };
})((window.resp = window.resp || {}));
