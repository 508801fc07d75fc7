package dev.interlock.spring;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Tools that tell on which thread they ran, and what that thread had. */
class Bank {

    /** By tool. */
    final Map<String, Thread> threads = new ConcurrentHashMap<>();

    final Map<String, Object> seen = new ConcurrentHashMap<>();
    final AtomicReference<Supplier<Object>> look = new AtomicReference<>(() -> "nothing");

    @Tool("Tells the balance of an account")
    @Reads("account/{account}")
    String balance(int account) {
        return ran("balance");
    }

    @Tool("Charges an account")
    @Writes("account/{account}")
    String charge(int account) {
        return ran("charge");
    }

    /** Nothing is known about it. */
    @Tool("Launches it")
    String launch() {
        return ran("launch");
    }

    private String ran(String tool) {
        threads.put(tool, Thread.currentThread());
        seen.put(tool, look.get().get());
        return "done";
    }
}
