// The situation in the address, so that a link shows what its sender saw.
//
// The fragment is `#i=BYTES&c=CUTS&d=DIALECT&s=MOMENT&t=TAB`: bytes in base64url, cuts as offsets
// with commas between. It is written with a delay, since browsers bound how often that may be done,
// and replaced, not added to: stepping fills no history. A page inside a frame may not be allowed
// to; then it is left as it is.
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

  // What a fragment says, or null if it is none of ours.
  function read(text) {
    const fields = new URLSearchParams(text.replace(/^#/, ""));
    if (!fields.has("i")) return null;
    try {
      const dialect = fields.get("d");
      return {
        bytes: resp.text.fromBase64(fields.get("i")),
        cuts: (fields.get("c") || "").split(",").filter(Boolean).map(Number),
        dialect: resp.machine.table.dialects.includes(dialect) ? dialect : "resp3",
        at: Number(fields.get("s")) || 0,
        tab: fields.get("t") === "lab" ? "lab" : "machine",
      };
    } catch {
      return null;
    }
  }

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
    resp.store.watch(() => {
      if (timer === null) timer = setTimeout(write, 250);
    });
    window.addEventListener("hashchange", () => {
      if (location.hash === written) return;
      const said = read(location.hash);
      if (said) resp.store.change(said);
    });
  }

  resp.share = { fragment, read, start };
})((window.resp = window.resp || {}));
