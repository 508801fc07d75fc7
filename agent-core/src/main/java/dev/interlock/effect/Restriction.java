package dev.interlock.effect;

import java.util.Set;

/**
 * Finds signs that calls of a tool must not overlap or repeat, whatever it changes: "not thread-safe", "one call at a
 * time", "can be read only once", "blocks until a message arrives".
 */
final class Restriction {

    private static final Set<String> OVERLAP = WordList.of("""
            parallel concurrent concurrently concurrency simultaneous simultaneously thread-safe threadsafe thread reentrant \
            overlap overlapping""");

    private static final Set<String> DENIALS = WordList.of(
            "not no never cannot can't don't doesn't isn't aren't shouldn't mustn't avoid without non unsafe");

    private static final Set<String> ONE_BY_ONE =
            WordList.of("sequentially serially serialize serialise serialized serialised");
    private static final Set<String> CALLS = WordList.of("""
            call calls called calling request requests invocation invocations invoke invoked run runs use uses used user \
            users client clients caller callers instance""");

    private static final Set<String> EXCLUSIVE = WordList.of("access use lock");
    private static final Set<String> NEEDING = WordList.of("requires require needs need takes acquires with");
    private static final Set<String> ONLY = WordList.of("only just");
    private static final Set<String> BLOCKING = WordList.of("block blocks blocking");
    private static final Set<String> UNTIL = WordList.of("until till");
    private static final Set<String> JOINED = WordList.of("and , ( which it");
    private static final Set<String> ONE = WordList.of("one single");

    /** All words that {@link #in} looks at. It skips all others quickly. */
    private static final Set<String> TELLTALES = WordList.of("""
            parallel concurrent concurrently concurrency simultaneous simultaneously thread-safe threadsafe thread reentrant \
            overlap overlapping sequentially serially serialize serialise serialized serialised exclusive time once single-use block blocks blocking""");

    private Restriction() {}

    /** Whether the word at {@code i} is such a sign, in the description's first sentence or in a later one. */
    static boolean in(Sentence s, int i, boolean first) {
        String token = s.at(i);
        if (!TELLTALES.contains(token) || (first && s.isSubordinate(i))) {
            return false;
        }
        if (OVERLAP.contains(token)) {
            boolean safety = !token.equals("thread") || s.at(i + 1).equals("safe");
            return safety && (s.has(DENIALS, clauseStart(s, i, 7), i) || s.has(DENIALS, i + 1, i + 5));
        }
        if (ONE_BY_ONE.contains(token)) {
            return !first && s.has(CALLS);
        }
        if (BLOCKING.contains(token)) {
            boolean own = !first || i == s.head() || JOINED.contains(s.at(i - 1));
            return own && s.has(UNTIL, i + 1, i + 4) && !Clauses.negates(s, i);
        }
        return switch (token) {
            case "exclusive" -> EXCLUSIVE.contains(s.at(i + 1)) && (!first || s.has(NEEDING, i - 3, i));
            case "time" ->
                s.at(i - 1).equals("a")
                        && s.at(i - 2).equals("at")
                        && s.has(ONE, clauseStart(s, i, 9), i)
                        && s.has(CALLS);
            case "once" -> isOnlyOnce(s, i);
            default -> true;
        };
    }

    /** "Only once", "can only be read once"; but "only once you have the id" names a condition. */
    private static boolean isOnlyOnce(Sentence s, int i) {
        String next = s.at(i + 1);
        boolean ends = next.isEmpty() || ONLY.contains(next) || Grammar.NO_OBJECT.contains(next);
        return ends && (s.has(ONLY, clauseStart(s, i, 6), i) || ONLY.contains(next));
    }

    private static int clauseStart(Sentence s, int i, int reach) {
        int from = i;
        while (from > Math.max(i - reach, 0)
                && !s.at(from - 1).equals(",")
                && !s.at(from - 1).equals(":")) {
            from--;
        }
        return from;
    }
}
