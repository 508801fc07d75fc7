package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing.md, as they stand there. */
final class TestingGuideExamples {

    private TestingGuideExamples() {}

    // spotless:off

    // example: tools
    static class Accounts {
        final Map<Integer, Integer> balances = new ConcurrentHashMap<>(Map.of(1, 100, 2, 200));

        @Tool("Tells the balance of an account")
        @Reads("account/{id}")
        int balance(int id) {
            return balances.get(id);
        }

        @Tool("Moves money")
        @Writes({"account/{from}", "account/{to}"})
        void transfer(int from, int to, int amount) {
            balances.merge(from, -amount, Integer::sum);
            balances.merge(to, amount, Integer::sum);
        }
    }
    // end

    static class CheckTest {
        // example: check
        @Test
        void what_the_tools_say_they_touch_is_true() {
            EffectsCheck.of(Accounts::new)              // a fresh world for each run
                    .tools(accounts -> accounts)        // its tools, as an AI service gets them
                    .state(accounts -> accounts.balances)
                    .values("id", 1, 2).values("from", 1, 2).values("to", 2, 1)
                    .check();
        }
        // end
    }

    static class AnnotatedTest {
        // example: annotation
        @CheckToolEffects(tools = Accounts.class)
        void what_the_tools_say_they_touch_is_true(EffectsCheck<Accounts> check) {
            check.state(accounts -> accounts.balances).values("id", 1, 2);
        }
        // end
    }

    static void batches(List<List<ToolCall>> recorded) {
        // example: batches
        EffectsCheck.of(Accounts::new)
                .tools(accounts -> accounts)
                .settings(builder -> builder.effects("transfer", Effects.writes("account")))  // as in production
                .state(accounts -> accounts.balances)
                .batch(EffectsCheck.call("transfer", "{\"from\": 1, \"to\": 2, \"amount\": 5}"),
                        EffectsCheck.call("balance", "{\"id\": 2}"))
                .batches(recorded)
                .sample("balance", "{\"id\": 1}", "{\"id\": 2}")
                .check();
        // end
    }

    static void core() {
        // example: core
        EffectsCheck.of(Accounts::new)
                .toolSet(accounts -> ToolSet.of(ToolDefinition.of(
                        "balance",
                        Effects.reads("account/{id}"),
                        call -> accounts.balance(call.arguments().path("id").asInt()))))
                .sample("balance", "{\"id\": 1}", "{\"id\": 2}")
                .check();
        // end
    }

    // example: tank
    static class Tank {
        int level;

        @Tool("Fills the tank from a tap")
        @Writes("tap/{tap}")                             // wrong: it writes the tank, too
        int fill(int tap, int litres) {
            int before = level;
            level = before + litres;                     // another call may have filled meanwhile
            return litres;
        }
    }
    // end

    static CheckReport commuting() {
        return EffectsCheck.of(Tank::new)
                .tools(tank -> tank)
                .state(tank -> tank.level)
                .batch(EffectsCheck.call("fill", "{\"tap\": 1, \"litres\": 5}"),
                        EffectsCheck.call("fill", "{\"tap\": 2, \"litres\": 7}"))
                .concurrentRuns(0)
                .check();
    }

    static void audited() {
        // example: audited
        CheckReport report = EffectsCheck.of(Accounts::new)
                .tools(accounts -> accounts)
                .values("id", 1, 2)
                .audited()                              // a footprint that effects do not cover fails the check
                .check();
        System.out.println(report.audit());             // and which effects say more than was ever seen
        // end
    }

    interface Assistant {
        String ask(String question);
    }

    static class ScriptedTest {
        // example: scripted
        @Test
        void the_assistant_looks_the_balance_up() {
            ScriptedChatModel model = ScriptedChatModel.of(
                    Reply.calls(Reply.call("balance", "{\"id\": 1}"), Reply.call("balance", "{\"id\": 2}")),
                    Reply.text("Together they hold 300"));
            Assistant assistant = ParallelTools.builder().build().aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(new Accounts())
                    .build();
            assertThat(assistant.ask("How much do I have?")).isEqualTo("Together they hold 300");
            assertThat(model.toolResults()).extracting(ToolExecutionResultMessage::text).containsExactly("100", "200");
            model.assertComplete();
        }
        // end
    }

    static void replies() {
        // example: replies
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(
                Reply.calls(Reply.call("balance", "{\"id\": 1}")).argumentsInPartsOf(4),
                Reply.text("It ", "is ", "100").telling(asked).after(go).tokens(20, 3),
                Reply.error(new RateLimitException("slow down")).afterParts("It"),
                Reply.text("100").expecting(request -> assertThat(request.messages()).hasSize(4)));
        // end
        assertThat(model.requests()).isEmpty();
    }

    static ChatModel record(ChatModel openAi) {
        // example: record
        ChatModel model = System.getenv("RECORD") != null
                ? RecordingChatModel.to(Path.of("src/test/resources/refund.json"), openAi)
                : ReplayingChatModel.from(Path.of("src/test/resources/refund.json"));
        // end
        return model;
    }

    // spotless:on
}
