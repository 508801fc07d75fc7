package dev.interlock.langchain4j;

import dev.interlock.durable.Decision;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@link ParallelTools} does with invocations that were suspended. Thread-safe. */
abstract class SuspendableTools {

    /** Those of all AI services, as long as they live: the method that is called may be that of any. Guarded by itself. */
    private static final Set<AiServiceContext> SERVICES = Collections.newSetFromMap(new WeakHashMap<>());

    private final HandWrittenLoop handWritten;

    /** The ids of rounds that are being resumed. */
    private final Set<String> resuming = ConcurrentHashMap.newKeySet();

    SuspendableTools(HandWrittenLoop handWritten) {
        this.handWritten = handWritten;
    }

    HandWrittenLoop handWritten() {
        return handWritten;
    }

    /** An AI service is being built, some of whose invocations may have to be resumed. */
    static void serves(AiServiceContext context) {
        synchronized (SERVICES) {
            SERVICES.add(context);
        }
    }

    /**
     * Goes on with an AI service's invocation that was suspended, here or in another process: its method is called once more,
     * as it was called. The question is not added to the memory again, and the model's first response is the one that was
     * suspended. Calls of it that had ended are not run again, the others by what was decided, see
     * {@link dev.interlock.execution.ToolCallExecutor#resume}; then the results take the places of those in the memory that
     * said that there is none yet, in call order, and the model is asked as ever.
     *
     * {@snippet :
     * SuspendedInvocation suspended = SuspendedInvocation.fromJson(desk.take(id));
     * String answer = parallel.resume(
     *         suspended, Map.of(0, Decision.approved()), () -> assistant.chat("7", "Pay the invoices of May"));
     * }
     *
     * <p>A method that gives a {@code TokenStream} has its stream started within the function; the calls run on the current
     * thread. What the method throws leaves this, an {@link InvocationSuspendedException} if calls are pending still.
     *
     * <p>A service with a memory goes on only if that holds the round as it was suspended, and nothing after it. So a second
     * resume is refused, and one after the conversation went on; nothing has run then. Without a memory, and where two
     * processes resume at once, it is the caller who must see to it that each suspended invocation is resumed once.
     *
     * @param <T> what the method returns
     * @param suspended the invocation
     * @param decisions by the places of pending calls, from 0 ({@link Integer}), or by their ids ({@link String}); those
     *     without one stay pending
     * @param method calls the service's method, once, on the current thread, with the same memory id
     * @return what it returned
     * @throws IllegalArgumentException if a decision does not fit, or the method was called with another memory id
     * @throws IllegalStateException if the memory does not hold the round as it was suspended, if the round is just being
     *     resumed, or if the function did not call the method
     * @throws InvocationSuspendedException if it is suspended again
     */
    public <T extends @Nullable Object> T resume(
            SuspendedInvocation suspended, Map<?, ? extends Decision> decisions, Supplier<T> method) {
        Objects.requireNonNull(method, "method");
        if (suspended.service() == null) {
            throw new IllegalArgumentException(
                    "round " + suspended.round().id() + " is of a hand-written loop: resume it with its tools");
        }
        return alone(suspended.decide(decisions), decided -> {
            services().forEach(ResumableMemories::putInto);
            return Resumption.call(decided, method);
        });
    }

    private static List<AiServiceContext> services() {
        synchronized (SERVICES) {
            return List.copyOf(SERVICES);
        }
    }

    /**
     * Goes on with a round of a hand-written loop that was suspended, here or in another process, see
     * {@link #resume(SuspendedInvocation, Map, Collection, InvocationContext)}.
     *
     * @param suspended the invocation
     * @param decisions by places or ids
     * @param tools the tools that its calls may call
     * @return one message a request, in order
     */
    public List<ToolExecutionResultMessage> resume(
            SuspendedInvocation suspended, Map<?, ? extends Decision> decisions, Collection<AiServiceTool> tools) {
        return resume(suspended, decisions, tools, HandWrittenLoop.contextOf(suspended));
    }

    /**
     * Goes on with a round of a hand-written loop that was suspended, here or in another process: gives what
     * {@link ParallelTools#execute(AiMessage, Collection, InvocationContext)} would have given, for the places of the
     * {@linkplain SuspendedInvocation#results() results} that stand in the conversation. A call of a tool that is not there any
     * more gets an error. An AI service's round can be finished so, too, where its conversation went on; its memory is not
     * changed.
     *
     * @param suspended the invocation; each is to be resumed once
     * @param decisions by the places of pending calls, from 0 ({@link Integer}), or by their ids ({@link String}); those
     *     without one stay pending
     * @param tools the tools that its calls may call
     * @param invocationContext is passed to the tools
     * @return one message a request, in order, those that had ended before included
     * @throws IllegalArgumentException if a decision does not fit
     * @throws IllegalStateException if the round is just being resumed
     * @throws InvocationSuspendedException if it is suspended again
     */
    public List<ToolExecutionResultMessage> resume(
            SuspendedInvocation suspended,
            Map<?, ? extends Decision> decisions,
            Collection<AiServiceTool> tools,
            InvocationContext invocationContext) {
        return alone(suspended.decide(decisions), decided -> handWritten.resume(decided, tools, invocationContext));
    }

    /**
     * The rounds that were under way when the process ended that ran them, as far as the journal has them, see
     * {@link dev.interlock.execution.ToolCallExecutor#recover}. Each is given as one of a hand-written loop, to be resumed with
     * its tools, since a journal knows neither the conversation nor the AI service that asked for the calls. A round whose
     * calls have all ended is resumed as well: then no tool runs, and the journal forgets the round.
     *
     * {@snippet :
     * for (SuspendedInvocation unfinished : parallel.recover()) {
     *     Map<Integer, Decision> decisions = new HashMap<>();
     *     for (int place : unfinished.round().pending()) {
     *         decisions.put(place, Decision.givenUp("the process ended before its result was known"));
     *     }
     *     parallel.resume(unfinished, decisions, parallel.tools(bankTools));
     * }
     * }
     *
     * @return a snapshot, the round that began first in front
     * @throws IllegalStateException if there is no journal
     * @throws dev.interlock.durable.journal.JournalException if it cannot be read
     */
    public List<SuspendedInvocation> recover() {
        return handWritten.recover();
    }

    private interface Resume<T extends @Nullable Object> {
        T resume(SuspendedInvocation decided);
    }

    private <T extends @Nullable Object> T alone(SuspendedInvocation decided, Resume<T> resume) {
        String id = decided.round().id();
        if (!resuming.add(id)) {
            throw new IllegalStateException("round " + id + " is being resumed already");
        }
        try {
            return resume.resume(decided);
        } finally {
            resuming.remove(id);
        }
    }
}
