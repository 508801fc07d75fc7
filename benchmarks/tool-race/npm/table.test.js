import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortTable, table } from './table.js';

const row = (name, wrong, eight, held) => [
  { trial: 'row', name, settings: 's' },
  { trial: 'right', file: 'a', batches: 10, wrong, failures: '' },
  { trial: 'right', file: 'b', batches: 5, wrong, failures: '' },
  { trial: 'cap', held, detail: held ? '5 at once' : '20 at once' },
  { trial: 'time-out', held, detail: '' },
  { trial: 'cancel', held, detail: '' },
  { trial: 'fast', value: 1.5 },
  { trial: 'chat of 1', value: 10 },
  { trial: 'chat of 8', value: eight },
];

test('short form adds up the files and compares with the first row', () => {
  const lines = shortTable([row('loop', 0, 16, true), row('peer', 3, 96, false)], ['a', 'b']).split('\n');
  assert.equal(lines[2], '| loop | 0 of 15 | 1.50 | 0.00 | yes | yes | yes |');
  assert.equal(lines[3], '| peer | 6 of 15 | 1.50 | 10.00 | no | no | no |');
});

test('what was not measured is not made up', () => {
  const unfinished = [{ trial: 'row', name: 'peer', settings: 's' }];
  assert.match(shortTable([row('loop', 0, 16, true), unfinished], ['a', 'b']), /\| peer \| \? \| \? \| \? \| \? \| \? \| \? \|/);
});

test('a no has its reason', () => {
  assert.match(table([row('peer', 1, 96, false)], ['a', 'b']), /\*\*peer\*\*: cap: 20 at once/);
});
