// The AI SDK's generateText, which runs the loop itself.
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';

const VERSION = '7.0.173';

const USAGE = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

const response = (content, unified) => ({ content, finishReason: { unified, raw: undefined }, usage: USAGE, warnings: [] });

const textOf = ({ type, value }) => (type.endsWith('text') ? value : JSON.stringify(value));

/** The script as a language model. */
const modelOf = (script) => ({
  specificationVersion: 'v4',
  provider: 'scripted',
  modelId: 'scripted',
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const results = prompt.filter((message) => message.role === 'tool').flatMap((message) => message.content);
    return results.length === 0
      ? script.batch((calls) =>
          response(
            calls.map(({ id, tool: toolName, step }) => ({
              type: 'tool-call',
              toolCallId: id,
              toolName,
              input: JSON.stringify({ step }),
            })),
            'tool-calls',
          ),
        )
      : response(
          [
            {
              type: 'text',
              text: script.answer(results.map((each) => ({ id: each.toolCallId, text: textOf(each.output) }))),
            },
          ],
          'stop',
        );
  },
  doStream() {
    throw new Error('generateText does not stream');
  },
});

function open(settings) {
  return ({ script, tools, cap, timeoutMillis }) => {
    const model = modelOf(script);
    const all = Object.fromEntries(
      tools.names.map((name) => [
        name,
        tool({
          description: 'A recorded tool',
          inputSchema: z.object({ step: z.number().int() }),
          execute: async ({ step }, { abortSignal }) => tools.run(step, abortSignal),
        }),
      ]),
    );
    return {
      async chat(message, signal) {
        const result = await generateText({
          model,
          tools: all,
          prompt: message,
          stopWhen: stepCountIs(3),
          maxRetries: 0,
          ...settings,
          ...(cap === undefined ? {} : { toolCallConcurrency: cap }),
          ...(timeoutMillis === undefined ? {} : { timeout: { toolMs: timeoutMillis } }),
          ...(signal === undefined ? {} : { abortSignal: signal }),
        });
        return result.text;
      },
    };
  };
}

const SETTINGS = 'cap: toolCallConcurrency; time-out: timeout { toolMs }; cancel: abortSignal of generateText()';

export const rows = [
  {
    name: `AI SDK ${VERSION} (default)`,
    settings: `generateText with stopWhen, all calls at once; ${SETTINGS}`,
    open: open({}),
  },
  {
    name: `AI SDK ${VERSION}, one at a time`,
    settings: `as by default, with toolCallConcurrency 1; ${SETTINGS}`,
    lacks: { cap: 'one at a time' },
    open: open({ toolCallConcurrency: 1 }),
  },
];
