package dev.interlock.testing;

import dev.interlock.footprint.AuditReport;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a check tried without finding wrong effects. Immutable.
 *
 * @param batches how many batches the check had; with a {@linkplain EffectsCheck#focus focus}, those that call one of
 *     its tools
 * @param runs how many times it ran a batch, each time in a fresh world
 * @param complete whether the check tried all legal orders of these batches; if not, it tried the likeliest ones and a
 *     sample
 * @param extent how far the check came, in words that name the limit which ended it, such as {@code stopped at
 *     maxRuns=2000, with orders left to try in 7 of 20 batches}
 * @param neverSucceeded tools whose every call failed. The check knows little of them: give them better arguments
 * @param audit what calls touched; without tools unless the check was {@linkplain EffectsCheck#audited audited}
 */
public record CheckReport(
        int batches, int runs, boolean complete, String extent, Set<String> neverSucceeded, AuditReport audit) {

    /** Copies the set and rejects null. */
    public CheckReport {
        Objects.requireNonNull(extent, "extent");
        neverSucceeded = Set.copyOf(neverSucceeded);
        Objects.requireNonNull(audit, "audit");
    }

    /**
     * Returns the report as text.
     *
     * @return how far the check came; then a line for the tools that never succeeded, and the audit, where there is one
     */
    @Override
    public String toString() {
        return "found no wrong effects; " + extent
                + (neverSucceeded.isEmpty()
                        ? ""
                        : "\nno call succeeded of: " + String.join(", ", new TreeSet<>(neverSucceeded)))
                + (audit.tools().isEmpty() ? "" : "\n" + audit);
    }
}
