// What is known of the state or the arrow that is selected: its rows of the table.
//
// The rows come with the machine. Each has the shortest input that takes it, which a button loads,
// in a dialect that has the row, standing at the moment when the row is taken.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;

  function load(row) {
    resp.store.change({
      bytes: resp.text.unescape(row.example),
      cuts: [],
      dialect: row.dialects[0],
      at: 0,
      selection: null,
    });
    const { model } = resp.store.get();
    const taken = model.moments.filter((moment) => moment.kind === "transition" && moment.item.rule === row.rule);
    if (taken.length) resp.stepper.go(taken[taken.length - 1].at);
    resp.input.unnamed();
  }

  // The book has a chapter for each state; where it is, and in which form, the page's link to it says.
  const chapter = (state) => byId("book").getAttribute("href").replace("wire", state.toLowerCase());

  function card(row) {
    const fact = (name, ...said) => el("div", {}, el("dt", {}, name), el("dd", {}, ...said));
    return el(
      "li",
      { class: "row" },
      el("p", { class: "row-name" }, row.rule),
      el(
        "dl",
        { class: "facts" },
        fact("on", row.on),
        row.within ? fact("where", row.within) : null,
        row.emits ? fact("emits", row.emits) : null,
        fact("dialects", row.dialects.join(", ")),
        fact("shortest input", el("code", {}, row.example)),
      ),
      el("button", { type: "button", "aria-label": "Try it: " + row.rule, onclick: () => load(row) }, "Try it"),
    );
  }

  // Whether the state that is selected can be run to, and why not. A button that has the focus is not
  // taken away from it.
  function showWay(selection) {
    if (!selection || selection.kind !== "state") return;
    const why = resp.stepper.noWayTo(selection.state);
    byId("run-to-selected").setAttribute("aria-disabled", String(why !== ""));
    byId("no-way").textContent = why;
  }

  // On a narrow page many cards would stand between the drawing and the stack.
  function folded(list, count) {
    if (count < 2 || !matchMedia("(max-width: 719px)").matches) return list;
    return el("details", {}, el("summary", {}, "Show the " + count + " rows"), list);
  }

  function show({ model, selection }, changed) {
    if (!changed.selection) {
      if (changed.at) showWay(selection);
      return;
    }
    const panel = byId("inspector");
    const title = byId("inspector-title");
    const list = el("ul", { class: "rows" });
    const { rows } = resp.machine.table;
    if (selection && selection.kind === "arrow") {
      const found = rows.filter((row) => row.from === selection.from && row.to === selection.to);
      title.textContent =
        selection.from + " → " + selection.to + ": " + resp.model.plural(found.length, "row") + " of the table";
      list.append(...found.map(card));
      panel.replaceChildren(folded(list, found.length));
    } else if (selection && selection.kind === "state") {
      const state = resp.machine.states[selection.state];
      const times = resp.selection.momentsOf(model, selection).length;
      title.textContent = state.letter + " " + state.name;
      panel.replaceChildren(
        el("p", {}, "Reads " + state.reads + ". This input leaves it " + resp.model.plural(times, "time") + "."),
        el("p", {}, el("a", { href: chapter(state.name) }, "The chapter on " + state.name)),
        el(
          "button",
          {
            type: "button",
            id: "run-to-selected",
            "aria-describedby": "no-way",
            onclick: () => resp.stepper.toState(state.name),
          },
          "Run to " + state.name,
        ),
        el("p", { id: "no-way", class: "quiet" }),
      );
      showWay(selection);
    } else {
      title.textContent = "The table";
      panel.replaceChildren(
        el(
          "p",
          { class: "quiet" },
          "Select an arrow for its rows and the shortest input that takes each. Select a state; then you can run to it.",
        ),
      );
    }
  }

  resp.inspector = { start: () => resp.store.watch(show) };
})((window.resp = window.resp || {}));
