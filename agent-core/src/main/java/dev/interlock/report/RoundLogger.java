package dev.interlock.report;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.text.SafeText;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that logs rounds by SLF4J. At INFO it logs one line when a round has ended, without names, arguments or
 * results. At DEBUG it also logs the plan, which names tools and resources and so may hold values of arguments.
 */
public final class RoundLogger implements RoundListener {

    private static final Logger log = LoggerFactory.getLogger(RoundLogger.class);

    /** Creates a listener. It can serve any number of executors. */
    public RoundLogger() {}

    @Override
    public void onEvent(RoundEvent event) {
        if (event instanceof RoundEvent.RoundEnded ended && log.isInfoEnabled()) {
            log.info(line(ended.report()));
            if (log.isDebugEnabled()) {
                ended.report()
                        .plan()
                        .toString()
                        .lines()
                        .forEach(line -> log.debug("Round {}: {}", ended.round(), SafeText.line(line, true)));
            }
        }
    }

    static String line(RoundReport report) {
        Map<CallEnd, Integer> ends = new EnumMap<>(CallEnd.class);
        for (CallTrace trace : report.traces()) {
            if (trace.end() != CallEnd.OK && !trace.endedBefore()) {
                ends.merge(trace.end(), 1, Integer::sum);
            }
        }
        int calls = report.calls();
        StringBuilder line = new StringBuilder("Round ")
                .append(report.round())
                .append(": ")
                .append(calls)
                .append(calls == 1 ? " call in " : " calls in ")
                .append(Millis.of(report.elapsed()))
                .append(", one after another ")
                .append(Millis.of(report.sequentialTime()));
        ends.forEach((end, count) -> line.append(", ").append(count).append(' ').append(end.key()));
        if (report.callsBefore() > 0) {
            line.append(", ").append(report.callsBefore()).append(" ended before");
        }
        return line.toString();
    }
}
