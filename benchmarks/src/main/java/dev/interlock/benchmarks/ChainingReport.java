package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.Dependency;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.reference.ReferringCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Replays each recorded chain of calls as one response. It reports which references the library finds, whether
 * arguments become what they should, and the time saved against a model that waits for each result. Results of tools
 * are made up in the documented shape; the model is a script that sleeps.
 */
public final class ChainingReport extends Program {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "FILE", description = "recorded chains as JSON Lines")
    private Path file = Path.of("");

    @Option(
            names = "--tools",
            paramLabel = "FILE",
            description = "the tools of the chains; default: FILE with .tools before .jsonl")
    private @Nullable Path toolsFile;

    @Option(names = "--hazards", paramLabel = "FILE", description = "values with dollar signs that are not references")
    private @Nullable Path hazardsFile;

    @Option(names = "--model", defaultValue = "800", description = "ms of a model's answer; default ${DEFAULT-VALUE}")
    private int modelMillis;

    @Option(names = "--tool", defaultValue = "100", description = "ms of a call; default ${DEFAULT-VALUE}")
    private int toolMillis;

    @Option(
            names = "--scale",
            defaultValue = "20",
            description = "divide all sleeps by this number; default ${DEFAULT-VALUE}")
    private int scale;

    @Option(names = "--no-times", description = "do not run the conversations")
    private boolean noTimes;

    private int unexpected;

    private ChainingReport() {}

    /**
     * Prints the report. Exits with 1 if an argument is wrong, or a hazard's text is changed.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new ChainingReport(), args);
    }

    @Override
    protected boolean report() throws Exception {
        Path known = toolsFile == null ? Path.of(file.toString().replaceFirst("\\.jsonl$", ".tools.jsonl")) : toolsFile;
        ChainedTools tools = ChainedTools.read(known);
        List<ChainedRow> all = ChainedRow.read(file);
        List<ChainedRow> rows = all.stream().filter(row -> !row.ambiguous()).toList();
        System.out.printf(
                Locale.ROOT,
                "%s: %d rows, %d left out as ambiguous; %d rows with %d calls%n",
                file.getFileName(),
                all.size(),
                all.size() - rows.size(),
                rows.size(),
                rows.stream().mapToInt(row -> row.calls().size()).sum());
        printEdges(rows, tools);
        printArguments(rows, tools);
        printAllowed(rows, tools);
        if (!noTimes) {
            printTimes(rows, tools);
        }
        if (hazardsFile != null) {
            printHazards(hazardsFile);
        }
        return unexpected == 0;
    }

    // Which calls refer to which.

    /** A call of a tool that only reads. Its references are found but not replaced. */
    private record UnresolvedCall(ToolCall call) implements ReferringCall {

        @Override
        public ToolPolicy policy() {
            return ToolPolicy.DEFAULT;
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public ParameterType typeOf(String parameter) {
            return ParameterType.OTHER;
        }

        @Override
        public String toolOf(int number) {
            throw new UnsupportedOperationException("no reference is replaced here");
        }

        @Override
        public ReferredResult resultOf(int number) {
            throw new UnsupportedOperationException("no reference is replaced here");
        }
    }

    private void printEdges(List<ChainedRow> rows, ChainedTools tools) {
        ToolCallExecutor executor = executor();
        ToolSet set = toolSet(rows, tools, new ConcurrentHashMap<>());
        int found = 0;
        int gold = 0;
        int both = 0;
        int plans = 0;
        for (ChainedRow row : rows) {
            for (int i = 0; i < row.calls().size(); i++) {
                Set<Integer> uses = new TreeSet<>();
                ArgumentReferences references = ArgumentReferences.in(
                        new UnresolvedCall(row.calls().get(i)),
                        i + 1,
                        OptionalInt.of(row.calls().size()));
                if (references != null) {
                    for (int number : references.numbers()) {
                        uses.add(number - 1);
                    }
                }
                Set<Integer> hits = new TreeSet<>(uses);
                hits.retainAll(row.gold().get(i));
                both += hits.size();
                found += uses.size();
                gold += row.gold().get(i).size();
                if (!uses.equals(row.gold().get(i))) {
                    System.out.println("  " + row.id() + " call " + (i + 1) + ": found " + uses + ", recorded "
                            + row.gold().get(i));
                }
            }
            List<Set<Integer>> planned = new ArrayList<>();
            row.calls().forEach(call -> planned.add(new TreeSet<>()));
            for (Dependency dependency : executor.plan(row.calls(), set).dependencies()) {
                planned.get(dependency.later()).add(dependency.earlier());
            }
            plans += closure(planned).equals(closure(row.gold())) ? 1 : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "data edges: %d recorded, %d found, %d of them right: precision %.1f %%, recall %.1f %%%n",
                gold,
                found,
                both,
                100.0 * both / found,
                100.0 * both / gold);
        System.out.printf("plans with exactly the recorded order: %d of %d%n", plans, rows.size());
    }

    /** Adds the edges that plans leave out because they follow from others. */
    private static List<Set<Integer>> closure(List<Set<Integer>> edges) {
        List<Set<Integer>> closed = new ArrayList<>();
        for (Set<Integer> direct : edges) {
            Set<Integer> all = new TreeSet<>(direct);
            direct.forEach(earlier -> all.addAll(closed.get(earlier)));
            closed.add(all);
        }
        return closed;
    }

    // The arguments that calls get.

    private void printArguments(List<ChainedRow> rows, ChainedTools tools) {
        Map<String, JsonNode> seen = new ConcurrentHashMap<>();
        ToolCallExecutor executor = executor();
        ToolSet set = toolSet(rows, tools, seen);
        int chained = 0;
        int resolved = 0;
        int missing = 0;
        int skipped = 0;
        for (ChainedRow row : rows) {
            seen.clear();
            List<CallResult> results = executor.execute(row.calls(), set);
            for (int i = 0; i < results.size(); i++) {
                ObjectNode expected = row.resolved(i, tools);
                Outcome outcome = results.get(i).outcome();
                chained += row.gold().get(i).isEmpty() ? 0 : 1;
                if (expected != null && outcome.isSuccess() && expected.equals(seen.get("call_" + i))) {
                    resolved += row.gold().get(i).isEmpty() ? 0 : 1;
                } else if (expected == null
                        && outcome.message().contains(" is no part of the result of call ")
                        && outcome instanceof Outcome.Failed) {
                    missing++;
                } else if (expected == null && outcome instanceof Outcome.Skipped) {
                    skipped++;
                } else {
                    unexpected++;
                    System.out.println("  UNEXPECTED " + row.id() + " call " + (i + 1) + ": " + outcome + ", arguments "
                            + seen.get("call_" + i) + " for " + expected);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "calls with references: %d; arguments as they should be: %d, the recorded part is not among the tool's"
                        + " outputs and the call says so: %d, skipped after such a call: %d, unexpected: %d%n",
                chained,
                resolved,
                missing,
                skipped,
                unexpected);
    }

    /** Without policies, only tools that are known to only read take references. Here only inference can tell. */
    private static void printAllowed(List<ChainedRow> rows, ChainedTools tools) {
        ToolCallExecutor executor = executor();
        Set<String> reading = new TreeSet<>();
        List<String> all = ChainedRow.tools(rows);
        for (String tool : all) {
            boolean onlyReads = executor.rounds()
                    .bind(ToolDefinition.builder(tool, call -> null)
                            .description(tools.description(tool))
                            .parameters(tools.parameters(tool))
                            .build())
                    .effects()
                    .isReadOnly();
            if (onlyReads) {
                reading.add(tool);
            }
        }
        int chained = 0;
        int allowed = 0;
        for (ChainedRow row : rows) {
            for (int i = 0; i < row.calls().size(); i++) {
                if (!row.gold().get(i).isEmpty()) {
                    chained++;
                    allowed += reading.contains(row.calls().get(i).tool()) ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "with nothing declared: %d of %d tools are inferred to only read, so %d of %d calls with references are"
                        + " allowed without a policy%n",
                reading.size(), all.size(), allowed, chained);
    }

    private static ToolCallExecutor executor() {
        return ToolCallExecutor.builder()
                .chaining(true)
                .maxConcurrency(Concurrency.UNLIMITED)
                .build();
    }

    /** Tools that touch nothing, so that only references order them, and that may take results. */
    private static ToolSet toolSet(List<ChainedRow> rows, ChainedTools tools, Map<String, JsonNode> seen) {
        return ToolSet.of(ChainedRow.tools(rows).stream()
                .map(tool -> ToolDefinition.builder(tool, call -> {
                            if (call.id() != null) {
                                seen.put(call.id(), call.arguments());
                            }
                            return tools.result(tool);
                        })
                        .description(tools.description(tool))
                        .parameters(tools.parameters(tool))
                        .effects(Effects.pure())
                        .policy(ToolPolicy.builder().references(true).build())
                        .build())
                .toList());
    }

    // Rounds and times.

    private void printTimes(List<ChainedRow> rows, ChainedTools tools) {
        List<ChainedRow> whole = rows.stream()
                .filter(row -> row.calls().stream()
                        .allMatch(call -> row.resolved(row.calls().indexOf(call), tools) != null))
                .toList();
        ChainedConversation conversation =
                new ChainedConversation(tools, rows, modelMillis * 1_000_000L / scale, toolMillis * 1_000_000L / scale);
        whole.stream().limit(20).forEach(conversation::chained);
        whole.stream().limit(5).forEach(conversation::oneWaveARound);
        ChainedConversation.Run chained = new ChainedConversation.Run(0, 0);
        ChainedConversation.Run waves = chained;
        ChainedConversation.Run calls = chained;
        for (ChainedRow row : whole) {
            chained = chained.plus(conversation.chained(row));
            waves = waves.plus(conversation.oneWaveARound(row));
            calls = calls.plus(conversation.oneCallARound(row));
        }
        System.out.printf(
                Locale.ROOT,
                "simulated: model %d ms, tools %d ms, slept 1/%d of that and multiplied again; %d rows of which all"
                        + " arguments resolve%n",
                modelMillis,
                toolMillis,
                scale,
                whole.size());
        print("one call a response, LangChain4j", calls, calls, whole.size());
        print("independent calls together, LangChain4j concurrent", waves, calls, whole.size());
        print("all in one response, Interlock chained", chained, calls, whole.size());
    }

    private void print(String what, ChainedConversation.Run run, ChainedConversation.Run base, int rows) {
        System.out.printf(
                Locale.ROOT,
                "  %-52s %5d model requests (%.2f a row), %7.1f s, %.2fx%n",
                what,
                run.requests(),
                (double) run.requests() / rows,
                run.nanos() * scale / 1e9,
                (double) base.nanos() / run.nanos());
    }

    // Texts that must pass unchanged.

    private void printHazards(Path hazards) throws IOException {
        ToolDefinition echo = ToolDefinition.of("echo", Effects.pure(), ToolCall::arguments);
        int values = 0;
        int changed = 0;
        for (JsonNode row : JsonLines.read(hazards)) {
            ObjectNode arguments = JSON.createObjectNode();
            arguments.set(row.path("arg").asText().replaceFirst("^\\.", ""), row.get("value"));
            List<CallResult> results = executor()
                    .execute(
                            List.of(new ToolCall(null, "echo", null), new ToolCall(null, "echo", arguments)),
                            ToolSet.of(echo));
            values++;
            if (!(results.get(1).outcome() instanceof Outcome.Succeeded(JsonNode same)) || !same.equals(arguments)) {
                changed++;
                System.out.println("  CHANGED " + row);
            }
        }
        unexpected += changed;
        System.out.printf("%s: %d values, %d changed%n", hazards.getFileName(), values, changed);
    }
}
