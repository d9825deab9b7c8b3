// Where the input is cut: each piece is one read.
//
// A cut at offset n stands before byte n. Cuts are offsets in order, each once (`store.js` sees to
// it). Changing them asks the machine again; the trace but for the ends of reads stays the same,
// which is the point of the machine.
(function (resp) {
  "use strict";

  const { byId } = resp.dom;
  const get = () => resp.store.get();
  const set = (cuts) => resp.store.change({ cuts, selection: get().selection });

  function toggle(offset) {
    const { cuts, bytes } = get();
    if (offset <= 0 || offset >= bytes.length) return;
    set(cuts.includes(offset) ? cuts.filter((cut) => cut !== offset) : [...cuts, offset]);
  }

  // Moves the cut at `offset` by one byte, unless there is one already, or none here.
  function move(offset, by) {
    const { cuts, bytes } = get();
    const to = offset + by;
    if (!cuts.includes(offset) || cuts.includes(to) || to <= 0 || to >= bytes.length) return offset;
    set([...cuts.filter((cut) => cut !== offset), to]);
    return to;
  }

  const everywhere = () => set(Array.from({ length: Math.max(0, get().bytes.length - 1) }, (_, at) => at + 1));
  const nowhere = () => set([]);

  function show({ cuts, model }, changed) {
    if (!changed.model) return;
    byId("reads").textContent =
      model.bytes.length === 0
        ? "no bytes"
        : resp.model.plural(model.bytes.length, "byte") + " in " + resp.model.plural(cuts.length + 1, "read");
    byId("cut-none").setAttribute("aria-disabled", String(cuts.length === 0));
  }

  function start() {
    byId("cut-all").addEventListener("click", everywhere);
    byId("cut-none").addEventListener("click", nowhere);
    resp.store.watch(show);
  }

  resp.cuts = { everywhere, move, nowhere, start, toggle };
})((window.resp = window.resp || {}));
