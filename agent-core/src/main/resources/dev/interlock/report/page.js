// What a reader does: filters, keys, clicks.

class Page {
  constructor(model) {
    this.model = model;
    this.filter = { tool: '', ends: new Set(), critical: false };
    this.timeline = new Timeline(model);
  }

  start() {
    showTitle(this.model);
    showFigures(this.model);
    showStrip(this.model, (round) => { this.open(round); this.choose(round); });
    showWhatIfs(this.model);
    this.offerFilters();
    this.listen();
    this.apply();
    showDetails(null);
  }

  // Filters.

  offerFilters() {
    const tools = [...this.model.tools].sort(([a], [b]) => (a < b ? -1 : 1));
    byId('tool').replaceChildren(html('option', { value: '' }, `all (${number(this.model.tools.size)})`),
      ...tools.map(([tool, count], i) => html('option', { value: 't' + i }, `${short(safe(tool))} (${number(count)})`)));
    this.toolNames = tools.map(([tool]) => tool);
    byId('tool').addEventListener('change', (event) => {
      this.filter.tool = event.target.value;
      this.apply();
    });
    byId('ends').replaceChildren(...ENDS.filter((end) => this.model.ends.has(end)).map((end) => this.endButton(end)));
    byId('critical').addEventListener('change', (event) => {
      this.filter.critical = event.target.checked;
      this.apply();
    });
    byId('clear').addEventListener('click', () => this.clear());
  }

  endButton(end) {
    const button = html('button', { type: 'button', class: 'chip ' + (GOOD.has(end) ? 'good' : 'bad'), 'aria-pressed': 'false', 'data-end': end },
      html('span', { 'aria-hidden': 'true' }, GOOD.has(end) ? '\u2713' : '\u2715'), ' ' + words(end) + ' ',
      html('span', { class: 'count' }, number(this.model.ends.get(end))));
    button.addEventListener('click', () => {
      const on = !this.filter.ends.delete(end);
      if (on) this.filter.ends.add(end);
      button.setAttribute('aria-pressed', String(on));
      this.apply();
    });
    return button;
  }

  clear() {
    this.filter = { tool: '', ends: new Set(), critical: false };
    byId('tool').value = '';
    byId('critical').checked = false;
    byId('ends').querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', 'false'));
    this.apply();
    this.focusGrid();
  }

  apply() {
    const { ends, critical } = this.filter;
    const tool = this.filter.tool === '' ? null : this.toolNames[Number(this.filter.tool.slice(1))];
    const matches = (call) => (tool === null || call.tool === tool) && (ends.size === 0 || (ends.has(call.end) && !call.json.endedBefore)) && (!critical || call.critical);
    const shown = this.model.calls.filter(matches);
    const before = this.timeline.active;
    this.timeline.show(matches);
    if (before && !this.timeline.active) showDetails(null);
    showTimes(this.model, shown);
    const all = shown.length === this.model.calls.length;
    byId('clear').hidden = all;
    byId('shown').textContent = all ? counted(shown.length, 'call') : `${number(shown.length)} of ${counted(this.model.calls.length, 'call')}`;
    notice(this.model.rounds.length === 0 ? 'No round was recorded.' : shown.length === 0 && !all ? 'No call matches the filters.' : null);
  }

  // Choosing.

  choose(item) {
    const timeline = this.timeline;
    timeline.active = item;
    if (item) timeline.reveal(item);
    timeline.redraw();
    showDetails(item && item.round ? item : null, (call) => this.jump(call));
  }

  /** To a call that may be filtered out. */
  jump(call) {
    this.open(call.round);
    if (!this.timeline.index.has(call)) this.clear();
    this.choose(call);
    this.focusGrid();
  }

  open(round) {
    if (this.timeline.closed.delete(round)) this.apply();
  }

  toggle(round) {
    if (!this.timeline.closed.delete(round)) this.timeline.closed.add(round);
    this.apply();
  }

  step(by) {
    const { rows, active, index } = this.timeline;
    if (rows.length === 0) return;
    const now = active && index.has(active) ? index.get(active) : by > 0 ? -1 : rows.length;
    const row = rows[Math.min(rows.length - 1, Math.max(0, now + by))];
    this.choose(row.call || row.round);
  }

  stepRound(by) {
    const rounds = this.model.rounds.filter((round) => this.timeline.index.has(round));
    const active = this.timeline.active;
    const now = active ? rounds.indexOf(active.round || active) : by > 0 ? -1 : rounds.length;
    const round = rounds[Math.min(rounds.length - 1, Math.max(0, now + by))];
    if (round) this.choose(round);
  }

  /** Along the arrows. */
  follow(back) {
    const active = this.timeline.active;
    if (!active) return;
    if (!active.round) {
      if (back !== this.timeline.closed.has(active)) this.toggle(active);
      return;
    }
    const others = back ? active.before.map((arrow) => arrow.from) : active.after.map((arrow) => arrow.to);
    const shown = others.filter((call) => this.timeline.index.has(call));
    const next = back
      ? shown.reduce((best, call) => (best && best.ends >= call.ends ? best : call), null)
      : shown.reduce((best, call) => (best && best.starts <= call.starts ? best : call), null);
    if (next) this.choose(next);
    else if (back) this.choose(active.round);
  }

  enter() {
    const active = this.timeline.active;
    if (!active) this.step(1);
    else if (!active.round) this.toggle(active);
    else byId('details').focus();
  }

  /** Without choosing a call, as who comes by the tabulator key does. */
  focusGrid() {
    this.focusing = true;
    byId('grid').focus({ preventScroll: true });
    this.focusing = false;
  }

  // Keys and pointers.

