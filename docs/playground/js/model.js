// What the views show, made from a trace.
//
// A *moment* is a place to stop at: before the first byte, behind each transition, at the end of
// each read, at an error, at the end. Moment 0 is before everything; moment m shows item m-1 of the
// trace. An input that ends inside a frame ends with a read: the last two items are one moment. A
// *group* is a run of bytes that one transition reads, with what they are in words. A *node* is a
// value being built; it knows at which moment it was begun, learned its size, was complete, so every
// view can show any moment without replaying.
//
// Nothing here reads RESP. A node is begun by a row of the table that reads a type, and what becomes
// of it is in the events: its value, its count, its end.
//
// Invariants: the groups tile the input; a node's children were begun behind it and before it is
// complete; the levels open at a moment are those of the trace's stack (checked by the tests).
(function (resp) {
  "use strict";

  // "chunk of a streamed string" is only a chunk where it stands inside one.
  const short = (type) => type.split(" of a ")[0];
  // The type that a row reads the beginning of; null for the other rows.
  const begins = ({ rule }) => resp.machine.rows[rule].type && short(resp.machine.rows[rule].type);
  const inPairs = (type) => resp.machine.table.pairs.includes(type);
  // A transition to Body has no event; how many bytes follow are the first of its words.
  const announced = (item) => parseInt(item.why, 10);

  function build(bytes, cuts, answer) {
    const ends = [...cuts, bytes.length].filter((end, at, all) => end > (all[at - 1] || 0));
    const moments = momentsOf(bytes, ends, answer);
    return { bytes, cuts, ends, moments, nodes: nodesOf(moments), groups: groupsOf(bytes, moments) };
  }

  function momentsOf(bytes, ends, answer) {
    const start = { kind: "start", stack: [] };
    const moments = [];
    let consumed = 0;
    let state = "Start";
    let [stack, levels] = [[], []];
    let reads = 0;
    [start, ...answer.items].forEach((item, at) => {
      if (item.kind === "incomplete" && moments[at - 1].kind === "chunk") {
        moments[at - 1].ending = item;
        return;
      }
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
  function label({ rule, to, event, ...item }) {
    if (to === "Body") return plural(announced(item), "byte");
    if (!event) return begins({ rule });
    if (event.event === "end") return "the end";
    if (event.event === "begin") {
      if (event.count === null) return "streamed";
      return rule === "CountNegative" ? "none" : plural(event.count, inPairs(event.type) ? "pair" : "element");
    }
    if (event.type === "null") return "null";
    if (event.arguments) return "a command";
    if (rule.startsWith("Body")) return event.text === "" ? "no bytes, CR LF" : "the bytes, CR LF";
    return resp.text.brief(resp.text.unescape(event.text), 24) || "empty";
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
        label: label(moment.item),
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

  function nodesOf(moments) {
    const nodes = [];
    const open = [];
    let pending = null;
    // The attributes that stand before the next value, which they describe.
    let attributes = [];

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
        attributes: [],
        pairs: inPairs(type),
        levelFrom: null,
        levelTo: null,
        moments: [],
        describes: null,
        // Of the end of a streamed string, which is read as a chunk: when it is known to be none.
        gone: null,
        // What waits around an attribute, or a push that interrupts: attributes of the same value.
        waiting: null,
      };
      if (type === "attribute" || interrupts) {
        node.waiting = attributes;
      } else {
        node.attributes = attributes;
        for (const attribute of attributes) attribute.describes = node;
      }
      attributes = [];
      nodes.push(node);
      if (parent) parent.children.push(node);
      return node;
    }
    function complete(node, moment) {
      node.done = moment.at;
      node.end = moment.end;
      if (node.waiting) attributes = node.waiting;
      if (node.type === "attribute") {
        attributes.push(node);
        return;
      }
      if (node.levelFrom !== null) node.levelTo = moment.at;
      // What described the value is closed with it, by no row of its own: the next moment shows it.
      for (const attribute of node.attributes) attribute.levelTo = moment.at + 1;
    }

    // Whose moment it is: the value that is read, or, where nothing is, the aggregate around it.
    function own(moment) {
      const { from } = moment.item;
      moment.node = from === "Elements" || from === "End" || !pending ? open[open.length - 1] : pending;
      if (moment.node) moment.node.moments.push(moment.at);
    }

    for (const moment of moments) {
      if (moment.kind !== "transition") continue;
      const { rule, to, event, stack } = moment.item;
      const type = begins(moment.item);
      if (type) pending = rule === "StartStreamEnd" ? null : begin(type, moment);
      own(moment);
      if (to === "Body") {
        Object.assign(pending, { sized: moment.at, length: announced(moment.item), bodyStart: moment.end });
      } else if (event && event.event === "begin") {
        const { count } = stack[stack.length - 1];
        Object.assign(pending, { type: event.type, sized: moment.at, count, levelFrom: moment.at });
        open.push(pending);
      } else if (event && event.event === "end") {
        const node = open.pop();
        if (rule === "LengthChunkEnd") {
          pending.gone = moment.at;
          for (const at of pending.moments) moments[at].node = node;
          node.moments.push(...pending.moments);
        }
        node.elements = event.count;
        complete(node, moment);
      } else if (event) {
        pending.type = short(event.type);
        pending.value = resp.text.unescape(event.text);
        if (event.arguments) pending.words = event.arguments.map(resp.text.unescape);
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
    if (node.gone !== null && node.gone <= at) return false;
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

  resp.model = { build, childrenAt, framesAt, groupAt, levelsAt, plural };
})((window.resp = window.resp || {}));
