// The broken-parser lab: three parsers beside the machine, on the same bytes and cuts.
//
// At each change of either all four read the input. What they *found* is one object, which the
// views and the checks of the exercises look at:
//   bytes, cuts       the input
//   machine           { values, visits, visited, whole }: `whole` if the input is valid to its end
//   restarting, …     { values, thrown, endless, visits, visited, reserved }, as `lab-parsers.js` gives it
//   outcome           for each parser, beside the machine (the first of these that is so):
//     wrong             a value that it delivered is another than the machine's in its place
//     extra             it delivered a value where the machine has none
//     stops             it stops with an error, where the machine does not, or never ends
//     waits             it waits for more, and has not delivered what the machine has
//     unnoticed         it does not refuse what the machine refuses
//     right             none of these
//   alone             for each parser: whether it is right when nothing is cut
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const LARGEST = 2000;

  const PARSERS = [
    ["restarting", "Restarts", "Tries again from byte 0 whenever a value is not whole."],
    ["splitting", "Splits lines", "Splits what comes at CR LF, and takes the line behind a length for the string."],
    ["trusting", "Trusts", "Takes lengths and counts at their word."],
  ];

  const solved = new Set();
  let seen = null;

  // The machine's values in the form of the others', which know no attributes and no chunks.
  function plain(node) {
    if (node.type === "null") return null;
    if (node.type === "streamed string") return node.children.filter(isWhole).map(plain).join("");
    if (node.levelFrom !== null) return node.children.filter(isWhole).map(plain);
    const text = letters(node.value);
    return node.type === "integer" ? Number(text) : text;
  }

  const isWhole = (node) => node.type !== "attribute" && node.done !== null;

  const letters = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

  function pieces({ bytes, cuts }) {
    const text = letters(bytes);
    const ends = [...cuts, bytes.length];
    return ends.map((end, at) => text.slice(at ? ends[at - 1] : 0, end)).filter((piece) => piece !== "");
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  function find(situation) {
    const { bytes, cuts, dialect, model } = situation;
    const last = model.moments[model.moments.length - 1];
    const values = resp.model
      .framesAt(model, last.at)
      .filter(isWhole)
      .sort((a, b) => a.done - b.done)
      .map(plain);
    const visits = resp.machine.visits(bytes, cuts, dialect);
    const machine = {
      values,
      visits,
      visited: visits[visits.length - 1] || 0,
      whole: last.kind === "end",
      error: last.kind === "error" ? last.item : null,
    };
    const found = { bytes, cuts, machine, outcome: {}, alone: {} };
    const reads = pieces(situation);
    for (const [name] of PARSERS) {
      const parser = resp.labParsers[name];
      const said = resp.labParsers.run(parser, reads);
      const whole = resp.labParsers.run(parser, pieces({ bytes, cuts: [] }));
      found[name] = said;
      found.outcome[name] = outcome(said, machine);
      found.alone[name] = same(whole.values, values) && !whole.thrown;
    }
    return found;
  }

  function written(value) {
    if (Array.isArray(value)) return "[" + value.map(written).join(", ") + "]";
    if (typeof value !== "string") return String(value);
    return (
      "“" +
      resp.text.brief(
        Uint8Array.from(value, (letter) => letter.charCodeAt(0)),
        32,
      ) +
      "”"
    );
  }

  function shortened(value) {
    const text = written(value);
    return text.length > 90 ? text.slice(0, 89) + "…" : text;
  }

  // The first value that is not the machine's; -1 if there is none.
  const firstWrong = (said, right) => said.values.findIndex((value, at) => !same(value, right.values[at]));

  function outcome(said, right) {
    const at = firstWrong(said, right);
    if (at >= 0) return at < right.values.length ? "wrong" : "extra";
    if (said.thrown && (said.endless || !right.error)) return "stops";
    if (said.values.length < right.values.length) return said.thrown ? "stops" : "waits";
    return right.error && !said.thrown ? "unnoticed" : "right";
  }

  const LISTED = 4;

  // All that it delivered, where that is more than was sent: a wrong value alone does not show it.
  function surplus(said, right) {
    if (!right.whole || said.values.length <= right.values.length) return "";
    const listed = said.values.slice(0, LISTED).map(shortened).join(", ");
    return (
      " It delivers " +
      resp.model.plural(said.values.length, "value") +
      " where " +
      (right.values.length === 1 ? "1 was" : right.values.length + " were") +
      " sent: " +
      listed +
      (said.values.length > LISTED ? ", …" : ".")
    );
  }

  // What happened, in a sentence or two.
  function verdict(name, found) {
    const said = found[name];
    const right = found.machine;
    const at = firstWrong(said, right);
    const value = at < 0 ? "" : "value " + (at + 1) + " is " + shortened(said.values[at]);
    const behind = surplus(said, right) + (said.thrown ? " Then it stops: " + said.thrown + "." : "");
    const short = right.values.length - said.values.length;
    const undelivered = resp.model.plural(short, "value") + " that " + (short === 1 ? "has" : "have") + " come";
    switch (found.outcome[name]) {
      case "wrong":
        return "Wrong: " + value + " instead of " + shortened(right.values[at]) + "." + behind;
      case "extra":
        return (
          "Wrong: " +
          value +
          ", " +
          (right.whole
            ? "which nobody sent"
            : right.error
              ? "where the machine refuses the input"
              : "where the machine needs more") +
          "." +
          behind
        );
      case "stops":
        return (
          "Stops: " +
          said.thrown +
          ". " +
          (short > 0
            ? "It has not delivered " + undelivered + "."
            : right.whole
              ? "The machine reads on."
              : right.error
                ? "The machine refuses the input."
                : "The machine waits for the rest.")
        );
      case "waits":
        return "Waits for more, and has not delivered " + undelivered + ".";
      case "unnoticed":
        return "Has noticed nothing, where the machine refuses this input.";
      default:
        if (right.error) return "Refuses it too: " + said.thrown + ".";
        return (
          "Right: " + resp.model.plural(said.values.length, "value") + (right.whole ? "." : ", and waits for more.")
        );
    }
  }

  function machineVerdict({ machine }) {
    const { error } = machine;
    if (error)
      return "Refuses it at byte " + error.offset + ": expected " + error.expected + ", found " + error.found + ".";
    return "Reads " + resp.model.plural(machine.values.length, "value") + (machine.whole ? "." : ", and needs more.");
  }

  // A bar for each read: the bytes looked at by its end. Of one read there is nothing to compare.
  function bars(visits, most, reads) {
    const width = 240;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 " + width + " 44");
    svg.setAttribute("class", "bars");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("preserveAspectRatio", "none");
    const step = width / Math.max(1, reads);
    visits.forEach((count, at) => {
      const bar = document.createElementNS(svg.namespaceURI, "rect");
      const height = most === 0 ? 0 : Math.max(1, (44 * count) / most);
      for (const [key, value] of Object.entries({
        x: at * step,
        y: 44 - height,
        width: Math.max(0.6, step * 0.86),
        height,
      })) {
        bar.setAttribute(key, value.toFixed(2));
      }
      svg.append(bar);
    });
    return svg;
  }

  function lane(title, what, mood, words, said, found, most) {
    const ratio = found.machine.visited ? said.visited / found.machine.visited : 0;
    return el(
      "li",
      { class: "lane " + mood },
      el("div", { class: "lane-who" }, el("h3", {}, title), el("p", { class: "quiet" }, what)),
      el(
        "p",
        { class: "verdict" },
        el("span", { class: "mark", "aria-hidden": "true" }, mood === "good" ? "✓" : "✗"),
        " ",
        words,
      ),
      el(
        "div",
        { class: "lane-visits" },
        found.cuts.length > 0 ? bars(said.visits, most, Math.max(found.cuts.length + 1, said.visits.length)) : null,
        el(
          "p",
          {},
          el("b", {}, said.visited.toLocaleString("en")),
          said.visited === 1 ? " byte looked at" : " bytes looked at",
          said === found.machine ? "" : " (" + ratio.toFixed(1) + "×)",
          said.reserved ? ", " + resp.amount(said.reserved) + " reserved" : "",
        ),
      ),
    );
  }

  function lanes(found) {
    const most = Math.max(found.machine.visited, ...PARSERS.map(([name]) => found[name].visited));
    byId("bars-legend").hidden = found.cuts.length === 0;
    byId("lanes").replaceChildren(
      lane("The machine", "Keeps where it stands.", "good", machineVerdict(found), found.machine, found, most),
      ...PARSERS.map(([name, title, what]) => {
        const mood = found.outcome[name] === "right" ? "good" : "bad";
        return lane(title, what, mood, verdict(name, found), found[name], found, most);
      }),
    );
  }

  function exercise(each) {
    const title = PARSERS.find(([name]) => name === each.parser)[1];
    return el(
      "li",
      { class: "exercise", id: "exercise-" + each.id },
      el(
        "details",
        { name: "exercise", open: each === resp.exercises[0] },
        el("summary", {}, el("h3", {}, each.title), el("span", { class: "badge" })),
        el("p", { class: "quiet" }, "The parser that " + title.toLowerCase() + "."),
        el("p", {}, each.task),
        el(
          "div",
          { class: "exercise-actions" },
          el(
            "button",
            { type: "button", onclick: () => load(each), "aria-label": "Start with these bytes: " + each.title },
            "Start with these bytes",
          ),
          el("p", { class: "goal" }),
        ),
        el("details", { class: "hint" }, el("summary", {}, "A hint"), el("p", {}, each.hint)),
        el(
          "div",
          { class: "answer", hidden: true },
          el("p", {}, el("b", {}, "Why it fails. "), each.why),
          el("p", {}, el("b", {}, "What the machine does. "), each.instead),
        ),
      ),
    );
  }

  function load(each) {
    resp.store.change({
      bytes: resp.text.unescape(each.start.input),
      cuts: each.start.cuts,
      dialect: "resp3",
      at: 0,
      selection: null,
    });
    resp.input.unnamed(
      "The bytes of the exercise. " +
        (each.edits ? "Change them in the editor." : "Click between two to cut them there."),
    );
    resp.input.open(each.edits);
    byId("bytes").scrollIntoView({ block: "nearest" });
  }

  // Only the exercise that is open is being worked on.
  function check(found) {
    for (const each of resp.exercises) {
      const item = byId("exercise-" + each.id);
      const open = item.querySelector("details").open;
      if (open && !solved.has(each.id) && resp.solves(each, found)) {
        solved.add(each.id);
        byId("lab-spoken").textContent = "Solved: " + each.title + ".";
      }
      item.classList.toggle("solved", solved.has(each.id));
      item.querySelector(".badge").textContent = solved.has(each.id) ? "solved" : "";
      item.querySelector(".answer").hidden = !solved.has(each.id);
      item.querySelector(".goal").textContent = resp.goal(each, found);
    }
  }

  // One cut, swept through the input by a slider.
  function sweep(situation) {
    const slider = byId("sweep");
    const last = Math.max(1, situation.bytes.length - 1);
    slider.max = last;
    slider.disabled = situation.bytes.length < 2;
    const one = situation.cuts.length === 1 ? situation.cuts[0] : null;
    if (one !== null) slider.value = one;
    const where = one === null ? resp.model.plural(situation.cuts.length, "cut") : "one cut, before byte " + one;
    byId("sweep-at").textContent = where;
    slider.setAttribute("aria-valuetext", where);
  }

  function show(situation) {
    if (situation.tab !== "lab" || seen === situation.model) return;
    seen = situation.model;
    const large = situation.bytes.length > LARGEST;
    byId("lab-large").hidden = !large;
    byId("lab-found").hidden = large;
    if (large) return;
    const found = find(situation);
    lanes(found);
    sweep(situation);
    check(found);
  }

  function source([name, title]) {
    return el(
      "details",
      { class: "source-code" },
      el("summary", {}, "The parser that " + title.toLowerCase()),
      el(
        "pre",
        { tabindex: "0", "aria-label": "Source of the parser that " + title.toLowerCase() },
        el("code", {}, unindented(resp.labParsers[name].toString())),
      ),
    );
  }

  const unindented = (text) => text.replace(/\n {2}/g, "\n");

  function start() {
    byId("lab").append(
      el(
        "section",
        { class: "panel", "aria-labelledby": "lab-title" },
        el("div", { class: "panel-head" }, el("h2", { id: "lab-title" }, "Four parsers, the same bytes")),
        el("p", {}, "Three of them are what people write. Cut the bytes above, or change them, and see who keeps up."),
        el(
          "p",
          { id: "lab-large", class: "notice", hidden: true },
          "The lab takes inputs of up to " + LARGEST + " bytes.",
        ),
        el(
          "div",
          { id: "lab-found" },
          el(
            "div",
            { class: "sweep" },
            el("label", { for: "sweep" }, "Move a single cut"),
            el("input", {
              type: "range",
              id: "sweep",
              min: "1",
              value: "1",
              oninput: (event) => resp.store.change({ cuts: [Number(event.target.value)] }),
            }),
            el("output", { id: "sweep-at", for: "sweep" }),
          ),
          el(
            "p",
            { id: "bars-legend", class: "bars-legend quiet", hidden: true },
            "A bar for each read: how many bytes have been looked at by its end.",
          ),
          el("ul", { id: "lanes", class: "lanes" }),
        ),
        el("p", { id: "lab-spoken", class: "unseen", role: "status" }),
      ),
      el(
        "section",
        { class: "panel", "aria-labelledby": "exercises-title" },
        el("div", { class: "panel-head" }, el("h2", { id: "exercises-title" }, "Exercises")),
        el("ol", { class: "exercises" }, ...resp.exercises.map(exercise)),
      ),
      el(
        "section",
        { class: "panel", "aria-labelledby": "sources-title" },
        el("div", { class: "panel-head" }, el("h2", { id: "sources-title" }, "Their source")),
        ...PARSERS.map(source),
      ),
    );
    resp.store.watch(show);
  }

  resp.lab = { find, start };
})((window.resp = window.resp || {}));
