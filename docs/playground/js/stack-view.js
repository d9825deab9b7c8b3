// The stack: one En for each open aggregate, innermost first, with its n counting down.
//
// It shows what the machine says, in its words. Of a deep stack the innermost levels are shown (and
// not many more told: see `machine/src/answer.rs`); how many there are outside is said in words.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const DOTS = 12; // values shown one by one
  const LEVELS = 8; // shown at a time

  // A box for each value that was announced, those that came filled.
  function tally({ count }, n) {
    if (n === null || count === null || count > DOTS) return null;
    const boxes = el("span", { class: "tally", "aria-hidden": "true" });
    for (let at = 0; at < count; at++) boxes.append(el("span", { class: at < count - n ? "came" : "due" }));
    return boxes;
  }

  function row(level, [words, n], node, fresh, lit) {
    const button = el(
      "button",
      { type: "button", class: "level", "aria-pressed": String(lit) },
      el("span", { class: "level-words" }, words),
      el(
        "span",
        { class: "level-n" },
        n === null ? "no count" : "n = ",
        n === null ? null : el("b", { class: fresh ? "changed" : null }, String(n)),
        n === null ? null : el("span", { class: "of" }, " of " + level.count),
      ),
      tally(level, n),
    );
    if (lit) button.classList.add("lit");
    if (node) button.addEventListener("click", () => resp.selection.select({ kind: "node", node: node.id }));
    return el("li", {}, button);
  }

  function show({ model, at, lit }) {
    const moment = model.moments[at];
    const before = at > 0 ? model.moments[at - 1] : moment;
    const nodes = resp.model.levelsAt(model, at).slice(-moment.stack.length || model.nodes.length);
    const rows = moment.stack.map((level, index) => {
      const told = moment.levels[index];
      const was = before.levels[index];
      const fresh = before.depth === moment.depth && was && was[1] !== told[1];
      const node = nodes[index] && nodes.length === moment.stack.length ? nodes[index] : null;
      return row(level, told, node, fresh, node !== null && lit.nodes.has(node.id));
    });
    const shown = rows.reverse().slice(0, LEVELS);
    const hidden = moment.depth - shown.length;
    byId("stack").replaceChildren(
      ...shown,
      ...(hidden > 0 ? [el("li", { class: "outer" }, resp.model.plural(hidden, "outer level"))] : []),
    );
    byId("stack-empty").hidden = moment.depth > 0;
    byId("depth").textContent = moment.depth === 0 ? "empty" : resp.model.plural(moment.depth, "level");
  }

  resp.stackView = { start: () => resp.store.watch(show) };
})((window.resp = window.resp || {}));
