// The beginning: the module is loaded, the parts are started, and the first situation is shown.
//
// All scripts are classic ones and put what they offer on the one object `window.resp`, since
// modules do not load from a file. Each part has a `start`, called once, here.
(function (resp) {
  "use strict";

  async function begin() {
    await resp.machine.load(resp.module);
    for (const part of [
      resp.share,
      resp.cuts,
      resp.stepper,
      resp.input,
      resp.bytesView,
      resp.diagramView,
      resp.stackView,
      resp.valueView,
      resp.storyView,
      resp.inspector,
      resp.lab,
      resp.tabs,
      resp.keyboard,
    ])
      part.start();
    if (window.self !== window.top) document.body.classList.add("framed");
    if (!resp.share.open(location.hash)) resp.input.choose(resp.examples[0].name);
    document.body.dataset.ready = "";
  }

  begin().catch((error) => {
    const notice = resp.dom.byId("failure");
    notice.hidden = false;
    notice.textContent = "The machine could not be started: " + error.message;
    throw error;
  });
})((window.resp = window.resp || {}));
