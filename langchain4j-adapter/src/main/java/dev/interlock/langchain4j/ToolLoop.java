package dev.interlock.langchain4j;

import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.langchain4j.loop.EventLoops;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.interlock.langchain4j.loop.LoopExit;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of LangChain4j's sequential model loop: it knows each response's batch before the loop asks for the first
 * result. The loop's first request for a result executes the whole batch; the i-th gets result i.
 *
 * <p>Only accessed by the thread that runs the loop.
 */
final class ToolLoop implements ToolExecutor {

    private final ServiceRounds rounds;
    private final InvocationContext invocationContext;
    private final @Nullable ChatMemory memory;
    private final RequestIds ids;

    /** The conversation before the current response; null if LangChain4j adds it to a memory. */
    private final @Nullable KeptConversation kept;

    /** Whether the responses come from a streaming model, as those to a guardrail's reprompts do. */
    private final boolean streamed;

    private final @Nullable Turnstile turnstile;
    private LoopToolContext tools;

    /** The token usage of all responses so far. */
    private @Nullable TokenUsage tokenUsage;

    // State of the current response.

    private @Nullable AiMessage message;
    private ResponseEnd end = ResponseEnd.UNKNOWN;
    private @Nullable List<RequestCall> calls;
    private int next;

    ToolLoop(
            ServiceRounds rounds,
            InvocationContext invocationContext,
            ToolServiceContext tools,
            @Nullable ChatMemory memory,
            List<ChatMessage> told,
            RequestIds ids,
            boolean streamed) {
        this.rounds = rounds;
        this.invocationContext = invocationContext;
        this.memory = memory;
        this.kept = memory == null
                ? new KeptConversation(invocationContext, rounds.conversations().undone(), told)
                : null;
        this.ids = ids;
        this.streamed = streamed;
        this.turnstile = rounds.hooks().turnstile();
        this.tools = new LoopToolContext(tools, this, this::toolsAre);
    }

    LoopToolContext tools() {
        return tools;
    }

    private void toolsAre(LoopToolContext current) {
        tools = current;
        rounds.tools().learn(current.real());
    }

    /**
     * Handles the model's response; returns the one with which the loop goes on.
     *
     * @param earlier supplies the conversation before the response
     */
    ChatResponse received(ChatResponse response, Supplier<? extends List<? extends ChatMessage>> earlier) {
        if (kept != null && message != null && calls != null) {
            kept.add(message, calls);
        }
        boolean resumed = Resumption.of(response.aiMessage()) != null;
        AiMessage repaired = resumed ? null : ids.repair(response.aiMessage(), earlier);
        tokenUsage = TokenUsage.sum(tokenUsage, response.tokenUsage());
        end = ResponseEnd.of(response, streamed);
        calls = null;
        next = 0;
        if (repaired == null) {
            message = response.aiMessage();
            return response;
        }
        message = repaired;
        return response.toBuilder().aiMessage(repaired).build();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equal requests are not the same request
    public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
        List<RequestCall> batch = calls;
        if (batch == null) {
            try {
                batch = execute();
            } catch (LoopExit e) {
                throw e;
            } catch (Throwable e) {
                // This is not a tool's failure, so LangChain4j must not take it for the first call's error.
                throw new LoopExit(e);
            }
        }
        if (next >= batch.size() || requests().get(next) != request) {
            throw new LoopExit(new IllegalStateException("LangChain4j asked for the result of " + request
                    + " where request " + (next + 1) + " of " + batch.size() + " was due"));
        }
        return batch.get(next++).result();
    }

    @Override
    public String execute(ToolExecutionRequest request, Object memoryId) {
        return executeWithContext(request, invocationContext).resultText();
    }

    private List<ToolExecutionRequest> requests() {
        AiMessage current = message;
        return current == null ? List.of() : current.toolExecutionRequests();
    }

    private List<RequestCall> execute() {
        AiMessage current = message == null ? AiMessage.from(List.of()) : message;
        RequestCallFactory factory = rounds.callFactory(
                tools.real(), invocationContext, rounds.hooks().handling(null, null, turnstile));
        SuspendedInvocation suspended = Resumption.of(current);
        List<RequestCall> batch = suspended == null
                ? end.calls(current.toolExecutionRequests(), factory)
                : Resumption.calls(suspended, factory);
        CapturedContext streaming = StreamedResponse.contextOf(invocationContext);
        CapturedContext context = streaming == null ? rounds.captureContext() : streaming;
        EventLoops.warnIfCurrent();
        Round round = suspended == null
                ? rounds.round(batch, invocationContext, context)
                : rounds.resumed(suspended.round(), batch, invocationContext, context);
        round.execute();
        calls = batch;
        RoundEnd ended = RoundEnd.of(round).within(factory.limits(), batch);
        if (ended.thrown() != null && round.isUntouched()) {
            // The round can be resumed again, so the memory keeps its messages on the calls.
            calls = null;
        }
        Throwable leaving = ended.leaving(current, batch, () -> suspending(factory.limits()));
        if (leaving != null) {
            throw new LoopExit(leaving);
        }
        return batch;
    }

    private Suspending suspending(ResponseLimits limits) {
        return rounds.conversations()
                .suspending(invocationContext, kept == null ? List.of() : kept.messages(), tokenUsage, limits);
    }

    /** Ends the loop if the thread was interrupted between two rounds, or while LangChain4j or a listener worked. */
    void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new LoopExit(LoopCancelled.byInterrupt());
        }
        CapturedContext streaming = StreamedResponse.contextOf(invocationContext);
        String ofStream = streaming == null ? null : streaming.cancelled();
        String cancelled = ofStream == null ? rounds.cancelled() : ofStream;
        if (cancelled != null) {
            throw new LoopExit(LoopCancelled.because(cancelled));
        }
    }

    /** Gives every request of the last message its result in memory, before an exception leaves the loop. */
    void completeMemory(Throwable leaving) {
        AiMessage current = message;
        if (current != null && memory != null) {
            rounds.conversations().complete(() -> memory, invocationContext, current, calls, leaving);
        } else if (current != null && kept != null && isSuspended(leaving, current)) {
            rounds.conversations()
                    .complete(() -> withReprompt(kept, current), invocationContext, current, calls, leaving);
        }
    }

    private static boolean isSuspended(Throwable leaving, AiMessage current) {
        return leaving instanceof InvocationSuspendedException left
                && current.equals(left.suspended().message());
    }

    /**
     * Returns the service's memory, or null. LangChain4j keeps a guardrail's reprompt out of it, but a resume goes on
     * with what it has.
     */
    private @Nullable ChatMemory withReprompt(KeptConversation reprompt, AiMessage current) {
        ChatMemory lasting = rounds.conversations().memory(invocationContext);
        if (lasting != null) {
            reprompt.sinceQuestion().forEach(lasting::add);
            lasting.add(current);
        }
        return lasting;
    }
}
