// What there is to learn from a transition, in a sentence.
//
// Why a row is taken is said by the machine (the `why` of its trace). Here is what that means for
// who has not seen it before: by row, or, where rows differ only in a type, by where they lead.
(function (resp) {
  "use strict";

  const article = (word) => (/^[aeiou]/.test(word) ? "an " : "a ") + word;
  const kind = (moment) => (moment.node ? moment.node.type : "value");

  const LESSONS = {
    StartInline: () => "The byte is not consumed: the command’s line begins with it.",
    StartInterruption: () => "It is a frame of its own in the middle of another, and no element of it.",
    StartStreamEnd: () => "Nothing else may stand on its line.",
    StartAttribute: () => "It tells something about the value behind it, and is no value itself.",
    LineInline: () => "A command in plain text, its words divided by spaces.",
    LineStreamEnd: (moment) => "The streamed " + kind(moment) + " is complete, and leaves the stack.",
    LengthNull: () => "RESP2 has no type for nothing: it is a length that cannot be.",
    LengthStreamed: () => "Nobody knows the length yet. A new level of the stack, without an n.",
    LengthChunkEnd: () => "The streamed string is complete, and leaves the stack.",
    CountNull: () => "RESP2 has no type for nothing: it is a count that cannot be.",
    CountNegative: () => "Redis reads it so.",
    CountStreamed: () => "Nobody knows how many. A new level of the stack, without an n.",
    CountSized: ({ node }) =>
      "A new level of the stack, with n = " + node.count + (node.pairs ? ": two values for each pair." : "."),
    ElementsNext: () => "Elements reads nothing: it sends back to Start.",
    ElementsDone: (moment) => "The " + kind(moment) + " is complete, and leaves the stack.",
    ElementsAnnotated: () =>
      "So the way leads to Start and not to End, and its level stays until that value is complete.",
    EndElement: () => "Is another due? Elements decides.",
    EndInterruption: () => "The aggregate around the push goes on where it was.",
    EndFrame: () => "The value stood alone, so it was a whole frame. Start waits until there is one more byte.",
  };

  const LEADING = {
    "Start Line": () => "What is on it is the value.",
    "Start Length": () => "How many bytes belong to it is said before they come.",
    "Start Count": () => "How many values belong to it is said before they come.",
    "Line End": (moment, line) =>
      "It is " + article(kind(moment)) + (line === "" || kind(moment) === "null" ? "." : ": " + line),
    "Length Body": () => "They may be any bytes, CR and LF too: they are counted, not looked at.",
    "Body End": (moment) => "The " + kind(moment) + " is complete.",
  };

  function lesson(moment, model) {
    const { rule, from, to } = moment.item;
    const line = resp.text.brief(model.bytes.subarray(moment.start, Math.max(moment.start, moment.end - 2)), 40);
    const found = LESSONS[rule] || LEADING[from + " " + to];
    return found ? found(moment, line) : "";
  }

  // The first letter large (but for the n of En, which is a name), and a stop at the end.
  function sentence(text) {
    const begun = /^n\b/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
    return begun + (/[.!?]$/.test(text) ? "" : ".");
  }

  // The stack as it is spoken: in the words of the machine.
  function stack(moment) {
    if (moment.depth === 0) return "Stack empty.";
    const hidden = moment.depth - moment.levels.length;
    return (
      "Stack: " + (hidden ? hidden + " outer, then " : "") + moment.levels.map(([words]) => words).join("; ") + "."
    );
  }

  // A state by its letter, in its colour.
  function chip(state) {
    return resp.dom.el("span", { class: "chip", "data-state": state }, resp.machine.states[state].letter);
  }

  resp.words = { chip, lesson, sentence, stack };
})((window.resp = window.resp || {}));
