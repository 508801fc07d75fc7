package dev.interlock.race;

/**
 * What a trial of safety came to.
 *
 * @param trial its name
 * @param held whether what it asks for holds
 * @param detail what was seen, or why not
 */
record Verdict(String trial, boolean held, String detail) {}
