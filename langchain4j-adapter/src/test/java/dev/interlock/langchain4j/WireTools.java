package dev.interlock.langchain4j;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tools of the tests over HTTP. Two searches return only if they overlap. Each draw gives another ticket. A charge
 * returns only after two searches and two draws: whatever can overtake it has the time to.
 */
class WireTools {

    final Map<String, Integer> accounts = new ConcurrentHashMap<>(Map.of("7", 100));
    final List<String> trips = new CopyOnWriteArrayList<>();

    private final CountDownLatch overtaken = new CountDownLatch(3);
    private final CyclicBarrier twoSearch = new CyclicBarrier(2, overtaken::countDown);
    private final AtomicInteger drawn = new AtomicInteger();

    @Tool
    @Reads("web")
    String search(@P(name = "query") String query) throws Exception {
        Waiting.meet(twoSearch);
        return "found " + query;
    }

    @Tool
    @Writes("tickets")
    String draw() {
        String ticket = "ticket " + drawn.incrementAndGet();
        overtaken.countDown();
        return ticket;
    }

    @Tool
    @Writes("account/{id}")
    String charge(@P(name = "id") String id, @P(name = "amount") int amount) throws InterruptedException {
        Waiting.await(overtaken);
        accounts.merge(id, -amount, Integer::sum);
        return "charged " + amount;
    }

    @Tool
    @Reads("account/{id}")
    int balance(@P(name = "id") String id) {
        return accounts.get(id);
    }

    @Tool
    @Writes("trip")
    String book(@P(name = "what") String what) {
        trips.add("book " + what);
        return "booked " + what;
    }

    @CompensateFor("book")
    void unbook(@P(name = "what") String what) {
        trips.add("unbook " + what);
    }

    @Tool
    @Writes("wallet")
    String pay() {
        throw new IllegalStateException("no money");
    }
}
