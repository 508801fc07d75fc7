package dev.interlock.footprint;

import java.util.List;
import java.util.Objects;

/**
 * What calls touched, next to what their effects say. Resources appear as templates where they hold arguments of the
 * calls: {@code reads orders/{id}}. Immutable.
 *
 * @param tools the tools with at least one audited run, by name
 */
public record AuditReport(List<ToolAudit> tools) {

    /** Copies the list. */
    public AuditReport {
        tools = List.copyOf(tools);
    }

    /**
     * One tool.
     *
     * @param tool its name
     * @param effects the effects of its last call in words, with their source
     * @param calls how many attempts have returned; those that threw do not count
     * @param observed what the attempts touched and how often, the first 1,000 templates:
     *     {@code reads orders/{id} (3x)}
     * @param uncovered what any attempt touched although the effects do not cover it; add this to the effects
     * @param wider effects that say more than any attempt did, and what attempts touched instead. Maybe the effects can
     *     say less; but an access not seen yet may still come
     */
    public record ToolAudit(
            String tool,
            String effects,
            long calls,
            List<String> observed,
            List<String> uncovered,
            List<String> wider) {

        /** Copies the lists, rejects nulls. */
        public ToolAudit {
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(effects, "effects");
            observed = List.copyOf(observed);
            uncovered = List.copyOf(uncovered);
            wider = List.copyOf(wider);
        }
    }

    /**
     * Tells whether the effects covered all that was touched.
     *
     * @return true also if no attempt touched anything
     */
    public boolean isCovered() {
        return tools.stream().allMatch(tool -> tool.uncovered().isEmpty());
    }

    /**
     * Returns the report as text.
     *
     * @return some lines for each tool, separated by newlines, without one at the end
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("audit of " + tools.size() + (tools.size() == 1 ? " tool" : " tools"));
        for (ToolAudit tool : tools) {
            text.append("\n'").append(tool.tool()).append("', ").append(tool.calls());
            text.append(tool.calls() == 1 ? " call: " : " calls: ").append(tool.effects());
            append(text, "touched", tool.observed());
            append(text, "NOT COVERED", tool.uncovered());
            append(text, "wider than seen", tool.wider());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String what, List<String> lines) {
        lines.forEach(line -> text.append("\n  ").append(what).append(": ").append(line));
    }
}
