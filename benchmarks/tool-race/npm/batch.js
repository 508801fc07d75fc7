// Recorded batches and their checker: the JavaScript twin of harness/…/Batch.java, Keys.java and Touch.java.
import { readFileSync } from 'node:fs';

/** The path of a recorded key: in front of each segment a mark, so that none is empty or a dot. */
export function keyPath(key) {
  const segments = [];
  const addUnlessAll = (segment) => {
    if (segment !== '*') {
      segments.push(segment);
    }
  };
  if (key.startsWith('fs[') && key.endsWith(']')) {
    // The entry of a folder does not overlap those within the folder, so a folder is one segment.
    const entry = key.slice(3, -1);
    const slash = entry.lastIndexOf('/');
    segments.push('fs', entry.slice(0, Math.max(0, slash)));
    addUnlessAll(entry.slice(slash + 1));
  } else {
    const bracket = key.indexOf('[');
    segments.push(bracket < 0 ? key : key.slice(0, bracket));
    for (const index of key.matchAll(/\[([^\]]*)\]/g)) {
      addUnlessAll(index[1]);
    }
  }
  return segments.map((segment) => '/=' + segment.replaceAll('%', '%25').replaceAll('/', '%2F')).join('');
}

/** Whether one path is the other, or above it. */
export function overlap(a, b) {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  return longer.startsWith(shorter) && (longer.length === shorter.length || longer[shorter.length] === '/');
}

const conflict = (a, b) =>
  a.some((one) => b.some((other) => (one.write || other.write) && overlap(one.path, other.path)));

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** A recorded batch: the tools that the calls name, and what each of them was seen to touch. */
export class Batch {
  /**
   * @param {string} id
   * @param {string[]} tools one a call
   * @param {{path: string, write: boolean}[][]} touches one list a call
   */
  constructor(id, tools, touches) {
    this.calls = tools.map((tool, step) => ({ id: `${id}_${step}`, tool, step }));
    this.touches = touches;
    this.serial = new Run(this);
    for (const { step } of this.calls) {
      this.serial.leave(step, this.serial.see(step));
    }
  }

  /** The batches of a file in JSON Lines that have two calls or more. */
  static read(file) {
    const batches = [];
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line.trim() !== '') {
        const calls = JSON.parse(line).calls;
        if (calls.length > 1) {
          const touches = calls.map((call) => [
            ...(call.reads ?? []).map((key) => ({ path: keyPath(key), write: false })),
            ...(call.writes ?? []).map((key) => ({ path: keyPath(key), write: true })),
          ]);
          batches.push(new Batch(`call_${batches.length}`, calls.map((call) => call.name), touches));
        }
      }
    }
    return batches;
  }

  /** The number of calls on the longest chain of conflicts. */
  criticalPath() {
    const length = [];
    for (const { step: later } of this.calls) {
      const before = length.filter((_, earlier) => conflict(this.touches[earlier], this.touches[later]));
      length.push(1 + Math.max(0, ...before));
    }
    return Math.max(...length);
  }

  /** A run of the batch on a world of its own. */
  begin() {
    return new Run(this);
  }
}

/**
 * A call sees what all keys hold that overlap those it touches, takes its time, and leaves in what it writes what it saw: so
 * an order that matters shows.
 */
class Run {
  #batch;
  #state = new Map();
  #sights = new Map();
  #repeated = false;

  constructor(batch) {
    this.#batch = batch;
  }

  see(step) {
    const seen = new Map();
    for (const touch of this.#batch.touches[step]) {
      for (const [path, value] of this.#state) {
        if (overlap(path, touch.path)) {
          seen.set(path, value);
        }
      }
    }
    return JSON.stringify([...seen].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  leave(step, seen) {
    this.#repeated ||= this.#sights.has(step);
    this.#sights.set(step, seen);
    const left = hash(`${step} ${seen}`);
    for (const touch of this.#batch.touches[step]) {
      if (touch.write) {
        this.#state.set(touch.path, left);
      }
    }
    return left;
  }

  /** One call. */
  async call(step, millis) {
    const seen = this.see(step);
    await pause(millis);
    return this.leave(step, seen);
  }

  /** Whether state, and what each call saw, are those of the serial run, and each call ran once. */
  isAsSerial() {
    const serial = this.#batch.serial;
    return !this.#repeated && same(this.#state, serial.#state) && same(this.#sights, serial.#sights);
  }
}

function same(a, b) {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function hash(text) {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    value = (value * 31 + text.charCodeAt(i)) | 0;
  }
  return (value >>> 0).toString(16);
}
