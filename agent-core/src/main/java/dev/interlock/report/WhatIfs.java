package dev.interlock.report;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.CallTrace.CallCap;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import dev.interlock.plan.PlannedCall;
import dev.interlock.report.WhatIf.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Finds what would have made rounds faster: it simulates each round with each change. Confined to one thread; use it
 * once.
 */
final class WhatIfs {

    /** A smaller gain is not worth a line. */
    private static final double LEAST_SPEEDUP = 1.05;

    /** A tool that reads something unknown reads everything. */
    private static final List<Access> READS_ALL = List.of(Access.read("/"));

    /** Each tool costs a simulation of every round. */
    private static final int MOST_TOOLS = 40;

    private final List<RecordedRound> rounds;
    private final long recorded;
    private final List<WhatIf> found = new ArrayList<>();

    private WhatIfs(List<RoundReport> reports) {
        // Without a plan there is no telling which calls could overlap.
        List<RecordedRound> planned = new ArrayList<>();
        Expectations expectations = new Expectations();
        for (RoundReport report : reports) {
            if (report.plan().calls().size() == report.results().size()) {
                planned.add(new RecordedRound(report, expectations));
            }
            expectations.learn(report);
        }
        this.rounds = List.copyOf(planned);
        this.recorded = rounds.stream().mapToLong(RecordedRound::recorded).sum();
    }

    /** Returns the what-ifs, the most rewarding first. */
    static List<WhatIf> of(List<RoundReport> reports) {
        WhatIfs whatIfs = new WhatIfs(reports);
        whatIfs.tryReads();
        whatIfs.tryFiner();
        whatIfs.tryPermits();
        whatIfs.tryCaps();
        whatIfs.found.sort(Comparator.comparingDouble(WhatIf::speedup).reversed());
        return List.copyOf(whatIfs.found);
    }

    private void tryReads() {
        Set<String> undeclared = undeclaredTools();
        for (String tool : undeclared) {
            note(Kind.READS, List.of(tool), 0, "", reading(Set.of(tool)));
        }
        if (undeclared.size() > 1) {
            note(Kind.READS, List.copyOf(undeclared), 0, "", reading(undeclared));
        }
    }

    /** Returns existing undeclared tools only. No user can declare a tool that a model made up. */
    private Set<String> undeclaredTools() {
        Set<String> tools = new LinkedHashSet<>();
        for (RecordedRound round : rounds) {
            List<PlannedCall> planned = round.report().plan().calls();
            for (int i = 0; i < planned.size() && tools.size() < MOST_TOOLS; i++) {
                boolean ran = round.report().traces().get(i).end() == CallEnd.OK;
                if (ran
                        && planned.get(i).source() == EffectSource.UNDECLARED
                        && planned.get(i).writes()) {
                    tools.add(planned.get(i).call().tool());
                }
            }
        }
        return tools;
    }

    private long reading(Set<String> tools) {
        return predict(work -> tools.contains(work.tool()) ? work.with(READS_ALL, false) : work);
    }

    private void tryFiner() {
        Set<String> tools = new LinkedHashSet<>();
        for (RecordedRound round : rounds) {
            for (PlannedCall call : round.report().plan().calls()) {
                if (call.barrierReason() == null && call.writes() && tools.size() < MOST_TOOLS) {
                    tools.add(call.call().tool());
                }
            }
        }
        for (String tool : tools) {
            note(
                    Kind.FINER,
                    List.of(tool),
                    0,
                    "",
                    sum(round -> round.predicted(
                            Finer.refine(round.calls(), tool), round.report().maxConcurrency())));
        }
    }

    private void tryPermits() {
        int most = 0;
        int calls = 0;
        for (RecordedRound round : rounds) {
            if (round.waitedFor(TimeKind.PERMIT)) {
                most = Math.max(most, round.report().maxConcurrency());
                calls = Math.max(calls, round.calls().size());
            }
        }
        if (most == 0) {
            return;
        }
        long best = withPermits(calls);
        for (int permits = 2 * most; ; permits *= 2) {
            long predicted = permits >= calls ? best : withPermits(permits);
            if (permits >= calls || recorded - predicted >= 0.95 * (recorded - best)) {
                note(Kind.PERMITS, List.of(), permits, "", predicted);
                return;
            }
        }
    }

    private long withPermits(int permits) {
        return sum(round ->
                round.predicted(round.calls(), Math.max(permits, round.report().maxConcurrency())));
    }

    private void tryCaps() {
        Map<String, Integer> waitedFor = new TreeMap<>();
        for (RecordedRound round : rounds) {
            if (round.waitedFor(TimeKind.CAP)) {
                round.calls()
                        .forEach(call -> call.settings().caps().forEach(cap -> waitedFor.put(cap.name(), cap.limit())));
            }
        }
        waitedFor.forEach((name, limit) -> {
            int doubled = limit > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * limit;
            note(Kind.CAP, List.of(), doubled, name, predict(work -> withCap(work, name, doubled)));
        });
    }

    private static Work withCap(Work work, String name, int limit) {
        List<CallCap> caps = work.settings().caps();
        if (caps.stream().noneMatch(cap -> cap.name().equals(name))) {
            return work;
        }
        return work.with(new CallTrace.Settings(
                work.settings().priority(),
                caps.stream()
                        .map(cap -> cap.name().equals(name) ? new CallCap(name, limit) : cap)
                        .toList()));
    }

    private long predict(Function<Work, Work> change) {
        return sum(round -> round.predicted(
                round.calls().stream().map(change).toList(), round.report().maxConcurrency()));
    }

    private long sum(ToLongFunction<RecordedRound> predicted) {
        return rounds.stream().mapToLong(predicted).sum();
    }

    private void note(Kind kind, List<String> tools, int value, String cap, long predicted) {
        double speedup = (double) recorded / predicted;
        if (speedup >= LEAST_SPEEDUP) {
            found.add(new WhatIf(kind, tools, value, cap, Duration.ofNanos(predicted), speedup));
        }
    }
}
