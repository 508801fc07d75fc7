package dev.interlock.footprint;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.Fixtures;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.footprint.AuditReport.ToolAudit;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What calls touch is held against what their effects say. */
@Timeout(60)
class AuditTest {

    private final List<RoundEvent.FootprintUncovered> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();

    private ToolCallExecutor.Builder audited(Audit audit) {
        return ToolCallExecutor.builder().audit(audit).listener(event -> {
            if (event instanceof RoundEvent.FootprintUncovered found) {
                events.add(found);
            }
        });
    }

    private static ToolDefinition ship(Effects effects) {
        return ToolDefinition.of("ship", effects, c -> {
            Footprint.read("customers/7");
            Footprint.write("orders/" + c.arguments().path("id").asText());
            return "shipped";
        });
    }

    @Test
    void what_is_not_covered_is_told_and_the_outcome_stays() {
        ToolCallExecutor executor = audited(Audit.REPORT).build();
        List<CallResult> results = executor.execute(
                List.of(call("ship", "id", 42)), ToolSet.of(ship(Effects.reads("orders/{id}", "customers"))));
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("shipped"));
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.uncovered()).containsExactly(Access.write("orders/42"));
            assertThat(event.call()).isEqualTo(call("ship", "id", 42));
            assertThat(event.attempt()).isEqualTo(1);
            assertThat(event.message()).contains("Effects.reads(\"customers\").and(Effects.writes(\"orders/{id}\"))");
        });
    }

    @Test
    void with_fail_the_call_fails_with_the_line_to_be_added() {
        ToolCallExecutor executor = audited(Audit.FAIL).build();
        List<CallResult> results = executor.execute(
                List.of(call("ship", "id", 42)), ToolSet.of(ship(Effects.reads("orders/{id}", "customers"))));
        Outcome.Failed failed = (Outcome.Failed) results.get(0).outcome();
        assertThat(failed.error())
                .isInstanceOfSatisfying(
                        UncoveredFootprintException.class,
                        error -> assertThat(error.uncovered()).containsExactly(Access.write("orders/42")));
        assertThat(failed.message())
                .startsWith("tool 'ship' (call 'id-ship') writes orders/42, which its effects do not cover: ")
                .contains("reads orders/{id}")
                .endsWith("to allow it, declare .effects(\"ship\", Effects.reads(\"customers\")"
                        + ".and(Effects.writes(\"orders/{id}\")))");
    }

    @Test
    void the_line_that_is_proposed_covers_the_call() {
        Effects proposed = Effects.reads("customers").and(Effects.writes("orders/{id}"));
        ToolCallExecutor executor =
                audited(Audit.FAIL).effects("ship", proposed).build();
        assertThat(executor.execute(List.of(call("ship", "id", 42)), ToolSet.of(ship(Effects.pure()))))
                .allMatch(CallResult::isSuccess);
        assertThat(events).isEmpty();
        assertThat(executor.auditReport().isCovered()).isTrue();
    }

    @Test
    void pure_covers_nothing_and_a_barrier_everything() {
        ToolCallExecutor executor = audited(Audit.FAIL).inference(false).build();
        assertThat(executor.execute(List.of(call("ship", "id", 1)), ToolSet.of(ship(Effects.pure()))))
                .noneMatch(CallResult::isSuccess);
        assertThat(executor.execute(List.of(call("ship", "id", 1)), ToolSet.of(ship(Effects.exclusive()))))
                .allMatch(CallResult::isSuccess);
        assertThat(executor.execute(
                        List.of(call("ship", "id", 1)),
                        ToolSet.of(ship(Effects.reads().and(Effects.writes("orders"))))))
                .allMatch(CallResult::isSuccess);
    }

    @Test
    void a_tool_of_which_nothing_is_known_claims_nothing() {
        for (Undeclared undeclared : Undeclared.values()) {
            ToolCallExecutor executor =
                    audited(Audit.FAIL).undeclared(undeclared).inference(false).build();
            ToolSet tools = ToolSet.of(ToolDefinition.of("ship", c -> {
                Footprint.write("orders/1");
                return "shipped";
            }));
            assertThat(executor.execute(List.of(call("ship", "id", 1)), tools)).allMatch(CallResult::isSuccess);
            assertThat(executor.auditReport().tools())
                    .singleElement()
                    .satisfies(tool -> assertThat(tool.observed()).containsExactly("writes orders/{id} (1x)"));
        }
    }

    @Test
    void what_was_inferred_to_read_and_writes_is_found() {
        ToolCallExecutor executor = audited(Audit.FAIL).build();
        ToolSet tools = ToolSet.of(ToolDefinition.builder("get_order", c -> {
                    Footprint.write("orders/1/seen");
                    return "order";
                })
                .description("Returns the order.")
                .parameter("id", ParameterType.INTEGER)
                .build());
        assertThat(executor.execute(List.of(call("get_order", "id", 1)), tools)
                        .get(0)
                        .outcome()
                        .message())
                .contains("writes orders/1/seen")
                .contains("inferred from its name")
                .endsWith(".effects(\"get_order\", Effects.reads(\"/\").and(Effects.writes(\"orders/{id}/seen\")))");
    }

    @Test
    void a_failure_is_not_tried_again_and_keeps_its_cause() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("look", Effects.reads("a"), c -> {
            attempts.incrementAndGet();
            Footprint.read("b");
            throw new IOException("reset");
        }));
        ToolCallExecutor executor = audited(Audit.FAIL)
                .policy(
                        "look",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().maxAttempts(3).build())
                                .build())
                .build();
        Outcome.Failed failed = (Outcome.Failed)
                executor.execute(List.of(call("look")), tools).get(0).outcome();
        assertThat(failed.error())
                .isInstanceOf(UncoveredFootprintException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void a_function_that_looks_at_what_the_call_changes_is_asked_before() {
        AtomicInteger owner = new AtomicInteger(1);
        Effects ofOwner = Effects.of(c -> List.of(Access.write("owners/" + owner.get())));
        ToolSet tools = ToolSet.of(ToolDefinition.of("give_away", ofOwner, c -> {
            Footprint.write("owners/" + owner.getAndIncrement());
            return "done";
        }));
        ToolCallExecutor executor = audited(Audit.FAIL).build();
        assertThat(executor.execute(List.of(call("give_away"), call("give_away")), tools))
                .filteredOn(CallResult::isSuccess)
                .isNotEmpty();
        assertThat(executor.execute(List.of(call("give_away")), tools)).allMatch(CallResult::isSuccess);
    }

    @Test
    void with_references_it_counts_what_they_stand_for() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("find", Effects.pure(), c -> "42"),
                ToolDefinition.of("look", Effects.reads("orders/{id}"), c -> {
                    Footprint.read("orders/43");
                    return "looked";
                }));
        ToolCallExecutor executor = audited(Audit.REPORT).chaining(true).build();
        executor.execute(List.of(call("find"), call("look", "id", "${1}")), tools);
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.message())
                        .contains("reads orders/43, which its effects do not cover: reads orders/{id}"));
        assertThat(events.get(0).call().arguments().get("id").asText()).isEqualTo("42");
    }

    @Test
    void the_report_says_what_is_wider_than_ever_seen() {
        ToolSet tools = ToolSet.of(
                ship(Effects.writes("orders", "customers", "stock/{id}").and(Effects.reads("rates"))),
                ToolDefinition.of("exact", Effects.reads("a/{id}"), c -> {
                    Footprint.read("a/" + c.arguments().get("id").asText());
                    return "done";
                }));
        ToolCallExecutor executor = audited(Audit.REPORT).build();
        List<ToolCall> calls = List.of(call("ship", "id", 42), call("ship", "id", 43), call("exact", "id", 44));
        assertThat(executor.execute(calls, tools)).allMatch(CallResult::isSuccess);
        List<ToolAudit> found = executor.auditReport().tools();
        assertThat(found).extracting(ToolAudit::tool).containsExactly("exact", "ship");
        assertThat(found.get(0).wider()).isEmpty();
        assertThat(found.get(1).calls()).isEqualTo(2);
        assertThat(found.get(1).observed()).containsExactly("reads customers/7 (2x)", "writes orders/{id} (2x)");
        assertThat(found.get(1).uncovered()).isEmpty();
        assertThat(found.get(1).wider())
                .containsExactlyInAnyOrder(
                        "writes orders: only orders/{id} in 2 calls",
                        "writes customers: only read, only customers/7, in 2 calls",
                        "writes stock/{id}: not touched in 2 calls",
                        "reads rates: not touched in 2 calls");
        assertThat(executor.auditReport().toString())
                .startsWith("audit of 2 tools\n'exact', 1 call: reads a/{id} (")
                .contains("\n  wider than seen: writes orders: only orders/{id} in 2 calls");
    }

    @Test
    void without_an_audit_there_is_nothing_to_report() {
        assertThat(ToolCallExecutor.builder().build().auditReport().tools()).isEmpty();
        assertThat(ToolCallExecutor.builder()
                        .footprints(f -> {})
                        .build()
                        .auditReport()
                        .tools())
                .isEmpty();
    }

    @Test
    void a_number_that_is_too_large_leaves_the_outcome_as_it_is() {
        ToolCallExecutor executor = audited(Audit.REPORT).build();
        ToolCall call = ToolCall.parse("1", "ship", "{\"id\": 42, \"rate\": 1e999}");
        assertThat(executor.execute(List.of(call), ToolSet.of(ship(Effects.pure()))))
                .singleElement()
                .satisfies(result -> assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("shipped")));
        assertThat(events).hasSize(1);
    }

    @Test
    void so_many_accesses_that_they_were_widened_are_not_held_against_a_template() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("ship", Effects.writes("orders/{ids}"), c -> {
            c.arguments().get("ids").forEach(id -> Footprint.write("orders/" + id.asText()));
            return "shipped";
        }));
        String ids = IntStream.range(0, 12_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        ToolCallExecutor executor = audited(Audit.FAIL).build();
        assertThat(executor.execute(List.of(ToolCall.parse("1", "ship", "{\"ids\":[" + ids + "]}")), tools))
                .allMatch(CallResult::isSuccess);
        assertThat(executor.auditReport().tools())
                .singleElement()
                .satisfies(tool -> assertThat(tool.wider()).isEmpty());
    }

    /** On the owner, and on a thread of its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_uncovered_write_is_told_even_if_the_call_is_cancelled(int concurrency) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("look", Effects.reads("a"), c -> {
                    Footprint.write("b");
                    started.countDown();
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    return "looked";
                }),
                ToolDefinition.of("other", Effects.reads("a"), c -> "done"));
        ToolCallExecutor executor =
                audited(Audit.FAIL).maxConcurrency(concurrency).build();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                results.complete(
                        cancellation.call(() -> executor.execute(List.of(call("look"), call("other")), tools)));
            } catch (Throwable e) {
                results.completeExceptionally(e);
            }
        });
        Fixtures.await(started);
        cancellation.cancel("enough");
        Outcome.Failed failed =
                (Outcome.Failed) results.get(20, TimeUnit.SECONDS).get(0).outcome();
        assertThat(failed.error()).isInstanceOf(UncoveredFootprintException.class);
        assertThat(failed.message()).contains("writes b", "the call fails, but what it did stands");
    }
}
