// The checker finds a wrong order, and takes a right one for right: as harness/…/BatchTest.java.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch, keyPath, overlap } from './batch.js';

const batch = new Batch(
  'b',
  ['pay', 'list', 'send'],
  [
    [{ path: '/=account/=1', write: true }],
    [{ path: '/=account', write: false }],
    [{ path: '/=mail', write: true }],
  ],
);

async function isAsSerial(...order) {
  const run = batch.begin();
  for (const step of order) {
    await run.call(step, 0);
  }
  return run.isAsSerial();
}

test('order of the model is right', async () => {
  assert.equal(await isAsSerial(0, 1, 2), true);
});

test('independent call may run at any time', async () => {
  assert.equal(await isAsSerial(2, 0, 1), true);
  assert.equal(await isAsSerial(0, 2, 1), true);
});

test('calls that conflict may not change places', async () => {
  assert.equal(await isAsSerial(1, 0, 2), false);
});

test('calls that conflict may not overlap', async () => {
  const run = batch.begin();
  await Promise.all([run.call(0, 5), run.call(1, 1), run.call(2, 1)]);
  assert.equal(run.isAsSerial(), false);
});

test('call that is missing or run twice is found', async () => {
  assert.equal(await isAsSerial(0, 1), false);
  assert.equal(await isAsSerial(0, 1, 1, 2), false);
});

test('critical path is the longest chain of conflicts', () => {
  assert.equal(batch.criticalPath(), 2);
});

test('paths overlap by whole segments', () => {
  assert.equal(overlap('/=account', '/=account/=1'), true);
  assert.equal(overlap('/=account/=1', '/=account/=1'), true);
  assert.equal(overlap('/=account/=1', '/=account/=12'), false);
});

test('keys become paths', () => {
  assert.equal(keyPath('X[*]'), '/=X');
  assert.equal(keyPath('X[a]'), '/=X/=a');
  assert.equal(keyPath('fs[dir/sub/*]'), '/=fs/=dir%2Fsub');
  assert.equal(keyPath('fs[dir/sub/f]'), '/=fs/=dir%2Fsub/=f');
});
