package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Hooks that note what they are told, and tools that meet. */
abstract class OverlappingHooksFixture {

    /** A user's object that is not thread-safe. */
    static final class Sink {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final List<String> told = new ArrayList<>();

        /** Takes long enough for others to come meanwhile, if they can. */
        void tell(String what) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            told.add(what);
            for (int i = 0; i < 200; i++) {
                Thread.onSpinWait();
            }
            inside.decrementAndGet();
        }
    }

    final Sink sink = new Sink();
    final List<String> ran = new CopyOnWriteArrayList<>();
    final CyclicBarrier three = new CyclicBarrier(3);
    final ChatMemory memory = Memory.ofManyMessages();

    final List<AiServiceTool> tools = List.of(
            tool("look", request -> {
                ran.add(request.id());
                return "saw " + request.id();
            }),
            tool("meet", request -> {
                ran.add(request.id());
                Waiting.meet(three);
                return "met " + request.id();
            }));

    static ParallelTools.Builder parallel() {
        return Waiting.patientTools()
                .maxConcurrency(ParallelTools.UNLIMITED)
                .effects("look", Effects.reads("place"))
                .effects("meet", Effects.reads("place"));
    }

    static ToolExecutionRequest[] requests(String tool, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> call(String.valueOf(number), tool, "{\"id\": \"" + number + "\"}"))
                .toArray(ToolExecutionRequest[]::new);
    }

    Assistant assistant(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        return services.chatModel(ScriptedChatModel.asking(requests))
                .chatMemory(memory)
                .tools(tools)
                .build();
    }

    static void meetAll(CyclicBarrier hooks) {
        try {
            Waiting.meet(hooks);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
