// Making elements: `el("p", { class: "note" }, "text", otherElement)`.
//
// Text is always set as text, never as markup, so no input can become part of the page.
(function (resp) {
  "use strict";

  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const byId = (id) => document.getElementById(id);

  resp.dom = { byId, el };
})((window.resp = window.resp || {}));
