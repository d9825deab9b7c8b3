// Three parsers of the kinds people write, each with its mistake. All are read on the page as they
// stand here, so they are short, written as their authors would, and laid out by hand.
//
// A parser is made with `deliver`, which takes each value that it has read, and is a function that
// takes the bytes of one read. It looks at bytes only through `Bytes`, which counts: searching
// counts each byte that is passed, asking for one counts one. Taking a piece counts nothing, which
// is kind to them: the machine's count includes the digits that it reads. They know the five types
// of RESP2; that is enough to be wrong.
(function (resp) {
  "use strict";

  // Bytes that count how often they are looked at, and what is reserved on their word.
  class Bytes {
    constructor(text, tally) {
      this.content = text;
      this.tally = tally;
    }
    get length() {
      return this.content.length;
    }
    count(bytes) {
      this.tally.visited += bytes;
      if (this.tally.visited <= this.tally.most) return;
      this.tally.endless = true;
      throw new Error("it reads the same bytes for ever, and is ended by the page");
    }
    // The byte at `at`, as a letter.
    look(at) {
      this.count(1);
      return this.content.charAt(at);
    }
    // Where `what` stands, from `from` on; -1 if nowhere. From a place that is no number, as one makes
    // of a length that is none, it is searched from byte 0.
    find(what, from) {
      from = from || 0;
      const found = this.content.indexOf(what, from);
      this.count((found < 0 ? this.length : found + what.length) - from);
      return found;
    }
    // The pieces between the line ends; the last is unfinished.
    lines() {
      this.count(this.length);
      return this.content.split("\r\n");
    }
    take(from, to) {
      return this.content.slice(from, to);
    }
    from(at) {
      return new Bytes(this.content.slice(at), this.tally);
    }
    after(earlier) {
      return new Bytes(earlier.content + this.content, this.tally);
    }
    // A list with room for `count`. It is only noted: the page would not survive the truth.
    room(count) {
      this.tally.reserved += 8 * (count || 0);
      return [];
    }
  }

  // prettier-ignore
  function restarting(deliver) {
    let kept = null;

    return function read(bytes) {
      kept = kept ? bytes.after(kept) : bytes;
      while (kept.length > 0) {
        const found = parse(kept, 0);   // from the beginning, each time
        if (!found) return;             // not whole: try again with more
        deliver(found.value);
        kept = kept.from(found.end);
      }
    };

    function parse(bytes, at) {
      const end = bytes.find("\r\n", at);
      if (end < 0) return null;
      const line = bytes.take(at + 1, end);
      const next = end + 2;
      switch (bytes.look(at)) {
        case "+": case "-": return { value: line, end: next };
        case ":": return { value: Number(line), end: next };
        case "$": {
          const length = Number(line);
          if (length < 0) return { value: null, end: next };
          if (bytes.length < next + length + 2) return null;
          return { value: bytes.take(next, next + length), end: next + length + 2 };
        }
        case "*": {
          if (Number(line) < 0) return { value: null, end: next };
          const items = [];
          let place = next;
          while (items.length < Number(line)) {
            const item = parse(bytes, place);
            if (!item) return null;     // all of the array again, next time
            items.push(item.value);
            place = item.end;
          }
          return { value: items, end: place };
        }
        default: throw new Error("unknown type " + bytes.take(at, at + 1));
      }
    }
  }

  // prettier-ignore
  function splitting(deliver) {
    let rest = null;                    // a line that is not whole
    let string = false;                 // the next line is a bulk string
    const open = [];                    // arrays that are not full

    return function read(bytes) {
      const lines = (rest ? bytes.after(rest) : bytes).lines();
      rest = bytes.from(bytes.length).after({ content: lines.pop() });
      for (const line of lines) {
        if (string) {
          string = false;
          give(line);                   // a line is a string, is it not?
          continue;
        }
        switch (line[0]) {
          case "+": case "-": give(line.slice(1)); break;
          case ":": give(Number(line.slice(1))); break;
          case "$":
            if (line === "$-1") give(null);
            else string = true;         // its length is not looked at
            break;
          case "*":
            if (line === "*-1") give(null);
            else if (line === "*0") give([]);
            else open.push({ count: Number(line.slice(1)), items: [] });
            break;
          default: throw new Error("unknown type " + line.slice(0, 1));
        }
      }
    };

    function give(value) {
      while (open.length > 0) {
        const array = open[open.length - 1];
        array.items.push(value);
        if (array.items.length < array.count) return;
        value = open.pop().items;
      }
      deliver(value);
    }
  }

  // prettier-ignore
  function trusting(deliver) {
    return function read(bytes) {
      let at = 0;
      while (at < bytes.length) deliver(value());

      function value() {
        if (at >= bytes.length) throw new Error("the read ends where an element is due");
        const end = bytes.find("\r\n", at);
        if (end < 0) throw new Error("no line end in this read");
        const type = bytes.look(at);
        const line = bytes.take(at + 1, end);
        at = end + 2;
        switch (type) {
          case "+": case "-": return line;
          case ":": return Number(line);
          case "$": {
            const length = Number(line);
            if (length < 0) return null;
            const string = bytes.take(at, at + length); // it will all be there
            at += length + 2;
            return string;
          }
          case "*": {
            const count = Number(line);
            if (count < 0) return null;
            const items = bytes.room(count);            // nobody would lie
            while (items.length < count) items.push(value());
            return items;
          }
          default: throw new Error("unknown type " + type);
        }
      }
    };
  }

  // How often a parser may look at each byte that has come, in one read. What reads on looks once for
  // a line's end, once at its type.
  const LOOKS = 4;

  // Runs a parser over the reads: what it delivered, how it ended, what it looked at by the end of
  // each read.
  function run(parser, pieces) {
    const tally = { visited: 0, reserved: 0, most: 0, endless: false };
    const values = [];
    const visits = [];
    let come = 0;
    let thrown = null;
    try {
      const read = parser((value) => values.push(value));
      for (const piece of pieces) {
        come += piece.length;
        tally.most = tally.visited + LOOKS * come;
        read(new Bytes(piece, tally));
        visits.push(tally.visited);
      }
    } catch (error) {
      thrown = error.message;
      visits.push(tally.visited);
    }
    const { visited, reserved, endless } = tally;
    return { values, thrown, endless, visits, visited, reserved };
  }

  resp.labParsers = { restarting, run, splitting, trusting };
})((window.resp = window.resp || {}));
