// All trials of one row, results as JSON Lines. Arguments: the peer, the number of the row, the file to write, the recorded files.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { Batch } from './batch.js';
import { overhead, recorded, safe } from './trials.js';

const MILLIS = 20;

const [peer, number, out, ...files] = process.argv.slice(2);
const { rows } = await import(`./peers/${peer}.js`);
const row = rows[Number(number)];
const write = (line) => appendFileSync(out, JSON.stringify(line) + '\n');

write({ trial: 'row', name: row.name, settings: row.settings });
for (const file of files) {
  // Long enough that the order in which calls end is not that in which they start.
  const { batches, wrong, failures } = await recorded(row, Batch.read(file), (step) => 2 + ((step * 7 + 3) % 4));
  write({ trial: 'right', file: path.basename(file), batches, wrong, failures: [...new Set(failures)].join('; ') });
}
for (const verdict of await safe(row)) {
  write(verdict);
}
let millis = 0;
let critical = 0;
for (const file of files) {
  const batches = Batch.read(file);
  const once = await recorded(row, batches, () => MILLIS);
  const again = await recorded(row, batches, () => MILLIS);
  // Other programs of the machine only ever make it slower.
  once.millis.forEach((first, i) => (millis += Math.min(first, again.millis[i])));
  batches.forEach((batch) => (critical += batch.criticalPath()));
}
write({ trial: 'fast', value: millis / (critical * MILLIS) });
const { one, eight } = await overhead(row);
write({ trial: 'chat of 1', value: one });
write({ trial: 'chat of 8', value: eight });
// What a framework left running is its own business.
process.exit(0);
