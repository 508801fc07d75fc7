package dev.interlock.execution;

import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/**
 * The call whose body made a round, if any.
 *
 * <p>Invariant: the call lends its caps only while its own thread waits for the round. A body may leave the wait to
 * another thread. The engine cannot know what the body does meanwhile, so the call keeps what it holds. Which
 * interrupts the two share is for {@link Within#levelHere} to say.
 */
final class OuterCall {

    private final @Nullable DrivenCall call;

    /** Its claim, whose caps it lends; null if it holds nothing that rounds share. */
    private final @Nullable Claim claim;

    /** Its claim, or that of the innermost call around it. */
    private final @Nullable Claim ancestor;

    /** Most rounds are made outside of bodies. */
    private static final OuterCall NONE = new OuterCall(null);

    private OuterCall(@Nullable DrivenCall call) {
        this.call = call;
        this.claim = call == null ? null : call.claim();
        this.ancestor = call == null || claim != null ? claim : call.claimAround();
    }

    /** The call whose body the current thread runs. */
    static OuterCall current() {
        DrivenCall call = Within.current().call();
        return call == null ? NONE : new OuterCall(call);
    }

    @Nullable
    DrivenCall call() {
        return call;
    }

    @Nullable
    Claim ancestor() {
        return ancestor;
    }

    /** The call, if its dispatched body runs on the current thread; otherwise null. */
    @Nullable
    DrivenCall here() {
        RunningThread running = call == null ? null : call.threadIfDispatched();
        return running != null && Thread.currentThread().equals(running.thread()) ? call : null;
    }

    /** Waits for the round on the current thread. If that runs the call, the call holds no cap meanwhile. */
    void whileLent(Runnable wait) {
        DrivenCall lends = claim == null ? null : here();
        if (lends == null) {
            wait.run();
            return;
        }
        lends.control().lend(lends);
        try {
            wait.run();
        } finally {
            lends.control().reclaim(lends);
        }
    }
}
