// Keys for everything, wherever the focus is.
//
// Not while text is being written, or a choice made. They can be switched off, for who speaks to
// the computer or has other use for single letters; the arrows stay.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const { stepper } = resp;

  // key, as shown, what it does, the action
  const keys = () => [
    ["ArrowRight", "→", "step", () => stepper.by(1)],
    ["ArrowLeft", "←", "step back", () => stepper.by(-1)],
    ["Home", "Home", "to the beginning", () => stepper.toStart()],
    ["End", "End", "to the end", () => stepper.toEnd()],
    ["p", "p", "play, or pause", () => stepper.play()],
    ["e", "e", "run to the next event", () => stepper.toEvent()],
    ["r", "r", "run to the end of the read", () => stepper.toReadEnd()],
    ...resp.machine.table.states.map(({ name }, at) => [
      String(at + 1),
      String(at + 1),
      "run to " + name,
      () => stepper.toState(name),
    ]),
    ["c", "c", "cut behind every byte", () => resp.cuts.everywhere()],
    ["j", "j", "join all reads", () => resp.cuts.nowhere()],
    ["i", "i", "edit the input", () => resp.input.edit()],
    ["Escape", "Esc", "leave the editor; select nothing", () => resp.store.change({ selection: null })],
  ];
  let known = [];
  // In the bytes, once one has the focus.
  const BYTES = [
    ["← →", "move from byte to byte"],
    ["x", "cut before the byte, or join"],
    ["Shift ← →", "move the cut before the byte"],
    ["b", "run to the byte"],
    ["Enter", "select the byte"],
  ];

  const WRITING = "textarea, select, input:not([type=checkbox])";

  // Out of the editor, which stays open: to the button that steps, or, where there is none, to the
  // one that opened it.
  function leave() {
    byId(resp.store.get().tab === "lab" ? "edit" : "step").focus();
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape" && byId("editor").contains(event.target)) return leave();
    if (event.target.closest && event.target.closest(WRITING)) return;
    const found = known.find(([key]) => key === event.key);
    if (!found) return;
    if (event.key.length === 1 && !byId("single-keys").checked) return;
    event.preventDefault();
    found[3]();
  }

  function start() {
    const row = (keys, does) => el("div", {}, el("dt", {}, el("kbd", {}, keys)), el("dd", {}, does));
    known = keys();
    byId("keys").append(...known.map(([, shown, does]) => row(shown, does)));
    byId("byte-keys").append(...BYTES.map(([keys, does]) => row(keys, does)));
    document.addEventListener("keydown", press);
  }

  resp.keyboard = { start };
})((window.resp = window.resp || {}));
