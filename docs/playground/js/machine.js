// The real machine: the library's own, as a WebAssembly module.
//
// The module is in `machine.wasm.js`, as text, because a page opened from a file may not fetch.
// How a question is passed is told in `machine/src/lib.rs`; here is the other side of it.
(function (resp) {
  "use strict";

  let module = null;

  async function load(base64) {
    const bytes = resp.text.fromBase64(base64);
    const { instance } = await WebAssembly.instantiate(bytes, {});
    module = instance.exports;
    const table = read(module.table());
    resp.machine.table = table;
    resp.machine.states = Object.fromEntries(table.states.map((state) => [state.name, state]));
    resp.machine.rows = Object.fromEntries(table.rows.map((row) => [row.rule, row]));
    return table;
  }

  function read(answer) {
    const address = Number(answer >> 32n);
    const length = Number(answer & 0xffffffffn);
    const text = new TextDecoder().decode(new Uint8Array(module.memory.buffer, address, length));
    module.release(address, length);
    return JSON.parse(text);
  }

  function ask(question, bytes, cuts, dialect) {
    const address = module.room(bytes.length + 4 * cuts.length);
    const room = new DataView(module.memory.buffer, address, bytes.length + 4 * cuts.length);
    new Uint8Array(module.memory.buffer, address, bytes.length).set(bytes);
    cuts.forEach((cut, at) => room.setUint32(bytes.length + 4 * at, cut, true));
    const number = resp.machine.table.dialects.indexOf(dialect);
    return read(module[question](address, bytes.length, cuts.length, number));
  }

  resp.machine = {
    load,
    // Filled by `load`: what the table says.
    table: null,
    states: null,
    rows: null,
    trace: (bytes, cuts, dialect) => ask("trace", bytes, cuts, dialect),
    visits: (bytes, cuts, dialect) => ask("visits", bytes, cuts, dialect),
  };
})((window.resp = window.resp || {}));
