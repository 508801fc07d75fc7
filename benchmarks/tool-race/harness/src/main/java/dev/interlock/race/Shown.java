package dev.interlock.race;

/**
 * A result as the model gets it.
 *
 * @param id the call that it names; empty if none
 * @param text the result
 */
public record Shown(String id, String text) {}
