package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures that leave a round, and failures that cannot even be looked at. */
@Timeout(60)
class FailuresOfRoundsTest {

    private final FakeTime time = new FakeTime();

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String getMessage() {
            throw new StackOverflowError("no message");
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_exception_that_throws_when_it_is_looked_at_fails_its_call_alone(int calls) {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.writes("{i}"), c -> {
            throw new Unprintable();
        }));
        List<ToolCall> batch = Collections.nCopies(calls, call("tool", "i", 1));
        assertThat(executor.execute(batch, tools))
                .hasSize(calls)
                .allSatisfy(result -> assertThat(result.outcome().message()).contains("Unprintable"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_listener_whose_exception_cannot_be_logged_does_no_harm(int calls) {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(event -> {
                    throw new Unprintable();
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.writes("{i}"), c -> "done"));
        List<ToolCall> batch =
                List.of(call("tool", "i", 1), call("tool", "i", 2)).subList(0, calls);
        assertThat(executor.execute(batch, tools)).hasSize(calls).allMatch(CallResult::isSuccess);
    }

    /** As a message does that is computed, such as from the state of a client that is in use. */
    private static final class SlowToSay extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient CountDownLatch asked;
        private final transient CountDownLatch until;

        SlowToSay(CountDownLatch asked, CountDownLatch until) {
            this.asked = asked;
            this.until = until;
        }

        @Override
        public String getMessage() {
            asked.countDown();
            try {
                await(until);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "said at last";
        }
    }

    @Test
    void other_calls_go_on_while_the_message_of_a_failure_is_read() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch laterRan = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("fail", Effects.reads("a"), c -> {
                    throw new SlowToSay(asked, laterRan);
                }),
                ToolDefinition.of("use", Effects.reads("b"), c -> "used"),
                ToolDefinition.of("first", Effects.writes("c"), c -> {
                    await(asked);
                    return "first";
                }),
                ToolDefinition.of("later", Effects.writes("c"), c -> {
                    laterRan.countDown();
                    return "later";
                }));
        List<CallResult> results = EchoTools.chaining()
                .build()
                .execute(List.of(call("fail"), call("use", "x", "${1}"), call("first"), call("later")), tools);
        assertThat(results.get(1).outcome().message())
                .isEqualTo("tool 'use' was not started: it uses the result of call 1 (tool 'fail'), which did not"
                        + " succeed: said at last");
        assertThat(results.get(3).isSuccess()).isTrue();
    }

    @Test
    void a_failure_that_must_leave_the_round_does_so_through_a_propagator_that_wraps_exceptions() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(() -> new ContextPropagator.Captured() {
                    @Override
                    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
                        try {
                            return body.call();
                        } catch (Exception e) {
                            throw new IllegalStateException("wrapped", e);
                        }
                    }
                })
                .build();
        IllegalArgumentException veto = new IllegalArgumentException("veto");
        Round round = executor.rounds()
                .round(List.of(
                        new ToolTask(executor, "a", Effects.pure(), c -> {
                            throw new RoundFailure(veto);
                        }),
                        new ToolTask(executor, "b", Effects.pure(), c -> null)));
        round.execute();
        assertThat(round.failure()).isSameAs(veto);
    }

    /** The earlier call, with these effects, fails only when the later one, which is pure, has failed. */
    private static @Nullable Throwable failureOfTwo(ToolCallExecutor executor, Effects effects, Exception earlier) {
        CountDownLatch laterFailed = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(
                        new ToolTask(executor, "a", effects, c -> {
                            await(laterFailed);
                            throw new RoundFailure(earlier);
                        }),
                        new ToolTask(executor, "b", Effects.pure(), c -> {
                            laterFailed.countDown();
                            throw new RoundFailure(new IllegalStateException("later"));
                        })));
        round.execute();
        return round.failure();
    }

    @Test
    void of_several_failures_that_must_leave_the_round_the_earliest_calls_does() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        IllegalArgumentException earlier = new IllegalArgumentException("earlier");
        assertThat(failureOfTwo(executor, Effects.writes("a"), earlier)).isSameAs(earlier);
    }

    @Test
    void an_earlier_read_that_would_fail_too_is_not_cut_off_by_a_later_failure() {
        ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
        IllegalArgumentException earlier = new IllegalArgumentException("earlier");
        assertThat(failureOfTwo(executor, Effects.reads("a"), earlier)).isSameAs(earlier);
    }

    @Test
    void an_earlier_read_that_does_not_end_is_interrupted_after_the_grace_period_of_a_failed_round() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        List<ToolTask> tasks = new ArrayList<>();
        Thread owner = Thread.ofPlatform().start(() -> {
            ToolCallExecutor executor = ToolCallExecutor.builder().time(time).build();
            tasks.add(new ToolTask(executor, "a", Effects.reads("a"), c -> {
                reading.countDown();
                blockUntilInterrupted();
                return null;
            }));
            tasks.add(new ToolTask(executor, "b", Effects.pure(), c -> {
                await(reading);
                throw new RoundFailure(new IllegalStateException("second"));
            }));
            executor.rounds().round(tasks).execute();
        });
        time.awaitParkedUntil(Duration.ofMillis(250));
        time.advance(Duration.ofMillis(250));
        owner.join(20_000);
        assertThat(tasks.get(0).outcome().message()).endsWith("the failure of another call ended the round");
    }

    @Test
    void a_round_of_which_every_call_fails_takes_time_linear_in_the_calls() {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().concurrency(Concurrency.unlimited()).build();
        ToolBinding binding = executor.rounds().bind(ToolDefinition.of("a", Effects.pure(), c -> null));
        List<ToolTask> tasks = IntStream.range(0, 40_000)
                .mapToObj(i -> new ToolTask(binding, c -> {
                    throw new RoundFailure(new IllegalStateException("no"));
                }))
                .toList();
        Round round = executor.rounds().round(tasks);
        round.execute();
        assertThat(round.failure()).hasMessage("no");
    }
}
