// The situation: the one thing that all parts of the page look at, and its owner.
//
// It is the input, its cuts, the dialect, the moment, what is selected, and which half of the page
// is open. `change` is the only way to alter it: it asks the machine anew if it must, keeps the
// moment where that makes sense, and tells every view. A view never talks to another view.
//
// The first four, and the tab, are what `share.js` writes into the address.
(function (resp) {
  "use strict";

  // Longer input is cut off here: what is shown is meant to be read.
  const LARGEST = 32768;

  const views = [];
  const situation = {
    bytes: new Uint8Array(0),
    cuts: [],
    dialect: "resp3",
    at: 0,
    selection: null,
    tab: "machine",
    model: null,
  };

  function change(patch) {
    const old = { ...situation };
    Object.assign(situation, patch);
    if (situation.bytes.length > LARGEST) situation.bytes = situation.bytes.subarray(0, LARGEST);
    const asked = ["bytes", "cuts", "dialect"].some((key) => old[key] !== situation[key]);
    if (asked || !situation.model) {
      situation.cuts = tidy(situation.cuts, situation.bytes.length);
      const answer = resp.machine.trace(situation.bytes, situation.cuts, situation.dialect);
      situation.model = resp.model.build(situation.bytes, situation.cuts, answer);
      if (patch.at === undefined && old.model) situation.at = sameMoment(old, situation.model);
      if (patch.selection === undefined) situation.selection = null;
    }
    const last = situation.model.moments.length - 1;
    situation.at = Math.min(Math.max(0, Math.trunc(situation.at) || 0), last);
    const changed = {
      model: old.model !== situation.model,
      at: old.at !== situation.at || old.model !== situation.model,
      selection: old.selection !== situation.selection || old.model !== situation.model,
      tab: old.tab !== situation.tab,
    };
    situation.lit = resp.selection.lit(situation);
    for (const view of views) view(situation, changed);
  }

  function tidy(cuts, length) {
    const inside = cuts.filter((cut) => Number.isInteger(cut) && cut > 0 && cut < length);
    return [...new Set(inside)].sort((a, b) => a - b);
  }

  // After an edit: as many transitions as happen as before, and the same stop if it is behind them.
  // Cuts change no transition, so cutting leaves one where one is.
  function sameMoment(old, model) {
    const isTransition = (moment) => moment.kind === "transition";
    const before = old.model.moments.slice(0, old.at + 1).filter(isTransition);
    const after = model.moments.filter(isTransition);
    let same = 0;
    while (
      same < before.length &&
      same < after.length &&
      JSON.stringify(before[same].item) === JSON.stringify(after[same].item)
    )
      same += 1;
    const moment = same > 0 ? after[same - 1] : model.moments[0];
    const { kind, item } = old.model.moments[old.at];
    if (kind === "transition") return moment.at;
    for (const next of model.moments.slice(moment.at + 1)) {
      if (next.kind === "transition") break;
      if (next.kind === kind && next.item.end === item.end) return next.at;
    }
    return moment.at;
  }

  resp.store = {
    LARGEST,
    change,
    get: () => situation,
    moment: () => situation.model.moments[situation.at],
    // `view(situation, changed)` is called at each change.
    watch: (view) => views.push(view),
  };
})((window.resp = window.resp || {}));
