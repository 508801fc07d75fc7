package dev.interlock.micrometer;

import dev.interlock.effect.Access;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;

/**
 * Counts accesses that the calls' effects do not cover, where the executor audits. The counter
 * {@code interlock.audit.uncovered} has the tags {@code tool} and {@code access} ({@code read} or {@code write}).
 *
 * {@snippet :
 * executor.audit(Audit.REPORT).listener(AuditMetrics.to(registry));
 * }
 *
 * <p>Needs {@code io.micrometer:micrometer-core}, an optional dependency. Thread-safe.
 */
public final class AuditMetrics implements RoundListener {

    /** The counter's name. */
    public static final String UNCOVERED = "interlock.audit.uncovered";

    private final MeterRegistry registry;

    private AuditMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Creates a listener that counts in a registry.
     *
     * @param registry the registry
     * @return the listener
     */
    public static AuditMetrics to(MeterRegistry registry) {
        return new AuditMetrics(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void onEvent(RoundEvent event) {
        if (event instanceof RoundEvent.FootprintUncovered found) {
            for (Access access : found.uncovered()) {
                Counter.builder(UNCOVERED)
                        .description("Accesses of calls that their effects do not cover")
                        .tag("tool", found.call().tool())
                        .tag("access", access.isWrite() ? "write" : "read")
                        .register(registry)
                        .increment();
            }
        }
    }
}
