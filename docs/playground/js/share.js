// The situation in the address, so that a link shows what its sender saw.
//
// The fragment is `#i=BYTES&c=CUTS&d=DIALECT&s=MOMENT&t=TAB`: bytes in base64url, cuts as offsets
// with commas between. It is written with a delay, since browsers bound how often that may be done,
// and replaced, not added to: stepping fills no history. A page inside a frame may not be allowed
// to; then it is left as it is.
//
// A link that was damaged on its way opens what of it can be read, and says what could not; of one
// that is too long, that its end is not shown.
(function (resp) {
  "use strict";

  const { byId } = resp.dom;
  let written = "";
  let timer = null;

  function fragment({ bytes, cuts, dialect, at, tab }) {
    const parts = ["i=" + resp.text.toBase64(bytes)];
    if (cuts.length) parts.push("c=" + cuts.join(","));
    parts.push("d=" + dialect, "s=" + at);
    if (tab !== "machine") parts.push("t=" + tab);
    return "#" + parts.join("&");
  }

  // Some who pass links on escape what need not be.
  function plain(hash) {
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash;
    }
  }

  const DIGITS = /^\d{1,9}$/;

  // The bytes, or null: also if the text was cut off, which leaves bits that stand for nothing.
  function bytesOf(text) {
    try {
      const bytes = resp.text.fromBase64(text);
      return resp.text.toBase64(bytes) === text ? bytes : null;
    } catch {
      return null;
    }
  }

  function cutsOf(text, length) {
    const cuts = text.split(",");
    const right = (cut, at) => DIGITS.test(cut) && cut > (at ? Number(cuts[at - 1]) : 0) && cut < length;
    return cuts.every(right) ? cuts.map(Number) : null;
  }

  // What a fragment says: `{ said, damage }`, the situation (null if there are no bytes to be had) and
  // what of it cannot be read (in words). Null if it is none of ours: empty, or a place on the page.
  function read(text) {
    const hash = plain(text.replace(/^#/, ""));
    if (hash === "" || byId(hash)) return null;
    const fields = new Map(hash.split("&").map((field) => field.split(/=(.*)/s).slice(0, 2)));
    const bytes = fields.has("i") ? bytesOf(fields.get("i")) : null;
    if (!bytes) return { said: null, damage: ["bytes"] };
    const said = { bytes, cuts: [], dialect: "resp3", at: 0, tab: "machine", selection: null };
    const damage = [];
    const take = (name, key, what, read) => {
      if (!fields.has(name)) return;
      const value = read(fields.get(name) || "");
      if (value === null) damage.push(what);
      else said[key] = value;
    };
    take("c", "cuts", "cuts", (field) => cutsOf(field, bytes.length));
    take("d", "dialect", "dialect", (field) => (resp.machine.table.dialects.includes(field) ? field : null));
    take("s", "at", "moment", (field) => (DIGITS.test(field) ? Number(field) : null));
    take("t", "tab", "tab", (field) => (["lab", "machine"].includes(field) ? field : null));
    if ([...fields.keys()].some((name) => !["i", "c", "d", "s", "t"].includes(name))) damage.push("end");
    return { said, damage };
  }

  // Opens what a fragment says, and says what it does not: whether there was anything to open.
  function open(text) {
    const found = read(text);
    if (!found) return false;
    const { said, damage } = found;
    let beyond = "";
    let long = "";
    if (said) {
      resp.store.change(said);
      resp.input.unnamed();
      long = resp.input.tooLong(said.bytes);
      const last = resp.store.get().at;
      if (said.at > last) beyond = "It has no moment " + said.at + ": shown is its last, " + last + ".";
    } else {
      resp.input.choose(resp.examples[0].name);
    }
    const shown = said
      ? "Shown are its bytes, without " + (damage.length > 1 ? "them." : "that.")
      : "Shown in its place is the first example, “" + resp.examples[0].name + "”.";
    const lost = damage.length ? "Its " + listed(damage) + " cannot be read. " + shown : "";
    const damaged = lost + beyond === "" ? "" : "This link is damaged.";
    byId("damaged").textContent = [damaged, lost, beyond, long].filter(Boolean).join(" ");
    byId("damaged").hidden = damaged + long === "";
    return true;
  }

  const listed = (words) =>
    words.length < 2 ? words.join("") : words.slice(0, -1).join(", ") + " and " + words[words.length - 1];

  function write() {
    clearTimeout(timer);
    timer = null;
    written = fragment(resp.store.get());
    try {
      history.replaceState(null, "", written);
    } catch {
      // Not allowed here; `copy` still gives the link.
    }
  }

  async function copy() {
    write();
    const link = location.href.replace(/#.*/, "") + written;
    let done = "The link to this moment is in the address bar.";
    try {
      await navigator.clipboard.writeText(link);
      done = "Copied: a link to this moment.";
    } catch {
      // Not allowed here; the sentence says where the link is.
    }
    byId("shared").textContent = done;
    setTimeout(() => {
      byId("shared").textContent = "";
    }, 4000);
  }

  function start() {
    byId("share").addEventListener("click", copy);
    resp.store.watch((_, changed) => {
      if (timer === null) timer = setTimeout(write, 250);
      // What is shown now is no longer what the link was opened at.
      if (changed.model) byId("damaged").hidden = true;
    });
    window.addEventListener("hashchange", () => {
      if (location.hash !== written) open(location.hash);
    });
  }

  resp.share = { fragment, open, start };
})((window.resp = window.resp || {}));
