// What is selected in one view is lit in all.
//
// A selection names one thing: a byte, a state, an arrow, or a value (which is also a level of the
// stack, if it is an aggregate). It stands for the moments that concern it; from these follow the
// bytes, states, arrows and values that the four views light.
(function (resp) {
  "use strict";

  const NOTHING = { bytes: [], states: new Set(), arrows: new Set(), nodes: new Set() };

  function momentsOf(model, selection) {
    const transitions = () => model.moments.filter((moment) => moment.kind === "transition");
    switch (selection.kind) {
      case "byte": {
        const group = resp.model.groupAt(model, selection.at);
        return Number.isFinite(group.moment) ? [model.moments[group.moment]] : [];
      }
      case "state":
        return transitions().filter((moment) => moment.item.from === selection.state);
      case "arrow":
        return transitions().filter((moment) => moment.item.from === selection.from && moment.item.to === selection.to);
      default: {
        const node = model.nodes[selection.node];
        return node ? node.moments.map((at) => model.moments[at]) : [];
      }
    }
  }

  function lit({ model, selection, at }) {
    if (!selection) return NOTHING;
    const moments = momentsOf(model, selection);
    const result = { bytes: [], states: new Set(), arrows: new Set(), nodes: new Set() };
    for (const moment of moments) {
      if (moment.end > moment.start) result.bytes.push([moment.start, moment.end]);
      if (selection.kind !== "state") {
        result.states.add(moment.item.from);
        result.arrows.add(moment.item.from + " " + moment.item.to);
      }
      if (moment.node) result.nodes.add(moment.node.id);
    }
    if (selection.kind === "state") result.states.add(selection.state);
    if (selection.kind === "arrow") result.arrows.add(selection.from + " " + selection.to);
    if (selection.kind === "byte") result.bytes.push([selection.at, selection.at + 1]);
    if (selection.kind === "node") {
      const node = model.nodes[selection.node];
      const whole = node && node.done !== null && node.done <= at;
      if (node) result.bytes = [[node.start, whole ? node.end : model.moments[at].consumed]];
      result.nodes = new Set([selection.node]);
    }
    return result;
  }

  // Selects, or, what is selected already, lets go.
  function select(selection) {
    const old = resp.store.get().selection;
    const same = old && JSON.stringify(old) === JSON.stringify(selection);
    resp.store.change({ selection: same ? null : selection });
  }

  resp.selection = { lit, momentsOf, select };
})((window.resp = window.resp || {}));
