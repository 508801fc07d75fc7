package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.footprint.CallFootprint;
import dev.interlock.footprint.Footprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which call what is told of belongs to. */
@Timeout(60)
class FootprintWatchTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    private final FakeTime time = new FakeTime();
    private final FootprintFixture footprints = new FootprintFixture();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger attempts = new AtomicInteger();

    private ToolCallExecutor.Builder watched() {
        return ToolCallExecutor.builder().time(time).footprints(footprints);
    }

    private static ToolDefinition tool(String name, Effects effects, String reads, String writes) {
        return ToolDefinition.of(name, effects, c -> {
            Footprint.read(reads);
            Footprint.write(writes);
            return "done";
        });
    }

    @Test
    void what_a_body_tells_belongs_to_its_call_on_whatever_thread_it_runs() {
        ToolSet tools = ToolSet.of(
                tool("barrier", Effects.exclusive(), "a/1", "b/1"),
                tool("pure", Effects.pure(), "a/2", "b/2"),
                tool("writer", Effects.writes("w/{id}"), "a/3", "b/3"));
        List<CallResult> results =
                watched().build().execute(List.of(call("barrier"), call("pure"), call("writer", "id", 3)), tools);
        assertThat(results).extracting(CallResult::thread).contains(ThreadKind.OWNER, ThreadKind.VIRTUAL);
        assertThat(footprints.of("barrier")).containsExactly(Access.read("a/1"), Access.write("b/1"));
        assertThat(footprints.of("pure")).containsExactly(Access.read("a/2"), Access.write("b/2"));
        assertThat(footprints.of("writer")).containsExactly(Access.read("a/3"), Access.write("b/3"));
    }

    @Test
    void a_round_that_its_owner_runs_alone_is_watched_too() {
        ToolSet tools =
                ToolSet.of(tool("one", Effects.exclusive(), "a", "b"), tool("two", Effects.exclusive(), "c", "d"));
        List<CallResult> results = watched().build().execute(List.of(call("one"), call("two")), tools);
        assertThat(results).allMatch(result -> result.thread() == ThreadKind.OWNER);
        assertThat(footprints.of("one")).containsExactly(Access.read("a"), Access.write("b"));
        assertThat(footprints.of("two")).containsExactly(Access.read("c"), Access.write("d"));
        assertThat(footprints.all().get(0).declared()).containsExactly(Access.write("/"));
        assertThat(Footprint.isWatched()).isFalse();
    }

    @Test
    void a_listener_sees_the_call_its_effects_and_its_outcome() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("charge", Effects.writes("account/{id}"), c -> {
            Footprint.write("account/42");
            throw new IOException("no money");
        }));
        watched().build().execute(List.of(call("charge", "id", 42)), tools);
        CallFootprint footprint = footprints.next();
        assertThat(footprint.call()).isEqualTo(call("charge", "id", 42));
        assertThat(footprint.source()).isEqualTo(EffectSource.PROGRAMMATIC);
        assertThat(footprint.effects()).isEqualTo("writes account/{id}");
        assertThat(footprint.declared()).containsExactly(Access.write("account/42"));
        assertThat(footprint.accesses()).containsExactly(Access.write("account/42"));
        assertThat(footprint.outcome().message()).isEqualTo("no money");
    }

    @Test
    void outside_of_a_body_it_is_ignored() {
        Footprint.read("a");
        Footprint.write("a");
        Footprint.touch(Access.write("a"));
        Footprint.write(Path.of("a"));
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> "done"));
        watched().build().execute(List.of(call("t")), tools);
        Footprint.write("b");
        assertThat(footprints.of("t")).isEmpty();
    }

    @Test
    void each_attempt_has_its_own() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("flaky", Effects.reads("a"), c -> {
            Footprint.read("a/" + attempts.incrementAndGet());
            if (attempts.get() < 3) {
                throw new IOException("reset");
            }
            return "done";
        }));
        ToolCallExecutor executor = watched()
                .time(TimeSource.SYSTEM)
                .policy(
                        "flaky",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofNanos(1))
                                        .build())
                                .build())
                .build();
        assertThat(executor.execute(List.of(call("flaky")), tools)).allMatch(CallResult::isSuccess);
        assertThat(footprints.all())
                .extracting(CallFootprint::accesses)
                .containsExactly(List.of(Access.read("a/1")), List.of(Access.read("a/2")), List.of(Access.read("a/3")));
        assertThat(footprints.all())
                .extracting(each -> each.outcome().isSuccess())
                .containsExactly(false, false, true);
    }

    @Test
    void an_attempt_that_timed_out_goes_on_telling_for_itself_until_its_body_ends() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("slow", Effects.reads("a"), c -> {
            Footprint.read("a/before");
            started.countDown();
            try {
                blockUntilInterrupted();
            } finally {
                Footprint.read("a/after");
            }
            return null;
        }));
        var running = start(watched().timeout(LIMIT).build(), tools, call("slow"));
        await(started);
        time.awaitParkedUntil(LIMIT);
        time.advance(LIMIT);
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(footprints.of("slow")).containsExactly(Access.read("a/before"), Access.read("a/after"));
    }

    @Test
    void of_an_abandoned_call_it_is_told_when_the_body_ends_at_last() throws Exception {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("stubborn", Effects.writes("a"), c -> {
                    Footprint.write("a/1");
                    started.countDown();
                    awaitStubbornly(release);
                    Footprint.write("a/2");
                    return "late";
                }),
                tool("next", Effects.reads("b"), "b/1", "b/2"));
        ToolCallExecutor executor = watched().timeout(LIMIT).gracePeriod(LIMIT).build();
        var running = start(executor, tools, call("stubborn"));
        await(started);
        time.awaitParkedUntil(LIMIT);
        time.advance(LIMIT);
        time.awaitParkedUntil(LIMIT.multipliedBy(2));
        time.advance(LIMIT);
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(footprints.all()).isEmpty();
        executor.execute(List.of(call("next")), tools);
        assertThat(footprints.next().accesses()).containsExactly(Access.read("b/1"), Access.write("b/2"));
        release.countDown();
        assertThat(footprints.next().accesses()).containsExactly(Access.write("a/1"), Access.write("a/2"));
    }

    @Test
    void a_thread_that_the_body_starts_tells_for_nobody_unless_it_is_wrapped() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("starts", Effects.pure(), c -> {
            join(Thread.ofPlatform().start(() -> Footprint.write("lost")));
            join(Thread.ofPlatform().start(Footprint.wrap(() -> Footprint.write("by/runnable"))));
            Footprint.wrap(command -> join(Thread.ofVirtual().start(command)))
                    .execute(() -> Footprint.read("by/executor"));
            AtomicReference<Object> result = new AtomicReference<>();
            var callable = Footprint.wrap(() -> {
                Footprint.read("by/callable");
                return "value";
            });
            join(Thread.ofPlatform().start(() -> {
                try {
                    result.set(callable.call());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                Footprint.write("lost again");
            }));
            return result.get();
        }));
        List<CallResult> results = watched().build().execute(List.of(call("starts")), tools);
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("value"));
        assertThat(footprints.of("starts"))
                .containsExactly(Access.write("by/runnable"), Access.read("by/executor"), Access.read("by/callable"));
    }

    @Test
    void what_a_leaked_thread_tells_too_late_is_nobodys() throws Exception {
        AtomicReference<Thread> leaked = new AtomicReference<>();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("leaks", Effects.exclusive(), c -> {
                    leaked.set(Thread.ofPlatform().start(Footprint.wrap(() -> {
                        awaitStubbornly(release);
                        Footprint.write("late");
                    })));
                    Footprint.write("in time");
                    return "done";
                }),
                ToolDefinition.of("next", Effects.exclusive(), c -> {
                    release.countDown();
                    join(leaked.get());
                    return "done";
                }));
        watched().build().execute(List.of(call("leaks"), call("next")), tools);
        assertThat(footprints.of("leaks")).containsExactly(Access.write("in time"));
        assertThat(footprints.of("next")).isEmpty();
    }

    @Test
    void a_wrapped_task_leaves_the_thread_as_it_was() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            Runnable wrapped = Footprint.wrap(() -> Footprint.write("wrapped"));
            join(Thread.ofPlatform().start(() -> {
                wrapped.run();
                if (Footprint.isWatched()) {
                    Footprint.write("left behind");
                }
            }));
            return "done";
        }));
        watched().build().execute(List.of(call("t")), tools);
        assertThat(footprints.of("t")).containsExactly(Access.write("wrapped"));
    }

    @Test
    void where_nobody_listens_nothing_is_wrapped_and_nothing_is_watched() {
        AtomicReference<Boolean> watched = new AtomicReference<>();
        Runnable task = () -> {};
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            watched.set(Footprint.isWatched() || !Footprint.wrap(task).equals(task));
            return "done";
        }));
        ToolCallExecutor.builder().build().execute(List.of(call("t")), tools);
        assertThat(watched).hasValue(false);
    }

    @Test
    void equal_calls_that_share_an_outcome_have_one_footprint() {
        ToolSet tools = ToolSet.of(tool("look", Effects.reads("a"), "a/1", "b"));
        List<CallResult> results =
                watched().coalescing(true).build().execute(List.of(call("look"), call("look")), tools);
        assertThat(results).hasSize(2).allMatch(CallResult::isSuccess);
        assertThat(footprints.of("look")).containsExactly(Access.read("a/1"), Access.write("b"));
    }

    @Test
    void an_interceptor_is_not_the_body_and_the_arguments_that_it_gave_count() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("look", Effects.reads("a/{id}"), c -> {
            Footprint.read("a/" + c.arguments().get("id").asText() + "/x");
            return "done";
        }));
        ToolCallExecutor executor = watched()
                .interceptor(intercepted -> {
                    Footprint.write("intercepted");
                    return intercepted.proceed(call("look", "id", "7/8"));
                })
                .build();
        assertThat(executor.execute(List.of(call("look", "id", 7)), tools)).allMatch(CallResult::isSuccess);
        assertThat(footprints.all()).singleElement().satisfies(footprint -> {
            assertThat(footprint.call().arguments().get("id").asText()).isEqualTo("7/8");
            assertThat(footprint.declared()).containsExactly(Access.read("a/7/8"));
            assertThat(footprint.accesses()).containsExactly(Access.read("a/7/8/x"));
        });
    }

    @Test
    void a_listener_that_throws_harms_nothing_and_the_next_one_is_told() {
        ToolSet tools = ToolSet.of(tool("t", Effects.pure(), "a", "b"));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .footprints(footprint -> {
                    throw new StackOverflowError("a listener fails");
                })
                .footprints(footprints)
                .build();
        assertThat(executor.execute(List.of(call("t")), tools)).allMatch(CallResult::isSuccess);
        assertThat(footprints.of("t")).hasSize(2);
    }

    @Test
    void a_file_is_what_a_template_makes_of_its_absolute_path(@org.junit.jupiter.api.io.TempDir Path folder) {
        Path file = folder.resolve("docs").resolve("..").resolve("notes.md");
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            Footprint.write(file);
            Footprint.read(Path.of("relative.md"));
            return "done";
        }));
        watched().build().execute(List.of(call("t")), tools);
        assertThat(footprints.of("t"))
                .containsExactly(
                        Access.write(Resource.of("file")
                                .resolve(folder.resolve("notes.md").toString())),
                        Access.read(Resource.of("file")
                                .resolve(Path.of("relative.md").toAbsolutePath().toString())));
        Effects declared = Effects.writes("file/{path}");
        assertThat(declared.accesses(
                        call("t", "path", folder.resolve("notes.md").toString())))
                .containsExactly(footprints.of("t").get(0));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothing_is_watched_any_more_once_the_body_has_ended() throws Exception {
        AtomicReference<Callable<Boolean>> task = new AtomicReference<>();
        AtomicReference<Boolean> before = new AtomicReference<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            Callable<Boolean> asks = Footprint.wrap(Footprint::isWatched);
            before.set(asks.call());
            task.set(asks);
            return "done";
        }));
        watched().build().execute(List.of(call("t")), tools);
        assertThat(before).hasValue(true);
        assertThat(task.get().call()).isFalse();
    }
}
