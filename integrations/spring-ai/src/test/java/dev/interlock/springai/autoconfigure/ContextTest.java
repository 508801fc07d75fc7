package dev.interlock.springai.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.micrometer.MicrometerContextPropagator;
import dev.interlock.springai.EffectsMetadata;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Which context reaches the threads of calls in an application, and how often it is captured. */
class ContextTest {

    private static final String KEY = ContextTest.class.getName();

    private static final ApplicationContextRunner APPLICATION = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    InterlockToolCallingAutoConfiguration.class, ToolCallingAutoConfiguration.class));

    private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

    private final Thread caller = Thread.currentThread();
    private final AtomicInteger captured = new AtomicInteger();

    /** Counts how often the caller's value is captured. */
    private final class Accessor implements ThreadLocalAccessor<String> {
        @Override
        public Object key() {
            return KEY;
        }

        @Override
        public @Nullable String getValue() {
            String value = USER.get();
            if ("ann".equals(value) && Thread.currentThread().equals(caller)) {
                captured.incrementAndGet();
            }
            return value;
        }

        @Override
        public void setValue(String value) {
            USER.set(value);
        }

        @Override
        public void setValue() {
            USER.remove();
        }
    }

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Accessor());
        USER.set("ann");
    }

    @AfterEach
    void remove() {
        USER.remove();
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
    }

    /** Who the user is on the thread of a call. */
    private @Nullable String found(ToolCallingManager manager) {
        List<String> found = new CopyOnWriteArrayList<>();
        manager.executeToolCalls(
                Prompt.builder()
                        .content("Do it")
                        .chatOptions(ToolCallingChatOptions.builder()
                                .toolCallbacks(FunctionToolCallback.builder("who", () -> {
                                            found.add(String.valueOf(USER.get()));
                                            return "done";
                                        })
                                        .toolMetadata(EffectsMetadata.of(Effects.writes("who")))
                                        .build())
                                .build())
                        .build(),
                ChatResponse.builder()
                        .generations(List.of(new Generation(AssistantMessage.builder()
                                .content("")
                                .toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "who", "{}")))
                                .build())))
                        .build());
        return found.get(0);
    }

    @Test
    void what_is_registered_reaches_calls() {
        APPLICATION.run(context -> {
            assertThat(found(context.getBean(ToolCallingManager.class))).isEqualTo("ann");
            assertThat(captured).hasValue(1);
        });
    }

    @Test
    void bean_takes_the_place_of_the_default_of_its_class() {
        APPLICATION
                .withBean(ContextPropagator.class, MicrometerContextPropagator::create)
                .run(context -> {
                    assertThat(found(context.getBean(ToolCallingManager.class))).isEqualTo("ann");
                    assertThat(captured).hasValue(1);
                });
    }

    @Test
    void bean_may_carry_less_than_all() {
        APPLICATION
                .withBean(
                        ContextPropagator.class,
                        () -> MicrometerContextPropagator.using(ContextSnapshotFactory.builder()
                                .contextRegistry(new ContextRegistry())
                                .build()))
                .run(context -> assertThat(found(context.getBean(ToolCallingManager.class)))
                        .isEqualTo("null"));
    }

    @Test
    void no_context_reaches_calls_if_the_application_says_so() {
        APPLICATION.withPropertyValues("interlock.propagate-context=false").run(context -> {
            assertThat(found(context.getBean(ToolCallingManager.class))).isEqualTo("null");
            assertThat(captured).hasValue(0);
        });
    }

    @Test
    void beans_of_the_application_count_whatever_it_says() {
        APPLICATION
                .withBean(ContextPropagator.class, MicrometerContextPropagator::create)
                .withPropertyValues("interlock.propagate-context=false")
                .run(context -> assertThat(found(context.getBean(ToolCallingManager.class)))
                        .isEqualTo("ann"));
    }
}
