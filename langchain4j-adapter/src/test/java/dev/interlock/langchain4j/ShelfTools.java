package dev.interlock.langchain4j;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Tools that note with which arguments they ran: one reads, one writes, one reads and needs no argument. */
class ShelfTools {

    final List<String> ran = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, CountDownLatch> done = new ConcurrentHashMap<>();

    /** Released once a tool has run so. */
    CountDownLatch done(String what) {
        return done.computeIfAbsent(what, key -> new CountDownLatch(1));
    }

    private String note(String what) {
        ran.add(what);
        done(what).countDown();
        return what;
    }

    @Tool
    @Reads("shelf/{shelf}")
    String look(@P(name = "shelf") @Nullable String shelf) {
        return note("look " + shelf);
    }

    @Tool
    @Writes("shelf/{shelf}")
    String put(@P(name = "shelf") @Nullable String shelf) {
        return note("put " + shelf);
    }

    @Tool
    @Reads("shelf/{shelf}")
    String list(@P(name = "shelf", required = false) @Nullable String shelf) {
        return note("list " + shelf);
    }

    @Tool
    @Writes("log")
    String tidy(@P(name = "shelf", required = false) @Nullable String shelf) {
        return note("tidy " + shelf);
    }
}
