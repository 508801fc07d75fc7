// The rounds and calls over time. Only rows that can be seen are in the page, however many there are.

const ROW = 26;
const HEAD = 46;
const NAME = 220;
const TOOK = 176;
const OVERSCAN = 12;
// Of calls that are not chosen: more in sight, or more from one call, would hide the bars.
const MOST_QUIET = 90;
const MOST_FROM = 6;
const MOST_ARROWS = 500;
const MOST_SPANS = 400;

class Timeline {
  constructor(model) {
    this.model = model;
    this.rows = [];
    this.tops = [0];
    this.drawn = new Map();
    this.closed = new Set();
    this.active = null;
    this.from = 0;
    this.to = 1;
    this.fit = false;
    this.scroll = byId('scroll');
    this.grid = byId('grid');
    this.arrows = byId('arrows');
    this.frame = 0;
    this.scroll.addEventListener('scroll', () => this.later(), { passive: true });
    new ResizeObserver(() => this.redraw()).observe(this.scroll);
  }

  /** Shows the calls that match, in rows. */
  show(matches) {
    this.rows = [];
    this.index = new Map();
    for (const round of this.model.rounds) {
      const calls = round.calls.filter(matches);
      if (calls.length === 0 && round.calls.length > 0) continue;
      this.index.set(round, this.rows.length);
      this.rows.push({ round, call: null });
      if (this.closed.has(round)) continue;
      for (const call of calls) {
        this.index.set(call, this.rows.length);
        this.rows.push({ round, call });
      }
    }
    this.tops = new Float64Array(this.rows.length + 1);
    this.rows.forEach((row, i) => { this.tops[i + 1] = this.tops[i] + (row.call ? ROW : HEAD); });
    this.grid.style.height = this.tops[this.rows.length] + 'px';
    this.grid.setAttribute('aria-rowcount', String(this.rows.length));
    if (this.active && !this.index.has(this.active)) this.active = null;
    this.redraw();
  }

  /** Draws all rows anew: the scale, or what is chosen, is another one. */
  redraw() {
    this.width = Math.max(80, this.scroll.clientWidth - NAME - TOOK);
    this.drawn.forEach((element) => element.remove());
    this.drawn.clear();
    this.draw();
  }

