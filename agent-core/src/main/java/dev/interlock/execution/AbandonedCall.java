package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call whose thread ignored its interrupt past the grace period and still runs. Conflicting calls of its conversation
 * wait for it, see {@link ToolCallExecutor#abandoned()}.
 *
 * @param id the number for releasing the call, unique in this JVM
 * @param call the call
 * @param round the number of the call's round
 * @param index the call's place in its round, from 0
 * @param conversation the call's conversation; null for the executor's own
 * @param since when its round abandoned it
 */
public record AbandonedCall(
        long id,
        ToolCall call,
        long round,
        int index,
        @Nullable Object conversation,
        Instant since) {}
