// What the views show, made from a trace.
//
// A *moment* is a place to stop at: before the first byte, behind each transition, at the end of
// each read, at an error, at the end. Moment 0 is before everything; moment m shows item m-1 of the
// trace. A *group* is a run of bytes that one transition reads, with what they are in words. A
// *node* is a value being built; it knows at which moment it was begun, learned its size, was
// complete, so every view can show any moment without replaying.
//
// Invariants: the groups tile the input; a node's children were begun behind it and before it is
// complete; the levels open at a moment are as many as the machine says (checked by the tests).
(function (resp) {
  "use strict";

  const PAIRS = new Set(["map", "attribute"]);

  const TYPES = {
    "+": "simple string",
    "-": "simple error",
    ":": "integer",
    _: "null",
    "#": "boolean",
    ",": "double",
    "(": "big number",
    $: "bulk string",
    "!": "bulk error",
    "=": "verbatim string",
    "*": "array",
    "%": "map",
    "~": "set",
    "|": "attribute",
    ">": "push",
    ";": "chunk",
    ".": "end of a stream",
  };

  function build(bytes, cuts, answer) {
    const ends = [...cuts, bytes.length].filter((end, at, all) => end > (all[at - 1] || 0));
    const moments = momentsOf(bytes, ends, answer);
    const nodes = nodesOf(bytes, moments);
    return { bytes, cuts, ends, moments, nodes, groups: groupsOf(bytes, moments) };
  }

  function momentsOf(bytes, ends, answer) {
    const start = { kind: "start", stack: [] };
    const moments = [];
    let consumed = 0;
    let state = "Start";
    let [stack, levels] = [[], []];
    let reads = 0;
    [start, ...answer.items].forEach((item, at) => {
      const moment = { at, item, kind: item.kind, start: consumed, end: consumed, reads };
      moment.received = ends[Math.min(reads, ends.length - 1)] || 0;
      if (item.kind === "transition") {
        [moment.start, moment.end, state, stack] = [item.start, item.end, item.to, item.stack];
        consumed = Math.max(consumed, item.end);
      } else if (item.kind === "chunk") {
        [state, stack] = [item.state, item.stack];
        reads += 1;
      } else if (item.kind === "error") {
        state = item.state;
      }
      moment.depth = at === 0 ? 0 : answer.depths[at - 1];
      if (item.stack && at > 0) levels = answer.levels[at - 1];
      Object.assign(moment, { consumed, state, stack, levels });
      moments.push(moment);
    });
    return moments;
  }

  // What a transition's bytes are, in a few words below them.
  function label(item, bytes) {
    const line = () => resp.text.brief(bytes.subarray(item.start, Math.max(item.start, item.end - 2)), 24);
    const rule = item.rule;
    if (rule === "StartInline") return "inline";
    if (rule.startsWith("Start")) return TYPES[String.fromCharCode(bytes[item.start])];
    switch (rule) {
      case "LengthBlob":
      case "LengthChunk":
        return plural(line(), "byte");
      case "LengthChunkEnd":
        return "the end";
      case "LengthNull":
      case "CountNull":
      case "LineNull":
        return "null";
      case "LengthStreamed":
      case "CountStreamed":
        return "streamed";
      case "CountSized":
        return plural(line(), PAIRS.has(TYPES[String.fromCharCode(bytes[item.start - 1])]) ? "pair" : "element");
      case "CountNegative":
        return "none";
      case "LineBoolean":
        return line() === "t" ? "true" : "false";
      case "LineStreamEnd":
        return "the end";
      case "LineInline":
        return "a command";
      default:
        if (rule.startsWith("Body")) return item.end - item.start === 2 ? "no bytes, CR LF" : "the bytes, CR LF";
        return line() || "empty";
    }
  }

  const plural = (count, word) => count + " " + word + (String(count) === "1" ? "" : "s");

  function groupsOf(bytes, moments) {
    const groups = [];
    let at = 0;
    for (const moment of moments) {
      if (moment.kind !== "transition" || moment.end <= moment.start) continue;
      groups.push({
        start: moment.start,
        end: moment.end,
        state: moment.item.from,
        moment: moment.at,
        label: label(moment.item, bytes),
        // The line end behind what matters.
        tail: /^(Line|Length|Count|Body)/.test(moment.item.rule) ? tail(bytes, moment) : moment.end,
      });
      at = moment.end;
    }
    if (at < bytes.length) {
      groups.push({ start: at, end: bytes.length, state: null, moment: Infinity, label: "", tail: bytes.length });
    }
    return groups;
  }

  function tail(bytes, moment) {
    const crlf = bytes[moment.end - 2] === 13 && moment.end - 2 >= moment.start;
    return moment.end - (crlf ? 2 : 1);
  }

  function nodesOf(bytes, moments) {
    const nodes = [];
    const open = [];
    let pending = null;
    let attributes = [];
    const text = (start, end) => bytes.subarray(start, end);

    function begin(type, moment) {
      const interrupts = moment.item.rule === "StartInterruption";
      const parent = interrupts ? null : open[open.length - 1] || null;
      const node = {
        id: nodes.length,
        type,
        began: type,
        parent,
        interrupts,
        start: moment.start,
        end: null,
        born: moment.at,
        sized: null,
        done: null,
        children: [],
        attributes,
        levelFrom: null,
        levelTo: null,
        moments: [],
        describes: null,
      };
      for (const attribute of attributes) attribute.describes = node;
      attributes = [];
      nodes.push(node);
      if (parent) parent.children.push(node);
      return node;
    }
    function complete(node, moment) {
      node.done = moment.at;
      node.end = moment.end;
      if (node.type !== "attribute" && node.levelFrom !== null) node.levelTo = moment.at;
      // What described the value is closed with it, by no row of its own: the next moment shows it.
      if (node.type !== "attribute") for (const attribute of node.attributes) attribute.levelTo = moment.at + 1;
    }
    function enter(node, moment, count) {
      Object.assign(node, { sized: moment.at, count, levelFrom: moment.at });
      open.push(node);
    }

    // Whose moment it is: the value that is read, or, where nothing is, the aggregate around it.
    function own(moment) {
      const { from } = moment.item;
      moment.node = from === "Elements" || from === "End" || !pending ? open[open.length - 1] : pending;
      if (moment.node) moment.node.moments.push(moment.at);
    }

    for (const moment of moments) {
      if (moment.kind !== "transition") continue;
      const { rule } = moment.item;
      if (!rule.startsWith("Start")) own(moment);
      const line = () => text(moment.start, Math.max(moment.start, moment.end - 2));
      const number = () => Number(resp.text.escape(line()));
      if (rule === "StartStreamEnd") {
        pending = null;
        own(moment);
      } else if (rule.startsWith("Start")) {
        const type = rule === "StartInline" ? "inline" : TYPES[String.fromCharCode(bytes[moment.start])];
        pending = begin(type, moment);
        own(moment);
      } else if (rule === "LineStreamEnd" || rule === "ElementsDone") {
        complete(open.pop(), moment);
      } else if (rule === "LengthChunkEnd") {
        // The last chunk has no bytes, and is only the end.
        nodes.pop();
        const string = open.pop();
        string.children.pop();
        for (const at of pending.moments) moments[at].node = string;
        string.moments.push(...pending.moments);
        complete(string, moment);
      } else if (rule === "ElementsAnnotated") {
        const node = open.pop();
        complete(node, moment);
        attributes = [...node.attributes, node];
      } else if (rule === "LengthNull" || rule === "CountNull" || rule === "LineNull") {
        pending.type = "null";
        complete(pending, moment);
      } else if (rule === "LengthBlob" || rule === "LengthChunk") {
        Object.assign(pending, { sized: moment.at, length: number(), bodyStart: moment.end });
      } else if (rule === "LengthStreamed") {
        pending.type = "streamed string";
        enter(pending, moment, null);
      } else if (rule === "CountStreamed") {
        enter(pending, moment, null);
      } else if (rule === "CountSized" || rule === "CountNegative") {
        const count = Math.max(0, number());
        enter(pending, moment, PAIRS.has(pending.type) ? 2 * count : count);
      } else if (rule.startsWith("Line")) {
        pending.value = line();
        pending.words = moment.item.event.arguments;
        complete(pending, moment);
      } else if (rule.startsWith("Body")) {
        const from = pending.type === "verbatim string" ? pending.bodyStart + 4 : pending.bodyStart;
        pending.value = text(from, moment.end - 2);
        complete(pending, moment);
      }
    }
    return nodes;
  }

  // The nodes whose levels are open at a moment, outermost first.
  function levelsAt(model, at) {
    return model.nodes.filter(
      (node) => node.levelFrom !== null && node.levelFrom <= at && (node.levelTo === null || at < node.levelTo),
    );
  }

  // The frames begun up to a moment: values that nothing encloses, and an attribute whose value has
  // not begun.
  function framesAt(model, at) {
    return model.nodes.filter((node) => !node.parent && node.born <= at && isShown(node, at));
  }

  // An attribute is shown by itself until the value that it describes has begun.
  function isShown(node, at) {
    return node.type !== "attribute" || !node.describes || node.describes.born > at;
  }

  // What of an aggregate's children is there, and how many values are still missing.
  function childrenAt(node, at) {
    const born = node.children.filter((child) => child.born <= at && isShown(child, at));
    const values = born.filter((child) => child.type !== "attribute").length;
    const missing = node.count === null || node.count === undefined ? null : node.count - values;
    return { born, missing };
  }

  // The group that a byte is in.
  function groupAt(model, byte) {
    let [low, high] = [0, model.groups.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (model.groups[middle].end > byte) high = middle;
      else low = middle + 1;
    }
    return model.groups[low];
  }

  resp.model = { PAIRS, TYPES, build, childrenAt, framesAt, groupAt, levelsAt, plural };
})((window.resp = window.resp || {}));
