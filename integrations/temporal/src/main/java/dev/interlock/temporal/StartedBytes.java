package dev.interlock.temporal;

/**
 * Counts what a workflow sends to the server to start activities. The server ends a workflow that sends more than 4 MiB
 * with one of its tasks, such as where several calls use the same long result.
 *
 * <p>Invariant: a task of the workflow starts no further activity once it has sent a payload's worth. A timer then
 * leads to another task, which may start more. So no task sends more than two payloads.
 */
final class StartedBytes {

    /** What a command takes beside its payload. */
    private static final int AROUND = 500;

    private long bytes;

    /** Adds a payload; returns whether the workflow must now wait for another task. */
    boolean addAndAreTooMany(long payload) {
        bytes += AROUND + payload;
        return areTooMany();
    }

    boolean areTooMany() {
        return PayloadLimit.exceededBy(bytes);
    }

    /** Another task of the workflow has begun. */
    void clear() {
        bytes = 0;
    }
}
