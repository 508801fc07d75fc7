package dev.interlock.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.testing.Clash;
import dev.interlock.testing.EffectsCheck;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * Checks that the order desk's tools declare true effects. It also shows that the check notices wrong ones: each wrong
 * declaration in turn replaces a tool's own.
 */
public final class OrderDeskEffects {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The arguments for the generated calls. The first ones come together: one ESP-200 in Berlin is not enough for two
     * reservations, so their order makes a difference.
     */
    private static final Map<String, List<Object>> VALUES = new LinkedHashMap<>(Map.of(
            "query", List.of("espresso", "grinder"),
            "warehouse", List.of("berlin", "hamburg"),
            "sku", List.of("ESP-200", "GRD-50"),
            "quantity", List.of(1, 2),
            "account", List.of("1042", "1007"),
            "amount", List.of(new BigDecimal("100"), new BigDecimal("25.50")),
            "purpose", List.of("espresso machine", "repair"),
            "email", List.of("ada@example.org", "bob@example.org")));

    /** The effects in the annotations, with the tools' parameters. */
    private static final Map<String, True> TRUE = Map.of(
            "findProducts", new True(Effects.reads("catalogue"), "query"),
            "readStock", new True(Effects.reads("stock/{warehouse}/{sku}"), "warehouse", "sku"),
            "readBalance", new True(Effects.reads("account/{account}"), "account"),
            "reserveStock", new True(Effects.writes("stock/{warehouse}/{sku}"), "warehouse", "sku", "quantity"),
            "chargeAccount", new True(Effects.writes("account/{account}"), "account", "amount", "purpose"),
            "sendReceipt",
                    new True(
                            Effects.reads("account/{account}").and(Effects.writes("mailbox/{email}")),
                            "account",
                            "email"));

    private record True(Effects effects, List<String> parameters) {
        True(Effects effects, String... parameters) {
            this(effects, List.of(parameters));
        }
    }

    /**
     * A wrong declaration, and what the check said about it.
     *
     * @param kind what is wrong
     * @param tool the tool with the declaration
     * @param effects the wrong effects
     * @param observable whether the declaration hides a write, or lets two conflicting calls overlap whose swap makes a
     *     difference
     * @param clash what the check found
     */
    public record Tried(String kind, String tool, Effects effects, boolean observable, Optional<Clash> clash) {}

    private OrderDeskEffects() {}

    /**
     * Checks the tools as they are, and shows what the check says about wrong declarations.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        Optional<Clash> alarm = alarmOnRightOnes(1);
        System.out.println(
                alarm.map(Clash::toString).orElse("The order desk's effects are true, as far as was tried."));
        for (Tried each : tryWrongOnes(20, 1)) {
            System.out.printf("%n%s: '%s' says %s%n", each.kind(), each.tool(), each.effects());
            System.out.println(each.clash()
                    .map(Clash::toString)
                    .orElse(each.observable() ? "NOT FOUND" : "Not found: it makes no difference."));
        }
    }

    /**
     * Checks the tools as they are.
     *
     * @param seed the seed of the check
     * @return what the check finds wrong
     */
    public static Optional<Clash> alarmOnRightOnes(long seed) {
        try (LocalServer server = LocalServer.servicesAtOnce();
                OrderDeskServices services = new OrderDeskServices(server.url())) {
            return check(services).seed(seed).maxRuns(150).find();
        }
    }

    /**
     * Checks the tools with one wrong declaration after another.
     *
     * @param runs the most runs of each check
     * @param seed the checks' seed
     * @return the result for each declaration
     */
    public static List<Tried> tryWrongOnes(int runs, long seed) {
        List<Callable<Tried>> tries = new ArrayList<>();
        try (LocalServer server = LocalServer.servicesAtOnce();
                OrderDeskServices services = new OrderDeskServices(server.url())) {
            SerialRuns serial = new SerialRuns(services);
            wrong((kind, tool, effects) -> tries.add(() -> new Tried(
                    kind,
                    tool,
                    effects,
                    isObservable(tool, effects, serial),
                    check(services)
                            .settings(builder -> builder.effects(tool, effects))
                            .focus(tool)
                            .maxRuns(runs)
                            .seed(seed)
                            .find())));
            return inParallel(tries);
        }
    }

