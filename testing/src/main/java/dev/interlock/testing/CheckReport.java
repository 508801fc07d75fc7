package dev.interlock.testing;

import dev.interlock.footprint.AuditReport;
import java.util.Objects;
import java.util.Set;

/**
 * What a check has tried. Immutable.
 *
 * @param batches how many batches it had
 * @param runs how often it ran one, each time in a fresh world
 * @param complete whether all legal orders of all batches were tried; otherwise a sample was
 * @param neverSucceeded tools of which every call failed, so that little is known of them: give them better arguments
 * @param audit what calls were seen to touch; without tools if the check was not audited
 */
public record CheckReport(int batches, int runs, boolean complete, Set<String> neverSucceeded, AuditReport audit) {

    /** Copies the set, rejects null. */
    public CheckReport {
        neverSucceeded = Set.copyOf(neverSucceeded);
        Objects.requireNonNull(audit, "audit");
    }
}
