package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancellationTest {

    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicInteger later = new AtomicInteger();
    private final Cancellation cancellation = new Cancellation();

    private ToolSet tools(Effects effects) {
        return ToolSet.of(
                ToolDefinition.of("blocks", effects, c -> {
                    started.countDown();
                    blockUntilInterrupted();
                    return null;
                }),
                ToolDefinition.of("later", effects, c -> later.incrementAndGet()));
    }

    /** Each compiles: nothing need be caught that is not thrown, and a callable is taken as well. */
    @Test
    void what_runs_within_throws_what_it_throws_and_nothing_else() throws Exception {
        String plain = cancellation.call(() -> "plain");
        Callable<String> callable = () -> "of a callable";
        assertThat(plain).isEqualTo("plain");
        assertThat(cancellation.call(callable)).isEqualTo("of a callable");
        assertThat(cancellation.call(this::unchecked)).isEqualTo("unchecked");
        try {
            cancellation.call(CancellationTest::checked);
        } catch (IOException e) {
            assertThat(e).hasMessage("checked");
            return;
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void nothing_need_be_declared_where_nothing_checked_is_thrown() {
        assertThat(cancellation.call(() -> later.incrementAndGet())).isEqualTo(1);
        assertThat(cancellation.call(later::incrementAndGet)).isEqualTo(2);
        cancellation.run(later::incrementAndGet);
        assertThat(later).hasValue(3);
    }

    private String unchecked() {
        return "unchecked";
    }

    private static String checked() throws IOException {
        throw new IOException("checked");
    }

    private record Ended(List<CallResult> results, boolean flag) {}

    private static CompletableFuture<Ended> start(
            ToolCallExecutor executor, Cancellation cancellation, ToolSet tools, ToolCall... calls) {
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                ended.complete(cancellation.call(() -> new Ended(
                        executor.execute(List.of(calls), tools),
                        Thread.currentThread().isInterrupted())));
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }

    private static void assertCancelled(Ended ended, String why) {
        assertThat(ended.results().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(ended.results().get(0).outcome().message()).contains(why);
        assertThat(ended.results().get(1).outcome().message()).isEqualTo("tool 'later' was not started: " + why);
        assertThat(ended.flag()).as("nobody interrupted the caller").isFalse();
    }

    @Test
    void cancel_ends_a_dispatched_round() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().maxConcurrency(2).build();
        var ended = start(
                executor,
                cancellation,
                ToolSet.of(
                        ToolDefinition.of("blocks", Effects.writes("a"), c -> {
                            started.countDown();
                            blockUntilInterrupted();
                            return null;
                        }),
                        ToolDefinition.of("later", Effects.writes("a"), c -> later.incrementAndGet()),
                        ToolDefinition.of("beside", Effects.writes("b"), c -> {
                            blockUntilInterrupted();
                            return null;
                        })),
                call("blocks"),
                call("later"),
                call("beside"));
        await(started);
        cancellation.cancel("enough");
        Ended result = ended.get(20, TimeUnit.SECONDS);
        assertCancelled(result, "enough");
        assertThat(result.results().get(0).outcome().message()).contains("it may have taken effect");
        assertThat(later).hasValue(0);
    }

    @Test
    void cancel_ends_a_round_that_the_caller_runs_itself_and_leaves_no_interrupt_behind() throws Exception {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().undeclared(Undeclared.SERIAL).build();
        var ended = start(executor, cancellation, tools(Effects.exclusive()), call("blocks"), call("later"));
        await(started);
        cancellation.cancel("enough");
        assertCancelled(ended.get(20, TimeUnit.SECONDS), "enough");
        assertThat(later).hasValue(0);
    }

    @Test
    void what_begins_after_cancel_does_not_start() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        cancellation.cancel("before");
        var ended = start(executor, cancellation, tools(Effects.reads("a")), call("later"), call("later"));
        assertThat(ended.get(20, TimeUnit.SECONDS).results())
                .allMatch(result -> result.outcome().message().endsWith("was not started: before"));
        assertThat(cancellation.reason()).isEqualTo("before");
    }

    @Test
    void the_first_reason_stays() {
        cancellation.cancel("first");
        cancellation.cancel("second");
        assertThat(cancellation.isCancelled()).isTrue();
        assertThat(cancellation.reason()).isEqualTo("first");
    }

    @Test
    void a_cancellation_within_another_is_cancelled_by_either() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Cancellation inner = new Cancellation();
        ToolSet tools = tools(Effects.exclusive());
        CompletableFuture<List<CallResult>> ended = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(() -> cancellation.run(() ->
                        inner.run(() -> ended.complete(executor.execute(List.of(call("blocks")), tools)))));
        await(started);
        cancellation.cancel("outer");
        assertThat(ended.get(20, TimeUnit.SECONDS).get(0).outcome().message()).contains("outer");
        assertThat(inner.isCancelled()).isFalse();
    }

    @Test
    void other_threads_and_what_comes_after_are_not_cancelled() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolSet tools = tools(Effects.reads("a"));
        cancellation.run(() -> executor.execute(List.of(call("later")), tools));
        cancellation.cancel();
        assertThat(executor.execute(List.of(call("later")), tools)).allMatch(CallResult::isSuccess);
        assertThat(executor.cancelled()).isNull();
    }

    @Test
    void cancel_reaches_rounds_within_rounds() throws Exception {
        // Waits for interrupted calls however long a busy machine takes to stop them.
        ToolCallExecutor executor =
                ToolCallExecutor.builder().gracePeriod(Duration.ofSeconds(20)).build();
        ToolSet inner = tools(Effects.exclusive());
        AtomicBoolean innerCancelled = new AtomicBoolean();
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", Effects.reads("x"), c -> {
            List<CallResult> results = executor.execute(List.of(call("blocks"), call("later")), inner);
            innerCancelled.set(results.get(0).outcome() instanceof Outcome.Cancelled);
            return null;
        }));
        var ended = start(executor, cancellation, outer, call("outer"), call("outer"));
        await(started);
        cancellation.cancel("enough");
        ended.get(20, TimeUnit.SECONDS);
        assertThat(innerCancelled).isTrue();
        assertThat(later).hasValue(0);
    }

    @Test
    void closing_the_executor_cancels_what_runs_and_what_comes() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        var ended = start(executor, new Cancellation(), tools(Effects.exclusive()), call("blocks"), call("later"));
        await(started);
        executor.close();
        assertCancelled(ended.get(20, TimeUnit.SECONDS), "the executor was closed");
        assertThat(executor.execute(List.of(call("later")), tools(Effects.pure()))
                        .get(0)
                        .outcome()
                        .message())
                .isEqualTo("tool 'later' was not started: the executor was closed");
        assertThat(executor.cancelled()).isEqualTo("the executor was closed");
    }

    @Test
    void cancel_ends_a_streamed_round_that_nobody_waits_for() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolDefinition tool = ToolDefinition.of("t", Effects.reads("a"), c -> null);
        CountDownLatch interrupted = new CountDownLatch(1);
        StreamedRound round = cancellation.call(() -> streamedRound(executor));
        round.admit(new RoundCall(executor.rounds().bind(tool)) {
            @Override
            protected ToolCall call() {
                return Fixtures.call("t");
            }

            @Override
            protected Object run() throws Exception {
                started.countDown();
                try {
                    blockUntilInterrupted();
                } finally {
                    interrupted.countDown();
                }
                return null;
            }
        });
        await(started);
        cancellation.cancel("enough");
        await(interrupted);
        round.await();
        assertThat(round.cancelled()).isEqualTo("enough");
    }

    // Watches.

    @Test
    void a_watch_is_told_once_by_whichever_of_two_is_cancelled_first() throws Exception {
        Cancellation inner = new Cancellation();
        List<String> told = new CopyOnWriteArrayList<>();

        Cancellation.Watch watch = cancellation.call(() -> inner.call(() -> Cancellation.watch(told::add)));
        assertThat(watch).isNotNull();
        assertThat(watch.reason()).isNull();
        cancellation.cancel("enough");
        inner.cancel("more than enough");

        assertThat(told).containsExactly("enough");
        assertThat(watch.reason()).isEqualTo("more than enough");
    }

    @Test
    void a_watch_is_told_at_once_of_what_was_cancelled_before() {
        List<String> told = new CopyOnWriteArrayList<>();
        cancellation.cancel("enough");

        cancellation.run(() -> Cancellation.watch(told::add));

        assertThat(told).containsExactly("enough");
    }

    @Test
    void a_closed_watch_is_not_told() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        Cancellation.Watch watch = cancellation.call(() -> Cancellation.watch(told::add));
        assertThat(watch).isNotNull();

        watch.close();
        cancellation.cancel();

        assertThat(told).isEmpty();
    }

    @Test
    void there_is_nothing_to_watch_outside() {
        assertThat(Cancellation.watch(why -> {})).isNull();
    }
}
