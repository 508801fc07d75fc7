package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolSet;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds come to what they come to serially, and a replay of their histories does the same again. */
@Timeout(120)
class ReplayTest {

    private static final int ROUNDS = 15;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_rounds_come_to_what_they_come_to_serially_and_replay(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<WorkflowExecutionHistory> histories = new ArrayList<>();
        AtomicReference<World> current = new AtomicReference<>(new World());
        TemporalRounds rounds = TemporalRounds.builder(World.tools(current::get))
                .maxConcurrency((int) seed + 1)
                .build();
        try (Rig rig = Rig.of(rounds)) {
            for (int round = 0; round < ROUNDS; round++) {
                World world = new World();
                World serial = new World();
                current.set(world);
                List<ToolCall> calls = World.randomCalls(random);
                List<String> expected = World.serial(calls, serial);
                String id = "random-" + seed + "-" + round;

                List<CallResult> results = rig.client.execute(id, calls);

                assertThat(results.stream().map(ReplayTest::inWords)).as(id).isEqualTo(expected);
                assertThat(world.state()).as(id).isEqualTo(serial.state());
                assertThat(world.repeated()).as(id).isEmpty();
                histories.add(rig.history(id));
            }
        }
        replay(histories, workerWithoutTools());
    }

    @Test
    void a_round_with_decisions_replays_with_tools_that_say_something_else_now() throws Exception {
        World world = new World();
        List<ToolCall> calls = World.randomCalls(new SplittableRandom(5));
        WorkflowExecutionHistory history;
        try (Rig rig = Rig.of(TemporalRounds.builder(World.tools(() -> world))
                .needsApproval(call -> true)
                .build())) {
            rig.client.start("decided", calls);
            for (int call = 0; call < calls.size(); call++) {
                Decision decision = call % 3 == 1
                        ? Decision.refused("no")
                        : call % 3 == 2 ? Decision.approvedWith(calls.getFirst().arguments()) : Decision.approved();
                rig.client.decide("decided", call, decision);
            }
            rig.client.await("decided");
            history = rig.history("decided");
        }
        TemporalRounds others = TemporalRounds.builder(ToolSet.of())
                .effects("touch", Effects.exclusive())
                .maxConcurrency(1)
                .build();
        replay(List.of(history), others::registerWith);
    }

    /**
     * Recorded before a worker was asked whether a resolved call needs its approval: a call that was approved with a
     * result, one that was refused, one that a limit has ended, and one that was approved after it had waited for
     * others.
     */
    @Test
    void a_round_of_an_older_version_replays() throws Exception {
        try (InputStream in = ReplayTest.class.getResourceAsStream("approved-with-results.json")) {
            String json = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            replay(List.of(WorkflowExecutionHistory.fromJson(json)), workerWithoutTools());
        }
    }

    /** The control: a replay does find a workflow that does something else. */
    @Test
    void a_replay_of_another_workflow_fails() throws Exception {
        WorkflowExecutionHistory history;
        try (Rig rig = Rig.of(TemporalRounds.builder(World.tools(World::new)).build())) {
            rig.client.execute("other", World.randomCalls(new SplittableRandom(7)));
            history = rig.history("other");
        }
        assertThatThrownBy(() -> replay(
                        List.of(history),
                        worker -> worker.registerWorkflowImplementationFactory(RoundWorkflow.class, DoesNothing::new)))
                .hasMessageContaining("replay");
    }

    /** A workflow that asks for no plan. */
    private static final class DoesNothing implements RoundWorkflow {
        @Override
        public List<CallReport> run(RoundRequest request) {
            return List.of();
        }

        @Override
        public void decide(CallDecision decision) {}

        @Override
        public void cancel(String why) {}

        @Override
        public List<CallProgress> progress() {
            return List.of();
        }
    }

    private interface Registration {
        void registerWith(Worker worker);
    }

    private static Registration workerWithoutTools() {
        return TemporalRounds.builder(ToolSet.of()).build()::registerWith;
    }

    private static void replay(List<WorkflowExecutionHistory> histories, Registration registration) throws Exception {
        try (TestWorkflowEnvironment env = TestWorkflowEnvironment.newInstance()) {
            Worker worker = env.newWorker(Rig.QUEUE);
            registration.registerWith(worker);
            for (WorkflowExecutionHistory history : histories) {
                // As it would come from a file.
                WorkflowReplayer.replayWorkflowExecution(
                        WorkflowExecutionHistory.fromJson(history.toJson(false)), worker);
            }
        }
    }

    static String inWords(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value)
                ? String.valueOf(value)
                : result.outcome().message();
    }
}
