package dev.interlock.langchain4j;

import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.Rounds;
import dev.interlock.langchain4j.loop.EventLoops;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.interlock.langchain4j.loop.LoopExit;
import dev.interlock.langchain4j.loop.StreamErrors;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streamed response of an AI service, on its way to LangChain4j's handler. It starts each call when the call is
 * complete. When the response is complete, LangChain4j's handler asks for each result by
 * {@link InterlockToolService#executeTool}, in the message's order and on the same thread. The first such request waits
 * for all calls.
 *
 * <p>Early runs that no message holds go into the memory with a message of their own, see {@link EarlyRuns}.
 */
final class StreamedResponse extends ForwardingHandler implements StreamedInvocation.Response {

    private static final Logger log = LoggerFactory.getLogger(StreamedResponse.class);

    /** The response whose results LangChain4j is asking for on this thread. */
    private static final ThreadLocal<@Nullable StreamedResponse> DELIVERING = new ThreadLocal<>();

    private final ServiceRounds rounds;
    private final StreamedInvocation invocation;
    private final ChatRequest request;
    private final StreamedMemory memory;
    private final @Nullable RequestCallFactory early;
    private final StreamedCalls calls;
    private final @Nullable ResultLimit resultLimit;

    /** Whether the user has been told that the stream failed. */
    private volatile boolean failed;

    /** An exception that the user's own callback threw: the model may go on, or the stream ends here. */
    private record Suspected(Throwable error, Thread on) {}

    private volatile @Nullable Suspected suspected;

    private volatile @Nullable StreamingHandle handle;

    /** What the memory has of the response: LangChain4j's message, or runs without a message. */
    private enum Kept {
        NOTHING,
        MESSAGE,
        RUNS
    }

    private final AtomicReference<Kept> kept = new AtomicReference<>(Kept.NOTHING);

    // Only accessed by the thread that delivers the complete response.
    private @Nullable AiMessage message;
    private ResponseEnd end = ResponseEnd.UNKNOWN;
    private @Nullable List<RequestCall> answered;
    private EarlyRuns unconfirmed = EarlyRuns.NONE;
    private List<ToolExecutionResult> results = List.of();
    private int next;

    private StreamedResponse(
            StreamingChatResponseHandler handler,
            ServiceRounds rounds,
            AiServiceContext service,
            StreamedInvocation invocation,
            ChatRequest request) {
        super(handler);
        this.rounds = rounds;
        this.invocation = invocation;
        this.request = request;
        this.memory = new StreamedMemory(service, handler, invocation.id());
        this.early = StreamingHandlerFields.earlyCallFactory(handler, rounds, invocation.turnstile());
        this.calls = rounds.streamedCalls(invocation.id(), invocation.context());
        this.resultLimit = rounds.conversations().resultLimit();
    }

    /**
     * Wraps a handler. Handlers other than those of an AI service's responses, such as one of a guardrail's reprompt,
     * only get the message, and its sender has the calls executed.
     */
    static StreamingChatResponseHandler of(
            StreamingChatResponseHandler handler, ServiceRounds rounds, AiServiceContext service, ChatRequest request) {
        if (!StreamingHandlerFields.isServices(handler)) {
            return new MessageOnlyHandler(handler);
        }
        InvocationContext id = StreamingHandlerFields.invocation(handler);
        StreamedResponse before = DELIVERING.get();
        StreamedInvocation invocation;
        if (before == null || !before.invocation.is(id)) {
            invocation = new StreamedInvocation(id, rounds);
        } else {
            invocation = before.invocation;
            invocation.stepOut();
            if (Thread.currentThread().isInterrupted()) {
                throw LoopCancelled.byInterrupt();
            }
            String cancelled = invocation.cancelled();
            if (cancelled != null) {
                throw LoopCancelled.because(cancelled);
            }
        }
        StreamedResponse response = new StreamedResponse(handler, rounds, service, invocation, request);
        invocation.streams(response);
        return response;
    }

    static @Nullable StreamedResponse delivering() {
        return DELIVERING.get();
    }

    /** Returns the context for rounds of an invocation that the current thread streams; null if it streams none. */
    static @Nullable CapturedContext contextOf(InvocationContext id) {
        StreamedResponse delivering = DELIVERING.get();
        return delivering != null && delivering.invocation.is(id) ? delivering.invocation.context() : null;
    }

    /** Whether the calls of a response should run on the current thread, which asks the model. */
    static boolean isForAskingThread(StreamingChatResponseHandler watched) {
        return watched instanceof StreamedResponse response && response.calls.isGuarded();
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
        if (early != null && !isComplete()) {
            calls.completed(completeToolCall.index(), completeToolCall.toolExecutionRequest(), early);
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        if (!completesFirst()) {
            return;
        }
        AiMessage complete = completeResponse.aiMessage();
        if (failed && complete.hasToolExecutionRequests()) {
            // When a connection breaks, LangChain4j's models complete what they have. Arguments of calls may be cut off
            // then.
            log.warn("The calls of a response that failed are not executed");
            return;
        }
        if (!complete.hasToolExecutionRequests() && calls.mayMatter()) {
            // Do this before the message is in the memory, where the runs must come before it.
            recordRuns(calls.cancelAndWait(StreamedCalls.NOT_HELD));
        }
        kept.compareAndSet(Kept.NOTHING, Kept.MESSAGE);
        if (complete.hasToolExecutionRequests() && kept.get() == Kept.RUNS) {
            // The stream was cancelled before the response was complete, and the memory has the calls that ran.
            super.onError(LoopCancelled.because(StreamedCalls.CANCELLED));
            return;
        }
        AiMessage repaired =
                Resumption.of(complete) == null ? invocation.ids().repair(complete, request::messages) : null;
        invocation.received(completeResponse);
        AiMessage last = repaired == null ? complete : repaired;
        message = last;
        end = ResponseEnd.of(completeResponse, true);
        StreamedResponse outer = DELIVERING.get();
        DELIVERING.set(this);
        try {
            super.onCompleteResponse(
                    repaired == null
                            ? completeResponse
                            : completeResponse.toBuilder().aiMessage(repaired).build());
        } catch (Throwable e) {
            throw new LoopExit(endedBy(e, last)).unwrap();
        } finally {
            if (outer == null) {
                DELIVERING.remove();
            } else {
                DELIVERING.set(outer);
            }
        }
        if (answered == null) {
            // LangChain4j did not ask for results. A model may report complete calls and then leave them out of its
            // message.
            calls.cancelAndWait(StreamedCalls.NOT_HELD);
        }
    }

    /**
     * The user's code or the model threw. Started calls must not go on unnoticed.
     *
     * @return the exception to throw
     */
    private Throwable endedBy(Throwable leaving, AiMessage last) {
        List<RequestCall> executed = answered;
        if (executed != null) {
            // Separately, so that the results get into the memory even if the older ones cannot be corrected.
            memory.change(invocation.compensation()::rewrite, leaving);
            InvocationContext id = invocation.id();
            if (id != null) {
                rounds.conversations().undone().mark(id, last, executed);
            }
            memory.change(told -> MemoryCompletion.complete(told, last, executed, leaving, resultLimit), leaving);
            return invocation.endsBy(leaving, unconfirmed);
        }
        EarlyRuns ran = calls.cancelAndWait("the stream failed: " + leaving);
        List<? extends @Nullable RequestCall> known =
                early == null ? List.of() : calls.known(last.toolExecutionRequests(), early);
        memory.change(
                told -> {
                    if (MemoryPlaces.lastOf(told.messages(), last.toolExecutionRequests()) >= 0) {
                        MemoryCompletion.complete(told, last, known.isEmpty() ? null : known, leaving, resultLimit);
                        ran.without(known).addBefore(told, last);
                    } else if (ran.matter() && kept.compareAndSet(Kept.MESSAGE, Kept.RUNS)) {
                        // The message did not get into the memory.
                        ran.addTo(told);
                    }
                },
                leaving);
        return invocation.endsBy(leaving, ran);
    }

    /** The model threw in place of a callback, so no callback will report the started calls. Returns what to throw. */
    static Throwable modelThrew(StreamingChatResponseHandler watched, Throwable thrown) {
        return watched instanceof StreamedResponse response
                ? response.brokenOff(thrown, "the stream failed: " + thrown)
                : thrown;
    }

    /**
     * The model's method has returned. If the current thread has told the user of an exception of the user's own
     * callback, and the response is not complete by now, then it never will be.
     */
    static void returned(StreamingChatResponseHandler watched) {
        if (watched instanceof StreamedResponse response && !response.isComplete()) {
            Suspected own = response.suspected;
            if (own != null && own.on().equals(Thread.currentThread())) {
                response.failed = true;
                var told =
                        response.brokenOff(own.error(), "the stream ended with a callback's exception: " + own.error());
                log.debug("A stream ended with its callback's own exception", told);
            }
        }
    }

    /** Handles a stream that breaks off. Returns the error, with a note on calls that ran. */
    private Throwable brokenOff(Throwable error, String why) {
        EarlyRuns ran = calls.cancelAndWait(why);
        recordRuns(ran);
        return invocation.endsBy(error, ran);
    }

    /** Records runs that no message will contain. */
    private void recordRuns(EarlyRuns ran) {
        if (ran.matter() && kept.compareAndSet(Kept.NOTHING, Kept.RUNS)) {
            log.warn("Calls of a streamed response ran, but no message will contain them: {}", ran.words());
            memory.change(ran::addTo, null);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (isHandlersOwn(error)) {
            suspected = new Suspected(error, Thread.currentThread());
            String going = calls.suspect();
            super.onError(going == null ? error : EarlyRunsException.notedOn(error, going));
        } else if (StreamErrors.isOfPiece(error)) {
            log.debug("The client could not report a piece of a call", error);
        } else {
            failed = true;
            super.onError(brokenOff(error, "the stream failed: " + error));
        }
    }

    @Override
    void onHandle(StreamingHandle shown) {
        handle = shown;
        if (invocation.isCancelledByHandle()) {
            cancelStream();
        }
    }

    @Override
    void onCancel() {
        invocation.cancel(StreamedCalls.CANCELLED);
    }

    /** On another thread, because one of the calls may have cancelled the stream. Its hooks may pass meanwhile. */
    @Override
    public void settle() {
        if (!calls.mayMatter() || kept.get() != Kept.NOTHING) {
            return;
        }
        Thread settling = Thread.ofVirtual()
                .name("interlock-cancelled-stream")
                .start(() -> recordRuns(calls.cancelAndWait(StreamedCalls.CANCELLED)));
        if (EventLoops.isCurrent() || calls.isAwaitedHere() || Rounds.tellsListener()) {
            return;
        }
        int left = invocation.stepOut();
        try {
            settling.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            invocation.goBack(left);
        }
    }

    @Override
    public void cancelCalls(String why) {
        calls.cancel(why);
    }

    /** Cancels the stream with its latest handle, if any. */
    @Override
    public void cancelStream() {
        StreamingHandle shown = handle;
        try {
            if (shown != null && !shown.isCancelled()) {
                shown.cancel();
            }
        } catch (RuntimeException e) {
            log.debug("The stream could not be cancelled", e);
        }
    }

    /** Whether a request is the next one of this response's message. */
    @SuppressWarnings("ReferenceEquality") // equal requests are not the same request
    boolean isDue(ToolExecutionRequest request) {
        AiMessage current = message;
        return current != null
                && next < current.toolExecutionRequests().size()
                && current.toolExecutionRequests().get(next) == request;
    }

    /** Returns the result of the request that is due. The first time this waits for all calls. */
    ToolExecutionResult result(Function<@Nullable Turnstile, RequestCallFactory> late, InvocationContext context) {
        if (answered == null) {
            execute(early == null ? late.apply(invocation.turnstile()) : early, context);
        }
        return results.get(next++);
    }

    private void execute(RequestCallFactory factory, InvocationContext context) {
        AiMessage current = Objects.requireNonNull(message, "no response is complete");
        List<ToolExecutionRequest> requests = current.toolExecutionRequests();
        StreamedEnd ended;
        SuspendedInvocation suspended = Resumption.of(current);
        int left = invocation.stepOut();
        try {
            ended = suspended == null
                    ? calls.finish(requests, factory, end)
                    : calls.resume(suspended, Resumption.calls(suspended, factory), factory);
        } finally {
            invocation.goBack(left);
        }
        answered = ended.calls().isEmpty() ? null : ended.calls();
        unconfirmed = ended.unconfirmed();
        invocation.ran(unconfirmed);
        memory.change(told -> unconfirmed.addBefore(told, current), null);
        Throwable leaving = ended.round().leaving(current, ended.calls(), () -> suspending(context, factory.limits()));
        if (leaving != null) {
            throw new LoopExit(leaving).unwrap();
        }
        results = invocation.compensation().resultsOf(ended.calls(), requests, context, memory.get());
    }

    private Suspending suspending(InvocationContext context, ResponseLimits limits) {
        ChatMemory temporary = memory.temporary();
        List<ChatMessage> messages = temporary == null ? request.messages() : temporary.messages();
        AiMessage current = message;
        int at = current == null ? -1 : MemoryPlaces.lastOf(messages, current.toolExecutionRequests());
        List<ChatMessage> earlier = at < 0 ? messages : messages.subList(0, at);
        return rounds.conversations().suspending(context, earlier, invocation.tokenUsage(), limits);
    }
}
