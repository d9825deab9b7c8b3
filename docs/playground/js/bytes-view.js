// The bytes, as an illustrated packet.
//
// Each byte is a cell; the cells that one transition reads are a group, in the colour of the state
// that reads them and with what they are in words below. Groups stand where they stand from the
// beginning, so nothing moves while one steps: what has not been consumed is only not coloured yet,
// and what has not been received is faint. Between two cells is a gap, to cut there.
//
// The cells are one widget for the keyboard: one of them takes the focus, the arrows move it. Of
// long input only the groups around the moment are made, of a long group its two ends.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const GROUPS = 120; // made at a time
  const WHOLE = 64; // bytes of a group that is shown whole
  const HEAD = 24;
  const FOOT = 10;

  let cells = new Map(); // offset → button
  let boxes = []; // [group, element]
  let shown = [0, 0]; // which groups
  let focus = 0;

  const get = () => resp.store.get();

  // In the lab all has been read.
  const momentOf = ({ model, at, tab }) => (tab === "lab" ? model.moments.length - 1 : at);

  function cell(model, at) {
    const byte = model.bytes[at];
    const button = el(
      "button",
      { type: "button", class: "byte", "data-at": at, tabindex: at === focus ? 0 : -1 },
      el("span", { class: "glyph", "aria-hidden": "true" }, resp.text.glyph(byte)),
      " ",
      el("span", { class: "hex", "aria-hidden": "true" }, resp.text.hex(byte)),
    );
    if (byte === 13 || byte === 10) button.classList.add("line-end");
    cells.set(at, button);
    return button;
  }

  // A byte, and the gap before it.
  function slot(model, at) {
    const gap =
      at === 0
        ? el("span", { class: "no-gap", "aria-hidden": "true" })
        : el("span", { class: "gap", "data-cut": at, title: "Cut here", "aria-hidden": "true" });
    return el("span", { class: "slot" }, gap, cell(model, at));
  }

  function fill(row, model, from, to) {
    for (let at = from; at < to; at++) row.append(slot(model, at));
  }

  function box(model, group) {
    const row = el("span", { class: "cells" });
    const length = group.end - group.start;
    if (length > WHOLE) {
      const [head, foot] = [group.start + HEAD, group.end - FOOT];
      fill(row, model, group.start, head);
      const cuts = model.cuts.filter((cut) => cut > head && cut < foot).length;
      row.append(
        el("span", { class: "left-out" }, foot - head + " more" + (cuts ? ", " + resp.model.plural(cuts, "cut") : "")),
      );
      fill(row, model, foot, group.end);
    } else {
      fill(row, model, group.start, group.end);
    }
    const state = group.state && resp.machine.states[group.state];
    const note = el(
      "span",
      { class: "note" },
      state ? el("span", { class: "chip" }, state.letter) : null,
      el("span", { class: "words" }, group.label),
    );
    const made = el(
      "div",
      { class: "group", "data-state": group.state || "none" },
      el("span", { class: "offset", "aria-hidden": "true" }, String(group.start)),
      row,
      note,
    );
    boxes.push([group, made]);
    return made;
  }

  // The group that holds the moment's place.
  function current(model, at) {
    const byte = Math.min(model.moments[at].consumed, model.bytes.length - 1);
    return model.groups.length ? model.groups.indexOf(resp.model.groupAt(model, Math.max(0, byte))) : 0;
  }

  function build({ model, at, tab }) {
    const middle = current(model, momentOf({ model, at, tab }));
    let first = Math.max(0, middle - GROUPS / 2);
    const last = Math.min(model.groups.length, first + GROUPS);
    first = Math.max(0, last - GROUPS);
    shown = [first, last];
    [cells, boxes] = [new Map(), []];
    focus = Math.min(focus, Math.max(0, model.bytes.length - 1));
    const made = model.groups.slice(first, last).map((group) => box(model, group));
    const before = first > 0 ? model.groups[first].start : 0;
    const after = last < model.groups.length ? model.bytes.length - model.groups[last - 1].end : 0;
    const more = (count, where) =>
      count ? el("p", { class: "beyond" }, resp.model.plural(count, "byte") + " " + where) : null;
    const strip = byId("bytes");
    strip.replaceChildren(...[more(before, "before"), ...made, more(after, "behind")].filter(Boolean));
    strip.append(el("span", { class: "end", "aria-hidden": "true" }, model.bytes.length ? "end" : "no bytes"));
    if (!cells.has(focus) && made.length) setFocus(model.groups[first].start);
  }

  const within = (ranges, at) => ranges.some(([start, end]) => at >= start && at < end);

  // Cells are marked, not made anew, from moment to moment.
  function mark({ model, lit, selection, ...situation }) {
    const at = momentOf({ model, ...situation });
    const moment = model.moments[at];
    const chunk = moment.kind === "chunk" ? moment.item : null;
    const error = moment.kind === "error" ? moment.item : null;
    for (const [group, element] of boxes) {
      element.classList.toggle("read", group.moment <= at);
      element.classList.toggle("now", group.moment === at);
    }
    for (const [offset, button] of cells) {
      const { classList } = button;
      classList.toggle("received", offset < moment.received);
      classList.toggle("consumed", offset < moment.consumed);
      classList.toggle("here", offset === moment.consumed && !error);
      classList.toggle("kept", chunk !== null && offset >= chunk.consumed && offset < chunk.end);
      classList.toggle("resume", chunk !== null && offset === chunk.resumes);
      classList.toggle("fault", error !== null && offset === error.offset);
      classList.toggle("lit", within(lit.bytes, offset));
      const selected = selection !== null && selection.kind === "byte" && selection.at === offset;
      button.setAttribute("aria-pressed", String(selected));
      button.setAttribute("aria-label", describe(model, moment, offset));
    }
    const cuts = new Set(model.cuts);
    for (const mark of byId("bytes").querySelectorAll(".gap")) {
      mark.classList.toggle("cut", cuts.has(Number(mark.dataset.cut)));
    }
    byId("bytes").classList.toggle("any-lit", lit.bytes.length > 0);
    byId("bytes")
      .querySelector(".end")
      .classList.toggle("here", moment.consumed === model.bytes.length && !error);
  }

  function describe(model, moment, offset) {
    const group = resp.model.groupAt(model, offset);
    const byte = model.bytes[offset];
    // What is seen comes first, so that who speaks to the computer can say it.
    const parts = [resp.text.glyph(byte) + " " + resp.text.hex(byte), resp.text.spoken(byte), "offset " + offset];
    if (offset < moment.consumed) parts.push("read in " + group.state);
    else if (offset >= moment.received) parts.push("not received yet");
    else parts.push("not consumed");
    if (model.cuts.includes(offset)) parts.push("cut before it");
    return parts.join(", ");
  }

  // Keeps the moment's place in sight inside the strip, and never scrolls the page.
  function follow({ model, at, tab }) {
    const strip = byId("bytes");
    if (tab === "lab") return;
    const moment = model.moments[at];
    const end = strip.querySelector(".end.here");
    const place = end || cells.get(moment.kind === "error" ? moment.item.offset : moment.consumed);
    if (!place || strip.scrollHeight <= strip.clientHeight) return;
    const [outer, inner] = [strip.getBoundingClientRect(), place.getBoundingClientRect()];
    if (end) {
      if (inner.top < outer.top || inner.bottom > outer.bottom) strip.scrollTop = strip.scrollHeight;
    } else if (inner.top < outer.top + 20 || inner.bottom > outer.bottom - 44) {
      // To the beginning of a row of groups, some way above it.
      const wanted = strip.scrollTop + inner.top - outer.top - strip.clientHeight / 2;
      const first = boxes.find(([, element]) => element.offsetTop >= wanted);
      strip.scrollTop = (first ? first[1].offsetTop : wanted) - 4;
    }
  }

  // Whether rows are hidden below.
  function fade() {
    const strip = byId("bytes");
    strip.classList.toggle("more-below", strip.scrollTop + strip.clientHeight < strip.scrollHeight - 4);
  }

  function show(situation, changed) {
    const middle = current(situation.model, momentOf(situation));
    const near =
      (middle >= shown[0] + 10 || shown[0] === 0) &&
      (middle < shown[1] - 10 || shown[1] >= situation.model.groups.length);
    if (changed.model || !near) build(situation);
    mark(situation);
    if (changed.at) follow(situation);
    fade();
    showSelection(situation, changed);
  }

  // What can be done with the byte that is selected.
  function showSelection({ model, selection }, changed) {
    if (!changed.selection) return;
    const bar = byId("byte-actions");
    const byte = selection && selection.kind === "byte" ? selection.at : null;
    bar.classList.toggle("idle", byte === null);
    byId("run-to-byte").disabled = byte === null;
    byId("cut-byte").disabled = byte === null || byte === 0;
    if (byte === null) {
      byId("byte-selected").textContent =
        "Select a byte; then you can run to it. Click between two to cut the input there.";
      return;
    }
    const group = resp.model.groupAt(model, byte);
    const state = resp.machine.states[group.state];
    byId("byte-selected").textContent =
      "Byte " +
      byte +
      " is " +
      resp.text.escapeByte(model.bytes[byte]) +
      " (0x" +
      resp.text.hex(model.bytes[byte]) +
      "). " +
      (state ? "It is read in " + state.letter + " " + state.name + "." : "It is never consumed.");
    byId("cut-byte").textContent = model.cuts.includes(byte) ? "Join before it" : "Cut before it";
  }

  function setFocus(at) {
    const old = cells.get(focus);
    if (old) old.tabIndex = -1;
    focus = at;
    const now = cells.get(at);
    if (now) now.tabIndex = 0;
    return now;
  }

  function keys(event) {
    const { model } = get();
    const moves = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.shiftKey && moves[event.key]) {
      const to = resp.cuts.move(focus, moves[event.key]);
      setFocus(to)?.focus();
    } else if (moves[event.key]) {
      let at = focus + moves[event.key];
      while (at >= 0 && at < model.bytes.length && !cells.has(at)) at += moves[event.key];
      if (cells.has(at)) setFocus(at).focus();
    } else if (event.key === "x") {
      resp.cuts.toggle(focus);
      cells.get(focus)?.focus();
    } else if (event.key === "b") {
      resp.stepper.toByte(focus);
      cells.get(focus)?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function start() {
    const strip = byId("bytes");
    strip.addEventListener("click", (event) => {
      const gapElement = event.target.closest(".gap");
      if (gapElement) return resp.cuts.toggle(Number(gapElement.dataset.cut));
      const button = event.target.closest(".byte");
      if (!button) return;
      const at = Number(button.dataset.at);
      setFocus(at);
      resp.selection.select({ kind: "byte", at });
    });
    strip.addEventListener("dblclick", (event) => {
      const button = event.target.closest(".byte");
      if (button) resp.stepper.toByte(Number(button.dataset.at));
    });
    strip.addEventListener("keydown", keys);
    strip.addEventListener("scroll", fade);
    addEventListener("resize", fade);
    byId("run-to-byte").addEventListener("click", () => {
      const { selection } = get();
      if (selection) resp.stepper.toByte(selection.at);
    });
    byId("cut-byte").addEventListener("click", () => {
      const { selection } = get();
      if (selection) resp.cuts.toggle(selection.at);
    });
    resp.store.watch(show);
  }

  resp.bytesView = { start };
})((window.resp = window.resp || {}));
