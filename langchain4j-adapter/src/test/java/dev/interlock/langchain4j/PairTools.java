package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;

/** A tool of which a call returns only if another one runs at the same time. */
class PairTools {

    final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CyclicBarrier two = new CyclicBarrier(2);

    @Tool
    @Pure
    String meet(@P(name = "who") String who) throws Exception {
        threads.add(Thread.currentThread());
        Waiting.meet(two);
        return "met " + who;
    }

    /** A call of the tool, with the argument for an id. */
    static ToolExecutionRequest meet(int who) {
        return call(String.valueOf(who), "meet", "{\"who\": \"" + who + "\"}");
    }
}
