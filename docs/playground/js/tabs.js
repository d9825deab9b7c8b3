// The two halves below the bytes: the machine, and the lab. Bytes and controls stay.
(function (resp) {
  "use strict";

  const { byId } = resp.dom;
  const NAMES = ["machine", "lab"];

  function show({ tab }) {
    document.body.classList.toggle("in-lab", tab === "lab");
    for (const name of NAMES) {
      const button = byId("tab-" + name);
      button.setAttribute("aria-pressed", String(name === tab));
      byId(name).hidden = name !== tab;
    }
  }

  function start() {
    for (const name of NAMES) {
      byId("tab-" + name).addEventListener("click", () => resp.store.change({ tab: name }));
    }
    resp.store.watch(show);
  }

  resp.tabs = { start };
})((window.resp = window.resp || {}));
