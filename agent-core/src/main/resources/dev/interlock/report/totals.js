// What stands above the timeline: figures, where the time went, what-if.

function showTitle(model) {
  const report = model.report;
  const title = counted(model.rounds.length, 'round') + ', ' + counted(model.report.calls, 'call');
  byId('title').textContent = title;
  document.title = 'Interlock: ' + title;
  const began = new Date(report.start);
  if (model.rounds.length && !Number.isNaN(began.getTime())) {
    byId('title').append(html('time', { datetime: report.start }, began.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })));
  }
}

function showFigures(model) {
  const report = model.report;
  const figure = (value, label) => html('div', { class: 'figure' }, html('div', { class: 'value' }, value), html('div', { class: 'label' }, label));
  const speedup = report.timeInRounds > 0 ? report.sequentialTime / report.timeInRounds : 1;
  // Where calls waited for a person, the quotient says little about how calls overlapped.
  const quotient = 'approval' in report.times || 'pending' in report.times ? [] : [
    figure(html('data', { value: speedup.toFixed(3) }, times(speedup)), 'speed-up of rounds')];
  const between = Math.max(0, report.elapsed - report.timeInRounds);
  byId('figures').replaceChildren(
    figure(timed(report.timeInRounds), 'in rounds'),
    figure(timed(report.sequentialTime), 'one call after another'),
    figure(timed(report.timeSaved), 'saved'),
    ...quotient,
    figure(timed(report.elapsed), 'in all' + (model.rounds.length > 1 ? `, ${time(between)} between rounds` : '')));
}

/** The rounds in the run, with what was between them. */
function showStrip(model, goTo) {
  const elapsed = Math.max(1, model.report.elapsed);
  const strip = byId('strip');
  strip.hidden = model.rounds.length < 2;
  if (strip.hidden) return;
  const blocks = model.rounds.map((round) => {
    const left = Math.min(99.8, (100 * round.json.start) / elapsed);
    const width = Math.max(0.15, Math.min(100 - left, (100 * round.json.elapsed) / elapsed));
    const block = svg('rect', { x: left + '%', width: width + '%', y: 3, height: 12, rx: 2, class: 'block', 'data-round': round.index });
    block.addEventListener('click', () => goTo(round));
    block.addEventListener('pointermove', (event) => tip.show(event.clientX, event.clientY, [
      `round ${round.index + 1}: ${counted(round.calls.length, 'call')}`,
      `${time(round.json.elapsed)}, from ${time(round.json.start)} on`]));
    block.addEventListener('pointerleave', tip.hide);
    return block;
  });
  strip.replaceChildren(html('span', { class: 'label' }, 'The run'),
    svg('svg', { role: 'img', 'aria-label': 'when the rounds were; between them is the model' },
      svg('line', { x1: 0, x2: '100%', y1: 9, y2: 9, class: 'thread' }), ...blocks),
    timed(model.report.elapsed, 'label'));
}

/** Of the calls that are shown. */
function showTimes(model, shown) {
  const all = shown.length === model.calls.length;
  const totals = all ? model.report.times : sums(shown);
  const kinds = Object.keys(KINDS).filter((kind) => totals[kind] > 0);
  const sum = kinds.reduce((total, kind) => total + totals[kind], 0);
  const bar = svg('svg', { width: '100%', height: 18, focusable: 'false' });
  let left = 0;
  for (const kind of kinds) {
    const share = (100 * totals[kind]) / sum;
    bar.append(mark(kind, left + '%', 1, Math.max(share - 0.15, 0.2) + '%', 16));
    left += share;
  }
  byId('times-bar').replaceChildren(kinds.length ? bar : '');
  byId('legend').replaceChildren(...kinds.map((kind) => html('li', { title: KINDS[kind][1], 'data-kind': kind }, swatch(kind),
    html('span', { class: 'kind' }, kindName(kind)), timed(totals[kind]),
    html('span', { class: 'share' }, share(totals[kind] / sum)))));
  if (kinds.length === 0) byId('legend').replaceChildren(html('li', { class: 'muted' }, 'No call took any measurable time.'));
}

const share = (part) => (part > 0 && part < 0.01 ? '<1' : (100 * part).toFixed(0)) + ' %';

function showWhatIfs(model) {
  const table = byId('what-if-table');
  const whatIfs = model.report.whatIfs;
  if (whatIfs.length === 0) {
    table.replaceChildren(html('p', { class: 'muted' }, model.calls.length
      ? 'Nothing that could be declared or set otherwise would have saved 5 % or more.' : 'There was nothing to run.'));
    return;
  }
  const most = whatIfs.reduce((value, whatIf) => Math.max(value, whatIf.speedup), 1.01);
  const rows = whatIfs.map((whatIf) => html('tr', null,
    html('td', { class: 'change', title: safe(whatIf.change) }, short(safe(whatIf.change), 160)),
    html('td', { class: 'figures' }, timed(whatIf.predicted)),
    html('td', { class: 'figures strong' }, html('data', { value: whatIf.speedup }, times(whatIf.speedup))),
    html('td', { class: 'gain', 'aria-hidden': 'true' },
      svg('svg', { width: '100%', height: 8, focusable: 'false' },
        svg('rect', { width: '100%', height: 8, rx: 2, class: 'rail' }),
        svg('rect', { width: (100 * (whatIf.speedup - 1)) / (most - 1) + '%', height: 8, rx: 2, class: 'k-run' })))));
  table.replaceChildren(html('table', null,
    html('thead', null, html('tr', null, html('th', { scope: 'col' }, 'change'), html('th', { scope: 'col', class: 'figures' }, 'rounds'),
      html('th', { scope: 'col', class: 'figures' }, 'speed-up'), html('td', { 'aria-hidden': 'true' }))),
    html('tbody', null, ...rows)));
}
