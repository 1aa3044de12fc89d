"use strict";
// Builds what people see. Text goes in as text, never as markup: a corpus may hold anything.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "rect", "g", "line", "text", "title", "polyline", "circle"]);

/** An element with its attributes and children. `onclick` and the like are listeners; `style` is an object.
 *
 * A child is an element, text, or null, which is left out.
 */
function element(tag, attributes = {}, ...children) {
  const made = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style")
      for (const [property, text] of Object.entries(value)) made.style.setProperty(property, text);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  put(made, ...children);
  return made;
}

/** Appends children to an element. */
function put(place, ...children) {
  place.append(...children.flat().filter((child) => child !== null && child !== undefined));
}

/** A word of a sentence, isolated so that a script written from right to left does not turn its neighbours around. */
function word(text) {
  return element("bdi", {}, text);
}

/** A word inside a sentence of ours, in quotes, and isolated as by `word`. */
function quoted(text) {
  return `“${isolated(text)}”`;
}

/** A sentence of ours that may hold words from right to left, each isolated. */
function isolated(text) {
  return text.replace(
    /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]+/gu,
    "\u2068$&\u2069",
  );
}

/** The class of a shade that is `weight` deep, from 0 to 1: it decides whether text on it is black or white. */
function depth(weight) {
  return weight < 0.6 ? "" : weight < 0.76 ? " deep" : " deeper";
}

/** A choice of one of several values, with its label. */
function choice(label, options, chosen, choose) {
  const choosing = (event) => choose(options[event.target.selectedIndex].value);
  const select = element("select", { id: idOf(label), onchange: choosing });
  for (const { value, text } of options) select.append(element("option", { selected: value === chosen }, text));
  return element("label", {}, element("span", {}, label), select);
}

/** An id by which what has the focus is found again after the page is drawn anew. */
function idOf(label) {
  return `choose-${label.toLowerCase().replace(/[^a-z]+/g, "-")}`;
}

/** A switch, with its label. */
function tick(label, isOn, change) {
  const box = element("input", {
    type: "checkbox",
    id: idOf(label),
    onchange: (event) => change(event.target.checked),
  });
  box.checked = isOn;
  return element("label", { class: "tick" }, box, element("span", {}, label));
}

/** Moves the one tab stop of a group among its members with the arrow keys; `next(key)` names the member to go to. */
function moveFocus(event, from, to) {
  if (!to || to === from) return;
  event.preventDefault();
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}
