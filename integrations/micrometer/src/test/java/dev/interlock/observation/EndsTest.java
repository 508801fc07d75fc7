package dev.interlock.observation;

import static dev.interlock.observation.Traces.attribute;
import static dev.interlock.observation.Traces.call;
import static dev.interlock.observation.Traces.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.report.ReportContent;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each call has one span, whatever becomes of it, which says so. */
@Timeout(60)
class EndsTest {

    private final Traces traces = new Traces();
    private final AtomicInteger attempts = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("read", Effects.reads("a"), c -> "the result"),
            ToolDefinition.of("fail", Effects.reads("a"), c -> {
                throw new IOException("no such s3cr3t");
            }),
            ToolDefinition.of("hang", Effects.reads("a"), c -> {
                never.await();
                return "never";
            }),
            ToolDefinition.of("flaky", Effects.reads("a"), c -> {
                int attempt = attempts.incrementAndGet();
                traces.observed("attempt " + attempt, () -> 1);
                if (attempt < 3) {
                    throw new IOException("reset");
                }
                return "at last";
            }));

    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().listener(ToolObservations.of(traces.registry()));
    }

    @Test
    void a_call_that_succeeds_follows_the_conventions_and_shows_nothing() {
        builder().build().execute(List.of(call("read")), tools);

        SpanData span = traces.span("execute_tool read");
        assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(span.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
        assertThat(attribute(span, "gen_ai.operation.name")).isEqualTo("execute_tool");
        assertThat(attribute(span, "gen_ai.tool.name")).isEqualTo("read");
        assertThat(attribute(span, "gen_ai.tool.type")).isEqualTo("function");
        assertThat(attribute(span, "gen_ai.tool.call.id")).isEqualTo("id-read");
        assertThat(attribute(span, "error.type")).isNull();
        assertThat(attribute(span, "interlock.end")).isEqualTo("ok");
        assertThat(attribute(span, "interlock.call.number")).isEqualTo("1");
        assertThat(attribute(span, "interlock.call.attempts")).isEqualTo("1");
        assertThat(attribute(span, "gen_ai.tool.call.arguments")).isNull();
        assertThat(attribute(span, "gen_ai.tool.call.result")).isNull();
        assertThat(attribute(traces.span("interlock.round"), "interlock.round.calls"))
                .isEqualTo("1");
    }

    @Test
    void a_call_without_an_id_has_none() {
        builder()
                .build()
                .execute(List.of(new ToolCall(null, "read", call("read").arguments())), tools);

        assertThat(attribute(traces.span("execute_tool read"), "gen_ai.tool.call.id"))
                .isNull();
    }

    @Test
    void a_failure_has_its_type_and_no_message_unless_asked_for() {
        builder().build().execute(List.of(call("fail")), tools);

        SpanData span = traces.span("execute_tool fail");
        assertThat(attribute(span, "error.type")).isEqualTo("java.io.IOException");
        assertThat(attribute(span, "interlock.end")).isEqualTo("failed");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.toString()).doesNotContain("s3cr3t");
        assertThat(attribute(traces.span("interlock.round"), "interlock.round.unsuccessful"))
                .isEqualTo("1");
    }

    @Test
    void arguments_results_and_messages_are_shown_cut_where_asked_for() {
        ToolCallExecutor.builder()
                .listener(ToolObservations.builder(traces.registry())
                        .content(ReportContent.all(6))
                        .build())
                .build()
                .execute(List.of(call("read"), call("fail")), tools);

        SpanData read = traces.span("execute_tool read");
        assertThat(attribute(read, "gen_ai.tool.call.arguments")).isEqualTo("{\"secr…");
        assertThat(attribute(read, "gen_ai.tool.call.result")).isEqualTo("the re…");
        assertThat(traces.span("execute_tool fail").getStatus().getDescription())
                .isEqualTo("no such s3cr3t");
    }

    @Test
    void retries_are_events_and_each_attempt_is_within_the_one_span() {
        builder()
                .policy(
                        "flaky",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .jitter(0)
                                        .multiplier(1)
                                        .build())
                                .build())
                .build()
                .execute(List.of(call("flaky")), tools);

        SpanData span = traces.span("execute_tool flaky");
        assertThat(events(span))
                .contains(
                        "attempt 1 failed (java.io.IOException), the next attempt starts in 1 ms",
                        "attempt 2 failed (java.io.IOException), the next attempt starts in 1 ms");
        assertThat(attribute(span, "interlock.call.attempts")).isEqualTo("3");
        assertThat(attribute(span, "interlock.end")).isEqualTo("ok");
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(traces.parent(traces.span("attempt " + attempt))).isEqualTo("execute_tool flaky");
        }
    }

    @Test
    void a_time_out_is_one() {
        // Time for the interrupted tool to end, on a busy machine too.
        builder()
                .timeout(Duration.ofMillis(1))
                .gracePeriod(Duration.ofSeconds(20))
                .build()
                .execute(List.of(call("hang")), tools);

        SpanData span = traces.span("execute_tool hang");
        assertThat(attribute(span, "error.type")).isEqualTo("timeout");
        assertThat(attribute(span, "interlock.end")).isEqualTo("timed_out");
    }

    @Test
    void waits_are_events_that_say_for_what() {
        ToolSet writing = ToolSet.of(ToolDefinition.of("write", Effects.writes("a"), c -> 1));
        builder().build().execute(List.of(call("write"), call("write")), writing);

        List<SpanData> spans = traces.all("execute_tool write");
        assertThat(spans).hasSize(2);
        SpanData second = spans.stream()
                .filter(span -> "2".equals(attribute(span, "interlock.call.number")))
                .findFirst()
                .orElseThrow();
        assertThat(events(second)).singleElement().asString().matches("waited \\d+ ms for call 1");
    }

    @Test
    void a_call_that_is_cancelled_before_its_start_has_a_span_at_its_end() {
        ToolSet failing = ToolSet.of(
                ToolDefinition.of("fail", Effects.writes("a"), c -> {
                    throw new IOException("no");
                }),
                ToolDefinition.of("write", Effects.writes("a"), c -> 1));
        builder().failFast(true).build().execute(List.of(call("fail"), call("write")), failing);

        SpanData span = traces.span("execute_tool write");
        assertThat(attribute(span, "interlock.end")).isEqualTo("cancelled");
        assertThat(attribute(span, "error.type")).isEqualTo("cancelled");
        assertThat(attribute(span, "interlock.call.attempts")).isEqualTo("0");
        assertThat(traces.parent(span)).isEqualTo("interlock.round");
    }

    @Test
    void a_coalesced_call_has_a_span_that_names_the_other() {
        builder().coalescing(true).build().execute(List.of(call("read"), call("read")), tools);

        SpanData span = traces.all("execute_tool read").stream()
                .filter(one -> "coalesced".equals(attribute(one, "interlock.end")))
                .findFirst()
                .orElseThrow();
        assertThat(events(span)).contains("takes the outcome of call 1");
        assertThat(attribute(span, "error.type")).isNull();
        assertThat(traces.parent(span)).isEqualTo("interlock.round");
    }

    @Test
    void a_refused_call_was_rejected_and_a_call_that_needs_it_skipped() {
        builder()
                .chaining(true)
                .interceptor(intercepted -> {
                    if (intercepted.call().tool().equals("fail")) {
                        throw new CallRefusedException("not today");
                    }
                    return intercepted.proceed();
                })
                .build()
                .execute(
                        List.of(
                                call("fail"),
                                new ToolCall(
                                        "2",
                                        "read",
                                        com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                                .objectNode()
                                                .put("of", "${1}"))),
                        tools);

        assertThat(attribute(traces.span("execute_tool fail"), "interlock.end")).isEqualTo("rejected");
        assertThat(attribute(traces.span("execute_tool fail"), "error.type")).isEqualTo("rejected");
        assertThat(attribute(traces.span("execute_tool read"), "interlock.end")).isEqualTo("skipped");
    }

    @Test
    void a_tool_that_a_model_made_up_has_its_name_in_the_span() {
        builder().build().execute(List.of(call("invented")), tools);

        SpanData span = traces.span("execute_tool invented");
        assertThat(attribute(span, "gen_ai.tool.name")).isEqualTo("invented");
        assertThat(attribute(span, "interlock.end")).isNotNull();
    }

    @Test
    void an_abandoned_call_ends_when_it_is_abandoned_and_once() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        ToolSet deaf = ToolSet.of(ToolDefinition.of("deaf", Effects.reads("a"), c -> {
            thread.complete(Thread.currentThread());
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    attempts.incrementAndGet();
                }
            }
            traces.observed("late", () -> 1);
            return "late";
        }));
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        ToolCallExecutor executor = builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallReleased) {
                        released.countDown();
                    }
                })
                // A thread that goes on after the call, as one of a pool does.
                .threadFactory(body -> Thread.ofPlatform().unstarted(() -> {
                    body.run();
                    left.complete(Span.current().getSpanContext().isValid()
                            || traces.registry().getCurrentObservation() != null);
                }))
                // Time for the tool to begin, on a busy machine too.
                .timeout(Duration.ofSeconds(1))
                .gracePeriod(Duration.ofMillis(1))
                .build();
        executor.execute(List.of(call("deaf")), deaf);

        SpanData span = traces.span("execute_tool deaf");
        assertThat(attribute(span, "interlock.end")).isEqualTo("abandoned");
        assertThat(attribute(span, "error.type")).isEqualTo("timeout");
        release.countDown();
        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(left.get(20, TimeUnit.SECONDS))
                .as("something is current still")
                .isFalse();
        assertThat(traces.all("execute_tool deaf")).hasSize(1);
        assertThat(traces.parent(traces.span("late"))).isEqualTo("execute_tool deaf");
    }

    @Test
    void a_registry_that_does_nothing_costs_nothing() {
        ToolCallExecutor.builder()
                .listener(ToolObservations.of(ObservationRegistry.NOOP))
                .build()
                .execute(List.of(call("read")), tools);

        assertThat(traces.spans()).isEmpty();
    }
}
