package dev.interlock.replicas.postgres;

import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the claims of all replicas and grants them, as a machine: it reads no clock and no table. It records what an
 * exchange changes. Confined to one thread.
 */
final class Ledger {

    /**
     * A session.
     *
     * @param expires when its lease is over, in ms
     * @param number of its last exchange
     */
    record Known(long expires, long number) {}

    /**
     * A claim. The time of its grant is null while it waits; the time of its abandonment is null if it was not
     * abandoned.
     */
    static final class Row {
        final ReplicaClaim claim;
        final String session;
        final long arrival;

        @Nullable
        Long granted;

        boolean slots;

        @Nullable
        Long abandoned;

        Row(
                ReplicaClaim claim,
                String session,
                long arrival,
                @Nullable Long granted,
                boolean slots,
                @Nullable Long abandoned) {
            this.claim = claim;
            this.session = session;
            this.arrival = arrival;
            this.granted = granted;
            this.slots = slots;
            this.abandoned = abandoned;
        }

        String key() {
            return Ledger.key(session, claim.id());
        }
    }

    private static final Reply REFUSED = new Reply(false, Set.of(), Map.of());

    private final Map<String, Known> sessions;

    /** By {@link #key}, in the order in which they came. */
    private final SequencedMap<String, Row> rows;

    final Set<String> endedSessions = new HashSet<>();
    final Set<String> removed = new LinkedHashSet<>();
    final Set<Row> changed = new LinkedHashSet<>();

    private final Map<String, Integer> heldKeys = new HashMap<>();
    private final Map<String, Integer> usedSlots = new HashMap<>();

    /** Takes ownership of both maps; the rows must be in the order of their arrival. */
    Ledger(Map<String, Known> sessions, SequencedMap<String, Row> rows) {
        this.sessions = sessions;
        this.rows = rows;
    }

    /** Ids of claims count within their session. */
    static String key(String session, String id) {
        return session + " " + id;
    }

    Reply exchange(Exchange exchange, long now) {
        List<String> over = sessions.entrySet().stream()
                .filter(session -> session.getValue().expires() <= now)
                .map(Map.Entry::getKey)
                .toList();
        over.forEach(this::end);
        String session = exchange.session();
        Known known = sessions.get(session);
        if (known != null && exchange.number() < known.number()) {
            // It comes late: its replica has given it up, and gone on.
            return REFUSED;
        }
        if (exchange.answered() > (known == null ? 0 : known.number())) {
            // What the replica was told is lost, or its session is.
            end(session);
            return REFUSED;
        }
        sessions.put(session, new Known(now + exchange.lease().toMillis(), exchange.number()));
        exchange.released().forEach(id -> remove(key(session, id)));
        exchange.slotsReturned().forEach(id -> returnSlots(key(session, id)));
        exchange.abandoned().forEach(id -> abandon(key(session, id), now));
        long arrival = rows.isEmpty() ? 0 : rows.lastEntry().getValue().arrival;
        for (ReplicaClaim claim : exchange.asked()) {
            String key = key(session, claim.id());
            if (!rows.containsKey(key)) {
                Row row = new Row(claim, session, ++arrival, null, false, null);
                rows.put(key, row);
                changed.add(row);
            }
        }
        if (exchange.ends()) {
            end(session);
        }
        Map<String, String> heldUp = grant(session, now);
        Set<String> granted = new HashSet<>();
        exchange.asked().forEach(claim -> addIfGranted(session, claim.id(), granted));
        exchange.waiting().forEach(id -> addIfGranted(session, id, granted));
        return new Reply(known != null, granted, heldUp);
    }

    /** A session after an exchange; null if it is not there. */
    @Nullable
    Known known(String session) {
        return sessions.get(session);
    }

    private void addIfGranted(String session, String id, Set<String> granted) {
        Row row = rows.get(key(session, id));
        if (row != null && row.granted != null) {
            granted.add(id);
        }
    }

    private void end(String session) {
        sessions.remove(session);
        endedSessions.add(session);
        List.copyOf(rows.values()).stream()
                .filter(row -> row.session.equals(session))
                .forEach(row -> remove(row.key()));
    }

    private void remove(String key) {
        Row row = rows.remove(key);
        if (row != null) {
            changed.remove(row);
            removed.add(key);
        }
    }

    private void returnSlots(String key) {
        Row row = rows.get(key);
        if (row != null && row.slots) {
            row.slots = false;
            changed.add(row);
        }
    }

    private void abandon(String key, long now) {
        returnSlots(key);
        Row row = rows.get(key);
        if (row != null && row.granted != null && row.abandoned == null) {
            row.abandoned = now;
            changed.add(row);
        }
    }

    /**
     * Grants all claims that nothing holds up any more, first come, first served. Returns what a session's other claims
     * wait for.
     */
    private Map<String, String> grant(String session, long now) {
        rows.values().stream().filter(row -> row.granted != null).forEach(row -> count(row, 1));
        Set<String> keysAhead = new HashSet<>();
        Map<String, Integer> slotsAhead = new HashMap<>();
        Map<String, String> heldUp = new HashMap<>();
        for (Row row : rows.values()) {
            if (row.granted != null) {
                continue;
            }
            String by = isHeld(row, keysAhead) ? Reply.RESOURCE : fullCap(row.claim, slotsAhead);
            if (by == null) {
                row.granted = now;
                row.slots = !row.claim.caps().isEmpty();
                changed.add(row);
                count(row, 1);
            } else {
                keysAhead.addAll(row.claim.holds());
                if (row.session.equals(session)) {
                    heldUp.put(row.claim.id(), by);
                }
            }
        }
        return heldUp;
    }

    private void count(Row row, int by) {
        row.claim.holds().forEach(key -> heldKeys.merge(key, by, Integer::sum));
        if (row.slots) {
            row.claim.caps().forEach(cap -> usedSlots.merge(cap.name(), by, Integer::sum));
        }
    }

    /**
     * Whether a claim must wait for a resource. The claims around it do not hold it up, and it does not wait behind
     * others, which may wait for those.
     */
    private boolean isHeld(Row row, Set<String> keysAhead) {
        ReplicaClaim claim = row.claim;
        List<Row> around = new ArrayList<>();
        for (String id : claim.within()) {
            Row outer = rows.get(key(row.session, id));
            if (outer != null && outer.granted != null) {
                around.add(outer);
            }
        }
        around.forEach(outer -> outer.claim.holds().forEach(key -> heldKeys.merge(key, -1, Integer::sum)));
        boolean held = claim.meets().stream().anyMatch(key -> heldKeys.getOrDefault(key, 0) > 0);
        around.forEach(outer -> outer.claim.holds().forEach(key -> heldKeys.merge(key, 1, Integer::sum)));
        return held || (claim.within().isEmpty() && claim.meets().stream().anyMatch(keysAhead::contains));
    }

    /**
     * Returns the first cap without a free slot for a claim, or null. It reserves the slots of earlier caps for the
     * claim.
     */
    private @Nullable String fullCap(ReplicaClaim claim, Map<String, Integer> slotsAhead) {
        for (int i = 0; i < claim.caps().size(); i++) {
            ReplicaClaim.Cap cap = claim.caps().get(i);
            int used = usedSlots.getOrDefault(cap.name(), 0) + slotsAhead.getOrDefault(cap.name(), 0);
            if (used >= cap.limit()) {
                claim.caps().subList(0, i + 1).forEach(before -> slotsAhead.merge(before.name(), 1, Integer::sum));
                return cap.name();
            }
        }
        return null;
    }
}
