// The chosen call in words.

const MOST_LISTED = 50;

function showDetails(call, choose) {
  const panel = byId('details');
  panel.replaceChildren(...(call ? describe(call, choose) : [keys()]));
  panel.scrollTop = 0;
}

function keys() {
  const rows = [
    [['\u2191', '\u2193'], 'call before, call after'],
    [['\u2190'], 'the call that it waited for'],
    [['\u2192'], 'a call that waited for it; opens a round'],
    [['['], 'round before'], [[']'], 'round after'],
    [['Enter'], 'reads the call; closes or opens a round'],
    [['Tab'], 'from a call to its arrows, with their reasons'],
    [['+', '\u2212', '0'], 'zoom in, out, whole'], [['z'], 'zoom to the call'],
    [['Esc'], 'no call'],
    [['d'], 'dark or light'],
  ];
  return html('div', { id: 'keys', class: 'keys' }, html('h2', null, 'Choose a call'),
    html('p', { class: 'muted' }, 'Click on it, or use the keys. Arrows lead from a call to those that waited for it; where there are too many, only those of ' +
      'the chosen call are drawn, and those of the critical path, which has diamonds: had one of its calls been quicker, so had the round.'),
    html('dl', null, ...rows.flatMap(([names, what]) => [
      html('dt', null, ...names.map((name) => html('kbd', null, name))), html('dd', null, what)])));
}

function describe(call, choose) {
  const json = call.json;
  return [
    html('h2', { class: 'call-title' }, html('span', { class: 'num' }, String(call.place + 1)), html('span', { class: 'tool' }, safe(call.tool))),
    html('p', { class: 'tags' }, endTag(call),
      call.critical ? html('span', { class: 'tag critical' }, '\u25c6 critical path') : null),
    facts(call),
    ...section('Waits for', list(call.before, (arrow) => arrow.from, choose, json.dependencies)),
    ...section('Over time', spanTable(call)),
    ...section('Waited for by', list(call.after, (arrow) => arrow.to, choose, 0)),
    ...section('Accesses', accesses(json)),
    ...text('Arguments', json.arguments), ...text('Result', json.result), ...text('Error', json.error),
  ];
}

const endTag = (call) => html('span', { class: 'tag ' + (call.good ? 'good' : 'bad') }, (call.good ? '\u2713 ' : '\u2715 ') + endOf(call));

function facts(call) {
  const json = call.json;
  const rows = [
    ['took', timed(json.duration)], ['waited', timed(call.waited)],
    ['began', timed(call.starts)], ['attempts', String(json.attempts)],
    ['round', `${call.round.index + 1} (no. ${call.round.number})`], ['thread', json.thread],
    ['id', json.id === null ? 'none' : html('code', null, safe(json.id))],
  ];
  return html('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [html('dt', null, name),
    html('dd', { class: name === 'id' ? 'wide' : null }, value)]));
}

function section(title, content) {
  return content ? [html('h3', null, title), content] : [];
}

/** What it went through until its tool runs is one thing to a reader. */
function merged(spans) {
  const result = [];
  for (const span of spans) {
    const last = result[result.length - 1];
    if (last && last.kind === 'start' && span.kind === 'start') last.duration += span.duration;
    else result.push({ ...span });
  }
  return result;
}

function spanTable(call) {
  if (call.spans.length === 0) return html('p', { class: 'muted' }, 'It took no measurable time.');
  const spans = merged(call.spans);
  const rows = spans.slice(0, MOST_LISTED).map((span) => html('tr', null,
    html('td', null, swatch(span.kind)),
    html('td', null, kindName(span.kind) + (span.kind === 'run' && call.attempts > 1 ? ' ' + span.attempt : ''),
      span.waitsFor ? html('div', { class: 'muted' }, 'for ' + safe(span.waitsFor)) : null),
    html('td', { class: 'figures muted' }, time(span.start)),
    html('td', { class: 'figures' }, timed(span.duration))));
  return html('table', null, html('thead', null, html('tr', null, html('td'), html('th', { scope: 'col' }, 'what'),
    html('th', { scope: 'col', class: 'figures' }, 'from'), html('th', { scope: 'col', class: 'figures' }, 'for'))),
  html('tbody', null, ...rows, more(spans.length, 4)));
}

function more(count, columns) {
  return count > MOST_LISTED
    ? html('tr', null, html('td', { colspan: columns, class: 'muted' }, `and ${number(count - MOST_LISTED)} more`)) : null;
}

/** Of more than a page holds, those that ended last. */
function list(arrows, other, choose, all) {
  if (arrows.length === 0) return null;
  const items = arrows.slice(0, MOST_LISTED).map((arrow) => {
    const call = other(arrow);
    const button = html('button', { type: 'button', class: 'link' }, `${call.place + 1} ${safe(call.tool)}`);
    button.addEventListener('click', () => choose(call));
    return html('li', null, button, arrow.critical ? html('span', { class: 'critical-mark', title: 'on the critical path' }, ' \u25c6') : null,
      html('div', { class: 'muted' }, arrow.reason));
  });
  const rest = Math.max(arrows.length, all || 0) - items.length;
  return html('ul', { class: 'list' }, ...items, rest > 0 ? html('li', { class: 'muted' }, `and ${number(rest)} more`) : null);
}

function accesses(json) {
  if (!json.accesses) return null;
  const items = json.accesses.slice(0, MOST_LISTED).map((access) => html('li', null, html('code', null, safe(access))));
  const rest = json.accesses.length - MOST_LISTED;
  if (rest > 0) items.push(html('li', { class: 'muted' }, `and ${number(rest)} more`));
  const source = json.barrier ? `${safe(json.barrier)}, so it runs alone` : `${items.length ? '' : 'none: it is pure; '}${safe(json.source)}`;
  return html('div', null, html('ul', { class: 'list' }, ...items), html('div', { class: 'muted' }, source));
}

function text(title, content) {
  return content === undefined ? [] : section(title, html('pre', { tabindex: 0, role: 'region', 'aria-label': title }, lines(content)));
}
