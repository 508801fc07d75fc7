package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedChatModel.offered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that providers bring, at the beginning and on the way. */
@Timeout(60)
class DynamicProviderTest {

    private final Rounds rounds = new Rounds();
    private final ChatMemory memory = Memory.ofManyMessages();

    static class Keys {
        @Tool
        @Writes("door")
        String unlock() {
            return "unlocked";
        }
    }

    /**
     * The write waits until the last call of the batch has run, so a read that does not wait for it comes too early.
     */
    static class NoteTools {
        final List<String> log = new CopyOnWriteArrayList<>();
        private final CountDownLatch lastRan = new CountDownLatch(1);

        @Tool
        @Writes("note")
        String write() throws InterruptedException {
            Waiting.await(lastRan);
            log.add("write");
            return "written";
        }

        @Tool
        @Reads("note")
        String read() {
            log.add("read");
            return "read after " + log;
        }

        @Tool
        @Reads("weather")
        String last() {
            lastRan.countDown();
            return "ran";
        }
    }

    /** Brings tools made anew each time it is asked, once a call of "unlock" has been answered. */
    private static final class AfterUnlock implements ToolProvider {
        final List<Integer> asked = new CopyOnWriteArrayList<>();
        final PairTools pairs = new PairTools();
        final NoteTools notes = new NoteTools();

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            asked.add(request.messages().size());
            List<AiServiceTool> tools = new ArrayList<>();
            if (request.messages().stream().anyMatch(AfterUnlock::isUnlocked)) {
                tools.addAll(ToolService.findTools(pairs));
                tools.addAll(ToolService.findTools(notes));
            }
            return new ToolProviderResult(tools);
        }

        private static boolean isUnlocked(ChatMessage message) {
            return message instanceof ToolExecutionResultMessage result
                    && result.text().equals("unlocked");
        }

        @Override
        public boolean isDynamic() {
            return true;
        }
    }

    private AiServices<Assistant> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new Keys());
    }

    @Test
    void calls_of_tools_that_come_on_the_way_overlap() {
        AfterUnlock provider = new AfterUnlock();
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("0", "unlock", "{}")),
                calls(meet(1), meet(2)),
                calls(meet(3), call("4", "unlock", "{}"), meet(5)),
                AiMessage.from("done"));

        services(model).toolProvider(provider).build().chat("go");

        assertThat(model.resultTexts()).containsExactly("unlocked", "met 1", "met 2", "met 3", "unlocked", "met 5");
        assertThat(rounds.reports()).hasSize(3);
        assertThat(provider.pairs.threads).hasSize(4).doesNotContain(Thread.currentThread());
        assertThat(provider.asked).as("before each request to the model").hasSize(4);
        assertThat(offered(model.requests().get(0))).containsExactly("unlock");
        assertThat(offered(model.requests().get(1)))
                .containsExactlyInAnyOrder("unlock", "meet", "write", "read", "last");
    }

    @Test
    void conflicting_calls_of_tools_that_come_on_the_way_keep_their_order() {
        AfterUnlock provider = new AfterUnlock();
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("0", "unlock", "{}")),
                calls(call("1", "write", "{}"), call("2", "read", "{}"), call("3", "last", "{}")),
                AiMessage.from("done"));

        services(model).toolProvider(provider).build().chat("go");

        assertThat(model.resultTexts()).containsExactly("unlocked", "written", "read after [write, read]", "ran");
    }

    @Test
    void tools_of_a_static_provider_overlap_with_those_of_the_service() {
        PairTools pairs = new PairTools();
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), call("2", "unlock", "{}"), meet(3));
        List<String> askedFor = new CopyOnWriteArrayList<>();
        ToolProvider provider = request -> {
            askedFor.add(request.userMessage().singleText());
            return new ToolProviderResult(ToolService.findTools(pairs));
        };

        services(model).toolProvider(provider).build().chat("go");

        assertThat(model.resultTexts()).containsExactly("met 1", "unlocked", "met 3");
        assertThat(askedFor).containsExactly("go");
    }

    @Test
    void executor_of_the_invocation_is_called_not_one_of_an_earlier_invocation() {
        List<String> current = new CopyOnWriteArrayList<>();
        ToolProvider provider = request -> {
            String question = request.userMessage().singleText();
            return new ToolProviderResult(List.of(tool("lookUp", ran -> {
                current.add(question);
                return "for " + question;
            })));
        };
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "lookUp", "{}"), call("2", "lookUp", "{}")),
                AiMessage.from("done"),
                calls(call("3", "lookUp", "{}"), call("4", "lookUp", "{}")),
                AiMessage.from("done"));
        Assistant assistant = services(model).toolProvider(provider).build();

        assistant.chat("tea");
        assistant.chat("milk");

        assertThat(current).containsExactly("tea", "tea", "milk", "milk");
        assertThat(model.resultTexts()).containsExactly("for tea", "for tea", "for milk", "for milk");
    }

    @Test
    void memory_and_requests_are_those_of_plain_langchain4j() {
        AiMessage[] script = {
            calls(call("0", "unlock", "{}")), calls(meet(1), meet(2)), calls(meet(3), meet(4)), AiMessage.from("done")
        };
        ScriptedChatModel model = ScriptedChatModel.saying(script);
        ScriptedChatModel plainModel = ScriptedChatModel.saying(script);
        ChatMemory plainMemory = Memory.ofManyMessages();

        services(model).toolProvider(new AfterUnlock()).build().chat("go");
        AiServices.builder(Assistant.class)
                .chatModel(plainModel)
                .chatMemory(plainMemory)
                .tools(new Keys())
                .toolProvider(new AfterUnlock())
                .executeToolsConcurrently()
                .build()
                .chat("go");

        assertThat(memory.messages()).isEqualTo(plainMemory.messages());
        assertThat(model.requests()).isEqualTo(plainModel.requests());
    }
}
