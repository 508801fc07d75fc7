// LangGraph.js's prebuilt agent, in both of its versions.
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';

const VERSION = '1.7.3';

/** The script as a chat model. */
class ScriptedModel extends BaseChatModel {
  constructor(script) {
    super({});
    this.script = script;
  }

  _llmType() {
    return 'scripted';
  }

  bindTools() {
    return this;
  }

  async _generate(messages) {
    const results = messages.filter((message) => message.getType() === 'tool');
    const message =
      results.length === 0
        ? this.script.batch(
            (calls) =>
              new AIMessage({
                content: '',
                tool_calls: calls.map(({ id, tool: name, step }) => ({ id, name, args: { step }, type: 'tool_call' })),
              }),
          )
        : new AIMessage(this.script.answer(results.map((each) => ({ id: each.tool_call_id, text: each.text }))));
    return { generations: [{ text: message.text, message }] };
  }
}

function open(version) {
  return ({ script, tools, cap, timeoutMillis }) => {
    const agent = createReactAgent({
      version,
      llm: new ScriptedModel(script),
      tools: tools.names.map((name) =>
        tool(async ({ step }, { signal }) => tools.run(step, signal), {
          name,
          description: 'A recorded tool',
          schema: z.object({ step: z.number().int() }),
          ...(timeoutMillis === undefined ? {} : { defaultConfig: { timeout: timeoutMillis } }),
        }),
      ),
    });
    return {
      async chat(message, signal) {
        const state = await agent.invoke(
          { messages: [{ role: 'user', content: message }] },
          {
            ...(cap === undefined ? {} : { maxConcurrency: cap }),
            ...(signal === undefined ? {} : { signal }),
          },
        );
        return state.messages.at(-1).text;
      },
    };
  };
}

const TIMEOUT = "time-out: the tool's defaultConfig { timeout }; cancel: the signal of invoke()";

// There is no row of one call at a time: with a maxConcurrency of 1 this version starts the first call of a response only.
export const rows = [
  {
    name: `LangGraph.js ${VERSION}, v1 (default)`,
    settings: `createReactAgent as it comes: Promise.all in one tool node; ${TIMEOUT}`,
    lacks: { cap: 'v1 has no setting for the number of calls at once' },
    open: open('v1'),
  },
  {
    name: `LangGraph.js ${VERSION}, v2`,
    settings: `createReactAgent({ version: 'v2' }), a task a call; cap: maxConcurrency of invoke(); ${TIMEOUT}`,
    open: open('v2'),
  },
];
