package dev.interlock.report;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.Dependency;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls that decided how long a round took: the last one to end, the one whose end let that start, and so on. Had any
 * of them been quicker, so had the round, until another path is the longest. Immutable.
 *
 * @param steps from the first call to the last
 */
public record CriticalPath(List<Step> steps) {

    /**
     * A call on the path.
     *
     * @param call its place in the batch, from 0
     * @param waitedFor what it had to wait for until the call before it on the path ended; null for the first
     */
    public record Step(int call, @Nullable TimeKind waitedFor) {}

    /** Copies the list. */
    public CriticalPath {
        steps = List.copyOf(steps);
    }

    /**
     * Finds the path of a round.
     *
     * @param round the round
     * @return empty for a round without calls
     */
    public static CriticalPath of(RoundReport round) {
        return new Finder(round).find();
    }

    /**
     * Whether a call is on the path.
     *
     * @param call its place, from 0
     * @return true if it is
     */
    public boolean contains(int call) {
        return steps.stream().anyMatch(step -> step.call() == call);
    }

    private static final class Finder {
        private final RoundReport round;

        /** The places of the calls by their ends, the earliest first. */
        private final Integer[] byEnd;

        private final Instant[] ends;

        Finder(RoundReport round) {
            this.round = round;
            this.ends = new Instant[round.results().size()];
            this.byEnd = new Integer[ends.length];
            for (int i = 0; i < ends.length; i++) {
                ends[i] = end(i);
                byEnd[i] = i;
            }
            Arrays.sort(byEnd, Comparator.comparing(place -> ends[place]));
        }

        CriticalPath find() {
            Deque<Step> steps = new ArrayDeque<>();
            Set<Integer> seen = new HashSet<>();
            int call = lastBefore(Instant.MAX, place -> true);
            while (call >= 0 && seen.add(call)) {
                Span decisive = lastWaitBeforeRun(round.traces().get(call));
                int before = decisive == null ? -1 : whoseEndEnded(decisive, call);
                boolean known = before >= 0 && !seen.contains(before);
                steps.addFirst(new Step(call, known && decisive != null ? decisive.kind() : null));
                call = known ? before : -1;
            }
            return new CriticalPath(List.copyOf(steps));
        }

        /** The wait after which the call ran; null if it ran at once, or first waited for what is no call's. */
        private static @Nullable Span lastWaitBeforeRun(CallTrace trace) {
            Span last = null;
            for (Span span : trace.spans()) {
                if (span.kind() == TimeKind.RUN) {
                    return last;
                }
                last = span.kind().isWait() ? span : last;
            }
            return last;
        }

        private int whoseEndEnded(Span wait, int call) {
            return switch (wait.kind()) {
                case DEPENDENCY -> lastWaitedFor(call, wait.waitsFor());
                case PERMIT -> lastBefore(wait.end(), place -> place != call && hasRun(place));
                case CAP -> lastBefore(wait.end(), place -> place != call && hasRun(place) && sharesCap(place, call));
                case OWNER, ANNOUNCEMENT -> lastBefore(wait.end(), place -> place < call && hasRun(place));
                case RESOURCE, APPROVAL, PENDING, INTERCEPTOR, RETRY, START, RUN -> -1;
            };
        }

        private int lastWaitedFor(int call, @Nullable Wait told) {
            boolean follows = round.traces().get(call).end() == CallEnd.COALESCED;
            List<Integer> others = follows && told instanceof Wait.ForCalls(List<Integer> calls, boolean more)
                    ? calls
                    : round.plan().dependencies(call).stream()
                            .map(Dependency::earlier)
                            .toList();
            return others.stream()
                    .max(Comparator.comparing(place -> ends[place]))
                    .orElse(-1);
        }

        private boolean hasRun(int place) {
            return round.results().get(place).attempts() > 0;
        }

        private boolean sharesCap(int place, int call) {
            List<CallTrace.CallCap> wanted = round.traces().get(call).settings().caps();
            return round.traces().get(place).settings().caps().stream().anyMatch(wanted::contains);
        }

        /** Of those that match, the one that ended last, but not after {@code instant}; -1 for none. */
        private int lastBefore(Instant instant, IntPredicate which) {
            int from = 0;
            int to = byEnd.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (ends[byEnd[middle]].isAfter(instant)) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            for (int i = from - 1; i >= 0; i--) {
                if (which.test(byEnd[i])) {
                    return byEnd[i];
                }
            }
            return -1;
        }

        private Instant end(int place) {
            List<Span> spans = round.traces().get(place).spans();
            return spans.isEmpty()
                    ? round.results().get(place).end()
                    : spans.get(spans.size() - 1).end();
        }
    }
}
