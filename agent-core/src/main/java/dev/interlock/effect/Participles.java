package dev.interlock.effect;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Participles of the verbs that change something: "deleted", "sent", "shipped". */
final class Participles {

    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("begin", "begun"),
            Map.entry("bet", "bet"),
            Map.entry("bid", "bid"),
            Map.entry("bind", "bound"),
            Map.entry("buy", "bought"),
            Map.entry("cast", "cast"),
            Map.entry("choose", "chosen"),
            Map.entry("do", "done"),
            Map.entry("draw", "drawn"),
            Map.entry("feed", "fed"),
            Map.entry("forget", "forgotten"),
            Map.entry("freeze", "frozen"),
            Map.entry("hide", "hidden"),
            Map.entry("hold", "held"),
            Map.entry("leave", "left"),
            Map.entry("lend", "lent"),
            Map.entry("make", "made"),
            Map.entry("override", "overridden"),
            Map.entry("overwrite", "overwritten"),
            Map.entry("pay", "paid"),
            Map.entry("put", "put"),
            Map.entry("rebuild", "rebuilt"),
            Map.entry("redo", "redone"),
            Map.entry("repay", "repaid"),
            Map.entry("resend", "resent"),
            Map.entry("reset", "reset"),
            Map.entry("rewind", "rewound"),
            Map.entry("ring", "rung"),
            Map.entry("seek", "sought"),
            Map.entry("sell", "sold"),
            Map.entry("send", "sent"),
            Map.entry("set", "set"),
            Map.entry("shrink", "shrunk"),
            Map.entry("spend", "spent"),
            Map.entry("take", "taken"),
            Map.entry("teach", "taught"),
            Map.entry("unbind", "unbound"),
            Map.entry("undo", "undone"),
            Map.entry("unfreeze", "unfrozen"),
            Map.entry("unset", "unset"),
            Map.entry("wake", "woken"),
            Map.entry("withdraw", "withdrawn"),
            Map.entry("write", "written"));

    /**
     * Participles that in the present mostly tell a state of things, a rule for arguments, or how an answer looks: "the
     * cache is enabled", "negative values are rejected", "empty fields are omitted". They are deeds only in "are
     * automatically enabled" or "will be enabled".
     */
    private static final Set<String> STATES = WordList.of("""
            activated allocated allowlisted applied archived attached authenticated authorized bound calibrated \
            chosen closed collected compiled completed composed compressed configured confirmed connected \
            controlled copied corrected created deactivated deduped deduplicated detached disabled downgraded \
            drawn duplicated embedded emitted enabled encrypted endorsed enforced engaged enriched enrolled \
            ensured entered expired exported exposed extended filled fixed followed forked generated granted \
            hidden imported initialized inserted installed instantiated invested isolated joined linked \
            loaded locked managed merged minified mirrored modified mounted muted normalised normalized \
            opened optimized paid persisted pinned played prepared prepended printed prioritized processed \
            promoted published raised rated recycled redirected released reloaded rendered replicated \
            reset resized resolved responded restored retired sanitised sanitized scaled scanned selected set \
            shared shortened signed snapshotted sold staged started stopped stored submitted subscribed \
            superseded suspended synced synchronized tracked trained transcoded transformed truncated tweaked \
            unpacked unset updated upgraded uploaded verified warned wrapped zipped""");

    /** Verbs that say how a tool works, or what an answer lacks: "the last row is used as a cursor", "are skipped". */
    private static final Set<String> BLAND = WordList.of("accept do leave make omit reject skip take use wait");

    /** Nouns whose verb says how an answer looks: "rows are grouped", "issues are ordered". */
    private static final Set<String> ARRANGING =
            WordList.of("batch design form format group land like map order page pair pick plan step text type");

    private Participles() {}

    /** Whether a participle of a change tells a deed in the present as well: "expired ones are pruned". */
    static boolean isTelling(String participle) {
        return !STATES.contains(participle);
    }

    /** The participles of the verbs in base form, with both spellings where the last letter may be doubled. */
    static Set<String> of(Iterable<String> bases) {
        Set<String> participles = new HashSet<>();
        for (String base : bases) {
            if (!BLAND.contains(base) && !ARRANGING.contains(base)) {
                participles.addAll(of(base));
            }
        }
        return Set.copyOf(participles);
    }

    private static List<String> of(String base) {
        String irregular = IRREGULAR.get(base);
        if (irregular != null) {
            return List.of(irregular);
        }
        char last = base.charAt(base.length() - 1);
        char before = base.charAt(base.length() - 2);
        if (last == 'e') {
            return List.of(base + "d");
        }
        if (last == 'y' && "aeiou".indexOf(before) < 0) {
            return List.of(base.substring(0, base.length() - 1) + "ied");
        }
        return List.of(base + "ed", base + last + "ed");
    }
}
