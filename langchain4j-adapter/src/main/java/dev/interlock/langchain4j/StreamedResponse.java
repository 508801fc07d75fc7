package dev.interlock.langchain4j;

import dev.interlock.execution.CapturedContext;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streamed response of an AI service, on its way to LangChain4j's handler. It starts calls as they are complete; when
 * the response is, LangChain4j's handler asks for each result in the order of the message, on the same thread, by
 * {@link InterlockToolService#executeTool}, and the first such request waits for all calls.
 */
final class StreamedResponse extends ForwardingHandler {

    private static final Logger log = LoggerFactory.getLogger(StreamedResponse.class);

    /** The response whose results LangChain4j is asking for on this thread. */
    private static final ThreadLocal<@Nullable StreamedResponse> DELIVERING = new ThreadLocal<>();

    /**
     * What the responses of one invocation share.
     *
     * @param id the invocation, null if it cannot be told
     * @param context of the thread that called the AI service
     * @param compensation undoes calls
     * @param ids tells calls apart
     * @param turnstile has hooks and callbacks pass one at a time; null if they may overlap
     */
    private record Invocation(
            @Nullable InvocationContext id,
            CapturedContext context,
            StreamCompensation compensation,
            RequestIds ids,
            @Nullable Turnstile turnstile) {

        static Invocation of(@Nullable InvocationContext id, InterlockToolService tools) {
            return new Invocation(
                    id,
                    tools.captureContext(),
                    tools.compensation(),
                    tools.requestIds(false),
                    tools.turnstileOfStream());
        }

        /** A thread that delivers a response is inside, except while it waits for the calls, or asks the model again. */
        int stepOut() {
            return turnstile == null ? 0 : turnstile.stepOut();
        }

        void goBack(int left) {
            if (turnstile != null) {
                turnstile.goBack(left);
            }
        }
    }

    private final StreamingChatResponseHandler handler;
    private final AiServiceContext service;
    private final Invocation invocation;
    private final ChatRequest request;
    private final @Nullable RequestTasks early;
    private final StreamedCalls calls;

    /** Whether the user has been told that the stream failed. */
    private volatile boolean failed;

    // Of the thread that delivers the complete response.
    private @Nullable AiMessage message;

    /** Those of the message as the model gave them, for which calls may have been started. */
    private List<ToolExecutionRequest> given = List.of();

    private @Nullable List<RequestTask> tasks;
    private List<ToolExecutionResult> results = List.of();
    private int next;

    private StreamedResponse(
            StreamingChatResponseHandler handler,
            InterlockToolService tools,
            AiServiceContext service,
            Invocation invocation,
            ChatRequest request) {
        super(handler);
        this.handler = handler;
        this.service = service;
        this.invocation = invocation;
        this.request = request;
        this.early = StreamingHandlerFields.earlyTasks(handler, tools, invocation.turnstile());
        this.calls = tools.streamedCalls(invocation.id(), invocation.context());
    }

    @SuppressWarnings("ReferenceEquality") // invocations that are equal are not the same
    private static boolean goesOn(StreamedResponse before, @Nullable InvocationContext id) {
        return id != null && before.invocation.id() == id;
    }

    /** Other handlers than those of an AI service's responses, such as a guardrail's reprompts, are left alone. */
    static StreamingChatResponseHandler of(
            StreamingChatResponseHandler handler,
            InterlockToolService tools,
            AiServiceContext service,
            ChatRequest request) {
        if (!StreamingHandlerFields.isServices(handler)) {
            return handler;
        }
        InvocationContext id = StreamingHandlerFields.invocation(handler);
        StreamedResponse before = DELIVERING.get();
        if (before == null || !goesOn(before, id)) {
            return new StreamedResponse(handler, tools, service, Invocation.of(id, tools), request);
        }
        before.invocation.stepOut();
        if (Thread.currentThread().isInterrupted()) {
            throw ToolLoop.interrupted();
        }
        String cancelled = before.cancelled();
        if (cancelled != null) {
            throw ToolLoop.cancelled(cancelled);
        }
        return new StreamedResponse(handler, tools, service, before.invocation, request);
    }

    private @Nullable String cancelled() {
        String ofStream = calls.cancelled();
        return ofStream == null ? invocation.context().cancelled() : ofStream;
    }

    static @Nullable StreamedResponse delivering() {
        return DELIVERING.get();
    }

    @Override
    void callBack(Runnable callback) {
        Turnstile turnstile = invocation.turnstile();
        if (turnstile == null) {
            callback.run();
        } else {
            turnstile.pass(callback);
        }
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall completeToolCall) {
        super.onCompleteToolCall(completeToolCall);
        if (early != null) {
            calls.completed(completeToolCall.index(), completeToolCall.toolExecutionRequest(), early);
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        if (failed && completeResponse.aiMessage().hasToolExecutionRequests()) {
            // LangChain4j's models complete what they have when a connection breaks: calls whose arguments may be cut
            // off.
            log.warn("The calls of a response that failed are not executed");
            return;
        }
        StreamedResponse outer = DELIVERING.get();
        given = completeResponse.aiMessage().toolExecutionRequests();
        AiMessage repaired = invocation.ids().repair(completeResponse.aiMessage(), request::messages);
        AiMessage last = repaired == null ? completeResponse.aiMessage() : repaired;
        message = last;
        DELIVERING.set(this);
        try {
            super.onCompleteResponse(
                    repaired == null
                            ? completeResponse
                            : completeResponse.toBuilder().aiMessage(repaired).build());
        } catch (Throwable e) {
            endBy(e, last);
            throw e;
        } finally {
            if (outer == null) {
                DELIVERING.remove();
            } else {
                DELIVERING.set(outer);
            }
        }
        if (tasks == null) {
            // LangChain4j did not ask for results; a model may complete calls and then not have them in its message.
            calls.cancelAndWait("the response does not hold it");
        }
    }

    /** The user's code or the model threw; what was started must not go on without anybody to hear of it. */
    private void endBy(Throwable leaving, AiMessage last) {
        if (tasks == null) {
            calls.cancelAndWait("the stream failed: " + leaving);
        }
        try {
            ChatMemory memory = memory();
            if (memory != null) {
                MemoryCompletion.complete(memory, last, tasks, leaving);
            }
        } catch (RuntimeException e) {
            // The user's provider of memories.
            leaving.addSuppressed(e);
        }
    }

    /** The model threw where it should have called back: nobody will hear of what was started. */
    static void abandon(StreamingChatResponseHandler watched, Throwable thrown) {
        if (watched instanceof StreamedResponse response) {
            response.calls.cancelAndWait("the stream failed: " + thrown);
        }
    }

    private @Nullable ChatMemory memory() {
        InvocationContext id = invocation.id();
        if (!service.hasChatMemory() || id == null) {
            return StreamingHandlerFields.temporaryMemory(handler);
        }
        return service.chatMemoryService.getOrCreateChatMemory(id.chatMemoryId());
    }

    @Override
    public void onError(Throwable error) {
        if (!isHandlersOwn(error)) {
            failed = true;
            calls.cancelAndWait("the stream failed: " + error);
        }
        super.onError(error);
    }

    @Override
    void onCancel() {
        calls.cancel(StreamedCalls.CANCELLED);
    }

    /** Whether a request is the next of this response's message. */
    @SuppressWarnings("ReferenceEquality") // equal requests are not the same request
    boolean isDue(ToolExecutionRequest request) {
        AiMessage current = message;
        return current != null
                && next < current.toolExecutionRequests().size()
                && current.toolExecutionRequests().get(next) == request;
    }

    /** Gives the result of the request that is due; the first time that waits for all. */
    ToolExecutionResult result(Function<@Nullable Turnstile, RequestTasks> late, InvocationContext context) {
        if (tasks == null) {
            execute(early == null ? late.apply(invocation.turnstile()) : early, context);
        }
        return results.get(next++);
    }

    private void execute(RequestTasks factory, InvocationContext context) {
        AiMessage current = message;
        List<ToolExecutionRequest> requests = current == null ? List.of() : current.toolExecutionRequests();
        StreamedCalls.Executed executed;
        int left = invocation.stepOut();
        try {
            executed = calls.finish(given, requests, factory);
        } finally {
            invocation.goBack(left);
        }
        tasks = executed.tasks();
        Throwable leaving = executed.leaving();
        if (leaving != null) {
            throw new LoopExit(leaving).unwrap();
        }
        results = invocation.compensation().resultsOf(executed.tasks(), requests, context, memory());
    }
}
