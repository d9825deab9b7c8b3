// Where bytes come from: an example, the text area (escaped or hexadecimal), a file.
//
// While the text area has the focus it is its reader's: it is read at each change, and never
// rewritten. A mistake in it leaves the bytes as they were, and says what is wrong. Line breaks in
// it are layout; text that is pasted with line breaks and without escapes is taken as lines, each
// ended by CR LF.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const get = () => resp.store.get();
  let format = "text";
  let example = null;
  let own = false; // what the learner has written, with no words of anybody's

  const shownAs = (bytes) => (format === "hex" ? resp.text.toHex(bytes) : resp.text.layout(bytes));

  function refuse(message) {
    byId("input-error").textContent = message;
    byId("text").setAttribute("aria-invalid", String(message !== ""));
  }

  function written() {
    try {
      const text = byId("text").value;
      const bytes = format === "hex" ? resp.text.fromHex(text) : resp.text.unescape(text);
      unnamed();
      resp.store.change({ bytes });
      refuse(tooLong(bytes));
    } catch (error) {
      refuse(error.message);
    }
  }

  // What is said of more bytes than the page takes; "" of fewer.
  function tooLong(bytes) {
    if (bytes.length <= resp.store.LARGEST) return "";
    return "Only the first " + resp.store.LARGEST + " of " + bytes.length + " bytes are taken.";
  }

  // The input is none of the examples any more.
  function unnamed(said) {
    example = null;
    own = said === undefined;
    byId("example").value = "";
    byId("look-for").textContent = own ? mine() : said;
  }

  // The lab has no steps.
  const mine = () =>
    "Your own input. " +
    (get().tab === "lab" ? "Click" : "Step with → and ←; click") +
    " between two bytes to cut it there.";

  function choose(name) {
    const found = resp.examples.find((each) => each.name === name);
    if (!found) return;
    example = name;
    own = false;
    refuse("");
    const bytes = resp.text.unescape(found.input);
    resp.store.change({
      bytes,
      cuts: found.cuts || [],
      dialect: found.dialect || "resp3",
      at: found.at || 0,
      selection: null,
    });
    byId("example").value = name;
    byId("look-for").textContent = found.look;
    byId("text").value = shownAs(bytes);
  }

  function pasted(event) {
    const text = event.clipboardData ? event.clipboardData.getData("text") : "";
    if (format !== "text" || !/\n/.test(text) || /\\/.test(text)) return;
    event.preventDefault();
    const lines = text.replace(/\r?\n/g, "\\r\\n\n");
    const area = byId("text");
    area.setRangeText(lines, area.selectionStart, area.selectionEnd, "end");
    written();
  }

  async function file(chosen) {
    if (!chosen) return;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    unnamed("The file " + chosen.name + ".");
    const dialect = bytes[0] === 42 && /\.aof$/i.test(chosen.name) ? "request" : get().dialect;
    resp.store.change({ bytes, cuts: [], dialect, at: 0, selection: null });
    byId("text").value = shownAs(get().bytes);
    refuse(tooLong(bytes));
  }

  function open(opened) {
    byId("editor").hidden = !opened;
    byId("edit").setAttribute("aria-expanded", String(opened));
  }

  function edit() {
    open(true);
    byId("text").focus();
  }

  function fillExamples() {
    const groups = new Map();
    for (const { group, name } of resp.examples) {
      if (!groups.has(group)) groups.set(group, el("optgroup", { label: group }));
      groups.get(group).append(el("option", { value: name }, name));
    }
    byId("example").append(el("option", { value: "" }, "your own"), ...groups.values());
  }

  function show({ bytes, dialect }, changed) {
    if (own) byId("look-for").textContent = mine();
    byId("dialect").value = dialect;
    if (changed.model && document.activeElement !== byId("text")) {
      byId("text").value = shownAs(bytes);
    }
  }

  function start() {
    fillExamples();
    for (const name of resp.machine.table.dialects) byId("dialect").append(el("option", { value: name }, name));
    byId("edit").addEventListener("click", () => (byId("editor").hidden ? edit() : open(false)));
    byId("example").addEventListener("change", (event) => choose(event.target.value));
    byId("dialect").addEventListener("change", (event) => resp.store.change({ dialect: event.target.value }));
    byId("text").addEventListener("input", written);
    byId("text").addEventListener("paste", pasted);
    byId("file").addEventListener("change", (event) => file(event.target.files[0]));
    for (const radio of document.querySelectorAll("input[name=format]")) {
      radio.addEventListener("change", () => {
        format = radio.value;
        byId("text").value = shownAs(get().bytes);
        refuse("");
      });
    }
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      file(event.dataTransfer.files[0]);
    });
    resp.store.watch(show);
  }

  resp.input = { choose, edit, open, start, tooLong, unnamed, chosen: () => example };
})((window.resp = window.resp || {}));
