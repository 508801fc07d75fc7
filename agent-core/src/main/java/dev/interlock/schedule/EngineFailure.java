package dev.interlock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the engine itself, such as for lack of memory, as it is told to the {@link Schedule}.
 *
 * @param error what was thrown; of several in one round, the first leaves the round
 * @param ran the call that the current thread has run and could not end, or null
 * @param came the call that the current thread could not admit, or null
 * @param ownerIsFree whether the current thread is the owner, and runs no call any more. No further call comes then
 */
public record EngineFailure(
        Throwable error, @Nullable Call ran, @Nullable Call came, boolean ownerIsFree) {

    /** A failure on a thread that was busy with no call of the round. */
    public static EngineFailure elsewhere(Throwable error) {
        return new EngineFailure(error, null, null, false);
    }

    /** A failure on the owner, which runs no call any more. */
    public static EngineFailure onOwner(Throwable error) {
        return new EngineFailure(error, null, null, true);
    }

    /** A failure on the thread that has run a call and could not end it. */
    public static EngineFailure ranBy(Throwable error, @Nullable Call ran, boolean onOwner) {
        return new EngineFailure(error, ran, null, onOwner);
    }

    /** A failure on the thread that could not admit a call. */
    public static EngineFailure whileAdmitting(Throwable error, Call came) {
        return new EngineFailure(error, null, came, false);
    }
}
