// The results as Markdown, in the form of harness/…/RaceTable.java.
const SAFE = ['cap', 'time-out', 'cancel', 'error', 'order', 'ids', 'repeated ids'];

const number = (value) => (value === undefined || Number.isNaN(value) ? '?' : value.toFixed(value < 100 ? 2 : 0));

const trial = (lines, name) => lines.find((line) => line.trial === name);

const nameOf = (lines) => trial(lines, 'row')?.name ?? '?';

function markdown(header, rows) {
  const rule = header.map((_, i) => (i === 0 ? '---' : '--:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('') + '\n';
}

function rightAndFast(lines, files, loop) {
  const eight = trial(lines, 'chat of 8')?.value;
  const right = files.map((file) => {
    const line = lines.find((each) => each.trial === 'right' && each.file === file);
    return line === undefined ? '?' : `${line.wrong} of ${line.batches}`;
  });
  const wall = number(trial(lines, 'fast')?.value);
  const further = number((eight - trial(lines, 'chat of 1')?.value) / 7);
  return [nameOf(lines), ...right, wall, number(eight), number((eight - loop) / 8), further];
}

function safeCells(lines) {
  return SAFE.map((name) => {
    const line = trial(lines, name);
    if (line === undefined) {
      return '?';
    }
    return line.held ? (name === 'cap' ? `yes (${line.detail})` : 'yes') : 'no';
  });
}

function reasons(lines) {
  const failed = lines
    .filter((line) => line.trial === 'right' && line.failures !== '')
    .map((line) => `${line.file}: ${line.failures}`);
  const unheld = SAFE.map((name) => trial(lines, name))
    .filter((line) => line !== undefined && !line.held)
    .map((line) => `${line.trial}: ${line.detail}`);
  return [...failed, ...unheld];
}

/** What fits into a page that is about something else. */
export function shortTable(results, files) {
  const loop = trial(results[0], 'chat of 8')?.value;
  const sum = (lines, key) => lines.reduce((all, line) => all + line[key], 0);
  const held = (lines, name) => safeCells(lines)[SAFE.indexOf(name)].split(' ')[0];
  const columns = ['', 'wrong batches', 'wall ÷ critical path', 'over a loop, µs a call', 'cap', 'time-out', 'cancel'];
  return markdown(
    columns,
    results.map((lines) => {
      const right = lines.filter((line) => line.trial === 'right');
      const wrong = right.length === files.length ? `${sum(right, 'wrong')} of ${sum(right, 'batches')}` : '?';
      const over = number((trial(lines, 'chat of 8')?.value - loop) / 8);
      const safe = ['cap', 'time-out', 'cancel'].map((name) => held(lines, name));
      return [nameOf(lines), wrong, number(trial(lines, 'fast')?.value), over, ...safe];
    }),
  );
}

/** The tables of rows, each the lines that its process wrote; the first row is the yardstick. */
export function table(results, files) {
  const loop = trial(results[0], 'chat of 8')?.value;
  const columns = ['wall ÷ critical path', 'a chat of 8, µs', 'over a loop, µs a call', 'each further call, µs'];
  const list = (entries) => entries.map(([name, text]) => `- **${name}**: ${text}.\n`).join('');
  return (
    markdown(
      ['Right and fast', ...files.map((file) => `wrong: ${file}`), ...columns],
      results.map((lines) => rightAndFast(lines, files, loop)),
    ) +
    markdown(
      ['Safe', ...SAFE],
      results.map((lines) => [nameOf(lines), ...safeCells(lines)]),
    ) +
    'Why "no":\n\n' +
    list(results.filter((lines) => reasons(lines).length > 0).map((lines) => [nameOf(lines), reasons(lines).join('. ')])) +
    '\nSettings:\n\n' +
    list(results.map((lines) => [nameOf(lines), trial(lines, 'row')?.settings ?? '?']))
  );
}
