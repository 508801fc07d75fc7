package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs batches, each in a fresh world. Confined to one thread.
 *
 * @param <W> the type of the world
 */
final class Runner<W> implements BatchRunner {

    private final Supplier<? extends W> worlds;
    private final Function<? super W, Tools> tools;
    private final Sight<W> sight;
    private final Meeting meeting;

    private final UncoveredFootprints uncovered;

    private final Map<String, Boolean> successes = new TreeMap<>();
    private int runs;

    Runner(
            Supplier<? extends W> worlds,
            Function<? super W, Tools> tools,
            Sight<W> sight,
            Meeting meeting,
            UncoveredFootprints uncovered) {
        this.worlds = worlds;
        this.tools = tools;
        this.sight = sight;
        this.meeting = meeting;
        this.uncovered = uncovered;
    }

    @Override
    public int runs() {
        return runs;
    }

    @Override
    public boolean seesState() {
        return sight.state() != null;
    }

    @Override
    public List<CallPlan> plans(List<List<ToolCall>> batches) {
        return in(world -> {
            Tools own = tools.apply(world);
            return batches.stream().map(own::plan).toList();
        });
    }

    @Override
    public List<ToolShape> shapes() {
        return in(world -> tools.apply(world).shapes());
    }

    @Override
    public Run inOrder(List<ToolCall> calls, List<Integer> order) {
        runs++;
        return in(world -> {
            Tools own = tools.apply(world);
            Object[] results = new Object[calls.size()];
            for (int place : order) {
                results[place] = runOne(own, calls.get(place));
            }
            return new Run(Arrays.asList(results), state(world));
        });
    }

    @Override
    public Reference reference(List<ToolCall> calls) {
        runs++;
        return in(world -> {
            Tools own = tools.apply(world);
            List<Object> results = new ArrayList<>();
            List<@Nullable Object> states = new ArrayList<>();
            states.add(state(world));
            for (ToolCall call : calls) {
                results.add(runOne(own, call));
                states.add(state(world));
            }
            return new Reference(new Run(results, states.get(calls.size())), states);
        });
    }

    private Object runOne(Tools own, ToolCall call) {
        Object result = own.run(List.of(call)).get(0);
        successes.merge(call.tool(), !(result instanceof Failure), Boolean::logicalOr);
        return seen(call, result);
    }

    @Override
    public Map<String, Boolean> successes() {
        return Map.copyOf(successes);
    }

    @Override
    public Run concurrently(List<ToolCall> calls, int calledTogether) {
        runs++;
        return in(world -> {
            List<Object> raw;
            Tools own = tools.apply(world);
            meeting.begin(calledTogether);
            try {
                raw = own.run(calls);
            } finally {
                meeting.end();
            }
            List<Object> results = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                results.add(seen(calls.get(i), raw.get(i)));
            }
            return new Run(results, state(world));
        });
    }

    private Object seen(ToolCall call, Object result) {
        return Objects.requireNonNull(Snapshot.of(sight.result().apply(call, result)), "the value of resultAs");
    }

    private @Nullable Object state(W world) {
        Function<? super W, ?> state = sight.state();
        return state == null ? null : Snapshot.of(state.apply(world));
    }

    @Override
    public RoundEvent.@Nullable FootprintUncovered uncovered() {
        return uncovered.next();
    }

    private <R> R in(Function<W, R> what) {
        W world = worlds.get();
        Throwable failure = null;
        try {
            return what.apply(world);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            close(world, failure);
        }
    }

    private static void close(@Nullable Object world, @Nullable Throwable failure) {
        if (world instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (failure == null) {
                    throw new IllegalStateException("closing a world failed", e);
                }
                failure.addSuppressed(e);
            }
        }
    }
}
