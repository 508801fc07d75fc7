package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resumes a suspended invocation in a second call of the AI service's method, the resuming call. LangChain4j does
 * everything as usual, with its own code: prompts, guardrails, the loop, the return type. Three things differ. The
 * memory does not get the question again ({@link ResumedMemory}). The first response is the suspended one and not the
 * model's ({@link #takeResponse}). Its calls form a resumed round ({@link #calls}).
 *
 * <p>It belongs to the current thread while the user's function runs, and the first call of the suspended method takes
 * it. Only accessed by that thread.
 */
final class Resumption {

    private static final ThreadLocal<@Nullable Resumption> CURRENT = new ThreadLocal<>();

    private final SuspendedInvocation suspended;
    private @Nullable ResumedMemory memory;

    /** LangChain4j's context of the invocation, once it has begun. */
    private @Nullable InvocationContext invocation;

    private @Nullable ServiceRounds rounds;
    private boolean answered;

    private Resumption(SuspendedInvocation suspended) {
        this.suspended = suspended;
    }

    /**
     * Calls a method of an AI service, which resumes a suspended invocation.
     *
     * @throws IllegalStateException if the method was not called
     */
    static <T extends @Nullable Object> T call(SuspendedInvocation suspended, Supplier<T> method) {
        Resumption resumption = new Resumption(suspended);
        Resumption outer = CURRENT.get();
        CURRENT.set(resumption);
        T result;
        try {
            result = method.get();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
        if (!resumption.answered) {
            throw new IllegalStateException("round " + suspended.round().id() + " was not resumed: "
                    + suspended.service() + " was not called on this thread, or its stream was not started");
        }
        return result;
    }

    static @Nullable Resumption current() {
        return CURRENT.get();
    }

    /** Returns the memory of an invocation on the current thread; a resumed one if this is the invocation to resume. */
    ChatMemory memory(ChatMemory own, Class<?> aiService, Object memoryId) {
        ResumedMemory known = memory;
        if (known != null) {
            return known.isOf(own) ? known : own;
        }
        if (!isOf(aiService)) {
            return own;
        }
        checkIsOf(memoryId);
        ResumedMemory resumed = ResumedMemory.of(own, suspended);
        memory = resumed;
        return resumed;
    }

    private boolean isOf(Class<?> aiService) {
        String service = suspended.service();
        return service != null && service.startsWith(aiService.getName() + '.');
    }

    private void checkIsOf(Object memoryId) {
        if (!String.valueOf(memoryId).equals(String.valueOf(suspended.memoryId()))) {
            throw new IllegalArgumentException("round " + suspended.round().id() + " belongs to the memory '"
                    + suspended.memoryId() + "', but the method was called with '" + memoryId + "'");
        }
    }

    /**
     * Handles the begin of an invocation on this thread.
     *
     * @return whether this is the invocation to resume
     */
    boolean begins(InvocationContext context, ServiceRounds ofService) {
        if (invocation != null || !Objects.equals(suspended.service(), Suspending.service(context))) {
            return false;
        }
        checkIsOf(context.chatMemoryId());
        invocation = context;
        rounds = ofService;
        Map<String, Object> parameters = context.invocationParameters().asMap();
        suspended.parameters().forEach(parameters::putIfAbsent);
        ofService.restore(context, suspended.callsOfTools());
        return true;
    }

    /** Returns the suspended response in place of the model's first one; null if the model must be asked. */
    @Nullable
    ChatResponse takeResponse(ServiceRounds asking) {
        if (answered || !asking.equals(rounds)) {
            return null;
        }
        answered = true;
        return ChatResponse.builder()
                .aiMessage(suspended.message())
                .tokenUsage(suspended.tokenUsage())
                .build();
    }

    /** Returns the invocation of a response if this thread resumes it; otherwise null. */
    @SuppressWarnings("ReferenceEquality") // an equal response of the model is not the same one
    static @Nullable SuspendedInvocation of(@Nullable AiMessage message) {
        Resumption current = CURRENT.get();
        return current != null && current.answered && current.suspended.message() == message ? current.suspended : null;
    }

    /** Creates the calls for a resumed round. A call of a tool that no longer exists gets an error. */
    static List<RequestCall> calls(SuspendedInvocation suspended, RequestCallFactory factory) {
        RequestCallFactory present = factory.withUnknown(Resumption::gone);
        List<ToolExecutionRequest> requests = suspended.message().toolExecutionRequests();
        List<RequestCall> calls = new ArrayList<>(requests.size());
        for (int place = 0; place < requests.size(); place++) {
            SuspendedCall state = suspended.round().calls().get(place);
            ToolExecutionRequest request = requests.get(place);
            ToolExecutionRequest asked = state.edited()
                    ? with(request, SuspendedParts.text(state.call().arguments()))
                    : request;
            RequestCall call = present.call(asked);
            ExecutedRequests executed = factory.handling().executed();
            if (executed != null) {
                executed.add(factory.context(), request, asked);
                String ran = suspended.executed().get(place);
                if (ran != null) {
                    executed.add(factory.context(), asked, with(asked, ran));
                }
            }
            if (suspended.hadEnded(place)) {
                call.hasResult(result(suspended.results().get(place)));
            }
            calls.add(call);
        }
        return calls;
    }

    private static ToolExecutionRequest with(ToolExecutionRequest request, String arguments) {
        return request.toBuilder().arguments(arguments).build();
    }

    private static ToolExecutionResult gone(ToolExecutionRequest request) {
        return ToolExecutionResult.builder()
                .isError(true)
                .resultText("tool '" + request.name() + "' was not run: there is no such tool any more")
                .build();
    }

    private static ToolExecutionResult result(ToolExecutionResultMessage message) {
        return ToolExecutionResult.builder()
                .resultContents(message.contents())
                .isError(Boolean.TRUE.equals(message.isError()))
                .attributes(message.attributes())
                .build();
    }

    /**
     * Returns the messages of an invocation without a memory: those that LangChain4j has created anew, and those of the
     * earlier rounds.
     */
    static List<ChatMessage> withEarlier(List<ChatMessage> messages, @Nullable SuspendedInvocation suspended) {
        if (suspended == null || suspended.earlier().isEmpty()) {
            return messages;
        }
        List<ChatMessage> all = new ArrayList<>(messages);
        all.addAll(suspended.earlier());
        return all;
    }
}
