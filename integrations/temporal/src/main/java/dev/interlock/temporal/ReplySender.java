package dev.interlock.temporal;

import dev.interlock.temporal.Activities.Reply;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.common.context.ContextPropagator;
import io.temporal.payload.context.ActivitySerializationContext;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the reply of a call's attempt to the server.
 *
 * <p>Invariant: no stop of the worker loses a reply. A stop interrupts the activity's thread, and this may come at any
 * time. The SDK sends a reply on that thread after the activity has returned. An interrupt before or during that
 * cancels the request, and the SDK does not send it again. So another thread sends the reply, which no worker knows.
 * The activity returns when the server has it. If that fails, the SDK sends it in its own way, and says what is wrong.
 */
final class ReplySender {

    private static final Logger log = LoggerFactory.getLogger(ReplySender.class);

    private final ActivityExecutionContext context;
    private final ActivityCompletionClient server;
    private final byte[] token;

    private ReplySender(ActivityExecutionContext context) {
        this.context = context;
        this.server = server(context);
        this.token = context.getTaskToken();
    }

    /** The way to the server that does not depend on the worker and its threads. */
    static ActivityCompletionClient server(ActivityExecutionContext context) {
        return context.getWorkflowClient()
                .newActivityCompletionClient()
                .withContext(new ActivitySerializationContext(context.getInfo()));
    }

    /**
     * Runs an attempt, and sends its reply or its failure.
     *
     * @return for the SDK to send; null if the server has the reply
     */
    static @Nullable Reply replying(ActivityExecutionContext context, Supplier<Reply> attempt) {
        try {
            return new ReplySender(context).reply(attempt);
        } finally {
            // With the flag set, nothing that the SDK sends would reach the server. Only a stop of the worker sets it,
            // and ends this thread afterwards.
            Thread.interrupted();
        }
    }

    private @Nullable Reply reply(Supplier<Reply> attempt) {
        Reply reply;
        try {
            reply = attempt.get();
        } catch (RuntimeException e) {
            if (send(() -> server.completeExceptionally(token, e))) {
                return null;
            }
            throw e;
        }
        return send(() -> server.complete(token, reply)) ? null : reply;
    }

    /** Returns whether the server has what was to be sent. */
    private boolean send(Runnable sending) {
        try {
            // A new thread, so that it keeps no other call's context.
            FutureTask<?> sent = new FutureTask<>(withContext(sending), null);
            Thread.ofPlatform().daemon().name("interlock-reply").start(sent);
            awaitEnd(sent);
            context.doNotCompleteOnReturn();
            return true;
        } catch (RuntimeException | ExecutionException e) {
            log.debug("The SDK is to send the reply of a call, since the attempt to do so here failed", e);
            return false;
        }
    }

    private static void awaitEnd(FutureTask<?> sent) throws ExecutionException {
        while (true) {
            try {
                sent.get();
                return;
            } catch (InterruptedException e) {
                // The worker is stopped; the wait goes on.
            }
        }
    }

    /** Converters of payloads may use the context that the SDK has set on this thread. */
    private Runnable withContext(Runnable sending) {
        Runnable all = sending;
        List<ContextPropagator> propagators =
                context.getWorkflowClient().getOptions().getContextPropagators();
        for (ContextPropagator propagator : propagators) {
            Object current = propagator.getCurrentContext();
            if (current != null) {
                Runnable inner = all;
                all = () -> {
                    propagator.setCurrentContext(current);
                    inner.run();
                };
            }
        }
        return all;
    }
}
