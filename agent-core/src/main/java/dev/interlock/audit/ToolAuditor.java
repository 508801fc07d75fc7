package dev.interlock.audit;

import dev.interlock.effect.Access;
import dev.interlock.footprint.AuditReport.ToolAudit;
import dev.interlock.footprint.CallFootprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the audit has seen of one tool. Thread-safe. It runs no foreign code under its monitor. */
final class ToolAuditor {

    static final int MAX_KEYS = 1_000;

    /** How often calls touched one declared access, and which parts of it. */
    private static final class Use {
        private long calls;
        private long touched;
        private long written;
        private boolean itself;
        private final Set<String> below = new TreeSet<>();
    }

    private final String tool;

    // Guarded by this object's monitor.
    private String effects = "";
    private long calls;
    private final Map<String, Long> observed = new LinkedHashMap<>();
    private final Set<String> uncovered = new LinkedHashSet<>();
    private final Map<String, Use> uses = new LinkedHashMap<>();

    ToolAuditor(String tool) {
        this.tool = tool;
    }

    /**
     * Records what an attempt has touched. An attempt that failed half-way does not show that a declaration is too
     * wide.
     */
    synchronized void note(CallFootprint footprint, ArgumentNames names, Collection<String> missing) {
        effects = footprint.effects() + " (" + footprint.source().words() + ")";
        missing.forEach(words -> addBounded(uncovered, words));
        if (!footprint.outcome().isSuccess()) {
            return;
        }
        calls++;
        Set<String> touched = new LinkedHashSet<>();
        footprint.accesses().forEach(access -> touched.add(names.generalise(access)));
        touched.forEach(words -> {
            if (observed.containsKey(words) || observed.size() < MAX_KEYS) {
                observed.merge(words, 1L, Long::sum);
            }
        });
        if (footprint.widened()) {
            // A widened footprint does not show which declared accesses it touched.
            return;
        }
        Map<String, List<Access>> declared = new LinkedHashMap<>();
        footprint
                .declared()
                .forEach(access -> declared.computeIfAbsent(names.generalise(access), w -> new ArrayList<>())
                        .add(access));
        declared.forEach((words, accesses) -> {
            if (uses.containsKey(words) || uses.size() < MAX_KEYS) {
                use(uses.computeIfAbsent(words, w -> new Use()), accesses, footprint.accesses(), names);
            }
        });
    }

    private static void use(Use use, List<Access> declared, List<Access> touched, ArgumentNames names) {
        use.calls++;
        boolean any = false;
        boolean written = false;
        for (Access access : touched) {
            for (Access one : declared) {
                if (Coverage.contains(one.resource(), access.resource())) {
                    any = true;
                    written |= access.isWrite();
                    boolean same = access.resource().depth() <= one.resource().depth();
                    use.itself |= same;
                    if (!same) {
                        addBounded(use.below, names.template(access.resource()));
                    }
                }
            }
        }
        use.touched += any ? 1 : 0;
        use.written += written ? 1 : 0;
    }

    private static void addBounded(Set<String> words, String more) {
        if (words.size() < MAX_KEYS) {
            words.add(more);
        }
    }

    synchronized ToolAudit report() {
        List<String> seen = new ArrayList<>();
        observed.forEach((words, count) -> seen.add(words + " (" + count + "x)"));
        List<String> wider = new ArrayList<>();
        uses.forEach((words, use) -> {
            String why = whyWider(words, use);
            if (why != null) {
                wider.add(words + ": " + why);
            }
        });
        return new ToolAudit(tool, effects, calls, seen, List.copyOf(uncovered), wider);
    }

    private static @Nullable String whyWider(String words, Use use) {
        String calls = use.calls + (use.calls == 1 ? " call" : " calls");
        if (use.touched == 0) {
            return "not touched in " + calls;
        }
        String only = use.itself || use.below.size() >= MAX_KEYS ? "" : "only " + String.join(", ", use.below);
        if (ArgumentNames.isWrite(words) && use.written == 0) {
            return "only read, " + (only.isEmpty() ? "" : only + ", ") + "in " + calls;
        }
        return only.isEmpty() ? null : only + " in " + calls;
    }
}
