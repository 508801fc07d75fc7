package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.board.Seeds;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random batches, suspended at random sets of pending calls, kept as JSON, decided bit by bit and resumed by new
 * executors: results and state are those of running the calls one by one, each runs once, and nothing runs while a
 * round is suspended.
 */
@Timeout(300)
class RandomSuspensionTest {

    /** Of the batches of a run, see {@link Seeds}, each part has the hundredth. */
    private static final int PARTS = 100;

    private int rounds;
    private int suspensions;

    /** A world with a few cells, and tools on it. */
    private static final class World {
        final Map<String, String> cells = new TreeMap<>();
        final AtomicInteger[] runs;
        final AtomicInteger running = new AtomicInteger();
        final boolean[] external;

        World(int calls, boolean[] external) {
            this.runs = new AtomicInteger[calls];
            for (int i = 0; i < calls; i++) {
                runs[i] = new AtomicInteger();
            }
            this.external = external;
        }

        ToolSet tools() {
            return ToolSet.of(
                    ToolDefinition.of("read", Effects.reads("cell/{cell}"), this::read),
                    ToolDefinition.of("write", Effects.writes("cell/{cell}"), this::write),
                    ToolDefinition.of(
                            "copy", Effects.reads("cell/{from}").and(Effects.writes("cell/{cell}")), this::copy),
                    ToolDefinition.of("sum", Effects.pure(), call -> run(call, () -> "sum " + text(call, "value"))),
                    ToolDefinition.of(
                            "all",
                            call -> run(call, () -> {
                                synchronized (cells) {
                                    return cells.toString();
                                }
                            })));
        }

        private interface Body {
            Object run();
        }

        private Object run(ToolCall call, Body body) {
            running.incrementAndGet();
            try {
                int place = Integer.parseInt(String.valueOf(call.id()));
                int run = runs[place].incrementAndGet();
                if (external[place] && run == 1) {
                    throw new CallPendingException("job of " + place);
                }
                return body.run();
            } finally {
                running.decrementAndGet();
            }
        }

        private Object read(ToolCall call) {
            return run(call, () -> get(text(call, "cell")));
        }

        private Object write(ToolCall call) {
            return run(call, () -> put(text(call, "cell"), text(call, "value")));
        }

        private Object copy(ToolCall call) {
            return run(call, () -> put(text(call, "cell"), get(text(call, "from")) + "+"));
        }

        private String get(String cell) {
            synchronized (cells) {
                return cells.getOrDefault(cell, "empty");
            }
        }

        private ObjectNode put(String cell, String value) {
            synchronized (cells) {
                String before = cells.put(cell, value);
                return JsonNodeFactory.instance
                        .objectNode()
                        .put("before", before)
                        .put("now", value);
            }
        }

        private static String text(ToolCall call, String name) {
            return call.arguments().path(name).asText();
        }
    }

    /** What is to become of each call: drawn before anything runs. */
    private record Fate(boolean asked, boolean refused, boolean edited, boolean external) {}

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void resumed_rounds_come_to_what_serial_ones_come_to(int part) {
        Seeds.check(part, PARTS, this::check);
        assertThat(suspensions).as("suspensions").isGreaterThan(rounds / 2);
    }

    private void check(SplittableRandom random) {
        List<ToolCall> calls = calls(random);
        List<Fate> fates = new ArrayList<>();
        double often = random.nextDouble();
        for (int i = 0; i < calls.size(); i++) {
            boolean asked = random.nextDouble() < often;
            fates.add(new Fate(asked, random.nextInt(4) == 0, random.nextInt(3) == 0, random.nextDouble() < often / 2));
        }
        boolean chaining = random.nextBoolean();
        World serial = new World(calls.size(), new boolean[calls.size()]);
        List<String> expected = serially(calls, fates, serial, chaining);

        boolean[] external = new boolean[calls.size()];
        for (int i = 0; i < external.length; i++) {
            external[i] = fates.get(i).external;
        }
        World world = new World(calls.size(), external);
        rounds++;
        List<CallResult> results = null;
        SuspendedRound kept = null;
        for (int resumes = 0; results == null; resumes++) {
            assertThat(resumes).isLessThanOrEqualTo(2 * calls.size() + 1);
            // A resumed round tells nothing of what had ended.
            EventOrder order = kept == null && random.nextInt(3) == 0 ? new EventOrder() : null;
            ToolCallExecutor executor = executor(random, fates, chaining, order);
            try {
                results = kept == null
                        ? executor.execute(calls, world.tools())
                        : executor.resume(kept, decisions(random, kept, fates), world.tools());
            } catch (RoundSuspendedException suspended) {
                suspensions++;
                assertThat(world.running).hasValue(0);
                String id = kept == null ? suspended.round().id() : kept.id();
                kept = SuspendedRound.fromJson(suspended.round().toJson());
                assertThat(kept.id()).isEqualTo(id);
                assertThat(kept.pending()).isNotEmpty();
            }
            assertThat(order == null ? null : order.violated()).isNull();
        }
        assertThat(results.stream().map(RandomSuspensionTest::text).toList()).isEqualTo(expected);
        assertThat(world.cells).isEqualTo(serial.cells);
        for (int i = 0; i < calls.size(); i++) {
            int ran = serial.runs[i].get();
            assertThat(world.runs[i]).as("runs of call %s", i + 1).hasValue(ran == 1 && external[i] ? 2 : ran);
        }
    }

