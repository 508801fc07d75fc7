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
 * How many wrong declarations the test kit finds, and whether it takes right ones for wrong.
 *
 * <p>Of each labelled tool that recorded batches call, the keys that its calls were seen to touch are its true effects. One
 * thing in them is made wrong, and the kit gets the batches in which the tool is called as they were recorded, and then, in a
 * table of its own, the recorded arguments alone, to make batches of. Every run counts, the serial ones too. What can make no
 * difference, by what calls really touch, is counted apart: on the recorded batches, or on any two of the recorded calls. The
 * order desk's tools have wrong effects of their own.
 */
public final class TestKitReport extends Program {

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "recorded traces with keys, and their labelled tools, as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--runs", defaultValue = "20", description = "runs a declaration; default ${DEFAULT-VALUE}")
    private int runs;

    @Option(names = "--seed", defaultValue = "1", description = "default ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--list", description = "list what was not found, and one message of each kind")
    private boolean list;

    @Option(names = "--no-samples", description = "leave the order desk out")
    private boolean noSamples;

    private TestKitReport() {}

    /**
     * Prints the report. Exits with 1 if less than 95 % were found, or there was a false alarm.
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
