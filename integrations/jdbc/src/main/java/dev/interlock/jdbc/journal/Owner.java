package dev.interlock.jdbc.journal;

import java.time.Duration;

/**
 * Who writes a journal.
 *
 * @param name the same in each life of a process that has it, or unique
 * @param incarnation which of its lives this is
 * @param lease how long after its last transaction others take it for dead
 */
record Owner(String name, String incarnation, Duration lease) {

    /** As the tables have it. */
    static final int MAX_LENGTH = 200;
}
