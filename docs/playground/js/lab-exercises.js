// The exercises of the lab: what to do, and how the page knows that it is done.
//
// An exercise has a `start` to load, whether its task `edits` the bytes, a `task`, a `hint`, a `goal`
// that says how near one is, a `check` of what the lab has just found (see `lab.js` for its shape),
// why the parser fails, and what the machine does instead. The checks look at what happened, not at
// what was typed: any solution is one. Where only cuts are asked for, it happens to the bytes of the
// exercise; with others, `solves` is false whatever happens.
(function (resp) {
  "use strict";

  const three = "*3\\r\\n$3\\r\\nSET\\r\\n$3\\r\\nkey\\r\\n$5\\r\\nvalue\\r\\n";

  resp.exercises = [
    {
      id: "again",
      parser: "restarting",
      title: "Make it read everything ten times",
      edits: false,
      start: { input: three, cuts: [] },
      task: "In one read, this parser looks at about as many bytes as the machine. Cut the input until it looks at ten times as many.",
      hint: "What does it do again when a read ends inside the array? How many reads can there be?",
      goal: (found) =>
        "It looks at " +
        times(found.restarting.visited, found.machine.visited) +
        " times as many bytes as the machine.",
      check: (found) => found.machine.whole && found.restarting.visited >= 10 * found.machine.visited,
      why: "It answers “not whole yet” by forgetting all it knew. With n bytes in n reads it looks at about n²/2 of them: a large array in small packets keeps a server busy for as long as its sender likes.",
      instead:
        "It keeps where it stands: the state, the stack of n, how far it has searched the unfinished line. What is consumed is never seen again, and no byte is looked at more than twice.",
    },
    {
      id: "forge",
      parser: "splitting",
      title: "Make it deliver a value that nobody sent",
      edits: true,
      start: { input: "$5\\r\\nhello\\r\\n+bye\\r\\n", cuts: [] },
      task: "No cut harms this parser. Change the bytes of the string (and its length) so that it delivers a value of its own making, without any error, while the machine reads the same bytes as they are meant.",
      hint: "A bulk string may hold any bytes. Which two would this parser not take for part of it? What would have to stand behind them, to be read as a value?",
      goal: (found) =>
        !found.machine.whole
          ? "The machine does not read these bytes to their end: they are to be valid."
          : found.splitting.thrown
            ? "It stops with an error, so somebody notices: nearly."
            : forged(found) > 0
              ? "It delivers " + resp.model.plural(forged(found), "value") + " that nobody sent."
              : {
                  right: "It delivers the same as the machine.",
                  wrong: "It delivers a wrong value, but no more of them than were sent.",
                  waits: "It delivers less than the machine, and waits.",
                }[found.outcome.splitting],
      check: (found) => found.machine.whole && !found.splitting.thrown && forged(found) > 0,
      why: "The length says where the string ends, and it is not looked at. Whoever chooses the content of a string chooses what is read behind it: replies can be forged, and answers be given to the wrong question.",
      instead:
        "In Body it counts n bytes and looks at none of them. Then it looks at exactly two, which must be CR LF.",
    },
    {
      id: "half",
      parser: "trusting",
      title: "Find the cut that breaks it",
      edits: false,
      start: { input: three, cuts: [] },
      task: "With the whole input in one read, all is right. Place a single cut so that it delivers a wrong value, and with no error up to there. (Tests that feed whole buffers never see this.)",
      hint: "It complains if a line has no end in the read. Where else can a read end?",
      goal: (found) =>
        found.cuts.length !== 1
          ? found.cuts.length === 0
            ? "There is no cut yet."
            : "There are " + found.cuts.length + " cuts; one will do."
          : {
              right: "With this cut it is right.",
              wrong: "With this cut it delivers a wrong value.",
              extra: "With this cut it delivers a value that nobody sent.",
              stops: "With this cut it stops with an error, before any wrong value: it is noticed.",
              waits: "With this cut it delivers less than the machine, and waits.",
            }[found.outcome.trusting],
      check: (found) =>
        found.machine.whole &&
        found.cuts.length === 1 &&
        ["wrong", "extra"].includes(found.outcome.trusting) &&
        found.alone.trusting,
      why: "It takes n bytes of what is there, and not of what is sent. What comes with the next read begins in the middle of a string, and is read as a type.",
      instead:
        "Body waits: “need more” is an answer. It says how many bytes are still due, and the caller presents what was not consumed again, with more behind it.",
    },
    {
      id: "room",
      parser: "trusting",
      title: "Ask for a gigabyte in a dozen bytes",
      edits: true,
      start: { input: "*2\\r\\n:1\\r\\n:2\\r\\n", cuts: [] },
      task: "With at most 16 bytes, make it reserve a gigabyte.",
      hint: "It makes room for a list before it has seen one element.",
      goal: (found) =>
        "It has reserved " +
        amount(found.trusting.reserved) +
        " on the word of " +
        resp.model.plural(found.bytes.length, "byte") +
        ".",
      check: (found) => found.bytes.length <= 16 && found.trusting.reserved >= 2 ** 30,
      why: "A count is a claim by whoever is at the other end. Reserving for it lets a few bytes end the process.",
      instead:
        "It has one number on its stack, whatever the number is. Memory grows with bytes received; a count beyond the limit is an error, at its first digit.",
    },
  ];

  // How many values more it delivers than were sent.
  const forged = (found) => found.splitting.values.length - found.machine.values.length;

  function times(a, b) {
    return b === 0 ? "0" : (a / b).toFixed(1);
  }

  function amount(bytes) {
    const units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let at = 0;
    while (bytes >= 1000 && at < units.length - 1) {
      bytes /= 1000;
      at += 1;
    }
    return (at === 0 ? bytes : bytes.toFixed(1)) + " " + units[at];
  }

  // Whether the learner may move cuts only, and these are other bytes.
  function isAstray(exercise, found) {
    return !exercise.edits && resp.text.escape(found.bytes) !== exercise.start.input;
  }

  const solves = (exercise, found) => !isAstray(exercise, found) && exercise.check(found);
  const goal = (exercise, found) =>
    isAstray(exercise, found)
      ? "These are other bytes: this exercise is about its own, and their cuts."
      : exercise.goal(found);

  Object.assign(resp, { amount, goal, solves });
})((window.resp = window.resp || {}));
