package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tools of which one can be undone and one always fails. Thread-safe. */
final class TravelTools {

    /** What was done, in this order. */
    final List<String> log = new CopyOnWriteArrayList<>();

    @Tool
    @Pure
    String find(@P(name = "city") String city) {
        return "hotel in " + city;
    }

    @Tool
    @Writes("booking")
    String book(@P(name = "what") String what) {
        log.add("book " + what);
        return "booked";
    }

    @CompensateFor("book")
    void unbook(@P(name = "what") String what) {
        log.add("unbook " + what);
    }

    @Tool
    @Writes("booking")
    @SuppressWarnings("DoNotCallSuggester") // the model's call
    String pay() {
        throw new IllegalStateException("no money");
    }

    @Tool
    @Writes("booking")
    String sign() {
        return "signed";
    }

    /**
     * Asks the model through a service that undoes what it can when a tool fails. The model requests these calls before
     * it answers "sorry"; without calls the service goes on with what the memory has.
     *
     * @return the answer
     * @throws RuntimeException what leaves the loop
     */
    String chat(
            ParallelTools parallel, boolean streamed, @Nullable ChatMemory memory, ToolExecutionRequest... requests) {
        AiMessage sorry = AiMessage.from("sorry");
        boolean resumes = requests.length == 0;
        if (!streamed) {
            return with(memory, parallel.aiServices(Assistant.class))
                    .chatModel(
                            resumes
                                    ? ScriptedChatModel.saying(sorry)
                                    : ScriptedChatModel.saying(calls(requests), sorry))
                    .build()
                    .chat("go");
        }
        StreamingAssistant assistant = with(memory, parallel.aiServices(StreamingAssistant.class))
                .streamingChatModel(
                        resumes
                                ? ScriptedStreamingModel.replying(says("sorry"))
                                : ScriptedStreamingModel.replying(asks(requests), says("sorry")))
                .build();
        try {
            StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go")).ended();
            if (!answer.errors().isEmpty() && answer.errors().get(0) instanceof RuntimeException leaving) {
                throw leaving;
            }
            return answer.text();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> AiServices<T> with(@Nullable ChatMemory memory, AiServices<T> services) {
        services.tools(this).compensateOnToolErrors(true);
        return memory == null ? services : services.chatMemory(memory);
    }
}
