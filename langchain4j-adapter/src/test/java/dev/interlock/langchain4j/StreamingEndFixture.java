package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A stream whose tools hang. */
abstract class StreamingEndFixture {

    static final ToolExecutionRequest HANG = call("1", "hang", "{}");
    static final ToolExecutionRequest LATE = call("2", "late", "{}");
    static final ToolExecutionRequest HANG_UNDECLARED = call("1", "hangUndeclared", "{}");
    static final ToolExecutionRequest LATE_UNDECLARED = call("2", "lateUndeclared", "{}");
    final CountDownLatch running = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    final CountDownLatch roundEnded = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);
    final List<String> started = new CopyOnWriteArrayList<>();
    final ChatMemory memory = Memory.ofManyMessages();
    final AtomicReference<StreamingHandle> handle = new AtomicReference<>();

    final List<AiServiceTool> tools = List.of(
            tool("hang", this::hang),
            tool("late", request -> started("late")),
            tool("hangUndeclared", this::hang),
            tool("lateUndeclared", request -> started("lateUndeclared")));

    String hang(ToolExecutionRequest request) throws InterruptedException {
        running.countDown();
        try {
            Waiting.await(mayEnd);
            return "hung";
        } finally {
            ended.countDown();
        }
    }

    String started(String tool) {
        started.add(tool);
        return tool;
    }

    AiServices<StreamingAssistant> services(StreamingChatModel model) {
        return Waiting.patientTools()
                .effects("hang", Effects.reads("place"))
                .effects("late", Effects.reads("place"))
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded) {
                        roundEnded.countDown();
                    }
                })
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools);
    }

    TokenStream go(StreamingChatModel model) {
        return services(model)
                .build()
                .chat("go")
                .onPartialResponseWithContext((part, context) -> handle.set(context.streamingHandle()));
    }
}
