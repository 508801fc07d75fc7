package dev.interlock.event;

import org.jspecify.annotations.Nullable;

/**
 * A listener that also stands around the bodies of calls, on the threads that run them: to have a trace, or another thing of
 * the thread's, in scope there.
 *
 * <p>It is within all that propagators bring, so that what it sets is what the body finds. What it throws is logged and
 * otherwise ignored, as with all listeners. That a round has begun is told to it within them, too, even if that is on a thread
 * of the model's.
 */
public interface BodyListener extends RoundListener {

    /**
     * An attempt of a call runs its tool's body next, on the current thread; told after the listeners have heard of
     * {@link RoundEvent.CallStarted}.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @return is told when the body has ended, or null
     */
    @Nullable
    Running bodyStarts(long round, int index);

    /** A body that runs. */
    interface Running {

        /**
         * The body has returned or thrown; told on the thread that ran it, once, also if the call was abandoned meanwhile
         * and the round is over.
         */
        void bodyEnded();
    }
}
