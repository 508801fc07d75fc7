// Starts a process for each row, one after another, and prints the table: npm run race -- [--only PEER,...] FILE...
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { shortTable, table } from './table.js';

const PEERS = ['direct', 'langgraph', 'ai-sdk', 'openai-agents'];
const MINUTES_A_ROW = 8;

const here = import.meta.dirname;
const out = path.join(here, 'target');

function machine() {
  const load = os.loadavg()[0].toFixed(1);
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return `${now}, ${os.cpus().length} processors, load ${load}, Node ${process.versions.node}`;
}

function run(peer, row, files) {
  const result = path.join(out, `${peer}.${row}.jsonl`);
  rmSync(result, { force: true });
  const child = spawnSync(process.execPath, [path.join(here, 'peer.js'), peer, String(row), result, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: MINUTES_A_ROW * 60_000,
    killSignal: 'SIGKILL',
  });
  const lines = existsSync(result)
    ? readFileSync(result, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    : [];
  console.error(`${lines[0]?.name ?? peer}: exit code ${child.status ?? child.signal}`);
  return lines;
}

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
if (positionals.length === 0) {
  console.error('usage: npm run race -- [--only PEER,...] FILE...; see ../README.md');
  process.exit(2);
}
// npm runs a script where its package is.
const files = positionals.map((file) => path.resolve(process.env.INIT_CWD ?? '.', file));
const only = values.only?.split(',') ?? PEERS;
mkdirSync(out, { recursive: true });
console.log(machine());
const results = [];
for (const peer of PEERS.filter((each) => each === PEERS[0] || only.includes(each))) {
  const { rows } = await import(`./peers/${peer}.js`);
  for (let row = 0; row < rows.length; row++) {
    results.push(run(peer, row, files));
  }
}
console.log(machine());
console.log();
const names = files.map((file) => path.basename(file));
console.log(table(results, names));
console.log('In short:\n');
console.log(shortTable(results, names));
process.exit(0);
