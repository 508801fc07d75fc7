// The OpenAI Agents SDK's runner.
import { Agent, Usage, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';

const VERSION = '0.20.0';

// Traces go to a server.
setTracingDisabled(true);

const message = (text) => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text }],
});

/** What a name may be made of there. */
const nameOf = (name) => name.replaceAll(/[^A-Za-z0-9_-]/g, '_');

/** The script as a model. */
const modelOf = (script) => ({
  async getResponse({ input }) {
    const results = input.filter((item) => item.type === 'function_call_result');
    const output =
      results.length === 0
        ? script.batch((calls) =>
            calls.map(({ id, tool: called, step }) => ({
              type: 'function_call',
              callId: id,
              name: nameOf(called),
              status: 'completed',
              arguments: JSON.stringify({ step }),
            })),
          )
        : [message(script.answer(results.map((each) => ({ id: each.callId, text: each.output.text ?? String(each.output) }))))];
    return { usage: new Usage(), output };
  },
  getStreamedResponse() {
    throw new Error('run() does not stream');
  },
});

function open(settings) {
  return ({ script, tools, cap, timeoutMillis }) => {
    const agent = new Agent({
      name: 'scripted',
      model: modelOf(script),
      tools: tools.names.map((name) =>
        tool({
          name: nameOf(name),
          description: 'A recorded tool',
          parameters: z.object({ step: z.number().int() }),
          execute: async ({ step }, context, details) => tools.run(step, details?.signal),
          ...(timeoutMillis === undefined ? {} : { timeoutMs: timeoutMillis }),
        }),
      ),
    });
    const concurrency = cap ?? settings.concurrency;
    return {
      async chat(text, signal) {
        const result = await run(agent, text, {
          ...(concurrency === undefined ? {} : { toolExecution: { maxFunctionToolConcurrency: concurrency } }),
          ...(signal === undefined ? {} : { signal }),
        });
        return result.finalOutput;
      },
    };
  };
}

const SETTINGS =
  'tracing off, since it goes to a server; cap: toolExecution { maxFunctionToolConcurrency }; time-out: timeoutMs of tool(), ' +
  'which gives the model an error by default; cancel: the signal of run()';

export const rows = [
  {
    name: `OpenAI Agents JS ${VERSION} (default)`,
    settings: `run() as it comes, all calls at once; ${SETTINGS}`,
    open: open({}),
  },
  {
    name: `OpenAI Agents JS ${VERSION}, one at a time`,
    settings: `as by default, with maxFunctionToolConcurrency 1; ${SETTINGS}`,
    lacks: { cap: 'one at a time' },
    open: open({ concurrency: 1 }),
  },
];
