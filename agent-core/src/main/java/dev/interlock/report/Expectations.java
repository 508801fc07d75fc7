package dev.interlock.report;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns how long each tool takes, as the engine does to decide which calls start first if there are fewer permits than
 * calls. It does not know what the engine had learnt before the first recorded round. Confined to one thread.
 */
final class Expectations {

    private record Attempt(String tool, Span span) {}

    /** Each call counts an eighth less than the next one, as in the engine. */
    private static final int FADING = 3;

    private final Map<String, Long> means = new HashMap<>();

    /** Returns the expected time of a tool's call in nanoseconds; 0 if unknown. */
    long of(String tool) {
        return means.getOrDefault(tool, 0L);
    }

    /** Learns from a round that has ended. */
    void learn(RoundReport report) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < report.results().size(); i++) {
            CallResult result = report.results().get(i);
            CallTrace trace = report.traces().get(i);
            trace.spans().stream()
                    .filter(span -> span.kind() == TimeKind.RUN)
                    .forEach(span -> attempts.add(new Attempt(result.call().tool(), span)));
        }
        attempts.sort(Comparator.comparing(attempt -> attempt.span().end()));
        for (Attempt attempt : attempts) {
            long nanos = Math.max(1, attempt.span().duration().toNanos());
            means.merge(attempt.tool(), nanos, (mean, next) -> Math.max(1, mean + ((next - mean) >> FADING)));
        }
    }
}
