package dev.interlock.samples;

import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.footprint.FootprintLog;
import dev.interlock.jdbc.ObservedDataSource;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.learn.EffectLearner;
import dev.interlock.learn.KnownTool;
import dev.interlock.learn.ObservationLines;
import dev.interlock.learn.Proposal;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The order desk with undeclared tools. The program observes their database accesses during two orders, learns effects
 * from them, shows and accepts these, and handles the order again.
 *
 * <p>The exit status is 0 if every run left the same database and gave the model the same results, and the learnt
 * effects are as fast as the declared ones, or almost as fast.
 */
public final class OrderDeskLearning {

    /** The part of the declared effects' saving that the learnt ones must reach. */
    private static final double ENOUGH = 0.8;

    private OrderDeskLearning() {}

    /**
     * Runs the sample.
     *
     * @param arguments not used
     * @throws IOException if writing temporary files fails
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (OrderDeskModel model = OrderDeskModel.from(System.getenv())) {
            Result result = run(model, out);
            System.exit(result.differences().isEmpty() && result.shareOfSaving() >= ENOUGH ? 0 : 1);
        }
    }

    /**
     * The result.
     *
     * @param differences between the sequential run and the others, in words
     * @param shareOfSaving the part of the declared effects' saving that the learnt ones reach
     */
    record Result(EffectsFile learnt, List<String> differences, double shareOfSaving) {}

    static Result run(OrderDeskModel model, PrintStream out) throws IOException {
        Path directory = Files.createTempDirectory("order-desk");
        Path footprints = directory.resolve("footprints.jsonl");
        Path effects = directory.resolve("effects.json");
        Conversation.withLangChain4j(model, OrderDeskAssistant.SMALL_ORDER); // so that no run pays for loading classes

        Conversation undeclared;
        try (FootprintLog log = FootprintLog.to(footprints)) {
            watched(model, OrderDeskAssistant.SMALL_ORDER, log);
            undeclared = watched(model, OrderDeskAssistant.ORDER, log);
        }
        learn(footprints).write(effects);
        out.println(
                "effects.json, learnt from " + Files.readAllLines(footprints).size() + " calls:");
        out.println(Files.readString(effects));

        Conversation sequential = Conversation.withLangChain4j(model, OrderDeskAssistant.ORDER);
        Conversation declared = Conversation.withInterlock(model, OrderDeskAssistant.ORDER);
        Conversation accepted = Conversation.withInterlock(
                model,
                OrderDeskAssistant.ORDER,
                new OrderDesk(),
                ParallelTools.builder().effectsFrom(effects).accept(DeclaredBy.LEARNT),
                OrderDeskLearning::giveUndeclared);

        List<String> differences = new ArrayList<>();
        Map<String, Conversation> runs = new LinkedHashMap<>();
        runs.put("nothing declared", undeclared);
        runs.put("learnt and accepted", accepted);
        runs.put("declared", declared);
        runs.forEach((name, conversation) -> {
            Comparison comparison = new Comparison(conversation, sequential);
            comparison.differences().forEach(difference -> differences.add(name + ": " + difference));
            out.printf("%-20s %s%n", name, comparison.speedupLine());
        });
        out.println(
                differences.isEmpty() ? "same results and same database in all runs" : String.join("\n", differences));
        double saved = sequential.inTools().toNanos() - accepted.inTools().toNanos();
        return new Result(
                EffectsFile.read(effects),
                differences,
                saved
                        / Math.max(
                                1,
                                sequential.inTools().toNanos()
                                        - declared.inTools().toNanos()));
    }

    private static Conversation watched(OrderDeskModel model, String question, FootprintLog log) {
        return Conversation.withInterlock(
                model,
                question,
                new OrderDesk(OrderDeskLearning::observed),
                ParallelTools.builder().footprints(log),
                OrderDeskLearning::giveUndeclared);
    }

    /** Names the columns that tell rows apart. A table without a primary key would otherwise be one resource. */
    private static DataSource observed(DataSource source) {
        return ObservedDataSource.builder(source)
                .key("reservation", "warehouse", "sku")
                .key("charge", "account")
                .key("receipt", "email")
                .build();
    }

    private static EffectsFile learn(Path footprints) throws IOException {
        List<KnownTool> tools = new ArrayList<>();
        try (OrderDesk desk = new OrderDesk()) {
            for (AiServiceTool tool : ToolService.findTools(desk.tools())) {
                tools.add(new KnownTool(
                        tool.toolSpecification().name(),
                        tool.toolSpecification().description(),
                        Map.of()));
            }
        }
        EffectLearner learner = EffectLearner.of(tools);
        ObservationLines.read(footprints, learner::add);
        EffectsFile file = EffectsFile.empty("effects.json");
        for (Proposal proposal : learner.proposals()) {
            if (proposal.entry().isPresent()) {
                file = file.with(proposal.entry().get());
            }
        }
        return file;
    }

    /**
     * Gives the service the same tools, built in code: the executor is no annotated method, so the annotations do not
     * count.
     */
    private static void giveUndeclared(AiServices<OrderDeskAssistant> service, OrderDesk desk) {
        Map<ToolSpecification, ToolExecutor> tools = new HashMap<>();
        for (AiServiceTool tool : ToolService.findTools(desk.tools())) {
            ToolExecutor annotated = tool.toolExecutor();
            tools.put(tool.toolSpecification(), (request, memoryId) -> annotated.execute(request, memoryId));
        }
        service.tools(tools);
    }
}
