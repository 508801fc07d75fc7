/** The model's last word. */
export const ANSWER = 'done';

/**
 * What the scripted model says: to a user's message one batch of calls, to their results a text. One conversation at a time.
 */
export class Script {
  #calls = [];
  #response;
  shown = [];
  answers = 0;

  begin(calls) {
    this.#calls = calls;
    this.#response = undefined;
    this.shown = [];
    this.answers = 0;
  }

  /**
   * The model's first response in a framework's own form. It is made once for all conversations with the same batch, so that
   * what is measured is the framework.
   */
  batch(make) {
    this.#response ??= make(this.#calls);
    return this.#response;
  }

  /** The model's second response, to results `{id, text}` in the order in which the model is shown them. */
  answer(shown) {
    this.shown = shown;
    this.answers++;
    return ANSWER;
  }
}
