package dev.interlock.schedule;

/**
 * The thread on which the calls of a tool run. It follows from what is known about the tool and from its executor's
 * settings. The tool's recent speed and the round's other calls make no difference. So a tool finds the owner's
 * thread-locals always or never; only a pure tool, which uses none, may find them or not.
 */
public enum RunsOn {

    /** On the owner. A possible barrier runs where it would in a sequential run. */
    OWNER,

    /** On the owner or on a thread of its own, whichever is faster. A pure tool computes from its arguments alone. */
    ANY_THREAD,

    /** Never on the owner, even if it is the only call. */
    OWN_THREAD
}
