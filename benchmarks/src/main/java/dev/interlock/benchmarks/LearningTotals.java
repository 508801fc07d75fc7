package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of several trials. */
final class LearningTotals {

    static final String HEADER = "%-18s %9s %9s %9s %13s %15s %14s %9s"
            .formatted("", "speed-up", "share", "lowest", "learnt calls", "not covered", "(by inference)", "differ");

    private final String name;
    private final List<LearningTrial> trials = new ArrayList<>();

    LearningTotals(String name) {
        this.name = name;
    }

    void add(LearningTrial trial) {
        trials.add(trial);
    }

    boolean isGood() {
        return trials.stream().allMatch(each -> each.uncovered.isEmpty() && each.different.isEmpty());
    }

    /** Returns the row with the best possible result. */
    String ceiling() {
        double mean = trials.stream()
                .mapToDouble(LearningTrial::bestSpeedUp)
                .average()
                .orElse(1);
        return String.format(Locale.ROOT, "%-18s %8.2fx %9s", "safe ceiling", mean, "100.0 %");
    }

    @Override
    public String toString() {
        int calls = trials.stream().mapToInt(each -> each.calls).sum();
        int batchesThatDiffer =
                trials.stream().mapToInt(each -> each.different.size()).sum();
        return String.format(
                Locale.ROOT,
                "%-18s %8.2fx %7.1f %% %7.1f %% %11.1f %% %15d %14d %9d",
                name,
                trials.stream().mapToDouble(LearningTrial::speedUp).average().orElse(1),
                100
                        * trials.stream()
                                .mapToDouble(LearningTrial::share)
                                .average()
                                .orElse(0),
                100 * trials.stream().mapToDouble(LearningTrial::share).min().orElse(0),
                calls == 0
                        ? 0
                        : 100.0
                                * trials.stream()
                                        .mapToInt(each -> each.callsOfLearnt)
                                        .sum()
                                / calls,
                trials.stream().mapToInt(each -> each.uncovered.size()).sum(),
                trials.stream()
                        .mapToInt(each -> each.uncoveredByInference.size())
                        .sum(),
                batchesThatDiffer);
    }
}
