package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.testing.Candidate.Kind;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a run that differs from the serial one, the likeliest first. First it swaps each kind of free pair once, as
 * many in one run as go together. Then it runs the batches with calls at the same time. Then it swaps the kinds again,
 * with other arguments and next to other calls. Last it tries all legal orders of each batch, or a sample.
 */
final class Search {

    /** How many times the search swaps each kind of pair before it tries all orders. */
    private static final int ROUNDS = 3;

    private final BatchRunner runner;
    private final Settings settings;
    private final Predicate<String> focus;
    private final SplittableRandom random;
    private final Map<String, Integer> swapped = new HashMap<>();
    private boolean stopped;
    private int incomplete;

    Search(BatchRunner runner, Settings settings, Predicate<String> focus) {
        this.runner = runner;
        this.settings = settings;
        this.focus = focus;
        this.random = new SplittableRandom(settings.seed());
    }

    /** Whether the most runs were not enough. */
    boolean isStopped() {
        return stopped;
    }

    /** How many batches so far have legal orders that the search has not tried. */
    int incomplete() {
        return incomplete;
    }

    @Nullable
    Deviation find(List<List<ToolCall>> batches) {
        List<Candidate> candidates = runner.plans(batches).stream()
                .map(plan -> new Candidate(plan, focus, runner.seesState()))
                .toList();
        for (int round = 1; round <= ROUNDS; round++) {
            Deviation found = swapKinds(candidates, round);
            if (found == null && round == 1) {
                found = runConcurrently(candidates);
            }
            if (found != null) {
                return found;
            }
        }
        return tryOrders(candidates);
    }

    private boolean spent() {
        return runner.runs() >= settings.maxRuns();
    }

    /** Swaps each kind of pair up to this many times, or until no batch has another pair of the kind. */
    private @Nullable Deviation swapKinds(List<Candidate> candidates, int times) {
        while (!spent()) {
            Candidate best = null;
            int most = 0;
            for (Candidate each : candidates) {
                int value = wanted(each, times).stream().mapToInt(Kind::weight).sum();
                if (value > most) {
                    most = value;
                    best = each;
                }
            }
            if (best == null) {
                return null;
            }
            Deviation found = swapKinds(best, times);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private Set<Kind> wanted(Candidate candidate, int times) {
        Set<Kind> wanted = new HashSet<>(candidate.untried().values());
        if (candidate.expected() == null) {
            wanted.addAll(candidate.silent());
        }
        wanted.removeIf(kind -> swapped.getOrDefault(kind.what(), 0) >= times);
        return wanted;
    }

    private @Nullable Deviation swapKinds(Candidate candidate, int times) {
        Deviation found = runSerially(candidate);
        while (found == null && !spent()) {
            Set<Kind> wanted = wanted(candidate, times);
            List<Pair> pairs = candidate.untried().entrySet().stream()
                    .filter(entry -> wanted.contains(entry.getValue()))
                    .map(Map.Entry::getKey)
                    // Pairs far apart come first: a swap of theirs moves the calls between them too.
                    .sorted((a, b) -> b.later() - b.earlier() - (a.later() - a.earlier()) != 0
                            ? b.later() - b.earlier() - (a.later() - a.earlier())
                            : a.earlier() - b.earlier())
                    .toList();
            if (pairs.isEmpty()) {
                return null;
            }
            found = tryOrder(candidate, candidate.orders().inverting(pairs));
        }
        return found;
    }

    /** Runs a batch serially, unless that has happened. A difference here is an undeclared write. */
    private @Nullable Deviation runSerially(Candidate candidate) {
        if (candidate.expected() != null) {
            return null;
        }
        BatchRunner.Reference reference = runner.reference(candidate.calls());
        candidate.expected(reference.run());
        candidate.silent().forEach(kind -> swapped.merge(kind.what(), 1, Integer::sum));
        for (int call = 0; call < candidate.calls().size(); call++) {
            if (!candidate.writes(call)
                    && focus.test(candidate.calls().get(call).tool())
                    && reference.changesState(call)) {
                return new Deviation.SilentWrite(candidate.calls(), call);
            }
        }
        return uncovered();
    }

    private @Nullable Deviation uncovered() {
        RoundEvent.FootprintUncovered uncovered = runner.uncovered();
        return uncovered == null ? null : new Deviation.Uncovered(uncovered);
    }

    /** Returns null if the search has tried the order before. */
    private @Nullable Deviation tryOrder(Candidate candidate, List<Integer> order) {
        Set<Kind> kinds = candidate.takeKinds(order);
        if (kinds == null) {
            return null;
        }
        kinds.forEach(kind -> swapped.merge(kind.what(), 1, Integer::sum));
        Run expected = Objects.requireNonNull(candidate.expected());
        Run actual = runner.inOrder(candidate.calls(), order);
        return actual.isAs(expected) ? uncovered() : new Deviation.InOrder(candidate.calls(), expected, order);
    }

    private @Nullable Deviation runConcurrently(List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            Run expected = candidate.expected();
            if (expected == null || !candidate.ofInterest()) {
                continue;
            }
            for (int i = 0; i < settings.concurrentRuns() && !spent(); i++) {
                Run actual = runner.concurrently(
                        candidate.calls(), candidate.orders().sources());
                if (!actual.isAs(expected)) {
                    return new Deviation.Concurrent(candidate.calls(), expected, actual);
                }
            }
        }
        return uncovered();
    }

    /** Takes one order of each batch in turn, so that no batch uses up all runs. */
    private @Nullable Deviation tryOrders(List<Candidate> candidates) {
        record Open(Candidate candidate, boolean isSampled, Iterator<List<Integer>> orders) {}
        List<Open> open = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.ofInterest()) {
                List<List<Integer>> all = candidate.orders().all(settings.maxOrders());
                open.add(new Open(candidate, all == null, all == null ? sample(candidate.orders()) : all.iterator()));
            }
        }
        while (!open.isEmpty()) {
            for (Iterator<Open> each = open.iterator(); each.hasNext(); ) {
                Open next = each.next();
                if (!next.orders().hasNext()) {
                    incomplete += next.isSampled() ? 1 : 0;
                    each.remove();
                    continue;
                }
                if (spent()) {
                    stopped = true;
                    incomplete += (int) open.stream()
                            .filter(left -> left.isSampled() || left.orders().hasNext())
                            .count();
                    return null;
                }
                Deviation found = runSerially(next.candidate());
                found = found == null ? tryOrder(next.candidate(), next.orders().next()) : found;
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private Iterator<List<Integer>> sample(LegalOrders orders) {
        Set<List<Integer>> sample = new LinkedHashSet<>();
        IntStream.range(0, settings.maxOrders()).forEach(i -> sample.add(orders.random(random)));
        return Stream.concat(Stream.of(orders.inverting(orders.freePairs())), sample.stream())
                .iterator();
    }
}
