// What has just happened, in words: for the eye, and for those who listen.
//
// Each moment is a sentence. The end of a read says what “need more” means, an error who would say
// what. The same is spoken by a live region: byte, offset, change of state, stack.
(function (resp) {
  "use strict";

  const { byId, el } = resp.dom;
  const { chip, sentence } = resp.words;

  const code = (text) => el("code", {}, text);

  function facts(pairs) {
    const list = el("dl", { class: "facts" });
    for (const [name, ...said] of pairs) list.append(el("div", {}, el("dt", {}, name), el("dd", {}, ...said)));
    return list;
  }

  function transition(moment, model) {
    const { item } = moment;
    const bytes = model.bytes.subarray(item.start, item.end);
    const head = el("p", { class: "headline" }, chip(item.from), " → ", chip(item.to), " ");
    head.append(bytes.length ? code(resp.text.brief(bytes, 32)) : el("span", { class: "quiet" }, "no byte is read"));
    return [head, el("p", {}, sentence(item.why)), el("p", { class: "quiet" }, resp.words.lesson(moment, model))];
  }

  function chunk({ item, ending }, model) {
    const more = item.kept > 0 || item.state !== "End" || item.stack.length > 0;
    const resumes =
      item.resumes >= model.bytes.length && item.resumes > item.end
        ? "at " + item.resumes + ", behind the input's end"
        : "at " + item.resumes;
    const headline = ending
      ? "The input ends inside a frame"
      : more
        ? "The read ends here: need more"
        : "The read ends here, between frames";
    return [
      el("p", { class: "headline" }, headline),
      ending ? el("p", {}, sentence(ending.message)) : null,
      el("p", {}, sentence(item.message)),
      facts([
        ["consumed", "up to " + item.consumed],
        ["kept", item.kept === 0 ? "nothing" : resp.model.plural(item.kept, "byte") + ", to be presented again"],
        ["goes on", resumes],
        ["waits in", chip(item.state), " " + item.state],
      ]),
    ];
  }

  function error({ item }, model) {
    const byte = model.bytes[item.offset];
    const rows = [
      ["byte", "at " + item.offset + ": ", code(resp.text.escapeByte(byte)), " (0x" + resp.text.hex(byte) + ")"],
      ["state", chip(item.state), " " + item.state],
      ["expected", item.expected],
      ["found", item.found],
    ];
    if (item.hint) rows.push(["perhaps", item.hint]);
    const requests = resp.store.get().dialect === "request";
    rows.push(["hiredis", item.hiredis || (requests ? "reads replies, not requests" : "not known")]);
    rows.push(["redis-server", item.redis || (requests ? "not known" : "reads requests, not replies")]);
    return [el("p", { class: "headline" }, "Not RESP: ", code(item.error)), facts(rows)];
  }

  function tell(moment, model) {
    switch (moment.kind) {
      case "start":
        return [
          el("p", { class: "headline" }, "Nothing is read yet"),
          el("p", {}, "The machine stands in Start and waits for the marker of a type."),
        ];
      case "transition":
        return transition(moment, model);
      case "chunk":
        return chunk(moment, model);
      case "error":
        return error(moment, model);
      case "end":
        return [
          el("p", { class: "headline" }, "The input ends between frames"),
          el("p", {}, "All is well: " + resp.model.plural(moment.item.frames, "frame") + ", and nothing is left over."),
        ];
      default:
        return [el("p", { class: "headline" }, "A part of a blob")];
    }
  }

  // As it is spoken.
  function speak(moment, model) {
    const { item } = moment;
    if (moment.kind === "transition") {
      const bytes = model.bytes.subarray(item.start, item.end);
      const read =
        bytes.length === 0
          ? "No byte, offset " + item.start
          : bytes.length === 1
            ? "Byte " + resp.text.spoken(bytes[0]) + ", offset " + item.start
            : "Bytes " + item.start + " to " + (item.end - 1) + ", " + resp.text.brief(bytes, 32);
      return read + ". " + item.from + " to " + item.to + ". " + resp.words.stack(moment) + " " + sentence(item.why);
    }
    if (moment.kind === "chunk") {
      return (
        (moment.ending ? "The input ends at offset " : "The read ends at offset ") +
        item.end +
        ", in " +
        item.state +
        ". " +
        (moment.ending ? sentence(moment.ending.message) + " " : "") +
        resp.model.plural(item.kept, "byte") +
        " kept. " +
        sentence(item.message) +
        " " +
        resp.words.stack(moment)
      );
    }
    if (moment.kind === "error") {
      return (
        "Error at offset " +
        item.offset +
        " in " +
        item.state +
        ". Expected " +
        item.expected +
        ", found " +
        item.found +
        "."
      );
    }
    return tell(moment, model)
      .map((part) => part.textContent)
      .join(". ");
  }

  // The innermost n, where there is room for one line only.
  function innermost({ levels }) {
    const [, n] = levels[levels.length - 1] || [];
    return n == null ? "" : "n = " + n;
  }

  function show({ model, at }, changed) {
    if (!changed.at) return;
    const moment = model.moments[at];
    const story = byId("story");
    story.dataset.kind = moment.kind;
    story.replaceChildren(...tell(moment, model));
    byId("spoken").textContent = speak(moment, model);
    byId("ticker").replaceChildren(
      ...story.firstChild.cloneNode(true).childNodes,
      el("span", { class: "ticker-n" }, innermost(moment)),
    );
  }

  resp.storyView = { speak, start: () => resp.store.watch(show) };
})((window.resp = window.resp || {}));
