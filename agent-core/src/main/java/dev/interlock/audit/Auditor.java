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
 * Holds what calls touched against what their effects say. Thread-safe, and bounded: of more than {@link #MAX_TOOLS} tools,
 * or {@link ToolAuditor#MAX_KEYS} templates of one, the rest is still audited, but neither logged nor in the report.
 *
 * <p>Invariant: where nothing was declared nothing is claimed, so everything is covered; else see {@link Coverage}. Where
 * accesses stand for what lies below them, one of those that goes beyond what is declared by that alone is not held
 * against the tool.
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
     * Begins to audit.
     *
     * @param fails whether calls fail that touch what their effects do not cover
     */
    public Auditor(boolean fails) {
        this.fails = fails;
    }

    /** An attempt has ended; gives what its effects do not cover, or null if they cover all. */
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

    /** Whether something of it was not warned of before. */
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
                + (fails && footprint.outcome().isSuccess() ? "; it has run, and its effects stand" : "")
                + "; to be declared: "
                + Declaration.line(call.tool(), footprint.effects(), add)
                + (missing.size() > MAX_SHOWN ? " and more" : "");
    }

    /** What was seen so far. */
    public AuditReport report() {
        return new AuditReport(
                new TreeMap<>(tools).values().stream().map(ToolAuditor::report).toList());
    }
}
