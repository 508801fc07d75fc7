package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static dev.interlock.springai.Asked.texts;
import static dev.interlock.springai.Asked.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;
import reactor.util.context.Context;

/** Observations {@code spring.ai.tool}, and what else belongs to a thread, on the threads of calls. */
@Timeout(30)
class ObservationTest {

    private static final EffectsMetadata READS = EffectsMetadata.of(Effects.reads("x"));
    private static final ChatResponse BOTH = response(call("1", "first", "{}"), call("2", "second", "{}"));

    private final List<ToolCallingObservationContext> stopped = new CopyOnWriteArrayList<>();
    private final ObservationRegistry registry = registry();
    private final CyclicBarrier both = new CyclicBarrier(2);

    private ObservationRegistry registry() {
        ObservationRegistry made = ObservationRegistry.create();
        made.observationConfig().observationHandler(new ObservationHandler<ToolCallingObservationContext>() {
            @Override
            public void onStop(ToolCallingObservationContext context) {
                stopped.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ToolCallingObservationContext;
            }
        });
        return made;
    }

    private InterlockToolCallingManager manager() {
        return InterlockToolCallingManager.builder()
                .observationRegistry(registry)
                .build();
    }

    private void meet() {
        try {
            both.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String current() {
        meet();
        return registry.getCurrentObservation().getContextView().getName();
    }

    /** Two that run at the same time, each on a thread of its own. */
    private Prompt pair() {
        return prompt(tool("first", READS, this::current), tool("second", READS, this::current));
    }

    @Test
    void each_call_is_observed_within_what_the_caller_observes() {
        Observation request = Observation.start("request", registry);
        List<String> texts = request.scoped(() -> texts(manager().executeToolCalls(pair(), BOTH)));
        request.stop();

        assertThat(texts).containsExactly("\"spring.ai.tool\"", "\"spring.ai.tool\"");
        assertThat(stopped).hasSize(2).allSatisfy(context -> {
            assertThat(context.getParentObservation()).isSameAs(request);
            assertThat(context.getName()).isEqualTo("spring.ai.tool");
            assertThat(context.getToolCallResult()).isEqualTo("\"spring.ai.tool\"");
            assertThat(context.getError()).isNull();
        });
        assertThat(stopped)
                .extracting(context -> context.getToolDefinition().name())
                .containsExactlyInAnyOrder("first", "second");
        assertThat(stopped)
                .extracting(ToolCallingObservationContext::getToolCallId)
                .containsExactlyInAnyOrder("1", "2");
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void in_a_stream_the_parent_is_that_of_the_subscriber() {
        Observation request = Observation.start("request", registry);
        ToolCallReactiveContextHolder.setContext(Context.of(ObservationThreadLocalAccessor.KEY, request));
        try {
            manager().executeToolCalls(pair(), BOTH);
        } finally {
            ToolCallReactiveContextHolder.clearContext();
        }
        assertThat(stopped)
                .hasSize(2)
                .allSatisfy(
                        context -> assertThat(context.getParentObservation()).isSameAs(request));
    }

    @Test
    void failure_that_became_a_text_is_no_error_and_one_that_leaves_is() {
        Prompt prompt = prompt(
                tool("first", READS, () -> {
                    throw new IllegalStateException("no");
                }),
                tool("second", READS, () -> {
                    throw new UncheckedIOException("gone", new IOException());
                }));
        InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
                .observationRegistry(registry)
                .toolExecutionExceptionProcessor(
                        new DefaultToolExecutionExceptionProcessor(false, List.of(UncheckedIOException.class)))
                .build();
        assertThatThrownBy(() -> manager.executeToolCalls(prompt, BOTH)).isInstanceOf(UncheckedIOException.class);
        Map<String, Boolean> failed = new ConcurrentHashMap<>();
        stopped.forEach(context -> failed.put(context.getToolDefinition().name(), context.getError() != null));
        assertThat(failed).containsEntry("second", true).doesNotContainEntry("first", true);
    }

    @Test
    void reactive_tools_find_the_context_of_the_stream_on_any_thread() {
        Prompt prompt = prompt(
                tool("first", READS, () -> {
                    meet();
                    return "" + ToolCallReactiveContextHolder.getContext().get("user");
                }),
                tool("second", READS, () -> {
                    meet();
                    return "" + ToolCallReactiveContextHolder.getContext().get("user");
                }),
                tool(
                        "alone",
                        () -> "" + ToolCallReactiveContextHolder.getContext().get("user")));
        ToolCallReactiveContextHolder.setContext(Context.of("user", "ann"));
        try {
            assertThat(texts(manager()
                            .executeToolCalls(
                                    prompt,
                                    response(
                                            call("1", "first", "{}"),
                                            call("2", "second", "{}"),
                                            call("3", "alone", "{}"),
                                            call("4", "alone", "{}")))))
                    .containsExactly("\"ann\"", "\"ann\"", "\"ann\"", "\"ann\"");
            assertThat(ToolCallReactiveContextHolder.getContext().<String>get("user"))
                    .isEqualTo("ann");
        } finally {
            ToolCallReactiveContextHolder.clearContext();
        }
    }

    @Test
    void registered_thread_locals_reach_the_threads_of_calls() {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", tenant);
        tenant.set("acme");
        try {
            Prompt prompt = prompt(
                    tool("first", READS, () -> {
                        meet();
                        return tenant.get();
                    }),
                    tool("second", READS, () -> {
                        meet();
                        return tenant.get();
                    }));
            assertThat(texts(manager().executeToolCalls(prompt, BOTH))).containsExactly("\"acme\"", "\"acme\"");
            assertThat(tenant.get()).isEqualTo("acme");
        } finally {
            tenant.remove();
            ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
        }
    }

    @Test
    void context_of_the_log_reaches_the_threads_of_calls() throws Exception {
        // The log of the tests has no context.
        Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
        set.setAccessible(true);
        set.invoke(null, new BasicMDCAdapter());
        Prompt prompt = prompt(
                tool("first", READS, () -> {
                    meet();
                    return MDC.get("request");
                }),
                tool("second", READS, () -> {
                    meet();
                    return MDC.get("request");
                }));
        MDC.put("request", "r-1");
        try {
            assertThat(texts(manager().executeToolCalls(prompt, BOTH))).containsExactly("\"r-1\"", "\"r-1\"");
            assertThat(MDC.get("request")).isEqualTo("r-1");
        } finally {
            MDC.clear();
        }
    }
}
