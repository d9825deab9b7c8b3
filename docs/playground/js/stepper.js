// Moving from moment to moment: by one, by playing, or to the next moment of some kind.
//
// All of it is here, for the buttons and for the keys alike. A run that finds nothing stays where it
// is and says so, in sight and aloud, until something changes.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const get = () => resp.store.get();
  let timer = null;

  const go = (at) => resp.store.change({ at });

  function by(steps) {
    pause();
    go(get().at + steps);
  }

  // Goes to the first moment behind this one for which `test` holds; `what` it is, in words.
  function run(test, what) {
    pause();
    const { model, at } = get();
    const found = model.moments.find((moment) => moment.at > at && test(moment));
    if (found) go(found.at);
    else stay(what + " does not come " + (at === 0 ? "in this input" : "behind this moment"));
  }

  // How the input ends, where that is why nothing comes.
  const ENDS = {
    error: "the input ends in an error",
    incomplete: "the input ends inside a frame",
    end: "the input ends between frames",
  };

  function stay(why) {
    const { model } = get();
    const { item, ending } = model.moments[model.moments.length - 1];
    const said = why + ": " + ENDS[(ending || item).kind] + ". Nothing has moved.";
    byId("stayed").textContent = said;
    byId("stayed").hidden = false;
    byId("spoken").textContent = said;
  }

  const toEvent = () => run((moment) => moment.item.event, "An event");
  const toReadEnd = () => run((moment) => moment.kind === "chunk", "The end of a read");
  const enters = (state) => (moment) => moment.kind === "transition" && moment.state === state;
  const toState = (state) => run(enters(state), resp.machine.states[state].letter + " " + state);
  // Why a run to a state would find nothing; "" if it would.
  function noWayTo(state) {
    const { model, at } = get();
    const comes = model.moments.filter(enters(state));
    if (comes.length === 0) return "This input never comes to " + state + ".";
    return comes[comes.length - 1].at > at ? "" : "It does not come to " + state + " again behind this moment.";
  }
  const toStart = () => {
    pause();
    go(0);
  };
  const toEnd = () => {
    pause();
    go(get().model.moments.length - 1);
  };

  // To the moment that consumed the byte; an earlier one, if that is where it is.
  function toByte(byte) {
    pause();
    const { model } = get();
    const found = model.moments.find((moment) => moment.consumed > byte);
    if (found) go(found.at);
    else stay("Byte " + byte + " is never consumed");
  }

  function pause() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    showPlaying();
  }

  function play() {
    if (timer !== null) return pause();
    const { model, at } = get();
    if (at >= model.moments.length - 1) go(0);
    timer = setInterval(
      () => {
        const now = get();
        if (now.at >= now.model.moments.length - 1) pause();
        else go(now.at + 1);
      },
      1000 / Number(byId("speed").value),
    );
    showPlaying();
  }

  function showPlaying() {
    const playing = timer !== null;
    byId("play").setAttribute("aria-pressed", String(playing));
    byId("play-label").textContent = playing ? "Pause" : "Play";
    document.body.classList.toggle("playing", playing);
  }

  function show({ model, at }, changed) {
    if (changed.at) byId("stayed").hidden = true;
    const last = model.moments.length - 1;
    const scrubber = byId("scrubber");
    scrubber.max = last;
    scrubber.value = at;
    scrubber.setAttribute("aria-valuetext", "moment " + at + " of " + last);
    byId("progress").textContent = at + " / " + last;
    // A button that has the focus is not taken away from it.
    byId("back").setAttribute("aria-disabled", String(at === 0));
    byId("step").setAttribute("aria-disabled", String(at === last));
  }

  function start() {
    const on = (id, action) => byId(id).addEventListener("click", action);
    on("first", toStart);
    on("back", () => by(-1));
    on("play", play);
    on("step", () => by(1));
    on("last", toEnd);
    on("to-event", toEvent);
    on("to-read-end", toReadEnd);
    for (const state of resp.machine.table.states) {
      byId("to-state").append(el("option", { value: state.name }, state.letter + " " + state.name));
    }
    byId("to-state").addEventListener("change", (event) => {
      if (event.target.value) toState(event.target.value);
      event.target.value = "";
    });
    byId("scrubber").addEventListener("input", (event) => {
      pause();
      go(Number(event.target.value));
    });
    byId("speed").addEventListener("change", () => {
      if (timer !== null) {
        pause();
        play();
      }
    });
    resp.store.watch(show);
  }

  resp.stepper = { by, go, noWayTo, pause, play, start, toByte, toEnd, toEvent, toReadEnd, toStart, toState };
})((window.resp = window.resp || {}));
