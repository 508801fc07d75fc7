package dev.interlock.race;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/** Runs recorded batches, each as one conversation with one agent. */
final class RecordedTrial {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Batch> batches;
    private final Set<String> names;
    private final Set<String> writers;
    private volatile Batch batch;
    private volatile Batch.Run run;
    private volatile IntUnaryOperator millis = step -> 0;

    /**
     * The results for a file.
     *
     * @param wrong the number of batches whose state, or what a call saw, differs from the serial run
     * @param failures the failures, one for each failed conversation
     * @param nanos the time from the user's message to the answer, for each batch
     */
    record Outcome(int batches, int wrong, List<String> failures, List<Long> nanos) {}

    RecordedTrial(List<Batch> batches) {
        this.batches = batches;
        this.names = batches.stream()
                .flatMap(each -> each.calls().stream())
                .map(Call::tool)
                .collect(Collectors.toUnmodifiableSet());
        this.writers = batches.stream()
                .flatMap(each -> each.calls().stream()
                        .filter(call -> each.touches(call.step()).stream().anyMatch(Touch::write)))
                .map(Call::tool)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The total length of the critical paths, in calls. */
    int criticalPath() {
        return batches.stream().mapToInt(Batch::criticalPath).sum();
    }

    /** The number of calls. */
    int calls() {
        return batches.stream().mapToInt(each -> each.calls().size()).sum();
    }

    /** Runs all batches; a call's step determines its time. */
    Outcome run(Row row, IntUnaryOperator millisOfStep) throws InterruptedException {
        millis = millisOfStep;
        Script script = new Script();
        int wrong = 0;
        List<Long> nanos = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (Agent agent = row.open(Setup.of(script, toolbox()))) {
            for (Batch each : batches) {
                batch = each;
                run = each.begin();
                script.begin(each.calls());
                long start = System.nanoTime();
                String failure =
                        Chats.start(() -> agent.chat("Do what was recorded")).failure(LIMIT);
                nanos.add(System.nanoTime() - start);
                if (!failure.isEmpty()) {
                    failures.add(failure);
                }
                if (!run.isAsSerial()) {
                    wrong++;
                }
            }
        }
        return new Outcome(batches.size(), wrong, failures, nanos);
    }

    private Toolbox toolbox() {
        return new Toolbox() {
            @Override
            public Set<String> names() {
                return names;
            }

            @Override
            public String run(int step) throws InterruptedException {
                return run.call(step, millis.applyAsInt(step));
            }

            @Override
            public List<Touch> touches(int step) {
                return batch.touches(step);
            }

            @Override
            public boolean onlyReads(String tool) {
                return !writers.contains(tool);
            }

            @Override
            public boolean independent() {
                return false;
            }
        };
    }
}
