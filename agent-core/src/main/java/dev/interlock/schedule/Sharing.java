package dev.interlock.schedule;

import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import org.jspecify.annotations.Nullable;

/**
 * What a round shares with other rounds.
 *
 * @param limits the limits that all rounds of its executor share
 * @param conversation identifies the conversation; conflicting calls of one conversation exclude each other
 * @param ancestor the claim of the innermost call whose body waits for the round, or null
 */
public record Sharing(
        SharedLimits limits, Object conversation, @Nullable Claim ancestor) {

    Claim claimOf(Call call) {
        return limits.claim(call, conversation, ancestor);
    }
}