    private static List<ToolCall> calls(SplittableRandom random) {
        String[] tools = {"read", "write", "copy", "sum", "all"};
        int count = 1 + random.nextInt(9);
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode arguments = JsonNodeFactory.instance
                    .objectNode()
                    .put("cell", "c" + random.nextInt(3))
                    .put("from", "c" + random.nextInt(3));
            boolean refers = i > 0 && random.nextInt(3) == 0;
            arguments.put("value", refers ? "of ${" + (1 + random.nextInt(i)) + "}" : "v" + i);
            calls.add(new ToolCall(String.valueOf(i), tools[random.nextInt(tools.length)], arguments));
        }
        return calls;
    }

    /** One by one, with decisions as they will be: edited arguments from the start, refused ones refused at once. */
    private static List<String> serially(List<ToolCall> calls, List<Fate> fates, World world, boolean chaining) {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .maxConcurrency(1)
                .chaining(chaining)
                .policy("write", refers(0))
                .policy("copy", refers(0))
                .policy("all", refers(0))
                .interceptor(call -> {
                    Fate fate = fates.get(call.index());
                    if (!fate.asked) {
                        return call.proceed();
                    }
                    if (fate.refused) {
                        throw new CallRefusedException("tool '" + call.call().tool() + "' was not approved: no");
                    }
                    return call.proceed();
                })
                .build();
        List<ToolCall> edited = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Fate fate = fates.get(i);
            edited.add(fate.asked && !fate.refused && fate.edited ? edited(calls.get(i)) : calls.get(i));
        }
        return executor.execute(edited, world.tools()).stream()
                .map(RandomSuspensionTest::text)
                .toList();
    }

    private static ToolPolicy refers(int priority) {
        return ToolPolicy.builder().references(true).priority(priority).build();
    }

    /** With another value; what it accesses stays the same, since calls that were independent of it have run. */
    private static ToolCall edited(ToolCall call) {
        ObjectNode arguments = ((ObjectNode) call.arguments()).deepCopy();
        arguments.put("value", arguments.path("value").asText() + "!");
        return new ToolCall(call.id(), call.tool(), arguments);
    }

    private static ToolCallExecutor executor(
            SplittableRandom random, List<Fate> fates, boolean chaining, @Nullable EventOrder order) {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder()
                .maxConcurrency(1 + random.nextInt(4))
                .chaining(chaining)
                .policy("write", refers(random.nextInt(2)))
                .policy("copy", refers(random.nextInt(2)))
                .policy("all", refers(0));
        if (random.nextInt(3) == 0) {
            builder.totalConcurrency(1 + random.nextInt(2));
        }
        if (random.nextInt(3) == 0) {
            builder.exclusiveAcrossConversations(true);
        }
        if (order != null) {
            builder.listener(order);
        }
        if (random.nextInt(3) == 0) {
            builder.interceptor(InterceptedCall::proceed);
        }
        boolean asks = fates.stream().anyMatch(Fate::asked);
        if (asks) {
            boolean live = random.nextInt(4) == 0;
            builder.interceptor(ApprovalInterceptor.builder(call -> CompletableFuture.completedFuture(
                            live && !fates.get(call.index()).refused && !fates.get(call.index()).edited
                                    ? Approval.approved()
                                    : Approval.pending("the answer")))
                    .when(call -> fates.get(call.index()).asked)
                    .build());
        }
        return builder.build();
    }

    /** Of some of the pending calls, at least one. */
    private static Map<Object, Decision> decisions(SplittableRandom random, SuspendedRound round, List<Fate> fates) {
        Map<Object, Decision> decisions = new HashMap<>();
        List<Integer> pending = round.pending();
        int sure = pending.get(random.nextInt(pending.size()));
        for (int place : pending) {
            if (place != sure && random.nextBoolean()) {
                continue;
            }
            SuspendedCall.Pending call = (SuspendedCall.Pending) round.calls().get(place);
            Fate fate = fates.get(place);
            Decision decision;
            if (call.kind() == PendingKind.EXTERNAL) {
                decision = Decision.runAgain();
            } else if (fate.refused) {
                decision = Decision.refused("no");
            } else if (fate.edited) {
                decision = Decision.approvedWith(edited(call.shown()).arguments());
            } else {
                decision = Decision.approved();
            }
            decisions.put(random.nextBoolean() ? place : String.valueOf(place), decision);
        }
        return decisions;
    }

    private static String text(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value)
                ? String.valueOf(value)
                : result.outcome().message();
    }
}
