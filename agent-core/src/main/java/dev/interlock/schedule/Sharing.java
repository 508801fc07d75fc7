package dev.interlock.schedule;

import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import org.jspecify.annotations.Nullable;

/**
 * How a round shares with others.
 *
 * @param limits what the rounds of its executor share
 * @param conversation calls of the same one exclude each other where they conflict
 * @param ancestor what the innermost call holds whose body waits for the round, or null
 */
public record Sharing(
        SharedLimits limits, Object conversation, @Nullable Claim ancestor) {

    Claim claimOf(Call call) {
        return limits.claim(call, conversation, ancestor);
    }
}
