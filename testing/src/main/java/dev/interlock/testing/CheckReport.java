package dev.interlock.testing;

import dev.interlock.footprint.AuditReport;
import java.util.Objects;
import java.util.Set;

/**
 * What a check tried. Immutable.
 *
 * @param batches how many batches the check had
 * @param runs how many times it ran a batch, each time in a fresh world
 * @param complete whether the check tried all legal orders of all batches; if not, it tried a sample
 * @param neverSucceeded tools whose every call failed. The check knows little of them: give them better arguments
 * @param audit what calls touched; without tools if the check had no audit
 */
public record CheckReport(int batches, int runs, boolean complete, Set<String> neverSucceeded, AuditReport audit) {

    /** Copies the set and rejects null. */
    public CheckReport {
        neverSucceeded = Set.copyOf(neverSucceeded);
        Objects.requireNonNull(audit, "audit");
    }
}
