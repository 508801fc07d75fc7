package dev.interlock.audit;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.footprint.AuditReport;
import dev.interlock.footprint.CallFootprint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what calls touched with what their effects say. Thread-safe. Its memory is bounded: beyond
 * {@link #MAX_TOOLS} tools, or {@link ToolAuditor#MAX_KEYS} templates of one tool, it still audits, but neither logs
 * nor reports.
 *
 * <p>Invariant: a tool without declared effects claims nothing, so everything is covered; for other tools see
 * {@link Coverage}. A widened access stands for accesses below it. If only the widening takes it beyond the declared
 * effects, it does not count against the tool.
 */
public final class Auditor {

    private static final Logger log = LoggerFactory.getLogger(Auditor.class);

    static final int MAX_TOOLS = 10_000;
    private static final int MAX_WARNINGS = 1_000;
    private static final int MAX_SHOWN = 5;

    private final Map<String, ToolAuditor> tools = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private final boolean fails;

    /**
     * Creates an auditor.
     *
     * @param fails whether a call fails that touches what its effects do not cover
     */
    public Auditor(boolean fails) {
        this.fails = fails;
    }

    /** Audits an attempt that has ended. Returns what its effects do not cover, or null if they cover all. */
    public @Nullable Finding audit(CallFootprint footprint) {
        ArgumentNames names = new ArgumentNames(footprint.call());
        List<Access> uncovered = footprint.source() == EffectSource.UNDECLARED
                ? List.of()
                : Coverage.uncovered(footprint.declared(), footprint.accesses(), footprint.widened());
        Set<String> missing =
                uncovered.stream().map(names::generalise).collect(Collectors.toCollection(LinkedHashSet::new));
        ToolAuditor tool = toolOf(footprint.call().tool());
        if (tool != null) {
            tool.note(footprint, names, missing);
        }
        if (uncovered.isEmpty()) {
            return null;
        }
        Finding finding = new Finding(uncovered, message(footprint, uncovered, missing));
        if (isNew(footprint.call().tool(), missing)) {
            log.warn("{}", finding.message());
        }
        return finding;
    }

    private @Nullable ToolAuditor toolOf(String name) {
        ToolAuditor known = tools.get(name);
        return known != null || tools.size() >= MAX_TOOLS ? known : tools.computeIfAbsent(name, ToolAuditor::new);
    }

    /** Whether a missing template has had no warning yet. */
    private boolean isNew(String tool, Set<String> missing) {
        boolean any = false;
        for (String words : missing) {
            any |= warned.size() < MAX_WARNINGS && warned.add(tool + ": " + words);
        }
        return any;
    }

    private String message(CallFootprint footprint, List<Access> uncovered, Set<String> missing) {
        ToolCall call = footprint.call();
        String shown = uncovered.stream().limit(MAX_SHOWN).map(Access::toString).collect(Collectors.joining(", "));
        String more = uncovered.size() > MAX_SHOWN ? " and " + (uncovered.size() - MAX_SHOWN) + " more" : "";
        List<String> add = missing.stream().limit(MAX_SHOWN).toList();
        return "tool '" + call.tool() + "' (call " + (call.id() == null ? "without id" : "'" + call.id() + "'") + ") "
                + shown + more + ", which its effects do not cover: " + footprint.effects() + " ("
                + footprint.source().words() + ")"
                + (fails && footprint.outcome().isSuccess() ? "; the call fails, but what it did stands" : "")
                + "; to allow it, declare "
                + Declaration.line(call.tool(), footprint.effects(), add)
                + (missing.size() > MAX_SHOWN ? " and more" : "");
    }

    /** Returns what the auditor has seen so far. */
    public AuditReport report() {
        return new AuditReport(
                new TreeMap<>(tools).values().stream().map(ToolAuditor::report).toList());
    }
}
