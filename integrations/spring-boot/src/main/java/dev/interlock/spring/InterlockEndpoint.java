package dev.interlock.spring;

import dev.interlock.event.RoundReport;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.report.HtmlReport;
import dev.interlock.report.JsonReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunRecorder;
import dev.interlock.report.RunReport;
import dev.interlock.report.TextReport;
import dev.interlock.report.TextStyle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The actuator's endpoint {@code interlock}. It shows the known tools and what they touch, calls in flight, abandoned
 * calls, and the last rounds. It shows arguments and results only if the application allows it.
 *
 * <p>{@code GET /actuator/interlock} returns everything. {@code GET /actuator/interlock/report} returns the last rounds
 * as a page, {@code report.json} and {@code report.txt} as JSON and as text. {@code DELETE /actuator/interlock/{id}}
 * releases what an abandoned call holds. Exposing the endpoint exposes only reads: releasing needs
 * {@code management.endpoint.interlock.access=unrestricted}.
 */
@WebEndpoint(id = "interlock", defaultAccess = Access.READ_ONLY)
final class InterlockEndpoint {

    private static final TextStyle STYLE = new TextStyle(120, false, true);

    private final KnownTools tools;
    private final ApplicationRounds rounds;
    private final RoundMonitor monitor;
    private final AbandonedCalls abandoned;
    private final RunRecorder recorder;
    private final ReportContent content;

    InterlockEndpoint(
            KnownTools tools,
            ApplicationRounds rounds,
            RoundMonitor monitor,
            AbandonedCalls abandoned,
            RunRecorder recorder,
            InterlockProperties.Reports reports) {
        this.tools = tools;
        this.rounds = rounds;
        this.monitor = monitor;
        this.abandoned = abandoned;
        this.recorder = recorder;
        this.content = reports.content();
    }

    @ReadOperation
    Overview overview() {
        return new Overview(
                tools.list(),
                rounds.count(),
                monitor.inFlight(),
                abandoned.list().stream().map(Abandoned::of).toList(),
                recorder.report().rounds().reversed().stream()
                        .map(EndedRound::of)
                        .toList());
    }

    /** Returns a report of the last rounds; null, which means "not found", for an unknown name. */
    @ReadOperation(produces = {"text/html", "application/json", "text/plain"})
    @Nullable
    WebEndpointResponse<String> report(@Selector String name) {
        RunReport run = recorder.report();
        return switch (name) {
            case "report" -> page(HtmlReport.of(run, content), MimeTypeUtils.TEXT_HTML);
            case "report.json" -> page(JsonReport.of(run, content), MimeTypeUtils.APPLICATION_JSON);
            case "report.txt" -> page(TextReport.of(run, STYLE, content), MimeTypeUtils.TEXT_PLAIN);
            default -> null;
        };
    }

    private static WebEndpointResponse<String> page(String text, MimeType type) {
        return new WebEndpointResponse<>(
                text, WebEndpointResponse.STATUS_OK, new MimeType(type, StandardCharsets.UTF_8));
    }

    /** Releases what an abandoned call holds. The risk: the call may still change it. */
    @DeleteOperation
    WebEndpointResponse<Void> release(@Selector long id) {
        return new WebEndpointResponse<>(
                abandoned.release(id) ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /**
     * The whole overview.
     *
     * @param tools the tools known so far
     * @param roundsInFlight how many rounds run now, those of every executor bean included
     * @param inFlight the unfinished calls of executors that were built with the starter's builder
     * @param abandoned the calls whose threads ignore their interrupts
     * @param rounds the last ended rounds, the latest first
     */
    record Overview(
            List<KnownTools.Tool> tools,
            int roundsInFlight,
            List<RoundMonitor.CallInFlight> inFlight,
            List<Abandoned> abandoned,
            List<EndedRound> rounds) {}

    /**
     * An abandoned call.
     *
     * @param id the id for releasing the call
     */
    record Abandoned(long id, String tool, long round, int call, Instant since) {
        static Abandoned of(AbandonedCall call) {
            return new Abandoned(call.id(), call.call().tool(), call.round(), call.index() + 1, call.since());
        }
    }

    /**
     * An ended round.
     *
     * @param sequentialMillis how long the tools of the round's calls took together
     * @param speedup {@code sequentialMillis} ÷ {@code millis}; null if calls waited for a person, or for something
     *     outside the process
     */
    record EndedRound(
            long round,
            Instant start,
            int calls,
            long millis,
            long sequentialMillis,
            @Nullable Double speedup) {
        static EndedRound of(RoundReport report) {
            return new EndedRound(
                    report.round(),
                    report.start(),
                    report.calls(),
                    report.elapsed().toMillis(),
                    report.sequentialTime().toMillis(),
                    report.waitedOutside() ? null : Math.round(report.speedup() * 10) / 10.0);
        }
    }
}
