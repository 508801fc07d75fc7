// Elements, made one by one. No text is ever parsed as markup; the page's policy forbids it besides.

const SVG = 'http://www.w3.org/2000/svg';
const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

const html = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** A time that also says how long exactly. */
function timed(micros, cls) {
  return html('data', { value: micros, class: cls, title: number(micros) + ' \u00b5s' }, time(micros));
}

/** A sample of how a kind of time is drawn. */
function swatch(kind) {
  return svg('svg', { class: 'swatch', width: 16, height: 12, 'aria-hidden': 'true', focusable: 'false' }, mark(kind, 0, 0, 16, 12));
}

/** The rectangle of a span. */
function mark(kind, x, y, width, height, more) {
  const solid = kind === 'run' || kind === 'start';
  const known = Object.hasOwn(KINDS, kind);
  return svg('rect', { x, y, width, height, rx: kind === 'run' ? 2 : 1, class: 'k-' + (known ? kind : 'start'),
    fill: solid || !known ? null : `url(#p-${kind})`, ...more });
}

/** What tells waits apart beside their colour: lines, dots, a weave. */
const PATTERNS = {
  dependency: [6, 6, 'M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2'],
  permit: [5, 5, null],
  cap: [4, 4, 'M0,1 h4'],
  resource: [5, 5, 'M-1,4 l2,2 M0,0 l5,5 M4,-1 l2,2'],
  approval: [4, 4, 'M1,0 v4'],
  pending: [8, 4, 'M1,2 h3'],
  interceptor: [6, 6, 'M0,0 l6,6 M6,0 l-6,6'],
  announcement: [6, 6, 'M0,0 h3 v3 h-3 z M3,3 h3 v3 h-3 z'],
  owner: [7, 7, null],
  retry: [8, 6, 'M0,5 l4,-4 l4,4'],
};

function addPatterns() {
  const defs = svg('defs');
  for (const [kind, [width, height, path]] of Object.entries(PATTERNS)) {
    const filled = kind === 'announcement' ? 'ink solid' : 'ink';
    defs.append(svg('pattern', { id: 'p-' + kind, width, height, patternUnits: 'userSpaceOnUse', class: 'k-' + kind },
      svg('rect', { width, height, class: 'ground' }),
      path ? svg('path', { d: path, class: filled }) : svg('circle', { cx: width / 2, cy: height / 2, r: 1.1, class: 'ink solid' })));
  }
  defs.append(svg('pattern', { id: 'p-bad', width: 6, height: 6, patternUnits: 'userSpaceOnUse', class: 'k-bad' },
    svg('rect', { width: 6, height: 6, class: 'ground' }), svg('path', { d: PATTERNS.dependency[2], class: 'ink' })));
  byId('patterns').append(defs);
}

const tip = {
  show(x, y, texts) {
    const element = byId('tip');
    element.replaceChildren(...texts.filter(Boolean).map((text, i) => html('div', { class: i === 0 ? 'first' : null }, text)));
    element.hidden = false;
    const box = element.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 8));
    const top = y + 18 + box.height > innerHeight ? y - box.height - 10 : y + 18;
    element.style.left = left + 'px';
    element.style.top = Math.max(4, top) + 'px';
  },
  hide() {
    byId('tip').hidden = true;
  },
};
