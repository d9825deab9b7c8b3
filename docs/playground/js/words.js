// What a transition means, in a sentence.
//
// One sentence for each row of the table, or for each few that differ only in a type. `model.js`
// says what the bytes are; here it is told what the machine makes of them. A row without a sentence
// of its own is told by its states, so a new row is never silent.
(function (resp) {
  "use strict";

  const { TYPES, PAIRS, plural } = resp.model;

  const article = (word) => (/^[aeiou]/.test(word) ? "an " : "a ") + word;

  function sentence(moment, model) {
    const { item, node } = moment;
    const bytes = model.bytes;
    const marker = String.fromCharCode(bytes[moment.start]);
    const type = TYPES[marker];
    const line = resp.text.brief(bytes.subarray(moment.start, Math.max(moment.start, moment.end - 2)), 40);
    const top = moment.stack[moment.stack.length - 1];
    const around = top ? top.type : "";
    switch (item.rule) {
      case "StartInline":
        return "This is no “*”, so it is an inline command. The byte is not consumed: the line begins with it.";
      case "StartChunk": return "“;” begins a chunk of the streamed string. Its length comes next.";
      case "StartStreamEnd": return "“.” ends the streamed " + around + ". Nothing else may stand on its line.";
      case "StartInterruption":
        return "“>” in the middle of " + article(around) + ": a push interrupts it, and counts as no element.";
      case "LineNull": return "An empty line: null.";
      case "LineBoolean": return line === "t" ? "The boolean true." : "The boolean false.";
      case "LineStreamEnd": return "The streamed " + (node ? node.type : "aggregate") + " is complete, and leaves the stack.";
      case "LineInline": return "The line is whole: a command in plain text.";
      case "LengthNull": return "-1 is no length: this is RESP2’s null.";
      case "LengthBlob":
      case "LengthChunk":
        return plural(line, "byte") + (line === "1" ? " follows" : " follow") + ", whatever they are; then CR LF.";
      case "LengthStreamed": return "“?”: nobody knows the length yet. Chunks follow, on a new level of the stack.";
      case "LengthChunkEnd": return "A chunk of 0 bytes: the streamed string is complete.";
      case "CountNull": return "-1 is no count: this is RESP2’s null array.";
      case "CountNegative": return "A negative count: Redis reads it as an empty request.";
      case "CountStreamed": return "“?”: nobody knows how many. Elements follow until “.”.";
      case "CountSized": {
        const kind = node ? node.type : "";
        if (PAIRS.has(kind)) return plural(line, "pair") + " of key and value: a new level of the stack, with n = " + 2 * Number(line) + ".";
        return plural(line, "element") + ": a new level of the stack, with n = " + line + ".";
      }
      case "ElementsNext":
        return top && top.remaining !== null && top.remaining !== undefined
          ? "n = " + top.remaining + ": " + (top.remaining === 1 ? "one more value" : "a value") + " is due. Back to Start."
          : "No count: a value may follow, or the end. Back to Start.";
      case "ElementsDone": return "n = 0: the " + (node ? node.type : "aggregate") + " is complete, and leaves the stack.";
      case "ElementsAnnotated": return "n = 0: the attribute is complete. What it describes comes next.";
      case "EndElement":
        return top && top.remaining !== null && top.remaining !== undefined
          ? "The value was an element of the " + around + ": n is now " + top.remaining + "."
          : "The value was an element of the streamed " + around.replace("streamed ", "") + ".";
      case "EndInterruption": return "The push was no element: n stays as it was.";
      case "EndFrame": return "The value stood alone: a frame is complete. One more byte is here, so another begins.";
      default:
    }
    if (item.from === "Start" && item.to === "Line") return "“" + marker + "” begins " + article(type) + ": the rest of the line is its value.";
    if (item.from === "Start" && item.to === "Length") return "“" + marker + "” begins " + article(type) + ". Its length comes next.";
    if (item.from === "Start" && item.to === "Count") return "“" + marker + "” begins " + article(type) + ". Its count comes next.";
    if (item.from === "Line") return "The line is whole: the " + (node ? node.type : "value") + " " + (line === "" ? "is empty" : "“" + line + "”") + ".";
    if (item.from === "Body") return "All bytes are here, and CR LF behind them: the " + (node ? node.type : "value") + " is complete.";
    return item.from + " to " + item.to + ".";
  }

  // The stack as it is spoken.
  function stack(moment) {
    if (moment.depth === 0) return "Stack empty.";
    const levels = moment.stack.map((level) =>
      level.type + (level.remaining === null || level.remaining === undefined ? ", no count" : ", n " + level.remaining));
    const hidden = moment.depth - moment.stack.length;
    return "Stack: " + (hidden ? hidden + " outer, then " : "") + levels.join("; ") + ".";
  }

  resp.words = { article, sentence, stack };
})((window.resp = window.resp || {}));
