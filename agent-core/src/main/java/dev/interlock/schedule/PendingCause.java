package dev.interlock.schedule;

import dev.interlock.durable.PendingKind;
import java.util.Objects;

/**
 * Why a call is pending.
 *
 * @param kind what it waits for
 * @param reason the cause in words
 */
public record PendingCause(PendingKind kind, String reason) {
    /** Rejects nulls. */
    public PendingCause {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
    }
}
