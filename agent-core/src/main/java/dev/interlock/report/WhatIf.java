package dev.interlock.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What would have been if something had been declared, or set, otherwise: computed from the times that were recorded.
 * Immutable.
 *
 * @param kind what would have been otherwise
 * @param tools the names of the tools it is about; empty for {@link Kind#PERMITS}
 * @param value the limit, for {@link Kind#PERMITS} and {@link Kind#CAP}; otherwise 0
 * @param cap the cap, for {@link Kind#CAP}, as in {@link dev.interlock.event.Wait.ForCap#cap()}; otherwise empty
 * @param predicted how long the rounds would have taken, all together
 * @param speedup how many times as fast that is as they were
 */
public record WhatIf(Kind kind, List<String> tools, int value, String cap, Duration predicted, double speedup) {

    /** What would have been otherwise. */
    public enum Kind {
        /** Undeclared tools had been known to only read. */
        READS,
        /** Calls of a tool had been declared to write what belongs to their arguments, and not what they share. */
        FINER,
        /** More calls of a round could have run at a time. */
        PERMITS,
        /** A cap had been higher. */
        CAP
    }

    /** Copies the list. */
    public WhatIf {
        tools = List.copyOf(tools);
    }

    /**
     * The change in words, with what it would have brought.
     *
     * @return such as {@code if `search` were known to read: 1.7x}
     */
    public String text() {
        return String.format(Locale.ROOT, "%s: %.1fx", change(), speedup);
    }

    /**
     * The change in words.
     *
     * @return such as {@code if `search` were known to read}; names are as the model wrote them
     */
    public String change() {
        String names = tools.stream().map(tool -> "`" + tool + "`").collect(Collectors.joining(", "));
        return switch (kind) {
            case READS -> "if " + names + " were known to read";
            case FINER -> "declare " + names + " finer, by its arguments";
            case PERMITS -> "with " + value + " permits";
            case CAP -> "with a cap of " + value + " for " + cap;
        };
    }
}
