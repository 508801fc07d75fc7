package dev.interlock.schedule;

/**
 * On whose thread the calls of a tool run. It follows from what is known about the tool and from how its executor is set
 * up, never from how fast the tool was lately, nor from what else is in the round. So a tool finds the thread-locals of the
 * thread that called in always, or never; only a pure tool, which cannot tell, may find them or not.
 */
public enum RunsOn {

    /** On the owner: what may be a barrier runs where it would if the calls were run one after another. */
    OWNER,

    /** On the owner or on a thread of its own, whichever is faster: a pure tool computes from its arguments alone. */
    ANY_THREAD,

    /** Never on the owner, even if it is the only call. */
    OWN_THREAD
}
