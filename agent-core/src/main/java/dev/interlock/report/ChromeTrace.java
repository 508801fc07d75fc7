package dev.interlock.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.plan.Dependency;
import dev.interlock.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rounds in the Trace Event Format, which Perfetto ({@code ui.perfetto.dev}) and {@code chrome://tracing} open: each
 * round is a process, each call a thread, each span a slice. An arrow leads from each call to the calls that waited for
 * it.
 */
public final class ChromeTrace {

    private static final double NANOS_A_MICRO = 1e3;

    /** An arrow must begin inside its slice, not at the slice's end. */
    private static final double BEFORE_END = 1;

    private final RunReport run;
    private final ReportContent content;
    private final List<ObjectNode> events = new ArrayList<>();
    private int arrows;

    private ChromeTrace(RunReport run, ReportContent content) {
        this.run = run;
        this.content = content;
    }

    /**
     * Writes a trace.
     *
     * @param run the rounds
     * @param content what the trace shows of arguments and results
     * @return a JSON object
     */
    public static String of(RunReport run, ReportContent content) {
        return SafeJson.write(new ChromeTrace(run, content).json());
    }

    private ObjectNode json() {
        ObjectNode json = SafeJson.object();
        json.put("displayTimeUnit", "ms");
        ArrayNode all = json.putArray("traceEvents");
        for (RoundReport round : run.rounds()) {
            all.add(named("process_name", round, 0, "round " + round.round()));
            for (int i = 0; i < round.results().size(); i++) {
                String tool = round.results().get(i).call().tool();
                all.add(named("thread_name", round, i + 1, (i + 1) + " " + tool));
                all.add(sorted(round, i + 1));
                addSlices(round, i);
                addArrows(round, i);
            }
        }
        events.sort(Comparator.comparingDouble(event -> event.path("ts").asDouble()));
        events.forEach(all::add);
        return json;
    }

    private static ObjectNode event(String phase, String name, RoundReport round, int thread) {
        ObjectNode event = SafeJson.object();
        event.put("ph", phase);
        event.put("name", SafeText.line(name, true));
        event.put("pid", round.round());
        event.put("tid", thread);
        return event;
    }

    private static ObjectNode named(String kind, RoundReport round, int thread, String name) {
        ObjectNode event = event("M", kind, round, thread);
        event.putObject("args").put("name", SafeText.line(name, true));
        return event;
    }

    private static ObjectNode sorted(RoundReport round, int thread) {
        ObjectNode event = event("M", "thread_sort_index", round, thread);
        event.putObject("args").put("sort_index", thread);
        return event;
    }

    private void addSlices(RoundReport round, int i) {
        CallResult result = round.results().get(i);
        CallTrace trace = round.traces().get(i);
        for (Span span : trace.spans()) {
            boolean runs = span.kind() == TimeKind.RUN;
            ObjectNode event =
                    event("X", runs ? result.call().tool() : span.kind().key(), round, i + 1);
            event.put("cat", span.kind().key());
            event.put("ts", micros(span.start()));
            event.put("dur", span.duration().toNanos() / NANOS_A_MICRO);
            ObjectNode args = event.putObject("args");
            args.put("attempt", span.attempt());
            put(
                    args,
                    "waitsFor",
                    span.waitsFor() == null ? null : span.waitsFor().text());
            if (runs) {
                args.put("end", trace.end().key());
                put(args, "id", result.call().id());
                put(args, "arguments", content.arguments(result));
                put(args, "result", content.result(result));
                put(args, "error", content.error(result));
            }
            events.add(event);
        }
    }

    private static void put(ObjectNode args, String name, @Nullable String text) {
        if (text != null) {
            args.put(name, SafeText.line(text, true));
        }
    }

    private void addArrows(RoundReport round, int i) {
        Span to = firstRun(round.traces().get(i));
        if (to == null) {
            return;
        }
        if (i < round.plan().calls().size()) {
            for (Dependency dependency : round.plan().dependencies(i)) {
                addArrow(round, dependency.earlier(), i, to, dependency.reason().text(dependency.earlier(), i));
            }
        }
    }

    private void addArrow(RoundReport round, int earlier, int later, Span to, String why) {
        Span from = lastRun(round.traces().get(earlier));
        if (from == null || from.end().isAfter(to.start())) {
            // The call did not wait for that call's end: the earlier call was abandoned, or ended without running.
            return;
        }
        int id = ++arrows;
        double length = from.duration().toNanos() / NANOS_A_MICRO;
        ObjectNode start = event("s", why, round, earlier + 1);
        start.put("cat", "waits");
        start.put("id", id);
        start.put("ts", micros(from.end()) - Math.min(BEFORE_END, length / 2));
        events.add(start);
        ObjectNode end = event("f", why, round, later + 1);
        end.put("cat", "waits");
        end.put("id", id);
        end.put("bp", "e");
        end.put("ts", micros(to.start()));
        events.add(end);
    }

    private static @Nullable Span firstRun(CallTrace trace) {
        return trace.spans().stream()
                .filter(span -> span.kind() == TimeKind.RUN)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Span lastRun(CallTrace trace) {
        return trace.spans().stream()
                .filter(span -> span.kind() == TimeKind.RUN)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** Microseconds from the start of the run. */
    private double micros(Instant at) {
        return Duration.between(run.start(), at).toNanos() / NANOS_A_MICRO;
    }
}
