package dev.interlock.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the complete response among the events of a model's publisher. The event is new in LangChain4j 1.20, so this
 * goes by its method {@code chatResponse()}.
 */
final class CompleteEvents {

    private static final ClassValue<Optional<MethodHandle>> RESPONSE = new ClassValue<>() {
        @Override
        protected Optional<MethodHandle> computeValue(Class<?> type) {
            try {
                return Optional.of(MethodHandles.lookup()
                        .findVirtual(type, "chatResponse", MethodType.methodType(ChatResponse.class)));
            } catch (NoSuchMethodException | IllegalAccessException e) {
                return Optional.empty();
            }
        }
    };

    private CompleteEvents() {}

    /** Returns the response that an event completes; null for other events. */
    static @Nullable ChatResponse response(Object event) {
        MethodHandle response = RESPONSE.get(event.getClass()).orElse(null);
        if (response == null) {
            return null;
        }
        try {
            return (ChatResponse) response.invoke(event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the complete response cannot be read from " + event, e);
        }
    }
}
