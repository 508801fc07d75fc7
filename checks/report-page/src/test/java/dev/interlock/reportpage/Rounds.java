package dev.interlock.reportpage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.CallTrace.Settings;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import dev.interlock.plan.PlannedCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a round as it might have been recorded: calls start when what they wait for has ended, and there is a permit.
 */
final class Rounds {

    static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    /**
     * A call as a model asks for it.
     *
     * @param tool its tool
     * @param argument its argument
     * @param source who says what it accesses
     * @param barrier why it runs alone; null if it does not
     * @param accesses what it accesses
     * @param micros how long each attempt takes
     * @param end how it ends
     * @param text its result, or why it failed
     */
    record Asked(
            String tool,
            String argument,
            EffectSource source,
            @Nullable String barrier,
            List<Access> accesses,
            List<Long> micros,
            CallEnd end,
            String text) {

        static Asked of(String tool, long micros, Access... accesses) {
            return new Asked(
                    tool,
                    "x",
                    EffectSource.ANNOTATION,
                    null,
                    List.of(accesses),
                    List.of(micros),
                    CallEnd.OK,
                    "it is done");
        }

        Asked ending(CallEnd how, String why, Long... attempts) {
            return new Asked(tool, argument, source, barrier, accesses, List.of(attempts), how, why);
        }

        Asked saying(String asked, String answered) {
            return new Asked(tool, asked, source, barrier, accesses, micros, end, answered);
        }
    }

    private static final long STARTS = 150;
    private static final long BACKOFF = 20_000;

    private final Instant start;
    private final CallPlan plan;
    private final List<Asked> asked;
    private final List<CallResult> results = new ArrayList<>();
    private final List<CallTrace> traces = new ArrayList<>();

    /** When each permit is free, in microseconds. */
    private final long[] free;

    private final long[] ends;

    private Rounds(Instant start, List<Asked> asked, int permits) {
        this.start = start;
        this.asked = asked;
        this.free = new long[permits];
        this.ends = new long[asked.size()];
        List<PlannedCall> planned = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Asked call = asked.get(i);
            ToolCall request = new ToolCall(
                    "call_" + i,
                    call.tool(),
                    JsonNodeFactory.instance.objectNode().put("argument", call.argument()));
            planned.add(new PlannedCall(request, call.accesses(), call.source(), call.barrier()));
        }
        this.plan = CallPlan.of(planned);
    }

    /** A round of these calls, so many microseconds after the first. */
    static RoundReport of(long number, long after, int permits, List<Asked> asked) {
        Rounds round = new Rounds(START.plusNanos(after * 1_000), asked, permits);
        for (int i = 0; i < asked.size(); i++) {
            round.write(i);
        }
        long last = Arrays.stream(round.ends).max().orElse(0);
        return new RoundReport(number, round.plan, round.results, round.traces, permits, round.start, round.at(last));
    }

    static RoundReport of(Asked... asked) {
        return of(1, 0, 5, List.of(asked));
    }

    private void write(int place) {
        List<Span> spans = new ArrayList<>();
        List<Integer> earlier =
                plan.dependencies(place).stream().map(Dependency::earlier).toList();
        long ready = earlier.stream().mapToLong(call -> ends[call]).max().orElse(0);
        add(spans, TimeKind.DEPENDENCY, 0, ready, 0, Wait.ForCalls.among(earlier));
        int permit = 0;
        for (int i = 1; i < free.length; i++) {
            permit = free[i] < free[permit] ? i : permit;
        }
        long turn = Math.max(ready, free[permit]);
        add(spans, TimeKind.PERMIT, ready, turn, 0, new Wait.ForPermit(free.length));
        long now = turn + STARTS;
        add(spans, TimeKind.START, turn, now, 0, null);
        long began = now;
        Asked call = asked.get(place);
        for (int attempt = 1; attempt <= call.micros().size(); attempt++) {
            if (attempt > 1) {
                add(spans, TimeKind.RETRY, now, now + BACKOFF, attempt - 1, null);
                now += BACKOFF;
            }
            long length = call.micros().get(attempt - 1);
            add(spans, TimeKind.RUN, now, now + length, attempt, null);
            now += length;
        }
        ends[place] = now;
        free[permit] = now;
        Outcome outcome = call.end() == CallEnd.OK
                ? new Outcome.Succeeded(call.text())
                : new Outcome.Failed(new IllegalStateException(call.text()));
        results.add(new CallResult(
                plan.calls().get(place).call(), outcome, call.micros().size(), at(began), at(now), ThreadKind.VIRTUAL));
        traces.add(new CallTrace(call.end(), spans, Settings.NONE));
    }

    private void add(List<Span> spans, TimeKind kind, long from, long to, int attempt, @Nullable Wait wait) {
        if (to > from) {
            spans.add(new Span(kind, at(from), at(to), attempt, wait));
        }
    }

    private Instant at(long micros) {
        return start.plusNanos(micros * 1_000);
    }
}
