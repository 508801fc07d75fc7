package dev.interlock.jdbc.journal;

import java.time.Duration;

/**
 * The owner of a journal's rounds.
 *
 * @param name the owner's name, the same in each life of its process, or unique
 * @param incarnation tells this life of the owner apart from others
 * @param lease how long after its last transaction it counts as dead
 */
record Owner(String name, String incarnation, Duration lease) {

    /** The length of the tables' column. */
    static final int MAX_LENGTH = 200;
}