  later() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  /** The row at a height. */
  at(top) {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= top) low = middle; else high = middle - 1;
    }
    return Math.max(0, low);
  }

  draw() {
    const top = this.scroll.scrollTop;
    const first = Math.max(0, this.at(top) - OVERSCAN);
    const last = Math.min(this.rows.length - 1, this.at(top + this.scroll.clientHeight) + OVERSCAN);
    this.drawn.forEach((element, i) => {
      if (i < first || i > last) { element.remove(); this.drawn.delete(i); }
    });
    for (let i = first; i <= last; i++) {
      if (this.drawn.has(i)) continue;
      const element = this.rows[i].call ? this.callRow(i) : this.roundRow(i);
      const next = this.drawn.get(i + 1);
      this.grid.insertBefore(element, next || null);
      this.drawn.set(i, element);
    }
    const id = this.active && this.index.has(this.active) ? this.rowId(this.active) : null;
    if (id && document.getElementById(id)) this.grid.setAttribute('aria-activedescendant', id);
    else this.grid.removeAttribute('aria-activedescendant');
    this.pin(top);
    this.drawArrows(first, last);
  }

  rowId(item) {
    return item.round ? `call-${item.round.index}-${item.place}` : `round-${item.index}`;
  }

  /** What the whole width stands for, with room for an arrow at the end. */
  extent(round) {
    return 1.015 * (this.fit ? round.extent : this.model.extent);
  }

  x(round, micros) {
    const share = micros / this.extent(round);
    return ((share - this.from) / (this.to - this.from)) * this.width;
  }

  row(i, level, attributes, ...cells) {
    const element = html('div', { role: 'row', 'aria-level': level, 'aria-rowindex': i + 1, 'data-row': i, ...attributes }, ...cells);
    element.style.top = this.tops[i] + 'px';
    return element;
  }

  roundRow(i) {
    const round = this.rows[i].round;
    const open = !this.closed.has(round);
    return this.row(i, 1, { id: this.rowId(round), class: 'row round' + (this.active === round ? ' active' : ''), 'aria-expanded': String(open),
      'aria-selected': String(this.active === round) }, ...this.head(round, open));
  }

  head(round, open) {
    const json = round.json;
    const speedup = json.elapsed > 0 ? json.sequentialTime / json.elapsed : 1;
    const before = round.calls.filter((call) => call.json.endedBefore).length;
    // Where calls waited for a person, the quotient says little about how calls overlapped; a wait below 1 µs is written as 0.
    const waited = 'approval' in json.times || 'pending' in json.times;
    const facts = [counted(round.calls.length - before, 'call'), before ? number(before) + ' ended before' : null, time(json.elapsed), 'one after another ' + time(json.sequentialTime),
      json.timeSaved > 0 && !waited ? times(speedup) : null,
      json.maxConcurrency ? `at most ${number(json.maxConcurrency)} at a time` : null].filter(Boolean);
    return [
      html('div', { role: 'gridcell', class: 'title' }, html('span', { class: 'twist', 'aria-hidden': 'true' }, open ? '\u25be' : '\u25b8'),
        html('b', null, `Round ${round.index + 1}`), html('span', { class: 'muted' }, facts.join('  \u00b7  '))),
      html('div', { role: 'gridcell', class: 'axis', 'aria-hidden': 'true' }, this.axis(round))];
  }

  ticks(round) {
    const extent = this.extent(round);
    const from = this.from * extent;
    const to = this.to * extent;
    const rough = (to - from) / Math.max(1, this.width / 96);
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(rough, 1e-3))));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) || power * 10;
    const ticks = [];
    for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) ticks.push(n * step);
    return { ticks, step };
  }

  axis(round) {
    const { ticks, step } = this.ticks(round);
    const whole = this.to * this.extent(round);
    const seconds = whole >= 1e6;
    const unit = seconds ? 1e6 : 1e3;
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / unit) - 1e-9)));
    const axis = svg('svg', { width: this.width, height: 18, focusable: 'false' });
    for (const tick of ticks) {
      const x = Math.round(this.x(round, tick)) + 0.5;
      const anchor = x < 8 ? 'start' : x > this.width - 24 ? 'end' : 'middle';
      axis.append(svg('line', { x1: x, x2: x, y1: 14, y2: 18, class: 'tick' }),
        svg('text', { x: anchor === 'start' ? 0 : x, y: 11, 'text-anchor': anchor, class: 'tick-label' },
          tick === 0 ? '0' : (tick / unit).toFixed(digits) + (seconds ? ' s' : ' ms')));
    }
    return axis;
  }

  callRow(i) {
    const call = this.rows[i].call;
    const classes = ['row', 'call', call.good ? '' : 'bad', call.critical ? 'critical' : '', this.active === call ? 'active' : ''];
    return this.row(i, 2, { id: this.rowId(call), class: classes.filter(Boolean).join(' '), 'aria-selected': String(this.active === call),
      'aria-label': this.label(call) },
    html('div', { role: 'gridcell', class: 'name' },
      html('span', { class: 'mark', 'aria-hidden': 'true' }, call.critical ? '\u25c6' : ''),
      html('span', { class: 'num' }, String(call.place + 1)), html('span', { class: 'tool' }, safe(call.tool))),
    html('div', { role: 'gridcell', class: 'bar' }, this.bar(call)),
    html('div', { role: 'gridcell', class: 'took' }, html('span', { class: 'time' }, time(call.json.duration)),
      call.end === 'ok' && !call.json.endedBefore ? null : html('span', { class: 'end' }, (call.good ? '' : '\u2715 ') + endOf(call))));
  }

  label(call) {
    return [`call ${call.place + 1} ${safe(call.tool)}`, endOf(call), time(call.json.duration),
      call.longest ? `waited ${time(call.waited)}` + (call.longest.waitsFor ? ' for ' + safe(call.longest.waitsFor) : '') : null,
      call.attempts > 1 ? `${call.attempts} attempts` : null,
      call.critical ? 'on the critical path' : null].filter(Boolean).join(', ');
  }

  /** A bar an attempt, and shades for what it waited for. */
  bar(call) {
    const picture = svg('svg', { width: this.width, height: ROW, focusable: 'false', 'aria-hidden': 'true' });
    for (const tick of this.ticks(call.round).ticks) {
      const x = Math.round(this.x(call.round, tick)) + 0.5;
      picture.append(svg('line', { x1: x, x2: x, y1: 0, y2: ROW, class: 'guide' }));
    }
    const many = call.spans.length > MOST_SPANS;
    call.spans.forEach((span, n) => {
      const left = this.x(call.round, span.start);
      const right = this.x(call.round, span.start + span.duration);
      const runs = span.kind === 'run';
      if (right < 0 || left > this.width || (many && !runs && right - left < 0.5)) return;
      const x = Math.max(-4, left);
      const width = Math.max(runs ? 2 : 0.6, Math.min(this.width + 4, right) - x);
      const early = runs && span.attempt < call.attempts;
      const look = runs ? (early ? ' early' : call.good ? '' : ' bad') : '';
      const rect = mark(span.kind, x, runs ? 5 : 8, width, runs ? ROW - 10 : ROW - 16, { 'data-span': n });
      rect.classList.add(runs ? 'run' : 'wait', ...look.split(' ').filter(Boolean));
      picture.append(rect);
      if (runs && call.attempts > 1 && width > 16) {
        picture.append(svg('text', { x: x + 5, y: ROW / 2 + 4, class: 'attempt' + look }, String(span.attempt)));
      }
    });
    if (call.spans.length === 0) {
      picture.append(svg('rect', { x: this.x(call.round, call.starts), y: 5, width: 2, height: ROW - 10, class: call.good ? 'k-run run' : 'k-run run bad' }));
    }
    return picture;
  }

  /** The head of the round whose calls are at the top stays in sight. */
  pin(top) {
    const pinned = byId('pinned');
    const row = this.rows[this.at(top)];
    pinned.hidden = !row || (!row.call && this.tops[this.index.get(row.round)] >= top);
    if (pinned.hidden) return;
    const next = this.rows.findIndex((other, i) => i > this.index.get(row.round) && !other.call);
    const room = next < 0 ? HEAD : this.tops[next] - top;
    pinned.style.transform = `translateY(${Math.min(0, room - HEAD)}px)`;
    pinned.style.width = this.scroll.clientWidth + 'px';
    pinned.replaceChildren(...this.head(row.round, !this.closed.has(row.round)));
  }

  // Arrows.

  drawArrows(first, last) {
    const focused = document.activeElement && document.activeElement.closest ? document.activeElement.closest('#arrows .arrow') : null;
    const key = focused ? focused.getAttribute('data-key') : null;
    const origin = this.tops[first] || 0;
    const height = Math.max(0, (this.tops[last + 1] || 0) - origin);
    this.arrows.style.top = origin + 'px';
    this.arrows.style.left = NAME + 'px';
    this.arrows.setAttribute('width', String(this.width));
    this.arrows.setAttribute('height', String(height));
    const quiet = new Map();
    const loud = new Map();
    for (let i = first; i <= last; i++) {
      const call = this.rows[i] && this.rows[i].call;
      if (!call) continue;
      for (const arrow of [...call.before, ...call.after]) {
        if (this.touchesActive(arrow)) continue;
        if (arrow.critical || (quiet.size <= MOST_QUIET && arrow.from.after.length <= MOST_FROM && arrow.to.before.length <= MOST_FROM)) quiet.set(arrow.key, arrow);
      }
    }
    if (this.active && this.active.round && this.index.has(this.active)) {
      for (const arrow of [...this.active.before, ...this.active.after].slice(0, MOST_ARROWS)) loud.set(arrow.key, arrow);
    }
    if (quiet.size > MOST_QUIET) quiet.forEach((arrow, name) => { if (!arrow.critical) quiet.delete(name); });
    const drawn = [...quiet.values(), ...loud.values()].map((arrow) => this.arrow(arrow, origin, loud.has(arrow.key))).filter(Boolean);
    this.arrows.replaceChildren(...drawn);
    if (key) {
      const again = drawn.find((element) => element.getAttribute('data-key') === key);
      if (again && again.hasAttribute('tabindex')) again.focus({ preventScroll: true }); else this.grid.focus({ preventScroll: true });
    }
  }

  touchesActive(arrow) {
    return arrow.from === this.active || arrow.to === this.active;
  }

  /** From where the earlier call ended to where the later one began; null if one of them is not shown, or it did not wait so long. */
  arrow(arrow, origin, loud) {
    const { from, to, round = from.round } = arrow;
    // On the critical path a call may have waited before another attempt.
    const begins = arrow.critical && from.leaves > to.starts ? to.startsLast : to.starts;
    if (!this.index.has(from) || !this.index.has(to) || from.leaves > begins) return null;
    const x1 = this.x(round, from.leaves);
    const x2 = this.x(round, begins);
    const y1 = this.tops[this.index.get(from)] - origin + ROW / 2;
    const y2 = this.tops[this.index.get(to)] - origin + ROW / 2;
    const bend = Math.max(10, Math.min(28, Math.abs(x2 - x1) / 2));
    const d = `M${x1.toFixed(1)},${y1} C${(x1 + bend).toFixed(1)},${y1} ${(x2 - bend - 6).toFixed(1)},${y2} ${(x2 - 6).toFixed(1)},${y2}`;
    const classes = ['arrow', loud ? 'loud' : '', arrow.critical ? 'critical' : '', arrow.kind === 'limit' ? 'limit' : ''].filter(Boolean).join(' ');
    return svg('g', { class: classes, 'data-key': arrow.key, 'data-x': (x1 + x2) / 2, 'data-y': y2, role: 'img', tabindex: loud ? 0 : null,
      'aria-label': `call ${to.place + 1} waits for call ${from.place + 1}: ${arrow.reason}` },
    svg('path', { d, class: 'hit' }), svg('path', { d, class: 'line' }),
    svg('path', { d: `M${(x2 - 7).toFixed(1)},${y2 - 3.5} l7,3.5 l-7,3.5 z`, class: 'point' }));
  }

  arrowOf(element) {
    const key = element.getAttribute('data-key');
    const round = this.model.rounds[Number(key.split('-')[0])];
    return round.arrows.find((arrow) => arrow.key === key);
  }

  // Moving.

  /** Scrolls no more than it takes. */
  reveal(item) {
    const i = this.index.get(item);
    if (i === undefined) return;
    const above = item.round ? HEAD : 0;
    const top = this.scroll.scrollTop;
    if (this.tops[i] - above < top) this.scroll.scrollTop = this.tops[i] - above;
    else if (this.tops[i + 1] > top + this.scroll.clientHeight) this.scroll.scrollTop = this.tops[i + 1] - this.scroll.clientHeight;
  }

  zoom(factor, center = 0.5) {
    const width = Math.min(1, Math.max(1e-5, (this.to - this.from) * factor));
    const at = this.from + (this.to - this.from) * center;
    this.move(at - width * center, width);
  }

  /** The call in the middle third. */
  zoomTo(call) {
    if (!call || !call.round) return;
    const extent = this.extent(call.round);
    const length = Math.max(50, call.ends - call.starts) / extent;
    this.move(call.starts / extent - length, Math.min(1, 3 * length));
  }

  move(from, width = this.to - this.from) {
    this.from = Math.min(Math.max(0, from), 1 - width);
    this.to = this.from + width;
    this.redraw();
  }
}
