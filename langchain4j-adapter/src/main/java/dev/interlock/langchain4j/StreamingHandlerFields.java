package dev.interlock.langchain4j;

import dev.interlock.support.PrivateField;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields of LangChain4j's handler of a streamed response, which this library needs to start calls while the model still
 * writes. The handler itself uses its tools and hooks only when the response is complete.
 */
final class StreamingHandlerFields {

    private static final @Nullable Class<?> HANDLER = find();

    private static final PrivateField INVOCATION = field("invocationContext", InvocationContext.class);
    private static final PrivateField TOOLS = field("toolServiceContext", ToolServiceContext.class);
    private static final PrivateField BEFORE = field("beforeToolExecutionHandler", Consumer.class);
    private static final PrivateField AFTER = field("toolExecutionHandler", Consumer.class);
    private static final PrivateField ROUND_TRIPS_LEFT = field("toolCallingRoundTripsLeft", int.class);
    private static final PrivateField TEMPORARY_MEMORY = field("temporaryMemory", ChatMemory.class);

    private static final boolean COMPLETE = INVOCATION.isThere()
            && TOOLS.isThere()
            && BEFORE.isThere()
            && AFTER.isThere()
            && ROUND_TRIPS_LEFT.isThere();

    private StreamingHandlerFields() {}

    private static @Nullable Class<?> find() {
        try {
            return Class.forName("dev.langchain4j.service.AiServiceStreamingResponseHandler");
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    private static PrivateField field(String name, Class<?> type) {
        return PrivateField.of(
                MethodHandles.lookup(),
                HANDLER == null ? StreamingChatResponseHandler.class : HANDLER,
                name,
                type,
                "Calls of streamed responses start when the response is complete");
    }

    /** Whether a handler is that of an AI service's streamed response. */
    static boolean isServices(StreamingChatResponseHandler handler) {
        return HANDLER != null && HANDLER.isInstance(handler);
    }

    /** Returns the invocation that the response belongs to; null if unknown. */
    static @Nullable InvocationContext invocation(StreamingChatResponseHandler handler) {
        return (InvocationContext) INVOCATION.get(handler);
    }

    /** Returns the tools of a response, if they are known. */
    static Optional<ToolServiceContext> tools(StreamingChatResponseHandler handler) {
        return isServices(handler) ? Optional.ofNullable((ToolServiceContext) TOOLS.get(handler)) : Optional.empty();
    }

    /** Returns LangChain4j's temporary memory of an invocation whose service has none, or null. */
    static @Nullable ChatMemory temporaryMemory(StreamingChatResponseHandler handler) {
        return (ChatMemory) TEMPORARY_MEMORY.get(handler);
    }

    /** Returns a factory for calls that start before the response is complete; null if none may. */
    @SuppressWarnings("unchecked")
    static @Nullable RequestCallFactory earlyCallFactory(
            StreamingChatResponseHandler handler, ServiceRounds rounds, @Nullable Turnstile turnstile) {
        if (!COMPLETE) {
            return null;
        }
        InvocationContext invocation = (InvocationContext) INVOCATION.get(handler);
        ToolServiceContext tools = (ToolServiceContext) TOOLS.get(handler);
        boolean limitReached = !(ROUND_TRIPS_LEFT.get(handler) instanceof Integer left) || left <= 0;
        if (invocation == null || tools == null || limitReached) {
            return null;
        }
        return rounds.callFactory(
                tools,
                invocation,
                rounds.hooks()
                        .handling(
                                (Consumer<BeforeToolExecution>) BEFORE.get(handler),
                                (Consumer<ToolExecution>) AFTER.get(handler),
                                turnstile));
    }
}