    /** Each has desks of its own. */
    private static <T> List<T> inParallel(List<Callable<T>> tries) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(tries)) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the check was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check failed", e.getCause());
        }
    }

    private static EffectsCheck<QuickDesk> check(OrderDeskServices services) {
        EffectsCheck<QuickDesk> check = EffectsCheck.<QuickDesk>of(() -> new QuickDesk(services))
                .tools(QuickDesk::tools)
                .state(QuickDesk::databaseState)
                .concurrentRuns(1);
        VALUES.forEach((parameter, values) -> check.values(parameter, values.toArray()));
        return check;
    }

    @FunctionalInterface
    private interface Wrong {
        void declared(String kind, String tool, Effects effects);
    }

    private static void wrong(Wrong wrong) {
        String read = "write declared read";
        wrong.declared(read, "reserveStock", Effects.reads("stock/{warehouse}/{sku}"));
        wrong.declared(read, "chargeAccount", Effects.reads("account/{account}"));
        wrong.declared(read, "sendReceipt", Effects.reads("account/{account}", "mailbox/{email}"));
        String missing = "key missing";
        wrong.declared(missing, "findProducts", Effects.pure());
        wrong.declared(missing, "readStock", Effects.pure());
        wrong.declared(missing, "readBalance", Effects.pure());
        wrong.declared(missing, "reserveStock", Effects.pure());
        wrong.declared(missing, "chargeAccount", Effects.pure());
        wrong.declared(missing, "sendReceipt", Effects.writes("mailbox/{email}"));
        wrong.declared(missing, "sendReceipt", Effects.reads("account/{account}"));
        String narrow = "key too narrow";
        wrong.declared(narrow, "findProducts", Effects.reads("catalogue/{query}"));
        wrong.declared(narrow, "readStock", Effects.reads("stock/{warehouse}/{sku}/pieces"));
        wrong.declared(narrow, "reserveStock", Effects.writes("stock/{warehouse}/{sku}/{quantity}"));
        wrong.declared(narrow, "chargeAccount", Effects.writes("account/{account}/{purpose}"));
        wrong.declared(
                narrow,
                "sendReceipt",
                Effects.reads("account/{account}").and(Effects.writes("mailbox/{email}/{account}")));
        String misnamed = "key misnamed";
        wrong.declared(misnamed, "readStock", Effects.reads("stock/{sku}"));
        wrong.declared(misnamed, "readBalance", Effects.reads("balance/{account}"));
        wrong.declared(misnamed, "reserveStock", Effects.writes("stock/{sku}/{warehouse}"));
        wrong.declared(misnamed, "chargeAccount", Effects.writes("charge/{account}"));
        wrong.declared(
                misnamed, "sendReceipt", Effects.reads("account/{email}").and(Effects.writes("mailbox/{email}")));
    }

    /** Decides from the true effects for each pair of generated calls, and runs only the pairs that matter. */
    private static boolean isObservable(String tool, Effects wrong, SerialRuns serial) {
        for (ToolCall call : calls(tool)) {
            Effects truth = truth(tool).effects();
            boolean writes = truth.accesses(call).stream().anyMatch(access -> access.isWrite());
            if (writes && wrong.accesses(call).stream().noneMatch(access -> access.isWrite())) {
                return true;
            }
            for (String other : TRUE.keySet()) {
                for (ToolCall beside : calls(other)) {
                    Effects said = other.equals(tool) ? wrong : truth(other).effects();
                    if (conflict(truth, call, truth(other).effects(), beside)
                            && !conflict(wrong, call, said, beside)
                            && serial.makesADifference(call, beside)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static True truth(String tool) {
        return Objects.requireNonNull(TRUE.get(tool), tool);
    }

    private static boolean conflict(Effects one, ToolCall call, Effects other, ToolCall beside) {
        return one.accesses(call).stream()
                .anyMatch(access -> other.accesses(beside).stream().anyMatch(access::conflictsWith));
    }

    private static List<ToolCall> calls(String tool) {
        List<Map<String, Object>> arguments = new ArrayList<>(List.of(Map.of()));
        for (String parameter : truth(tool).parameters()) {
            List<Map<String, Object>> longer = new ArrayList<>();
            for (Map<String, Object> begun : arguments) {
                for (Object value : VALUES.getOrDefault(parameter, List.of())) {
                    Map<String, Object> next = new LinkedHashMap<>(begun);
                    next.put(parameter, value);
                    longer.add(next);
                }
            }
            arguments = longer;
        }
        return arguments.stream()
                .map(each -> new ToolCall(null, tool, JSON.valueToTree(each)))
                .toList();
    }

    /** A desk with a database of its own. The services behind it hold no state, so all desks share them. */
    private static final class QuickDesk implements AutoCloseable {
        private final OrderDeskDatabase database = new OrderDeskDatabase(UnaryOperator.identity());
        private final OrderDeskTools tools;

        QuickDesk(OrderDeskServices services) {
            tools = new OrderDeskTools(database, services);
        }

        OrderDeskTools tools() {
            return tools;
        }

        Map<String, List<String>> databaseState() {
            return database.state();
        }

        @Override
        public void close() {
            database.close();
        }
    }

    /**
     * Runs pairs of calls one after another, without the check and without Interlock. The outcome does not depend on
     * what is declared, so each pair runs once. Thread-safe.
     */
    private static final class SerialRuns {
        private final OrderDeskServices services;
        private final Map<List<ToolCall>, List<Object>> known = new ConcurrentHashMap<>();

        SerialRuns(OrderDeskServices services) {
            this.services = services;
        }

        /** Whether the order of two calls changes a result, or the database afterwards. */
        boolean makesADifference(ToolCall call, ToolCall beside) {
            List<Object> swapped = results(beside, call);
            return !results(call, beside).equals(List.of(swapped.get(1), swapped.get(0), swapped.get(2)));
        }

        /** The results of both, and the database. */
        private List<Object> results(ToolCall first, ToolCall second) {
            return known.computeIfAbsent(List.of(first, second), this::run);
        }

        private List<Object> run(List<ToolCall> calls) {
            try (QuickDesk desk = new QuickDesk(services)) {
                List<Object> seen = new ArrayList<>();
                List<AiServiceTool> tools = ToolService.findTools(desk.tools());
                for (ToolCall call : calls) {
                    AiServiceTool tool = tools.stream()
                            .filter(each -> each.name().equals(call.tool()))
                            .findFirst()
                            .orElseThrow();
                    seen.add(tool.toolExecutor()
                            .execute(
                                    ToolExecutionRequest.builder()
                                            .name(call.tool())
                                            .arguments(call.arguments().toString())
                                            .build(),
                                    null));
                }
                seen.add(desk.databaseState());
                return seen;
            }
        }
    }
}
