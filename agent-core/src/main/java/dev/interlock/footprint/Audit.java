package dev.interlock.footprint;

/** What the library does when a call touches something that its effects do not cover. */
public enum Audit {
    /** Report it: by a warning, an event and a line of the report. The call's outcome stays. For production. */
    REPORT,
    /** Report it and let the call fail with an {@link UncoveredFootprintException}. For tests. */
    FAIL
}
