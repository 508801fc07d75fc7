// The trials of ToolRace: the JavaScript twins of RecordedTrial, SafeTrials and OverheadTrial.
import { performance } from 'node:perf_hooks';
import { pause } from './batch.js';
import { Script } from './script.js';

export const TOOL = 'work';
const CAP = 5;
const LIMIT_MILLIS = 15_000;

const callsOf = (count) =>
  Array.from({ length: count }, (_, step) => ({ id: `call_${step}`, tool: TOOL, step }));

const toolbox = (run) => ({ names: [TOOL], run });

/** Waits for the end of a conversation: '' if it went well, else what went wrong. */
async function failureOf(chat, millis) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(() => resolve('the conversation does not end'), millis);
  });
  try {
    return await Promise.race([
      Promise.resolve(chat).then(
        () => '',
        (error) => `the conversation ends with ${error?.name ?? error}`,
      ),
      limit,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Recorded batches, each of them one conversation; a call takes as long as its step says. */
export async function recorded(row, batches, millisOf) {
  const script = new Script();
  const names = [...new Set(batches.flatMap((batch) => batch.calls.map((call) => call.tool)))];
  let run;
  const agent = await row.open({ script, tools: { names, run: (step) => run.call(step, millisOf(step)) } });
  const outcome = { batches: batches.length, wrong: 0, failures: [], millis: [] };
  for (const batch of batches) {
    run = batch.begin();
    script.begin(batch.calls);
    const start = performance.now();
    const failure = await failureOf(agent.chat('Do what was recorded'), LIMIT_MILLIS);
    outcome.millis.push(performance.now() - start);
    if (failure !== '') {
      outcome.failures.push(failure);
    }
    if (!run.isAsSerial()) {
      outcome.wrong++;
    }
  }
  return outcome;
}

/** What a conversation costs whose tools do nothing: medians of microseconds, with one call and with eight. */
export async function overhead(row) {
  const measured = new Map();
  const agents = [];
  for (const count of [1, 8]) {
    const script = new Script();
    script.begin(callsOf(count));
    agents.push([count, await row.open({ script, tools: toolbox(() => 'ok') })]);
    measured.set(count, []);
  }
  for (let i = -400; i < 400; i++) {
    for (const [count, agent] of agents) {
      const start = performance.now();
      await agent.chat('Do nothing');
      if (i >= 0) {
        measured.get(count).push((performance.now() - start) * 1e3);
      }
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length / 2];
  return { one: median(measured.get(1)), eight: median(measured.get(8)) };
}

/** A tool that hangs, at most so long, and counts how often it was started, and told by its signal to stop. */
class Hanging {
  starts = 0;
  stopped = 0;
  #ends = [];

  constructor(longestMillis) {
    this.longestMillis = longestMillis;
  }

  call(signal) {
    this.starts++;
    const end = new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.stopped++;
        reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
      };
      const timer = setTimeout(() => resolve('hung'), this.longestMillis);
      if (signal?.aborted) {
        stop();
      } else {
        signal?.addEventListener('abort', stop, { once: true });
      }
    });
    this.#ends.push(end.catch(() => {}));
    return end;
  }

  ended() {
    return Promise.all(this.#ends);
  }
}

/** What a framework keeps to: verdicts `{trial, held, detail}`. All calls of a batch are independent. */
export async function safe(row) {
  const talk = async (setup, calls) => {
    const script = new Script();
    script.begin(calls);
    const agent = await row.open({ script, ...setup });
    const failure = await failureOf(agent.chat('Work'), LIMIT_MILLIS);
    return { failure, shown: script.shown };
  };
  const join = (...parts) => parts.filter((part) => part !== '').join('; ');
  const listed = ({ shown }) => `[${shown.map((each) => `${each.id}=${each.text}`).join(', ')}]`;
  const verdict = (trial, held, detail) => ({ trial, held, detail });
  const has = (told, index, text) => String(told.shown[index]?.text).includes(text);

  const cap = async () => {
    let running = 0;
    let most = 0;
    const tools = toolbox(async () => {
      most = Math.max(most, ++running);
      await pause(30);
      running--;
      return 'ok';
    });
    const told = await talk(row.lacks?.cap === undefined ? { tools, cap: CAP } : { tools }, callsOf(20));
    const held = most <= CAP && told.failure === '';
    const why = row.lacks?.cap === undefined ? '' : `: ${row.lacks.cap}`;
    return verdict('cap', held, held ? `${most} at once` : join(`${most} at once${why}`, told.failure));
  };

  const timeout = async () => {
    if (row.lacks?.timeout !== undefined) {
      return verdict('time-out', false, row.lacks.timeout);
    }
    const hanging = new Hanging(3_000);
    const tools = toolbox((step, signal) => (step === 0 ? hanging.call(signal) : `ok ${step}`));
    const start = performance.now();
    const told = await talk({ tools, timeoutMillis: 300 }, callsOf(3));
    const millis = performance.now() - start;
    await hanging.ended();
    const faults = [];
    if (told.failure !== '') {
      faults.push(told.failure);
    } else if (millis > 2_000) {
      faults.push('the model waits for the tool');
    } else if (told.shown.length !== 3) {
      faults.push(`${told.shown.length} of 3 results`);
    }
    if (hanging.stopped === 0) {
      faults.push('the tool is not told to stop');
    }
    return verdict('time-out', faults.length === 0, faults.join('; '));
  };

  const cancel = async () => {
    if (row.lacks?.cancel !== undefined) {
      return verdict('cancel', false, row.lacks.cancel);
    }
    const hanging = new Hanging(2_000);
    const script = new Script();
    script.begin(callsOf(3));
    const agent = await row.open({ script, tools: toolbox((step, signal) => hanging.call(signal)) });
    const controller = new AbortController();
    const chat = failureOf(agent.chat('Work', controller.signal), LIMIT_MILLIS);
    for (let i = 0; i < 50 && hanging.starts < 3; i++) {
      await pause(10);
    }
    const before = hanging.starts;
    controller.abort();
    await chat;
    await hanging.ended();
    // Whatever goes on after the conversation has ended has come by now.
    await pause(50);
    await hanging.ended();
    const faults = [];
    if (hanging.stopped < before) {
      faults.push(`${before - hanging.stopped} of ${before} running tools are not told to stop`);
    }
    if (hanging.starts > before) {
      faults.push('further calls start');
    }
    if (script.answers > 0) {
      faults.push('the model is asked again');
    }
    if (before === 0) {
      faults.push('no tool started');
    }
    return verdict('cancel', faults.length === 0, faults.join('; '));
  };

  const error = async () => {
    const tools = toolbox((step) => {
      if (step === 1) {
        throw new Error('failed');
      }
      return `ok ${step}`;
    });
    const told = await talk({ tools }, callsOf(3));
    const held =
      told.failure === '' && told.shown.length === 3 && has(told, 0, 'ok 0') && has(told, 2, 'ok 2') && !has(told, 1, 'ok');
    return verdict('error', held, held ? '' : join(told.failure, `${told.shown.length} of 3 results`));
  };

  // The first call takes longest, so that the order of their ends is not that of the calls.
  const reversed = () =>
    talk(
      {
        tools: toolbox(async (step) => {
          await pause(10 * (8 - step));
          return `ok ${step}`;
        }),
      },
      callsOf(8),
    );

  const order = async () => {
    const told = await reversed();
    const held = told.shown.length === 8 && told.shown.every((_, i) => has(told, i, `ok ${i}`));
    return verdict('order', held, held ? '' : join(told.failure, listed(told)));
  };

  const ids = async () => {
    const told = await reversed();
    const held =
      told.shown.length === 8 && told.shown.every((each, i) => has(told, i, `ok ${each.id.replaceAll(/\D/g, '')}`));
    return verdict('ids', held, held ? '' : join(told.failure, listed(told)));
  };

  // Two calls of one id: both run once, and each result is there.
  const repeatedIds = async () => {
    let runs = 0;
    const tools = toolbox((step) => {
      runs++;
      return `ok ${step}`;
    });
    const told = await talk({ tools }, [
      { id: 'twice', tool: TOOL, step: 0 },
      { id: 'twice', tool: TOOL, step: 1 },
    ]);
    const held = runs === 2 && told.shown.length === 2 && has(told, 0, 'ok 0') && has(told, 1, 'ok 1');
    return verdict(
      'repeated ids',
      held,
      held ? '' : join(told.failure, `${runs} of 2 calls run, shown ${listed(told)}`),
    );
  };

  const verdicts = [];
  for (const trial of [cap, timeout, cancel, error, order, ids, repeatedIds]) {
    verdicts.push(await trial());
  }
  return verdicts;
}
