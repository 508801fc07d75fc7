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
 * The calls that decided how long a round took: the last one to end, the one whose end let that one start, and so on.
 * If one of them had been quicker, the round would have been quicker too, until another path became the longest.
 * Immutable.
 *
 * @param steps the calls on the path, from the first to the last
 */
public record CriticalPath(List<Step> steps) {

    /**
     * A call on the path.
     *
     * @param call the call's place in its round, from 0
     * @param waitedFor the kind of wait that ended when the previous call on the path ended; null for the first call
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
     * @return the path; empty for a round without calls
     */
    public static CriticalPath of(RoundReport round) {
        return new Finder(round).find();
    }

    /**
     * Tells whether a call is on the path.
     *
     * @param call the call's place, from 0
     * @return true if the call is on the path
     */
    public boolean contains(int call) {
        return steps.stream().anyMatch(step -> step.call() == call);
    }

    /** By which call's end a call was released, and from which wait. */
    private record Released(int by, Span from) {}

    private static final class Finder {
        private final RoundReport round;

        /** The places of the calls, ordered by their ends. */
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
                Released released = whatLetRun(call);
                if (released == null || seen.contains(released.by())) {
                    steps.addFirst(new Step(call, null));
                    break;
                }
                steps.addFirst(new Step(call, released.from().kind()));
                call = released.by();
            }
            return new CriticalPath(List.copyOf(steps));
        }

        /**
         * The call whose end let this one run to its own end, and the wait that ended so; null if no call of the round
         * did. That is the last wait for another call before the last run. If the call had a wait of its own after
         * that, such as for its approval, the other call must have ended before that one began: else the approval would
         * have come as late without the other call.
         */
        private @Nullable Released whatLetRun(int call) {
            List<Span> spans = round.traces().get(call).spans();
            Instant latest = Instant.MAX;
            for (int i = lastRun(spans); i >= 0; i--) {
                Span span = spans.get(i);
                if (!span.kind().isWait() || span.kind() == TimeKind.RETRY) {
                    continue;
                }
                int by = whoseEndEnded(span, call);
                if (by >= 0) {
                    return ends[by].isAfter(latest) ? null : new Released(by, span);
                }
                latest = span.start();
            }
            return null;
        }

        /** The last run's place; that of the last span if the call never ran. */
        private static int lastRun(List<Span> spans) {
            for (int i = spans.size() - 1; i >= 0; i--) {
                if (spans.get(i).kind() == TimeKind.RUN) {
                    return i;
                }
            }
            return spans.size() - 1;
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
            return round.results().get(place).attempts() > 0
                    && !round.traces().get(place).endedBefore();
        }

        private boolean sharesCap(int place, int call) {
            List<CallTrace.CallCap> wanted = round.traces().get(call).settings().caps();
            return round.traces().get(place).settings().caps().stream().anyMatch(wanted::contains);
        }

        /** Of the calls that match, the one that ended last but not after {@code instant}; -1 for none. */
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
