package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random batches: the results and the state are those of LangChain4j running one call after another. */
@Timeout(60)
class SerialEquivalenceTest {

    /** Not thread-safe, as long as it is accessed as the tools say. */
    static class Bank {
        private final int[] accounts = new int[4];

        @Tool
        @Reads("account/{id}")
        int balance(@P(name = "id") int id) {
            pause();
            return accounts[id];
        }

        @Tool
        @Writes("account/{id}")
        int deposit(@P(name = "id") int id, @P(name = "amount") int amount) {
            return add(id, amount);
        }

        @Tool
        @Writes({"account/{from}", "account/{to}"})
        String transfer(@P(name = "from") int from, @P(name = "to") int to, @P(name = "amount") int amount) {
            if (accounts[from] < amount) {
                throw new IllegalStateException("account " + from + " holds " + accounts[from]);
            }
            return add(from, -amount) + " " + add(to, amount);
        }

        @Tool
        @Reads("account")
        int total() {
            pause();
            return IntStream.of(accounts).sum();
        }

        @Tool
        @Pure
        int square(@P(name = "n") int n) {
            pause();
            return n * n;
        }

        /** Nothing is known of it. */
        @Tool
        String interest() {
            for (int i = 0; i < accounts.length; i++) {
                add(i, accounts[i] / 10);
            }
            return "added";
        }

        private int add(int id, int amount) {
            int before = accounts[id];
            pause();
            accounts[id] = before + amount;
            return accounts[id];
        }

        /** Lets others in between. */
        private static void pause() {
            LockSupport.parkNanos(1);
        }
    }

    private record Run(List<String> results, List<Boolean> errors, Map<Integer, Integer> accounts) {}

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void results_and_state_are_those_of_sequential_execution(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ToolExecutionRequest[] requests = IntStream.rangeClosed(1, 1 + random.nextInt(30))
                .mapToObj(i -> randomCall(i, random))
                .toArray(ToolExecutionRequest[]::new);
        ParallelTools parallel =
                ParallelTools.builder().maxConcurrency(1 + random.nextInt(8)).build();

        assertThat(run(parallel.aiServices(Assistant.class), requests))
                .isEqualTo(run(AiServices.builder(Assistant.class), requests));
    }

    private static ToolExecutionRequest randomCall(int number, SplittableRandom random) {
        // Equal requests would share a result in plain LangChain4j, see hazard 1; so ids differ.
        String id = "call_" + number;
        int a = random.nextInt(4);
        int b = random.nextInt(4);
        return switch (random.nextInt(12)) {
            case 0, 1 -> call(id, "balance", "{\"id\": " + a + "}");
            case 2 -> call(id, "balance", "{\"id\": \"" + a + ".0\"}");
            case 3, 4 -> call(id, "deposit", "{\"id\": " + a + ", \"amount\": " + (1 + b) + "}");
            case 5, 6 -> call(id, "transfer", "{\"from\": " + a + ", \"to\": \"" + b + "\", \"amount\": 2}");
            case 7 -> call(id, "total", "");
            case 8 -> call(id, "square", "{\"n\": " + a + "}");
            case 9 -> call(id, "interest", "{}");
            case 10 -> call(id, "deposit", "{\"amount\": 1}");
            default -> random.nextBoolean() ? call(id, "divine", "{}") : call(id, "deposit", "{\"id\": ");
        };
    }

    private static Run run(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        Bank bank = new Bank();
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model)
                .tools(bank)
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text("bad arguments"))
                .toolExecutionErrorHandler((error, context) -> ToolErrorHandlerResult.text(error.getMessage()))
                .hallucinatedToolNameStrategy(request -> ToolExecutionResultMessage.from(request, "no such tool"))
                .build()
                .chat("go");
        Map<Integer, Integer> accounts = new TreeMap<>();
        for (int i = 0; i < bank.accounts.length; i++) {
            accounts.put(i, bank.accounts[i]);
        }
        return new Run(
                model.resultTexts(),
                model.results().stream()
                        .map(ToolExecutionResultMessage::isError)
                        .toList(),
                accounts);
    }
}
