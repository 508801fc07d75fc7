package dev.interlock.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.effect.Access;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.plan.Dependency;
import dev.interlock.plan.PlannedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rounds as JSON, for programs. Times are in microseconds. Each {@code start} counts from the start of the run; in
 * spans it counts from the start of their round. The text is ASCII, without control characters and {@code <}, so it can
 * stand in a log, a terminal, or a page's script.
 *
 * <p>As long as {@code version} is 1, later releases only add members.
 */
public final class JsonReport {

    private static final int VERSION = 1;

    private final RunReport run;
    private final ReportContent content;
    private final int mostDependencies;

    private JsonReport(RunReport run, ReportContent content, int mostDependencies) {
        this.run = run;
        this.content = content;
        this.mostDependencies = mostDependencies;
    }

    /**
     * Writes a report.
     *
     * @param run the rounds
     * @param content what it shows of arguments and results
     * @return a JSON object
     */
    public static String of(RunReport run, ReportContent content) {
        return of(run, content, Integer.MAX_VALUE);
    }

    /**
     * Limits the dependencies of each call. If a call has more, the report has those that ended last, and their total
     * number.
     */
    static String of(RunReport run, ReportContent content, int mostDependencies) {
        return SafeJson.write(new JsonReport(run, content, mostDependencies).json());
    }

    private ObjectNode json() {
        ObjectNode json = SafeJson.object();
        json.put("version", VERSION);
        json.put("start", run.start().toString());
        json.put("elapsed", micros(run.elapsed()));
        json.put("timeInRounds", micros(run.timeInRounds()));
        json.put("sequentialTime", micros(run.sequentialTime()));
        json.put("timeSaved", micros(run.timeSaved()));
        json.put("calls", run.calls());
        ObjectNode times = json.putObject("times");
        run.times().forEach((kind, time) -> times.put(kind.key(), micros(time)));
        ObjectNode ends = json.putObject("ends");
        run.ends().forEach((end, count) -> ends.put(end.key(), count));
        ArrayNode whatIfs = json.putArray("whatIfs");
        run.whatIfs().forEach(whatIf -> add(whatIfs, whatIf));
        ArrayNode rounds = json.putArray("rounds");
        run.rounds().forEach(round -> add(rounds, round));
        return json;
    }

    private static void add(ArrayNode whatIfs, WhatIf whatIf) {
        ObjectNode json = whatIfs.addObject();
        json.put("kind", key(whatIf.kind()));
        whatIf.tools().forEach(json.putArray("tools")::add);
        json.put("value", whatIf.value());
        json.put("cap", whatIf.cap());
        json.put("change", whatIf.change());
        json.put("predicted", micros(whatIf.predicted()));
        json.put("speedup", Math.round(whatIf.speedup() * 1000) / 1000.0);
    }

    private void add(ArrayNode rounds, RoundReport round) {
        ObjectNode json = rounds.addObject();
        json.put("round", round.round());
        json.put("start", micros(Duration.between(run.start(), round.start())));
        json.put("elapsed", micros(round.elapsed()));
        json.put("sequentialTime", micros(round.sequentialTime()));
        json.put("timeSaved", micros(round.timeSaved()));
        json.put("maxConcurrency", round.maxConcurrency() == Integer.MAX_VALUE ? null : round.maxConcurrency());
        ObjectNode times = json.putObject("times");
        round.times().forEach((kind, time) -> times.put(kind.key(), micros(time)));
        ArrayNode path = json.putArray("criticalPath");
        for (CriticalPath.Step step : CriticalPath.of(round).steps()) {
            path.addObject()
                    .put("call", step.call())
                    .put(
                            "waitedFor",
                            step.waitedFor() == null ? null : step.waitedFor().key());
        }
        ArrayNode calls = json.putArray("calls");
        for (int i = 0; i < round.results().size(); i++) {
            add(calls, round, i);
        }
    }

    private void add(ArrayNode calls, RoundReport round, int i) {
        CallResult result = round.results().get(i);
        CallTrace trace = round.traces().get(i);
        ObjectNode json = calls.addObject();
        json.put("id", result.call().id());
        json.put("tool", result.call().tool());
        json.put("end", trace.end().key());
        if (trace.endedBefore()) {
            json.put("endedBefore", true);
        }
        json.put("attempts", result.attempts());
        json.put("thread", key(result.thread()));
        json.put("start", micros(Duration.between(round.start(), result.start())));
        json.put("duration", micros(result.duration()));
        putIfThere(json, "arguments", content.arguments(result));
        putIfThere(json, "result", content.result(result));
        putIfThere(json, "error", content.error(result));
        if (i < round.plan().calls().size()) {
            addPlan(json, round, i);
        }
        ArrayNode spans = json.putArray("spans");
        trace.spans().forEach(span -> add(spans, span, round.start()));
    }

    private void addPlan(ObjectNode json, RoundReport round, int i) {
        PlannedCall planned = round.plan().calls().get(i);
        json.put("source", planned.source().words());
        json.put("barrier", planned.barrierReason());
        ArrayNode accesses = json.putArray("accesses");
        for (Access access : planned.accesses()) {
            accesses.add((access.isWrite() ? "writes " : "reads ") + access.resource());
        }
        ArrayNode waitsFor = json.putArray("waitsFor");
        List<Dependency> dependencies = round.plan().dependencies(i);
        if (dependencies.size() > mostDependencies) {
            json.put("dependencies", dependencies.size());
            dependencies = lastToEnd(dependencies, round);
        }
        for (Dependency dependency : dependencies) {
            waitsFor.addObject()
                    .put("call", dependency.earlier())
                    .put("kind", key(dependency.kind()))
                    .put("reason", dependency.reason().text(dependency.earlier(), i));
        }
    }

    /** The dependencies that held the call up the longest. */
    private List<Dependency> lastToEnd(List<Dependency> dependencies, RoundReport round) {
        return dependencies.stream()
                .sorted(Comparator.comparing((Dependency dependency) ->
                                round.results().get(dependency.earlier()).end())
                        .reversed())
                .limit(mostDependencies)
                .sorted(Comparator.comparingInt(Dependency::earlier))
                .toList();
    }

    private static void add(ArrayNode spans, Span span, Instant start) {
        ObjectNode json = spans.addObject();
        json.put("kind", span.kind().key());
        json.put("start", micros(Duration.between(start, span.start())));
        json.put("duration", micros(span.duration()));
        json.put("attempt", span.attempt());
        putIfThere(
                json,
                "waitsFor",
                span.waitsFor() == null ? null : span.waitsFor().text());
    }

    private static void putIfThere(ObjectNode json, String name, @Nullable String text) {
        if (text != null) {
            json.put(name, text);
        }
    }

    private static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
