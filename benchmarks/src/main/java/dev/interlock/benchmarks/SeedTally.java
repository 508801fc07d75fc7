package dev.interlock.benchmarks;

import dev.interlock.testing.Clash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Counts seeded wrong declarations, by kind. */
final class SeedTally {

    private static final double BAR = 0.95;

    private static final class Row {
        int seeded;
        int equivalent;
        int masked;
        int observable;
        int foundAnyway;
        final List<Integer> runs = new ArrayList<>();

        void add(Row other) {
            seeded += other.seeded;
            equivalent += other.equivalent;
            masked += other.masked;
            observable += other.observable;
            foundAnyway += other.foundAnyway;
            runs.addAll(other.runs);
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();
    private final Map<String, String> examples = new LinkedHashMap<>();

    void count(String kind, Observability.Answer answer, Optional<Clash> clash, String what) {
        Row row = rows.computeIfAbsent(kind, key -> new Row());
        row.seeded++;
        switch (answer) {
            case EQUIVALENT -> row.equivalent++;
            case MASKED -> row.masked++;
            case OBSERVABLE -> row.observable++;
        }
        if (answer == Observability.Answer.OBSERVABLE) {
            clash.ifPresentOrElse(found -> row.runs.add(found.runs()), () -> missed.add(what));
            clash.ifPresent(found -> examples.putIfAbsent(kind, found.toString()));
        } else if (clash.isPresent()) {
            row.foundAnyway++;
        }
    }

    void add(SeedTally other) {
        other.rows.forEach(
                (kind, row) -> rows.computeIfAbsent(kind, key -> new Row()).add(row));
        missed.addAll(other.missed);
        other.examples.forEach(examples::putIfAbsent);
    }

    /** Whether the kit found enough of the observable faults. */
    boolean isGood() {
        Row all = all();
        return all.runs.size() >= BAR * all.observable;
    }

    List<String> lists() {
        List<String> lines = new ArrayList<>();
        missed.forEach(what -> lines.add("not found  " + what));
        examples.forEach((kind, message) -> lines.add("\nexample of '" + kind + "':\n" + message));
        return lines;
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-22s %-20s %7s %11s %7s %11s %6s %8s %12s %9s",
                "file",
                "kind",
                "seeded",
                "equivalent",
                "masked",
                "observable",
                "found",
                "share",
                "median runs",
                "most");
    }

    void print(String name) {
        rows.forEach((kind, row) -> print(name, kind, row));
        print(name, "all", all());
    }

    private Row all() {
        Row all = new Row();
        rows.values().forEach(all::add);
        return all;
    }

    private static void print(String name, String kind, Row row) {
        List<Integer> sorted = row.runs.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-22s %-20s %7d %11d %7d %11d %6d %8s %12s %9s%n",
                name,
                kind,
                row.seeded,
                row.equivalent,
                row.masked,
                row.observable,
                sorted.size(),
                row.observable == 0
                        ? "-"
                        : String.format(Locale.ROOT, "%.1f %%", 100.0 * sorted.size() / row.observable),
                sorted.isEmpty() ? "-" : sorted.get(sorted.size() / 2),
                sorted.isEmpty() ? "-" : sorted.get(sorted.size() - 1));
        if (row.foundAnyway > 0) {
            System.out.printf(Locale.ROOT, "%43s (%d of the others were found too)%n", "", row.foundAnyway);
        }
    }
}