  listen() {
    document.addEventListener('keydown', (event) => this.key(event));
    const grid = byId('grid');
    grid.addEventListener('focus', () => { if (!this.timeline.active && !this.focusing && grid.matches(':focus-visible')) this.step(1); });
    grid.addEventListener('click', (event) => {
      const row = event.target.closest('.row');
      if (!row) return;
      const { round, call } = this.timeline.rows[Number(row.dataset.row)];
      if (call) this.choose(call);
      else { this.timeline.active = round; this.toggle(round); showDetails(null); }
      this.focusGrid();
    });
    grid.addEventListener('pointermove', (event) => this.hover(event));
    grid.addEventListener('pointerleave', tip.hide);
    this.listenToArrows();
    byId('scroll').addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    byId('scroll').addEventListener('scroll', tip.hide, { passive: true });
    byId('fit').addEventListener('change', (event) => { this.timeline.fit = event.target.checked; this.timeline.redraw(); });
    byId('in').addEventListener('click', () => this.timeline.zoom(0.5));
    byId('out').addEventListener('click', () => this.timeline.zoom(2));
    byId('whole').addEventListener('click', () => this.timeline.move(0, 1));
  }

  listenToArrows() {
    const arrows = byId('arrows');
    const say = (element, x, y) => {
      const arrow = this.timeline.arrowOf(element);
      tip.show(x, y, [`${arrow.to.place + 1} waits for ${arrow.from.place + 1}`, arrow.reason, arrow.critical ? 'on the critical path' : null]);
    };
    arrows.addEventListener('pointermove', (event) => {
      const element = event.target.closest('.arrow');
      if (element) say(element, event.clientX, event.clientY);
    });
    arrows.addEventListener('pointerout', tip.hide);
    arrows.addEventListener('click', (event) => {
      const element = event.target.closest('.arrow');
      if (element) this.jump(this.timeline.arrowOf(element).to);
    });
    // On what is around it: Chromium lets the keys come to a picture that listens for the focus.
    byId('scroll').addEventListener('focusin', (event) => {
      const element = event.target.closest('.arrow');
      if (!element) return;
      const box = arrows.getBoundingClientRect();
      const frame = byId('scroll').getBoundingClientRect();
      const y = Math.min(frame.bottom - 20, Math.max(frame.top, box.top + Number(element.dataset.y)));
      say(element, box.left + Number(element.dataset.x), y);
    });
    byId('scroll').addEventListener('focusout', tip.hide);
  }

  hover(event) {
    const row = event.target.closest('.row');
    const { round, call } = row ? this.timeline.rows[Number(row.dataset.row)] : {};
    const span = call && event.target.dataset.span !== undefined ? call.spans[Number(event.target.dataset.span)] : null;
    if (span) {
      const attempt = span.kind === 'run' && call.attempts > 1 ? ` (attempt ${span.attempt} of ${call.attempts})` : '';
      tip.show(event.clientX, event.clientY, [`${call.place + 1} ${short(safe(call.tool))}: ${kindName(span.kind)}${attempt}`,
        `${time(span.duration)}, from ${time(span.start)} on`, span.waitsFor ? 'waits for ' + safe(span.waitsFor) : null]);
    } else if (call && event.target.closest('.name')) {
      tip.show(event.clientX, event.clientY, [safe(call.tool), this.timeline.label(call)]);
    } else if (round) tip.hide();
  }

  wheel(event) {
    const timeline = this.timeline;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const box = byId('scroll').getBoundingClientRect();
      const at = (event.clientX - box.left - NAME) / timeline.width;
      timeline.zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, at)));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      timeline.move(timeline.from + ((event.deltaX || event.deltaY) / timeline.width) * (timeline.to - timeline.from));
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('select, input, pre')) return;
    const timeline = this.timeline;
    const page = Math.max(1, Math.floor(byId('scroll').clientHeight / ROW) - 2);
    const anywhere = { d: toggleTheme, '+': () => timeline.zoom(0.5), '=': () => timeline.zoom(0.5), '-': () => timeline.zoom(2),
      0: () => timeline.move(0, 1), z: () => timeline.zoomTo(timeline.active), '[': () => this.stepRound(-1), ']': () => this.stepRound(1), Escape: () => this.leave() };
    const within = { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), PageDown: () => this.step(page), PageUp: () => this.step(-page),
      Home: () => this.step(-timeline.rows.length), End: () => this.step(timeline.rows.length),
      ArrowLeft: () => this.follow(true), ArrowRight: () => this.follow(false), Enter: () => this.enter(), ' ': () => this.enter() };
    const inTimeline = event.target === document.body || event.target.closest('#scroll');
    const action = anywhere[event.key] || (inTimeline ? within[event.key] : undefined);
    if (!action) return;
    event.preventDefault();
    const element = event.target.closest('.arrow');
    if (element && event.key === 'Enter') {
      const arrow = timeline.arrowOf(element);
      this.jump(arrow.to === timeline.active ? arrow.from : arrow.to);
      return;
    }
    if (inTimeline) this.focusGrid();
    action();
  }

  leave() {
    tip.hide();
    this.choose(null);
  }
}

function notice(message) {
  byId('notice').hidden = !message;
  byId('notice').textContent = message || '';
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function isDark() {
  return document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : dark.matches;
}

function nameTheme() {
  byId('theme').textContent = isDark() ? 'Light' : 'Dark';
}

function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
}

byId('theme').addEventListener('click', toggleTheme);
dark.addEventListener('change', nameTheme);
nameTheme();

try {
  addPatterns();
  const model = modelOf(await read());
  byId('main').hidden = model.rounds.length === 0;
  new Page(model).start();
  performance.mark('drawn');
} catch (error) {
  notice('This report could not be read: ' + safe(error.message));
  throw error;
}
