// Building the page. Text goes in as text nodes and attributes come from a fixed
// list: there is no way from a string of an event to markup, script or style.

const svgSpace = "http://www.w3.org/2000/svg";
const longestText = 240; // characters; a sentence, not a page

// say makes any value a string that is fit to be shown.
export function say(value) {
  const s = typeof value === "string" ? value : value === null || value === undefined ? "" : String(value);
  return s.length > longestText ? s.slice(0, longestText - 1) + "…" : s;
}

// element makes an HTML element; attributes of null are left out.
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// shape makes an SVG element.
export function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgSpace, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((c) => c !== null).map((c) => (typeof c === "string" ? say(c) : c)));
  return node;
}

// write changes a node's text only where it differs, so that nothing is drawn or
// read out twice.
export function write(node, value) {
  const s = say(value);
  if (node.textContent !== s) node.textContent = s;
}

// mark sets an attribute only where it differs; null removes it.
export function mark(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

// rows keeps a list's children in step with items: key names an item, make builds
// its node, update writes it. What stays keeps its node, and with it the focus.
export function rows(list, items, { key, make, update }) {
  const old = new Map([...list.children].map((node) => [node.rowKey, node]));
  const now = items.map((item) => {
    const k = key(item);
    const node = old.get(k) ?? Object.assign(make(item), { rowKey: k });
    update(node, item);
    return node;
  });
  if (now.length !== list.children.length || now.some((node, i) => list.children[i] !== node)) list.replaceChildren(...now);
}
