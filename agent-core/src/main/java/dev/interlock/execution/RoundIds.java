package dev.interlock.execution;

import java.util.UUID;

/** Names of rounds that no round of another process has. */
final class RoundIds {

    /** Of this process, made when it is first asked for. */
    private static final String PROCESS = UUID.randomUUID().toString();

    private RoundIds() {}

    /** That of a round by its number, which is unique in this JVM. */
    static String of(long number) {
        return PROCESS + "-" + number;
    }
}
