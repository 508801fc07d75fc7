package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.footprint.Footprint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A body that executes calls of its own touches what they touch. */
@Timeout(60)
class NestedFootprintTest {

    private static final ToolSet INNER = ToolSet.of(
            ToolDefinition.of("one", Effects.writes("x/{id}"), c -> {
                Footprint.write("x/1");
                return "done";
            }),
            ToolDefinition.of("two", Effects.exclusive(), c -> {
                Footprint.read("y");
                return "done";
            }));
    private static final List<ToolCall> BATCH = List.of(call("one", "id", 1), call("two"), call("one", "id", 2));

    private final FootprintFixture outerFootprints = new FootprintFixture();
    private final FootprintFixture innerFootprints = new FootprintFixture();
    private final ToolCallExecutor outer =
            ToolCallExecutor.builder().footprints(outerFootprints).build();

    private List<Access> touchedByOuter(Effects effects, ToolBody body) {
        ToolSet tools = ToolSet.of(ToolDefinition.of("outer", effects, body));
        assertThat(outer.execute(List.of(call("outer")), tools)).allMatch(CallResult::isSuccess);
        return outerFootprints.of("outer");
    }

    @Test
    void what_inner_calls_touch_belongs_to_them_and_to_the_outer_one() {
        ToolCallExecutor inner =
                ToolCallExecutor.builder().footprints(innerFootprints).build();
        List<Access> touched = touchedByOuter(Effects.writes("x"), c -> {
            Footprint.read("before");
            inner.execute(BATCH, INNER);
            Footprint.read("after");
            return "done";
        });
        assertThat(touched)
                .containsExactlyInAnyOrder(
                        Access.read("before"), Access.write("x/1"), Access.read("y"), Access.read("after"));
        assertThat(innerFootprints.of("two")).containsExactly(Access.read("y"));
    }

    @Test
    void also_if_nobody_listens_to_the_inner_executor() {
        ToolCallExecutor inner = ToolCallExecutor.builder().build();
        assertThat(touchedByOuter(Effects.exclusive(), c -> inner.execute(BATCH, INNER)))
                .containsExactlyInAnyOrder(Access.write("x/1"), Access.read("y"));
    }

    @Test
    void also_in_a_round_of_the_same_executor_that_its_owner_runs_alone() {
        assertThat(touchedByOuter(Effects.writes("x"), c -> outer.execute(List.of(call("two"), call("two")), INNER)))
                .containsExactly(Access.read("y"));
    }

    @Test
    void what_stands_around_an_inner_call_belongs_to_the_outer_one() {
        ToolCallExecutor inner = ToolCallExecutor.builder()
                .footprints(innerFootprints)
                .interceptor(intercepted -> {
                    Footprint.write("log");
                    return intercepted.proceed();
                })
                .build();
        assertThat(touchedByOuter(Effects.writes("x"), c -> inner.execute(List.of(call("two")), INNER)))
                .containsExactly(Access.write("log"), Access.read("y"));
        assertThat(innerFootprints.of("two")).containsExactly(Access.read("y"));
    }

    @Test
    void also_where_another_thread_executes_them_in_the_context_of_the_body() {
        ToolCallExecutor inner =
                ToolCallExecutor.builder().footprints(innerFootprints).build();
        assertThat(touchedByOuter(Effects.writes("x"), c -> {
                    CapturedContext context = inner.rounds().captureContext();
                    CompletableFuture<Boolean> done = new CompletableFuture<>();
                    Thread.ofPlatform().start(() -> {
                        ToolDefinition tool = ToolDefinition.of("streamed", Effects.reads("s"), inside -> {
                            Footprint.read("s/1");
                            return "done";
                        });
                        StreamedRound round = inner.rounds().streamedRound(null, null, context);
                        round.admit(new BodyCall(
                                call("streamed"), tool, inner.rounds().bind(tool), ToolSet.of(tool)));
                        round.await();
                        done.complete(true);
                    });
                    return done.get(20, TimeUnit.SECONDS);
                }))
                .containsExactly(Access.read("s/1"));
        assertThat(innerFootprints.of("streamed")).containsExactly(Access.read("s/1"));
    }

    @Test
    void also_where_another_thread_runs_what_executes_them_in_the_context_of_the_body() {
        ToolCallExecutor inner = ToolCallExecutor.builder().build();
        assertThat(touchedByOuter(Effects.writes("x"), c -> {
                    CapturedContext context = inner.rounds().captureContext();
                    CompletableFuture<Boolean> done = new CompletableFuture<>();
                    Thread.ofPlatform().start(() -> {
                        try {
                            context.call(() -> inner.execute(BATCH, INNER));
                            done.complete(Footprint.isWatched());
                        } catch (Throwable e) {
                            done.completeExceptionally(e);
                        }
                    });
                    assertThat(done.get(20, TimeUnit.SECONDS)).as("left behind").isFalse();
                    return "done";
                }))
                .containsExactlyInAnyOrder(Access.write("x/1"), Access.read("y"));
    }
}
