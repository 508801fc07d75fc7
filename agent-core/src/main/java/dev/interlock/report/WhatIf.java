package dev.interlock.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a different declaration or setting would have gained, computed from the recorded times. Immutable.
 *
 * @param kind what would be different
 * @param tools the names of the affected tools; empty for {@link Kind#PERMITS}
 * @param value the limit, for {@link Kind#PERMITS} and {@link Kind#CAP}; otherwise 0
 * @param cap the cap, for {@link Kind#CAP}, as in {@link dev.interlock.event.Wait.ForCap#cap()}; otherwise empty
 * @param predicted how long the rounds would have taken together
 * @param speedup how many times faster that is than the recorded rounds
 */
public record WhatIf(Kind kind, List<String> tools, int value, String cap, Duration predicted, double speedup) {

    /** What would be different. */
    public enum Kind {
        /** Undeclared tools would be known to only read. */
        READS,
        /** A tool would declare writes of its calls' own resources, and not of one that they share. */
        FINER,
        /** More calls of a round could run at a time. */
        PERMITS,
        /** A cap would be higher. */
        CAP
    }

    /** Copies the list. */
    public WhatIf {
        tools = List.copyOf(tools);
    }

    /**
     * Returns the change and its gain in words.
     *
     * @return text such as {@code if `search` were known to read: 1.7x}
     */
    public String text() {
        return String.format(Locale.ROOT, "%s: %.1fx", change(), speedup);
    }

    /**
     * Returns the change in words.
     *
     * @return text such as {@code if `search` were known to read}; names are as the model wrote them
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
