package dev.interlock.schedule;

/**
 * How a round is run, apart from its limits.
 *
 * @param equalReads whether equal calls that only read run once
 * @param runsBeforeTurn whether the outermost interceptors need no turn, so that they run before it
 * @param usesExecutor whether a user's executor runs the calls; then only the owner starts them, if it can
 * @param listened whether listeners want to know what happens, and what waits for what
 * @param confined whether its owner runs all calls, see {@link Schedule#confine}
 */
public record Manner(
        boolean equalReads, boolean runsBeforeTurn, boolean usesExecutor, boolean listened, boolean confined) {

    /** None of these. */
    public static final Manner PLAIN = new Manner(false, false, false, false, false);

    /** Returns this manner with {@link #equalReads} set. */
    public Manner withEqualReads(boolean once) {
        return new Manner(once, runsBeforeTurn, usesExecutor, listened, confined);
    }

    /** Returns this manner with {@link #runsBeforeTurn} set. */
    public Manner withRunsBeforeTurn(boolean some) {
        return new Manner(equalReads, some, usesExecutor, listened, confined);
    }

    /** Returns this manner with {@link #usesExecutor} set. */
    public Manner withExecutor(boolean ofUser) {
        return new Manner(equalReads, runsBeforeTurn, ofUser, listened, confined);
    }

    /** Returns this manner with {@link #listened} set. */
    public Manner withListened(boolean any) {
        return new Manner(equalReads, runsBeforeTurn, usesExecutor, any, confined);
    }

    /** Returns this manner with {@link #confined} set. */
    public Manner withConfined(boolean toOwner) {
        return new Manner(equalReads, runsBeforeTurn, usesExecutor, listened, toOwner);
    }
}
