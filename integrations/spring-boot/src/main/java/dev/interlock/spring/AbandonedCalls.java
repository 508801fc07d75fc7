package dev.interlock.spring;

import dev.interlock.execution.AbandonedCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The abandoned calls of a context, and its health by them. Thread-safe. */
final class AbandonedCalls {

    private static final int MOST_TOLD = 20;

    private final OwnExecutors own;
    private final int mostWhenUp;

    AbandonedCalls(OwnExecutors own, int mostWhenUp) {
        this.own = own;
        this.mostWhenUp = mostWhenUp;
    }

    List<AbandonedCall> list() {
        return own.abandoned();
    }

    /** Releases what a call holds; returns false if there is no such call. */
    boolean release(long id) {
        return own.release(id);
    }

    /**
     * A health, independent of Spring Boot's version: each major version has its own class for it.
     *
     * @param up whether the application is up
     * @param details details without arguments, since more people may see the health than the endpoints
     */
    record Health(boolean up, Map<String, Object> details) {}

    Health health() {
        List<AbandonedCall> abandoned = list();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("abandoned", abandoned.size());
        details.put("maxAbandoned", mostWhenUp);
        if (!abandoned.isEmpty()) {
            details.put("calls", told(abandoned).toList());
        }
        return new Health(abandoned.size() <= mostWhenUp, details);
    }

    private static Stream<String> told(List<AbandonedCall> abandoned) {
        return abandoned.stream()
                .limit(MOST_TOLD)
                .map(call -> "%s, round %d, call %d, since %s"
                        .formatted(call.call().tool(), call.round(), call.index() + 1, call.since()));
    }
}
