package dev.interlock.report;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.effect.Access;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.Dependency;
import dev.interlock.report.Work.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recorded round for simulations: as it was, or with a change. Immutable. */
final class RecordedRound {

    private final RoundReport report;
    private final List<Work> calls;
    private final long recorded;
    private final long simulated;

    /** Creates a round before which nothing was known about its tools. */
    RecordedRound(RoundReport report) {
        this(report, new Expectations());
    }

    /**
     * Creates a round.
     *
     * @param expectations what was expected of tools when it began; not kept
     */
    RecordedRound(RoundReport report, Expectations expectations) {
        this.report = report;
        this.recorded = report.elapsed().toNanos();
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < report.results().size(); i++) {
            works.add(work(i, expectations));
        }
        this.calls = togetherIfKnownBefore(firstTurn(), works);
        this.simulated = Simulation.run(calls, report.maxConcurrency());
    }

    RoundReport report() {
        return report;
    }

    List<Work> calls() {
        return calls;
    }

    /** How long the round took, in nanoseconds. */
    long recorded() {
        return recorded;
    }

    /**
     * How long the round would have taken. Time that the simulation does not know, such as the engine's own, stays the
     * same.
     */
    long predicted(List<Work> changed, int maxConcurrency) {
        return Math.max(1, recorded - simulated + Simulation.run(changed, maxConcurrency));
    }

    /** When the first call had its turn, in nanoseconds. */
    private long firstTurn() {
        return report.traces().stream()
                .flatMap(trace -> trace.spans().stream())
                .filter(span -> span.kind() == TimeKind.START || span.kind() == TimeKind.RUN)
                .mapToLong(span -> nanos(span.start()))
                .min()
                .orElse(0);
    }

    /**
     * Lets all calls that were known before the first turn arrive together: the engine could choose among all of them,
     * although it noted them one by one.
     */
    private static List<Work> togetherIfKnownBefore(long firstTurn, List<Work> works) {
        long last = works.stream()
                .mapToLong(Work::arrival)
                .filter(arrival -> arrival <= firstTurn)
                .max()
                .orElse(0);
        return works.stream()
                .map(work -> work.arrival() < last ? work.arriving(last) : work)
                .toList();
    }

    private Work work(int i, Expectations expectations) {
        CallResult result = report.results().get(i);
        CallTrace trace = report.traces().get(i);
        List<Span> spans = trace.spans();
        Instant planned = spans.isEmpty() ? result.start() : spans.get(0).start();
        Instant cleared = cleared(i);
        List<Part> parts = new ArrayList<>();
        Instant asked = planned;
        for (Span span : spans) {
            switch (span.kind()) {
                case START, RUN -> add(parts, true, span.duration());
                case RETRY -> add(parts, false, span.duration());
                case APPROVAL, PENDING, INTERCEPTOR -> {
                    if (span.attempt() == 0 && (cleared == null || span.start().isBefore(cleared))) {
                        asked = span.end();
                    } else {
                        add(parts, false, span.duration());
                    }
                }
                case RESOURCE -> {
                    if (isHeldElsewhere(span.waitsFor())) {
                        add(parts, false, span.duration());
                    }
                }
                case DEPENDENCY, PERMIT, CAP, ANNOUNCEMENT, OWNER -> {}
            }
        }
        return new Work(
                result.call().tool(),
                result.call().arguments().toString(),
                nanos(planned),
                nanos(asked),
                parts,
                trace.end() == CallEnd.COALESCED
                        ? List.<Access>of()
                        : report.plan().calls().get(i).accesses(),
                uses(i),
                result.thread() == ThreadKind.OWNER,
                trace.settings(),
                expectations.of(result.call().tool()));
    }

    /** When the last call ended that this one had to wait for; null if it had to wait for none. */
    private @Nullable Instant cleared(int call) {
        return report.plan().dependencies(call).stream()
                .map(Dependency::earlier)
                .map(earlier -> report.results().get(earlier).end())
                .max(Instant::compareTo)
                .orElse(null);
    }

    private boolean isHeldElsewhere(@Nullable Wait wait) {
        return !(wait instanceof Wait.ForResource resource) || resource.round() != report.round();
    }

    /** The calls whose results this one uses, and the earlier call that it equals. */
    private List<Integer> uses(int call) {
        List<Integer> uses = new ArrayList<>(report.plan().references(call));
        CallTrace trace = report.traces().get(call);
        if (trace.end() == CallEnd.COALESCED) {
            for (Span span : trace.spans()) {
                if (span.waitsFor() instanceof Wait.ForCalls leader) {
                    uses.addAll(leader.calls());
                }
            }
        }
        return uses.stream().distinct().toList();
    }

    private static void add(List<Part> parts, boolean busy, Duration time) {
        int last = parts.size() - 1;
        if (last >= 0 && parts.get(last).busy() == busy) {
            parts.set(last, new Part(busy, parts.get(last).nanos() + time.toNanos()));
        } else {
            parts.add(new Part(busy, time.toNanos()));
        }
    }

    private long nanos(Instant at) {
        return Math.max(0, Duration.between(report.start(), at).toNanos());
    }

    /** Whether any call had a wait of this kind. */
    boolean waitedFor(TimeKind kind) {
        return report.traces().stream().flatMap(trace -> trace.spans().stream()).anyMatch(span -> span.kind() == kind);
    }
}
