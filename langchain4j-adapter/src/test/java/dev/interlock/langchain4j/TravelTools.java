package dev.interlock.langchain4j;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
}
