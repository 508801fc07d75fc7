package dev.interlock.footprint;

import java.util.List;
import java.util.Objects;

/**
 * What calls were seen to touch, beside what their effects say. Resources are given as templates, as far as they hold
 * arguments of the calls: {@code reads orders/{id}}. Immutable.
 *
 * @param tools those of which a body has run under the audit, by name
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
     * @param effects in words, as they were for its last call, with who said so
     * @param calls how many attempts have returned, without those that threw
     * @param observed what they touched, the first 1,000 of its kind, with how often: {@code reads orders/{id} (3x)}
     * @param uncovered what any attempt touched that the effects do not cover; to be added to them
     * @param wider which effects say more than was ever seen, and what was seen instead: perhaps they can say less.
     *     What was not seen may still come
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
     * @return true also if nothing was
     */
    public boolean isCovered() {
        return tools.stream().allMatch(tool -> tool.uncovered().isEmpty());
    }

    /**
     * Returns the report as text.
     *
     * @return some lines a tool, joined by newlines, none at the end
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
