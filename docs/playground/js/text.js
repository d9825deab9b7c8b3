// Bytes as text, and back.
//
// Three spellings of the same bytes are used on the page: escaped text (`\r\n`, `\x00`, the escapes
// of Rust's `escape_ascii`, which the program and its trace use too), hexadecimal, and base64url in
// the address. Each has a pair of functions here, and reading says where it cannot.
(function (resp) {
  "use strict";

  const NAMED = { "\\": 92, r: 13, n: 10, t: 9, 0: 0, "'": 39, '"': 34 };
  const SHOWN = { 13: "\\r", 10: "\\n", 9: "\\t", 92: "\\\\" };

  const hex = (byte) => byte.toString(16).padStart(2, "0");

  function escapeByte(byte) {
    if (SHOWN[byte]) return SHOWN[byte];
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "\\x" + hex(byte);
  }

  function escape(bytes) {
    let text = "";
    for (const byte of bytes) text += escapeByte(byte);
    return text;
  }

  // The bytes that escaped text stands for. Line breaks are layout; letters beyond ASCII are UTF-8.
  function unescape(text) {
    const bytes = [];
    const utf8 = new TextEncoder();
    for (let at = 0; at < text.length; at++) {
      if (text[at] === "\n" || text[at] === "\r") continue;
      if (text[at] !== "\\") {
        const letter = String.fromCodePoint(text.codePointAt(at));
        at += letter.length - 1;
        bytes.push(...utf8.encode(letter));
        continue;
      }
      const name = text[++at];
      if (name === "x") {
        const digits = text.slice(at + 1, at + 3);
        if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
          throw new Error("\\x wants two hexadecimal digits, as in \\x0d");
        }
        bytes.push(parseInt(digits, 16));
        at += 2;
      } else if (name in NAMED) {
        bytes.push(NAMED[name]);
      } else {
        throw new Error("\\" + (name || "") + " is no escape: there are \\r \\n \\t \\0 \\\\ \\\" \\' and \\x…");
      }
    }
    return Uint8Array.from(bytes);
  }

  // Escaped text with a line break behind each line's end: to be read and edited.
  function layout(bytes) {
    return escape(bytes).replace(/\\r\\n(?=.)/g, "\\r\\n\n");
  }

  function toHex(bytes) {
    let text = "";
    bytes.forEach((byte, at) => {
      text += (at === 0 ? "" : at % 16 === 0 ? "\n" : " ") + hex(byte);
    });
    return text;
  }

  function fromHex(text) {
    const digits = text.replace(/0x|[\s,:]/gi, "");
    const wrong = digits.match(/[^0-9a-f]/i);
    if (wrong) throw new Error("'" + wrong[0] + "' is no hexadecimal digit");
    if (digits.length % 2) throw new Error("half a byte: hexadecimal digits come in pairs");
    return Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
  }

  function toBase64(bytes) {
    let letters = "";
    for (const byte of bytes) letters += String.fromCharCode(byte);
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function fromBase64(text) {
    const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  }

  // One byte in the room of a cell.
  function glyph(byte) {
    if (byte === 32) return "␣";
    if (byte === 0) return "\\0";
    if (SHOWN[byte] || (byte > 32 && byte < 127)) return escapeByte(byte).replace("\\\\", "\\");
    return "·";
  }

  // One byte as it is spoken.
  const SPOKEN = {
    13: "carriage return",
    10: "line feed",
    32: "space",
    9: "tab",
    0: "zero byte",
    36: "dollar",
    42: "asterisk",
    43: "plus",
    58: "colon",
    45: "minus",
    44: "comma",
    40: "left parenthesis",
    95: "underscore",
    35: "number sign",
    37: "percent",
    126: "tilde",
    62: "greater than",
    124: "bar",
    33: "exclamation mark",
    61: "equals",
    59: "semicolon",
    46: "dot",
    63: "question mark",
  };
  function spoken(byte) {
    if (SPOKEN[byte]) return SPOKEN[byte];
    return byte > 32 && byte < 127 ? String.fromCharCode(byte) : "byte " + hex(byte);
  }

  // At most `room` letters of escaped text.
  function brief(bytes, room) {
    const text = escape(bytes.subarray(0, room));
    return bytes.length > room || text.length > room ? text.slice(0, room - 1) + "…" : text;
  }

  resp.text = {
    brief,
    escape,
    escapeByte,
    fromBase64,
    fromHex,
    glyph,
    hex,
    layout,
    spoken,
    toBase64,
    toHex,
    unescape,
  };
})((window.resp = window.resp || {}));
