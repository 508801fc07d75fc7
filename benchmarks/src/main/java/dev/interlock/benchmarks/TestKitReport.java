package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.samples.OrderDeskEffects;
import dev.interlock.testing.Clash;
import dev.interlock.testing.EffectsCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How many wrong declarations the test kit finds, and whether it takes right ones for wrong.
 *
 * <p>Of each labelled tool that recorded batches call, the keys that its calls were seen to touch are its true effects. One
 * thing in them is made wrong, and the kit gets the batches in which the tool is called. Every run counts, the serial ones
 * too. What can make no difference on these batches, by what calls really touch, is counted apart. The order desk's tools
 * have wrong effects of their own.
 */
@Command(name = "TestKitReport", mixinStandardHelpOptions = true, sortOptions = false)
public final class TestKitReport implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

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
        System.exit(new CommandLine(new TestKitReport()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Map<Path, List<List<KeyCall>>> traces = new LinkedHashMap<>();
        Set<String> labelled = new TreeSet<>();
        for (Path file : files) {
            read(file, traces, labelled);
        }
        SeedTally total = new SeedTally();
        int alarms = 0;
        System.out.println(SeedTally.header());
        for (Map.Entry<Path, List<List<KeyCall>>> each : traces.entrySet()) {
            SeedTally tally = new SeedTally();
            alarms += report(each.getValue(), labelled, tally);
            tally.print(each.getKey().getFileName().toString());
            total.add(tally);
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
        return alarms == 0 && total.isGood() ? 0 : 1;
    }

    private static void read(Path file, Map<Path, List<List<KeyCall>>> traces, Set<String> labelled)
            throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (line.isBlank()) {
                    continue;
                }
                JsonNode row = JSON.readTree(line);
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

    /** Gives the number of false alarms. */
    private int report(List<List<KeyCall>> batches, Set<String> labelled, SeedTally tally) {
        Map<String, List<KeyCall>> byTool = batches.stream()
                .flatMap(List::stream)
                .filter(call -> labelled.contains(call.tool()))
                .collect(Collectors.groupingBy(KeyCall::tool, LinkedHashMap::new, Collectors.toList()));
        int alarms = 0;
        for (Map.Entry<String, List<KeyCall>> each : byTool.entrySet()) {
            List<List<KeyCall>> own = batches.stream()
                    .filter(batch -> batch.stream()
                            .anyMatch(call -> call.tool().equals(each.getKey())))
                    .toList();
            for (WrongEffects wrong : WrongEffects.of(each.getKey(), each.getValue())) {
                tally.count(
                        wrong.kind().words(),
                        Observability.of(own, wrong::accesses),
                        check(own, wrong::accesses).focus(wrong.tool()).maxRuns(runs).find(),
                        wrong.toString());
            }
            // Right ones: as they are, with much more time to be taken for wrong, and wider than they need be.
            alarms += alarm(check(own, KeyCall::accesses).focus(each.getKey()).maxRuns(10 * runs));
            alarms += alarm(check(own, TestKitReport::wide).focus(each.getKey()).maxRuns(runs));
        }
        alarms += alarm(check(batches, KeyCall::accesses).concurrentRuns(1).maxRuns(100 * runs));
        return alarms;
    }

    private static int alarm(EffectsCheck<KeyWorld> check) {
        Optional<Clash> clash = check.find();
        clash.ifPresent(found -> System.out.println("FALSE ALARM: " + found));
        return clash.isPresent() ? 1 : 0;
    }

    /** True as well: each key without its last part. */
    private static List<Access> wide(KeyCall call) {
        return call.accesses().stream()
                .map(access -> new Access(access.kind(), WrongEffects.parent(access.resource())))
                .distinct()
                .toList();
    }

    private EffectsCheck<KeyWorld> check(List<List<KeyCall>> batches, Function<KeyCall, List<Access>> declared) {
        Map<String, KeyCall> byId = batches.stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(call -> String.valueOf(call.call().id()), Function.identity()));
        Set<String> names = byId.values().stream().map(KeyCall::tool).collect(Collectors.toCollection(TreeSet::new));
        Effects effects = Effects.of(call -> declared.apply(byId.get(call.id())));
        return EffectsCheck.<KeyWorld>of(KeyWorld::new)
                .toolSet(world -> ToolSet.of(names.stream()
                        .map(name -> ToolDefinition.of(name, effects, call -> world.run(byId.get(call.id()))))
                        .toList()))
                .state(KeyWorld::state)
                .batches(batches.stream()
                        .map(batch -> batch.stream().map(KeyCall::call).toList())
                        .toList())
                .concurrentRuns(0)
                .seed(seed);
    }
}
