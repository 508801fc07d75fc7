package dev.interlock.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.CallTrace.CallCap;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a round as it might have been recorded; times are milliseconds from its start. */
final class RecordedCalls {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<PlannedCall> planned = new ArrayList<>();
    private final List<int[]> uses = new ArrayList<>();
    private final List<CallResult> results = new ArrayList<>();
    private final List<CallTrace> traces = new ArrayList<>();

    // Of the call that is being written.
    private List<Span> spans = new ArrayList<>();
    private long at;
    private List<CallCap> caps = List.of();
    private int[] used = new int[0];
    private Outcome outcome = new Outcome.Succeeded("it is done");
    private CallEnd end = CallEnd.OK;
    private String argument = "0";
    private ThreadKind thread = ThreadKind.VIRTUAL;
    private boolean before;
    private int attempts;

    /** The call that is being written is planned then. */
    RecordedCalls planned(long millis) {
        at = millis;
        return this;
    }

    RecordedCalls waits(Wait wait, long millis) {
        return span(wait.kind(), millis, 0, wait);
    }

    RecordedCalls runs(long millis) {
        return span(TimeKind.RUN, millis, 1, null);
    }

    RecordedCalls span(TimeKind kind, long millis, int attempt, @Nullable Wait wait) {
        spans.add(new Span(kind, millis(at), millis(at + millis), attempt, wait));
        at += millis;
        return this;
    }

    RecordedCalls on(ThreadKind kind) {
        thread = kind;
        return this;
    }

    /** It ended before the round was resumed. */
    RecordedCalls endedBefore() {
        before = true;
        return this;
    }

    /** So many, although no span says so. */
    RecordedCalls attempts(int count) {
        attempts = count;
        return this;
    }

    RecordedCalls capped(String name, int limit) {
        caps = List.of(new CallCap(name, limit));
        return this;
    }

    RecordedCalls with(String text) {
        argument = text;
        return this;
    }

    RecordedCalls using(int... calls) {
        used = calls;
        return this;
    }

    RecordedCalls ending(CallEnd how, Outcome with) {
        end = how;
        outcome = with;
        return this;
    }

    /** A call of a tool of which nothing is known has been written. */
    RecordedCalls undeclared(String tool) {
        return call(tool, EffectSource.UNDECLARED, "nothing is known about it", Access.write("/"));
    }

    RecordedCalls declared(String tool, Access... accesses) {
        return call(tool, EffectSource.ANNOTATION, null, accesses);
    }

    private RecordedCalls call(String tool, EffectSource source, @Nullable String barrier, Access... accesses) {
        ToolCall call = new ToolCall(
                "id-" + results.size(),
                tool,
                JsonNodeFactory.instance.objectNode().put("argument", argument));
        planned.add(new PlannedCall(call, List.of(accesses), source, barrier));
        uses.add(used);
        Span run = spans.stream()
                .filter(span -> span.kind() == TimeKind.RUN)
                .findFirst()
                .orElse(null);
        int ran = spans.stream().mapToInt(Span::attempt).max().orElse(attempts);
        results.add(new CallResult(call, outcome, ran, run == null ? millis(at) : run.start(), millis(at), thread));
        traces.add(new CallTrace(end, spans, new CallTrace.Settings(0, caps), before));
        spans = new ArrayList<>();
        at = 0;
        caps = List.of();
        used = new int[0];
        outcome = new Outcome.Succeeded("it is done");
        end = CallEnd.OK;
        argument = "0";
        thread = ThreadKind.VIRTUAL;
        before = false;
        attempts = 0;
        return this;
    }

    RoundReport round(int maxConcurrency) {
        Instant last =
                results.stream().map(CallResult::end).max(Instant::compareTo).orElse(START);
        return new RoundReport(7, CallPlan.of(planned, uses), results, traces, maxConcurrency, START, last);
    }

    RunReport run(int maxConcurrency) {
        return new RunReport(List.of(round(maxConcurrency)));
    }

    private static Instant millis(long millis) {
        return START.plusMillis(millis);
    }

    static Wait calls(Integer... places) {
        return new Wait.ForCalls(List.of(places), false);
    }
}
