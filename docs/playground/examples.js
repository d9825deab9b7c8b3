// The examples: `name`, the `group` it is listed in, the `input` in escaped text, and one sentence of
// what to look for. `dialect` is resp3 unless it says otherwise; `cuts` and `at` (a moment) are where
// it opens. The first is what a first visit shows: a short one, at its beginning.
//
// To add one: a line here. The check steps it to its end and compares it with `trace`; each type and
// each row of the table has to be in some example, so what is missing is said.
(function (resp) {
  "use strict";

  const examples = [];
  let group = "";
  const add = (name, input, look, more) => examples.push({ group, name, input, look, ...more });

  group = "First steps";
  add("An array of one integer", "*1\\r\\n:4\\r\\n",
    "Watch n on the stack: it begins at 1, and at 0 the array is complete.");
  add("Nested arrays, half read", "*2\\r\\n*3\\r\\n:1\\r\\n:2\\r\\n:3\\r\\n*2\\r\\n+Hello\\r\\n-World\\r\\n",
    "This array of two arrays is half read, and it comes in three reads. Step on, or back to its beginning.",
    { cuts: [22, 33], at: 15 });
  add("One simple string", "+OK\\r\\n", "The shortest way through: Start, Line, End. The marker says the type, the line is the value.");
  add("Two frames in one read", "+OK\\r\\n:1000\\r\\n",
    "One read, two values. Behind the first, the machine stands in End until there is one more byte.");
  add("Half a frame", "$11\\r\\nhello world\\r\\n",
    "The read ends in the middle of the string. Run to the end of the read (r): what is kept, and where does it go on?", { cuts: [10] });
  add("A cut between CR and LF", "+PONG\\r\\n:7\\r\\n",
    "The cut falls between the two bytes of a line end. A parser that looks for both at once in each read never finds them.", { cuts: [6] });
  add("One byte at a time", "*2\\r\\n$3\\r\\nfoo\\r\\n$3\\r\\nbar\\r\\n",
    "Every read is a single byte. The transitions are the same as without cuts; only reads end between them.",
    { cuts: Array.from({ length: 21 }, (_, at) => at + 1) });

  group = "Types of RESP2";
  add("Simple error", "-WRONGTYPE Operation against a key holding the wrong kind of value\\r\\n", "An error is a line like a simple string: only the marker differs.");
  add("Integer", ":-42\\r\\n", "The sign belongs to the line, and the line to the value.");
  add("Bulk string", "$6\\r\\na\\r\\nb\\x00\\xff\\r\\n", "CR LF inside the string, a zero byte, a byte beyond ASCII: in Body nothing is looked at, only counted.");
  add("Empty bulk string", "$0\\r\\n\\r\\n", "A length of 0 is not null: Body is entered, for no bytes and a CR LF.");
  add("The two nulls", "$-1\\r\\n*-1\\r\\n", "Length and Count leave for End by -1, without a Body and without elements.");
  add("Array", "*3\\r\\n:1\\r\\n$3\\r\\ntwo\\r\\n+three\\r\\n", "One level of the stack; n counts down from 3 at each End.");
  add("Empty array", "*0\\r\\n", "n is 0 at once: Elements leaves for End without going to Start.");
  add("Arrays in an array", "*2\\r\\n*2\\r\\n:1\\r\\n:2\\r\\n*0\\r\\n", "Nesting is not another state: it is one more n on the stack.");

  group = "Types of RESP3";
  add("Null", "_\\r\\n", "One spelling for nothing, where RESP2 had two.");
  add("Booleans", "#t\\r\\n#f\\r\\n", "A line of one letter.");
  add("Doubles", ",3.25\\r\\n,inf\\r\\n,nan\\r\\n,-1e10\\r\\n", "The text is kept as it was sent, and converted when somebody asks.");
  add("Big number", "(3492890328409238509324850943850943825024385\\r\\n", "Any number of digits: a line, so no length is needed.");
  add("Bulk error", "!21\\r\\nSYNTAX invalid syntax\\r\\n", "An error that may hold any bytes.");
  add("Verbatim string", "=15\\r\\ntxt:Some string\\r\\n", "Three letters of format and a colon stand inside the announced bytes.");
  add("Map", "%2\\r\\n+first\\r\\n:1\\r\\n+second\\r\\n:2\\r\\n", "Two pairs are four values: look at n.");
  add("Set", "~3\\r\\n+a\\r\\n+b\\r\\n+c\\r\\n", "To the machine a set is an array; that values differ is not its business.");
  add("Push", ">3\\r\\n+message\\r\\n+channel\\r\\n$5\\r\\nhello\\r\\n", "Data that nobody asked for, between replies.");
  add("Attribute", "|1\\r\\n+ttl\\r\\n:3600\\r\\n$5\\r\\nvalue\\r\\n", "With n = 0 the attribute does not go to End but to Start: what it describes is still due.");
  add("Two attributes in a row", "|1\\r\\n+ttl\\r\\n:3600\\r\\n|1\\r\\n+hits\\r\\n:12\\r\\n+value\\r\\n",
    "Both await the same value, one inside the other on the stack; with the value, both are gone.");
  add("Attribute of an element", "*2\\r\\n|1\\r\\n+ttl\\r\\n:60\\r\\n+a\\r\\n+b\\r\\n", "The attribute is on the stack, and is no element: n of the array counts only what it describes.");
  add("Push inside an array", "*2\\r\\n+before\\r\\n>1\\r\\n+interrupts\\r\\n+after\\r\\n", "The push is a frame of its own, complete before the array around it. n of the array does not move.");
  add("Streamed string", "$?\\r\\n;4\\r\\nHell\\r\\n;1\\r\\no\\r\\n;0\\r\\n", "No length is known at first: chunks, until one of 0 bytes.");
  add("Streamed array", "*?\\r\\n:1\\r\\n:2\\r\\n.\\r\\n", "There is no n to count down: the end has a marker of its own.");
  add("Streamed map", "%?\\r\\n+a\\r\\n:1\\r\\n+b\\r\\n:2\\r\\n.\\r\\n", "As a streamed array; the end is refused behind a key.");
  add("Every type", "*14\\r\\n+simple\\r\\n-error\\r\\n:1\\r\\n_\\r\\n#t\\r\\n,0.5\\r\\n(9\\r\\n$4\\r\\nbulk\\r\\n!3\\r\\nERR\\r\\n=5\\r\\ntxt:v\\r\\n*0\\r\\n%1\\r\\n+k\\r\\n+v\\r\\n~0\\r\\n|1\\r\\n+a\\r\\n+b\\r\\n$-1\\r\\n",
    "All that can be an element. Play it, and watch which of the three ways out of Start each takes.");

  group = "Tutorials";
  add("SET key value", "*3\\r\\n$3\\r\\nSET\\r\\n$3\\r\\nkey\\r\\n$5\\r\\nvalue\\r\\n", "What a client sends is an array of bulk strings, and nothing else.", { dialect: "request" });
  add("LLEN mylist", "*2\\r\\n$4\\r\\nLLEN\\r\\n$6\\r\\nmylist\\r\\n:48293\\r\\n", "The specification’s first example: the request, and the integer that answers it.");
  add("Mixed array", "*5\\r\\n:1\\r\\n:2\\r\\n:3\\r\\n:4\\r\\n$5\\r\\nhello\\r\\n", "Elements need not be of one type: each begins again at Start.");
  add("Nulls in an array", "*3\\r\\n$5\\r\\nhello\\r\\n$-1\\r\\n$5\\r\\nworld\\r\\n", "A null is an element like any other.");
  add("Inline command", "SET greeting \"hello world\"\\r\\nPING\\r\\n", "Typed by hand in telnet: a line of text. Its first byte is not consumed by Start.", { dialect: "request" });
  add("A pipeline in three reads", "*1\\r\\n$4\\r\\nPING\\r\\n*2\\r\\n$4\\r\\nECHO\\r\\n$2\\r\\nhi\\r\\n*1\\r\\n$4\\r\\nQUIT\\r\\n",
    "Reads end where the network likes, not where requests do.", { dialect: "request", cuts: [20, 39] });

  group = "A session of redis-cli";
  add("What redis-cli sends", "*2\\r\\n$5\\r\\nHELLO\\r\\n$1\\r\\n3\\r\\n*2\\r\\n$7\\r\\nCOMMAND\\r\\n$4\\r\\nDOCS\\r\\n*5\\r\\n$3\\r\\nSET\\r\\n$8\\r\\ngreeting\\r\\n$5\\r\\nhello\\r\\n$2\\r\\nEX\\r\\n$2\\r\\n60\\r\\n*2\\r\\n$3\\r\\nGET\\r\\n$8\\r\\ngreeting\\r\\n*3\\r\\n$4\\r\\nHSET\\r\\n$1\\r\\nh\\r\\n$1\\r\\nf\\r\\n",
    "The greeting asks for RESP3; then each command is one array.", { dialect: "request", cuts: [22, 52] });
  add("What the server answers", "%7\\r\\n$6\\r\\nserver\\r\\n$5\\r\\nredis\\r\\n$7\\r\\nversion\\r\\n$6\\r\\n7.0.15\\r\\n$5\\r\\nproto\\r\\n:3\\r\\n$2\\r\\nid\\r\\n:9\\r\\n$4\\r\\nmode\\r\\n$10\\r\\nstandalone\\r\\n$4\\r\\nrole\\r\\n$6\\r\\nmaster\\r\\n$7\\r\\nmodules\\r\\n*0\\r\\n+OK\\r\\n$5\\r\\nhello\\r\\n-ERR wrong number of arguments for 'hset' command\\r\\n",
    "The greeting is answered by a map of seven pairs, the last with an empty array; the rest is lines and strings.", { cuts: [100] });

  group = "Malformed";
  add("HTTP", "GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n", "A browser at the wrong port. The very first byte is no marker, and the hint knows why.");
  add("HTTP, sent to a server", "GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n", "The same bytes as requests are valid: GET is an inline command. (Redis refuses “Host:” by name, for safety.)", { dialect: "request" });
  add("A count left out", "*\\r\\n:1\\r\\n:2\\r\\n:3\\r\\n", "The error is at byte 1, where a digit was due: not where it is noticed that nothing fits.");
  add("A length too small", "$3\\r\\nhello\\r\\n", "The two bytes behind the blob must be CR LF. A parser that skips them unseen is out of step from here on.");
  add("A length too large", "$7\\r\\nhello\\r\\n+OK\\r\\n", "The next value is swallowed; what stands behind the announced bytes is no CR LF.");
  add("LF alone", "+OK\\n+OK\\r\\n", "A bare LF ends no line: another reader may take it for an end, and both lose step.");
  add("CR alone", "+O\\rK\\r\\n", "A CR has to be followed by LF.");
  add("A leading zero", "$05\\r\\nhello\\r\\n", "Lengths and counts have one spelling. What others do with this one stands in the error.");
  add("No integer", ":12a\\r\\n", "The offset is that of the letter, not of the line.");
  add("A huge count", "*4294967296\\r\\n", "One more than is allowed. Nothing was reserved for it.");
  add("A huge length", "$99999999999999999999\\r\\n", "More digits than any length: refused before a byte of it comes.");
  add("A request for a gigabyte", "*1\\r\\n$1073741824\\r\\n", "Eighteen bytes that ask a server for a gigabyte.", { dialect: "request" });
  add("An integer in a request", "*1\\r\\n:1\\r\\n", "Requests hold bulk strings only.", { dialect: "request" });
  add("A quote not closed", "SET k \"v\\r\\n", "Inline commands have rules of their own.", { dialect: "request" });
  add("RESP3 on a RESP2 connection", "%1\\r\\n+a\\r\\n:1\\r\\n", "The marker is right, the dialect is not.", { dialect: "resp2" });
  add("A map closed behind a key", "%?\\r\\n+key\\r\\n.\\r\\n", "A key without its value.");
  add("A push inside a push", ">2\\r\\n+a\\r\\n>1\\r\\n+b\\r\\n+c\\r\\n", "A push may interrupt an array, but not another push.");
  add("Cut short", "*2\\r\\n$5\\r\\nhello\\r\\n$5\\r\\nwor", "The connection was lost. That is no error of the protocol: the value is incomplete.");
  add("Nested too deep", "*1\\r\\n".repeat(1025), "One aggregate more than 1024 inside one another. A parser that recurses dies here, or later. Press End.");

  group = "Corners";
  add("A negative count in a request", "*-2\\r\\n", "Redis reads any negative count as an empty request.", { dialect: "request" });
  add("An empty line in a request", "\\r\\nPING\\r\\n", "An empty inline command: Redis passes over it.", { dialect: "request" });
  add("An attribute without pairs", "|0\\r\\n+value\\r\\n", "n is 0 at once, and still the way leads to Start.");
  add("Pushed twice", "*1\\r\\n>0\\r\\n>0\\r\\n_\\r\\n", "Two empty pushes interrupt an array of one.");

  resp.examples = examples;
})((window.resp = window.resp || {}));
