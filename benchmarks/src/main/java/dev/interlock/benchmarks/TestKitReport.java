package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.samples.OrderDeskEffects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures how many wrong declarations the test kit finds, and whether it takes right ones for wrong.
 *
 * <p>The true effects of a labelled tool are the keys that its recorded calls touched. The report changes one thing in
 * them. The kit first gets the recorded batches that call the tool, and then, for a table of its own, only the recorded
 * arguments to make batches of. Every run counts, including serial ones. The report counts separately what can make no
 * difference, by what calls really touch: on the recorded batches, or on any two recorded calls. The order desk's tools
 * have wrong effects of their own.
 */
public final class TestKitReport extends Program {

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "recorded traces with keys, and their labelled tools, as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--runs", defaultValue = "20", description = "runs for each declaration; default ${DEFAULT-VALUE}")
    private int runs;

    @Option(names = "--seed", defaultValue = "1", description = "default ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--list", description = "list the faults not found, and one message of each kind")
    private boolean list;

    @Option(names = "--no-samples", description = "leave the order desk out")
    private boolean noSamples;

    private TestKitReport() {}

    /**
     * Prints the report. Exits with 1 if the kit found less than 95 %, or raised a false alarm.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new TestKitReport(), args);
    }

    @Override
    protected boolean report() throws IOException {
        Map<Path, List<List<KeyCall>>> traces = new LinkedHashMap<>();
        Set<String> labelled = new TreeSet<>();
        for (Path file : files) {
            read(file, traces, labelled);
        }
        SeedTally total = new SeedTally();
        int alarms = 0;
        System.out.println(SeedTally.header());
        for (Map.Entry<Path, List<List<KeyCall>>> each : traces.entrySet()) {
            KeyChecks checks = new KeyChecks(each.getValue(), labelled, runs, seed);
            String name = each.getKey().getFileName().toString();
            SeedTally recorded = checks.recorded();
            recorded.print(name);
            SeedTally paired = checks.paired();
            paired.print(name + ", made");
            alarms += checks.alarms();
            total.add(recorded);
            total.add(paired);
        }
        if (!noSamples) {
            SeedTally tally = new SeedTally();
            for (OrderDeskEffects.Tried tried : OrderDeskEffects.tryWrongOnes(runs, seed)) {
                tally.count(
                        tried.kind(),
                        tried.observable() ? Observability.Answer.OBSERVABLE : Observability.Answer.EQUIVALENT,
                        tried.clash(),
                        tried.toString());
            }
            alarms += OrderDeskEffects.alarmOnRightOnes(seed).isPresent() ? 1 : 0;
            tally.print("order desk");
            total.add(tally);
        }
        total.print("total");
        System.out.println("false alarms on right declarations: " + alarms);
        if (list) {
            total.lists().forEach(System.out::println);
        }
        return alarms == 0 && total.isGood();
    }

    private static void read(Path file, Map<Path, List<List<KeyCall>>> traces, Set<String> labelled)
            throws IOException {
        for (JsonNode row : JsonLines.read(file)) {
            if (row.has("calls")) {
                List<KeyCall> batch = new ArrayList<>();
                row.path("calls").forEach(call -> batch.add(KeyCall.of(row, call, batch.size())));
                traces.computeIfAbsent(file, key -> new ArrayList<>()).add(batch);
            } else if (!row.path("effect").isNull()) {
                labelled.add(row.path("name").asText());
            }
        }
    }
}
