package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports to the log and to listeners what happens between a replica and its limit server. */
record Reports(String name, String server, boolean open, List<Consumer<? super ReplicaEvent>> listeners) {

    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private static final int MAX_LENGTH = 300;

    void lost(Throwable cause) {
        log.warn(
                "The limits that all replicas of '{}' share are unavailable, so {}: {} failed with {}",
                name,
                open ? "calls run with only this replica's limits" : "calls that need them fail",
                server,
                inWords(cause));
        tell(new ReplicaEvent.ServerLost(name, cause, open));
    }

    void back(long lostNanos) {
        log.info("{} answers again after {} ms, so the limits of '{}' hold again", server, lostNanos / 1_000_000, name);
        tell(new ReplicaEvent.ServerBack(name, Duration.ofNanos(lostNanos)));
    }

    void leaseLost(int claims) {
        log.warn(
                "The lease of this replica of '{}' has ended while {} of its calls hold slots or resources that all"
                        + " replicas share: these calls go on, but the server may grant the same to other replicas",
                name,
                claims);
        tell(new ReplicaEvent.LeaseLost(name, claims));
    }

    /**
     * Says what went wrong in one line. The message of a client may quote a whole script. An exception of a user's
     * class may fail to be printed.
     */
    static String inWords(Throwable cause) {
        String text;
        try {
            text = String.valueOf(cause);
        } catch (Throwable e) {
            return cause.getClass().getName();
        }
        String line = text.lines().findFirst().orElse("");
        return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "..." : line;
    }

    private void tell(ReplicaEvent event) {
        for (Consumer<? super ReplicaEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (Throwable e) {
                log.warn("A listener of the limits of '{}' failed on {}", name, event, e);
            }
        }
    }
}
