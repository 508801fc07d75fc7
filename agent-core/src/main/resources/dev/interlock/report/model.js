// What the report says, made ready to be drawn. Texts of the report are not to be trusted: they become text nodes, never markup.

const KINDS = {
  run: ['run', 'its tool runs'],
  dependency: ['dependency', 'it waits for earlier calls that it conflicts with, or whose results it uses'],
  permit: ['permit', 'it waits for one of the permits of its round'],
  cap: ['cap', 'it waits for a cap: of its tool, of a group, or of all calls'],
  resource: ['held resource', 'an abandoned call, or a call of another round, holds it'],
  approval: ['approval', 'it waits for its approval'],
  pending: ['pending', 'it waits for what happens outside of the process'],
  interceptor: ['interceptor', 'an interceptor has it wait'],
  announcement: ['announcement', 'it waits for the hooks of calls before it'],
  owner: ['owner', 'it waits for the calling thread, which runs another call'],
  retry: ['retry', 'it waits to be tried again'],
  start: ['start', 'its thread starts, interceptors and listeners run'],
};
const ENDS = ['ok', 'coalesced', 'failed', 'timed_out', 'cancelled', 'skipped', 'rejected', 'abandoned', 'suspended'];
const GOOD = new Set(['ok', 'coalesced', 'suspended']);

/** On one line; nothing in it turns the direction of writing, or is not seen. */
function safe(text) {
  return lines(text).replace(/\s+/g, ' ');
}

/** As safe, but newlines and tabs stay. */
function lines(text) {
  return String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => (c === '\n' || c === '\t' ? c : c === '\r' ? '' : '\uFFFD'));
}

const short = (text, most = 60) => (text.length > most ? text.slice(0, most - 1) + '\u2026' : text);

/** Microseconds for people: as in the other reports. */
function time(micros) {
  const millis = micros / 1000;
  if (micros === 0) return '0 ms';
  if (millis < 0.005) return '<0.01 ms';
  if (millis < 10) return millis.toFixed(2) + ' ms';
  if (millis < 999.5) return millis.toFixed(0) + ' ms';
  return millis < 600_000 ? (millis / 1000).toFixed(2) + ' s' : (millis / 60_000).toFixed(1) + ' min';
}

const times = (number) => number.toFixed(number < 9.95 ? 1 : 0) + '\u00d7';
const counted = (count, noun) => number(count) + ' ' + noun + (count === 1 ? '' : 's');
const number = (count) => count.toLocaleString('en-US');
const words = (end) => end.replace('_', ' ');
/** How it ended, and whether it did before its round was resumed: then it counts in the round in which it ended. */
const endOf = (call) => words(call.end) + (call.json.endedBefore ? ' before' : '');
const kindName = (kind) => (KINDS[kind] || [safe(kind)])[0];

async function read() {
  const element = document.getElementById('data');
  if (element.type !== 'application/gzip') return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

function modelOf(report) {
  const rounds = report.rounds.map((json, index) => roundOf(json, index));
  const calls = rounds.flatMap((round) => round.calls);
  const tools = new Map();
  const ends = new Map();
  for (const call of calls) {
    tools.set(call.tool, (tools.get(call.tool) || 0) + 1);
    if (!call.json.endedBefore) ends.set(call.end, (ends.get(call.end) || 0) + 1);
  }
  return { report, rounds, calls, tools, ends, extent: rounds.reduce((most, round) => Math.max(most, round.extent), 1) };
}

function roundOf(json, index) {
  const round = { index, json, number: json.round, calls: [], arrows: [] };
  round.calls = json.calls.map((call, place) => callOf(call, place, round));
  const ends = round.calls.map((call) => call.ends);
  round.extent = ends.reduce((most, end) => Math.max(most, end), Math.max(1, json.elapsed));
  for (const call of round.calls) {
    for (const wait of call.json.waitsFor || []) {
      connect(round, round.calls[wait.call], call, safe(wait.reason), wait.kind);
    }
  }
  markCriticalPath(round);
  return round;
}

function callOf(json, place, round) {
  const spans = json.spans;
  const runs = spans.filter((span) => span.kind === 'run');
  const last = spans[spans.length - 1];
  const waits = spans.filter((span) => span.kind !== 'run' && span.kind !== 'start');
  return {
    json, place, round, spans,
    tool: json.tool,
    end: json.end,
    good: GOOD.has(json.end),
    starts: runs.length ? runs[0].start : json.start,
    startsLast: runs.length ? runs[runs.length - 1].start : json.start,
    // Where its arrows begin: hooks and listeners come after the tool, and may end later than a call that waited starts.
    leaves: runs.length ? runs[runs.length - 1].start + runs[runs.length - 1].duration : last ? last.start + last.duration : json.start,
    ends: last ? last.start + last.duration : json.start + json.duration,
    waited: waits.reduce((sum, span) => sum + span.duration, 0),
    longest: waits.reduce((most, span) => (most && most.duration >= span.duration ? most : span), null),
    attempts: json.attempts,
    before: [], after: [],
    critical: false,
  };
}

/** The later call waited for the earlier one. */
function connect(round, from, to, reason, kind) {
  const arrow = { from, to, reason, kind, critical: false, key: round.index + '-' + from.place + '-' + to.place };
  to.before.push(arrow);
  from.after.push(arrow);
  round.arrows.push(arrow);
  return arrow;
}

const FOR_WHAT = {
  permit: 'a permit', cap: 'a cap', owner: 'the calling thread', announcement: 'its turn to be announced', dependency: 'an equal call',
};

function markCriticalPath(round) {
  let previous = null;
  for (const step of round.json.criticalPath) {
    const call = round.calls[step.call];
    call.critical = true;
    if (previous && step.waitedFor) {
      const known = call.before.find((arrow) => arrow.from === previous);
      const arrow = known || connect(round, previous, call,
        `call ${call.place + 1} waited for ${FOR_WHAT[step.waitedFor] || step.waitedFor} until call ${previous.place + 1} ended`, 'limit');
      arrow.critical = true;
    }
    previous = call;
  }
}

/** What the time of calls went to, by kind. */
function sums(calls) {
  const result = {};
  for (const call of calls) {
    for (const span of call.spans) result[span.kind] = (result[span.kind] || 0) + span.duration;
  }
  return result;
}
