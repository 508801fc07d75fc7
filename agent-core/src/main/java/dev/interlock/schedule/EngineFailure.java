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
        Throwable error, @Nullable Call ran, @Nullable Call came, boolean ownerIsFree) {}
