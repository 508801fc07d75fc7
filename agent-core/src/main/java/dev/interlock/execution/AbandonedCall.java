package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call whose thread ignored its interrupt past the grace period and still runs. Calls of its conversation that conflict
 * with it wait, see {@link ToolCallExecutor#abandoned()}.
 *
 * @param id the number to release it by, unique in this JVM
 * @param call the call
 * @param round the number of its round
 * @param index its place in the batch, from 0
 * @param conversation the conversation it belongs to, null for the executor's own
 * @param since when it was abandoned
 */
public record AbandonedCall(
        long id,
        ToolCall call,
        long round,
        int index,
        @Nullable Object conversation,
        Instant since) {}
