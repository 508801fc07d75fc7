package dev.interlock.race;

/**
 * The result of a safety trial.
 *
 * @param trial the trial's name
 * @param held whether the framework passed
 * @param detail what was observed, or why it did not pass
 */
record Verdict(String trial, boolean held, String detail) {}
