package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of LangChain4j's asynchronous model loop: it knows each response's batch before the loop starts the first
 * tool. That start executes the whole batch as a round on a virtual thread. Each start returns the future of its
 * result.
 *
 * <p>LangChain4j works on one response at a time, each on some thread, one after another.
 *
 * <p>Invariants: after the first tool of a response has started, each of its futures completes, even if no thread is
 * available for the round or the memory throws. Before an exception leaves the loop, every request has its result in
 * memory, if the memory takes it.
 */
final class AsyncToolLoop implements ToolExecutor {

    private final ServiceRounds rounds;
    private final InvocationContext invocationContext;
    private final @Nullable ChatMemory memory;
    private final AsyncInvocation invocation;
    private final RequestIds ids;

    /**
     * Whether LangChain4j may roll back what it finds in memory, which may hold more than the model sees. The memory's
     * store may block.
     */
    private final boolean rollsBack;

    /** Whether the responses come from a streaming model, as responses to a guardrail's reprompts may. */
    private final boolean streamed;

    private volatile LoopToolContext tools;
    private volatile @Nullable Response response;

    /** The response that the loop works on. */
    private static final class Response {
        private final AiMessage message;
        private final ResponseEnd end;
        private final AsyncRound round;

        /** Only accessed by the thread that starts the tools. */
        private int next;

        Response(AiMessage message, ResponseEnd end) {
            this.message = message;
            this.end = end;
            this.round = new AsyncRound(
                    message.toolExecutionRequests(),
                    Stream.generate(CompletableFuture<ToolExecutionResult>::new)
                            .limit(message.toolExecutionRequests().size())
                            .toList());
        }
    }

    AsyncToolLoop(
            ServiceRounds rounds,
            InvocationContext invocationContext,
            ToolServiceContext tools,
            @Nullable ChatMemory memory,
            AsyncInvocation invocation,
            boolean streamed) {
        this.rounds = rounds;
        this.invocationContext = invocationContext;
        this.memory = memory;
        this.streamed = streamed;
        this.invocation = invocation;
        this.rollsBack = rounds.hooks().isCompensating();
        this.ids = rounds.conversations().requestIds(rollsBack);
        this.tools = new LoopToolContext(tools, this, this::toolsAre);
    }

    LoopToolContext tools() {
        return tools;
    }

    private void toolsAre(LoopToolContext current) {
        tools = current;
        rounds.tools().learn(current.real());
    }

    /** Cancelling the service's future cancels the invocation. */
    void cancelledWith(@Nullable CompletableFuture<?> cancellation) {
        if (cancellation != null) {
            var unused = cancellation.whenComplete((value, error) -> {
                if (cancellation.isCancelled()) {
                    invocation.cancel("the future of the invocation was cancelled");
                }
            });
        }
    }

    /**
     * Handles the model's response; returns the one with which the loop goes on.
     *
     * @param earlier supplies the conversation before the response
     */
    ChatResponse received(ChatResponse received, Supplier<? extends List<? extends ChatMessage>> earlier) {
        AiMessage repaired = ids.repair(received.aiMessage(), earlier);
        AiMessage message = repaired == null ? received.aiMessage() : repaired;
        response = new Response(message, ResponseEnd.of(received, streamed));
        return repaired == null
                ? received
                : received.toBuilder().aiMessage(repaired).build();
    }

    /** Asks the model again, unless an exception must leave the loop. */
    CompletableFuture<ChatResponse> ask(
            ChatRequest request, Function<ChatRequest, CompletableFuture<ChatResponse>> model) {
        Response answered = response;
        Throwable leaving = answered == null ? null : answered.round.unborne();
        String cancelled = invocation.cancelled();
        if (leaving != null || cancelled != null) {
            return CompletableFuture.failedFuture(
                    leaving != null ? leaving : LoopCancelled.because(String.valueOf(cancelled)));
        }
        CompletableFuture<ChatResponse> asked = model.apply(request);
        CompletableFuture<ChatResponse> going = rollsBack
                ? asked.thenApplyAsync(next -> received(next, earlier(request.messages())), invocation.threads())
                : asked.thenApply(next -> received(next, request::messages));
        var unused = going.whenComplete((next, error) -> {
            if (going.isCancelled()) {
                asked.cancel(true);
            }
        });
        return going;
    }

    private Supplier<List<ChatMessage>> earlier(List<ChatMessage> told) {
        ChatMemory known = memory;
        return known == null ? () -> told : known::messages;
    }

    /** Runs LangChain4j's loop, from its first response on. */
    CompletableFuture<ToolServiceResult> run(
            ChatResponse first,
            List<ChatMessage> messages,
            Function<ChatResponse, CompletableFuture<ToolServiceResult>> loop) {
        CompletableFuture<ToolServiceResult> result = rollsBack
                ? CompletableFuture.completedFuture(first)
                        .thenApplyAsync(begun -> received(begun, earlier(messages)), invocation.threads())
                        .thenCompose(loop)
                : loop.apply(received(first, () -> messages));
        // The memory's store may block, so this must not run on the thread that delivers a response.
        return result.exceptionallyComposeAsync(
                error -> {
                    completeMemory(
                            error instanceof CompletionException && error.getCause() != null
                                    ? error.getCause()
                                    : error);
                    return CompletableFuture.failedFuture(error);
                },
                invocation::mustDo);
    }

    /** Starts a tool; LangChain4j asks in the order of the requests. */
    @SuppressWarnings("ReferenceEquality") // equal requests are not the same request
    CompletableFuture<ToolExecutionResult> start(ToolExecutionRequest request) {
        Response current = response;
        List<ToolExecutionRequest> requests = current == null ? List.of() : current.round.requests();
        if (current == null || current.next >= requests.size() || requests.get(current.next) != request) {
            return CompletableFuture.failedFuture(new IllegalStateException("LangChain4j started " + request
                    + " where request " + (current == null ? 1 : current.next + 1) + " of " + requests.size()
                    + " was due"));
        }
        CompletableFuture<ToolExecutionResult> result = current.round.result(current.next);
        if (current.next++ == 0) {
            begin(current);
        }
        return result;
    }

    private void begin(Response current) {
        try {
            invocation.threads().execute(() -> execute(current));
        } catch (Throwable e) {
            // The current thread is the model's and must not run tools. The memory is completed as the exception leaves
            // the loop.
            current.round.fail(e);
        }
    }

    private void execute(Response current) {
        try {
            current.round.execute(
                    rounds,
                    () -> rounds.callFactory(
                            tools.real(),
                            invocationContext,
                            rounds.hooks().asyncHandling(null, null, invocation.turnstile())),
                    (factory, requests) -> current.end.calls(requests, factory),
                    invocation,
                    invocationContext);
            Throwable leaving = current.round.losingResults(invocation);
            if (leaving != null) {
                completeMemory(leaving);
            }
        } finally {
            current.round.complete();
        }
    }

    /** Gives every request of the last message its result in memory, before an exception leaves the loop. */
    private void completeMemory(Throwable leaving) {
        Response last = response;
        if (memory != null && last != null) {
            rounds.conversations().complete(() -> memory, invocationContext, last.message, last.round.calls(), leaving);
        }
    }

    // The loop only looks this executor up by name. To start a tool, LangChain4j asks the tool service.

    @Override
    public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
        throw new IllegalStateException(
                "LangChain4j executed " + request + " but should have started it" + " asynchronously");
    }

    @Override
    public String execute(ToolExecutionRequest request, Object memoryId) {
        return executeWithContext(request, invocationContext).resultText();
    }
}
