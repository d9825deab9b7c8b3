// The drawing of the states: where the machine stands, and the arrow it has just taken.
//
// The drawing is the program's own, made from the table of transitions and put into the page when
// it was built; its parts say in data attributes what they stand for. Here they are lit, and made
// into buttons. Under each arrow lie two more of its shape: a wide, unseen one takes the pointer and
// the focus, which it shows along its way; a halo is what is lit. So the arrow keeps its own look.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const NS = "http://www.w3.org/2000/svg";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  let drawing = null;
  let dot = null;
  let frame = null;
  const arrows = new Map(); // "From To" → { path, halo, labels }
  const places = new Map(); // state → group

  function button(element, label, select) {
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "0");
    element.setAttribute("aria-label", label);
    element.addEventListener("click", select);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      select();
    });
  }

  // The lines of a label.
  const words = (label) => [...label.children].map((line) => line.textContent).join(" ");

  function prepare() {
    drawing = byId("drawing").querySelector("svg");
    // A figure of buttons is a group, not an image.
    drawing.setAttribute("role", "group");
    const states = resp.machine.states;
    for (const path of drawing.querySelectorAll("path.arrow")) {
      const { from, to } = path.dataset;
      const key = from + " " + to;
      const labels = [...drawing.querySelectorAll("text.label")].filter(
        (text) => text.dataset.from === from && text.dataset.to === to,
      );
      const target = path.cloneNode();
      target.setAttribute("class", "target");
      const said = labels.map(words).join(" ");
      button(
        target,
        "Arrow from " + states[from].letter + " " + from + " to " + states[to].letter + " " + to + ", on " + said,
        () => resp.selection.select({ kind: "arrow", from, to }),
      );
      const halo = path.cloneNode();
      halo.setAttribute("class", "halo");
      path.before(target, halo);
      for (const text of labels)
        text.addEventListener("click", () => resp.selection.select({ kind: "arrow", from, to }));
      arrows.set(key, { path, halo, labels });
    }
    for (const group of drawing.querySelectorAll("g[data-state]")) {
      const name = group.dataset.state;
      group.querySelector("title").remove();
      // Letter and name are two words, to be read and to be said.
      group.lastElementChild.before(" ");
      button(group, "State " + states[name].letter + " " + name + ": reads " + states[name].reads, () =>
        resp.selection.select({ kind: "state", state: name }),
      );
      places.set(name, group);
    }
    dot = document.createElementNS(NS, "circle");
    dot.setAttribute("class", "dot");
    dot.setAttribute("r", "9");
    drawing.append(dot);
  }

  // An arrow beside the drawing, for where that is too small to have labels.
  function inWords(key) {
    const [from, to] = key.split(" ");
    const on = arrows.get(key).labels.map(words).join(" ");
    return [resp.words.chip(from), " → ", resp.words.chip(to), " on ", el("code", {}, on)];
  }

  // A dot runs along the arrow that was taken.
  function travel(path) {
    cancelAnimationFrame(frame);
    dot.classList.remove("runs");
    if (!path || still.matches) return;
    const length = path.getTotalLength();
    const begun = performance.now();
    dot.classList.add("runs");
    const draw = (now) => {
      const part = Math.min(1, (now - begun) / 320);
      const point = path.getPointAtLength(length * part);
      dot.setAttribute("cx", point.x);
      dot.setAttribute("cy", point.y);
      if (part < 1) frame = requestAnimationFrame(draw);
      else dot.classList.remove("runs");
    };
    draw(begun);
  }

  function show({ model, at, lit, selection }, changed) {
    const moment = model.moments[at];
    const taken = moment.kind === "transition" ? moment.item.from + " " + moment.item.to : null;
    for (const [key, { path, halo, labels }] of arrows) {
      for (const part of [path, halo, ...labels]) {
        part.classList.toggle("taken", key === taken);
        part.classList.toggle("lit", lit.arrows.has(key));
      }
    }
    for (const [name, group] of places) {
      group.classList.toggle("active", name === moment.state);
      group.classList.toggle("fault", name === moment.state && moment.kind === "error");
      group.classList.toggle("lit", lit.states.has(name));
      if (name === moment.state) group.setAttribute("aria-current", "step");
      else group.removeAttribute("aria-current");
    }
    const state = resp.machine.states[moment.state];
    byId("standing").textContent = state.letter + " " + moment.state;
    byId("standing").dataset.state = moment.state;
    byId("standing-reads").textContent = "reads " + state.reads;
    const told = selection && selection.kind === "arrow" ? selection.from + " " + selection.to : taken;
    byId("arrow-words").replaceChildren(...(told ? inWords(told) : []));
    if (changed.at) travel(taken ? arrows.get(taken).path : null);
  }

  function start() {
    prepare();
    resp.store.watch(show);
  }

  resp.diagramView = { start };
})((window.resp = window.resp || {}));
