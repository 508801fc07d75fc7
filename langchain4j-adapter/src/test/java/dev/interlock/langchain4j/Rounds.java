package dev.interlock.langchain4j;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects the reports of rounds. */
final class Rounds implements RoundListener {

    private final List<RoundReport> reports = new CopyOnWriteArrayList<>();

    @Override
    public void onEvent(RoundEvent event) {
        if (event instanceof RoundEvent.RoundEnded ended) {
            reports.add(ended.report());
        }
    }

    List<RoundReport> reports() {
        return reports;
    }
}
