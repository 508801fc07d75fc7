package dev.interlock.footprint;

/** What becomes of a call that touches what its effects do not cover. */
public enum Audit {
    /** It is told: a warning, an event, a line of the report. The call's outcome stays. For production. */
    REPORT,
    /** It is told, and the call fails with an {@link UncoveredFootprintException}. For tests. */
    FAIL
}
