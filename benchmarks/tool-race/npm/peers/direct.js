// The two yardsticks: no framework at all, one call after another or all at once.
const NONE = 'a loop has no settings';
const lacks = { cap: NONE, timeout: NONE, cancel: NONE };

const shownOf = async ({ tools }, call) => {
  try {
    return { id: call.id, text: await tools.run(call.step) };
  } catch (error) {
    return { id: call.id, text: String(error) };
  }
};

export const rows = [
  {
    name: 'JavaScript: a loop, one by one',
    settings: "awaits the tools' bodies in order",
    lacks,
    open: (setup) => ({
      async chat() {
        const shown = [];
        for (const call of setup.script.batch((calls) => calls)) {
          shown.push(await shownOf(setup, call));
        }
        return setup.script.answer(shown);
      },
    }),
  },
  {
    name: 'JavaScript: Promise.all',
    settings: 'starts all calls at once and takes their results in order',
    lacks,
    open: (setup) => ({
      async chat() {
        const calls = setup.script.batch((batch) => batch);
        return setup.script.answer(await Promise.all(calls.map((call) => shownOf(setup, call))));
      },
    }),
  },
];
