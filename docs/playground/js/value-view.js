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

  // Shown as they are; other values are text.
  const PLAIN = new Set(["null", "boolean", "integer", "double", "big number"]);

  const isDone = (node, at) => node.done !== null && node.done <= at;
  const isWhole = (node, at) => isDone(node, at) && node.type !== "attribute";

  function known(node, moment) {
    const at = moment.at;
    if (isDone(node, at)) return finished(node);
    if (node.levelFrom !== null && node.levelFrom <= at) {
      if (node.count === null) return el("span", { class: "size" }, "streamed, not closed");
      const whole = node.children.filter((child) => isWhole(child, at));
      return el("span", { class: "size" }, whole.length + " of " + resp.model.plural(node.count, "value"));
    }
    if (node.length !== undefined && node.sized <= at) {
      const here = Math.max(0, Math.min(node.length, moment.received - node.bodyStart));
      return el("span", { class: "missing" }, here + " of " + resp.model.plural(node.length, "byte") + " received");
    }
    return el("span", { class: "missing" }, "its line is not read yet");
  }

  function finished(node) {
    if (node.levelFrom !== null) {
      const element = node.type === "streamed string" ? "chunk" : node.pairs ? "pair" : "element";
      return el("span", { class: "size" }, resp.model.plural(node.elements, element));
    }
    if (node.words) {
      const words = node.words.map((word) => "“" + resp.text.escape(word) + "”").join(" ");
      return el("span", { class: "scalar text" }, words || "no words");
    }
    if (node.type === "null") return el("span", { class: "scalar" }, "null");
    const text = resp.text.brief(node.value, 60);
    if (PLAIN.has(node.type)) return el("span", { class: "scalar" }, text);
    return el("span", { class: "scalar text" }, "“" + text + "”");
  }

  function item(node, moment, lit, role, depth) {
    const at = moment.at;
    const done = isDone(node, at);
    const button = el(
      "button",
      { type: "button", class: "node", "aria-pressed": String(lit.nodes.has(node.id)) },
      role ? el("span", { class: "role" }, role) : null,
      el("span", { class: "type" }, typeAt(node, at)),
      known(node, moment),
      node.interrupts ? el("span", { class: "missing" }, "interrupts") : null,
    );
    button.classList.toggle("lit", lit.nodes.has(node.id));
    button.classList.toggle("building", !done);
    button.classList.toggle("fresh", node.done === at || (node.born === at && !done));
    button.addEventListener("click", () => resp.selection.select({ kind: "node", node: node.id }));
    const made = el("li", {}, button);
    if (node.attributes.length > 0) made.prepend(description(node.attributes, moment, lit, depth));
    const inside = children(node, moment, lit, depth);
    if (inside) made.append(inside);
    return made;
  }

  // How many are left out; attributes are no values.
  function left(nodes, what) {
    const attributes = nodes.filter((node) => node.type === "attribute").length;
    return [
      [nodes.length - attributes, what],
      [attributes, "earlier attribute"],
    ]
      .filter(([count]) => count > 0)
      .map(([count, what]) => el("li", { class: "more" }, resp.model.plural(count, what)));
  }

  function description(attributes, moment, lit, depth) {
    const list = el("ul", { class: "described" });
    const hidden = Math.max(0, attributes.length - ELEMENTS);
    list.append(...left(attributes.slice(0, hidden)));
    for (const attribute of attributes.slice(hidden)) {
      list.append(item(attribute, moment, lit, "described by", depth + 1));
    }
    return list;
  }

  // What a value is taken for: a `$` is a bulk string until its length says null.
  function typeAt(node, at) {
    if (isDone(node, at)) return node.type;
    return node.levelFrom !== null && node.levelFrom <= at ? node.type : node.began;
  }

  function children(node, moment, lit, depth) {
    if (node.levelFrom === null || node.levelFrom > moment.at) return null;
    if (depth >= DEPTH) return el("ul", {}, el("li", { class: "more" }, "deeper levels are not drawn"));
    const { born, missing } = resp.model.childrenAt(node, moment.at);
    const list = el("ul", {});
    const first = Math.max(0, born.length - ELEMENTS);
    list.append(...left(born.slice(0, first), "earlier element"));
    const { pairs } = node;
    let values = born.slice(0, first).filter((child) => child.type !== "attribute").length;
    for (const child of born.slice(first)) {
      const role = child.type === "attribute" ? "" : pairs ? (values % 2 ? "value" : "key") : String(values + 1);
      if (child.type !== "attribute") values += 1;
      list.append(item(child, moment, lit, role, depth + 1));
    }
    if (missing) {
      for (let at = 0; at < Math.min(missing, PLACES); at++) {
        const number = values + at;
        const role = pairs ? (number % 2 ? "value" : "key") : String(number + 1);
        list.append(el("li", { class: "place" }, el("span", { class: "role" }, role), "missing"));
      }
      if (missing > PLACES) list.append(el("li", { class: "more" }, missing - PLACES + " more are missing"));
    } else if (missing === null && !isDone(node, moment.at)) {
      const due = !pairs ? "more, or the end" : values % 2 ? "its value is due" : "a key is due, or the end";
      list.append(el("li", { class: "place" }, due));
    }
    return list;
  }

  // Frames are numbered as they are delivered: a push comes before what it interrupts.
  function numbered(node, frames, at) {
    if (!isWhole(node, at)) return "not whole";
    return "frame " + frames.filter((other) => isWhole(other, node.done)).length;
  }

  // The aggregate that the next value belongs to. An attribute that is complete is none: it awaits
  // what it describes.
  function innermost(model, at) {
    const open = resp.model.levelsAt(model, at).filter((node) => !isDone(node, at));
    return open[open.length - 1];
  }

  function show({ model, at, lit }) {
    const moment = model.moments[at];
    const frames = resp.model.framesAt(model, at);
    // What is not complete is always shown, however many pushes have come since it was begun.
    const done = frames.filter((node) => isDone(node, at));
    const hidden = new Set(done.slice(0, -FRAMES));
    const last = frames.filter((node) => !hidden.has(node));
    const rows = last.map((node) => item(node, moment, lit, frames.length > 1 ? numbered(node, frames, at) : "", 0));
    // Of deep nesting, the innermost levels: where things happen.
    const path = [];
    for (let node = innermost(model, at); node; node = node.parent) path.unshift(node);
    if (path.length > DEPTH) {
      rows.splice(
        last.indexOf(path[0]),
        1,
        el("li", { class: "more" }, resp.model.plural(path.length - DEPTH, "outer level")),
        item(path[path.length - DEPTH], moment, lit, "", 0),
      );
    }
    rows.unshift(...left([...hidden], "earlier frame"));
    byId("value").replaceChildren(...rows);
    byId("value-empty").hidden = rows.length > 0;
    const whole = frames.filter((node) => isWhole(node, at)).length;
    byId("frames").textContent = resp.model.plural(whole, "whole frame");
  }

  resp.valueView = { start: () => resp.store.watch(show) };
})((window.resp = window.resp || {}));
