package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static dev.interlock.springai.Asked.texts;
import static dev.interlock.springai.Asked.tool;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ResultLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;

/** What Spring AI's own manager does, and what becomes of it here; the table in docs/spring-ai.md names these tests. */
@Timeout(30)
class SpringHazardsTest {

    private static final EffectsMetadata PURE = EffectsMetadata.of(Effects.pure());
    private static final ChatResponse BOTH = response(call("1", "first", "{}"), call("2", "second", "{}"));

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static ToolCallingManager plain() {
        return ToolCallingManager.builder().build();
    }

    /** Waits for interrupted tools however long a busy machine takes to stop them. */
    private static InterlockToolCallingManager.Builder ours() {
        return InterlockToolCallingManager.builder().gracePeriod(Duration.ofSeconds(20));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, SECONDS)) {
                throw new IllegalStateException("nothing came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("stopped", e);
        }
    }

    // One after another.

    private record Pair(Prompt prompt, AtomicInteger mostAtOnce) {}

    /** Two independent calls that say how many of them run at once. The first waits for the second, if it may. */
    private static Pair pair(CountDownLatch secondStarted, boolean waits) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ToolCallback first = tool("first", PURE, () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            if (waits) {
                await(secondStarted);
            }
            running.decrementAndGet();
            return "one";
        });
        ToolCallback second = tool("second", PURE, () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            secondStarted.countDown();
            running.decrementAndGet();
            return "two";
        });
        return new Pair(prompt(first, second), most);
    }

    @Test
    void plain_spring_ai_runs_independent_calls_one_after_another() {
        Pair pair = pair(new CountDownLatch(1), false);
        plain().executeToolCalls(pair.prompt(), BOTH);
        assertThat(pair.mostAtOnce()).hasValue(1);
    }

    @Test
    void independent_calls_run_at_the_same_time() {
        Pair pair = pair(new CountDownLatch(1), true);
        assertThat(texts(ours().build().executeToolCalls(pair.prompt(), BOTH))).containsExactly("\"one\"", "\"two\"");
        assertThat(pair.mostAtOnce()).hasValue(2);
    }

    // Limits of time.

    private Prompt hanging() {
        return prompt(
                tool("first", PURE, () -> {
                    started.countDown();
                    await(release);
                    return "late";
                }),
                tool("second", PURE, () -> "two"));
    }

    @Test
    void plain_spring_ai_waits_for_a_tool_that_hangs() throws Exception {
        AtomicReference<ToolExecutionResult> result = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> result.set(plain().executeToolCalls(hanging(), BOTH)));
        await(started);
        // Nothing but the tool itself ends this.
        assertThat(caller.isAlive()).isTrue();
        assertThat(result).hasValue(null);
        release.countDown();
        caller.join();
        assertThat(texts(result.get())).containsExactly("\"late\"", "\"two\"");
    }

    @Test
    void tool_that_hangs_is_ended_and_the_model_told() {
        // Only the first has the limit: the second may take its time on a busy machine.
        ToolPolicy limited = ToolPolicy.builder().timeout(Duration.ofMillis(50)).build();
        List<String> texts = texts(ours().policy("first", limited).build().executeToolCalls(hanging(), BOTH));
        assertThat(texts.get(0)).contains("'first'", "exceeded 50 ms");
        assertThat(texts.get(1)).isEqualTo("\"two\"");
    }

    // Interrupts.

    /** The first swallows its interrupt, as many tools do. */
    private Prompt swallowing(AtomicInteger second) {
        return prompt(
                tool("first", () -> {
                    started.countDown();
                    await(release);
                    return "one";
                }),
                tool("second", () -> "" + second.incrementAndGet()));
    }

    private AtomicReference<Object> interrupted(ToolCallingManager manager, AtomicInteger second) throws Exception {
        AtomicReference<Object> end = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                end.set(texts(manager.executeToolCalls(swallowing(second), BOTH)));
            } catch (CancellationException e) {
                end.set(e.getMessage() + ", flag " + Thread.currentThread().isInterrupted());
            }
        });
        await(started);
        caller.interrupt();
        caller.join();
        return end;
    }

    @Test
    void plain_spring_ai_goes_on_when_its_caller_was_interrupted() throws Exception {
        AtomicInteger second = new AtomicInteger();
        assertThat(interrupted(plain(), second).get()).isEqualTo(List.of("stopped", "1"));
        assertThat(second).hasValue(1);
    }

    @Test
    void interrupted_caller_runs_no_further_tool_and_does_not_ask_the_model() throws Exception {
        AtomicInteger second = new AtomicInteger();
        assertThat(interrupted(ours().build(), second).get())
                .isEqualTo("the calling thread was interrupted during its tool calls; the model is not asked"
                        + " again, flag true");
        assertThat(second).hasValue(0);
    }

    // Cancelling from elsewhere.

    @Test
    void cancelled_turn_ends_its_tools_and_does_not_ask_the_model() throws Exception {
        Cancellation stop = new Cancellation();
        InterlockToolCallingManager manager = ours().build();
        Thread user = Thread.ofVirtual().start(() -> {
            await(started);
            stop.cancel("the user pressed stop");
        });
        assertThatThrownBy(() -> stop.call(() -> manager.executeToolCalls(hanging(), BOTH)))
                .isInstanceOf(CancellationException.class)
                .hasMessage("the user pressed stop; the model is not asked again");
        user.join();
    }

    // Failures that leave.

    @Test
    void failure_that_leaves_ends_its_siblings_first() {
        CountDownLatch ended = new CountDownLatch(1);
        Prompt prompt = prompt(
                tool("first", EffectsMetadata.of(Effects.reads("a")), () -> {
                    await(started);
                    throw new IllegalStateException("no");
                }),
                tool("second", EffectsMetadata.of(Effects.reads("b")), () -> {
                    started.countDown();
                    try {
                        await(release);
                    } finally {
                        ended.countDown();
                    }
                    return "two";
                }));
        InterlockToolCallingManager manager = ours().toolExecutionExceptionProcessor(
                        new DefaultToolExecutionExceptionProcessor(true))
                .build();
        assertThatThrownBy(() -> manager.executeToolCalls(prompt, BOTH)).hasMessage("no");
        assertThat(ended.getCount()).isZero();
    }

    // Cut responses.

    @Test
    void plain_spring_ai_runs_a_cut_call_without_its_arguments() {
        AtomicInteger runs = new AtomicInteger();
        Prompt prompt = prompt(tool("first", () -> "" + runs.incrementAndGet()));
        assertThat(texts(plain().executeToolCalls(prompt, response("LENGTH", call("1", "first", "")))))
                .containsExactly("1");
    }

    @Test
    void cut_call_is_not_run_and_the_whole_ones_are() {
        AtomicInteger runs = new AtomicInteger();
        Prompt prompt = prompt(tool("first", () -> "" + runs.incrementAndGet()));
        for (String reason : List.of("LENGTH", "max_tokens", "MAX_TOKENS", "CONTENT_FILTER")) {
            runs.set(0);
            ToolExecutionResult result = ours().build()
                    .executeToolCalls(
                            prompt,
                            response(
                                    reason,
                                    call("1", "first", "{}"),
                                    call("2", "first", "{\"a\":"),
                                    call("3", "first", "")));
            assertThat(texts(result).get(0)).isEqualTo("1");
            assertThat(texts(result).get(1))
                    .isEqualTo("the response was cut (finish reason " + reason + ") before call 2 of tool 'first' was"
                            + " complete, so it was not run: its arguments are not a complete JSON object. If you"
                            + " still need it, make the call again with all its arguments.");
            assertThat(texts(result).get(2)).contains("it is the last call, which the model may not have finished");
            assertThat(runs).hasValue(1);
        }
    }

    // Sizes.

    @Test
    void plain_spring_ai_sends_results_of_any_size() {
        Prompt prompt = prompt(tool("first", () -> "x".repeat(100_000)));
        assertThat(texts(plain().executeToolCalls(prompt, response(call("1", "first", "{}"))))
                        .get(0))
                .hasSize(100_002);
    }

    @Test
    void results_and_failures_have_a_limit_of_size() {
        Prompt prompt = prompt(tool("first", () -> "x".repeat(100_000)), tool("second", () -> {
            throw new IllegalStateException("y".repeat(100_000));
        }));
        List<String> texts = texts(ours().resultLimit(new ResultLimit(1000, ResultLimit.WhenLonger.CUT))
                .build()
                .executeToolCalls(prompt, BOTH));
        assertThat(texts).allSatisfy(text -> assertThat(text).hasSizeBetween(1000, 1100));
        assertThat(texts.get(1)).startsWith("yyy");
    }

    // Retries.

    private static Prompt unreliable(AtomicInteger attempts) {
        return prompt(tool("first", EffectsMetadata.of(Effects.reads("web")), () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("busy");
            }
            return "ok";
        }));
    }

    @Test
    void plain_spring_ai_gives_the_model_the_first_failure() {
        AtomicInteger attempts = new AtomicInteger();
        assertThat(texts(plain().executeToolCalls(unreliable(attempts), response(call("1", "first", "{}")))))
                .containsExactly("busy");
    }

    @Test
    void read_is_tried_again_and_the_processor_is_not_asked_before_the_last_failure() {
        AtomicInteger attempts = new AtomicInteger();
        InterlockToolCallingManager manager = ours().toolExecutionExceptionProcessor(
                        new DefaultToolExecutionExceptionProcessor(true))
                .policy(
                        "first",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                .build();
        assertThat(texts(manager.executeToolCalls(unreliable(attempts), response(call("1", "first", "{}")))))
                .containsExactly("\"ok\"");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void model_is_told_after_how_many_attempts_a_read_failed() {
        AtomicInteger attempts = new AtomicInteger(-100);
        InterlockToolCallingManager manager = ours().policy(
                        "first",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(4)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                .build();
        assertThat(texts(manager.executeToolCalls(unreliable(attempts), response(call("1", "first", "{}")))))
                .containsExactly("failed after 4 attempts: busy");
    }
}
