package dev.interlock.replicas;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A limit server within the JVM, which tests can have fail, or forget. Grants first come, first served. */
public final class FakeLimitServer implements LimitServer {

    private static final class Row {
        private final ReplicaClaim claim;
        private final String session;
        private boolean granted;
        private boolean slots;
        private boolean abandoned;

        Row(ReplicaClaim claim, String session) {
            this.claim = claim;
            this.session = session;
        }
    }

    private final Map<String, Runnable> wakes = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, Long> sessions = new HashMap<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private boolean lost;

    /** Whether exchanges fail from now on. */
    public synchronized void lost(boolean isLost) {
        lost = isLost;
    }

    /** As if all leases were over. */
    public synchronized void forget() {
        rows.clear();
        sessions.clear();
    }

    public synchronized List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Waits until a number of claims hold a slot, or a resource. */
    public synchronized void awaitGranted(int count) throws InterruptedException {
        while (rows.values().stream().filter(row -> row.granted).count() != count) {
            wait();
        }
    }

    public synchronized void awaitWaiting(int count) throws InterruptedException {
        while (rows.values().stream().filter(row -> !row.granted).count() != count) {
            wait();
        }
    }

    public synchronized void awaitAbandoned() throws InterruptedException {
        while (rows.values().stream().noneMatch(row -> row.abandoned)) {
            wait();
        }
    }

    @Override
    public String name() {
        return "tests";
    }

    @Override
    public String description() {
        return "a fake";
    }

    @Override
    public Duration askAgainAfter() {
        return Duration.ofHours(1);
    }

    @Override
    public void whenGranted(String session, Runnable wake) {
        wakes.put(session, wake);
    }

    @Override
    public Reply exchange(Exchange exchange) throws IOException {
        Reply reply = exchangeNow(exchange);
        wakes.forEach((session, wake) -> {
            if (!session.equals(exchange.session())) {
                wake.run();
            }
        });
        return reply;
    }

    private synchronized Reply exchangeNow(Exchange exchange) throws IOException {
        if (lost) {
            throw new IOException("the fake is lost");
        }
        exchanges.add(exchange);
        Long last = sessions.get(exchange.session());
        if (exchange.answered() > (last == null ? 0 : last) || (last != null && exchange.number() < last)) {
            return new Reply(false, Set.of(), Map.of());
        }
        boolean knew = sessions.put(exchange.session(), exchange.number()) != null;
        exchange.released().forEach(rows::remove);
        rows.forEach((id, row) -> {
            boolean abandoned = exchange.abandoned().contains(id);
            row.slots &= !abandoned && !exchange.slotsReturned().contains(id);
            row.abandoned |= abandoned;
        });
        exchange.asked().forEach(claim -> rows.putIfAbsent(claim.id(), new Row(claim, exchange.session())));
        if (exchange.ends()) {
            rows.values().removeIf(row -> row.session.equals(exchange.session()));
        }
        Set<String> granted = new HashSet<>();
        Map<String, String> heldUp = new HashMap<>();
        for (Row row : rows.values()) {
            String by = row.granted ? null : heldUpBy(row.claim);
            if (by == null) {
                row.slots |= !row.granted;
                row.granted = true;
            }
            if (row.session.equals(exchange.session())) {
                if (by == null) {
                    granted.add(row.claim.id());
                } else {
                    heldUp.put(row.claim.id(), by);
                }
            }
        }
        notifyAll();
        return new Reply(knew, granted, heldUp);
    }

    private String heldUpBy(ReplicaClaim claim) {
        if (heldClaims().stream().anyMatch(held -> held.holdsUp(claim))) {
            return Reply.RESOURCE;
        }
        for (ReplicaClaim.Cap cap : claim.caps()) {
            long used = rows.values().stream()
                    .filter(row -> row.granted
                            && row.slots
                            && row.claim.caps().stream()
                                    .anyMatch(other -> other.name().equals(cap.name())))
                    .count();
            if (used >= cap.limit()) {
                return cap.name();
            }
        }
        return null;
    }

    private List<HeldClaim> heldClaims() {
        return rows.values().stream()
                .filter(row -> row.granted)
                .map(row -> new HeldClaim(
                        row.claim.id(),
                        row.session,
                        row.claim.call(),
                        row.claim.holds(),
                        Duration.ofMillis(7),
                        row.abandoned ? Optional.of(Duration.ofMillis(5)) : Optional.empty()))
                .toList();
    }

    @Override
    public synchronized List<HeldClaim> held() {
        return heldClaims();
    }
}
