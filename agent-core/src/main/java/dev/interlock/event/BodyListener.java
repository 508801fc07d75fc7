package dev.interlock.event;

import org.jspecify.annotations.Nullable;

/**
 * A listener that also surrounds the bodies of calls on the threads that run them. It can open a trace's scope there,
 * or set another thread-bound value.
 *
 * <p>It runs inside all propagators, so the body finds what it sets. The engine logs and otherwise ignores what it
 * throws, as with all listeners. {@link RoundEvent.RoundStarted} also reaches it inside the propagators, even on a
 * thread of the model's.
 */
public interface BodyListener extends RoundListener {

    /**
     * Called right before an attempt runs its tool's body on the current thread, and after the listeners got
     * {@link RoundEvent.CallStarted}.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @return an object that the engine calls when the body has ended, or null
     */
    @Nullable
    Running bodyStarts(long round, int index);

    /** A running body. */
    interface Running {

        /**
         * Called once when the body has returned or thrown, on the thread that ran it. This also holds if the call was
         * abandoned meanwhile and its round is over.
         */
        void bodyEnded();
    }
}
