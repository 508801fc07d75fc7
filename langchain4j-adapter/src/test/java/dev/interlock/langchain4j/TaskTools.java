package dev.interlock.langchain4j;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/** The tools of the tests of {@link TaskAgent}. */
class TaskTools {

    final CyclicBarrier together;
    final CountDownLatch hanging = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger steps = new AtomicInteger();

    /** Searches, calculations and translations only return when as many run at the same time. */
    TaskTools(int together) {
        this.together = new CyclicBarrier(together);
    }

    TaskTools() {
        this(1);
    }

    @Tool
    @Reads("web")
    String search(@P(name = "query") String query) throws Exception {
        Waiting.meet(together);
        return "found " + query;
    }

    @Tool
    @Pure
    int add(@P(name = "a") int a, @P(name = "b") int b) throws Exception {
        Waiting.meet(together);
        return a + b;
    }

    @Tool
    @Pure
    String translate(@P(name = "text") String text, @P(name = "to") String to) throws Exception {
        Waiting.meet(together);
        return text.equals("Hello") && to.equals("es") ? "Hola" : "?";
    }

    @Tool
    @Pure
    String analyse(@P(name = "text") String text) {
        return text.length() + " characters";
    }

    @Tool
    @Reads("vault")
    String open() {
        throw new IllegalStateException("the vault is locked");
    }

    @Tool
    @Writes("steps")
    int step() {
        return steps.incrementAndGet();
    }

    @Tool
    @Reads("clock")
    String hang() throws InterruptedException {
        hanging.countDown();
        Waiting.forInterrupt();
        return "never";
    }

    @Tool
    @Reads("rock")
    String hangForGood() {
        hanging.countDown();
        Waiting.awaitIgnoringInterrupts(released);
        return "at last";
    }

    @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
    @Pure
    String final_word() {
        return "this is it";
    }
}
