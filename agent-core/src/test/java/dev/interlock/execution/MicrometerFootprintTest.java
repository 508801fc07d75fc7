package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.footprint.Audit;
import dev.interlock.footprint.Footprint;
import dev.interlock.micrometer.AuditMetrics;
import dev.interlock.micrometer.FootprintAccessor;
import dev.interlock.micrometer.MicrometerContextPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Micrometer's context propagation hands calls over to threads, and its meters count what an audit finds. */
@Timeout(60)
class MicrometerFootprintTest {

    private final FootprintFixture footprints = new FootprintFixture();

    @Test
    void the_accessor_registers_itself() {
        assertThat(ContextRegistry.getInstance().getThreadLocalAccessors())
                .filteredOn(accessor -> accessor.key().equals(FootprintAccessor.KEY))
                .hasSize(1);
    }

    @Test
    void a_thread_that_context_is_carried_to_tells_for_the_call() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            Runnable carried =
                    ContextSnapshotFactory.builder().build().captureAll().wrap(() -> Footprint.write("carried"));
            Thread thread = Thread.ofPlatform().start(() -> {
                carried.run();
                Footprint.write("lost");
            });
            thread.join();
            return "done";
        }));
        ToolCallExecutor.builder().footprints(footprints).build().execute(List.of(call("t")), tools);
        assertThat(footprints.of("t")).containsExactly(Access.write("carried"));
    }

    /** It clears what the calling thread does not have, and sets what that has. */
    @Test
    void a_propagator_takes_no_call_its_own() {
        FootprintFixture outerFootprints = new FootprintFixture();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(MicrometerContextPropagator.create())
                .footprints(footprints)
                .build();
        ToolSet inner = ToolSet.of(
                ToolDefinition.of("reads", Effects.reads("a"), c -> {
                    Footprint.read("a");
                    return "done";
                }),
                ToolDefinition.of("alone", Effects.exclusive(), c -> {
                    Footprint.read("b");
                    return "done";
                }));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", Effects.exclusive(), c -> {
            executor.execute(List.of(call("reads"), call("alone"), call("reads")), inner);
            Footprint.read("c");
            return "done";
        }));
        executor.execute(List.of(call("alone")), inner);
        assertThat(footprints.of("alone")).containsExactly(Access.read("b"));
        assertThat(ToolCallExecutor.builder()
                        .contextPropagator(MicrometerContextPropagator.create())
                        .footprints(outerFootprints)
                        .build()
                        .execute(List.of(call("outer")), outer))
                .allMatch(CallResult::isSuccess);
        assertThat(outerFootprints.of("outer")).containsExactly(Access.read("a"), Access.read("b"), Access.read("c"));
        assertThat(footprints.all()).hasSize(4).allMatch(each -> each.accesses().size() == 1);
    }

    @Test
    void what_an_audit_finds_is_counted() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            Footprint.write("a");
            Footprint.read("b");
            Footprint.read("c");
            return "done";
        }));
        ToolCallExecutor.builder()
                .audit(Audit.REPORT)
                .listener(AuditMetrics.to(registry))
                .build()
                .execute(List.of(call("t")), tools);
        assertThat(registry.get(AuditMetrics.UNCOVERED)
                        .tags("tool", "t", "access", "read")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get(AuditMetrics.UNCOVERED)
                        .tags("tool", "t", "access", "write")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
